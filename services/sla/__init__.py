"""Indicators and agreements: what is measured, what is promised, who signed it, and when it is in force.

Owns      indicators; agreements, their immutable revisions and the moves on them; copies of names
Emits     `sanya.sla.indicator.changed.v1`, `sanya.sla.agreement.in-force.v1`
Consumes  `sanya.registry.agency.changed.v1`, `sanya.registry.service.changed.v1`,
          `sanya.registry.source.changed.v1`
"""
