"""Lists of services: what they promise as a whole, in one line each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.portal.text.language import sort_key
from services.portal.text.phrase import Phrase
from services.portal.views.history import worst
from services.portal.views.service import AgreementData, Promise, promises_of
from services.portal.views.words import Agencies, Reader, Said


@dataclass(frozen=True, slots=True)
class Listed:
    code: str
    name: Said
    owner: Said
    verdict: str | None
    """The worst of its promises in their last closed windows; None: nothing to say."""
    sentence: Phrase | None
    broken: tuple[Promise, ...]


def listed(
    reader: Reader,
    service: Mapping[str, Any],
    agencies: Agencies,
    agreements: Sequence[AgreementData] | None,
    indicators: Mapping[str, Mapping[str, Any]],
    now: datetime,
) -> Listed:
    """``agreements`` None: they cannot be had at the moment, and nothing is said of them."""
    t = reader.t
    promises = [
        promise
        for data in agreements or ()
        for promise in promises_of(reader, data, indicators, agencies, now)
    ]
    answered = [each for each in promises if any(group.newest for group in each.groups)]
    sentence: Phrase | None = None
    if answered:
        kept = sum(each.verdict == "met" for each in answered)
        sentence = t.promises_kept(kept=kept, total=len(answered))
    elif agreements is not None and not any(each.away for each in promises):
        sentence = t.no_result_yet if promises else t.no_promises
    return Listed(
        code=service["code"],
        name=reader.said(service["name"], service["code"]),
        owner=agencies.name(service["owner"]),
        verdict=worst(each.verdict for each in answered) if answered else None,
        sentence=sentence,
        broken=tuple(each for each in answered if each.verdict == "breached"),
    )


def involved(service: Mapping[str, Any]) -> set[str]:
    """The agencies that own a service or are responsible for one of its steps."""
    return {service["owner"], *(step["agency"] for step in service["steps"])}


def matching(services: Sequence[Mapping[str, Any]], query: str) -> list[Mapping[str, Any]]:
    """Services whose code, or name in either language, holds all words of a query."""
    wanted = query.casefold().split()

    def text(service: Mapping[str, Any]) -> str:
        return " ".join([service["code"], *(service["name"] or {}).values()]).casefold()

    return [each for each in services if all(word in text(each) for word in wanted)]


def alphabetical(reader: Reader, services: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(services, key=lambda each: sort_key(str(reader.said(each["name"], each["code"]))))
