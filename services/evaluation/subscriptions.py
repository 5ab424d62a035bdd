"""What the evaluator hears, and who handles it."""

from __future__ import annotations

from services.evaluation.handlers import calendars, control, exclusions, intake
from shared.events import registry, sla
from shared.events.topics import AGREEMENTS, CALENDARS, EXCLUSIONS, INDICATORS, MEASUREMENTS, REPLAYS
from shared.inbox import Subscription

subscription = Subscription(
    topics=(CALENDARS, INDICATORS, AGREEMENTS, EXCLUSIONS, MEASUREMENTS, REPLAYS),
    handlers={
        registry.CalendarPublished.type: calendars.take_calendar,
        sla.IndicatorChanged.type: control.take_indicator,
        sla.AgreementInForce.type: control.take_revision,
        sla.EXCLUSION_APPROVED: exclusions.take_exclusion,
        sla.EXCLUSION_REVOKED: exclusions.take_exclusion,
    },
    runs={
        MEASUREMENTS: intake.take_run,
        REPLAYS: intake.take_run,
    },
)
