"""The watch over agreements in force: what it finds is told once, and once more when it is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.sla.app import service
from services.sla.handlers import names as told_names
from services.sla.handlers import reviews as moves
from services.sla.store import watches as store
from shared.auth import Role
from shared.clock import to_micros
from shared.events.envelope import Record
from shared.events.registry import AgencyChanged, SourceChanged
from shared.timers import fire_due
from tests.sla.conftest import OpenTable, Table
from tests.sla.documents import CONFIRM, agreement
from tests.sla.test_announcements import fire, fire_twice_at_once, told
from tests.sla.test_api import CITY, LAND, PROVINCE, Site, site  # noqa: F401
from tests.sla.test_ending_and_delegating import notice, sign, take_back
from tests.sla.test_tasks import waiting

CODE = "permit-2026"
START = datetime(2026, 1, 31, 17, 0, tzinfo=UTC)
TERMS = {"notice": "P30D", "termination": "one"}
PLAN = {"indicator": CONFIRM["indicator"], "source": "register", "frequency": "PT1H"}
PLANNED: dict[str, Any] = {"plans": [PLAN], "terms": TERMS}


def record_of(fact: Any) -> Record:
    """A fact of the registry, as the consumer meets it."""
    event = fact.event()
    return Record(
        event.topic, 0, 0, event.key, event.type, "id", "/registry", event.subject, event.version, 0, None,
        event.data,
    )  # fmt: skip


def registry_says(table: Table, agency: str, state: str, version: int) -> None:
    fact = AgencyChanged(version=version, code=agency, name={"en": agency}, state=state)
    table.db.transact(told_names.keep_agency, record_of(fact))


def with_source(table: Table) -> None:
    fact = SourceChanged(version=1, code="register", agency="land-office", services=["permit"])
    table.db.transact(told_names.keep_source, record_of(fact))


def seen(table: Table, agency: str = "city", cleared: bool | None = False) -> list[tuple[str, list[str]]]:
    """What an agency reads: kind, and about what."""
    wanted: dict[str, Any] = {
        "agreement": None,
        "service": None,
        "kind": None,
        "cleared": cleared,
        "after": None,
    }
    found = table.db.snapshot(store.list_of, agency, limit=50, **wanted)
    return sorted((each.kind, list(each.about)) for each in found)


def events(table: Table) -> list[tuple[str, str]]:
    return [
        (kind.rpartition(".")[2], fact["kind"])
        for kind, fact in told(table, "sla.watch.v1")
        if kind.startswith("watch.")
    ]


def amended(table: Table, parent: str, **changes: Any) -> str:
    digest = table.revise(agreement(**{**PLANNED, **changes}), parent)
    table.offer(digest)
    table.accept(digest, "city", "land-office")
    return digest


def test_an_agreement_without_a_plan_is_told_until_it_has_one(table: Table) -> None:
    with_source(table)
    first = table.concluded(agreement())
    fire(table)
    assert seen(table) == [], "it is not in force yet"
    table.now = START
    fire(table)
    fire(table)
    assert seen(table) == [("unplanned", ["permit.confirmation-time"])]
    assert events(table) == [("raised", "unplanned")]
    assert ("unplanned", "city") in waiting(table, "city")
    assert seen(table, "province") == []
    amended(table, first, effective_from="2026-03-01T00:00:00+07:00")
    fire(table)
    assert len(events(table)) == 1, "not before the amendment is in force"
    table.now = datetime(2026, 2, 28, 17, tzinfo=UTC)
    fire(table)
    assert seen(table) == []
    assert seen(table, cleared=True) == [("unplanned", ["permit.confirmation-time"])]
    assert events(table) == [("raised", "unplanned"), ("cleared", "unplanned")]


def test_an_end_is_told_a_notice_before_until_something_follows(table: Table) -> None:
    with_source(table)
    first = table.concluded(agreement(**PLANNED, effective_until="2026-06-01T00:00:00+07:00"))
    end = datetime(2026, 5, 31, 17, tzinfo=UTC)
    table.now = end - timedelta(days=30, microseconds=1)
    fire(table)
    assert seen(table) == []
    table.now = end - timedelta(days=30)
    fire(table)
    assert seen(table) == [("ending", [])]
    (_, fact) = told(table, "sla.watch.v1")[-1]
    assert (fact["due"], fact["parties"], fact["revision"]) == (
        to_micros(end),
        ["city", "land-office"],
        first,
    )
    amended(table, first, effective_from="2026-06-01T00:00:00+07:00")
    fire(table)
    assert seen(table) == []
    assert events(table) == [("raised", "ending"), ("cleared", "ending")]


def test_an_end_that_comes_is_told_no_more(table: Table) -> None:
    with_source(table)
    table.concluded(agreement(**PLANNED, effective_until="2026-06-01T00:00:00+07:00"))
    table.now = datetime(2026, 5, 20, tzinfo=UTC)
    fire(table)
    table.now = datetime(2026, 5, 31, 17, tzinfo=UTC)
    fire(table)
    assert seen(table) == []
    assert events(table) == [("raised", "ending"), ("cleared", "ending")]


def test_notice_that_is_taken_back_ends_nothing(table: Table) -> None:
    with_source(table)
    digest = table.concluded(agreement(**PLANNED))
    table.now = START
    fire(table)
    given = notice(table, digest)
    fire(table)
    assert seen(table) == [("ending", [])]
    take_back(table, given)
    fire(table)
    assert seen(table) == []
    assert events(table) == [("raised", "ending"), ("cleared", "ending")]


def test_a_year_without_a_review_is_told_until_one_is_held(table: Table) -> None:
    with_source(table)
    table.concluded(agreement(**PLANNED))
    table.now = START
    fire(table)
    table.wait(days=364)
    fire(table)
    assert seen(table) == []
    table.wait(days=1)
    fire(table)
    assert seen(table) == [("unreviewed", [])]
    review(table)
    fire(table)
    assert seen(table) == []
    table.wait(days=365)
    fire(table)
    assert events(table) == [("raised", "unreviewed"), ("cleared", "unreviewed"), ("raised", "unreviewed")]
    versions = [fact["version"] for kind, fact in told(table, "sla.watch.v1") if kind.startswith("watch.")]
    assert versions == [1, 2, 3]


def test_the_agreement_and_the_last_review_say_when_the_next_is_due(table: Table) -> None:
    with_source(table)
    table.concluded(agreement(**PLANNED, review_at="2026-06-01T00:00:00+07:00"))
    table.now = datetime(2026, 5, 31, 17, tzinfo=UTC)
    fire(table)
    assert seen(table) == [("unreviewed", [])]
    review(table, next_review_at=table.now + timedelta(days=10))
    fire(table)
    assert seen(table) == []
    table.wait(days=10)
    fire(table)
    assert seen(table) == [("unreviewed", [])]


def test_a_party_that_is_gone_is_told_until_it_is_back(table: Table) -> None:
    with_source(table)
    table.concluded(agreement(**PLANNED))
    table.now = START
    fire(table)
    registry_says(table, "land-office", "closed", 2)
    fire(table)
    assert seen(table) == [("party_left", ["land-office"])]
    registry_says(table, "city", "closed", 2)
    fire(table)
    assert seen(table) == [("party_left", ["city", "land-office"])]
    registry_says(table, "city", "active", 3)
    registry_says(table, "land-office", "active", 3)
    fire(table)
    assert seen(table) == []
    assert events(table) == [("raised", "party_left")] * 2 + [("cleared", "party_left")]


def test_a_party_that_gave_notice_is_leaving(table: Table) -> None:
    with_source(table)
    parties = ["city", "land-office", "province"]
    digest = table.concluded(agreement(**{**PLANNED, "terms": {"notice": "P30D"}}, parties=parties))
    table.now = START
    fire(table)
    notice(table, digest, "province", kind="leaving")
    fire(table)
    # What is in force ends with it, unless the others sign what follows.
    assert seen(table) == [("ending", []), ("party_left", ["province"])]


def test_a_notice_that_needs_all_is_none_before_all_signed(table: Table) -> None:
    with_source(table)
    digest = table.concluded(agreement(**{**PLANNED, "terms": {"termination": "all"}}))
    table.now = START
    fire(table)
    given = notice(table, digest, effective_at=table.now + timedelta(days=10))
    fire(table)
    assert seen(table) == []
    sign(table, given, "land-office")
    fire(table)
    assert seen(table) == [("ending", [])]


def test_two_replicas_tell_it_once(open_table: OpenTable) -> None:
    table = open_table("postgresql")
    table.concluded(agreement())
    table.now = START
    fire_twice_at_once(table)
    assert events(table) == [("raised", "unplanned")]


def test_a_look_that_dies_tells_once(table: Table) -> None:
    table.concluded(agreement())
    table.now = START

    def killed(_: None, uow: Any) -> None:
        fire_due(service.timers, uow)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        table.db.transact(killed)
    assert events(table) == []
    fire(table)
    assert events(table) == [("raised", "unplanned")]


def review(table: Table, by: str = "city", **changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "held_at": table.now,
        "attended": ("city", "land-office"),
        "decision": "We keep it as it is",
        "next_review_at": None,
        **changes,
    }
    found: dict[str, Any] = table.db.transact(moves.record, moves.Record(table.caller(by), CODE, **given))
    return found


async def test_the_list_over_the_wire(site: Site) -> None:  # noqa: F811
    digest = await site.drafted()
    at = f"/agreements/{CODE}/revisions/{digest}"
    await site.call("POST", f"{at}/offer", CITY)
    for who in (CITY, LAND):
        await site.call("POST", f"{at}/acceptances", who, {"hash": digest})
    site.now = START

    def due(_: None, uow: Any) -> None:
        fire_due(service.timers, uow)

    site.db.transact(due)
    (found,) = (await site.call("GET", "/watches", LAND)).json()["items"]
    assert found == {
        "id": found["id"],
        "kind": "unplanned",
        "state": "open",
        "agreement": CODE,
        "service": "permit",
        "revision": digest,
        "title": {"th": "ข้อตกลงใบอนุญาต", "en": "Permits"},
        "parties": ["city", "land-office"],
        "raised_at": "2026-01-31T17:00:00Z",
        "cleared_at": None,
        "due": None,
        "about": ["permit.confirmation-time"],
    }
    for query in ("agreement=other", "service=other", "kind=ending", "state=cleared"):
        assert (await site.call("GET", f"/watches?{query}", LAND)).json()["items"] == [], query
    for nobody in (PROVINCE, (None, Role.OPERATOR)):
        assert (await site.call("GET", "/watches", nobody)).json()["items"] == []
    for wrong in ("kind=x", "state=x", "after=x", "late=1"):
        assert (await site.call("GET", f"/watches?{wrong}", LAND)).status_code == 422, wrong
    tasks = (await site.call("GET", "/tasks", LAND)).json()["items"]
    assert [each["kind"] for each in tasks] == ["acknowledgement", "unplanned"]
