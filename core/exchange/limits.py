"""How much a file may hold: far more than any office needs, far less than would hurt a small PC."""

from __future__ import annotations

from typing import Final

MIB: Final = 1024 * 1024

#: A zip without its 64-bit extension, a FAT32 stick and a mail attachment all carry this much.
MAX_TOTAL_BYTES: Final = 2_000_000_000
MAX_ENTRIES: Final = 60_000
MAX_NAME_BYTES: Final = 400
MAX_MANIFEST_BYTES: Final = 16 * MIB
MAX_SIGNATURE_BYTES: Final = 4096
MAX_RECORD_BYTES: Final = 16 * MIB
MAX_ANSWER_BYTES: Final = 16 * MIB
MAX_PACK_BYTES: Final = 64 * MIB
MAX_PAPER_BYTES: Final = 256 * MIB
MAX_JSON_DEPTH: Final = 32
#: Lists, objects and their members in one document: each costs some hundred bytes once it is parsed.
MAX_JSON_ITEMS: Final = 600_000
MAX_NUMBER_DIGITS: Final = 300
#: What deflate gains at most on honest JSON, with room; small entries may gain more.
MAX_RATIO: Final = 200
RATIO_FREE_BYTES: Final = 1 * MIB
#: What is kept free of MAX_TOTAL_BYTES for headers and directory, so that an outer zip with a password fits too.
CONTAINER_ROOM: Final = 64 * MIB

CHUNK: Final = 1 * MIB
