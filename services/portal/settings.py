"""Settings of the portal."""

from __future__ import annotations

from pydantic import Field

from shared.settings import Settings


class PortalSettings(Settings):
    portal_api_url: str = Field(
        "",
        pattern=r"^(https?://\S+)?$",
        description="Where the portal finds the other services' REST; empty: in its own process.",
    )
    portal_api_timeout: float = Field(
        5.0, gt=0, le=60, description="Seconds the portal waits for another service before it says so."
    )
