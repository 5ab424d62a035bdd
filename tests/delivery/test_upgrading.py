"""An installation of yesterday, with a feed and without mail, is brought up to date: what its agreements are
called is known, so that they can be followed."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from services.delivery import store as feed
from services.delivery.app import service
from services.delivery.domain import Audience
from services.delivery.domain.mail import About
from services.delivery.settings import DeliverySettings
from services.delivery.store import mail as store
from shared.migrations import migrate
from tests.delivery.test_feed import record
from tests.delivery.test_mail import in_force


def test_agreements_of_yesterday_have_their_names(database_url: str, tmp_path: Path) -> None:
    values: dict[str, Any] = {"data_dir": tmp_path}
    if database_url.startswith("postgresql"):
        values |= {"database_url": database_url, "bus_url": "kafka://127.0.0.1:1"}
    db = service.open_database(DeliverySettings(**values))
    first = tmp_path / "yesterday" / "migrations"
    first.mkdir(parents=True)
    assert service.migrations is not None
    for name in ("0001_feed.py", "0002_notices.py"):
        shutil.copy(service.migrations / name, first)
    assert migrate(db, first)
    fact = record(in_force(), "e1")
    with db.engine.begin() as connection:
        feed.append(
            connection,
            seq=1,
            event_id="e1",
            kind=fact.type,
            public=False,
            agencies=("city", "land"),
            fed_at=datetime(2026, 11, 1, tzinfo=UTC),
            event=json.dumps(fact.cloudevent()),
        )
    assert migrate(db, service.migrations)
    found = db.snapshot(store.name_of, "agreement", "permit-2026")
    assert found is not None
    assert (found.name["en"], found.service, found.parties) == (
        "Permit agreement",
        "permit",
        ("city", "land"),
    )
    assert found.objectives == {"fast": {"th": "เสร็จใน 3 วัน", "en": "Done in 3 days"}}
    assert not found.public
    with db.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM feed")).scalar_one() == 1
    db.close()


def test_what_subscriptions_of_yesterday_name_is_found(database_url: str, tmp_path: Path) -> None:
    values: dict[str, Any] = {"data_dir": tmp_path}
    if database_url.startswith("postgresql"):
        values |= {"database_url": database_url, "bus_url": "kafka://127.0.0.1:1"}
    db = service.open_database(DeliverySettings(**values))
    first = tmp_path / "yesterday" / "migrations"
    first.mkdir(parents=True)
    assert service.migrations is not None
    for name in ("0001_feed.py", "0002_notices.py", "0003_mail.py"):
        shutil.copy(service.migrations / name, first)
    assert migrate(db, first)
    row = {
        "id": "s1",
        "kinds": ["agreements"],
        "agencies": ["city"],
        "services": ["permit", "stall"],
        "agreements": [],
        "language": "th",
        "state": "active",
        "key": "k",
        "made_at": datetime(2026, 11, 1, tzinfo=UTC),
        "version": 1,
    }
    with db.engine.begin() as connection:
        connection.execute(sa.insert(store.subscription).values(**row))
    assert migrate(db, service.migrations)
    for about, found in (
        (About("agreements", Audience((), True), "stall", None), ["s1"]),
        (About("agreements", Audience(("city",), True), None, None), ["s1"]),
        (About("agreements", Audience(("city",), False), "stall", None), []),
    ):
        assert [each.id for each in db.snapshot(store.listening, about)] == found
    db.close()
