"""What the evaluator hears, and who handles it."""

from __future__ import annotations

from services.evaluation.handlers import control, intake
from shared.events import sla
from shared.events.topics import AGREEMENTS, INDICATORS, MEASUREMENTS, REPLAYS
from shared.inbox import Subscription

subscription = Subscription(
    topics=(INDICATORS, AGREEMENTS, MEASUREMENTS, REPLAYS),
    handlers={
        sla.IndicatorChanged.type: control.take_indicator,
        sla.AgreementInForce.type: control.take_revision,
    },
    runs={
        MEASUREMENTS: intake.take_run,
        REPLAYS: intake.take_run,
    },
)
