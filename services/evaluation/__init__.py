"""Evaluation: judges measurements against what agencies agreed, and says when a promise is broken.

Owns     panes, windows, results, breaches, improvement actions, what reports were made from, the evidence
         log; its own projection of indicators, revisions and working calendars.
Emits    `evaluation.breach.v1`, `evaluation.alert.v1`, `evaluation.result.v1`, `evaluation.improvement.v1`,
         `evaluation.report.v1`, `evaluation.replay-request.v1`.
Consumes `metrics.measurements.v1`, `metrics.replay.v1`, `sla.agreement.v1`, `sla.indicator.v1`,
         `sla.exclusion.v1`, `sla.acceptance.v1`, `sla.key.v1`, `registry.calendar.v1`,
         `registry.agency-key.v1`.

It has no clock: windows close, and silence is judged, by the ticks that stand in the log behind the data.
"""
