"""Acceptances that were signed so far are told to whoever keeps evidence, as later ones are when given."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from shared.clock import to_micros
from shared.db.tables import outbox

revision = "sla_0009"
down_revision = "sla_0008"


def upgrade() -> None:
    connection = op.get_bind()
    found = connection.execute(
        sa.text("SELECT revision, agency, statement, signature FROM acceptance_signature ORDER BY 1, 2")
    ).all()
    for row in found:
        said = json.loads(row.statement)
        at = to_micros(datetime.fromisoformat(said["at"]))
        told = {
            "version": 1,
            "agreement": said["agreement"],
            "revision": row.revision,
            "agency": row.agency,
            "at": at,
            "statement": row.statement,
            "signature": row.signature,
        }
        connection.execute(
            sa.insert(outbox).values(
                topic="sla.acceptance.v1",
                key=said["agreement"],
                type="sanya.sla.acceptance.signed.v1",
                event_id=uuid4().hex,
                subject=f"{row.revision}/{row.agency}",
                version=1,
                at=at,
                trace=None,
                data=json.dumps(told).encode(),
                published=False,
            )
        )
