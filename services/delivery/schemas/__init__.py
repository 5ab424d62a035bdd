"""Wire models of the feed and of webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from shared.http import Page, Wire


class Events(Wire):
    """A part of the feed, oldest first. `next` is the cursor to go on from, also when nothing is new."""

    items: list[dict[str, Any]]
    next: str


# --- webhooks ----------------------------------------------------------------------------------------

EventType = Annotated[str, Field(max_length=128, examples=["sanya.evaluation.breach.opened.v1"])]
Types = Annotated[list[EventType], Field(max_length=50)]
Url = Annotated[str, Field(min_length=1, max_length=2000, examples=["https://example.go.th/sanya"])]


class WebhookBody(Wire):
    """Where to send, and which event types; no `types`, or none in it, means all that the feed shows."""

    url: Url
    types: Types | None = None


class WebhookChange(Wire):
    """What is to be otherwise. `active` again means: go on where it stopped, with the whole time anew."""

    url: Url | None = None
    types: Types | None = None
    state: Literal["active", "disabled"] | None = None


class SecretView(Wire):
    """A secret that signs, without itself. `ends_at`: when it ends, once a newer one took its place."""

    made_at: datetime
    ends_at: datetime | None


class WebhookView(Wire):
    """A webhook as it stands.

    `disabled_because`: `asked`, `undelivered` (tried for a day) or `gone` (the receiver answered 410).
    `reached`: the cursor of the feed up to which all was delivered. `failing_since`, `attempts`, `next_at`:
    of the event that is next, while it is not taken. `version` is the ETag.
    """

    id: str
    agency: str
    url: str
    types: list[str]
    state: Literal["active", "disabled"]
    disabled_because: Literal["asked", "undelivered", "gone"] | None
    reached: str
    failing_since: datetime | None
    attempts: int
    next_at: datetime | None
    secrets: list[SecretView]
    made_by: str
    made_at: datetime
    version: int


class WebhookWithSecret(WebhookView):
    """`secret` is shown this once."""

    secret: str


class Webhooks(Page[WebhookView]):
    """A part of the webhooks, in the order in which they were made."""


DeliveryStatus = Literal["waiting", "delivered", "retrying", "failed"]


class DeliveryView(Wire):
    """What came of one event, or of a test (without `cursor`). `code` is what the receiver answered last."""

    event: str
    type: str
    cursor: str | None
    status: DeliveryStatus
    attempts: int
    code: int | None
    error: str | None
    first_at: datetime
    last_at: datetime | None


class Deliveries(Page[DeliveryView]):
    """A part of the deliveries of the last 30 days, newest first."""
