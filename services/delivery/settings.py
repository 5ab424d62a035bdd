"""Settings of what goes out."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from shared.settings import Settings


class DeliverySettings(Settings):
    delivery_webhook_private: bool = Field(
        False,
        description="Lets webhooks lead to private addresses and over plain HTTP (intranets, tests).",
    )
    delivery_webhook_timeout: float = Field(
        15.0, gt=0, le=120, description="Seconds that a webhook's receiver has to answer one event."
    )
    delivery_webhook_give_up: timedelta = Field(
        timedelta(days=1),
        gt=timedelta(0),
        description="How long an event is tried again before its webhook is disabled.",
    )
    delivery_webhook_overlap: timedelta = Field(
        timedelta(days=1),
        ge=timedelta(0),
        description="How long a webhook's old secret still signs beside the new one.",
    )
    delivery_webhooks_most: int = Field(20, ge=1, description="Webhooks that an agency may have at most.")
