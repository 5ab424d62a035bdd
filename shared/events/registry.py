"""What the registry tells. All topics: one partition, kept for ever. No personal data: names of people,
mail addresses and telephone numbers stay in the registry.
"""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel

from shared.events.envelope import Fact
from shared.events.topics import AGENCIES, AGENCY_KEYS, CALENDARS, KEYS, SERVICES, SOURCES

Words = dict[str, str]
"""A text for people: `{"th": …, "en": …}`, at least one of them."""


class AgencyChanged(Fact):
    """An agency was registered or changed. Subject and key: its code."""

    topic: ClassVar[str] = AGENCIES
    type: ClassVar[str] = "sanya.registry.agency.changed.v1"

    code: str
    name: Words
    state: str = "active"

    def subject_of(self) -> str:
        return self.code


class StepState(BaseModel):
    """A step of an integrated service: `agency` is responsible for it. `version` rises with the step."""

    code: str
    name: Words
    agency: str
    version: int = 1


class ServiceChanged(Fact):
    """A service was registered or its steps changed; carries the whole service. Key: its code."""

    topic: ClassVar[str] = SERVICES
    type: ClassVar[str] = "sanya.registry.service.changed.v1"

    code: str
    name: Words
    owner: str
    steps: list[StepState]

    def subject_of(self) -> str:
        return self.code


class SourceChanged(Fact):
    """A source (a system that reports) was registered or changed. Key: its code."""

    topic: ClassVar[str] = SOURCES
    type: ClassVar[str] = "sanya.registry.source.changed.v1"

    code: str
    agency: str
    services: list[str]
    holder: str = "next"
    state: str = "active"

    def subject_of(self) -> str:
        return self.code


class Holiday(BaseModel):
    """A date without working hours."""

    date: str
    name: Words


class HalfDay(BaseModel):
    """A date with hours of its own, also where it is a holiday or its weekday is closed."""

    date: str
    hours: list[tuple[str, str]]
    name: Words | None = None


class CalendarPublished(Fact):
    """A version of a working calendar, whole; it never changes. Subject and key: the calendar's code.

    `weekly`: monday ... sunday -> spans ["08:30", "16:30"] of local time, closing at most "24:00"; a day that
    is left out is closed. `holidays` are explicit dates, of the country's set in `years` and the agency's
    own, so that judging depends on no library. The version judges journeys that start on `effective_from` (a
    local date; null: always) or later; a `retroactive` one judges where an agreement's parties adopt it.
    """

    topic: ClassVar[str] = CALENDARS
    type: ClassVar[str] = "sanya.registry.calendar.published.v1"

    code: str
    owner: str
    name: Words
    time_zone: str
    weekly: dict[str, list[tuple[str, str]]]
    country: str | None
    years: tuple[int, int] | None
    holidays: list[Holiday]
    half_days: list[HalfDay]
    effective_from: str | None
    retroactive: bool

    def subject_of(self) -> str:
        return self.code


class KeyChanged(Fact):
    """A public key that signs access tokens came into force, or got its end. Key: its kid."""

    topic: ClassVar[str] = KEYS
    type: ClassVar[str] = "sanya.registry.key.changed.v1"

    kid: str
    jwk: dict[str, Any]
    not_after: int | None = None

    def subject_of(self) -> str:
        return self.kid


class SubjectChanged(Fact):
    """A client's or person's access tokens issued up to `void_until` are void: it was disabled, its roles
    changed, or its password was set anew. `state`: what it is now (active, invited,
    disabled, erased; None in what was told before this field was). Key: its id."""

    topic: ClassVar[str] = KEYS
    type: ClassVar[str] = "sanya.registry.subject.changed.v1"

    subject: str
    agency: str | None
    void_until: int | None = None
    state: str | None = None

    def subject_of(self) -> str:
        return self.subject


class AgencySigningKey(BaseModel):
    """A public key (JWK) that signs from `valid_from` until before `valid_until`, µs UTC."""

    kid: str
    jwk: dict[str, Any]
    valid_from: int
    valid_until: int | None


class AgencyKeysChanged(Fact):
    """An agency registered, replaced or revoked a key of its own, or said whether its acceptances need one
    (`required`); carries all of its keys, ended ones too. Subject and key: the agency's code."""

    topic: ClassVar[str] = AGENCY_KEYS
    type: ClassVar[str] = "sanya.registry.agency-keys.changed.v1"

    agency: str
    required: bool
    keys: list[AgencySigningKey]

    def subject_of(self) -> str:
        return self.agency
