"""Access tokens for clients and for people's sessions: read, judged, signed."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.registry.handlers.sessions import target
from services.registry.schemas import PersonToken, SessionPerson
from services.registry.settings import RegistrySettings
from services.registry.store import keys, subjects
from services.registry.tokens import digest, sign
from shared.db import Connection, Row
from shared.errors import Unavailable


@dataclass(frozen=True, slots=True)
class KnownClient:
    """A client, the hashes of its secrets in force, whether guesses failed, and the key that signs now."""

    row: Row
    hashes: tuple[str, ...]
    failed: bool
    key: Row | None

    def has_secret(self, candidates: Sequence[str]) -> bool:
        return any(
            hmac.compare_digest(digest(candidate), kept) for candidate in candidates for kept in self.hashes
        )


def known_client(connection: Connection, id: str, now: datetime) -> KnownClient | None:
    row = subjects.client_by_id(connection, id)
    if row is None:
        return None
    secrets = subjects.secrets_of(connection, [id], now)[id]
    failed = subjects.failures(connection, target(id, "client"), datetime.min.replace(tzinfo=now.tzinfo))
    return KnownClient(
        row, tuple(secret.hash for secret in secrets), failed is not None, keys.signing(connection, now)
    )


def person_of_session(
    connection: Connection, session: str, now: datetime
) -> tuple[Row, Row, Row | None] | None:
    """The session, its person and the key that signs; None when the session is over."""
    found = subjects.session_by_hash(connection, digest(session), now)
    if found is None:
        return None
    person = subjects.person_by_id(connection, found.person)
    if person is None or person.state != "active":
        return None
    return found, person, keys.signing(connection, now)


def access_token(
    row: Row,
    key: Row | None,
    settings: RegistrySettings,
    now: datetime,
    *,
    roles: Sequence[str],
    authenticated_at: datetime | None = None,
    name: str | None = None,
) -> str:
    if key is None:
        raise Unavailable("no key signs tokens yet; run `sanya migrate`", retry_after=5)
    return sign(
        kid=key.kid,
        private_jwk=key.private_jwk,
        issuer=settings.token_issuer,
        subject=row.id,
        kind=row.kind,
        agency=row.agency,
        roles=roles,
        now=now,
        void_until=row.void_until,
        lifetime=settings.token_lifetime,
        authenticated_at=authenticated_at,
        name=name,
    )


def person_token(
    person: Row, key: Row | None, signed_in_at: datetime, settings: RegistrySettings, now: datetime
) -> PersonToken:
    return PersonToken(
        access_token=access_token(
            person,
            key,
            settings,
            now,
            roles=person.roles,
            authenticated_at=signed_in_at,
            name=person.person_name,
        ),
        expires_in=int(settings.token_lifetime.total_seconds()),
        signed_in_at=signed_in_at,
        person=SessionPerson(id=person.id, name=person.person_name, agency=person.agency, roles=person.roles),
    )
