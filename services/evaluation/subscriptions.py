"""What the evaluator hears, and who handles it."""

from __future__ import annotations

from services.evaluation.handlers import calendars, control, intake
from shared.events import registry, sla
from shared.events.topics import AGREEMENTS, CALENDARS, INDICATORS, MEASUREMENTS, REPLAYS
from shared.inbox import Subscription

subscription = Subscription(
    topics=(CALENDARS, INDICATORS, AGREEMENTS, MEASUREMENTS, REPLAYS),
    handlers={
        registry.CalendarPublished.type: calendars.take_calendar,
        sla.IndicatorChanged.type: control.take_indicator,
        sla.AgreementInForce.type: control.take_revision,
    },
    runs={
        MEASUREMENTS: intake.take_run,
        REPLAYS: intake.take_run,
    },
)
