"""The bill of materials (CycloneDX): every part handed out, its files with their hashes, and what is in them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from tools.bundle.contents import INNER
from tools.bundle.parts import Part


def write_bill(path: Path, parts: Sequence[Part], folder: Path, moment: int) -> int:
    """Write the bill of `folder`, dated `moment` (seconds since 1970); the number of parts and of what is in them.

    Raises:
        OSError: a file cannot be read, or the bill not be written.
    """
    program, *others = parts
    bom = Bom(components=[_component(part, folder) for part in others])
    bom.metadata.component = _component(program, folder)
    bom.metadata.timestamp = datetime.fromtimestamp(moment, UTC)
    digest = hashlib.sha256("\n".join(sorted(f"{p.name}@{p.version}" for p in parts)).encode()).hexdigest()
    bom.serial_number = uuid5(NAMESPACE_URL, digest)
    for component in bom.components:
        bom.register_dependency(bom.metadata.component, [component])
    text = JsonV1Dot6(bom).output_as_string(indent=1)
    path.write_text(text + "\n", encoding="utf-8")
    return len(others) + sum(len(list(_within(part))) for part in others)


def _component(part: Part, folder: Path) -> Component:
    reference = part.origin or f"{part.kind}:{part.name}"
    component = Component(
        name=part.name, version=part.version, bom_ref=reference, purl=_purl(part.origin),
        type=ComponentType.DATA if part.kind == "font" else ComponentType(part.kind),
        licenses=[DisjunctiveLicense(name=part.licence)],
        components=[*_files(part, folder, reference), *_inner(part, reference)],
    )
    if part.kind == "font":
        component.properties.add(Property(name="kind", value="font"))
    return component


def _purl(text: str) -> PackageURL | None:
    return PackageURL.from_string(text) if text else None


def _files(part: Part, folder: Path, reference: str) -> Iterator[Component]:
    """The part's files that lie in the folder; code is packed into the program's own files and listed as that."""
    for place in sorted(part.files):
        path = next((p for p in (folder / INNER / place, folder / place) if p.is_file()), None)
        if path is not None:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            yield Component(
                name=path.relative_to(folder).as_posix(), type=ComponentType.FILE, bom_ref=f"{reference}#{place}",
                hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest)],
            )


def _inner(part: Part, reference: str) -> Iterator[Component]:
    """What is compiled into a package's libraries, as its own bill says."""
    for number, known in enumerate(_within(part)):
        purl = str(known.get("purl") or "")
        yield Component(
            name=str(known["name"]), version=str(known.get("version") or ""), type=ComponentType.LIBRARY,
            bom_ref=f"{reference}#inner-{number}", purl=_purl(purl),
            licenses=[DisjunctiveLicense(name=words) for words in _licences(known)],
        )


def _within(part: Part) -> Iterator[Mapping[str, Any]]:
    seen = {(part.name.lower(), part.version)}
    for bill in part.within:
        for known in json.loads(bill.read_text(encoding="utf-8")).get("components", ()):
            key = (str(known["name"]).lower(), str(known.get("version") or ""))
            if key not in seen:
                seen.add(key)
                yield known


def _licences(known: Mapping[str, Any]) -> Iterator[str]:
    for each in known.get("licenses", ()):
        licence = each.get("license") or {}
        words = each.get("expression") or licence.get("id") or licence.get("name")
        if words:
            yield str(words)
