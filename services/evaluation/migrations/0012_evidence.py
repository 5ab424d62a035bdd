"""The evidence log: what is final or decided so far goes in first; each batch has its hash from now on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import rfc8785
import sqlalchemy as sa
from alembic import op

from shared.db.types import Code, Micros

revision = "evaluation_0012"
down_revision = "evaluation_0011"

HASH = sa.String(64)
KID = sa.String(64)


def upgrade() -> None:
    leaf = op.create_table(
        "evidence_leaf",
        sa.Column("hash", HASH, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("about", Code, nullable=False),
        sa.Column("at", Micros, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("document", sa.Text),
        sa.Column("noted_at", Micros, nullable=False),
        sa.Column("position", sa.BigInteger),
        sa.PrimaryKeyConstraint("hash", name="pk_evidence_leaf"),
        sa.UniqueConstraint("position", name="uq_evidence_leaf_position"),
    )
    op.create_index("ix_evidence_leaf_about", "evidence_leaf", ["about", "kind", "at"])
    op.create_table(
        "evidence_node",
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("place", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("level", "place", name="pk_evidence_node"),
    )
    op.create_table(
        "evidence_key",
        sa.Column("kid", KID, nullable=False),
        sa.Column("origin", sa.String(255), nullable=False),
        sa.Column("private", sa.Text),
        sa.Column("jwk", sa.Text, nullable=False),
        sa.Column("valid_from", Micros, nullable=False),
        sa.Column("valid_until", Micros),
        sa.PrimaryKeyConstraint("kid", name="pk_evidence_key"),
    )
    op.create_table(
        "evidence_checkpoint",
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("at", Micros, nullable=False),
        sa.Column("root", HASH, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("kid", KID, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_evidence_checkpoint"),
        sa.ForeignKeyConstraint(["kid"], ["evidence_key.kid"], name="fk_evidence_checkpoint_kid"),
    )
    op.create_table(
        "evidence_cosignature",
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("agency", Code, nullable=False),
        sa.Column("kid", KID, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("size", "agency", name="pk_evidence_cosignature"),
        sa.ForeignKeyConstraint(["size"], ["evidence_checkpoint.size"], name="fk_evidence_cosignature_size"),
    )
    op.create_table(
        "evidence_acceptance",
        sa.Column("revision", HASH, nullable=False),
        sa.Column("agency", Code, nullable=False),
        sa.Column("agreement", Code, nullable=False),
        sa.Column("at", Micros, nullable=False),
        sa.Column("statement", sa.Text, nullable=False),
        sa.Column("signature", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("revision", "agency", name="pk_evidence_acceptance"),
    )
    op.create_table(
        "signer_key",
        sa.Column("kid", KID, nullable=False),
        sa.Column("agency", Code),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("jwk", sa.Text, nullable=False),
        sa.Column("valid_from", Micros, nullable=False),
        sa.Column("valid_until", Micros),
        sa.PrimaryKeyConstraint("kid", name="pk_signer_key"),
    )
    # Of batches from before, no bytes are kept here: they are in no leaf.
    op.add_column("batch", sa.Column("hash", HASH))
    op.add_column("batch", sa.Column("leaf", HASH))
    waiting = sa.text("hash IS NOT NULL AND leaf IS NULL")
    op.create_index(
        "ix_batch_unlogged",
        "batch",
        ["received_at", "service"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    assert leaf is not None
    rows = {row["hash"]: row for row in _so_far(op.get_bind())}
    if rows:
        op.bulk_insert(leaf, list(rows.values()))


def _so_far(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    now = connection.execute(sa.text("SELECT coalesce(max(at), 0) FROM tick")).scalar_one()
    found = connection.execute(sa.text("SELECT agreement, hash, known_at FROM revision ORDER BY hash"))
    for row in found.all():
        yield _leaf("revision", row.agreement, row.known_at, now, agreement=row.agreement, hash=row.hash)
    found = connection.execute(sa.text("SELECT agreement, document FROM exclusion ORDER BY id"))
    for row in found.all():
        told = json.loads(row.document)
        names = {name: told[name] for name in ("id", "state", "version")}
        leaf = _leaf(
            "exclusion", row.agreement, now, now, agreement=row.agreement, hash=_digest(told), **names
        )
        yield leaf | {"document": row.document}
    final = "SELECT agreement, id, body, window_end FROM result WHERE state = 'final' ORDER BY id"
    for row in connection.execute(sa.text(final)).all():
        body = _digest(json.loads(row.body))
        yield _leaf(
            "result", row.agreement, row.window_end, now, agreement=row.agreement, id=row.id, hash=body
        )


def _digest(value: Any) -> str:
    return hashlib.sha256(_form(value)).hexdigest()


def _form(value: Any) -> bytes:
    """A sum may be an integer that RFC 8785 has no exact form for: it is written as a text."""
    try:
        return rfc8785.dumps(value)
    except rfc8785.IntegerDomainError:
        return rfc8785.dumps(_in_texts(value))


def _in_texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _in_texts(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_in_texts(one) for one in value]
    return str(value) if isinstance(value, int) and abs(value) >= 1 << 53 else value


def _leaf(kind: str, about: str, at: int, now: int, **names: Any) -> dict[str, Any]:
    data = rfc8785.dumps({"type": f"sanya.evidence.{kind}.v1", **names})
    return {
        "hash": hashlib.sha256(b"\x00" + data).hexdigest(),
        "kind": kind,
        "about": about,
        "at": at,
        "data": data.decode(),
        "document": None,
        "noted_at": now,
        "position": None,
    }
