"""Settings of the intake."""

from __future__ import annotations

from pydantic import Field

from shared.settings import Settings


class MetricsSettings(Settings):
    metrics_tick_seconds: float = Field(
        10.0, gt=0, description="How often the metrics service writes a tick, by which windows close."
    )
    metrics_horizon_days: int = Field(
        400, ge=1, description="Rows older than this are set aside as `too_late`, unless in a backfill."
    )
    metrics_queue_batches: int = Field(
        256, ge=1, description="Batches in work at most; beyond it the intake answers 429."
    )
    metrics_queue_bytes: int = Field(
        64 << 20, ge=4 << 20, description="Bytes of bodies in work at most; beyond it the intake answers 429."
    )
    metrics_group_batches: int = Field(16, ge=1, description="Batches that share one commit at most.")
    metrics_group_wait_ms: float = Field(
        2.0, ge=0, description="How long a commit waits for batches that are being read already."
    )
    metrics_disk_floor_mb: int = Field(
        512,
        ge=0,
        description="Free disk space below which the embedded intake answers 503 (megabytes).",
    )
