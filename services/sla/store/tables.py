"""The tables. A revision's moves stand beside its document, which never changes."""

from __future__ import annotations

import sqlalchemy as sa

from shared.db.types import Code, Instant, Json

tables = sa.MetaData()

agency = sa.Table(
    "agency",
    tables,
    sa.Column("code", Code, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("state", sa.String(32), nullable=False),
)

service = sa.Table(
    "service",
    tables,
    sa.Column("code", Code, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("owner", Code, nullable=False),
    # [[step, agency], ...] in order
    sa.Column("steps", Json, nullable=False),
)

source = sa.Table(
    "source",
    tables,
    sa.Column("code", Code, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("agency", Code, nullable=False),
    sa.Column("services", Json, nullable=False),
    sa.Column("state", sa.String(32), nullable=False),
)

indicator = sa.Table(
    "indicator",
    tables,
    sa.Column("code", Code, primary_key=True),
    sa.Column("service", Code, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("document", Json, nullable=False),
    sa.Column("changed_by", sa.String(128), nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
)

agreement = sa.Table(
    "agreement",
    tables,
    sa.Column("code", Code, primary_key=True),
    sa.Column("service", Code, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
)

revision = sa.Table(
    "revision",
    tables,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("agreement", Code, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("parent", sa.String(64)),
    # The RFC 8785 form, to the byte: its SHA-256 is `hash`.
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("visibility", sa.String(16), nullable=False),
    sa.Column("retroactive", sa.Boolean, nullable=False),
    sa.Column("effective_from", Instant, nullable=False),
    sa.Column("effective_until", Instant),
    sa.Column("contacts", Json, nullable=False),
    sa.Column("made_by", Code, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("offered_at", Instant),
    sa.Column("expires_at", Instant),
    sa.Column("rejected_at", Instant),
    sa.Column("withdrawn_at", Instant),
    sa.Column("superseded_at", Instant),
    sa.Column("in_force_from", Instant),
    sa.Column("in_force_to", Instant),
    # Rises with every fact told about this revision.
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("legal_form", sa.String(16), nullable=False),
    # What a reader should see before signing.
    sa.Column("flags", Json, nullable=False),
    sa.Column("announced_at", Instant),
)

calendar = sa.Table(
    "calendar",
    tables,
    sa.Column("code", Code, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("owner", Code, nullable=False),
)

revision_party = sa.Table(
    "revision_party",
    tables,
    sa.Column("revision", sa.String(64), primary_key=True),
    sa.Column("agency", Code, primary_key=True),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("opened_at", Instant),
    sa.Column("accepted_at", Instant),
    sa.Column("signatory", sa.String(128)),
    sa.Column("role", sa.String(32)),
    sa.Column("rejected_at", Instant),
    # Why it was rejected: an id of `free_text`.
    sa.Column("reason", sa.String(32)),
    sa.Column("clause", sa.Text),
    sa.Column("by_agency", Code),
    sa.Column("delegation", sa.String(32)),
)

revision_indicator = sa.Table(
    "revision_indicator",
    tables,
    sa.Column("revision", sa.String(64), primary_key=True),
    sa.Column("indicator", Code, primary_key=True),
)

exclusion = sa.Table(
    "exclusion",
    tables,
    # The SHA-256 of `document`, which never changes.
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("agreement", Code, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("proposed_by", Code, nullable=False),
    sa.Column("proposed_at", Instant, nullable=False),
    sa.Column("expires_at", Instant),
    sa.Column("approved_at", Instant),
    sa.Column("rejected_at", Instant),
    sa.Column("withdrawn_at", Instant),
    sa.Column("revoked_at", Instant),
    # Rises with every fact told about it.
    sa.Column("version", sa.BigInteger, nullable=False),
)

exclusion_party = sa.Table(
    "exclusion_party",
    tables,
    sa.Column("exclusion", sa.String(64), primary_key=True),
    sa.Column("agency", Code, primary_key=True),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("approved_at", Instant),
    sa.Column("signatory", sa.String(128)),
    sa.Column("rejected_at", Instant),
    # Why it was rejected: an id of `free_text`.
    sa.Column("reason", sa.String(32)),
    sa.Column("revoked_at", Instant),
)
