"""What people need of a service and what bounds it; and the one table of what people write."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.db.types import Code, Instant, Json

revision = "sla_0005"
down_revision = "sla_0004"

ID = sa.String(32)
PERSON = sa.String(128)


def upgrade() -> None:
    op.create_table(
        "free_text",
        sa.Column("id", ID, nullable=False),
        sa.Column("agency", Code, nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("written_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_free_text"),
    )
    op.create_table(
        "need_import",
        sa.Column("id", ID, nullable=False),
        sa.Column("service", Code, nullable=False),
        sa.Column("agency", Code, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("by", PERSON, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_need_import"),
        sa.UniqueConstraint("service", "agency", "hash", name="uq_need_import_file"),
    )
    op.create_table(
        "need",
        sa.Column("id", ID, nullable=False),
        sa.Column("service", Code, nullable=False),
        sa.Column("agency", Code, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("statement", ID, nullable=False),
        sa.Column("statement_hash", sa.String(64), nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("recipient_group", sa.Text),
        sa.Column("channel", sa.Text),
        sa.Column("priority", sa.String(16)),
        sa.Column("frequency", sa.Integer),
        sa.Column("severity", sa.Integer),
        sa.Column("legal_weight", sa.Integer),
        sa.Column("wanted", sa.String(40)),
        sa.Column("evidence", Json, nullable=False),
        sa.Column("theme", sa.Text),
        sa.Column("merged_into", ID),
        sa.Column("import", ID),
        sa.Column("made_by", PERSON, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_need"),
        sa.ForeignKeyConstraint(["merged_into"], ["need.id"], name="fk_need_merged_into"),
        sa.ForeignKeyConstraint(["import"], ["need_import.id"], name="fk_need_import"),
    )
    op.create_index("ix_need_service", "need", ["service", "made_at", "id"])
    op.create_index("ix_need_merged_into", "need", ["merged_into"])
    op.create_table(
        "need_merge",
        sa.Column("id", ID, nullable=False),
        sa.Column("need", ID, nullable=False),
        sa.Column("into", ID, nullable=False),
        sa.Column("merged_by", PERSON, nullable=False),
        sa.Column("merged_for", Code, nullable=False),
        sa.Column("merged_at", Instant, nullable=False),
        sa.Column("split_by", PERSON),
        sa.Column("split_for", Code),
        sa.Column("split_at", Instant),
        sa.PrimaryKeyConstraint("id", name="pk_need_merge"),
        sa.ForeignKeyConstraint(["need"], ["need.id"], name="fk_need_merge_need"),
        sa.ForeignKeyConstraint(["into"], ["need.id"], name="fk_need_merge_into"),
    )
    op.create_index("ix_need_merge_need", "need_merge", ["need"])
    op.create_index("ix_need_merge_into", "need_merge", ["into"])
    op.create_table(
        "need_link",
        sa.Column("id", ID, nullable=False),
        sa.Column("need", ID, nullable=False),
        sa.Column("indicator", Code),
        sa.Column("agreement", Code),
        sa.Column("objective", Code),
        sa.Column("made_by", PERSON, nullable=False),
        sa.Column("made_for", Code, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_need_link"),
        sa.ForeignKeyConstraint(["need"], ["need.id"], name="fk_need_link_need"),
        sa.ForeignKeyConstraint(["indicator"], ["indicator.code"], name="fk_need_link_indicator"),
        sa.ForeignKeyConstraint(["agreement"], ["agreement.code"], name="fk_need_link_agreement"),
    )
    op.create_index("ix_need_link_need", "need_link", ["need"])
    op.create_table(
        "need_weights",
        sa.Column("service", Code, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("frequency", sa.Integer, nullable=False),
        sa.Column("severity", sa.Integer, nullable=False),
        sa.Column("legal_weight", sa.Integer, nullable=False),
        sa.Column("made_by", PERSON, nullable=False),
        sa.Column("made_for", Code, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("service", "version", name="pk_need_weights"),
    )
    op.create_table(
        "factor",
        sa.Column("id", ID, nullable=False),
        sa.Column("service", Code, nullable=False),
        sa.Column("agency", Code, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("statement", ID, nullable=False),
        sa.Column("statement_hash", sa.String(64), nullable=False),
        sa.Column("section", sa.Text),
        sa.Column("value", sa.String(40)),
        sa.Column("unit", sa.Text),
        sa.Column("indicator", Code),
        sa.Column("made_by", PERSON, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_factor"),
        sa.ForeignKeyConstraint(["indicator"], ["indicator.code"], name="fk_factor_indicator"),
    )
    op.create_index("ix_factor_service", "factor", ["service", "made_at", "id"])
