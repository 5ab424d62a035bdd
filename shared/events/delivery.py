"""What delivery itself tells: that it gave up on something. Never an address."""

from __future__ import annotations

from typing import ClassVar

from shared.events.envelope import Fact
from shared.events.topics import WEBHOOKS


class WebhookDisabled(Fact):
    """A webhook was disabled because its receiver did not take an event in time, or said it is gone.

    `undelivered`: the id of the event that it did not take, which comes first when it is enabled again.
    Times are µs UTC. Subject: the webhook's id; key: its agency.
    """

    topic: ClassVar[str] = WEBHOOKS
    type: ClassVar[str] = "sanya.delivery.webhook.disabled.v1"

    webhook: str
    agency: str
    because: str
    undelivered: str
    failing_since: int
    disabled_at: int

    def subject_of(self) -> str:
        return self.webhook

    def key_of(self) -> str:
        return self.agency
