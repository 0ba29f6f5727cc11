"""Who signed what, and that nothing else passes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.infra.signing import is_signed, key_name, new_private_key, public_key, sign


def test_a_signature_holds_for_its_key_and_data_alone() -> None:
    private, other = new_private_key(), new_private_key()
    signature = sign(private, b"data")
    assert is_signed(public_key(private), b"data", signature)
    assert not is_signed(public_key(private), b"Data", signature)
    assert not is_signed(public_key(other), b"data", signature)
    assert sign(private, b"data") == signature


def test_the_vector_of_rfc_8032() -> None:
    private = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    assert public_key(private).hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert sign(private, b"").hex().startswith("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155")


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_malformed_keys_and_signatures_are_no_signature(key: bytes, signature: bytes) -> None:
    assert not is_signed(key, b"data", signature)


def test_a_key_has_a_name_to_read_aloud() -> None:
    public = public_key(bytes(32))
    assert re.fullmatch(r"[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}", key_name(public))
    assert key_name(public) == key_name(public) != key_name(public_key(bytes([1] * 32)))


def test_a_private_key_of_another_length_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="32"):
        public_key(b"short")
