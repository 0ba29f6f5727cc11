"""Ed25519 keys and signatures: who made a file, and that nobody changed it since."""

from __future__ import annotations

import hashlib


def new_private_key() -> bytes:
    """A fresh private key, 32 bytes."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_key(private: bytes) -> bytes:
    """The public key, 32 bytes, that belongs to a private one.

    Raises:
        ValueError: `private` is not 32 bytes long.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def sign(private: bytes, data: bytes) -> bytes:
    """The signature, 64 bytes, of that key over the data; the same data always gives the same one."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(private).sign(data)


def is_signed(public: bytes, data: bytes, signature: bytes) -> bool:
    """True when the holder of that key signed exactly these data; a malformed key or signature is no signature."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def key_name(public: bytes) -> str:
    """A short name of a public key for people, as `3F7A-91C2-0B44`."""
    digest = hashlib.sha256(public).hexdigest().upper()
    return "-".join(digest[start : start + 4] for start in (0, 4, 8))
