"""What was achieved before a promise: its windows judged from panes that were counted for another one.

Panes are kept per indicator and predicate: any objective that counts in the same way will do, also of another
agreement, as far as the caller may see its numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from services.evaluation.domain import achieved, what_if
from services.evaluation.domain.amounts import exact_text, shown
from services.evaluation.domain.objective import SHARE, Objective
from services.evaluation.domain.verdict import BREACHED, MET, NOT_DETERMINED, Judgement
from services.evaluation.domain.windows import CalendarWindows, RollingWindows, Window, Windows
from services.evaluation.handlers import tallies
from services.evaluation.handlers.memory import calendars_of, objectives_of
from services.evaluation.reading.visible import visible
from services.evaluation.reading.what_if import MOST_WINDOWS, covering
from services.evaluation.store import control, panes
from services.evaluation.store.control import Revision
from shared.clock import rfc3339
from shared.db import Connection
from shared.errors import Fault, NotYetKnown, Unprocessable

MOST_CANDIDATES = 5
WINDOWS_COMPARED = 25
"""So many windows of two calendars: of months whose anchors lie at their ends every shape is among them."""
NOT_MEASURED = {
    "th": "ยังไม่มีข้อตกลงใดวัดตัวชี้วัดนี้",
    "en": "no agreement that you can see has measured this indicator yet",
}
OTHERWISE = {
    "th": "ตัวชี้วัดนี้วัดอยู่ แต่นับด้วยเกณฑ์หรือกลุ่มอื่น ให้นับใหม่ด้วย `POST /what-if` และ `good`",
    "en": "it is measured, but counted by another limit or other groups: ask `POST /what-if` with `good`",
}
METHOD = {
    "th": "ประเมินทุกรอบการประเมินในเดือนเต็มที่ผ่านมาด้วยค่าเป้าหมายนี้ จากจำนวนที่นับไว้แล้ว "
    "ค่าเป้าหมายตั้งต้นคือค่าที่บรรลุจริงในทุกรอบ สามในสี่ หรือครึ่งหนึ่งของรอบ โดยปัดให้ยังบรรลุ",
    "en": "Every window of the whole months is judged by this target, from what was counted. A target to "
    "start from was kept in all, three quarters or half of the windows, and is rounded so that it still is.",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """``clauses``: of the proposed objective, in the document's form."""

    agency: str | None
    service: str
    code: str
    clauses: Mapping[str, Any]
    months: int
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class _Source:
    """Revisions whose objective counts as the proposed one does."""

    agreement: str
    objective: str
    revisions: tuple[Revision, ...]


def answer(connection: Connection, wanted: Wanted) -> dict[str, Any]:
    """The windows of the last whole months, and what target would have been kept in how many of them."""
    indicators = control.indicators_of(connection, wanted.service)
    if wanted.clauses["indicator"] not in indicators:
        detail = f"no indicator {wanted.clauses['indicator']!r} of {wanted.service} is known here (yet)"
        raise NotYetKnown(detail, errors=[Fault("/objective/indicator", detail)])
    tick = panes.newest_tick(connection)
    ends = _month_ends(tick, wanted.months, wanted.zone)
    proposed = _read(wanted, indicators)
    body = {
        "service": wanted.service,
        "indicator": wanted.clauses["indicator"],
        "objective": wanted.code,
        "from": rfc3339(ends[0]),
        "to": rfc3339(ends[-1]),
        "unit": _unit(proposed),
        "measured_by": None,
        "why_not": None,
        "method": METHOD,
        "groups": [],
    }
    sources, measured = _sources(connection, wanted, proposed)
    best: tuple[int, _Source, list[dict[str, Any]]] | None = None
    for source in sources[:MOST_CANDIDATES]:
        groups = _groups(connection, source, wanted, ends)
        weight = sum(each["of"] for each in groups)
        if best is None or weight > best[0]:
            best = (weight, source, groups)
    if best is None or not best[2]:
        return {**body, "why_not": OTHERWISE if measured else NOT_MEASURED}
    _, source, groups = best
    by = {
        "agreement": source.agreement,
        "objective": source.objective,
        "revisions": [each.hash for each in source.revisions],
    }
    return {**body, "measured_by": by, "groups": groups}


def _month_ends(tick: int, months: int, zone: ZoneInfo) -> list[int]:
    """The last starts of local months at or before an instant: one more than ``months``."""
    calendar = CalendarWindows("month", 1, datetime(1970, 1, 1), zone)
    last = calendar.index(max(tick, 0))
    return [calendar.start(last - back) for back in range(months, -1, -1)]


def _unit(objective: Objective) -> str:
    windows = objective.windows
    if isinstance(windows, RollingWindows):
        return "month_end"
    return windows.unit if windows.count == 1 else "window"


def _read(wanted: Wanted, indicators: Mapping[str, Mapping[str, Any]]) -> Objective:
    """The proposed objective by itself, as it would be judged."""
    document = {"time_zone": wanted.zone.key, "objectives": [{**wanted.clauses, "responsible": ""}]}
    alone = Revision("", 0, "", wanted.service, None, (), "", 0, None, 0, document)
    return _understood(alone, wanted.code, indicators, {})


def _understood(revision: Revision, code: str, indicators: Any, calendars: Any) -> Objective:
    try:
        read = objectives_of(revision, indicators, calendars)
    except ValueError as error:
        raise Unprocessable(
            f"this cannot be judged: {error}", errors=[Fault("/objective", str(error))]
        ) from None
    return next(each for each in read if each.code == code)


def _sources(connection: Connection, wanted: Wanted, proposed: Objective) -> tuple[list[_Source], bool]:
    """Who counts what the proposed objective would count, newest first; and whether it is measured at all."""
    mine, public = visible(connection, wanted.agency)
    indicators = control.indicators_of(connection, wanted.service)
    found: dict[tuple[str, str], list[Revision]] = {}
    measured = False
    for revision in control.revisions_of(connection, service=wanted.service):
        if revision.agreement not in mine | public:
            continue
        for each in objectives_of(revision, indicators, calendars_of(connection, revision)):
            if each.indicator != proposed.indicator:
                continue
            measured = True
            if _counts_alike(each, proposed):
                found.setdefault((revision.agreement, each.code), []).append(revision)
    sources = [_Source(*key, tuple(revisions)) for key, revisions in found.items()]
    # What a party asks, its own agreements answer before others.
    sources.sort(key=lambda each: (each.agreement in mine, each.revisions[-1].effective_from), reverse=True)
    return sources, measured


def _counts_alike(known: Objective, proposed: Objective) -> bool:
    """Whether the panes of one objective are what the other would be judged from."""
    if known.scope != proposed.scope:
        return False
    if proposed.keeps_extremes and not known.keeps_extremes:
        return False
    if proposed.on_journeys:
        return _passes_alike(known, proposed)
    return proposed.aggregation != SHARE or known.good == proposed.good


def _passes_alike(known: Objective, proposed: Objective) -> bool:
    """Journeys are counted where they end, start or run out, by a limit: all of it has to be the same."""
    if (known.aggregation == SHARE) != (proposed.aggregation == SHARE) or known.pauses != proposed.pauses:
        return False
    if proposed.aggregation != SHARE:
        return True
    if (known.good, known.limit, known.count_at) != (proposed.good, proposed.limit, proposed.count_at):
        return False
    if known.overdue != proposed.overdue and proposed.count_at == "completion":
        return False
    # Which window an overdue journey counts in depends on the windows.
    placed = (proposed.count_at, proposed.overdue) == ("completion", "counted")
    return not placed or _cut_alike(known.windows, proposed.windows)


def _cut_alike(one: Windows, other: Windows) -> bool:
    """Whether two windows cut time at the same instants, however they are written."""
    if isinstance(one, RollingWindows) or isinstance(other, RollingWindows):
        return one == other
    cuts = [Window(one.start(k), one.start(k + 1)) for k in range(WINDOWS_COMPARED)]
    return all(other.at(cut.start) == cut for cut in cuts)


def _groups(connection: Connection, source: _Source, wanted: Wanted, ends: list[int]) -> list[dict[str, Any]]:
    """Each label group with its windows, from the revisions one after another."""
    judged: dict[str, dict[Window, list[Judgement]]] = {}
    last: dict[str, Objective] = {}
    left = MOST_WINDOWS
    for revision in source.revisions:
        for track in panes.tracks_of(connection, revision=revision.hash, objective=source.objective):
            objective = _supposed(connection, revision, source.objective, wanted)
            objective = objective.of_group(json.loads(track.scope))
            windows = list(_windows(objective, ends, left))
            left -= len(windows)
            if not windows or objective.unlisted:
                continue
            span = Window(min(each.start for each in windows), windows[-1].end)
            counted = tallies.several(connection, track, objective, len(windows), *span)
            complete = covering(connection, track, objective, span).complete
            for window, judgement in what_if.judged(objective, counted.tally, windows, complete):
                judged.setdefault(track.scope, {}).setdefault(window, []).append(judgement)
                last[track.scope] = objective
    return [_group(last[scope], scope, found) for scope, found in sorted(judged.items())]


def _supposed(connection: Connection, revision: Revision, code: str, wanted: Wanted) -> Objective:
    """The proposed promise, as if that revision had made it."""
    # What the other promise has and this one has not would judge it too.
    without = dict.fromkeys(("good", "slice", "coverage_floor", "warning"))
    clauses = {**without, **wanted.clauses, "code": code, "alerts": []}
    objectives = [
        {**found, **clauses} if found["code"] == code else found for found in revision.document["objectives"]
    ]
    document = {**revision.document, "time_zone": wanted.zone.key, "objectives": objectives}
    indicators = control.indicators_of(connection, revision.service)
    supposed = replace(revision, document=document)
    return _understood(supposed, code, indicators, calendars_of(connection, revision))


def _windows(objective: Objective, ends: list[int], most: int) -> Iterator[Window]:
    """Those that end within the months; of a rolling one those that end with a month."""
    if isinstance(objective.windows, RollingWindows):
        for end in ends[1:]:
            yield objective.windows.ending_at(end)
    else:
        yield from what_if.ending_within(objective.windows, ends[0] + 1, ends[-1] + 1, most)


def _group(objective: Objective, scope: str, found: Mapping[Window, list[Judgement]]) -> dict[str, Any]:
    windows = [_window(window, judgements) for window, judgements in sorted(found.items())]
    values = [value for _, value in windows if value is not None]
    verdicts = [item["verdict"] for item, _ in windows]
    met, of = verdicts.count(MET), verdicts.count(MET) + verdicts.count(BREACHED)
    unit = _unit(objective)
    spread = achieved.distribution(values) if values else None
    starts = (
        achieved.starts(values, objective.comparator, share=objective.aggregation == SHARE) if values else []
    )
    return {
        "scope": json.loads(scope),
        "target": objective.target_text,
        "met": met,
        "of": of,
        "not_determined": verdicts.count(NOT_DETERMINED),
        "text": achieved.sentence(met, of, unit),
        "distribution": None if spread is None else {name: shown(value) for name, value in spread.items()},
        "proposals": [
            {
                "part": each.name,
                "target": shown(each.target),
                "met": each.met,
                "of": len(values),
                "text": achieved.sentence(each.met, len(values), unit),
            }
            for each in starts
        ],
        "windows": [item for item, _ in windows],
    }


def _window(window: Window, judgements: list[Judgement]) -> tuple[dict[str, Any], Fraction | None]:
    """A window. Of two revisions it has two judgements: both have to be kept; the larger has the value."""
    determined = [each for each in judgements if each.verdict in (MET, BREACHED)]
    largest = max(determined or judgements, key=lambda each: each.total)
    verdict = NOT_DETERMINED
    if determined:
        verdict = BREACHED if any(each.verdict == BREACHED for each in determined) else MET
    exact = largest.exact if determined else None
    item = {
        "window": {"start": rfc3339(window.start), "end": rfc3339(window.end)},
        "verdict": verdict,
        "value": None if exact is None else shown(exact),
        "exact": None if exact is None else exact_text(exact),
        "total": sum(each.total for each in judgements),
    }
    return item, exact
