"""The tables of the teller and the counter."""

import sqlalchemy as sa
from alembic import op

from shared.db.tables import create_infrastructure_v1

revision = "counting_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_infrastructure_v1()
    op.create_table(
        "told",
        sa.Column("name", sa.String(8), nullable=False),
        sa.Column("n", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_told"),
    )
    op.create_table(
        "delivery",
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("topic", sa.String(64), nullable=False),
        sa.Column("partition", sa.Integer, nullable=False),
        sa.Column("offset", sa.BigInteger, nullable=False),
        sa.Column("event_id", sa.String(64), nullable=False),
        sa.Column("key", sa.String(64)),
        sa.Column("version", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "effect",
        sa.Column("event_id", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_effect"),
    )
    op.create_table(
        "tally",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("n", sa.BigInteger, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_tally"),
    )
