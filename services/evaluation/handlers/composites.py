"""Composites follow their members: judged again whenever a result of one of them has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from typing import Any

from services.evaluation.domain.amounts import exact_text, shown
from services.evaluation.domain.composites import (
    Composite,
    Member,
    Verdict,
    judge_closed,
    judge_open,
    read_composites,
)
from services.evaluation.domain.objective import Objective
from services.evaluation.domain.verdict import BREACHED, CLOSED, FINAL, NO_DATA, NOT_DETERMINED, OPEN
from services.evaluation.domain.windows import Window
from services.evaluation.handlers import breaches
from services.evaluation.handlers.memory import memory_of
from services.evaluation.handlers.results import final_at, finish, made, put
from services.evaluation.store import control, results
from services.evaluation.store.control import Revision
from services.evaluation.store.panes import Track
from services.evaluation.store.results import Result
from shared.clock import rfc3339
from shared.db import Connection, UnitOfWork


def track_of(revision: Revision, composite: Composite, scope: str) -> Track:
    """What stands for a composite where results and breaches are kept. It has no panes and is never due.

    Its number is negative, so that it is no track's, and made of its name, so that it is always the same.
    """
    name = f"{revision.hash}/{composite.code}/{scope}"
    number = -int(hashlib.sha256(name.encode()).hexdigest()[:15], 16) - 1
    return Track(
        id=number,
        revision=revision.hash,
        agreement=revision.agreement,
        service=revision.service,
        objective=composite.code,
        scope=scope,
        closed_to=0,
        final_to=0,
        due=None,
        started=0,
        dirty_from=None,
        dirty_to=None,
        series=0,
        withholds=False,
    )


@contextmanager
def together(uow: UnitOfWork, tick: int) -> Iterator[None]:
    """What several members bring to composites within this is judged once, at its end."""
    memory = memory_of(uow)
    if memory.following is not None:
        yield
        return
    memory.following = {}
    yield
    gathered, memory.following = memory.following or {}, None
    for (digest, scope), windows in gathered.items():
        _judge_again(uow, digest, scope, windows, tick)


def follow(uow: UnitOfWork, track: Track, revision: Revision, windows: set[Window], tick: int) -> None:
    """Results of a track changed: the composites that contain its objective are judged again."""
    if not windows or not revision.document.get("composites"):
        return
    with together(uow, tick):
        following = memory_of(uow).following
        assert following is not None
        found = following.setdefault((revision.hash, track.scope), {})
        for window in windows:
            found.setdefault(window, set()).add(track.objective)


def _judge_again(
    uow: UnitOfWork, digest: str, scope: str, windows: dict[Window, set[str]], tick: int
) -> None:
    memory = memory_of(uow)
    known = control.revision_by_hash(uow.connection, digest)
    assert known is not None
    service = known.service
    plan = memory.plan(uow.connection, service)
    revision, objectives = next(both for both in plan.revisions if both[0].hash == digest)
    leaves = {one.code: one.of_group(json.loads(scope)) for one in objectives}
    tracks = memory.tracks_of(uow.connection, service)
    for composite in read_composites(revision.document):
        judge = _Judge(
            uow,
            revision,
            composite,
            scope,
            {code: leaves[code] for code in composite.leaves},
            [found for code in composite.leaves if (found := tracks.get((digest, code, scope))) is not None],
            tick,
        )
        for window, changed in sorted(windows.items()):
            if changed & composite.codes and judge.judge(window):
                changed.add(composite.code)
        judge.tell()


class _Judge:
    def __init__(
        self,
        uow: UnitOfWork,
        revision: Revision,
        composite: Composite,
        scope: str,
        leaves: dict[str, Objective],
        tracks: Sequence[Track],
        tick: int,
    ) -> None:
        self.uow = uow
        self.connection = uow.connection
        self.revision = revision
        self.composite = composite
        self.leaves = leaves
        self.tracks = tracks
        self.tick = tick
        self.track = track_of(revision, composite, scope)
        self.changed = False

    def judge(self, window: Window) -> bool:
        """Judges a window. Returns whether its result is another now."""
        known = results.newest_result(self.connection, self.track.id, *window)
        if any(track.closed_to < window.end for track in self.tracks):
            changed = self._open(window, known)
        else:
            changed = self._closed(window, known)
        self.changed |= changed
        return changed

    def tell(self) -> None:
        if self.changed:
            objective = promise(self.composite, self.leaves)
            breaches.tell(self.uow, self.track, self.revision, objective, self.tick)

    def _open(self, window: Window, known: Result | None) -> bool:
        """Only what is beyond repair is stored of an open window."""
        if known is not None and known.number > 0:
            return False
        members = self._members(window, NO_DATA)
        found = judge_open(self.composite, members)
        if found.verdict == BREACHED:
            return known is None and self._put(window, found, members, OPEN, known, 0)
        if known is not None:
            results.drop_result(self.connection, known.id)
        return known is not None

    def _closed(self, window: Window, known: Result | None) -> bool:
        members = self._members(window, NOT_DETERMINED)
        final = self._is_final(window)
        if not any(self._newest(code, window) for code in self.composite.codes):
            # None of its members is judged over this window any more.
            if known is None or known.state == FINAL:
                return False
            results.retire_result(self.connection, known.id)
            return True
        found = judge_closed(self.composite, members)
        body = body_of(self.track, self.revision, self.composite, self.leaves, window, found, members, "", 0)
        if known is not None and known.number > 0 and _same(known.body, body):
            if final and known.state == CLOSED:
                finish(self.uow, self.revision, known)
            return False
        number = (
            known.number
            if known is not None
            else results.last_number(self.connection, self.track.id, *window)
        )
        return self._put(window, found, members, FINAL if final else CLOSED, known, number + 1)

    def _is_final(self, window: Window) -> bool:
        """It is final when its members are."""
        memory = memory_of(self.uow)
        return all(
            memory.finality(self.connection, track, self.revision, self.leaves[track.objective]).holds(window)
            for track in self.tracks
        )

    def _members(self, window: Window, without: str) -> list[Member]:
        found: list[Member] = []
        for code, weight in self.composite.members:
            newest = self._newest(code, window)
            if newest is None:
                found.append(Member(code, weight, without, None))
            else:
                found.append(member_of(code, weight, newest.body))
        return found

    def _newest(self, code: str, window: Window) -> Result | None:
        return newest_of(self.connection, self.revision, code, self.track.scope, window)

    def _put(
        self,
        window: Window,
        found: Verdict,
        members: Sequence[Member],
        state: str,
        known: Result | None,
        number: int,
    ) -> bool:
        body = body_of(
            self.track, self.revision, self.composite, self.leaves, window, found, members, state, self.tick
        )
        superseded = known.id if known is not None and known.number > 0 else None
        if superseded is not None and known is not None:
            body["cause"] = self._cause(window, known)
        new = made(
            self.track, window, number, state, found.verdict, body, tick=self.tick, supersedes=superseded
        )
        put(self.uow, self.revision, new, known)
        return True

    def _cause(self, window: Window, known: Result) -> dict[str, Any] | None:
        """What moved the members since: the cause of the first of them that says otherwise now."""
        before = {one["objective"]: one for one in known.body["members"]}
        for code, weight in self.composite.members:
            newest = self._newest(code, window)
            if newest is None or member_of(code, weight, newest.body).body() == before.get(code):
                continue
            cause = newest.body.get("cause")
            if cause is not None:
                said = {"verdict": known.verdict, "exact": known.body["exact"]}
                return {**cause, "from": said}
        return None


def newest_of(
    connection: Connection, revision: Revision, code: str, scope: str, window: Window
) -> Result | None:
    """The newest result of a member, an objective or a composite, over a window."""
    named = (revision.agreement, revision.hash, code, scope)
    return results.newest_of_objective(connection, *named, *window)


def member_of(code: str, weight: Fraction, body: dict[str, Any]) -> Member:
    exact = None if body["exact"] is None else Fraction(body["exact"])
    return Member(code, weight, body["verdict"], exact)


def promise(composite: Composite, leaves: dict[str, Objective]) -> Objective:
    """A composite as breaches know a promise."""
    first = leaves[min(leaves)]
    return replace(
        first,
        code=composite.code,
        kind="composite",
        indicator="",
        responsible=composite.responsible,
        comparator=composite.comparator,
        target=composite.target,
        target_text=composite.target_text,
        grace=max(one.grace for one in leaves.values()),
    )


_JUDGED = ("verdict", "good", "total", "exact", "comparator", "target", "members")


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(one[name] == other[name] for name in _JUDGED)


def body_of(
    track: Track,
    revision: Revision,
    composite: Composite,
    leaves: dict[str, Objective],
    window: Window,
    found: Verdict,
    members: Sequence[Member],
    state: str,
    tick: int,
) -> dict[str, Any]:
    """A composite's result as API.md shows it, without id and revision; `members` is its basis."""
    final = max(final_at(revision, objective, window.end) for objective in leaves.values())
    return {
        "agreement": track.agreement,
        "agreement_revision": track.revision,
        "objective": track.objective,
        "responsible": composite.responsible,
        "scope": json.loads(track.scope),
        "window": {"start": rfc3339(window.start), "end": rfc3339(window.end), "state": state},
        "verdict": found.verdict,
        "good": found.good,
        "total": found.total,
        "value": None if found.exact is None else shown(found.exact),
        "exact": None if found.exact is None else exact_text(found.exact),
        "comparator": composite.comparator,
        "target": composite.target_text,
        "budget": None,
        "slices": None,
        "overdue": {"counted": 0, "listed": 0},
        "excluded": 0,
        "coverage": None,
        "forecast": None,
        "data_until": rfc3339(min(tick, window.end)) if tick else None,
        "computed_at": rfc3339(tick) if tick else None,
        "closes_at": rfc3339(window.end),
        "final_at": rfc3339(final),
        "cause": None,
        "members": [member.body() for member in members],
        "basis": {
            "agreement_revision": track.revision,
            "calendar": None,
            "plan": None,
            "exclusions": [],
            "corrections": [],
            "backfill": None,
        },
    }
