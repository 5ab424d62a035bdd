"""What the agreements' service tells. Control topics: one partition, kept for ever."""

from __future__ import annotations

from typing import Any, ClassVar

from shared.events.envelope import Fact
from shared.events.topics import AGREEMENTS, INDICATORS


class IndicatorChanged(Fact):
    """An indicator was made or changed; `document` has the shape of API.md, Agreements. Key: its code."""

    topic: ClassVar[str] = INDICATORS
    type: ClassVar[str] = "sanya.sla.indicator.changed.v1"

    code: str
    service: str
    kind: str
    document: dict[str, Any]

    def subject_of(self) -> str:
        return self.code


class AgreementInForce(Fact):
    """A revision that every party accepted, with the span [effective_from, effective_to) it is in force.

    Told when the last acceptance comes (the span may lie in the future, or, for a `retroactive` one, in the
    past), and again with a higher version when the span gets an end: by an amendment's cut-over or a
    termination. `document` is the whole stored form that `hash` is made of. Times are µs UTC.
    """

    topic: ClassVar[str] = AGREEMENTS
    type: ClassVar[str] = "sanya.sla.agreement.in-force.v1"

    agreement: str
    hash: str
    parent: str | None
    service: str
    parties: list[str]
    visibility: str
    effective_from: int
    effective_to: int | None
    document: dict[str, Any]

    def subject_of(self) -> str:
        return f"{self.agreement}/{self.hash}"

    def key_of(self) -> str:
        return self.agreement
