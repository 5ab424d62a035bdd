"""How far data were complete when a backfill was sealed: which windows it made final, and no others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "evaluation_0010"
down_revision = "evaluation_0009"


def upgrade() -> None:
    # What the seals of before made final is written in the tracks: they make nothing final any more.
    for name in ("reached", "sealed_at"):
        op.add_column("sealed", sa.Column(name, sa.BigInteger, nullable=False, server_default="0"))
    # A voided batch leaves what is listed as too late.
    op.create_index("ix_after_final_batch", "after_final", ["batch"])
