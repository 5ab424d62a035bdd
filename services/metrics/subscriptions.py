"""What the metrics service hears, and who handles it."""

from __future__ import annotations

from services.metrics.handlers import projections, replay, silence
from shared.events import evaluation, registry, sla
from shared.events.topics import AGENCIES, AGREEMENTS, INDICATORS, REPLAY_REQUESTS, SERVICES, SOURCES
from shared.inbox import Subscription

subscription = Subscription(
    topics=(AGENCIES, SERVICES, SOURCES, INDICATORS, AGREEMENTS, REPLAY_REQUESTS),
    handlers={
        registry.AgencyChanged.type: projections.on_agency,
        registry.ServiceChanged.type: projections.on_service,
        registry.SourceChanged.type: projections.on_source,
        sla.IndicatorChanged.type: projections.on_indicator,
        sla.AgreementInForce.type: silence.on_agreement,
        evaluation.ReplayRequested.type: replay.on_replay_requested,
    },
)
