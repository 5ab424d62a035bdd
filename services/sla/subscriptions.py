"""What this service hears, and who handles it."""

from __future__ import annotations

from services.sla.handlers import names, reviews, signing
from shared.events import evaluation, registry
from shared.events.topics import AGENCIES, AGENCY_KEYS, BREACHES, CALENDARS, RESULTS, SERVICES, SOURCES
from shared.inbox import Subscription

subscription = Subscription(
    topics=(AGENCIES, AGENCY_KEYS, SERVICES, SOURCES, CALENDARS, RESULTS, BREACHES),
    handlers={
        **dict.fromkeys(evaluation.DISPUTE_TYPES, reviews.keep_dispute),
        evaluation.ResultFinal.type: reviews.keep_result,
        registry.AgencyChanged.type: names.keep_agency,
        registry.AgencyKeysChanged.type: signing.keep_agency_keys,
        registry.CalendarPublished.type: names.keep_calendar,
        registry.ServiceChanged.type: names.keep_service,
        registry.SourceChanged.type: names.keep_source,
    },
)
