"""From batches to panes: all of a run merged in arrays, so that each pane is written once.

What objectives share is added once (domain: `Objective.judged_from`); then each track says whether it had
anything closed there. Few have: only these are looked at minute by minute, and batch by batch where a window
is final, since what comes behind it counts for others and not for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from services.evaluation.domain.lookbacks import is_watched, may_worsen
from services.evaluation.domain.merging import MOST_ROWS, Cells, Merged
from services.evaluation.domain.objective import Objective
from services.evaluation.domain.panes import Columns
from services.evaluation.handlers.memory import Group, Member
from services.evaluation.handlers.tracking import Changes, open_tracks, scope_text
from services.evaluation.store import panes
from services.evaluation.store.control import Revision
from services.evaluation.store.panes import Track
from shared.clock import MINUTE
from shared.events.metrics import Batch, ColumnGroup

Part = tuple[Columns, str]
"""Rows of one indicator, and the batch that they came in."""


def add_batches(changes: Changes, facts: Sequence[Batch], revision: Revision, *, sign: int = 1) -> None:
    """Adds what some batches measured to the panes of a revision (``sign`` -1: takes it out again)."""
    start, end = span = (revision.effective_from, revision.effective_to)
    parts: dict[tuple[str, bool], list[Part]] = {}
    groups = changes.memory.plan(changes.uow.connection, revision.service).groups[revision.hash]
    measured = {group.indicator for group in groups}
    for fact in facts:
        if fact.last_at < start or (end is not None and fact.first_at >= end):
            continue
        for rows in fact.groups:
            if rows.indicator in measured:
                parts.setdefault((rows.indicator, bool(rows.value)), []).append((columns(rows), fact.batch))
    for (indicator, _), found in parts.items():
        for some in _pieces(found):
            merged = Merged([part for part, _ in some], span)
            if not len(merged):
                continue
            for group in groups:
                if group.indicator == indicator:
                    _Addition(changes, revision, group, merged, [name for _, name in some], sign).run()


def _pieces(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """Parts of so many rows as are merged at once."""
    found: list[Part] = []
    size = 0
    for part in parts:
        if found and size + len(part[0]) > MOST_ROWS:
            yield found
            found, size = [], 0
        found.append(part)
        size += len(part[0])
    if found:
        yield found


class _Addition:
    """What some batches add to the series of one group, and what that means to its tracks."""

    def __init__(
        self,
        changes: Changes,
        revision: Revision,
        group: Group,
        merged: Merged,
        batches: Sequence[str],
        sign: int,
    ) -> None:
        self.changes = changes
        self.revision = revision
        self.group = group
        self.merged = merged
        self.batches = batches
        self.sign = sign
        self.cells: Cells = merged.cells(group.scope, group.good)
        self._apart: Cells | None = None

    @property
    def apart(self) -> Cells:
        """Batch by batch: for what is final, and for extremes, which cannot be subtracted."""
        if self._apart is None:
            self._apart = self.merged.cells(self.group.scope, self.group.good, apart=True)
        return self._apart

    def run(self) -> None:
        cells, changes, sign = self.cells, self.changes, self.sign
        first = cells.first
        lows = (cells.minute[first[:-1]] * MINUTE).tolist()
        members = self._members(lows)
        self._touch(members, lows)
        series = np.repeat(np.array([member.series for member in members]), np.diff(first))
        numbers = (cells.n, cells.good, cells.total, cells.high, cells.low)
        changes.add_columns(series, cells.minute, [sign * column for column in numbers])
        if self.group.keeps_extremes:
            self._extremes(members)

    def _members(self, lows: Sequence[int]) -> list[Member]:
        """The series and tracks of each scope; made where a scope is new."""
        known, group = self.group.members, self.group
        found = [known.get(values) for values in self.cells.scopes]
        if None in found:
            fresh = [index for index, member in enumerate(found) if member is None]
            texts = [scope_text(group.scope, self.cells.scopes[index]) for index in fresh]
            opened = open_tracks(
                self.changes.uow,
                self.revision,
                group.objectives,
                [(text, lows[index]) for text, index in zip(texts, fresh, strict=True)],
                self.changes.tick,
            )
            for index, tracks in zip(fresh, opened, strict=True):
                known[self.cells.scopes[index]] = Member(tracks[0].series, tracks)
            found = [known[values] for values in self.cells.scopes]
        return found  # type: ignore[return-value]  # none is missing any more

    def _touch(self, members: Sequence[Member], lows: Sequence[int]) -> None:
        """Tells the tracks where something came; most have nothing closed there."""
        for position, objective in enumerate(self.group.objectives):
            on_arrival = not objective.windows.rolling and (objective.judged_on_arrival or objective.targets)
            final = self.changes.finality_of(self.revision, objective).edge
            for index, (member, low) in enumerate(zip(members, lows, strict=True)):
                track = member.tracks[position]
                if low < final or (low < track.closed_to and not self.changes.is_open(track, objective, low)):
                    self._closed(index, track, objective)
                elif on_arrival:
                    self._arrived(index, track, objective)
            if is_watched(objective):
                self._watch(position, objective, members)

    def _arrived(self, index: int, track: Track, objective: Objective) -> None:
        first, last = self.cells.first[index], self.cells.first[index + 1] - 1
        for at in {int(self.cells.minute[first]), int(self.cells.minute[last])}:
            self.changes.note(track, self.revision, objective, at * MINUTE)

    def _closed(self, index: int, track: Track, objective: Objective) -> None:
        """What came lies in windows that have been judged: they are again, unless they are final."""
        changes = self.changes
        low, high = self.cells.first[index], self.cells.first[index + 1]
        times = [minute * MINUTE for minute in self.cells.minute[low:high].tolist()]
        late: set[int] = set()
        if not changes.correcting:
            finality = changes.finality(track, self.revision, objective)
            late = {at for at in times if finality.everywhere(at)}
        if late:
            # A group has been there since then, though nothing of it counts.
            changes.begin(track, objective, min(late))
            self._withhold(index, track, objective, late)
        for at in times:
            if at not in late:
                changes.note(track, self.revision, objective, at)

    def _withhold(self, index: int, track: Track, objective: Objective, late: set[int]) -> None:
        cells = self.apart
        assert cells.part is not None
        low, high = cells.first[index], cells.first[index + 1]
        minutes = np.array([at // MINUTE for at in late])
        entries = np.flatnonzero(np.isin(cells.minute[low:high], minutes)) + low
        names = ("part", "minute", "n", "good", "total", "high", "low", "minimum", "maximum")
        columns = [getattr(cells, name) for name in names]
        # Extremes are kept only where they may be asked for.
        kept = self.group.keeps_extremes
        lists = [[None] * len(entries) if one is None else one[entries].tolist() for one in columns]
        for part, minute, n, good, total, high_, low_, minimum, maximum in zip(*lists, strict=True):
            batch = self.batches[part]
            numbers = [self.sign * number for number in (n, good, total, high_, low_)]
            bounds = (minimum, maximum) if kept else (None, None)
            self.changes.withheld.append((track.id, minute, batch, *numbers, *bounds))
            if self.sign > 0:
                self.changes.set_aside(track, self.revision, objective, minute * MINUTE, batch, n)
        if not track.withholds:
            track.withholds = True
            self.changes.changed[track.id] = track

    def _watch(self, position: int, objective: Objective, members: Sequence[Member]) -> None:
        """Notes the tracks of which the next whole minute may say otherwise."""
        changes, cells = self.changes, self.cells
        edges = cells.first[:-1]
        good = (self.sign * np.add.reduceat(cells.good, edges)).tolist()
        total = (self.sign * np.add.reduceat(cells.total, edges)).tolist()
        noted = changes.memory.looks
        for index, member in enumerate(members):
            track = member.tracks[position].id
            if track in noted or track in changes.looks:
                continue
            if may_worsen(objective, good[index], total[index]) or changes.memory.stands(
                changes.uow.connection, track
            ):
                changes.looks.add(track)

    def _extremes(self, members: Sequence[Member]) -> None:
        if self.sign < 0:
            for member in members:
                for batch in self.batches:
                    panes.remove_extremes(self.changes.uow.connection, member.series, batch)
            return
        cells = self.apart
        assert cells.part is not None
        assert cells.minimum is not None
        assert cells.maximum is not None
        series = np.repeat(np.array([member.series for member in members]), np.diff(cells.first)).tolist()
        batches = [self.batches[part] for part in cells.part.tolist()]
        columns = (cells.minute.tolist(), batches, cells.minimum.tolist(), cells.maximum.tolist())
        self.changes.extremes.extend(zip(series, *columns, strict=True))


def columns(group: ColumnGroup) -> Columns:
    """The packed columns of a batch as arrays."""

    def ints(data: bytes) -> Any:
        return np.frombuffer(data, dtype="<i8") if data else None

    at = ints(group.at)
    if at is None:
        at = np.zeros(0, dtype=np.int64)
    labels = {}
    for name, column in group.labels.items():
        codes: Any = (
            np.frombuffer(column.codes, dtype="<i2") if column.codes else np.zeros(len(at), dtype=np.int16)
        )
        labels[name] = (column.values, codes)
    return Columns(at, ints(group.value), ints(group.good), ints(group.total), labels)
