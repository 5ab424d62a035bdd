"""What delivery hears, and who may hear of it through delivery."""

from __future__ import annotations

from services.delivery.domain import Audience, as_agreed, parties_alone
from services.delivery.handlers import feeding
from shared.events import delivery, evaluation, metrics, registry, sla
from shared.events.topics import (
    AGREEMENTS,
    ALERTS,
    ANNOUNCEMENTS,
    BREACHES,
    CALENDARS,
    EXCLUSIONS,
    MOVES,
    REPORTING,
    RESULTS,
    WATCHES,
    WEBHOOKS,
)
from shared.inbox import Subscription


def _whoever_has_a_token(calendar: registry.CalendarPublished) -> Audience:
    return Audience((calendar.owner,), public=True)


def _its_agency(webhook: delivery.WebhookDisabled) -> Audience:
    """By stream, list and its other webhooks."""
    return Audience((webhook.agency,), public=False)


subscription = Subscription(
    topics=(
        BREACHES,
        ALERTS,
        RESULTS,
        AGREEMENTS,
        EXCLUSIONS,
        MOVES,
        ANNOUNCEMENTS,
        WATCHES,
        REPORTING,
        CALENDARS,
        WEBHOOKS,
    ),
    handlers={
        **dict.fromkeys(evaluation.BREACH_TYPES, feeding(evaluation.BreachTold, parties_alone)),
        **dict.fromkeys(evaluation.DISPUTE_TYPES, feeding(evaluation.DisputeTold, parties_alone)),
        **dict.fromkeys(evaluation.CORRECTION_TYPES, feeding(evaluation.CorrectionTold, parties_alone)),
        **dict.fromkeys(sla.EXCLUSION_TYPES, feeding(sla.ExclusionTold, parties_alone)),
        evaluation.AtRisk.type: feeding(evaluation.AtRisk, parties_alone),
        evaluation.BurnAlert.type: feeding(evaluation.BurnAlert, parties_alone),
        evaluation.ResultFinal.type: feeding(evaluation.ResultFinal, as_agreed),
        sla.AgreementInForce.type: feeding(sla.AgreementInForce, as_agreed),
        **dict.fromkeys(sla.ACKNOWLEDGEMENT_TYPES, feeding(sla.AcknowledgementAwaited, parties_alone)),
        **dict.fromkeys(sla.WATCH_TYPES, feeding(sla.WatchTold, parties_alone)),
        sla.AnnouncementPublished.type: feeding(sla.AnnouncementPublished, as_agreed),
        sla.AnnouncementAcknowledged.type: feeding(sla.AnnouncementAcknowledged, parties_alone),
        sla.ReviewRecorded.type: feeding(sla.ReviewRecorded, parties_alone),
        sla.MoveMade.type: feeding(sla.MoveMade, parties_alone),
        metrics.SourceSilent.type: feeding(metrics.SourceTold, parties_alone),
        metrics.SourceRecovered.type: feeding(metrics.SourceTold, parties_alone),
        registry.CalendarPublished.type: feeding(registry.CalendarPublished, _whoever_has_a_token),
        delivery.WebhookDisabled.type: feeding(delivery.WebhookDisabled, _its_agency),
    },
)
