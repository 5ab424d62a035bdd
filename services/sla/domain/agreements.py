"""The whole document of a revision: its stored form, and what is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.sla.domain import (
    allotments,
    composites,
    consequences,
    limits,
    objectives,
    plans,
    statutory,
    terminations,
)
from services.sla.domain.canonical import canonical, stored
from services.sla.domain.indicators import KnownService, responsible_agencies
from services.sla.domain.units import at_whole_minute, read_instant, time_zones
from shared.errors import Fault

DEFAULT_ZONE = "Asia/Bangkok"
MOST_BYTES = 256 << 10


@dataclass(frozen=True, slots=True)
class World:
    """What this service knows of the names in a document."""

    agencies: Mapping[str, str]
    """code -> state"""
    service: KnownService | None
    indicators: Mapping[str, Mapping[str, Any]]
    sources: Mapping[str, plans.KnownSource] = field(default_factory=dict)
    calendars: Collection[str] = ()
    """Those of the named ones that are known."""


@dataclass(slots=True)
class Findings:
    """``faults``: wrong whatever happens. ``unknown``: names that may only not have arrived yet."""

    faults: list[Fault] = field(default_factory=list)
    unknown: list[Fault] = field(default_factory=list)


def stored_form(plain: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    """The stored form of a document with its defaults spelled out, and what cannot be kept in it."""
    document = {
        "code": plain["code"],
        "parent": plain.get("parent"),
        "title": {name: text for name, text in plain["title"].items() if text is not None},
        "service": plain["service"],
        "parties": plain["parties"],
        "legal_form": plain.get("legal_form") or "formal",
        "visibility": plain.get("visibility") or "public",
        "retroactive": bool(plain.get("retroactive")),
        "review_at": plain.get("review_at"),
        "time_zone": plain.get("time_zone") or DEFAULT_ZONE,
        "calendar": plain.get("calendar"),
        "effective_from": plain["effective_from"],
        "effective_until": plain.get("effective_until"),
        "objectives": [objectives.completed(each) for each in plain["objectives"]],
        "composites": [
            composites.completed(each, plain["objectives"]) for each in plain.get("composites") or ()
        ],
        "consequences": [consequences.completed(each) for each in plain.get("consequences") or ()],
        "terms": plain.get("terms") or {},
    }
    if plain.get("plans"):
        document["plans"] = [plans.completed(each) for each in plain["plans"]]
    faults: list[Fault] = []
    form = stored(document, "", faults)
    if not faults and len(canonical(form)) > MOST_BYTES:
        faults.append(
            Fault("", f"an agreement is at most {MOST_BYTES >> 10} KiB long; keep longer terms elsewhere")
        )
    return form, faults


def contacts(plain: Mapping[str, Any]) -> dict[str, str]:
    """Objective -> the post to turn to; kept beside the document, not in it."""
    found = {each["code"]: each["contact"] for each in plain["objectives"] if each.get("contact")}
    form: dict[str, str] = stored(found)
    return form


def indicators_of(document: Mapping[str, Any]) -> set[str]:
    return {each["indicator"] for each in document["objectives"]}


def check(document: Mapping[str, Any], world: World) -> Findings:
    """Everything that is wrong with a document in stored form, as far as ``world`` can tell."""
    found = Findings()
    found.faults += _frame_faults(document)
    for index, agency in enumerate(document["parties"]):
        state = world.agencies.get(agency)
        if state is None:
            found.unknown.append(Fault(f"/parties/{index}", f"no agency {agency!r} is known"))
        elif state != "active":
            found.faults.append(Fault(f"/parties/{index}", f"{agency} is {state}: it can sign nothing new"))
    if world.service is None:
        found.unknown.append(Fault("/service", f"no service {document['service']!r} is known"))
    elif not world.service.agencies() & set(document["parties"]):
        found.faults.append(
            Fault("/parties", f"none of them owns {world.service.code} or is responsible for a step of it")
        )
    if document["calendar"] is not None and document["calendar"] not in world.calendars:
        found.unknown.append(Fault("/calendar", f"no calendar {document['calendar']!r} is known"))
    codes = Counter(each["code"] for each in document["objectives"])
    for index, objective in enumerate(document["objectives"]):
        place = f"/objectives/{index}"
        indicator = world.indicators.get(objective["indicator"])
        if indicator is None:
            found.unknown.append(
                Fault(f"{place}/indicator", f"no indicator {objective['indicator']!r} is known")
            )
        if codes[objective["code"]] > 1:
            found.faults.append(Fault(f"{place}/code", f"{objective['code']} stands twice"))
        found.faults += objectives.faults_of(
            objective,
            place,
            parties=document["parties"],
            service=document["service"],
            indicator=indicator,
        )
        found.faults += limits.faults_of(objective, place, calendar=document["calendar"], indicator=indicator)
        found.faults += statutory.faults_of(objective, place)
        found.faults += _step_faults(objective, place, document, indicator, world.service)
        found.faults += allotments.faults_of(
            objective,
            place,
            parties=document["parties"],
            indicator=indicator,
            service=world.service,
        )
    found.faults += composites.faults_of(document)
    found.faults += consequences.faults_of(document)
    found.faults += plans.faults_of(document)
    found.faults += terminations.terms_faults(document)
    wrong, unknown = plans.source_faults(document, world.sources)
    found.faults += wrong
    found.unknown += unknown
    return found


def _frame_faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    parties = document["parties"]
    if len(set(parties)) != len(parties):
        yield Fault("/parties", "a party stands twice")
    elif len(parties) < 2:
        yield Fault("/parties", "an agreement has two parties or more")
    if document["time_zone"] not in time_zones():
        yield Fault("/time_zone", f"{document['time_zone']!r} is no IANA time zone such as `Asia/Bangkok`")
    start = read_instant(document["effective_from"])
    until = document["effective_until"]
    if not at_whole_minute(start):
        yield Fault("/effective_from", "effective instants are whole minutes")
    if until is not None:
        end = read_instant(until)
        if not at_whole_minute(end):
            yield Fault("/effective_until", "effective instants are whole minutes")
        if end <= start:
            yield Fault("/effective_until", "must be later than `effective_from`")


def _step_faults(
    objective: Mapping[str, Any],
    place: str,
    document: Mapping[str, Any],
    indicator: Mapping[str, Any] | None,
    service: KnownService | None,
) -> Iterator[Fault]:
    """Nobody is judged by an agreement that they are no party of; and a step must still exist."""
    if indicator is None or service is None or indicator["service"] != service.code:
        return
    for step, agency in responsible_agencies(indicator, service).items():
        if agency not in document["parties"]:
            yield Fault(
                f"{place}/indicator",
                f"it measures step {step!r} of {agency}, which is no party of this agreement",
            )
    if indicator["kind"] == "duration":
        for end in ("from", "to"):
            step = indicator[end]["step"]
            if step != "*" and step not in service.steps:
                yield Fault(f"{place}/indicator", f"{service.code} has no step {step!r} any more")
