"""Composites as they are read: open ones from their open members, and how one came about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.evaluation.domain import explain
from services.evaluation.domain.composites import Composite, Member, judge_open, read_composites
from services.evaluation.domain.objective import Objective
from services.evaluation.domain.verdict import NO_DATA, OPEN
from services.evaluation.domain.windows import Window
from services.evaluation.handlers.composites import body_of, member_of, newest_of, track_of
from services.evaluation.handlers.results import made
from services.evaluation.reading.visible import promised
from services.evaluation.store import control, results
from services.evaluation.store.control import Revision
from services.evaluation.store.results import Result
from shared.db import Connection


def open_composites(
    connection: Connection, agreement: str, open_now: Sequence[Result], tick: int
) -> list[Result]:
    """The composites of an agreement over the windows of its open results."""
    found: list[Result] = []
    for revision in control.revisions_of(connection, agreement=agreement):
        composites = read_composites(revision.document)
        mine = [one for one in open_now if one.agreement_revision == revision.hash]
        if not composites or not mine:
            continue
        objectives = promised(connection, revision)
        for scope, window in sorted({(one.scope, (one.window_start, one.window_end)) for one in mine}):
            bodies = {
                one.objective: one.body
                for one in mine
                if one.scope == scope and (one.window_start, one.window_end) == window
            }
            for composite in composites:
                if bodies.keys().isdisjoint(composite.codes):
                    continue
                one = _open(connection, revision, composite, objectives, scope, Window(*window), bodies, tick)
                bodies[composite.code] = one.body
                found.append(one)
    return found


def _open(
    connection: Connection,
    revision: Revision,
    composite: Composite,
    objectives: dict[str, Objective],
    scope: str,
    window: Window,
    bodies: dict[str, dict[str, Any]],
    tick: int,
) -> Result:
    track = track_of(revision, composite, scope)
    stored = results.newest_result(connection, track.id, *window)
    if stored is not None:
        return stored
    members = [
        member_of(code, weight, bodies[code]) if code in bodies else Member(code, weight, NO_DATA, None)
        for code, weight in composite.members
    ]
    said = judge_open(composite, members)
    leaves = {code: objectives[code] for code in composite.leaves}
    body = body_of(track, revision, composite, leaves, window, said, members, OPEN, tick)
    return made(track, window, 0, OPEN, said.verdict, body, tick=tick)


def explained(connection: Connection, result: Result, revision: Revision) -> dict[str, Any] | None:
    """How a composite's result came about: its members' results, and the sum over them."""
    composite = next(
        (one for one in read_composites(revision.document) if one.code == result.objective), None
    )
    if composite is None:
        return None
    window = Window(result.window_start, result.window_end)
    document = next(one for one in revision.document["composites"] if one["code"] == composite.code)
    members = []
    for member in result.body["members"]:
        newest = newest_of(connection, revision, member["objective"], result.scope, window)
        members.append({**member, "result": None if newest is None else newest.id})
    return {
        "result": result.body,
        "formula": explain.composite_formula(composite),
        "steps": explain.steps(explain.composite_lines(composite, result.body)),
        "objective": document,
        "members": members,
    }
