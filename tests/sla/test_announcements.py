"""Announcements: made in time by somebody or by themselves, never gone, acknowledged by each party once."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import rfc8785
import sqlalchemy as sa

from services.sla.app import service
from services.sla.handlers import announcements as moves
from services.sla.store import announcements as store
from shared import words
from shared.auth import Principal, Role
from shared.db.tables import outbox, timer
from shared.errors import Conflict, Forbidden, NotFound
from shared.timers import fire_due
from tests.sla.conftest import NOON, OpenTable, Table
from tests.sla.documents import AGREEMENT, CONFIRM, agreement
from tests.sla.test_api import CITY, LAND, PROVINCE, Site, site  # noqa: F401
from tests.sla.test_tasks import waiting

CODE = "permit-2026"
START = datetime(2026, 1, 31, 17, 0, tzinfo=UTC)
THREE = agreement(parties=["city", "land-office", "province"], objectives=[CONFIRM])


def fire(table: Table) -> int:
    """What the timers' holder does: all that is due now."""
    return table.db.transact(lambda _, uow: fire_due(service.timers, uow))


def announce(
    table: Table, digest: str, by: str = "city", days: int = 7, note: Mapping[str, str] | None = None
) -> dict[str, Any]:
    command = moves.Announce(table.caller(by), CODE, digest, days, note or {})
    found: dict[str, Any] = table.db.transact(moves.announce, command)
    return found


def acknowledge(table: Table, announced: str, by: str, named: str | None = None) -> dict[str, Any]:
    caller = Principal(f"officer-of-{by}", by, frozenset({Role.NEGOTIATOR}))
    command = moves.Acknowledge(caller, announced, named or announced)
    found: dict[str, Any] = table.db.transact(moves.acknowledge, command)
    return found


def seen(table: Table, agency: str | None = None, **filters: Any) -> list[dict[str, Any]]:
    """The list as an agency (None: the public) sees it."""
    wanted = {"service": None, "agreement": None, "state": None, "awaiting": False, "after": None, **filters}

    def read(connection: Any) -> list[dict[str, Any]]:
        found = store.list_of(connection, agency, table.now, limit=50, **wanted)
        return [moves.answer(connection, each, agency, table.now) for each in found]

    return table.db.snapshot(read)


def told(table: Table, topic: str = "sla.announcement.v1") -> list[tuple[str, dict[str, Any]]]:
    query = sa.select(outbox).where(outbox.c.topic == topic).order_by(outbox.c.id)
    rows = table.db.snapshot(lambda connection: connection.execute(query).all())
    return [(row.type.removeprefix("sanya.sla.").removesuffix(".v1"), json.loads(row.data)) for row in rows]


def reminders(table: Table) -> list[tuple[str, str, int]]:
    """What was told of reminders: due or overdue, to whom, how many days."""
    return [
        (kind.rpartition(".")[2], fact["agency"], fact["days"])
        for kind, fact in told(table)
        if kind.startswith("acknowledgement.")
    ]


def test_what_nobody_announced_is_announced_when_it_comes_in_force(table: Table) -> None:
    digest = table.concluded(AGREEMENT)
    fire(table)
    assert seen(table) == []
    table.now = START
    fire(table)
    (found,) = seen(table)
    assert (found["number"], found["state"], found["announced_by"]) == (1, "in_force", None)
    assert (found["revision"], found["effective_from"]) == (digest, "2026-01-31T17:00:00Z")
    # Seven days, until the end of the day in the agreement's time zone.
    assert found["acknowledge_by"] == "2026-02-08T17:00:00Z"
    kinds = [kind for kind, _ in told(table)]
    assert kinds == ["announcement.published"]
    # Nobody is told twice, however often the timers are looked at.
    fire(table)
    assert [kind for kind, _ in told(table)] == kinds
    assert len(seen(table)) == 1


def test_what_is_announced_is_named_by_its_hash_and_told(table: Table) -> None:
    digest = table.concluded(agreement(objectives=[{**CONFIRM, "public_wording": {"en": "In 3 days"}}]))
    found = announce(table, digest, note={"th": "ติดต่อสำนักทะเบียน"})
    assert hashlib.sha256(rfc8785.dumps(found["document"])).hexdigest() == found["hash"] == found["id"]
    assert found["document"]["revision"] == digest
    assert found["text"] == {
        "th": "ประกาศระดับการให้บริการ ฉบับที่ 1 ตามที่หน่วยงานคู่ข้อตกลงได้เห็นชอบ “ข้อตกลงใบอนุญาต” ร่วมกันแล้ว "
        "จึงประกาศระดับการให้บริการตามข้อตกลงดังกล่าวให้ทราบโดยทั่วกัน มีผลตั้งแต่ "
        "1\u00a0ก.พ.\u00a02569 00.00\u00a0น. เป็นต้นไป",
        "en": "Service level announcement no. 1. The agencies that are party to “Permits” have agreed on it. "
        "Its service level is hereby announced to everybody; it is in force from "
        "1\u00a0Feb\u00a02026, 00:00.",
    }
    assert [(each["objective"], each["wording"]) for each in found["promises"]] == [
        ("confirm-3-days", {"en": "In 3 days"})
    ]
    ((kind, fact),) = told(table)
    assert kind == "announcement.published"
    assert fact == {
        "version": 1,
        "id": found["id"],
        "number": 1,
        "agreement": CODE,
        "service": "permit",
        "revision": digest,
        "title": AGREEMENT["title"],
        "parties": ["city", "land-office"],
        "visibility": "public",
        "announced_by": "city",
        "announced_at": int(NOON.timestamp()) * 1_000_000,
        "effective_from": int(START.timestamp()) * 1_000_000,
        "acknowledge_by": int(datetime(2026, 1, 22, 17, tzinfo=UTC).timestamp()) * 1_000_000,
        "supersedes": None,
    }
    assert "ติดต่อ" not in json.dumps([told(table), told(table, "sla.move.v1")], ensure_ascii=False)


def test_an_announced_revision_is_public_before_it_is_in_force(table: Table) -> None:
    digest = table.concluded(AGREEMENT)
    with pytest.raises(NotFound):
        table.seen_by(None)
    announce(table, digest)
    assert [each["state"] for each in table.seen_by(None)["revisions"]] == ["accepted"]
    assert [each["state"] for each in seen(table)] == ["upcoming"]
    # It is announced once; the instant at which it comes in force adds nothing.
    with pytest.raises(Conflict, match="already") as error:
        announce(table, digest)
    assert error.value.slug == "already-announced"
    table.now = START
    fire(table)
    assert [each["state"] for each in seen(table)] == ["in_force"]


def test_only_what_all_have_accepted_is_announced_and_only_by_the_owner(table: Table) -> None:
    digest = table.draft(AGREEMENT)
    with pytest.raises(Conflict, match="this revision is draft"):
        announce(table, digest)
    table.offer(digest)
    table.accept(digest, "city")
    with pytest.raises(Conflict, match="this revision is offered"):
        announce(table, digest)
    table.accept(digest, "land-office")
    with pytest.raises(Forbidden, match="city announces"):
        announce(table, digest, "land-office")
    assert waiting(table, "city") == [("announcement", "city")]
    assert waiting(table, "land-office") == []
    announce(table, digest)
    assert waiting(table, "city") == [("acknowledgement", "city")]


def test_what_is_for_its_parties_is_theirs_and_leaves_no_gap_in_the_numbers(table: Table) -> None:
    hidden = table.concluded(agreement(visibility="parties"))
    announce(table, hidden)
    assert seen(table) == seen(table, "province") == []
    (inside,) = seen(table, "land-office")
    assert (inside["number"], "announced to them" in inside["text"]["en"]) == (1, True)
    with pytest.raises(NotFound):
        acknowledge(table, inside["id"], "province")
    shown = table.revise(agreement(effective_from="2026-03-01T00:00:00+07:00"), hidden)
    table.offer(shown)
    table.accept(shown, "city", "land-office")
    announce(table, shown)
    assert [each["number"] for each in seen(table)] == [1]
    # What the public may not see is not in the public's text either.
    assert "takes the place" not in seen(table)[0]["text"]["en"]


def test_a_later_announcement_takes_the_place_at_the_cut_over_and_nothing_disappears(table: Table) -> None:
    first = announce(table, table.concluded(AGREEMENT))
    table.now = START
    fire(table)
    second = table.revise(agreement(effective_from="2026-03-01T00:00:00+07:00"), first["revision"])
    table.offer(second)
    table.accept(second, "city", "land-office")
    later = announce(table, second)
    assert (later["number"], later["supersedes"]) == (2, first["id"])
    assert later["text"]["en"].endswith("This announcement takes the place of no. 1.")
    assert [(each["number"], each["state"]) for each in seen(table)] == [(2, "upcoming"), (1, "in_force")]
    table.now = datetime(2026, 2, 28, 17, tzinfo=UTC)
    assert [(each["number"], each["state"]) for each in seen(table)] == [(2, "in_force"), (1, "superseded")]
    assert seen(table)[1]["superseded_by"] == later["id"]
    with pytest.raises(Conflict, match="superseded by"):
        acknowledge(table, first["id"], "city")
    assert [kind for kind, _ in waiting(table, "city")].count("acknowledgement") == 1
    assert [each["number"] for each in seen(table, state="superseded")] == [1]


def test_each_party_acknowledges_once_and_who_has_not_is_shown(table: Table) -> None:
    found = announce(table, table.concluded(THREE))
    assert (found["acknowledged"], len(found["acknowledgements"])) == (0, 3)
    table.wait(hours=1)
    with pytest.raises(Conflict, match="names") as error:
        acknowledge(table, found["id"], "land-office", named="0" * 64)
    assert error.value.slug == "stale-hash"
    inside = acknowledge(table, found["id"], "land-office")
    assert inside["acknowledgements"][1] == {
        "agency": "land-office",
        "hash": found["id"],
        "at": "2026-01-15T06:00:00Z",
        "days_late": 0,
        "person": "officer-of-land-office",
        "role": "negotiator",
    }
    with pytest.raises(Conflict, match="already; nothing was changed"):
        acknowledge(table, found["id"], "land-office")
    with pytest.raises(Forbidden, match="no party"):
        acknowledge(table, found["id"], "stranger")
    table.now = datetime(2026, 1, 22, 17, tzinfo=UTC) + timedelta(days=2)
    (outside,) = seen(table)
    assert outside["acknowledged"] == 1
    assert [(each["agency"], each["at"], each["days_late"]) for each in outside["acknowledgements"]] == [
        ("city", None, 3),
        ("land-office", "2026-01-15T06:00:00Z", 0),
        ("province", None, 3),
    ]
    assert {each["person"] for each in outside["acknowledgements"]} == {None}
    assert [each["id"] for each in seen(table, "city", awaiting=True)] == [found["id"]]
    assert seen(table, "land-office", awaiting=True) == []
    kind, fact = told(table)[-1]
    assert (kind, fact["agency"], fact["missing"]) == (
        "announcement.acknowledged",
        "land-office",
        ["city", "province"],
    )
    assert "officer" not in json.dumps(told(table))


def test_who_has_not_acknowledged_is_reminded_until_it_has(table: Table) -> None:
    found = announce(table, table.concluded(THREE))
    acknowledge(table, found["id"], "city")
    due = datetime(2026, 1, 22, 17, tzinfo=UTC)
    table.now = due - timedelta(days=2, seconds=1)
    fire(table)
    assert reminders(table) == []
    table.now = due - timedelta(days=2)
    fire(table)
    assert reminders(table) == [("due", "land-office", 2), ("due", "province", 2)]
    fire(table)
    assert len(reminders(table)) == 2
    acknowledge(table, found["id"], "province")
    table.now = due
    fire(table)
    assert reminders(table)[2:] == [("overdue", "land-office", 1)]
    # Nothing ran for three weeks: what was missed is told once, and then goes on.
    table.now = due + timedelta(days=23)
    fire(table)
    fire(table)
    assert reminders(table)[3:] == [("overdue", "land-office", 24)]
    table.now = due + timedelta(days=28)
    fire(table)
    assert reminders(table)[4:] == [("overdue", "land-office", 29)]
    assert [fact["reminder"] for kind, fact in told(table) if fact.get("agency") == "land-office"] == [
        1,
        2,
        3,
        4,
    ]
    acknowledge(table, found["id"], "land-office")
    table.wait(days=30)
    fire(table)
    assert len(reminders(table)) == 5


def test_nobody_is_reminded_of_what_is_over(table: Table) -> None:
    announce(table, table.concluded(agreement(effective_until="2026-02-02T00:00:00+07:00")), days=30)
    table.now = datetime(2026, 3, 1, tzinfo=UTC)
    fire(table)
    assert reminders(table) == []
    assert waiting(table, "city") == []
    (found,) = seen(table)
    assert found["state"] == "ended"
    with pytest.raises(Conflict, match="has ended"):
        acknowledge(table, found["id"], "city")


def test_a_timer_that_dies_with_its_transaction_reminds_once(table: Table) -> None:
    announce(table, table.concluded(AGREEMENT))
    table.now = datetime(2026, 1, 22, 17, tzinfo=UTC)

    def killed(_: None, uow: Any) -> None:
        fire_due(service.timers, uow)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        table.db.transact(killed)
    assert reminders(table) == []
    fire(table)
    fire(table)
    assert reminders(table) == [("overdue", "city", 1), ("overdue", "land-office", 1)]


def test_words_of_the_announcer_are_erased_and_their_hash_stays(table: Table) -> None:
    found = announce(table, table.concluded(AGREEMENT), note={"en": "Ask Malee"})
    assert found["note"] == {"en": "Ask Malee"}
    with pytest.raises(Forbidden, match="city announced"):
        table.db.transact(moves.erase_note, moves.Erase(table.caller("land-office"), found["id"]))
    erased = table.db.transact(moves.erase_note, moves.Erase(table.caller("city"), found["id"]))
    assert erased["note"] is None
    assert erased["document"] == found["document"]
    assert list(found["document"]["note"]) == ["en"]
    gone = table.db.snapshot(lambda connection: connection.execute(sa.select(words.free_text)).all())
    assert [row.text for row in gone if "Malee" in row.text] == []


def test_the_history_says_who_announced_and_who_acknowledged(table: Table) -> None:
    found = announce(table, table.concluded(AGREEMENT))
    acknowledge(table, found["id"], "land-office")
    moved = [fact for _, fact in told(table, "sla.move.v1")][-2:]
    assert [(each["move"], each["agency"], each["about"]) for each in moved] == [
        ("announced", "city", found["id"]),
        ("acknowledged", "land-office", found["id"]),
    ]


async def test_announcements_over_the_wire(site: Site) -> None:  # noqa: F811
    digest = await site.drafted()
    at = f"/agreements/{CODE}/revisions/{digest}"
    await site.call("POST", f"{at}/offer", CITY)
    for who in (CITY, LAND):
        await site.call("POST", f"{at}/acceptances", who, {"hash": digest})
    body = {"acknowledge_within_days": 3, "note": {"th": "ด่วน"}}
    wrong: Any
    for wrong in (
        {"acknowledge_within_days": 0},
        {"acknowledge_within_days": 91},
        {"acknowledge_within_days": "3"},
        {"note": {"de": "x"}},
        {"note": "x"},
        {"days": 3},
        [],
    ):
        assert (await site.call("POST", f"{at}/announcement", CITY, wrong)).status_code == 422, wrong
    made = await site.call("POST", f"{at}/announcement", CITY, body, Idempotency_Key="a")
    assert made.status_code == 201, made.text
    again = await site.call("POST", f"{at}/announcement", CITY, body, Idempotency_Key="a")
    assert (again.json(), again.headers["idempotency-replayed"]) == (made.json(), "true")
    found = made.json()
    assert made.headers["location"] == f"/api/sla/v1/announcements/{found['id']}"
    public = await site.call("GET", f"/announcements/{found['id']}", None)
    assert public.json() == found
    (listed,) = (await site.call("GET", "/announcements?service=permit", None)).json()["items"]
    assert listed == {name: value for name, value in found.items() if name not in ("promises", "document")}
    for query in ("service=other", "agreement=other", "state=ended", "awaiting=me"):
        assert (await site.call("GET", f"/announcements?{query}", None)).json()["items"] == [], query
    assert len((await site.call("GET", "/announcements?awaiting=me", LAND)).json()["items"]) == 1
    (task,) = (await site.call("GET", "/tasks", LAND)).json()["items"]
    assert (task["kind"], task["due"], task["href"]) == (
        "acknowledgement",
        found["acknowledge_by"],
        f"/api/sla/v1/announcements/{found['id']}",
    )
    given = f"/announcements/{found['id']}/acknowledgements"
    for wrong in ({}, {"hash": "x"}, {"hash": found["id"], "agency": "city"}):
        assert (await site.call("POST", given, LAND, wrong)).status_code == 422, wrong
    assert (await site.call("POST", given, LAND, {"hash": "0" * 64})).status_code == 409
    assert (await site.call("POST", given, PROVINCE, {"hash": found["id"]})).status_code == 403
    viewer = ("land-office", Role.VIEWER)
    assert (await site.call("POST", given, viewer, {"hash": found["id"]})).status_code == 403
    done = await site.call("POST", given, LAND, {"hash": found["id"]})
    assert done.json()["acknowledged"] == 1
    assert (await site.call("GET", "/tasks", LAND)).json()["items"] == []
    for missing in ("0" * 64, "x"):
        answer = await site.call("GET", f"/announcements/{missing}", None)
        assert answer.status_code == (404 if len(missing) == 64 else 422)


async def test_a_long_list_is_read_in_parts(site: Site) -> None:  # noqa: F811
    for number in range(3):
        digest = await site.drafted(agreement(code=f"a{number}"))
        at = f"/agreements/a{number}/revisions/{digest}"
        await site.call("POST", f"{at}/offer", CITY)
        for who in (CITY, LAND):
            await site.call("POST", f"{at}/acceptances", who, {"hash": digest})
        assert (await site.call("POST", f"{at}/announcement", CITY)).status_code == 201
    page = (await site.call("GET", "/announcements?limit=2", None)).json()
    rest = (await site.call("GET", f"/announcements?limit=2&after={page['next']}", None)).json()
    assert (len(page["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)
    assert len({each["id"] for each in page["items"] + rest["items"]}) == 3


def fire_twice_at_once(table: Table) -> None:
    """Two that both believe to hold the timers: both have read what is due before one of them writes."""
    barrier = threading.Barrier(2, timeout=5)

    def replica(_: int) -> None:
        attempts: list[int] = []

        def fired(_: None, uow: Any) -> int:
            attempts.append(uow.connection.execute(sa.select(sa.func.count()).select_from(timer)).scalar())
            if len(attempts) == 1:
                barrier.wait()
            return fire_due(service.timers, uow)

        table.db.transact(fired)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(replica, range(2)))


def test_two_replicas_announce_and_remind_once(open_table: OpenTable) -> None:
    table = open_table("postgresql")
    table.concluded(AGREEMENT)
    table.now = START
    fire_twice_at_once(table)
    assert [kind for kind, _ in told(table)] == ["announcement.published"]
    table.now = datetime(2026, 2, 8, 17, tzinfo=UTC)
    fire_twice_at_once(table)
    assert reminders(table) == [("overdue", "city", 1), ("overdue", "land-office", 1)]
