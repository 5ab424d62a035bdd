"""Judging: open windows on arrival, closed ones by ticks, and again when late data changed them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from services.evaluation.domain import verdict as judgements
from services.evaluation.domain.finality import Finality, past_grace
from services.evaluation.domain.objective import Objective
from services.evaluation.domain.verdict import CLOSED, FINAL, OPEN, Judgement, Tally
from services.evaluation.domain.windows import CalendarWindows, RollingWindows, Window, next_local_midnight
from services.evaluation.handlers import breaches, causes, composites, journeys, outlooks, tallies
from services.evaluation.handlers.coverage import Covering
from services.evaluation.handlers.memory import memory_of
from services.evaluation.handlers.results import (
    calendar_basis,
    final_at,
    finish,
    made,
    put,
    result_body,
    same_judgement,
)
from services.evaluation.handlers.tracking import Changes
from services.evaluation.store import causes as remembered
from services.evaluation.store import corrections, panes, results
from services.evaluation.store.causes import Cause, Touch
from services.evaluation.store.control import Revision
from services.evaluation.store.panes import Track
from services.evaluation.store.results import Result
from shared.clock import MINUTE, rfc3339
from shared.db import UnitOfWork
from shared.events.envelope import Record
from shared.events.metrics import Sealed
from shared.events.topics import partition_of


def take_tick(uow: UnitOfWork, record: Record, at: int) -> None:
    """All data accepted before ``at`` are in: closes windows, makes them final, judges late ones again."""
    memory = memory_of(uow)
    services = _services(uow, record)
    if not services:
        return
    changes = Changes(uow, at, by_clock=True, look=-(-at // MINUTE) * MINUTE)
    journeys.recount_due(changes, services)
    changes.flush()
    judge_arrivals(changes)
    with composites.together(uow, at):
        for track in panes.due_tracks(uow.connection, services, at):
            mine = memory.track(uow.connection, track.id)
            revision, objective = memory.plan(uow.connection, track.service).objective(mine)
            Judge(uow, mine, revision, objective, at).catch_up()
    outlooks.take_minute(uow, services, at)


def is_due(uow: UnitOfWork, record: Record, since: int, at: int, reporting: Iterable[str]) -> bool:
    """Whether a tick closes a window or makes one final: what comes behind it counts otherwise then.

    ``since``: the tick before; ``reporting``: services of which something came behind that. It may be the
    first of a label group, whose windows are none of any track's yet.
    """
    services = _services(uow, record)
    if services and panes.any_due(uow.connection, services, at):
        return True
    plans = [memory_of(uow).plan(uow.connection, service) for service in sorted(set(reporting))]
    return any(
        past_grace(objective, revision.known_at, since) != past_grace(objective, revision.known_at, at)
        for plan in plans
        for revision, objectives in plan.revisions
        for objective in objectives
        if objective.scope
    )


def _services(uow: UnitOfWork, record: Record) -> list[str]:
    """The services whose reports are in the tick's partition."""
    return [
        service
        for service in panes.services(uow.connection)
        if partition_of(service, record.partitions) == record.partition
    ]


def judge_arrivals(changes: Changes) -> None:
    """What an open calendar window can already say is said at once, not at the next tick."""
    with composites.together(changes.uow, changes.tick):
        for track, revision, common, low, high in changes.arrived.values():
            objective = common.of_group(json.loads(track.scope))
            if objective.windows.rolling or not objective.judged_on_arrival:
                continue
            judge = Judge(changes.uow, track, revision, objective, changes.tick)
            for window in objective.windows.touching(max(low, track.closed_to), high + 1):
                judge.open_window(window)
    changes.arrived.clear()


def judge_backfill(uow: UnitOfWork, record: Record, fact: Sealed, tick: int) -> None:
    """Every window that touches the backfill's span and has ended is judged, as closed and final."""
    memory = memory_of(uow)
    with composites.together(uow, tick):
        for track in memory.tracks_of(uow.connection, fact.service).values():
            revision, objective = memory.plan(uow.connection, fact.service).objective(track)
            if fact.to_at <= revision.effective_from:
                continue
            Judge(uow, track, revision, objective, tick, backfill=fact).catch_up()


def cause_of(fact: Sealed) -> Cause:
    """Why a sealed backfill's windows are judged again."""
    return Cause("backfill", fact.backfill, fact.source)


class Judge:
    """Judges the windows of one track, as far as data are complete (``tick``)."""

    def __init__(
        self,
        uow: UnitOfWork,
        track: Track,
        revision: Revision,
        objective: Objective,
        tick: int,
        *,
        backfill: Sealed | None = None,
    ) -> None:
        self.uow = uow
        self.connection = uow.connection
        self.track = track
        self.revision = revision
        self.objective = objective
        self.tick = tick
        self.backfill = backfill
        self.changed: set[Window] = set()
        self.finished: set[Window] = set()
        self.covering = Covering(self.connection, track, objective)
        self.causes: list[Touch] = []
        self.before = self.finality = self._finality()
        """What was final before this tick, and what is by now."""

    def _finality(self) -> Finality:
        return memory_of(self.uow).finality(self.connection, self.track, self.revision, self.objective)

    # --- what there is to do -------------------------------------------------------------------------

    def catch_up(self) -> None:
        """Judges what is dirty, closes what has ended, makes final what is past its grace."""
        windows = self.objective.windows
        self._remember()
        reached = past_grace(self.objective, self.revision.known_at, self.tick)
        self.track.final_to = max(self.track.final_to, reached)
        self.finality = self._finality()
        if isinstance(windows, RollingWindows):
            self._roll(windows)
        else:
            self._turn(windows)
        self._finalise()
        self.track.due = self._due()
        panes.save_track(self.connection, self.track)
        self._tell()

    def _tell(self) -> None:
        """Tells what the results that changed mean for breaches, and for composites."""
        if self.changed:
            breaches.tell(self.uow, self.track, self.revision, self.objective, self.tick)
        windows = self.changed | self.finished
        composites.follow(self.uow, self.track, self.revision, windows, self.tick)

    def _remember(self) -> None:
        """Takes what was remembered of why this track has to be judged again."""
        if self.track.dirty_from is not None:
            self.causes = remembered.of_track(self.connection, self.track.id)
            if self.causes:
                remembered.drop(self.connection, self.track.id)
        if self.backfill is not None:
            cause = cause_of(self.backfill)
            span = (self.backfill.from_at, self.backfill.to_at)
            self.causes = [one for one in self.causes if one.cause != cause]
            self.causes.append(Touch(self.track.id, cause, *span))

    def _stands(self, window: Window) -> bool:
        """Whether a final window stays as it is: only a control fact that touches it judges it again."""
        return not any(one.cause.acts_as_correction and one.touches(*window) for one in self.causes)

    def _turn(self, windows: CalendarWindows) -> None:
        track = self.track
        again: set[Window] = set()
        for start, end in self._dirty_spans():
            again.update(w for w in windows.touching(start, end) if w.end <= track.closed_to)
        for window in sorted(again):
            known = results.newest_result(self.connection, track.id, *window)
            if known is None or known.state != FINAL or not self._stands(window):
                self._judge(window, self._tally(window))
        for window in windows.ending_after(track.closed_to):
            if window.end > self.tick or self._ended(window):
                break
            self._judge(window, self._tally(window))
            track.closed_to = window.end
        if self.objective.fixed_slices:
            window = windows.at(self.tick)
            if track.closed_to <= window.start < self.tick and not self._ended(window):
                self._open(window)

    def _roll(self, windows: RollingWindows) -> None:
        track = self.track
        spans = list(self._dirty_spans())
        first = track.closed_to
        if spans:
            first = min(first, max(min(start for start, _ in spans), track.started))
        ended = self.revision.effective_to
        last = self.tick
        if ended is not None and not self.objective.on_journeys:
            last = min(self.tick, ended)
            for past in results.track_results(self.connection, track.id, ended, track.closed_to):
                self._leave(Window(past.window_start, past.window_end))
        if last <= first:
            return
        slide = tallies.stepping(self.connection, self.track, self.objective, windows, first, last)
        if self.objective.plans:
            self.covering.load(first - windows.duration, last)
        midnight = next_local_midnight(first + 1, self.objective.zone)
        before = results.last_result_before(self.connection, track.id, first)
        said = before.verdict if before is not None else None
        known = {
            found.window_end: found
            for found in results.track_results(self.connection, track.id, first, track.closed_to)
        }
        # The first step that is judged is always stored: what lies before it never was.
        judged = (first if before is not None else min(known, default=last), track.closed_to)
        for window in windows.ending_after(first):
            if window.end > last:
                break
            track.closed_to = max(track.closed_to, window.end)
            if judged[0] <= window.end <= judged[1] and self.before.holds(window) and self._stands(window):
                said = known[window.end].verdict if window.end in known else said
                if window.end >= midnight:
                    midnight = next_local_midnight(window.end + 1, self.objective.zone)
                continue
            tally = self.covering.complete(window, slide.tally(window))
            if self.revision.outlasted_by(window.end) and self._holds_nothing(window, tally):
                self._leave(window)
                continue
            judgement = self._judgement(tally, CLOSED)
            day_ends = window.end >= midnight
            if judgement.verdict != said or day_ends or window.end in known:
                self._store(window, judgement)
            said = judgement.verdict
            if day_ends:
                midnight = next_local_midnight(window.end + 1, self.objective.zone)

    def _dirty_spans(self) -> Iterator[tuple[int, int]]:
        track = self.track
        if track.dirty_from is not None and track.dirty_to is not None:
            yield track.dirty_from, track.dirty_to
        track.dirty_from = track.dirty_to = None
        if self.backfill is not None:
            yield max(self.backfill.from_at, track.started), self.backfill.to_at

    def _ended(self, window: Window) -> bool:
        """Whether the revision can hold nothing of the window: it was no longer in force when it started.

        A journey is judged by the revision at its start, so its windows go on.
        """
        end = self.revision.effective_to
        return end is not None and window.start >= end and not self.objective.on_journeys

    def _finalise(self) -> None:
        """Closed results past their grace (or of a sealed backfill's windows) become final."""
        low, high = self.before.past_grace, self.finality.past_grace
        if self.backfill is not None:
            low, high = min(low, self.backfill.from_at), max(high, self.tick)
        for found in results.track_results(self.connection, self.track.id, low, high, state=CLOSED):
            window = Window(found.window_start, found.window_end)
            if self.finality.holds(window):
                at = final_at(self.revision, self.objective, found.window_end)
                finish(self.uow, self.revision, found, final_at=rfc3339(at))
                self.finished.add(window)

    def _due(self) -> int | None:
        """When a tick has something to do here: a window to close, or one to make final."""
        track = self.track
        coming: list[int] = []
        if track.final_to < track.closed_to:
            coming.append(final_at(self.revision, self.objective, self._next_end(track.final_to)))
        end = self.revision.effective_to
        following = next(iter(self.objective.windows.ending_after(track.closed_to)))
        in_force = end is None or (
            following.end <= end if self.objective.windows.rolling else following.start < end
        )
        if in_force or self.objective.on_journeys:
            coming.append(self.objective.first_look(following, self.tick))
        return min(coming) if coming else None

    def _next_end(self, instant: int) -> int:
        return next(iter(self.objective.windows.ending_after(instant))).end

    # --- one window ----------------------------------------------------------------------------------

    def open_window(self, window: Window) -> None:
        """Stores an open window's result while it says that the promise is broken beyond repair."""
        self._open(window)
        self._tell()

    def _open(self, window: Window) -> None:
        judgement = self._judgement(self._tally(window, self.tick), OPEN)
        known = results.newest_result(self.connection, self.track.id, *window)
        if judgement.verdict == judgements.BREACHED:
            if known is None or known.number == 0:
                self._put(window, judgement, OPEN, known, 0)
        elif known is not None and known.number == 0:
            results.drop_result(self.connection, known.id)
            self.changed.add(window)

    def _judge(self, window: Window, tally: Tally) -> None:
        if self.revision.shares(*window) and self._holds_nothing(window, tally) and not self._late(window):
            # Another revision judges the rest of this window; this one holds nothing of it.
            self._leave(window)
            return
        self._store(window, self._judgement(tally, CLOSED))

    def _holds_nothing(self, window: Window, tally: Tally) -> bool:
        """Whether nothing was reported of it, excluded or not."""
        return tally.n == 0 and self._excluded(window).number == 0

    def _excluded(self, window: Window) -> tallies.Excluded:
        return tallies.excluded(self.connection, self.track, self.objective, window)

    def _late(self, window: Window) -> bool:
        """Whether something came when it was final: then there is a result, which a correction can name."""
        return bool(panes.after_final_of(self.connection, self.track.id, window.start))

    def _leave(self, window: Window) -> None:
        """A window that is none of this revision's any more has no result of it, but for a final one."""
        known = results.newest_result(self.connection, self.track.id, *window)
        if known is None:
            return
        if known.state == FINAL:
            self._store(window, self._judgement(self._tally(window), CLOSED))
            return
        if known.number == 0:
            results.drop_result(self.connection, known.id)
        else:
            results.retire_result(self.connection, known.id)
        self.changed.add(window)

    def _store(self, window: Window, judgement: Judgement) -> None:
        known = results.newest_result(self.connection, self.track.id, *window)
        state = FINAL if self.finality.holds(window) else CLOSED
        last = (
            known.number
            if known is not None
            else results.last_number(self.connection, self.track.id, *window)
        )
        self._put(window, judgement, state, known, last + 1)

    def _put(
        self, window: Window, judgement: Judgement, state: str, known: Result | None, number: int
    ) -> None:
        body = self._body(window, judgement, state)
        if known is not None and known.number > 0 and same_judgement(known.body, body):
            return
        if known is not None and number == 0 and same_judgement(known.body, body):
            return
        superseded = None
        if known is not None and known.number > 0:
            superseded = known.id
            body["cause"] = causes.told(
                self.connection, self.track, self.objective, window, known, self.causes
            )
        new = made(
            self.track,
            window,
            number,
            state,
            judgement.verdict,
            body,
            tick=self.tick,
            supersedes=superseded,
        )
        put(self.uow, self.revision, new, known)
        self.changed.add(window)

    def _judgement(self, tally: Tally, state: str) -> Judgement:
        return judgements.judge(self.objective, tally, state)

    def _tally(self, window: Window, tick: int | None = None) -> Tally:
        found = tallies.tally(self.connection, self.track, self.objective, window, tick=tick)
        return self.covering.complete(window, found, tick)

    def _body(self, window: Window, judgement: Judgement, state: str) -> dict[str, Any]:
        return result_body(
            self.track,
            self.revision,
            self.objective,
            window,
            judgement,
            state,
            tick=self.tick,
            overdue=tallies.overdue(self.connection, self.track, self.objective, window),
            excluded=self._excluded(window),
            # Only final windows are corrected: an open one need not be asked, where a breach waits for it.
            corrections=[] if state == OPEN else corrections.applied_to(self.connection, self.track, window),
            calendar=calendar_basis(self.connection, self.track, self.objective, window),
            backfill=memory_of(self.uow).backfill_of(self.connection, self.track.service, window),
        )
