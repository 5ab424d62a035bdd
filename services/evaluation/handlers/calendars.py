"""Working calendars: a version that comes judges again the journeys it is for; one for the past waits.

A `retroactive` version judges nothing by itself. What it would change is shown (`reading.impact`); when all
parties of an agreement adopt it, their correction makes it one of the versions that judge that agreement.
"""

from __future__ import annotations

import json

from services.evaluation.domain.working_time import Calendars, WorkingCalendar, midnight
from services.evaluation.handlers import journeys, judging
from services.evaluation.handlers.control import changed, cover
from services.evaluation.handlers.memory import memory_of
from services.evaluation.handlers.tracking import Changes
from services.evaluation.store import calendars as store
from services.evaluation.store import control, panes
from services.evaluation.store.causes import Cause
from services.evaluation.store.control import Revision
from services.evaluation.store.journeys import CHUNK
from shared.db import Connection, UnitOfWork
from shared.errors import Conflict, NotFound
from shared.events.envelope import Record
from shared.events.registry import CalendarPublished


def take_calendar(record: Record, uow: UnitOfWork) -> None:
    fact = CalendarPublished.model_validate_json(record.data)
    document = json.loads(record.data)
    if not store.put_version(uow.connection, fact.code, fact.version, document):
        return
    changed(uow)
    version = store.version_of(uow.connection, fact.code, fact.version)
    assert version is not None
    for revision in control.revisions_of(uow.connection):
        if revision.document.get("calendar") != fact.code:
            continue
        judging_it = store.calendars_of(uow.connection, fact.code, revision.agreement)
        versions = judging_it[fact.code].versions if judging_it else ()
        if [one.version for one in versions] == [fact.version]:
            # The first that is known: the revision waited for it.
            cover(uow, revision)
        elif not version.retroactive:
            judge_again(uow, revision, version, judging_it[fact.code])


def adopt_version(
    uow: UnitOfWork, agreement: str, code: str, version: int, correction: str, by: str | None = None
) -> None:
    """What all parties of an agreement said: a retroactive version judges it from now on, as a correction."""
    found = adoptable(uow.connection, agreement, code, version)
    at = panes.newest_tick(uow.connection)
    store.adopt(uow.connection, agreement, code, version, correction, at)
    changed(uow)
    for revision in control.revisions_of(uow.connection, agreement=agreement):
        if revision.document.get("calendar") == code:
            judging_it = store.calendars_of(uow.connection, code, agreement)
            judge_again(uow, revision, found, judging_it[code], Cause("correction", correction, by))


def adoptable(connection: Connection, agreement: str, code: str, version: int) -> WorkingCalendar:
    """A retroactive version of the agreement's calendar that it has not adopted yet."""
    found = store.version_of(connection, code, version)
    if found is None:
        raise NotFound("there is no calendar with this code, or no such version of it")
    if not any(
        revision.document.get("calendar") == code
        for revision in control.revisions_of(connection, agreement=agreement)
    ):
        raise Conflict(f"{agreement} does not go by the calendar {code}")
    if not found.retroactive:
        raise Conflict(f"version {version} of {code} judges by itself, from {found.effective_from} on")
    if version in store.adoptions(connection, agreement, code):
        raise Conflict(f"{agreement} has adopted version {version} of {code} already")
    return found


def judge_again(
    uow: UnitOfWork,
    revision: Revision,
    version: WorkingCalendar,
    judging_it: Calendars,
    cause: Cause | None = None,
) -> None:
    """The journeys that start when a version is in effect are judged by it; closed windows say so.

    ``cause``: the correction that adopted it; None: it judges by itself.
    """
    changes = Changes(uow, panes.newest_tick(uow.connection), correcting=True)
    changes.cause = cause or Cause("calendar", f"{version.code}@{version.version}"[-64:])
    start = since(version, judging_it)
    after = ""
    while names := store.journeys_from(uow.connection, revision.hash, start, after, CHUNK):
        journeys.recount(changes, revision.service, names, "calendar", revision.hash)
        after = names[-1]
    plan = memory_of(uow).plan(uow.connection, revision.service)
    for track in memory_of(uow).tracks_of(uow.connection, revision.service).values():
        if track.revision != revision.hash:
            continue
        _, objective = plan.objective(track)
        if objective.calendars is not None:
            first = revision.effective_from if start is None else start
            changes.reconsider(track, revision, objective, first, track.closed_to)
    changes.flush()
    judging.judge_arrivals(changes)


def since(version: WorkingCalendar, among: Calendars) -> int | None:
    """When the first journey that a version judges can start; None: the first one judges what was before."""
    if version.effective_from is None or version is among.versions[0]:
        return None
    return midnight(version.effective_from, version.zone)
