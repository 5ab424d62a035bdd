"""What delivery hears, and who handles it."""

from __future__ import annotations

from services.delivery import handlers
from shared.events import delivery, evaluation, metrics, registry, sla
from shared.events.topics import (
    AGREEMENTS,
    ALERTS,
    BREACHES,
    CALENDARS,
    EXCLUSIONS,
    MOVES,
    REPORTING,
    RESULTS,
    WEBHOOKS,
)
from shared.inbox import Subscription

subscription = Subscription(
    topics=(BREACHES, ALERTS, RESULTS, AGREEMENTS, EXCLUSIONS, MOVES, REPORTING, CALENDARS, WEBHOOKS),
    handlers={
        evaluation.BREACH_OPENED: handlers.feed_breach,
        evaluation.BREACH_REVISED: handlers.feed_breach,
        evaluation.BREACH_CLOSED: handlers.feed_breach,
        evaluation.BREACH_WITHDRAWN: handlers.feed_breach,
        evaluation.BREACH_SUPERSEDED: handlers.feed_breach,
        **dict.fromkeys(evaluation.DISPUTE_TYPES, handlers.feed_dispute),
        evaluation.AtRisk.type: handlers.feed_at_risk,
        evaluation.BurnAlert.type: handlers.feed_burn_alert,
        evaluation.ResultFinal.type: handlers.feed_result,
        **dict.fromkeys(evaluation.CORRECTION_TYPES, handlers.feed_correction),
        sla.AgreementInForce.type: handlers.feed_agreement,
        sla.MoveMade.type: handlers.feed_move,
        **dict.fromkeys(sla.EXCLUSION_TYPES, handlers.feed_exclusion),
        registry.CalendarPublished.type: handlers.feed_calendar,
        metrics.SourceSilent.type: handlers.feed_source,
        metrics.SourceRecovered.type: handlers.feed_source,
        delivery.WebhookDisabled.type: handlers.feed_webhook,
    },
)
