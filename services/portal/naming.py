"""Who a person of the history is, for who may know it.

Other services keep ids. Names live in the registry, which tells a reader their own and, to an administrator,
those of the agency; and beside signatures, whose names the parties see until they are erased. None of it is
kept here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from services.portal import gathering
from services.portal.client import Api, gather, readable
from services.portal.views.people import People

MOST_PEOPLE = 20
MOST_SIGNED = 6
"""Revisions whose signatures are read for one page."""


async def people_of(
    api: Api, code: str, revisions: Iterable[Mapping[str, Any]], persons: Iterable[str | None]
) -> People:
    """``revisions``: those whose signatures are on the page, newest last."""
    signed = [each["hash"] for each in revisions if each["acceptances"]][-MOST_SIGNED:]
    at = f"{gathering.SLA}/agreements/{code}/revisions"
    exports = await gather(*(readable(api, f"{at}/{each}/signed") for each in signed))
    names: dict[str, str] = {}
    gone: set[str] = set()
    for export in exports:
        for each in (export or {}).get("acceptances") or ():
            signatory = (each["statement"] or {}).get("signatory") or {}
            if signatory.get("kind") != "person":
                continue
            if each["name"]:
                names[signatory["id"]] = each["name"]["text"]
            else:
                gone.add(signatory["id"])
    asked = [each for each in dict.fromkeys(persons) if each is not None and each not in names][:MOST_PEOPLE]
    found = await gather(*(readable(api, f"{gathering.REGISTRY}/people/{each}") for each in asked))
    names |= {each: one["name"] for each, one in zip(asked, found, strict=True) if one is not None}
    return People(names, frozenset(gone - names.keys()))
