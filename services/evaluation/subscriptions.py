"""What the evaluator hears, and who handles it."""

from __future__ import annotations

from services.evaluation.handlers import calendars, control, evidence, exclusions, intake
from shared.events import registry, sla
from shared.events.topics import (
    ACCEPTANCES,
    AGENCY_KEYS,
    AGREEMENTS,
    CALENDARS,
    EXCLUSIONS,
    INDICATORS,
    MEASUREMENTS,
    REPLAYS,
    WITNESS_KEYS,
)
from shared.inbox import Subscription

subscription = Subscription(
    topics=(
        CALENDARS,
        INDICATORS,
        AGREEMENTS,
        EXCLUSIONS,
        MEASUREMENTS,
        REPLAYS,
        WITNESS_KEYS,
        AGENCY_KEYS,
        ACCEPTANCES,
    ),
    handlers={
        registry.CalendarPublished.type: calendars.take_calendar,
        sla.IndicatorChanged.type: control.take_indicator,
        sla.AgreementInForce.type: control.take_revision,
        sla.EXCLUSION_APPROVED: exclusions.take_exclusion,
        sla.EXCLUSION_REVOKED: exclusions.take_exclusion,
        sla.WitnessKeyChanged.type: evidence.take_witness_key,
        sla.AcceptanceSigned.type: evidence.take_acceptance,
        registry.AgencyKeysChanged.type: evidence.take_agency_keys,
    },
    runs={
        MEASUREMENTS: intake.take_run,
        REPLAYS: intake.take_run,
    },
)
