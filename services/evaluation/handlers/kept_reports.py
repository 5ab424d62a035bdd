"""Reports on schedule: what a report is made from is kept on the first working day of a month.

Pages make the report; here is only which results it shows. One is kept once everything that ended in its
period is judged and has not moved for a while, so that none is made between two batches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from services.evaluation.domain.objective import DEFAULT_ZONE
from services.evaluation.handlers.memory import calendars_of
from services.evaluation.store import calendars, control, panes, results
from services.evaluation.store import kept_reports as store
from services.evaluation.store.control import Revision
from services.evaluation.store.kept_reports import Kept
from services.evaluation.store.results import Result
from shared.clock import rfc3339, to_micros
from shared.db import Connection, UnitOfWork
from shared.events.evaluation import ReportReady
from shared.reporting import MOST, basis_of, ended_before, promised, span_of

OFFICE = "thai-office"
"""The calendar of an agreement that names none, if somebody has published it."""
OPENS = time(6)
"""On the first working day: before the office does."""
QUIET = timedelta(minutes=10)
WEEKEND = 5


@dataclass(frozen=True, slots=True)
class Basis:
    """What a report of a period is made from, as it is now."""

    revisions: list[str]
    results: list[Result]
    inside: list[Result]
    """Those whose windows ended in the period: what it reports on."""
    hash: str

    @property
    def used(self) -> list[tuple[str, int, str]]:
        return sorted((each.id, each.number, each.state) for each in self.results)


@dataclass(frozen=True, slots=True)
class Keep:
    """The report of an agreement's period is to be kept."""

    agreement: str
    period: str


def ready(connection: Connection, now: datetime) -> list[Keep]:
    """What is due, not kept yet, and will not move any more."""
    return [
        Keep(agreement, period)
        for agreement, revisions, period in _due(connection, now)
        if _settled(connection, revisions, period, now) is not None
    ]


def keep_one(command: Keep, uow: UnitOfWork) -> bool:
    """Keeps one, unless it is kept already or has moved meanwhile. A transaction for each: nothing is judged
    while one is open."""
    agreement, period = command.agreement, command.period
    if (agreement, period) in store.kept_of(uow.connection, [period]):
        return False
    revisions = control.revisions_of(uow.connection, agreement=agreement)
    found = _settled(uow.connection, revisions, period, uow.now)
    if found is None:
        return False
    keep(uow, agreement, revisions, period, found)
    return True


def _due(connection: Connection, now: datetime) -> Iterator[tuple[str, list[Revision], str]]:
    by_agreement: dict[str, list[Revision]] = {}
    for revision in control.revisions_of(connection):
        by_agreement.setdefault(revision.agreement, []).append(revision)
    done: dict[date, set[tuple[str, str]]] = {}
    for agreement, revisions in sorted(by_agreement.items()):
        first = now.astimezone(_zone(revisions[-1])).date().replace(day=1)
        if first not in done:
            done[first] = store.kept_of(connection, ended_before(first))
        missing = [each for each in ended_before(first) if (agreement, each) not in done[first]]
        if missing and now >= due_at(connection, revisions[-1], first):
            for period in missing:
                yield agreement, revisions, period


def due_at(connection: Connection, revision: Revision, first: date) -> datetime:
    """When the reports of what ended before a month are made: its first working day, in the morning."""
    known = calendars_of(connection, revision) or calendars.calendars_of(
        connection, OFFICE, revision.agreement
    )
    day = first
    if known:
        (versions,) = known.values()
        morning = datetime.combine(first, OPENS, _zone(revision))
        day = versions.at(to_micros(morning)).working_day(first, 0)
    else:
        while day.weekday() >= WEEKEND:
            day += timedelta(days=1)
    return datetime.combine(day, OPENS, _zone(revision))


def basis_now(
    connection: Connection, agreement: str, revisions: Sequence[Revision], period: str
) -> Basis | None:
    """None: nothing was in force in the period, or there is no such period."""
    if not revisions:
        return None
    span = span_of(period, _zone(revisions[-1]))
    if span is None:
        return None
    start, end = map(to_micros, span)
    there = [
        each
        for each in revisions
        if each.effective_from < end
        and (each.effective_to is None or max(each.effective_to, each.effective_from) > start)
    ]
    if not there:
        return None
    inside: list[Result] = []
    before: list[Result] = []
    for code, strip in promised([each.document for each in there]).items():
        inside += _closed(connection, agreement, code, start + 1, end + 1, MOST)
        before += _closed(connection, agreement, code, None, start + 1, strip)
    digests = [each.hash for each in there]
    used = [(each.id, each.number, each.state) for each in (*inside, *before)]
    digest = basis_of(agreement, digests, period, used, under_way=False)
    return Basis(digests, [*inside, *before], inside, digest)


def _closed(
    connection: Connection, agreement: str, objective: str, low: int | None, high: int, most: int
) -> list[Result]:
    return results.list_results(
        connection,
        agreements=[agreement],
        objective=objective,
        ends_from=low,
        ends_to=high,
        states=("closed", "final"),
        verdict=None,
        after=None,
        limit=most,
    )


def _settled(
    connection: Connection, revisions: Sequence[Revision], period: str, now: datetime
) -> Basis | None:
    """What it is made from, once that does not move. A period in which no window ended has no report."""
    span = span_of(period, _zone(revisions[-1])) if revisions else None
    if span is None or panes.newest_tick(connection) < to_micros(span[1]):
        return None
    found = basis_now(connection, revisions[-1].agreement, revisions, period)
    if found is None or not found.inside:
        return None
    still = max(each.computed_at for each in found.inside) <= to_micros(now - QUIET)
    return found if still else None


def keep(uow: UnitOfWork, agreement: str, revisions: Sequence[Revision], period: str, found: Basis) -> None:
    final = all(each.state == "final" for each in found.inside)
    kept = Kept(
        id=uuid4().hex,
        agreement=agreement,
        period=period,
        basis=found.hash,
        state="final" if final else "closed",
        revisions=found.revisions,
        results=found.used,
        kept_at=to_micros(uow.now),
    )
    store.put(uow.connection, kept)
    there = [each for each in revisions if each.hash in found.revisions]
    uow.emit(
        ReportReady(
            version=1,
            agreement=agreement,
            parties=sorted({party for each in there for party in each.parties}),
            visibility=there[-1].visibility,
            report=body_of(kept),
        ).event()
    )


def body_of(kept: Kept) -> dict[str, Any]:
    return {
        "id": kept.id,
        "agreement": kept.agreement,
        "period": kept.period,
        "basis": kept.basis,
        "state": kept.state,
        "kept_at": rfc3339(kept.kept_at),
    }


def _zone(revision: Revision) -> ZoneInfo:
    return ZoneInfo(revision.document.get("time_zone") or DEFAULT_ZONE)


# --- made again --------------------------------------------------------------------------------------


def whole_of(connection: Connection, kept: Kept) -> dict[str, Any]:
    """A kept report with its results as they were then, and what has changed since."""
    state_then = {each: state for each, _, state in kept.results}
    shown = [
        {**each.body, "window": {**each.body["window"], "state": state_then[each.id]}}
        for each in store.results_by_id(connection, sorted(state_then))
    ]
    now = basis_now(
        connection, kept.agreement, control.revisions_of(connection, agreement=kept.agreement), kept.period
    )
    return {
        **body_of(kept),
        "agreement_revisions": kept.revisions,
        "results": shown,
        "basis_now": None if now is None else now.hash,
        "changed": [] if now is None else _changed(connection, kept, now),
    }


def _changed(connection: Connection, kept: Kept, now: Basis) -> list[dict[str, Any]]:
    """Window by window: revised, became final, came to it, or is judged no longer."""

    def window(one: Result) -> tuple[int, int, int]:
        return one.track, one.window_start, one.window_end

    then = {
        window(each): each for each in store.results_by_id(connection, [one for one, _, _ in kept.results])
    }
    today = {window(each): each for each in now.results}
    state_then = {one: state for one, _, state in kept.results}
    found = []
    for key in sorted(then.keys() | today.keys(), key=lambda each: (each[2], each[1], each[0])):
        old, new = then.get(key), today.get(key)
        if old is not None and new is not None and old.id == new.id and new.state == state_then[old.id]:
            continue
        one = new or old
        assert one is not None
        found.append(
            {
                "objective": one.objective,
                "scope": one.body["scope"],
                "window": {"start": rfc3339(one.window_start), "end": rfc3339(one.window_end)},
                "then": None if old is None else old.id,
                "now": None if new is None else new.id,
                "what": _what(old, new),
            }
        )
    return found


def _what(old: Result | None, new: Result | None) -> str:
    if old is None:
        return "added"
    if new is None:
        return "gone"
    return "final" if old.id == new.id else "revised"
