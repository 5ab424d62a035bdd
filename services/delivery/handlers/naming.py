"""How agreements, agencies and services are called, as they are told: what mails say instead of codes."""

from __future__ import annotations

from dataclasses import replace

from services.delivery.store import mail as store
from shared.db import UnitOfWork
from shared.events.envelope import Record
from shared.events.registry import AgencyChanged, ServiceChanged, SubjectChanged
from shared.events.sla import AgreementInForce, MoveMade

UNFED = frozenset({AgencyChanged.type, ServiceChanged.type, SubjectChanged.type})
"""Types that delivery hears for itself; the feed never has them."""


def on_agency(record: Record, uow: UnitOfWork) -> None:
    fact = AgencyChanged.model_validate_json(record.data)
    _keep(store.Named("agency", fact.code, fact.name, None, (), True, {}, record.at), uow)


def on_service(record: Record, uow: UnitOfWork) -> None:
    fact = ServiceChanged.model_validate_json(record.data)
    _keep(store.Named("service", fact.code, fact.name, None, (fact.owner,), True, {}, record.at), uow)


def on_agreement(record: Record, uow: UnitOfWork) -> None:
    fact = AgreementInForce.model_validate_json(record.data)
    document = fact.document
    wording = {
        each["code"]: each["public_wording"]
        for each in document.get("objectives", ())
        if each.get("public_wording")
    }
    public = fact.visibility == "public"
    title = dict(document.get("title", {}))
    parties = tuple(fact.parties)
    _keep(
        store.Named("agreement", fact.agreement, title, fact.service, parties, public, wording, record.at),
        uow,
    )


def on_move(record: Record, uow: UnitOfWork) -> None:
    """An agreement that is not in force yet has no title that was told, but parties, who may follow it."""
    fact = MoveMade.model_validate_json(record.data)
    known = store.name_of(uow.connection, "agreement", fact.agreement)
    parties = tuple(fact.parties)
    if known is None:
        # Older than any revision in force, in whatever order the two topics are read.
        _keep(store.Named("agreement", fact.agreement, {}, fact.service, parties, False, {}, 0), uow)
    elif not set(parties) <= set(known.parties):
        _keep(replace(known, parties=tuple(sorted({*known.parties, *parties}))), uow)


def _keep(made: store.Named, uow: UnitOfWork) -> None:
    store.put_name(uow.connection, made)
