"""Delivery: the only way out.

Owns     the feed: every fact that integrators may hear of, numbered in commit order; webhooks; subscriptions
         to notices by mail, with the addresses, and each mail with what came of it.
Emits    `sanya.delivery.webhook.disabled.v1`.
Consumes `evaluation.breach.v1`, `evaluation.alert.v1`, `evaluation.result.v1`, `sla.agreement.v1`,
         `sla.exclusion.v1`, `sla.move.v1`, `sla.announcement.v1`, `sla.watch.v1`, `metrics.source.v1`,
         `registry.agency.v1`, `registry.service.v1`, `registry.key.v1`, `registry.agency-key.v1`,
         `registry.calendar.v1`, `delivery.webhook.v1`.
"""
