"""Routes of this service."""

from __future__ import annotations

from services.delivery.api import feed, mail, webhooks
from shared.http import together

router = together(feed.router, webhooks.router, mail.router)
