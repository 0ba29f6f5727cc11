"""Proves every formula of the shipped policy pack and notes its digest, so that each start need not do it again.

Run it after a change of `resources/policy`; a test says so when the note is missing or of another content.
"""

from __future__ import annotations

from core.infra.atomic_files import write_atomically
from core.infra.paths import resources_folder
from core.policy.loader import load_pack
from core.services.workspace import PROVED_FILE


def main() -> None:
    """Write the digest; a wrong pack ends with the error that names file and line."""
    resources = resources_folder()
    pack = load_pack(resources / "policy")
    write_atomically(resources / PROVED_FILE, f"{pack.digest}\n".encode("ascii"))
    print(f"{pack.label}: {pack.digest}")


if __name__ == "__main__":
    main()
