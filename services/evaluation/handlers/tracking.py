"""Tracks: finding or making the one that data belongs to, and noting what data did to it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np

from services.evaluation.domain.finality import Finality, past_grace
from services.evaluation.domain.lookbacks import is_watched, may_worsen
from services.evaluation.domain.objective import Objective
from services.evaluation.domain.panes import Ints
from services.evaluation.domain.windows import RollingWindows
from services.evaluation.handlers.memory import Memory, memory_of
from services.evaluation.store import causes, outlooks, panes
from services.evaluation.store.causes import Cause, Touch
from services.evaluation.store.control import Revision
from services.evaluation.store.panes import Track
from shared.clock import MINUTE
from shared.db import UnitOfWork


@lru_cache(maxsize=100_000)
def scope_text(names: tuple[str, ...], values: tuple[str | None, ...]) -> str:
    """The canonical text of a scope: JSON, names in order."""
    return json.dumps(
        dict(sorted(zip(names, values, strict=True))), ensure_ascii=False, separators=(",", ":")
    )


@dataclass
class Changes:
    """What one transaction adds to panes, gathered so that each pane is written once.

    ``correcting``: what comes counts in final windows too (a control fact or a sealed backfill brought it).
    ``by_clock``: the tick itself brought it, so it is not too late for what that tick makes final.
    """

    uow: UnitOfWork
    tick: int
    correcting: bool = False
    by_clock: bool = False
    memory: Memory = field(init=False)
    added: dict[tuple[int, int], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * 5))
    columns: list[tuple[Ints, Ints, Sequence[Ints]]] = field(default_factory=list)
    """Series, minutes and numbers of many panes at once."""

    extremes: list[tuple[int, int, str, int, int]] = field(default_factory=list)
    withheld: list[tuple[Any, ...]] = field(default_factory=list)
    late: list[dict[str, Any]] = field(default_factory=list)
    changed: dict[int, Track] = field(default_factory=dict)
    arrived: dict[int, tuple[Track, Revision, Objective, int, int]] = field(default_factory=dict)
    """Tracks whose open windows got data: with the first and last event time."""

    final: dict[tuple[str, str], Finality] = field(default_factory=dict)
    """(revision, objective) -> which of its windows are final at the tick."""

    cause: Cause | None = None
    """What brings these changes: told with the results that they revise."""
    causes: dict[tuple[int, Cause], tuple[int, int]] = field(default_factory=dict)

    look: int | None = None
    """The minute (µs) that looks at what these change; None: the one behind the tick."""
    looks: set[int] = field(default_factory=set)
    """Tracks of which the next whole minute may say otherwise than the last."""

    def __post_init__(self) -> None:
        self.memory = memory_of(self.uow)

    def track(self, revision: Revision, objective: Objective, scope: str, at: int) -> Track:
        """The track of an objective and scope; made when ``at`` is its first measurement."""
        tracks = self.memory.tracks_of(self.uow.connection, revision.service)
        key = (revision.hash, objective.code, scope)
        if key not in tracks:
            open_track(self.uow, revision, objective, scope, at, self.tick)
        return tracks[key]

    def finality_of(self, revision: Revision, objective: Objective) -> Finality:
        """Which windows of an objective are final for what comes now."""
        key = (revision.hash, objective.code)
        if key not in self.final:
            reached = past_grace(objective, revision.known_at, self.tick)
            seals = self.memory.seals_of(self.uow.connection, revision)
            self.final[key] = Finality(objective.windows, reached, seals)
        return self.final[key]

    def finality(self, track: Track, revision: Revision, objective: Objective) -> Finality:
        """Which windows of a track are final for what comes now.

        A track that no tick had to look at since (its group began later) knows of no grace that passed.
        """
        found = self.memory.finality(self.uow.connection, track, revision, objective)
        if self.by_clock:
            return found
        reached = self.finality_of(revision, objective).past_grace
        return replace(found, past_grace=max(found.past_grace, reached))

    def is_open(self, track: Track, objective: Objective, at: int) -> bool:
        """Whether nothing that was judged holds an event time, and the track has begun by then."""
        if at >= track.closed_to:
            return True
        windows = objective.windows
        # Before its first step ends, a rolling track has judged nothing.
        if isinstance(windows, RollingWindows) and track.closed_to == track.started:
            return at > track.started - windows.step
        return False

    def add(
        self,
        track: Track,
        revision: Revision,
        objective: Objective,
        minute: int,
        numbers: Sequence[int],
    ) -> None:
        """Adds n, good, total and the limbs of the sum to a pane."""
        pane = self.added[track.series, minute]
        for index, number in enumerate(numbers):
            pane[index] += number
        if track.id not in self.looks and is_watched(objective):
            worse = may_worsen(objective, numbers[1], numbers[2])
            if worse or self.memory.stands(self.uow.connection, track.id):
                self.looks.add(track.id)
        self.note(track, revision, objective, minute * MINUTE)

    def add_columns(self, series: Ints, minute: Ints, numbers: Sequence[Ints]) -> None:
        """Adds to many panes; their tracks are told by who calls."""
        self.columns.append((series, minute, numbers))

    def note(self, track: Track, revision: Revision, objective: Objective, at: int) -> None:
        """Remembers that something at ``at`` changed: to be judged again, or at once while open."""
        self.begin(track, objective, at)
        if not self.is_open(track, objective, at):
            # Rolling windows that are final by now stay as they were, but for a correction.
            low = at if self.correcting or not objective.windows.rolling else max(at, track.final_to)
            if low < track.closed_to:
                self._dirty(track, low, low + 1)
        if at >= track.closed_to or objective.windows.rolling:
            _, _, _, low, high = self.arrived.get(track.id, (track, revision, objective, at, at))
            self.arrived[track.id] = (track, revision, objective, min(low, at), max(high, at))

    def note_span(self, track: Track, revision: Revision, objective: Objective, start: int, end: int) -> None:
        """Remembers that the coverage of [start, end) changed; the numbers did not."""
        if start < track.closed_to:
            self._dirty(track, start, min(end, track.closed_to))
        if end > track.closed_to and objective.coverage_floor is not None:
            low, high = max(start, track.closed_to), end - 1
            _, _, _, first, last = self.arrived.get(track.id, (track, revision, objective, low, high))
            self.arrived[track.id] = (track, revision, objective, min(low, first), max(high, last))

    def begin(self, track: Track, objective: Objective, at: int) -> None:
        """A scope's first measurement in event time moves its start back, to be judged from there."""
        if at >= track.started:
            return
        first = objective.windows.first_ending_after(at)
        start = first.end - 1 if objective.windows.rolling else first.start
        if start >= track.started:
            return
        if track.closed_to > self.tick:
            # Nothing was closed: it only began there.
            track.closed_to = start
            track.due = objective.first_look(first)
            self.changed[track.id] = track
        else:
            self._dirty(track, start, track.started)
        track.started = start

    def reconsider(
        self, track: Track, revision: Revision, objective: Objective, start: int, end: int
    ) -> None:
        """Remembers that what counts in [start, end) is another, though nothing was reported anew."""
        start = max(start, track.started - objective.windows.reach)
        if start >= end:
            return
        if is_watched(objective):
            self.looks.add(track.id)
        if start < track.closed_to:
            self._dirty(track, start, min(end, track.closed_to))
        if end > track.closed_to and not objective.windows.rolling:
            low, high = max(start, track.closed_to), end - 1
            _, _, _, first, last = self.arrived.get(track.id, (track, revision, objective, low, high))
            self.arrived[track.id] = (track, revision, objective, min(low, first), max(high, last))

    def _dirty(self, track: Track, start: int, end: int) -> None:
        if self.cause is not None:
            low, high = self.causes.get((track.id, self.cause), (start, end))
            self.causes[track.id, self.cause] = (min(low, start), max(high, end))
        track.dirty_from = start if track.dirty_from is None else min(track.dirty_from, start)
        track.dirty_to = end if track.dirty_to is None else max(track.dirty_to, end)
        self.changed[track.id] = track

    def set_aside(
        self, track: Track, revision: Revision, objective: Objective, at: int, batch: str, rows: int
    ) -> None:
        """Lists rows that came after their window was final.

        A window that the revision shares with another, and of which it got nothing in time, has no result of
        it yet: the next tick makes one, so that the rows are listed there and a correction can name it.
        """
        window = objective.windows.first_ending_after(at)
        row = {"track": track.id, "window_start": window.start, "batch": batch, "rows": rows}
        self.late.append(row)
        if not objective.windows.rolling and revision.shares(*window):
            self._dirty(track, window.start, window.end)

    def flush(self) -> None:
        """Writes what was gathered."""
        connection = self.uow.connection
        if self.added:
            moved = np.array([(*key, *numbers) for key, numbers in self.added.items()], dtype=np.int64).T
            self.columns.append((moved[0], moved[1], list(moved[2:])))
        if self.columns:
            parts = zip(
                *((series, minute, *numbers) for series, minute, numbers in self.columns), strict=True
            )
            series, minute, *numbers = (np.concatenate(part) for part in parts)
            panes.add_to_panes(connection, series, minute, numbers)
        panes.add_extremes(connection, self.extremes)
        panes.withhold(connection, self.withheld)
        panes.add_after_final(connection, self.late)
        panes.save_tracks(connection, self.changed.values())
        causes.add(connection, (Touch(track, cause, *span) for (track, cause), span in self.causes.items()))
        fresh = self.looks - self.memory.looks
        soon = (self.tick // MINUTE + 1) * MINUTE if self.look is None else self.look
        outlooks.look_soon(connection, fresh, soon)
        self.memory.looks |= fresh
        self.looks.clear()
        self.added.clear()
        self.columns.clear()
        self.withheld.clear()
        self.extremes.clear()
        self.late.clear()
        self.changed.clear()
        self.causes.clear()


def open_track(
    uow: UnitOfWork, revision: Revision, objective: Objective, scope: str, at: int, tick: int
) -> Track:
    """Makes a track whose first window is the one that holds ``at``."""
    return open_tracks(uow, revision, [objective], [(scope, at)], tick)[0][0]


def open_tracks(
    uow: UnitOfWork,
    revision: Revision,
    objectives: Sequence[Objective],
    scopes: Sequence[tuple[str, int]],
    tick: int,
) -> list[list[Track]]:
    """The tracks of some objectives on the same panes in each scope; those that are missing begin with the
    window that holds the scope's instant. What is past its grace at ``tick`` is final, for them too."""
    memory, connection = memory_of(uow), uow.connection
    known = memory.tracks_of(connection, revision.service)
    judged_from = objectives[0].judged_from
    series = panes.series_of(connection, revision.hash, judged_from, [scope for scope, _ in scopes])
    rows = []
    for scope, at in scopes:
        for objective in objectives:
            if (revision.hash, objective.code, scope) in known:
                continue
            windows = objective.windows
            first = windows.first_ending_after(at)
            # Rolling: the step just before the first end counts as judged. Calendar: what ended before.
            started = first.end - 1 if windows.rolling else first.start
            rows.append(
                {
                    "revision": revision.hash,
                    "agreement": revision.agreement,
                    "service": revision.service,
                    "objective": objective.code,
                    "scope": scope,
                    "closed_to": started,
                    "final_to": past_grace(objective, revision.known_at, tick),
                    "due": objective.first_look(first),
                    "started": started,
                    "dirty_from": None,
                    "dirty_to": None,
                    "series": series[scope],
                    "withholds": False,
                }
            )
    for track in panes.add_tracks(connection, rows):
        memory.keep(track)
    return [[known[revision.hash, objective.code, scope] for objective in objectives] for scope, _ in scopes]
