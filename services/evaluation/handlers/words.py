"""What people write: kept apart, where it can be erased; events and other tables hold its id."""

from __future__ import annotations

import hashlib
import secrets
from uuid import uuid4

from services.evaluation.store import disputes
from services.evaluation.store.disputes import FreeText
from shared.clock import to_micros
from shared.db import UnitOfWork


def keep(uow: UnitOfWork, agency: str, text: str) -> FreeText:
    """Keeps what a person wrote; its hash is salted, so that a guess can't be tried on it."""
    salt = secrets.token_hex(16)
    digest = hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()
    made = FreeText(uuid4().hex, agency, salt, digest, text, to_micros(uow.now))
    disputes.add_text(uow.connection, made)
    return made
