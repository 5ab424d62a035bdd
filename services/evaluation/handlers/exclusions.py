"""Exclusions: a late one judges again exactly what it touches, as a correction does."""

from __future__ import annotations

import json

from services.evaluation.domain.exclusions import read_exclusion
from services.evaluation.handlers import evidence, journeys, judging
from services.evaluation.handlers.control import changed
from services.evaluation.handlers.memory import memory_of
from services.evaluation.handlers.tracking import Changes
from services.evaluation.store import exclusions as store
from services.evaluation.store import panes
from services.evaluation.store.causes import Cause
from shared.db import UnitOfWork
from shared.events.envelope import Record
from shared.events.sla import ExclusionTold


def take_exclusion(record: Record, uow: UnitOfWork) -> None:
    """One that all parties approved, or that all took back."""
    fact = ExclusionTold.model_validate_json(record.data)
    known = store.version_of(uow.connection, fact.id)
    if known is not None and known >= fact.version:
        return
    connection = uow.connection
    uow.on_rollback(lambda: store.forget(connection))
    document = fact.model_dump()
    store.put(connection, document)
    evidence.note_exclusion(uow, document, record.at)
    found = read_exclusion(document)
    changed(uow)
    memory = memory_of(uow)
    changes = Changes(uow, panes.newest_tick(connection), correcting=True)
    changes.cause = Cause("exclusion", fact.id, fact.proposed_by)
    if found.span is not None:
        plan = memory.plan(connection, fact.service)
        newest = panes.newest_data(connection, fact.service) or 0
        for track in memory.tracks_of(connection, fact.service).values():
            if track.agreement != fact.agreement:
                continue
            if not found.applies(track.objective, json.loads(track.scope)):
                continue
            revision, objective = plan.objective(track)
            # Behind the newest data there is nothing yet that could count otherwise.
            end = min(found.span[1], max(changes.tick, newest + 1, track.closed_to))
            changes.reconsider(track, revision, objective, found.span[0], end)
    journeys.recount(changes, fact.service, found.journeys, fact.id)
    changes.flush()
    judging.judge_arrivals(changes)
