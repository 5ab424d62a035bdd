"""Findings of an objective's window, computed when they are asked for: a result that is revised revises them.

(docs/improvements.md says how each is counted; domain/findings decides which are sure enough.)
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any

from services.evaluation.domain.amounts import exact_text, holds, shown
from services.evaluation.domain.findings import Finding, Sure, WhatIf
from services.evaluation.domain.findings import finding as kinds
from services.evaluation.domain.findings.choosing import Seen, findings
from services.evaluation.domain.findings.promises import LAST_WINDOWS, ease
from services.evaluation.domain.findings.text import Told, named, sentences
from services.evaluation.domain.objective import SHARE, Objective
from services.evaluation.domain.significance import ALPHA, shown_p
from services.evaluation.domain.verdict import BREACHED, MET
from services.evaluation.domain.windows import Window
from services.evaluation.handlers.breaches import span_of
from services.evaluation.handlers.effects import promises_of
from services.evaluation.reading.cases import Cases, journey_cases, measured_cases, waiting_line
from services.evaluation.reading.visible import promised
from services.evaluation.store import control, panes
from services.evaluation.store import findings as store
from services.evaluation.store import improvements as history
from services.evaluation.store.control import Revision
from services.evaluation.store.panes import Track
from services.evaluation.store.results import Result
from shared.db import Connection

CAUSES = (kinds.STEP, kinds.AGENCY, kinds.HOUR, kinds.WEEKDAY, kinds.LABEL)
"""What explains a shortfall: proposed to be done something about only where the promise was broken."""
MOST_GROUPS = 50
"""Of so many groups of an objective the promise itself is looked at."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A closed window of an objective under one revision: a result for each group."""

    revision: Revision
    objective: Objective
    window: Window
    results: list[Result]
    tracks: list[tuple[Track, Objective]]

    @property
    def breached(self) -> bool:
        return any(one.verdict == BREACHED for one in self.results)


def found_of(
    connection: Connection, agreement: str, objective: str | None, at: int | None, least: int
) -> list[dict[str, Any]]:
    """The findings of the window that holds an instant (None: of the last closed one), of one objective or
    all. ``least``: no smaller group is shown."""
    codes = store.objectives_of(connection, agreement)
    found: list[dict[str, Any]] = []
    for code in codes if objective is None else [objective]:
        for judged in _judged(connection, agreement, code, at):
            found += _shown(connection, judged, least)
    return found


def one_of(
    connection: Connection, agreement: str, objective: str | None, finding: str, least: int
) -> dict[str, Any] | None:
    """A recommendation that stands open: a proposal of the last closed window."""
    every = found_of(connection, agreement, objective, None, least)
    return next((one for one in every if one["id"] == finding and one["recommended"]), None)


def _judged(connection: Connection, agreement: str, code: str, at: int | None) -> Iterator[Judged]:
    rows = store.results_of_window(connection, agreement, code, at)
    for digest, mine in groupby(rows, key=lambda row: row.agreement_revision):
        results = list(mine)
        revision = control.revision_by_hash(connection, digest)
        objective = None if revision is None else promised(connection, revision).get(code)
        if revision is None or objective is None:
            continue  # a composite: its members have their own findings
        of = {one.track for one in results}
        tracks = [
            (one, objective.of_group(json.loads(one.scope)))
            for one in panes.tracks_of(connection, revision=digest, objective=code)
            if one.id in of
        ]
        window = Window(results[0].window_start, results[0].window_end)
        yield Judged(revision, objective, window, results, tracks)


def _shown(connection: Connection, judged: Judged, least: int) -> Iterator[dict[str, Any]]:
    tick = panes.newest_tick(connection)
    cases = _cases(connection, judged, tick)
    objective = judged.objective
    strict = objective.good is not None and objective.good[0] == "<"
    seen = Seen(
        cases.facets, cases.journeys, dict(objective.allotments), cases.queues, strict=strict, least=least
    )
    told = _told(objective, objective.target)
    for one in findings(seen):
        recommended = judged.breached if one.kind in CAUSES else True
        yield _body(judged, one, told, judged.results, cases, recommended=recommended)
    for result, found in _promises(connection, judged, least):
        mine = objective.of_group(json.loads(result.scope))
        yield _body(judged, found, _told(mine, mine.target), [result], cases, recommended=True)


def _told(objective: Objective, target: Fraction) -> Told:
    return Told(
        journeys=objective.on_journeys,
        working=objective.clock == "working",
        target=target,
        share=objective.aggregation == SHARE,
    )


def _cases(connection: Connection, judged: Judged, tick: int) -> Cases:
    if not judged.tracks:
        return Cases()
    share = judged.objective.aggregation == SHARE
    if not judged.objective.on_journeys:
        return measured_cases(connection, judged.tracks, judged.window) if share else Cases()
    cases = journey_cases(connection, judged.tracks, judged.window, tick) if share else Cases()
    if judged.window.start > judged.revision.effective_from:
        cases.queues = waiting_line(connection, [one for one, _ in judged.tracks], judged.window, tick)
    return cases


def _promises(connection: Connection, judged: Judged, least: int) -> Iterator[tuple[Result, Finding]]:
    """Promises that are too easy or impossible, by the last windows that were counted the same way."""
    code, agreement = judged.objective.code, judged.revision.agreement
    promises = promises_of(connection, agreement, code)
    mine = promises[judged.revision.hash]
    for result in judged.results[:MOST_GROUPS]:
        objective = judged.objective.of_group(json.loads(result.scope))
        rows = history.closed_before(
            connection, agreement, code, result.scope, judged.window.end, 4 * LAST_WINDOWS
        )
        past = [
            row
            for row in rows
            if row.verdict in (MET, BREACHED)
            and row.body["exact"] is not None
            and (row.body["comparator"], row.body["target"]) == (objective.comparator, objective.target_text)
            and promises[row.agreement_revision].definition == mine.definition
        ][:LAST_WINDOWS]
        if objective.windows.rolling or sum(row.body["total"] for row in past) < least:
            continue
        values = [Fraction(row.body["exact"]) for row in past]
        found = ease(values, objective.comparator, objective.target, share=objective.aggregation == SHARE)
        if found is None:
            continue
        yield (
            result,
            Finding(
                kind=found.kind,
                subject={"scope": json.loads(result.scope)},
                numbers={
                    "windows": found.windows,
                    "met": found.met,
                    "best": found.best,
                    "worst": found.worst,
                    "suggested": found.suggested,
                    "kept": found.kept,
                },
            ),
        )


def _body(
    judged: Judged, one: Finding, told: Told, results: list[Result], cases: Cases, *, recommended: bool
) -> dict[str, Any]:
    objective = judged.objective
    text, action = sentences(one, told)
    identity = one.id_of(judged.revision.hash, objective.code, *judged.window)
    return {
        "id": identity,
        "kind": one.kind,
        "agreement": judged.revision.agreement,
        "agreement_revision": judged.revision.hash,
        "objective": objective.code,
        "window": span_of(*judged.window),
        "subject": dict(one.subject),
        "numbers": {name: exact_text(Fraction(number)) for name, number in one.numbers.items()},
        "explains": None
        if one.explains is None
        else {"value": shown(one.explains), "exact": exact_text(one.explains)},
        "sure": None if one.sure is None else _sure(one.sure),
        "text": text,
        "named": named(one, told),
        "recommended": recommended,
        "action": {
            "text": action,
            "agency": one.agency or objective.responsible,
            "what_if": None if one.what_if is None else _what_if(one.what_if, judged),
        },
        "evidence": {
            "results": [
                {"id": row.id, "scope": json.loads(row.scope), "verdict": row.verdict} for row in results
            ],
            "journeys": list(one.journeys),
            "looked_at": cases.looked_at if objective.on_journeys else None,
            "of": cases.all_journeys if objective.on_journeys else None,
        },
    }


def _sure(found: Sure) -> dict[str, Any]:
    return {
        "method": found.method,
        "p": shown_p(found.p),
        "adjusted_p": shown_p(found.adjusted),
        "looks": found.looks,
        "alpha": shown(ALPHA),
    }


def _what_if(found: WhatIf, judged: Judged) -> dict[str, Any]:
    """``verdict``: where one target holds for all, and cases are what is counted."""
    objective = judged.objective
    plain = objective.slice is None and not objective.targets and len(judged.results) == 1
    share = found.share
    return {
        "good": found.good,
        "total": found.total,
        "value": shown(share),
        "exact": exact_text(share),
        "verdict": (
            MET
            if holds(1 - share if objective.is_upper else share, objective.comparator, objective.target)
            else BREACHED
        )
        if plain
        else None,
    }
