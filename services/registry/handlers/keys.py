"""The keys that sign access tokens: made at the first start, told before they are used, replaced in time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from services.registry import domain
from services.registry.schemas import KeyOut
from services.registry.settings import RegistrySettings
from services.registry.store import keys as store
from services.registry.tokens import new_key
from shared.auth import apply_key
from shared.clock import to_micros
from shared.db import UnitOfWork
from shared.events.registry import KeyChanged


def ensure_key(_command: object, uow: UnitOfWork) -> None:
    """Makes the first key, which signs at once."""
    if store.signing(uow.connection, uow.now) is None:
        _add(uow.now, uow)


def rotate(settings: RegistrySettings, uow: UnitOfWork) -> KeyOut:
    """A new key is told now and signs after `key_lead`; an old one verifies what it has signed until then."""
    begins = uow.now + settings.key_lead
    end = domain.last_use(begins, settings.token_lifetime)
    for row in store.in_force(uow.connection, uow.now):
        if row.not_after is None or row.not_after > end:
            _end(row.kid, row.version + 1, row.public_jwk, end, uow)
    return _add(begins, uow)


def keep_fresh(settings: RegistrySettings, uow: UnitOfWork) -> bool:
    """Rotates when the newest key is old enough; erases private halves that sign no more."""
    store.forget_private(uow.connection, uow.now)
    newest = max((row.signs_from for row in store.all_keys(uow.connection)), default=None)
    if newest is not None and uow.now < newest + settings.key_lifetime:
        return False
    rotate(settings, uow)
    return True


def replace_compromised(settings: RegistrySettings, uow: UnitOfWork) -> KeyOut:
    """Every key ends now, with all tokens it signed; a new one signs at once."""
    for row in store.in_force(uow.connection, uow.now):
        _end(row.kid, row.version + 1, row.public_jwk, uow.now - timedelta(microseconds=1), uow)
    store.forget_private(uow.connection, uow.now)
    return _add(uow.now, uow)


def _add(signs_from: datetime, uow: UnitOfWork) -> KeyOut:
    kid, private, public = new_key()
    store.add_key(uow.connection, kid, private, public, signs_from)
    _tell(KeyChanged(version=1, kid=kid, jwk=public), uow)
    return KeyOut(kid=kid, signs_from=signs_from, not_after=None)


def _end(kid: str, version: int, jwk: dict[str, Any], not_after: datetime, uow: UnitOfWork) -> None:
    store.end_key(uow.connection, kid, version, not_after)
    _tell(KeyChanged(version=version, kid=kid, jwk=jwk, not_after=to_micros(not_after)), uow)


def _tell(fact: KeyChanged, uow: UnitOfWork) -> None:
    """To the others by event; the registry itself verifies with it from this transaction on."""
    apply_key(fact, uow)
    uow.emit(fact.event())
