"""What PDFs and pictures have in common for the book: pages with a size, each drawn by a few operators."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from core.documents.binding.place import Matrix, Size

if TYPE_CHECKING:
    from pypdf.generic import IndirectObject

    from core.documents.binding.copying import Layers
    from core.documents.binding.object_file import ObjectFile


@dataclass(frozen=True, slots=True)
class Drawing:
    """Operators that draw a page at its place, and the objects that they name.

    `is_whole` is False when a part of the page could not be read.
    """

    operators: str
    objects: dict[str, IndirectObject] = field(default_factory=dict)
    is_whole: bool = True


class Source(Protocol):
    """An opened file of evidence."""

    note: str

    @property
    def sizes(self) -> list[Size | None]:
        """The pages as they are seen; None for one that cannot be read."""

    def draw(self, index: int, matrix: Matrix, scale: float, book: ObjectFile, layers: Layers) -> Drawing:
        """Write what a page needs into the book; `matrix` leads from its points to the paper, `scale` is its measure.

        Raises:
            UnbindableError: the page cannot be read.
        """

    def close(self) -> None:
        """Let go of the file."""
