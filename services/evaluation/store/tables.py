"""The evaluator's tables. Instants are microseconds UTC; minutes count from 1970 UTC.

A *track* is one objective of one revision in one scope: what has panes, windows and results. Sums are kept
in two limbs (`sum = sum_hi * 2^32 + sum_lo`), so that adding never overflows a BIGINT.
"""

from __future__ import annotations

import sqlalchemy as sa

from shared.db.types import Code, Identity, Json, Micros

tables = sa.MetaData()

HASH = sa.String(64)
ID = sa.String(64)
SCOPE = sa.String(1000)

# --- control facts -----------------------------------------------------------------------------------

indicator = sa.Table(
    "indicator",
    tables,
    sa.Column("code", Code, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("service", Code, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("document", Json, nullable=False),
    sa.PrimaryKeyConstraint("code", name="pk_indicator"),
)

revision = sa.Table(
    "revision",
    tables,
    sa.Column("hash", HASH, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("agreement", Code, nullable=False),
    sa.Column("service", Code, nullable=False),
    sa.Column("parent", HASH),
    sa.Column("parties", Json, nullable=False),
    sa.Column("visibility", sa.String(16), nullable=False),
    sa.Column("effective_from", Micros, nullable=False),
    sa.Column("effective_to", Micros),
    # When the last party accepted it: grace is reckoned from here for windows that had ended before.
    sa.Column("known_at", Micros, nullable=False),
    sa.Column("document", Json, nullable=False),
    sa.PrimaryKeyConstraint("hash", name="pk_revision"),
)

# Raised with every control fact; a worker that cached control facts reads them again when it moved.
control = sa.Table(
    "control",
    tables,
    sa.Column("id", sa.Integer, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_control"),
)

# The newest tick of each partition: everything accepted before it has been applied. `sequence` rises with
# every transaction on the partition: a worker whose cache has another one was not the last to write.
tick = sa.Table(
    "tick",
    tables,
    sa.Column("partition", sa.Integer, nullable=False),
    sa.Column("at", Micros, nullable=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("partition", name="pk_tick"),
)

# --- measurements ------------------------------------------------------------------------------------

batch = sa.Table(
    "batch",
    tables,
    sa.Column("id", ID, nullable=False),
    sa.Column("service", Code, nullable=False),
    sa.Column("source", Code, nullable=False),
    sa.Column("agency", Code, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("received_at", Micros, nullable=False),
    sa.Column("first_at", Micros, nullable=False),
    sa.Column("last_at", Micros, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("topic", sa.String(64), nullable=False),
    sa.Column("partition", sa.Integer, nullable=False),
    sa.Column("offset", sa.BigInteger, nullable=False),
    # |code|code|: what it measured; NULL for journey events.
    sa.Column("indicators", sa.Text),
    sa.Column("backfill", ID),
    # applied, staged (waits for its backfill's seal) or voided
    sa.Column("state", sa.String(16), nullable=False),
    # The SHA-256 of the record's bytes, and the leaf of the evidence log it is in; NULL: in none yet, or (the
    # hash) heard before there was a log.
    sa.Column("hash", HASH),
    sa.Column("leaf", HASH),
    sa.PrimaryKeyConstraint("id", name="pk_batch"),
)

applied = sa.Table(
    "applied",
    tables,
    sa.Column("batch", ID, nullable=False),
    sa.Column("revision", HASH, nullable=False),
    sa.PrimaryKeyConstraint("batch", "revision", name="pk_applied"),
)

staged = sa.Table(
    "staged",
    tables,
    sa.Column("batch", ID, nullable=False),
    sa.Column("backfill", ID, nullable=False),
    sa.Column("type", sa.String(128), nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.PrimaryKeyConstraint("batch", name="pk_staged"),
)

track = sa.Table(
    "track",
    tables,
    sa.Column("id", Identity, autoincrement=True, nullable=False),
    sa.Column("revision", HASH, nullable=False),
    sa.Column("agreement", Code, nullable=False),
    sa.Column("service", Code, nullable=False),
    sa.Column("objective", Code, nullable=False),
    sa.Column("scope", SCOPE, nullable=False),
    # Calendar: windows that end at or before it have been closed / made final.
    # Rolling: steps up to it have been judged / made final.
    sa.Column("closed_to", Micros, nullable=False),
    sa.Column("final_to", Micros, nullable=False),
    # The next instant at which a tick has something to do here; NULL: never again.
    sa.Column("due", Micros),
    # Start of the first window that is judged: the revision's, or a scope's first measurement's.
    sa.Column("started", Micros, nullable=False),
    # Span of the event times that changed something already closed; NULL: nothing to judge again.
    sa.Column("dirty_from", Micros),
    sa.Column("dirty_to", Micros),
    # Whose panes it is judged from, and whether it counts otherwise somewhere (withheld).
    sa.Column("series", sa.BigInteger, nullable=False),
    sa.Column("withholds", sa.Boolean, nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_track"),
    sa.UniqueConstraint("revision", "objective", "scope", name="uq_track_scope"),
)

# What panes belong to: what one revision's objectives on the same numbers in one scope share.
series = sa.Table(
    "series",
    tables,
    sa.Column("id", Identity, autoincrement=True, nullable=False),
    sa.Column("revision", HASH, nullable=False),
    # Indicator and predicate; an objective on journeys has panes of its own.
    sa.Column("judged_from", sa.String(160), nullable=False),
    sa.Column("scope", SCOPE, nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_series"),
    sa.UniqueConstraint("revision", "judged_from", "scope", name="uq_series_scope"),
)

# Of a minute, an hour (60) and a day (1440), each from its first minute on.
pane = sa.Table(
    "series_pane",
    tables,
    sa.Column("series", sa.BigInteger, nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("minute", sa.BigInteger, nullable=False),
    sa.Column("n", sa.BigInteger, nullable=False),
    sa.Column("good", sa.BigInteger, nullable=False),
    sa.Column("total", sa.BigInteger, nullable=False),
    sa.Column("sum_hi", sa.BigInteger, nullable=False),
    sa.Column("sum_lo", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("series", "width", "minute", name="pk_series_pane"),
    sqlite_with_rowid=False,
)

# Only for objectives on a maximum or minimum: these cannot be subtracted, so each batch keeps its own.
extreme = sa.Table(
    "series_extreme",
    tables,
    sa.Column("series", sa.BigInteger, nullable=False),
    sa.Column("minute", sa.BigInteger, nullable=False),
    sa.Column("batch", ID, nullable=False),
    sa.Column("minimum", sa.BigInteger, nullable=False),
    sa.Column("maximum", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("series", "minute", "batch", name="pk_series_extreme"),
    sqlite_with_rowid=False,
)

# What the extremes come to, over the widths of panes.
bound = sa.Table(
    "series_bound",
    tables,
    sa.Column("series", sa.BigInteger, nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("minute", sa.BigInteger, nullable=False),
    sa.Column("minimum", sa.BigInteger, nullable=False),
    sa.Column("maximum", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("series", "width", "minute", name="pk_series_bound"),
    sqlite_with_rowid=False,
)

# What a series holds and one of its tracks does not count: it came when that track's window was final.
# Negative: what the track counts although the series lost it, since the batch was voided after that.
withheld = sa.Table(
    "withheld",
    tables,
    sa.Column("track", sa.BigInteger, nullable=False),
    sa.Column("minute", sa.BigInteger, nullable=False),
    sa.Column("batch", ID, nullable=False),
    sa.Column("n", sa.BigInteger, nullable=False),
    sa.Column("good", sa.BigInteger, nullable=False),
    sa.Column("total", sa.BigInteger, nullable=False),
    sa.Column("sum_hi", sa.BigInteger, nullable=False),
    sa.Column("sum_lo", sa.BigInteger, nullable=False),
    sa.Column("minimum", sa.BigInteger),
    sa.Column("maximum", sa.BigInteger),
    sa.PrimaryKeyConstraint("track", "minute", "batch", name="pk_withheld"),
    sqlite_with_rowid=False,
)

# What came after its calendar window was final: kept and listed, counted only by a correction.
after_final = sa.Table(
    "after_final",
    tables,
    sa.Column("track", sa.BigInteger, nullable=False),
    sa.Column("window_start", Micros, nullable=False),
    sa.Column("batch", ID, nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("track", "window_start", "batch", name="pk_after_final"),
)

# --- journeys ----------------------------------------------------------------------------------------

journey_event = sa.Table(
    "journey_event",
    tables,
    sa.Column("service", Code, nullable=False),
    sa.Column("id", ID, nullable=False),
    sa.Column("journey", sa.String(128), nullable=False),
    sa.Column("batch", ID, nullable=False),
    sa.Column("step", Code, nullable=False),
    sa.Column("agency", Code),
    sa.Column("edge", sa.String(8), nullable=False),
    sa.Column("at", Micros, nullable=False),
    sa.Column("labels", Json, nullable=False),
    # Whose the span before a completion is; declared with the source when the event was accepted.
    sa.Column("holder", sa.String(8), nullable=False),
    # Of a pause and its resume: why the journey waited.
    sa.Column("reason", sa.String(64)),
    sa.PrimaryKeyConstraint("service", "id", name="pk_journey_event"),
)

# Where a journey counts for an objective; the panes hold the sum of these.
contribution = sa.Table(
    "contribution",
    tables,
    sa.Column("revision", HASH, nullable=False),
    sa.Column("objective", Code, nullable=False),
    sa.Column("journey", sa.String(128), nullable=False),
    sa.Column("service", Code, nullable=False),
    sa.Column("track", sa.BigInteger, nullable=False),
    # pending, counted, overdue-counted, overdue-listed, uncounted
    sa.Column("state", sa.String(16), nullable=False),
    # The event time it counts at (decides minute and window); NULL while it counts nowhere.
    sa.Column("at", Micros),
    sa.Column("good", sa.Boolean, nullable=False),
    # Recipients' time from start to end, and what of it the objective's clock counts: without pauses, and in
    # working time where it is one, by the calendar version named.
    sa.Column("duration", Micros),
    sa.Column("spent", Micros),
    sa.Column("calendar", sa.Integer),
    sa.Column("started", Micros, nullable=False),
    sa.Column("ended", Micros),
    sa.Column("deadline", Micros),
    # The next instant at which a tick changes it; NULL: only an event can.
    sa.Column("due", Micros),
    sa.Column("flags", Json, nullable=False),
    sa.PrimaryKeyConstraint("revision", "objective", "journey", name="pk_contribution"),
)

# --- results and breaches ----------------------------------------------------------------------------

result = sa.Table(
    "result",
    tables,
    sa.Column("id", ID, nullable=False),
    sa.Column("track", sa.BigInteger, nullable=False),
    sa.Column("agreement", Code, nullable=False),
    sa.Column("agreement_revision", HASH, nullable=False),
    sa.Column("objective", Code, nullable=False),
    sa.Column("scope", SCOPE, nullable=False),
    sa.Column("window_start", Micros, nullable=False),
    sa.Column("window_end", Micros, nullable=False),
    # 0 while the window is open; from 1 on after its close.
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("newest", sa.Boolean, nullable=False),
    sa.Column("supersedes", ID),
    sa.Column("computed_at", Micros, nullable=False),
    sa.Column("body", Json, nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_result"),
    sa.UniqueConstraint("track", "window_end", "window_start", "number", name="uq_result_window_number"),
)

breach = sa.Table(
    "breach",
    tables,
    sa.Column("id", ID, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("agreement", Code, nullable=False),
    sa.Column("agreement_revision", HASH, nullable=False),
    sa.Column("objective", Code, nullable=False),
    sa.Column("scope", SCOPE, nullable=False),
    sa.Column("responsible", Code, nullable=False),
    sa.Column("opened_at", Micros, nullable=False),
    sa.Column("closed_at", Micros),
    sa.Column("superseded_by", ID),
    sa.Column("window_start", Micros, nullable=False),
    sa.Column("window_end", Micros, nullable=False),
    sa.Column("result", ID, nullable=False),
    # Why it was told anew: the cause of its result's newest revision.
    sa.Column("cause", Json),
    # Who had the time of its journeys, and what that rests on (handlers/attribution.py).
    sa.Column("attribution", Json, nullable=False),
    sa.Column("attributed", Json),
    sa.PrimaryKeyConstraint("id", name="pk_breach"),
)

# What was last told of each track's open window and burn rates, and when a tick looks again.
outlook = sa.Table(
    "outlook",
    tables,
    sa.Column("track", sa.BigInteger, nullable=False),
    # NULL: only when something arrives.
    sa.Column("look", Micros),
    # At risk, or with an alert.
    sa.Column("standing", sa.Boolean, nullable=False),
    # The window that is at risk.
    sa.Column("risk_start", Micros),
    sa.Column("risk_end", Micros),
    # The pairs that alert, by name.
    sa.Column("alerts", Json, nullable=False),
    # How many events told of it: their version.
    sa.Column("told", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("track", name="pk_outlook"),
)

INDEXES = (
    sa.Index("ix_outlook_look", outlook.c.look),
    sa.Index("ix_outlook_standing", outlook.c.standing),
    sa.Index("ix_revision_service", revision.c.service),
    sa.Index("ix_track_due", track.c.due),
    sa.Index("ix_track_agreement", track.c.agreement, track.c.objective),
    sa.Index("ix_batch_service", batch.c.service, batch.c.first_at),
    sa.Index("ix_staged_backfill", staged.c.backfill),
    sa.Index("ix_series_extreme_batch", extreme.c.series, extreme.c.batch),
    sa.Index("ix_withheld_batch", withheld.c.batch),
    sa.Index("ix_after_final_batch", after_final.c.batch),
    sa.Index("ix_journey_event_journey", journey_event.c.service, journey_event.c.journey),
    sa.Index("ix_journey_event_batch", journey_event.c.batch),
    sa.Index("ix_contribution_due", contribution.c.due),
    sa.Index("ix_contribution_started", contribution.c.revision, contribution.c.started),
    sa.Index("ix_contribution_track_at", contribution.c.track, contribution.c.at),
    sa.Index("ix_result_objective", result.c.agreement, result.c.objective, result.c.window_end),
    sa.Index("ix_breach_objective", breach.c.agreement, breach.c.objective, breach.c.window_start),
)
