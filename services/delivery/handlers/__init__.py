"""The feed's writes."""

from __future__ import annotations

import json
from datetime import timedelta

from services.delivery import store
from services.delivery.domain import KEPT_DAYS, Audience, audience
from shared.db import UnitOfWork
from shared.events.delivery import WebhookDisabled
from shared.events.envelope import Record
from shared.events.evaluation import AtRisk, BreachTold, BurnAlert, CorrectionTold, DisputeTold, ResultFinal
from shared.events.metrics import SourceTold
from shared.events.registry import CalendarPublished
from shared.events.sla import AgreementInForce, ExclusionTold, MoveMade
from shared.timers import Timer

FEED = "delivery.feed"
"""What `UnitOfWork.touch` is told, so that streams of this process wake at once."""


def feed_breach(record: Record, uow: UnitOfWork) -> None:
    fact = BreachTold.model_validate_json(record.data)
    _feed(record, audience(fact.parties, fact.visibility, for_parties_only=True), uow)


def feed_at_risk(record: Record, uow: UnitOfWork) -> None:
    fact = AtRisk.model_validate_json(record.data)
    _feed(record, audience(fact.parties, fact.visibility, for_parties_only=True), uow)


def feed_burn_alert(record: Record, uow: UnitOfWork) -> None:
    fact = BurnAlert.model_validate_json(record.data)
    _feed(record, audience(fact.parties, fact.visibility, for_parties_only=True), uow)


def feed_dispute(record: Record, uow: UnitOfWork) -> None:
    fact = DisputeTold.model_validate_json(record.data)
    _feed(record, audience(fact.parties, "parties", for_parties_only=True), uow)


def feed_result(record: Record, uow: UnitOfWork) -> None:
    fact = ResultFinal.model_validate_json(record.data)
    _feed(record, audience(fact.parties, fact.visibility, for_parties_only=False), uow)


def feed_agreement(record: Record, uow: UnitOfWork) -> None:
    fact = AgreementInForce.model_validate_json(record.data)
    _feed(record, audience(fact.parties, fact.visibility, for_parties_only=False), uow)


def feed_exclusion(record: Record, uow: UnitOfWork) -> None:
    """Every move on an exclusion is heard by those who are asked, and by nobody else."""
    fact = ExclusionTold.model_validate_json(record.data)
    _feed(record, audience(fact.parties, "parties", for_parties_only=True), uow)


def feed_move(record: Record, uow: UnitOfWork) -> None:
    """Every move of a negotiation is heard by all its parties, by each at the same moment."""
    fact = MoveMade.model_validate_json(record.data)
    _feed(record, audience(fact.parties, "parties", for_parties_only=True), uow)


def feed_correction(record: Record, uow: UnitOfWork) -> None:
    fact = CorrectionTold.model_validate_json(record.data)
    _feed(record, audience(fact.parties, "parties", for_parties_only=True), uow)


def feed_calendar(record: Record, uow: UnitOfWork) -> None:
    """Whoever has a token may know when an agency works."""
    fact = CalendarPublished.model_validate_json(record.data)
    _feed(record, audience([fact.owner], "public", for_parties_only=False), uow)


def feed_source(record: Record, uow: UnitOfWork) -> None:
    fact = SourceTold.model_validate_json(record.data)
    _feed(record, audience(fact.parties, fact.visibility, for_parties_only=True), uow)


def feed_webhook(record: Record, uow: UnitOfWork) -> None:
    """That a webhook was disabled is heard by its agency, by stream, list and its other webhooks."""
    fact = WebhookDisabled.model_validate_json(record.data)
    _feed(record, audience([fact.agency], "parties", for_parties_only=True), uow)


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


def forget_old(timer: Timer, uow: UnitOfWork) -> None:
    """Daily: the feed keeps 90 days, like the topics it comes from."""
    store.forget_before(uow.connection, uow.now - timedelta(days=KEPT_DAYS))
    uow.schedule(timer.kind, timer.key, uow.now + timedelta(days=1))
