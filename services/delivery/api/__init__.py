"""Routes of this service."""

from __future__ import annotations

from services.delivery.api import feed, mail, webhooks
from shared.http import together
from shared.operations import operations_of

router = together(feed.router, webhooks.router, mail.router, operations_of("delivery"))
