"""Indicators and agreements: what is measured, what is promised, who signed it, and when it is in force.

Owns      indicators; agreements, their immutable revisions and the moves on them; exclusions; copies of names
Emits     `sanya.sla.indicator.changed.v1`, `sanya.sla.agreement.in-force.v1`,
          `sanya.sla.exclusion.proposed.v1`, `.approved.v1`, `.rejected.v1`, `.withdrawn.v1`, `.revoked.v1`
Consumes  `sanya.registry.agency.changed.v1`, `sanya.registry.service.changed.v1`,
          `sanya.registry.source.changed.v1`, `sanya.registry.calendar.published.v1`
"""
