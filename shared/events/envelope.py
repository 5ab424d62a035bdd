"""The envelope of a fact: CloudEvents 1.0, on Kafka in binary mode.

A fact is told once, by one producer; `id` with `source` names it for ever. `version` rises with every
fact about one `subject`, so that a projection can apply only what is newer.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from shared.clock import rfc3339

SPEC_VERSION = "1.0"
JSON = "application/json"
PACKED = "application/vnd.sanya.packed"


@dataclass(frozen=True, slots=True)
class Event:
    """A fact to be told. ``key`` chooses the partition; None means a copy to every partition."""

    topic: str
    type: str
    subject: str
    key: str | None
    data: bytes
    version: int = 0
    id: str | None = None
    at: int | None = None
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A fact as a consumer meets it: at (topic, partition, offset). ``at`` is in microseconds UTC.

    ``partitions``: how many the topic has in this log, so that a consumer can tell which keys are its own.
    """

    topic: str
    partition: int
    offset: int
    key: str | None
    type: str
    id: str
    source: str
    subject: str
    version: int
    at: int
    trace: str | None
    data: bytes
    partitions: int = 1

    def headers(self) -> list[tuple[str, bytes]]:
        """CloudEvents binary-mode headers (Kafka protocol binding 1.0.2)."""
        content = JSON if self.data[:1] == b"{" else PACKED
        pairs = {
            "content-type": content,
            "ce_specversion": SPEC_VERSION,
            "ce_id": self.id,
            "ce_source": self.source,
            "ce_type": self.type,
            "ce_subject": self.subject,
            "ce_time": rfc3339(self.at),
            "ce_version": str(self.version),
        }
        if self.trace:
            pairs["ce_traceparent"] = self.trace
        return [(name, value.encode()) for name, value in pairs.items()]

    def cloudevent(self) -> dict[str, Any]:
        """The same fact in CloudEvents JSON format (feeds, webhooks)."""
        event: dict[str, Any] = {
            "specversion": SPEC_VERSION,
            "id": self.id,
            "source": self.source,
            "type": self.type,
            "subject": self.subject,
            "time": rfc3339(self.at),
            "datacontenttype": JSON,
            "version": self.version,
            "data": json.loads(self.data),
        }
        if self.trace:
            event["traceparent"] = self.trace
        return event


class Fact(BaseModel):
    """A control fact: a whole state, told in JSON. Subclasses say `topic`, `type` and how they are named."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    topic: ClassVar[str]
    type: ClassVar[str]

    version: int

    def subject_of(self) -> str:
        """What the fact is about (CloudEvents `subject`); its version counts along this name."""
        raise NotImplementedError

    def key_of(self) -> str:
        """What chooses the partition."""
        return self.subject_of()

    def type_of(self) -> str:
        """The event type, where one class tells several."""
        return self.type

    def event(self, *, at: int | None = None) -> Event:
        return Event(
            topic=self.topic,
            type=self.type_of(),
            subject=self.subject_of(),
            key=self.key_of(),
            data=self.model_dump_json(by_alias=True).encode(),
            version=self.version,
            at=at,
        )
