"""Comments, delegations, terminations, and the history of all moves; what was done before enters it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from shared import words
from shared.db.tables import timer
from shared.db.types import Code, Identity, Instant, Json

revision = "sla_0006"
down_revision = "sla_0005"

ID = sa.String(32)
HASH = sa.String(64)
PERSON = sa.String(128)


def upgrade() -> None:
    _columns()
    _reasons()
    _tables()
    _history()
    connection = op.get_bind()
    moves = list(_moves_before(connection))
    numbers: dict[str, int] = {}
    for values, parties in sorted(moves, key=lambda each: (each[0]["agreement"], each[0]["at"])):
        code = values["agreement"]
        number = numbers[code] = numbers.get(code, 0) + 1
        added = connection.execute(sa.insert(MOVE).values(number=number, **values)).inserted_primary_key
        assert added is not None
        connection.execute(
            sa.insert(MOVE_PARTY), [{"move": added[0], "agency": agency} for agency in parties]
        )


def _columns() -> None:
    op.add_column("revision_party", sa.Column("by_agency", Code))
    op.add_column("revision_party", sa.Column("delegation", ID))
    op.add_column("revision", sa.Column("legal_form", sa.String(16), nullable=False, server_default="formal"))
    op.add_column("revision", sa.Column("flags", sa.Text, nullable=False, server_default="[]"))
    connection = op.get_bind()
    found = connection.execute(sa.select(REVISION.c.hash, REVISION.c.document)).all()
    informal = [row.hash for row in found if json.loads(row.document)["legal_form"] == "informal"]
    for digest in informal:
        connection.execute(sa.update(REVISION).where(REVISION.c.hash == digest).values(legal_form="informal"))


def _reasons() -> None:
    """Why an offer was rejected goes where all other words are; the table it had is gone."""
    op.add_column("revision_party", sa.Column("reason", ID))
    op.add_column("revision_party", sa.Column("clause", sa.Text))
    connection = op.get_bind()
    for row in connection.execute(
        sa.select(REMARK, PARTY.c.rejected_at).join(
            PARTY, (PARTY.c.revision == REMARK.c.revision) & (PARTY.c.agency == REMARK.c.agency)
        )
    ).all():
        kept = words.made(row.agency, row.reason, row.rejected_at)
        connection.execute(
            sa.insert(FREE_TEXT).values(
                id=kept.id,
                agency=kept.agency,
                salt=kept.salt,
                hash=kept.hash,
                text=kept.text,
                written_at=kept.written_at,
            )
        )
        connection.execute(
            sa.update(PARTY)
            .where(PARTY.c.revision == row.revision, PARTY.c.agency == row.agency)
            .values(reason=kept.id, clause=row.clause)
        )
    op.drop_table("remark")


def _tables() -> None:
    op.create_table(
        "comment",
        sa.Column("id", ID, nullable=False),
        sa.Column("agreement", Code, nullable=False),
        sa.Column("revision", HASH, nullable=False),
        sa.Column("clause", sa.Text, nullable=False),
        sa.Column("answers", ID),
        sa.Column("text", ID, nullable=False),
        sa.Column("text_hash", HASH, nullable=False),
        sa.Column("agency", Code, nullable=False),
        sa.Column("person", PERSON, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("resolved_at", Instant),
        sa.Column("resolved_by", Code),
        sa.PrimaryKeyConstraint("id", name="pk_comment"),
        sa.ForeignKeyConstraint(["revision"], ["revision.hash"], name="fk_comment_revision"),
        sa.ForeignKeyConstraint(["answers"], ["comment.id"], name="fk_comment_answers"),
    )
    op.create_index("ix_comment_agreement", "comment", ["agreement", "made_at", "id"])
    op.create_table(
        "delegation",
        sa.Column("id", ID, nullable=False),
        sa.Column("granted_by", Code, nullable=False),
        sa.Column("granted_to", Code, nullable=False),
        sa.Column("person", PERSON),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("agreement", Code),
        sa.Column("service", Code, nullable=False),
        sa.Column("moves", Json, nullable=False),
        sa.Column("granted_at", Instant, nullable=False),
        sa.Column("granted_person", PERSON, nullable=False),
        sa.Column("ends_at", Instant, nullable=False),
        sa.Column("revoked_at", Instant),
        sa.PrimaryKeyConstraint("id", name="pk_delegation"),
        sa.ForeignKeyConstraint(["agreement"], ["agreement.code"], name="fk_delegation_agreement"),
    )
    op.create_index("ix_delegation_agreement", "delegation", ["agreement"])
    op.create_index("ix_delegation_service", "delegation", ["service"])
    op.create_index("ix_delegation_granted_to", "delegation", ["granted_to"])
    op.create_table(
        "termination",
        sa.Column("id", HASH, nullable=False),
        sa.Column("agreement", Code, nullable=False),
        sa.Column("revision", HASH, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("proposed_by", Code, nullable=False),
        sa.Column("proposed_at", Instant, nullable=False),
        sa.Column("effective_at", Instant, nullable=False),
        sa.Column("reason", ID),
        sa.Column("given_at", Instant),
        sa.Column("withdrawn_at", Instant),
        sa.PrimaryKeyConstraint("id", name="pk_termination"),
        sa.ForeignKeyConstraint(["agreement"], ["agreement.code"], name="fk_termination_agreement"),
        sa.ForeignKeyConstraint(["revision"], ["revision.hash"], name="fk_termination_revision"),
    )
    op.create_index("ix_termination_agreement", "termination", ["agreement"])
    op.create_table(
        "termination_signer",
        sa.Column("termination", HASH, nullable=False),
        sa.Column("agency", Code, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("signed_at", Instant),
        sa.Column("signatory", PERSON),
        sa.Column("by_agency", Code),
        sa.Column("delegation", ID),
        sa.PrimaryKeyConstraint("termination", "agency", name="pk_termination_signer"),
        sa.ForeignKeyConstraint(["termination"], ["termination.id"], name="fk_termination_signer"),
    )


def _history() -> None:
    op.create_table(
        "move",
        sa.Column("id", Identity, nullable=False, autoincrement=True),
        sa.Column("agreement", Code, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("move", sa.String(32), nullable=False),
        sa.Column("revision", HASH),
        sa.Column("agency", Code),
        sa.Column("by_agency", Code),
        sa.Column("delegation", ID),
        sa.Column("person", PERSON),
        sa.Column("role", sa.String(32)),
        sa.Column("at", Instant, nullable=False),
        sa.Column("about", HASH),
        sa.Column("details", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_move"),
        sa.ForeignKeyConstraint(["agreement"], ["agreement.code"], name="fk_move_agreement"),
    )
    op.create_index("ix_move_agreement", "move", ["agreement", "number"])
    op.create_table(
        "move_party",
        sa.Column("move", sa.BigInteger, nullable=False),
        sa.Column("agency", Code, nullable=False),
        sa.PrimaryKeyConstraint("move", "agency", name="pk_move_party"),
        sa.ForeignKeyConstraint(["move"], ["move.id"], name="fk_move_party_move"),
    )


REVISION = sa.table(
    "revision",
    sa.column("hash", HASH),
    sa.column("agreement", Code),
    sa.column("parent", HASH),
    sa.column("document", sa.Text),
    sa.column("legal_form", sa.String(16)),
    sa.column("made_by", Code),
    *(
        sa.column(name, Instant)
        for name in ("made_at", "offered_at", "expires_at", "withdrawn_at", "superseded_at", "in_force_from")
    ),
)
PARTY = sa.table(
    "revision_party",
    sa.column("revision", HASH),
    sa.column("agency", Code),
    sa.column("place", sa.Integer),
    sa.column("accepted_at", Instant),
    sa.column("rejected_at", Instant),
    sa.column("signatory", PERSON),
    sa.column("role", sa.String(32)),
    sa.column("reason", ID),
    sa.column("clause", sa.Text),
)
REMARK = sa.table("remark", *(sa.column(name) for name in ("revision", "agency", "reason", "clause")))
FREE_TEXT = sa.table(
    "free_text",
    *(sa.column(name) for name in ("id", "agency", "salt", "hash", "text")),
    sa.column("written_at", Instant),
)
MOVE = sa.Table(
    "move",
    sa.MetaData(),
    sa.Column("id", Identity, primary_key=True, autoincrement=True),
    sa.Column("agreement", Code),
    sa.Column("number", sa.Integer),
    *(sa.Column(name, sa.String) for name in ("move", "revision", "agency", "person", "role")),
    sa.Column("at", Instant),
    sa.Column("details", Json),
)
MOVE_PARTY = sa.table("move_party", sa.column("move"), sa.column("agency"))


def _moves_before(connection: sa.Connection) -> list[tuple[dict[str, Any], list[str]]]:
    """What the rows of revisions tell: who signed is known, who wrote and withdrew only by agency."""
    found: list[tuple[dict[str, Any], list[str]]] = []
    for row in connection.execute(sa.select(REVISION)).all():
        parties = connection.execute(
            sa.select(PARTY).where(PARTY.c.revision == row.hash).order_by(PARTY.c.place)
        ).all()
        moves: list[tuple[str, datetime | None, str | None, dict[str, Any]]] = [
            ("drafted", row.made_at, row.made_by, {"details": {"parent": row.parent}}),
            ("offered", row.offered_at, row.made_by, {}),
            ("withdrawn", row.withdrawn_at, row.made_by, {}),
            ("superseded", row.superseded_at, None, {}),
        ]
        for party in parties:
            signed = {"person": party.signatory, "role": party.role}
            moves.append(("accepted", party.accepted_at, party.agency, signed))
            moves.append(("rejected", party.rejected_at, party.agency, {}))
        if row.in_force_from is not None:
            moves.append(("concluded", max(party.accepted_at for party in parties), None, {}))
        if row.expires_at is not None:
            connection.execute(sa.insert(timer).values(kind="offer-expiry", key=row.hash, due=row.expires_at))
        for move, at, agency, more in moves:
            values = {"agreement": row.agreement, "move": move, "revision": row.hash, "agency": agency}
            if at is not None:
                found.append(
                    ({**values, "at": at, "details": {}, **more}, [party.agency for party in parties])
                )
    return found
