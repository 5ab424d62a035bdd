"""The feed's writes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from services.delivery import store
from services.delivery.domain import KEPT_DAYS, Audience
from services.delivery.handlers.notices import notify
from shared.db import UnitOfWork
from shared.events.envelope import Fact, Record
from shared.timers import Timer

FEED = "delivery.feed"
"""What `UnitOfWork.touch` is told, so that streams of this process wake at once."""

Told = TypeVar("Told", bound=Fact)


def feeding(model: type[Told], heard_by: Callable[[Told], Audience]) -> Callable[[Record, UnitOfWork], None]:
    """The handler of a type of fact: it enters the feed, for those who may hear of it."""

    def feed(record: Record, uow: UnitOfWork) -> None:
        _feed(record, heard_by(model.model_validate_json(record.data)), uow)

    return feed


def _feed(record: Record, listeners: Audience, uow: UnitOfWork) -> None:
    if store.holds(uow.connection, record.id):
        return
    _, newest = store.bounds(uow.connection)
    store.append(
        uow.connection,
        seq=newest + 1,
        event_id=record.id,
        kind=record.type,
        public=listeners.public,
        agencies=listeners.agencies,
        fed_at=uow.now,
        event=json.dumps(record.cloudevent(), ensure_ascii=False),
    )
    uow.touch(FEED)
    notify(record, listeners, uow)


def forget_old(timer: Timer, uow: UnitOfWork) -> None:
    """Daily: the feed keeps 90 days, like the topics it comes from."""
    store.forget_before(uow.connection, uow.now - timedelta(days=KEPT_DAYS))
    uow.schedule(timer.kind, timer.key, uow.now + timedelta(days=1))
