"""What the registry tells. All topics: one partition, kept for ever. No personal data: names of people,
mail addresses and telephone numbers stay in the registry.
"""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel

from shared.events.envelope import Fact
from shared.events.topics import AGENCIES, KEYS, SERVICES, SOURCES

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
    changed, or its password was set anew. Key: its id."""

    topic: ClassVar[str] = KEYS
    type: ClassVar[str] = "sanya.registry.subject.changed.v1"

    subject: str
    agency: str | None
    void_until: int | None = None

    def subject_of(self) -> str:
        return self.subject
