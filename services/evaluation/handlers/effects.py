"""What the windows before and after an improvement say. Derived whenever it is asked for, so that a result
that is revised revises it too; nothing of it is stored but what was told last (docs/improvements.md).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from services.evaluation.domain import improvements as rules
from services.evaluation.domain.amounts import UPPER, exact_text, shown
from services.evaluation.domain.composites import read_composites
from services.evaluation.domain.improvements import Effect, Measured
from services.evaluation.domain.objective import DEFAULT_ZONE, SHARE, read_windows
from services.evaluation.domain.significance import ALPHA, shown_p
from services.evaluation.domain.verdict import BREACHED, FINAL, MET
from services.evaluation.domain.windows import CalendarWindows, RollingWindows, Window, Windows
from services.evaluation.store import control
from services.evaluation.store import improvements as store
from services.evaluation.store.control import Revision
from services.evaluation.store.improvements import Improvement
from services.evaluation.store.results import Result
from shared.clock import rfc3339, to_micros
from shared.db import Connection

FEW = 8
MOST_READ = 1000
"""Judgements that are looked through on either side for k windows that say something."""

Reader = Callable[[Connection, str, str, str, int, int], list[Result]]

_MIDNIGHTS = datetime(1970, 1, 1)

NOT_COUNTED = ("target", "targets", "warning", "alerts", "clause", "contact", "public_wording", "headline")
"""Clauses of an objective that change nothing of what is measured."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What one revision says of an objective or composite: how it is counted, and what is better."""

    definition: str
    upper: bool
    counts: bool
    """Whether good and total are counts of cases (or slices) that an exact test can compare."""
    windows: Windows
    zone: ZoneInfo
    comparator: str
    target: str


def promise_of(revision: Revision, code: str) -> Promise | None:
    """None: the revision has no such objective."""
    zone = ZoneInfo(revision.document.get("time_zone") or DEFAULT_ZONE)
    objectives = {one["code"]: one for one in revision.document["objectives"]}
    if code in objectives:
        found = objectives[code]
        share = (found.get("aggregation") or SHARE) == SHARE
        return Promise(
            _definition(found, revision.document.get("calendar")),
            found["comparator"] in UPPER,
            share and found.get("budgeting") != "ratio-timeslices",
            read_windows(found["window"], zone),
            zone,
            found["comparator"],
            str(found["target"]),
        )
    composite = next((one for one in read_composites(revision.document) if one.code == code), None)
    if composite is None:
        return None
    leaves = [objectives[leaf] for leaf in sorted(composite.leaves)]
    document = next(one for one in revision.document["composites"] if one["code"] == code)
    # Of a composite that asks whether its members hold, their targets are part of what is measured.
    members = [leaf if composite.kind == "all" else _counted(leaf) for leaf in leaves]
    return Promise(
        _definition({**document, "leaves": members}, revision.document.get("calendar")),
        composite.comparator in UPPER,
        False,
        read_windows(leaves[0]["window"], zone),
        zone,
        composite.comparator,
        composite.target_text,
    )


def _counted(objective: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in objective.items() if name not in NOT_COUNTED}


def _definition(found: dict[str, Any], calendar: str | None) -> str:
    text = json.dumps([_counted(found), calendar], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def promises_of(connection: Connection, agreement: str, code: str) -> dict[str, Promise]:
    """Hash of a revision -> what it says of an objective, in the order in which they came into force."""
    found = {one.hash: promise_of(one, code) for one in control.revisions_of(connection, agreement=agreement)}
    return {digest: promise for digest, promise in found.items() if promise is not None}


def effect_of(connection: Connection, one: Improvement) -> Effect | None:
    """Whether what is done has helped. None: it is not done."""
    if one.started_on is None or one.done_on is None:
        return None
    promises = promises_of(connection, one.agreement, one.objective)
    begin, end = rules.instants(one.started_on, one.done_on, one.zone)
    key = (one.agreement, one.objective, one.scope)

    def found(read: Reader, at: int) -> list[Measured]:
        # Mostly the nearest ones say something; a register is listed often.
        for limit in (FEW * (one.windows + 1), MOST_READ):
            rows = read(connection, *key, at, limit)
            cut = len(rows) == limit
            # Of the last window a part may not have been read.
            whole = [row for row in rows if not cut or row.window_end != rows[-1].window_end]
            measured = rules.without_overlap(_measured(promises, whole))
            if len(measured) >= one.windows or not cut:
                break
        return measured

    upper = list(promises.values())[-1].upper if promises else False
    before, after = found(store.closed_before, begin), found(store.closed_after, end)
    return rules.effect(before, after, one.windows, upper=upper)


def _measured(promises: dict[str, Promise], found: Sequence[Result]) -> list[Measured]:
    """Each window that has a verdict, in the given order; the parts of two revisions made one."""
    windows: list[Measured] = []
    for window, rows in groupby(found, key=lambda row: Window(row.window_start, row.window_end)):
        parts = [row for row in rows if row.verdict in (MET, BREACHED) and row.body["exact"] is not None]
        known = [
            (row, promises[row.agreement_revision]) for row in parts if row.agreement_revision in promises
        ]
        if not known or not all(_closes_a_day(promise, window) for _, promise in known):
            continue
        one = _joined(window, known)
        if one is not None:
            windows.append(one)
    return windows


def _closes_a_day(promise: Promise, window: Window) -> bool:
    """Rolling windows are stored when their verdict changes too; a comparison must not choose by that."""
    windows = promise.windows
    if not isinstance(windows, RollingWindows):
        return True
    midnight = CalendarWindows("day", 1, _MIDNIGHTS, promise.zone).at(window.end).start
    return -(-midnight // windows.step) * windows.step == window.end


def _joined(window: Window, parts: list[tuple[Result, Promise]]) -> Measured | None:
    """What a window said. Counts of two revisions add up; other values of parts are none of the whole."""
    counts = all(promise.counts for _, promise in parts)
    if len(parts) > 1 and not counts:
        return None
    bodies = [row.body for row, _ in parts]
    total = sum(body["total"] for body in bodies)
    good = sum(body["good"] for body in bodies) if counts else None
    return Measured(
        window=window,
        state=FINAL if all(row.state == FINAL for row, _ in parts) else "closed",
        verdict=BREACHED if any(row.verdict == BREACHED for row, _ in parts) else MET,
        good=good,
        total=total,
        exact=Fraction(good, total) if good is not None else Fraction(bodies[0]["exact"]),
        results=tuple(row.id for row, _ in parts),
        # Redefined within a window: equal to no other.
        definition="/".join(sorted({promise.definition for _, promise in parts})),
    )


def judged_at(connection: Connection, one: Improvement, found: Effect) -> int | None:
    """When the last of the k windows after it ends, if each of them says something. None: not done."""
    if one.done_on is None:
        return None
    promises = promises_of(connection, one.agreement, one.objective)
    if not promises:
        return None
    windows = list(promises.values())[-1].windows
    reached = found.after[-1].window.end if found.after else to_micros(rules.ends(one.done_on, one.zone))
    for _ in range(one.windows - len(found.after)):
        reached = next(_starting_from(windows, reached)).end
    return reached


def _starting_from(windows: Windows, instant: int) -> Iterator[Window]:
    return (window for window in windows.ending_after(instant) if window.start >= instant)


def shown_effect(connection: Connection, one: Improvement) -> dict[str, Any] | None:
    """An effect with both periods, method and p."""
    found = effect_of(connection, one)
    if found is None:
        return None
    expected = judged_at(connection, one, found) if found.outcome == rules.TOO_EARLY else None
    tested = found.tested
    return {
        "outcome": found.outcome,
        "why": found.why,
        "final": found.final,
        "expected_at": None if expected is None else rfc3339(expected),
        "test": None
        if tested is None
        else {
            "method": tested.method,
            "p": shown_p(tested.p),
            "least_p": shown_p(tested.least),
            "alpha": shown(ALPHA),
        },
        "before": _period(found.before),
        "after": _period(found.after),
    }


def _period(found: Sequence[Measured]) -> dict[str, Any]:
    counts = rules.pooled(found)
    value = (Fraction(*counts) if counts is not None else rules.mean(found)) if found else None
    return {
        "good": None if counts is None else counts[0],
        "total": sum(one.total for one in found),
        "value": None if value is None else shown(value),
        "exact": None if value is None else exact_text(value),
        "windows": [
            {
                "start": rfc3339(one.window.start),
                "end": rfc3339(one.window.end),
                "state": one.state,
                "verdict": one.verdict,
                "good": one.good,
                "total": one.total,
                "value": shown(one.exact),
                "exact": exact_text(one.exact),
                "results": list(one.results),
            }
            for one in found
        ],
    }
