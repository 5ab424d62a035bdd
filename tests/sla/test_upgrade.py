"""An installation of yesterday keeps its agreements, and what was done before stands in their history."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from services.sla.app import service
from services.sla.domain.answers import answer
from services.sla.handlers.history import OFFER_EXPIRY, offer_expired
from services.sla.store import agreements, announcements, history, watches
from shared import migrations, words
from shared.db import Database
from shared.db.types import Instant
from shared.settings import Settings
from shared.timers import fire_due
from tests.sla.conftest import NOON

STEPS = Path(str(service.migrations))
BEFORE = "000[1-5]_*.py"
PARTIES = ("city", "land-office")
REFUSED = "refused".ljust(64, "0")
WHY = "ต้องตรวจที่ดินก่อน"
DOCUMENT: dict[str, Any] = {
    "code": "signed",
    "service": "permit",
    "title": {"en": "Permits"},
    "legal_form": "informal",
    "time_zone": "Asia/Bangkok",
    "review_at": None,
    "objectives": [{"code": "fast", "indicator": "permit.time"}],
    "terms": {},
    "parties": list(PARTIES),
}


def table(name: str, *columns: str, **typed: Any) -> sa.TableClause:
    return sa.table(
        name,
        *(sa.column(each) for each in columns),
        *(sa.column(each, kind) for each, kind in typed.items()),
    )


@pytest.fixture
def db(database_url: str, tmp_path: Path) -> Iterator[Database]:
    """As it was before comments, delegations, terminations and the history."""
    values: dict[str, Any] = {"data_dir": tmp_path}
    if not database_url.startswith("sqlite"):
        values |= {"database_url": database_url, "bus_url": "kafka://127.0.0.1:1"}
    found = service.open_database(Settings(**values), lambda: NOON)
    yesterday = tmp_path / "yesterday" / "migrations"
    yesterday.mkdir(parents=True)
    for step in STEPS.glob(BEFORE):
        shutil.copy(step, yesterday)
    with closing(found):
        assert migrations.migrate(found, yesterday)
        yield found


def fill(_: None, uow: Any) -> None:
    """One agreement that all accepted, an offer of another that has expired meanwhile, and a refused one."""
    run = uow.connection.execute
    run(sa.insert(table("service", "code", "version", "owner", "steps")), [row_of_service()])
    made = table("agreement", "code", "service", made_at=Instant)
    revision = table(
        "revision",
        *(
            "hash",
            "agreement",
            "number",
            "document",
            "visibility",
            "retroactive",
            "contacts",
            "made_by",
            "version",
        ),
        **dict.fromkeys(("effective_from", "made_at", "offered_at", "expires_at", "in_force_from"), Instant),
    )
    party = table(
        "revision_party",
        "revision",
        "agency",
        "place",
        "signatory",
        "role",
        accepted_at=Instant,
        opened_at=Instant,
        rejected_at=Instant,
    )
    for code, accepted in (("signed", True), ("offered", False), ("refused", False)):
        run(sa.insert(made).values(code=code, service="permit", made_at=NOON))
        run(
            sa.insert(revision).values(
                hash=code.ljust(64, "0"),
                agreement=code,
                number=1,
                document=json.dumps(DOCUMENT),
                visibility="public",
                retroactive=False,
                contacts="{}",
                made_by="city",
                version=1,
                effective_from=NOON,
                made_at=NOON - timedelta(hours=3),
                offered_at=NOON - timedelta(hours=2),
                expires_at=NOON - timedelta(minutes=1),
                in_force_from=NOON if accepted else None,
            )
        )
        for place, agency in enumerate(PARTIES):
            run(
                sa.insert(party).values(
                    revision=code.ljust(64, "0"),
                    agency=agency,
                    place=place,
                    signatory="p_1" if accepted else None,
                    role="signatory" if accepted else None,
                    accepted_at=NOON - timedelta(hours=1) + timedelta(seconds=place) if accepted else None,
                    rejected_at=NOON - timedelta(hours=1) if (code, place) == ("refused", 1) else None,
                )
            )
    remark = table("remark", "revision", "agency", "reason", "clause")
    run(sa.insert(remark).values(revision=REFUSED, agency="land-office", reason=WHY, clause="/terms"))


def row_of_service() -> dict[str, Any]:
    return {"code": "permit", "version": 1, "owner": "city", "steps": "[]"}


def test_what_was_done_before_stands_in_the_history(db: Database) -> None:
    db.transact(fill)
    migrations.migrate(db, STEPS)
    db.transact(lambda _, uow: fire_due({OFFER_EXPIRY: offer_expired}, uow))

    def kept(code: str) -> list[tuple[int, str, str | None, str | None]]:
        found = db.snapshot(lambda run: history.list_of(run, code, ["land-office"], after=0, limit=99))
        return [(each.number, each.move, each.agency, each.person) for each in found]

    assert kept("signed") == [
        (1, "drafted", "city", None),
        (2, "offered", "city", None),
        (3, "accepted", "city", "p_1"),
        (4, "accepted", "land-office", "p_1"),
        (5, "concluded", None, None),
    ]
    assert kept("offered") == [
        (1, "drafted", "city", None),
        (2, "offered", "city", None),
        (3, "expired", None, None),
    ]
    found = db.snapshot(agreements.find_open, "signed", None, NOON)
    assert found is not None
    shown = answer(found, None, NOON)["revisions"][0]
    assert (shown["state"], shown["legal_form"], shown["flags"]) == ("in_force", "informal", [])


def test_why_an_offer_was_rejected_moves_to_where_it_can_be_erased(db: Database) -> None:
    db.transact(fill)
    migrations.migrate(db, STEPS)
    (kept,) = db.snapshot(lambda run: run.execute(words.free_text.select()).all())
    assert (kept.agency, kept.text, kept.written_at) == ("land-office", WHY, NOON - timedelta(hours=1))

    def rejection() -> tuple[Any, Any]:
        found = db.snapshot(agreements.find, "refused")
        assert found is not None
        party = found.revisions[0].parties[1]
        return party.reason, party.clause

    assert rejection() == (WHY, "/terms")
    db.transact(lambda _, uow: words.erase(uow.connection, kept.id))
    assert rejection() == (None, "/terms")


def test_what_is_in_force_is_announced_and_watched_from_then_on(db: Database) -> None:
    db.transact(fill)
    migrations.migrate(db, STEPS)
    for _ in range(2):
        db.transact(lambda _, uow: fire_due(service.timers, uow))
    wanted = {"agreement": None, "service": None}
    (told,) = db.snapshot(
        announcements.list_of, None, NOON, state=None, awaiting=False, after=None, limit=9, **wanted
    )
    assert (told.agreement, told.number, told.announced_by) == ("signed", 1, None)
    assert told.missing == list(PARTIES)
    (found,) = db.snapshot(watches.list_of, "city", kind=None, cleared=None, after=None, limit=9, **wanted)
    assert (found.kind, found.about) == ("unplanned", ("permit.time",))
