"""What the registry told about agencies and services."""

from __future__ import annotations

from services.sla.handlers.watches import look_at
from services.sla.store import names as store
from services.sla.store import watches
from shared.db import UnitOfWork
from shared.events import registry as facts
from shared.events.envelope import Record


def keep_agency(record: Record, uow: UnitOfWork) -> None:
    fact = facts.AgencyChanged.model_validate_json(record.data)
    store.keep_agency(uow.connection, fact.code, fact.version, fact.state)
    for agreement in watches.accepted_by(uow.connection, fact.code):
        look_at(agreement, uow)


def keep_source(record: Record, uow: UnitOfWork) -> None:
    fact = facts.SourceChanged.model_validate_json(record.data)
    store.keep_source(uow.connection, fact.code, fact.version, fact.agency, fact.services, fact.state)


def keep_calendar(record: Record, uow: UnitOfWork) -> None:
    fact = facts.CalendarPublished.model_validate_json(record.data)
    store.keep_calendar(uow.connection, fact.code, fact.version, fact.owner)


def keep_service(record: Record, uow: UnitOfWork) -> None:
    fact = facts.ServiceChanged.model_validate_json(record.data)
    steps = [(step.code, step.agency) for step in fact.steps]
    store.keep_service(uow.connection, fact.code, fact.version, fact.owner, steps)
