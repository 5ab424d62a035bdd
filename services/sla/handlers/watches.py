"""Watching over agreements in force: what is found is told once, and once more when it is over."""

from __future__ import annotations

import json
from dataclasses import replace
from uuid import uuid4

from services.sla.domain import watches as rules
from services.sla.domain.negotiation import Revision
from services.sla.domain.watches import Finding, Watch
from services.sla.store import agreements, reviews
from services.sla.store import watches as store
from shared.clock import to_micros
from shared.db import UnitOfWork
from shared.events.sla import WatchTold
from shared.timers import Timer

WATCH = "watch"
"""The timer that looks at an agreement: where something changed, and when time alone may change it."""


def look_at(agreement: str, uow: UnitOfWork) -> None:
    """Has an agreement looked at as soon as this is committed."""
    uow.schedule(WATCH, agreement, uow.now)


def look(timer: Timer, uow: UnitOfWork) -> None:
    """Compares what is found with what was told, tells the difference, and sets the next look."""
    agreement = agreements.find(uow.connection, timer.key)
    if agreement is None:
        return
    revision = agreement.in_force(uow.now)
    agreed = None if revision is None else json.loads(agreements.document(uow.connection, revision.hash))
    parties = [] if revision is None else [each.agency for each in revision.parties]
    last = reviews.last_of(uow.connection, agreement.code)
    found = rules.findings(agreement, agreed, store.inactive(uow.connection, parties), last, uow.now)
    known = store.open_of(uow.connection, agreement.code)
    fresh, changed, cleared = rules.changes(known, found, uow.now)
    if revision is not None:
        for finding in fresh:
            made = _made(agreement.code, agreement.service, revision, finding, uow)
            store.add(uow.connection, made)
            _tell(made, uow)
        for watch, finding in changed:
            again = replace(
                watch,
                revision=revision.hash,
                parties=tuple(parties),
                due=finding.due,
                about=finding.about,
                version=watch.version + 1,
            )
            store.change(uow.connection, again)
            _tell(again, uow)
    for watch in cleared:
        over = replace(watch, version=watch.version + 1)
        store.change(uow.connection, over)
        _tell(over, uow)
    following = rules.next_look(agreement, agreed, last, uow.now)
    if following is not None:
        uow.schedule(WATCH, agreement.code, following)


def _made(code: str, service: str, revision: Revision, finding: Finding, uow: UnitOfWork) -> Watch:
    return Watch(
        id=uuid4().hex,
        agreement=code,
        service=service,
        kind=finding.kind,
        revision=revision.hash,
        parties=tuple(each.agency for each in revision.parties),
        raised_at=uow.now,
        cleared_at=None,
        due=finding.due,
        about=finding.about,
        version=store.last_version(uow.connection, code, finding.kind) + 1,
    )


def _tell(watch: Watch, uow: UnitOfWork) -> None:
    uow.emit(
        WatchTold(
            version=watch.version,
            id=watch.id,
            kind=watch.kind,
            agreement=watch.agreement,
            service=watch.service,
            revision=watch.revision,
            title=agreements.title(uow.connection, watch.revision),
            parties=list(watch.parties),
            raised_at=to_micros(watch.raised_at),
            cleared_at=None if watch.cleared_at is None else to_micros(watch.cleared_at),
            due=None if watch.due is None else to_micros(watch.due),
            about=list(watch.about),
        ).event()
    )
