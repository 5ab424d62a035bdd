"""Sources as the registry tells them: measurement plans name them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.db.types import Code, Json

revision = "sla_0003"
down_revision = "sla_0002"


def upgrade() -> None:
    op.create_table(
        "source",
        sa.Column("code", Code, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("agency", Code, nullable=False),
        sa.Column("services", Json, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_source"),
    )
