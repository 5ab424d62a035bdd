"""What follows from the needs of a service, worked out anew whenever somebody asks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.sla.domain import indicator_catalogue as catalogue
from services.sla.domain import target_help
from services.sla.domain.indicators import KnownService
from services.sla.domain.likeness import Likeness
from services.sla.domain.needs import MOSCOW, Cover, Promise, Ranked, coverage, promises_of, rank
from services.sla.handlers.access import agency_of, no_revision
from services.sla.handlers.need_views import open_links, views, weights_view
from services.sla.store import agreements, factors, names, needs
from shared import words
from shared.auth import Principal
from shared.clock import to_micros
from shared.db import Connection
from shared.errors import Forbidden, NotFound
from shared.http import cursor

MOST_COMPARED = 20_000
"""Of a service with more needs only the newest ones are compared."""

METHOD = {
    "th": "คะแนน = ความถี่^a × ความรุนแรง^b × น้ำหนักทางกฎหมาย^c (แต่ละค่าตั้งแต่ 1 ถึง 5) โดย a, b, c คือน้ำหนักของบริการ "
    "ความต้องการที่รวมกันใช้ค่าสูงสุดในกลุ่ม คะแนนเท่ากันให้กลุ่มที่มีความต้องการมากกว่ามาก่อน แล้วตามลำดับที่ได้รับ",
    "en": "score = frequency^a x severity^b x legal weight^c (each rated 1 to 5), where a, b and c are the "
    "service's weights. Merged needs are rated by the highest rating among them. Of equal scores the group "
    "of more needs goes first, then what came first.",
}


def watched(connection: Connection, caller: Principal, service_code: str) -> tuple[str, KnownService]:
    """The caller's agency and a service that it is involved in; services themselves are public."""
    agency = agency_of(caller)
    service = names.known_service(connection, service_code)
    if service is None:
        raise NotFound(f"no service {service_code!r} is known")
    if agency not in service.agencies():
        raise Forbidden(
            f"{agency} neither owns the service {service.code} nor is responsible for one of its steps"
        )
    return agency, service


def _ranked(connection: Connection, service_code: str) -> list[Ranked]:
    return rank(needs.of_service(connection, service_code), factors.weights_of(connection, service_code)[0])


def _standing(one: Ranked) -> dict[str, Any]:
    return {
        "rank": one.rank,
        "score": one.score,
        "ratings": {name: one.ratings.get(name) for name in ("frequency", "severity", "legal_weight")},
        "lacking": list(one.lacking),
        "moscow": one.moscow,
        "moscow_from": one.moscow_from,
        "members": one.ids(),
    }


def _page(place: int, limit: int, total: int) -> str | None:
    return cursor(place + limit) if place + limit < total else None


def ranking(
    connection: Connection,
    caller: Principal,
    service_code: str,
    need: str | None,
    place: int,
    limit: int,
    now: datetime,
) -> dict[str, Any]:
    """``need``: only the group that this one stands in."""
    agency, service = watched(connection, caller, service_code)
    ranked = [one for one in _ranked(connection, service.code) if need is None or need in one.ids()]
    part = ranked[place : place + limit]
    found = views(connection, [one.need for one in part], agency, now)
    return {
        "service": service.code,
        "method": METHOD,
        "weights": weights_view(factors.weights_of(connection, service.code)[0]),
        "items": [{**_standing(one), "need": need} for one, need in zip(part, found, strict=True)],
        "next": _page(place, limit, len(ranked)),
    }


def themes(connection: Connection, caller: Principal, service_code: str) -> dict[str, Any]:
    """The themes of a service, the one with the weightiest need first; a group has its standing need's."""
    _, service = watched(connection, caller, service_code)
    found: dict[str | None, list[Ranked]] = {}
    for one in _ranked(connection, service.code):
        found.setdefault(one.need.theme, []).append(one)
    items = []
    for theme, groups in found.items():
        classes = Counter(one.moscow for one in groups)
        items.append(
            {
                "theme": theme,
                "groups": len(groups),
                "needs": sum(len(one.members) for one in groups),
                "best_rank": groups[0].rank,
                "moscow": {name: classes[name] for name in MOSCOW} | {"unrated": classes[None]},
                "group_needs": [one.need.id for one in groups[:1000]],
            }
        )
    return {"service": service.code, "items": items}


def weights(connection: Connection, caller: Principal, service_code: str) -> dict[str, Any]:
    _, service = watched(connection, caller, service_code)
    found = [weights_view(each) for each in factors.weights_of(connection, service.code)]
    return {"service": service.code, "weights": found[0], "history": found}


def duplicates(
    connection: Connection,
    caller: Principal,
    service_code: str,
    need: str | None,
    at_least: int,
    after: tuple[datetime, str] | None,
    limit: int,
) -> dict[str, Any]:
    """Needs that stand for themselves and may say the same; each pair once, at the one that came first.

    ``need``: what is like this one alone, whichever came first.
    """
    _, service = watched(connection, caller, service_code)
    standing = [each for each in needs.of_service(connection, service.code) if each.merged_into is None]
    standing = standing[-MOST_COMPARED:]
    order = {each.id: place for place, each in enumerate(standing)}
    start = 0
    if after is not None:
        start = next(
            (place for place, each in enumerate(standing) if (each.made_at, each.id) > after), len(standing)
        )
    part = standing[start : start + limit]
    if need is not None:
        part = [each for each in standing if each.id == need]
    texts = words.read(connection, [each.statement for each in standing])
    likeness = Likeness(
        (each.id, language, text)
        for each in standing
        if each.statement in texts
        for language, text in json.loads(texts[each.statement]).items()
    )
    items = []
    for each in part:
        alike = [
            {"need": other, "percent": percent}
            for other, percent in likeness.alike(each.id, at_least)
            if need is not None or order[other] > order[each.id]
        ]
        if alike:
            items.append({"need": each.id, "alike": alike})
    more = need is None and start + limit < len(standing)
    return {
        "items": items,
        "next": cursor(to_micros(part[-1].made_at), part[-1].id) if more else None,
    }


# --- coverage ----------------------------------------------------------------------------------------


def _promises(connection: Connection, agency: str, service_code: str, now: datetime) -> list[Promise]:
    """The objectives that are agreed or on the table, as far as an agency may see them.

    Of one objective the furthest state counts: an amendment's draft takes nothing from what is in force.
    """
    order = ("in_force", "accepted", "offered", "draft")
    found: dict[tuple[str, str, str | None], Promise] = {}
    for code in needs.agreements_on(connection, service_code):
        part = agreements.find_open(connection, code, agency, now)
        for revision in part.revisions if part is not None else ():
            state = revision.state(now).value
            if state not in order:
                continue
            document = json.loads(agreements.document(connection, revision.hash))
            for each in promises_of(code, revision.hash, state, document):
                key = (each.agreement, each.objective, each.indicator)
                if key not in found or order.index(state) < order.index(found[key].state):
                    found[key] = each
    return sorted(found.values(), key=lambda each: (each.agreement, each.objective, each.indicator or ""))


def _promise(promise: Promise) -> dict[str, Any]:
    return {
        "agreement": promise.agreement,
        "objective": promise.objective,
        "indicator": promise.indicator,
        "revision": promise.revision,
        "state": promise.state,
    }


def matrix(
    connection: Connection,
    caller: Principal,
    service_code: str,
    choose: Callable[[Cover], bool],
    place: int,
    limit: int,
    now: datetime,
) -> dict[str, Any]:
    """Need x indicator x objective. ``choose``: which groups of needs are listed."""
    agency, service = watched(connection, caller, service_code)
    ranked = _ranked(connection, service.code)
    links = open_links(connection, [name for one in ranked for name in one.ids()], agency, now)
    promises = _promises(connection, agency, service.code, now)
    covers, unasked = coverage(ranked, links, promises)
    indicators = names.list_indicators(connection, service.code, None, None, 1000)
    asked = {code for cover in covers for code in cover.indicators}
    judged = {each.indicator for each in promises}
    counts = Counter(cover.standing for cover in covers)
    chosen = [cover for cover in covers if choose(cover)]
    return {
        "service": service.code,
        "counts": {name: counts[name] for name in ("promised", "proposed", "open")},
        "indicators": [
            {"code": each.code, "needed": each.code in asked, "promised": each.code in judged}
            for each in indicators
        ],
        "promises_without_need": [_promise(each) for each in unasked],
        "items": [
            {
                "need": cover.ranked.need.id,
                "theme": cover.ranked.need.theme,
                "rank": cover.ranked.rank,
                "moscow": cover.ranked.moscow,
                "standing": cover.standing,
                "indicators": list(cover.indicators),
                "objectives": [{**_promise(each), "via": via} for each, via in cover.promises],
            }
            for cover in chosen[place : place + limit]
        ],
        "next": _page(place, limit, len(chosen)),
    }


# --- proposals ---------------------------------------------------------------------------------------


def proposals(connection: Connection, caller: Principal, service_code: str) -> dict[str, Any]:
    """Indicators of the catalogue that the needs of a service ask for, the weightiest need's first."""
    _, service = watched(connection, caller, service_code)
    ranked = _ranked(connection, service.code)
    bounds = [each for each in factors.of_service(connection, service.code) if each.kind == "law"]
    told = [each for one in ranked for each in one.members]
    said_in = [each.statement for each in told] + [each.statement for each in bounds]
    texts = words.read(connection, said_in)
    known = {each.code for each in names.list_indicators(connection, service.code, None, None, 1000)}
    asked: dict[str, list[Ranked]] = {}
    for one in ranked:
        said = [
            text
            for each in one.members
            for text in (*_texts(texts.get(each.statement)), *([each.theme] if each.theme else []))
        ]
        for code in catalogue.asked_for(said):
            asked.setdefault(code, []).append(one)
    lawful: dict[str, list[factors.Factor]] = {}
    for bound in bounds:
        for code in catalogue.asked_for(_texts(texts.get(bound.statement))):
            lawful.setdefault(code, []).append(bound)
    items = []
    for entry in catalogue.CATALOGUE:
        groups = asked.get(entry.code, [])
        laws = lawful.get(entry.code, [])
        existing = sorted(code for code in known if code.rpartition(".")[2] == entry.code)
        laws += [each for each in bounds if each.indicator in existing and each not in laws]
        if not groups and not laws:
            continue
        wanted = [each.wanted for one in groups for each in one.members if each.wanted is not None]
        allowed = [each.value for each in laws if each.value is not None]
        items.append(
            {
                **entry.answer(),
                "best_rank": groups[0].rank if groups else None,
                "needs": [one.need.id for one in groups[:1000]],
                "factors": [each.id for each in laws],
                "existing": existing,
                "draft": catalogue.draft(entry, service),
                "starting_targets": catalogue.starting_targets(entry, wanted, allowed),
            }
        )
    items.sort(key=lambda each: (each["best_rank"] is None, each["best_rank"] or 0))
    return {"service": service.code, "items": items}


def _texts(kept: str | None) -> list[str]:
    return [] if kept is None else list(json.loads(kept).values())


# --- beside targets ----------------------------------------------------------------------------------


def beside_targets(
    connection: Connection, caller: Principal, code: str, digest: str, now: datetime
) -> dict[str, Any]:
    """What stands beside the targets of a revision, objective by objective."""
    text = agreements.document_open_to(connection, code, digest, caller.agency, now)
    if text is None:
        raise no_revision(code, digest)
    document = json.loads(text)
    agency, service = watched(connection, caller, document["service"])
    ranked = _ranked(connection, service.code)
    links = open_links(connection, [name for one in ranked for name in one.ids()], agency, now)
    covers, _ = coverage(ranked, links, list(promises_of(code, digest, "draft", document)))
    laws = [
        each
        for each in factors.of_service(connection, service.code)
        if each.kind == "law" and each.value is not None
    ]
    items = []
    for objective in document["objectives"]:
        groups = [
            cover.ranked
            for cover in covers
            if any(promise.objective == objective["code"] for promise, _ in cover.promises)
        ]
        wanted = [each.wanted for one in groups for each in one.members if each.wanted is not None]
        lawful = [
            {"factor": each.id, "section": each.section, "value": each.value}
            for each in laws
            if each.indicator == objective["indicator"]
        ]
        items.append(
            {
                **target_help.beside(objective, service, wanted, lawful),
                "needs": [one.need.id for one in groups[:1000]],
                "best_rank": groups[0].rank if groups else None,
            }
        )
    return {"agreement": code, "revision": digest, "items": items}
