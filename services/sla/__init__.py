"""Indicators and agreements: what is measured, what is promised, who signed it, and when it is in force.

Owns      indicators; agreements, their immutable revisions, the moves on them and their history;
          announcements and who acknowledged them; what a life cycle asks for; reviews;
          comments, delegations, terminations; exclusions; needs and factors; what people wrote; signatures of
          acceptances and the deployment's keys that made them; copies of names
Emits     `sanya.sla.indicator.changed.v1`, `sanya.sla.agreement.in-force.v1`,
          `sanya.sla.move.made.v1`,
          `sanya.sla.announcement.published.v1`, `.acknowledged.v1`,
          `sanya.sla.acknowledgement.due.v1`, `.overdue.v1`,
          `sanya.sla.watch.raised.v1`, `.cleared.v1`, `sanya.sla.review.recorded.v1`,
          `sanya.sla.exclusion.proposed.v1`, `.approved.v1`, `.rejected.v1`, `.withdrawn.v1`, `.revoked.v1`,
          `sanya.sla.key.changed.v1`,
          `sanya.sla.need.changed.v1`, `sanya.sla.needs.imported.v1`, `sanya.sla.need-weights.changed.v1`,
          `sanya.sla.factor.changed.v1`
Consumes  `sanya.registry.agency.changed.v1`, `sanya.registry.agency-keys.changed.v1`,
          `sanya.registry.service.changed.v1`, `sanya.registry.source.changed.v1`,
          `sanya.registry.calendar.published.v1`;
          `sanya.evaluation.result.final.v1`, `sanya.evaluation.breach.disputed.v1`, `.dispute-answered.v1`
"""
