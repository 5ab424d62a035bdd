"""A table at which agencies negotiate: the real handlers on a real database, with a clock that we set."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from services.sla.app import service
from services.sla.domain.answers import answer
from services.sla.handlers import drafts, indicators, moves
from services.sla.handlers.access import no_agreement
from services.sla.store import agreements, names
from shared.auth import Principal, Role
from shared.db import Database, UnitOfWork
from shared.db.tables import outbox
from shared.migrations import migrate
from tests.servers.postgres import PostgresServer
from tests.sla.documents import INDICATORS, PERMIT, plain, plain_indicator

NOON = datetime(2026, 1, 15, 5, 0, tzinfo=UTC)


@dataclass
class Table:
    """Drafts, offers and signs as an agency, and tells what came of it."""

    db: Database
    now: datetime = NOON
    answers: dict[str, Any] = field(default_factory=dict)

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)

    def caller(self, agency: str | None, *roles: Role) -> Principal:
        return Principal(f"client-of-{agency}", agency, frozenset(roles or (Role.NEGOTIATOR, Role.SIGNATORY)))

    def draft(self, document: Mapping[str, Any], agency: str = "city") -> str:
        """The hash of a new agreement's draft."""
        command = drafts.Draft(self.caller(agency), plain(document))
        return self._hash(self.db.transact(drafts.draft_agreement, command))

    def revise(self, document: Mapping[str, Any], parent: str, agency: str = "city") -> str:
        command = drafts.Revise(self.caller(agency), "permit-2026", plain({**document, "parent": parent}))
        return self._hash(self.db.transact(drafts.revise_agreement, command))

    def offer(self, digest: str, agency: str = "city", expires_at: datetime | None = None) -> Any:
        command = moves.Offer(self.caller(agency), "permit-2026", digest, expires_at)
        return self.db.transact(moves.offer_revision, command)

    def opened(self, digest: str, agency: str) -> Any:
        return self.db.transact(moves.open_revision, moves.Move(self.caller(agency), "permit-2026", digest))

    def accept(self, digest: str, *agencies: str, named: str | None = None) -> Any:
        for agency in agencies:
            command = moves.Accept(self.caller(agency), "permit-2026", digest, named or digest)
            found = self.db.transact(moves.accept_revision, command)
        return found

    def reject(self, digest: str, agency: str) -> Any:
        command = moves.Reject(self.caller(agency), "permit-2026", digest, "too strict", "/objectives/0")
        return self.db.transact(moves.reject_revision, command)

    def withdraw(self, digest: str, agency: str = "city") -> Any:
        return self.db.transact(
            moves.withdraw_revision, moves.Move(self.caller(agency), "permit-2026", digest)
        )

    def concluded(self, document: Mapping[str, Any]) -> str:
        """An agreement that all parties have accepted."""
        digest = self.draft(document)
        self.offer(digest)
        self.accept(digest, *document["parties"])
        return digest

    def seen_by(self, agency: str | None) -> Any:
        """The answer as an agency (None: the public) sees it."""
        found = self.db.snapshot(agreements.find_open, "permit-2026", agency, self.now)
        if found is None:
            raise no_agreement("permit-2026")
        return answer(found, agency, self.now)

    def states(self) -> list[str]:
        return [each["state"] for each in self.seen_by("city")["revisions"]]

    def told(self) -> list[dict[str, Any]]:
        """The facts about agreements, in the order in which they were told."""
        query = sa.select(outbox).where(outbox.c.topic == "sla.agreement.v1").order_by(outbox.c.id)
        return [
            json.loads(row.data)
            for row in self.db.snapshot(lambda connection: connection.execute(query).all())
        ]

    def _hash(self, found: Any) -> str:
        digest: str = found["revisions"][-1]["hash"]
        return digest


def register(_: None, uow: UnitOfWork) -> None:
    """What the registry would have told."""
    for agency in ("city", "land-office", "province"):
        names.keep_agency(uow.connection, agency, 1, "active")
    names.keep_service(uow.connection, PERMIT.code, 1, PERMIT.owner, list(PERMIT.steps.items()))
    for each in INDICATORS:
        caller = Principal("client", "city", frozenset({Role.NEGOTIATOR}))
        indicators.make_indicator(indicators.Make(caller, plain_indicator(each)), uow)


OpenTable = Callable[[str], Table]


@pytest.fixture
def open_table(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[OpenTable]:
    opened: list[tuple[Table, Callable[[], None]]] = []

    def open_one(backend: str) -> Table:
        if backend == "sqlite":
            url, drop = f"sqlite:///{tmp_path}", lambda: None
        else:
            server: PostgresServer = request.getfixturevalue("postgres")
            url = server.new_database()
            drop = lambda: server.drop_database(url)  # noqa: E731
        db = Database("sla", url)
        table = Table(db)
        db.clock = lambda: table.now
        opened.append((table, drop))
        assert service.migrations is not None
        migrate(db, service.migrations)
        db.transact(register)
        return table

    yield open_one
    for table, drop in opened:
        table.db.close()
        drop()


@pytest.fixture(params=["sqlite", "postgresql"])
def table(open_table: OpenTable, request: pytest.FixtureRequest) -> Table:
    return open_table(request.param)
