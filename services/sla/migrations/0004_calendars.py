"""Working calendars as the registry tells them: agreements name them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.db.types import Code

revision = "sla_0004"
down_revision = "sla_0003"


def upgrade() -> None:
    op.create_table(
        "calendar",
        sa.Column("code", Code, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("owner", Code, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_calendar"),
    )
