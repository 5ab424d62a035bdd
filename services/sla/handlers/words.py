"""What people write: kept apart, where it can be erased; events and other tables hold its id and hash."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from uuid import uuid4

from services.sla.store import words as store
from services.sla.store.words import FreeText
from shared.db import UnitOfWork


def prepare(uow: UnitOfWork, agency: str, text: str) -> FreeText:
    """A text to be kept; its hash is salted, so that a guess can't be tried on it."""
    salt = secrets.token_hex(16)
    digest = hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()
    return FreeText(uuid4().hex, agency, salt, digest, text, uow.now)


def keep(uow: UnitOfWork, agency: str, text: str) -> FreeText:
    """Keeps what a person wrote."""
    made = prepare(uow, agency, text)
    store.add(uow.connection, [made])
    return made


def written(words: Mapping[str, str | None]) -> str:
    """A text in Thai, English or both, as it is kept."""
    return json.dumps({name: text for name, text in words.items() if text}, ensure_ascii=False)
