"""Control facts: indicators and revisions. A late one judges again what it touches."""

from __future__ import annotations

from uuid import uuid4

from services.evaluation.domain.lookbacks import watched_from_the_start
from services.evaluation.domain.windows import Window
from services.evaluation.handlers import evidence, journeys, judging
from services.evaluation.handlers.memory import memory_of
from services.evaluation.handlers.tracking import Changes, open_track, scope_text
from services.evaluation.store import causes, control, outlooks, panes, results
from services.evaluation.store.causes import Cause, Touch
from services.evaluation.store.control import Revision
from shared.db import UnitOfWork
from shared.events.envelope import Record
from shared.events.evaluation import ReplayRequested
from shared.events.sla import AgreementInForce, IndicatorChanged


def take_indicator(record: Record, uow: UnitOfWork) -> None:
    fact = IndicatorChanged.model_validate_json(record.data)
    known = control.indicator_version(uow.connection, fact.code)
    if known is not None and known >= fact.version:
        return
    control.put_indicator(
        uow.connection,
        code=fact.code,
        version=fact.version,
        service=fact.service,
        kind=fact.kind,
        document=fact.document,
    )
    changed(uow)
    for revision in control.revisions_of(uow.connection, service=fact.service):
        if any(objective["indicator"] == fact.code for objective in revision.document["objectives"]):
            cover(uow, revision)


def take_revision(record: Record, uow: UnitOfWork) -> None:
    """A revision that all accepted, or the end of its span."""
    fact = AgreementInForce.model_validate_json(record.data)
    known = control.revision_by_hash(uow.connection, fact.hash)
    if known is not None and known.version >= fact.version:
        return
    revision = Revision(
        hash=fact.hash,
        version=fact.version,
        agreement=fact.agreement,
        service=fact.service,
        parent=fact.parent,
        parties=fact.parties,
        visibility=fact.visibility,
        effective_from=fact.effective_from,
        effective_to=fact.effective_to,
        known_at=record.at if known is None else known.known_at,
        document=fact.document,
    )
    control.put_revision(uow.connection, revision)
    evidence.note_revision(uow, revision.agreement, revision.hash, revision.known_at)
    changed(uow)
    if known is not None and fact.effective_to is not None:
        _end(uow, revision, fact.effective_to)
    cover(uow, revision)
    if known is not None and known.effective_to is not None:
        _go_on(uow, revision, known.effective_to)


def changed(uow: UnitOfWork) -> None:
    """A control fact came: what was kept in memory is read again, here and by other workers."""
    control.raise_control_version(uow.connection)
    memory_of(uow).clear()


def cover(uow: UnitOfWork, revision: Revision) -> None:
    """Makes the tracks that exist without data, and asks for the data that came before the revision."""
    memory = memory_of(uow)
    plan = memory.plan(uow.connection, revision.service)
    tracks = memory.tracks_of(uow.connection, revision.service)
    objectives = next((found for one, found in plan.revisions if one.hash == revision.hash), None)
    if objectives is None:
        return
    for objective in objectives:
        key = (revision.hash, objective.code, scope_text((), ()))
        if not objective.scope and key not in tracks:
            at = revision.effective_from
            tick = panes.newest_tick(uow.connection)
            tracks[key] = open_track(uow, revision, objective, scope_text((), ()), at, tick)
            if watched_from_the_start(objective):
                outlooks.look_soon(uow.connection, [tracks[key].id], max(at, tick))
    newest = panes.newest_data(uow.connection, revision.service)
    if newest is None or newest < revision.effective_from:
        return
    changes = Changes(uow, panes.newest_tick(uow.connection), correcting=True)
    changes.cause = Cause("revision", revision.hash)
    journeys.recount_all(changes, revision.service, revision.hash)
    changes.flush()
    judging.judge_arrivals(changes)
    until = newest + 1 if revision.effective_to is None else min(newest + 1, revision.effective_to)
    uow.emit(
        ReplayRequested(
            version=1,
            request=uuid4().hex,
            service=revision.service,
            from_at=revision.effective_from,
            to_at=until,
        ).event()
    )


def _go_on(uow: UnitOfWork, revision: Revision, until: int) -> None:
    """Its end was taken back, or is later now: there are windows to close again from the end it had."""
    if revision.effective_to is not None and revision.effective_to <= until:
        return
    for track in memory_of(uow).tracks_of(uow.connection, revision.service).values():
        if track.revision == revision.hash and (track.due is None or track.due > until):
            track.due = until
            panes.save_track(uow.connection, track)


def _end(uow: UnitOfWork, revision: Revision, end: int) -> None:
    """What a revision no longer judges leaves its panes; windows that held it are judged again."""
    memory = memory_of(uow)
    tick = panes.newest_tick(uow.connection)
    for track in memory.tracks_of(uow.connection, revision.service).values():
        if track.revision != revision.hash:
            continue
        _, objective = memory.plan(uow.connection, revision.service).objective(track)
        if not objective.on_journeys:
            # Journeys are judged by the revision at their start: each is moved by itself.
            panes.drop_panes_from(uow.connection, track, end)
        if end < track.closed_to:
            start = end if track.dirty_from is None else min(track.dirty_from, end)
            track.dirty_from, track.dirty_to = start, track.closed_to
            touch = Touch(track.id, Cause("revision", revision.hash), end, track.closed_to)
            causes.add(uow.connection, [touch])
        if track.due is None or track.due > end:
            track.due = end
        panes.save_track(uow.connection, track)
        outlooks.look_soon(uow.connection, [track.id], tick)
        judge = judging.Judge(uow, track, revision, objective, tick)
        for known in results.open_results(uow.connection, track.id):
            judge.open_window(Window(known.window_start, known.window_end))
