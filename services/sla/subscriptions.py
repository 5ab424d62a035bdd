"""What this service hears, and who handles it."""

from __future__ import annotations

from services.sla.handlers import names, signing
from shared.events import registry
from shared.events.topics import AGENCIES, AGENCY_KEYS, CALENDARS, SERVICES, SOURCES
from shared.inbox import Subscription

subscription = Subscription(
    topics=(AGENCIES, AGENCY_KEYS, SERVICES, SOURCES, CALENDARS),
    handlers={
        registry.AgencyChanged.type: names.keep_agency,
        registry.AgencyKeysChanged.type: signing.keep_agency_keys,
        registry.CalendarPublished.type: names.keep_calendar,
        registry.ServiceChanged.type: names.keep_service,
        registry.SourceChanged.type: names.keep_source,
    },
)
