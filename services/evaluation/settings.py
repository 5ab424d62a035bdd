"""Settings of this service."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from shared.settings import Settings as Common


class Settings(Common):
    evidence_origin: str = Field(
        "sanya/evidence",
        pattern=r"^[a-z0-9][a-z0-9./_-]{0,199}$",
        description="Name of the evidence log in its checkpoints, like an address without its scheme "
        "(`sanya.example.go.th/evidence`). Taken when the log's first key is made; it never changes then.",
    )
    evidence_checkpoint_every: timedelta = Field(
        timedelta(hours=1),
        ge=timedelta(seconds=1),
        le=timedelta(days=1),
        description="How often the evidence log signs a checkpoint, where something came since the last one.",
    )
    suppress_below: int = Field(
        10, ge=5, le=1000, description="Findings show no group of fewer cases, also not by subtraction."
    )
