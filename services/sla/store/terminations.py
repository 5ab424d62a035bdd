"""Terminations: what was proposed never changes; who signed it off stands beside it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.sla.domain.terminations import SignOff, Termination
from services.sla.store.tables import tables
from shared.db.types import Code, Instant

termination = sa.Table(
    "termination",
    tables,
    # The SHA-256 of `document`.
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("agreement", Code, nullable=False),
    sa.Column("revision", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("proposed_by", Code, nullable=False),
    sa.Column("proposed_at", Instant, nullable=False),
    sa.Column("effective_at", Instant, nullable=False),
    # An id of `free_text`.
    sa.Column("reason", sa.String(32)),
    sa.Column("given_at", Instant),
    sa.Column("withdrawn_at", Instant),
)

termination_signer = sa.Table(
    "termination_signer",
    tables,
    sa.Column("termination", sa.String(64), primary_key=True),
    sa.Column("agency", Code, primary_key=True),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("signed_at", Instant),
    sa.Column("signatory", sa.String(128)),
    sa.Column("by_agency", Code),
    sa.Column("delegation", sa.String(32)),
)


def of_agreements(connection: sa.Connection, codes: Collection[str]) -> list[Termination]:
    """Oldest first."""
    signers: dict[str, list[SignOff]] = defaultdict(list)
    rows = connection.execute(
        sa.select(termination_signer)
        .join(termination, termination.c.id == termination_signer.c.termination)
        .where(termination.c.agreement.in_(codes))
        .order_by(termination_signer.c.termination, termination_signer.c.place)
    )
    for row in rows:
        signers[row.termination].append(
            SignOff(row.agency, row.signed_at, row.signatory, row.by_agency, row.delegation)
        )
    heads = connection.execute(
        sa.select(termination)
        .where(termination.c.agreement.in_(codes))
        .order_by(termination.c.proposed_at, termination.c.id)
    )
    return [
        Termination(**{**row._asdict(), "document": json.loads(row.document)}, signers=tuple(signers[row.id]))
        for row in heads
    ]


def add(connection: sa.Connection, made: Termination, text: str) -> None:
    """``text``: the document in its canonical form, which the id is the hash of."""
    connection.execute(
        sa.insert(termination).values(
            id=made.id,
            agreement=made.agreement,
            revision=made.revision,
            kind=made.kind,
            document=text,
            proposed_by=made.proposed_by,
            proposed_at=made.proposed_at,
            effective_at=made.effective_at,
            reason=made.reason,
        )
    )
    connection.execute(
        sa.insert(termination_signer),
        [
            {"termination": made.id, "agency": each.agency, "place": place}
            for place, each in enumerate(made.signers)
        ],
    )


def change(connection: sa.Connection, termination_id: str, **values: datetime) -> None:
    connection.execute(sa.update(termination).where(termination.c.id == termination_id).values(**values))


def sign(connection: sa.Connection, termination_id: str, agency: str, **values: Any) -> None:
    connection.execute(
        sa.update(termination_signer)
        .where(termination_signer.c.termination == termination_id, termination_signer.c.agency == agency)
        .values(**values)
    )
