"""What open windows say before they close: at risk, and burn alerts; told by ticks when it changes.

Judged at whole minutes, from panes alone, so that it never depends on the order in which reports came. A tick
looks only where something can have changed: where what arrived used up budget, where the clock alone can
change what is said (reckoned when it was last looked at), and where a window ends.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from services.evaluation.domain import budget, verdict
from services.evaluation.domain.amounts import exact_text, shown
from services.evaluation.domain.lookbacks import Burning, Counted, Lookbacks, has_alerts, next_at_risk
from services.evaluation.domain.objective import BurnPair, Objective
from services.evaluation.domain.slice_lookbacks import SliceLookbacks
from services.evaluation.domain.verdict import Judgement, Tally
from services.evaluation.domain.windows import CalendarWindows, Window
from services.evaluation.handlers import tallies
from services.evaluation.handlers.breaches import span_of
from services.evaluation.handlers.coverage import Covering
from services.evaluation.handlers.memory import memory_of
from services.evaluation.store import outlooks as store
from services.evaluation.store.control import Revision
from services.evaluation.store.outlooks import Outlook
from services.evaluation.store.panes import Track
from shared.clock import MINUTE, rfc3339
from shared.db import Connection, UnitOfWork
from shared.events.evaluation import AtRisk, BurnAlert

DAY = 1440 * MINUTE
AnyLookbacks = Lookbacks | SliceLookbacks


def judged_open(
    connection: Connection, track: Track, objective: Objective, window: Window, tick: int
) -> Judgement:
    """What an open calendar window says at a tick: the same for who asks and for the tick itself."""
    tally = tallies.tally(connection, track, objective, window, tick=tick)
    tally = Covering(connection, track, objective).complete(window, tally, tick)
    judgement = verdict.judge(objective, tally, verdict.OPEN)
    where = budget.horizon(window, tick) if budget.has_forecast(objective) else None
    forecast = None
    if where is not None:
        recent = tallies.tally(connection, track, objective, where.recent)
        forecast = budget.project(objective, where, tally.good, tally.total, recent.good, recent.total)
    return verdict.with_outlook(objective, judgement, forecast)


def period_at(objective: Objective, at: int) -> int:
    """The length of the window that holds an instant: what default factors are scaled by."""
    windows = objective.windows
    return windows.at(at).length if isinstance(windows, CalendarWindows) else windows.duration


def lookbacks(
    connection: Connection, track: Track, objective: Objective, pairs: Sequence[BurnPair], at: int
) -> AnyLookbacks:
    """What the pairs look back on at a whole minute, and what has already come behind it."""
    longest = max((max(pair.long, pair.short) for pair in pairs), default=0)
    if objective.slice is not None:
        start = at - longest - objective.slice.length
        cut = tallies.sliced(connection, track, objective, start, at + DAY)
        return SliceLookbacks(objective, cut)
    found = tallies.minutes(connection, track, objective, at - longest, at + DAY)
    return Lookbacks(objective, found.minute, found.good, found.total)


def burnings(
    connection: Connection,
    track: Track,
    objective: Objective,
    pairs: Sequence[BurnPair],
    spans: AnyLookbacks,
    at: int,
) -> list[Burning]:
    """What pairs say at a whole minute; a lookback whose coverage is below the floor says nothing."""
    found = [spans.burning(pair, at // MINUTE) for pair in pairs]
    if objective.coverage_floor is None or not any(one.reached for one in found):
        return found
    covering = Covering(connection, track, objective)

    def burn(length: int, value: Fraction | None) -> Fraction | None:
        coverage = covering.complete(Window(at - length, at), Tally()).coverage
        return None if verdict.below_floor(objective, coverage) else value

    judged = []
    for one in found:
        if one.reached:
            long, short = burn(one.pair.long, one.long_burn), burn(one.pair.short, one.short_burn)
            said = budget.reached(one.pair, long, short)
            one = replace(one, long_burn=long, short_burn=short, reached=said)
        judged.append(one)
    return judged


def take_minute(uow: UnitOfWork, services: Sequence[str], tick: int) -> None:
    """Looks where something can have changed by the tick's whole minute."""
    at = tick // MINUTE * MINUTE
    memory = memory_of(uow)
    looked = store.due(uow.connection, services, at)
    for row in looked:
        track = memory.track(uow.connection, row.track)
        revision, objective = memory.plan(uow.connection, track.service).objective(track)
        _Look(uow, track, revision, objective, row, at).run()
    store.save(uow.connection, looked)
    if looked:
        memory.forget_outlooks()


class _Look:
    def __init__(
        self,
        uow: UnitOfWork,
        track: Track,
        revision: Revision,
        objective: Objective,
        row: Outlook,
        at: int,
    ) -> None:
        self.uow = uow
        self.track = track
        self.revision = revision
        self.objective = objective
        self.row = row
        self.at = at
        self.coming: list[int] = []

    def run(self) -> None:
        row, end = self.row, self.revision.effective_to
        in_force = self.revision.effective_from <= self.at and (end is None or self.at < end)
        self._risk(in_force)
        self._burn(in_force)
        row.standing = row.risk_start is not None or bool(row.alerts)
        if not in_force and self.at < self.revision.effective_from:
            self.coming.append(self.revision.effective_from)
        if row.standing and end is not None:
            self.coming.append(end)
        row.look = min(self.coming, default=None)
        if row.look is not None:
            # A minute that lies behind was looked at: never again at the same one.
            row.look = max(row.look, self.at + MINUTE)

    # --- at risk -------------------------------------------------------------------------------------

    def _risk(self, in_force: bool) -> None:
        windows = self.objective.windows
        if not isinstance(windows, CalendarWindows):
            return
        row = self.row
        known = None
        if row.risk_start is not None and row.risk_end is not None:
            known = Window(row.risk_start, row.risk_end)
        if not in_force:
            if known is not None:
                self._left(known, ["ended"])
            return
        window = windows.at(self.at)
        if known is not None and known != window:
            self._left(known, ["closed"])
            known = None
        judgement = judged_open(self.uow.connection, self.track, self.objective, window, self.at)
        at_risk = judgement.verdict == verdict.AT_RISK
        if at_risk and known is None:
            row.risk_start, row.risk_end = window
            self._tell_risk("entered", list(judgement.risks), window, judgement)
        elif known is not None and not at_risk:
            broken = judgement.verdict == verdict.BREACHED
            self._left(known, ["breached" if broken else "recovered"], judgement)
        self._next_risk(window, judgement)

    def _left(self, window: Window, because: list[str], judgement: Judgement | None = None) -> None:
        self.row.risk_start = self.row.risk_end = None
        if judgement is None:
            judgement = judged_open(self.uow.connection, self.track, self.objective, window, window.end)
        self._tell_risk("left", because, window, judgement)

    def _next_risk(self, window: Window, judgement: Judgement) -> None:
        """When the clock alone can change what the window says: its forecast, and its end."""
        connection, objective = self.uow.connection, self.objective
        if judgement.total > 0 or self._anything_behind(window):
            self.coming.append(window.end)
        if objective.slice is not None and objective.warning is not None:
            # An empty slice may count: the share can cross its line when one ends.
            length = objective.slice.length
            self.coming.append(window.start + ((self.at - window.start) // length + 1) * length)
        if judgement.verdict not in {verdict.ON_TRACK, verdict.AT_RISK} or judgement.good is None:
            return
        length = window.length // MINUTE
        elapsed = (self.at - window.start) // MINUTE
        lookback = -(-length // 10)
        behind = Window(max(window.start, self.at - lookback * MINUTE), window.end)
        at_risk = budget.FORECAST in judgement.risks
        recent = tallies.tally(connection, self.track, objective, behind)
        found = next_at_risk(
            objective,
            budget.Horizon(length, elapsed, lookback, behind),
            budget.bad_of(objective, judgement.good, judgement.total),
            judgement.total,
            budget.bad_of(objective, recent.good, recent.total),
            at_risk=at_risk,
            recent=0 if judgement.forecast is None else judgement.forecast.recent_bad,
            leaves=self._first_leaves(window, behind, lookback) if at_risk else None,
        )
        if found is not None:
            self.coming.append(window.start + found * MINUTE)

    def _first_leaves(self, window: Window, behind: Window, lookback: int) -> int | None:
        """The window's minute at which the first of what is bad in the last tenth leaves it."""
        found = tallies.minutes(self.uow.connection, self.track, self.objective, behind.start, self.at)
        bad = found.good if self.objective.is_upper else found.total - found.good
        first = found.minute[bad > 0]
        return int(first[0]) - window.start // MINUTE + lookback + 1 if len(first) else None

    def _anything_behind(self, window: Window) -> bool:
        following = Window(window.end, window.end + DAY)
        return tallies.tally(self.uow.connection, self.track, self.objective, following).n > 0

    # --- burn ----------------------------------------------------------------------------------------

    def _burn(self, in_force: bool) -> None:
        row, objective = self.row, self.objective
        known = set(row.alerts)
        if not has_alerts(objective) or not (in_force or known):
            return
        kept, dropped = budget.pairs_for(objective, period_at(objective, self.at))
        pairs = kept if in_force else []
        others = [pair for pair in [*kept, *(one.pair for one in dropped)] if pair not in pairs]
        asked = [*pairs, *(pair for pair in others if name_of(pair) in known)]
        if not asked:
            return
        spans = lookbacks(self.uow.connection, self.track, objective, asked, self.at)
        if not known and not spans.may_reach(pairs):
            return
        found = burnings(self.uow.connection, self.track, objective, asked, spans, self.at)
        watched = {name_of(pair) for pair in pairs}
        standing = [one for one in found if one.reached and name_of(one.pair) in watched]
        row.alerts = [name_of(one.pair) for one in standing]
        for one in found:
            name = name_of(one.pair)
            if (name in known) != (name in row.alerts):
                self._tell_burn("fired" if name in row.alerts else "cleared", one)
        following = spans.next_change(pairs, self.at // MINUTE)
        if following is not None:
            self.coming.append(following * MINUTE)
        if objective.coverage_floor is not None and any(
            spans.burning(pair, self.at // MINUTE).reached for pair in pairs
        ):
            # Coverage changes by the clock too: a silent minute passes, or what was missing comes.
            self.coming.append(self.at + MINUTE)

    # --- telling -------------------------------------------------------------------------------------

    def _named(self) -> dict[str, Any]:
        self.row.told += 1
        track = self.track
        identity = f"{track.revision}/{track.objective}/{track.scope}"
        return {
            "version": self.row.told,
            "subject": hashlib.sha256(identity.encode()).hexdigest()[:24],
            "agreement": track.agreement,
            "parties": list(self.revision.parties),
            "visibility": self.revision.visibility,
            "agreement_revision": track.revision,
            "objective": track.objective,
            "scope": json.loads(track.scope),
            "responsible": self.objective.responsible,
            "at": rfc3339(self.at),
            "comparator": self.objective.comparator,
            "target": self.objective.target_text,
        }

    def _tell_risk(self, change: str, because: list[str], window: Window, judgement: Judgement) -> None:
        exact, forecast = judgement.exact, judgement.forecast
        self.uow.emit(
            AtRisk(
                **self._named(),
                change=change,
                because=because,
                window=span_of(*window),
                good=judgement.good,
                total=judgement.total,
                value=None if exact is None else shown(exact),
                exact=None if exact is None else exact_text(exact),
                forecast=None if forecast is None else forecast.body(),
            ).event()
        )

    def _tell_burn(self, change: str, found: Burning) -> None:
        body = burning_body(found, self.at)
        self.uow.emit(
            BurnAlert(
                **self._named(),
                change=change,
                pair=body["pair"],
                long=body["long"],
                short=body["short"],
                alerting=list(self.row.alerts),
            ).event()
        )


def name_of(pair: BurnPair) -> str:
    """A pair by its lookbacks: a default pair's factor follows the window's length."""
    return f"{budget.duration_text(pair.long)}/{budget.duration_text(pair.short)}"


def burning_body(found: Burning, at: int) -> dict[str, Any]:
    """A pair at a moment, as events and explanations show it."""

    def side(length: int, counted: Counted, value: Any) -> dict[str, Any]:
        return {
            "from": rfc3339(at - length),
            "to": rfc3339(at),
            "total": counted.total,
            "bad": counted.bad,
            "burn": None if value is None else shown(value),
            "burn_exact": None if value is None else exact_text(value),
        }

    return {
        "pair": budget.pair_body(found.pair),
        "long": side(found.pair.long, found.long, found.long_burn),
        "short": side(found.pair.short, found.short, found.short_burn),
        "reached": found.reached,
    }
