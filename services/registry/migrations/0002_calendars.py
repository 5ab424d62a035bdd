"""Working calendars."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.db.types import Instant

revision = "registry_0002"
down_revision = "registry_0001"


def _code() -> sa.String:
    return sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "calendar",
        sa.Column("code", _code(), nullable=False),
        sa.Column("owner", _code(), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_calendar"),
        sa.ForeignKeyConstraint(["owner"], ["agency.code"], name="fk_calendar_owner"),
    )
    op.create_index("ix_calendar_owner", "calendar", ["owner", "code"])
    op.create_table(
        "calendar_version",
        sa.Column("calendar", _code(), nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("published_at", Instant, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.PrimaryKeyConstraint("calendar", "version", name="pk_calendar_version"),
        sa.ForeignKeyConstraint(["calendar"], ["calendar.code"], name="fk_calendar_version_calendar"),
    )
