"""Tells how long each accepted revision is in force, where that changed."""

from __future__ import annotations

import json

from services.sla.domain import spans as rules
from services.sla.domain.negotiation import Agreement
from services.sla.handlers.watches import look_at
from services.sla.store import agreements as store
from shared.clock import to_micros
from shared.db import UnitOfWork
from shared.events.sla import AgreementInForce


def respan(code: str, uow: UnitOfWork, fresh: str | None = None) -> Agreement:
    """Fixes the ends of all accepted revisions and tells each that changed, and the ``fresh`` one."""
    agreement = store.find(uow.connection, code)
    assert agreement is not None
    look_at(code, uow)
    for digest, end in rules.ends(agreement).items():
        revision = agreement.find(digest)
        assert revision is not None
        assert revision.in_force_from is not None
        if revision.in_force_to == end and digest != fresh:
            continue
        version = revision.version + 1
        store.change_revision(uow.connection, digest, in_force_to=end, version=version)
        uow.emit(
            AgreementInForce(
                version=version,
                agreement=code,
                hash=digest,
                parent=revision.parent,
                service=agreement.service,
                parties=[party.agency for party in revision.parties],
                visibility=revision.visibility,
                effective_from=to_micros(revision.in_force_from),
                effective_to=None if end is None else to_micros(end),
                document=json.loads(store.document(uow.connection, digest)),
            ).event()
        )
    found = store.find(uow.connection, code)
    assert found is not None
    return found
