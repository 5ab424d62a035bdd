"""Metrics: what the agencies' systems report, accepted once and kept as it came.

Owns     batches of measurements and journey events, rows set aside, backfills, replays, who is silent.
Emits    `metrics.measurements.v1` (batches, journey events, voids, seals, ticks), `metrics.replay.v1`,
         `metrics.source.v1`.
Consumes `registry.agency.v1`, `registry.service.v1`, `registry.source.v1`, `sla.indicator.v1`,
         `sla.agreement.v1`,
         `evaluation.replay-request.v1`.
"""
