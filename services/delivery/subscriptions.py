"""What delivery hears, and who may hear of it through delivery."""

from __future__ import annotations

from services.delivery.domain import Audience, as_agreed, parties_alone
from services.delivery.handlers import feeding, naming
from services.delivery.handlers.notices import on_subject_changed
from shared.events import delivery, evaluation, metrics, registry, sla
from shared.events.topics import (
    AGENCIES,
    AGENCY_KEYS,
    AGREEMENTS,
    ALERTS,
    ANNOUNCEMENTS,
    BREACHES,
    CALENDARS,
    EXCLUSIONS,
    IMPROVEMENTS,
    KEYS,
    MOVES,
    REPORTING,
    REPORTS,
    RESULTS,
    SERVICES,
    WATCHES,
    WEBHOOKS,
)
from shared.inbox import Subscription, one_after_the_other


def _whoever_has_a_token(calendar: registry.CalendarPublished) -> Audience:
    return Audience((calendar.owner,), public=True)


def _its_agency(webhook: delivery.WebhookDisabled) -> Audience:
    """By stream, list and its other webhooks."""
    return Audience((webhook.agency,), public=False)


def _whoever_verifies(keys: registry.AgencyKeysChanged) -> Audience:
    """Public keys are public: whoever checks a signature needs to hear of a revoked one."""
    return Audience((keys.agency,), public=True)


subscription = Subscription(
    topics=(
        AGENCIES,
        SERVICES,
        KEYS,
        AGENCY_KEYS,
        BREACHES,
        ALERTS,
        IMPROVEMENTS,
        REPORTS,
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
        **dict.fromkeys(evaluation.IMPROVEMENT_TYPES, feeding(evaluation.ImprovementTold, parties_alone)),
        **dict.fromkeys(sla.EXCLUSION_TYPES, feeding(sla.ExclusionTold, parties_alone)),
        evaluation.AtRisk.type: feeding(evaluation.AtRisk, parties_alone),
        evaluation.BurnAlert.type: feeding(evaluation.BurnAlert, parties_alone),
        evaluation.ResultFinal.type: feeding(evaluation.ResultFinal, as_agreed),
        evaluation.ReportReady.type: feeding(evaluation.ReportReady, as_agreed),
        # What something is called is known before a mail about it is made.
        sla.AgreementInForce.type: one_after_the_other(
            naming.on_agreement, feeding(sla.AgreementInForce, as_agreed)
        ),
        **dict.fromkeys(sla.ACKNOWLEDGEMENT_TYPES, feeding(sla.AcknowledgementAwaited, parties_alone)),
        **dict.fromkeys(sla.WATCH_TYPES, feeding(sla.WatchTold, parties_alone)),
        sla.AnnouncementPublished.type: feeding(sla.AnnouncementPublished, as_agreed),
        sla.AnnouncementAcknowledged.type: feeding(sla.AnnouncementAcknowledged, parties_alone),
        sla.ReviewRecorded.type: feeding(sla.ReviewRecorded, parties_alone),
        sla.MoveMade.type: one_after_the_other(naming.on_move, feeding(sla.MoveMade, parties_alone)),
        metrics.SourceSilent.type: feeding(metrics.SourceTold, parties_alone),
        metrics.SourceRecovered.type: feeding(metrics.SourceTold, parties_alone),
        registry.AgencyChanged.type: naming.on_agency,
        registry.ServiceChanged.type: naming.on_service,
        registry.SubjectChanged.type: on_subject_changed,
        registry.AgencyKeysChanged.type: feeding(registry.AgencyKeysChanged, _whoever_verifies),
        registry.CalendarPublished.type: feeding(registry.CalendarPublished, _whoever_has_a_token),
        delivery.WebhookDisabled.type: feeding(delivery.WebhookDisabled, _its_agency),
    },
)
