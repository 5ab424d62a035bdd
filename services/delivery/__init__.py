"""Delivery: the only way out.

Owns     the feed: every fact that integrators may hear of, numbered in commit order; webhooks.
Emits    `sanya.delivery.webhook.disabled.v1`.
Consumes `evaluation.breach.v1`, `evaluation.alert.v1`, `evaluation.result.v1`, `sla.agreement.v1`,
         `sla.exclusion.v1`, `sla.move.v1`, `sla.announcement.v1`, `sla.watch.v1`, `metrics.source.v1`,
         `registry.calendar.v1`, `delivery.webhook.v1`.
"""
