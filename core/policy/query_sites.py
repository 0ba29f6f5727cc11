"""Public sites of the negative list, read from its `query_sources`; a register or a visit is no site."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from core.policy.pack import PolicyPack

_NOT_PUBLIC: Final = re.compile(r"台账|现场")


@dataclass(frozen=True, slots=True)
class QuerySite:
    """A public site with the short name that people use, the negative-list items that it answers, and their labels."""

    name: str
    short_name: str
    items: tuple[str, ...]
    labels: tuple[str, ...]

    def is_named_in(self, file_name: str) -> bool:
        """True when a screenshot's file name names the site, whole or by its short name."""
        return self.name in file_name or self.short_name in file_name


def query_sites(pack: PolicyPack) -> tuple[QuerySite, ...]:
    """Every public site that the negative list names, in the list's order."""
    names = pack.lists["neg_item"]
    short = {c.name: c.label for c in pack.lists["query_site"].choices} if "query_site" in pack.lists else {}
    items: dict[str, list[str]] = {}
    for item in pack.negative_items:
        if not _NOT_PUBLIC.search(item.query_sources):
            for site in item.query_sources.split("、"):
                items.setdefault(site, []).append(item.name)
    return tuple(
        QuerySite(
            site, short.get(site, site), tuple(found), tuple(names.label_of(i.removeprefix("neg_")) for i in found)
        )
        for site, found in items.items()
    )


def screenshot_name(credit_code: str, site: str) -> str:
    """The file name by which a screenshot is matched later: `91120115PDY00001X4_信用中国.png`."""
    return f"{credit_code}_{site}.png"
