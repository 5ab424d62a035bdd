"""The registry's tables."""

from __future__ import annotations

import sqlalchemy as sa

from shared.db.types import Instant, Json

tables = sa.MetaData()


def binary(length: int) -> sa.String:
    """Text that both databases order byte by byte."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


agency = sa.Table(
    "agency",
    tables,
    sa.Column("code", binary(64), primary_key=True),
    sa.Column("name", Json, nullable=False),
    sa.Column("sort_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
    sa.Column("search", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
)

service = sa.Table(
    "service",
    tables,
    sa.Column("code", binary(64), primary_key=True),
    sa.Column("owner", binary(64), nullable=False),
    sa.Column("name", Json, nullable=False),
    sa.Column("sort_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
    sa.Column("search", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
)

# The steps in force; what they were before stands in service_version.
step = sa.Table(
    "step",
    tables,
    sa.Column("service", binary(64), primary_key=True),
    sa.Column("code", binary(64), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("name", Json, nullable=False),
    sa.Column("agency", binary(64), nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
)

service_version = sa.Table(
    "service_version",
    tables,
    sa.Column("service", binary(64), primary_key=True),
    sa.Column("version", sa.BigInteger, primary_key=True),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("state", Json, nullable=False),
)

source = sa.Table(
    "source",
    tables,
    sa.Column("code", binary(64), primary_key=True),
    sa.Column("agency", binary(64), nullable=False),
    sa.Column("holder", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
)

source_service = sa.Table(
    "source_service",
    tables,
    sa.Column("source", binary(64), primary_key=True),
    sa.Column("service", binary(64), primary_key=True),
)

calendar = sa.Table(
    "calendar",
    tables,
    sa.Column("code", binary(64), primary_key=True),
    sa.Column("owner", binary(64), nullable=False),
    sa.Column("name", Json, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
)

# A version never changes. `document`: as it was told; `reason`: why a retroactive one, erasable, never told.
calendar_version = sa.Table(
    "calendar_version",
    tables,
    sa.Column("calendar", binary(64), primary_key=True),
    sa.Column("version", sa.BigInteger, primary_key=True),
    sa.Column("published_at", Instant, nullable=False),
    sa.Column("document", Json, nullable=False),
    sa.Column("reason", sa.Text),
)

# A client (an agency's system) or a person. `agency` NULL: the operator. `hash`: a person's password.
subject = sa.Table(
    "subject",
    tables,
    sa.Column("id", binary(64), primary_key=True),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("agency", binary(64)),
    # A client's name is no person's; a person's stands in `personal`.
    sa.Column("name", sa.Text),
    sa.Column("roles", Json, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    # Access tokens issued up to here are void.
    sa.Column("void_until", Instant),
    sa.Column("hash", sa.Text),
    sa.Column("created_at", Instant, nullable=False),
)

client_secret = sa.Table(
    "client_secret",
    tables,
    sa.Column("client", binary(64), primary_key=True),
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant),
)

# All personal data of the registry; a row can be erased and nothing else changes.
personal = sa.Table(
    "personal",
    tables,
    sa.Column("kind", sa.String(8), primary_key=True),
    sa.Column("id", binary(64), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("sort_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
    sa.Column("email", sa.Text),
    sa.Column("phone", sa.Text),
    # A person signs in with it; folded, unique among people.
    sa.Column("sign_in", sa.String(320)),
)

# The one-time links of people: an invitation, a new password.
link = sa.Table(
    "link",
    tables,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("purpose", sa.String(16), nullable=False),
    sa.Column("person", binary(64), nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
)

session = sa.Table(
    "session",
    tables,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("person", binary(64), nullable=False),
    sa.Column("signed_in_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
)

# Failed guesses in a row. `target` is a hash: no mail address of a stranger is kept.
failure = sa.Table(
    "failure",
    tables,
    sa.Column("target", sa.String(64), primary_key=True),
    sa.Column("guesses", sa.Integer, nullable=False),
    sa.Column("last_at", Instant, nullable=False),
)

signing_key = sa.Table(
    "signing_key",
    tables,
    sa.Column("kid", sa.String(64), primary_key=True),
    # NULL once it can sign no more.
    sa.Column("private_jwk", sa.Text),
    sa.Column("public_jwk", Json, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("signs_from", Instant, nullable=False),
    sa.Column("not_after", Instant),
)
