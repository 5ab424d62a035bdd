"""Reviews that the parties hold, and the pack they look at: promised, kept, changed, left out, disputed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.sla.handlers import packs
from services.sla.handlers import reviews as moves
from shared import words
from shared.clock import rfc3339
from shared.errors import Conflict, Forbidden, NotFound, Unprocessable
from shared.events.envelope import Record
from shared.events.evaluation import BREACH_DISPUTED, DISPUTE_ANSWERED, DisputeTold, ResultFinal
from tests.sla.conftest import Table
from tests.sla.documents import AVAILABLE, CONFIRM, agreement
from tests.sla.test_announcements import fire, told
from tests.sla.test_api import CITY, LAND, PROVINCE, Site, site  # noqa: F401
from tests.sla.test_exclusions import approve, propose
from tests.sla.test_watches import CODE, START, record_of, review

BOTH = agreement(objectives=[CONFIRM, AVAILABLE])


def concluded(table: Table) -> str:
    digest = table.concluded(BOTH)
    table.now = START
    fire(table)
    return digest


def pack(table: Table, agency: str | None = "city", **span: datetime | None) -> dict[str, Any]:
    wanted = packs.Wanted(CODE, agency, span.get("start"), span.get("end"), table.now)
    found: dict[str, Any] = table.db.snapshot(packs.review_pack, wanted)
    return found


def result(
    revision: str, objective: str, day: int, verdict: str, exact: str | None, number: int = 0
) -> Record:
    """A final result of one day of February, as the evaluator tells it."""
    end = datetime(2026, 2, day, 17, tzinfo=UTC)
    body = {
        "id": f"{objective}-{day}-{number}",
        "agreement_revision": revision,
        "objective": objective,
        "scope": {},
        "window": {"start": rfc3339(end - timedelta(days=1)), "end": rfc3339(end), "state": "final"},
        "verdict": verdict,
        "exact": exact,
        "comparator": ">=",
        "target": "0.8",
    }
    return record_of(
        ResultFinal(
            version=number, agreement=CODE, parties=["city", "land-office"], visibility="public", result=body
        )
    )


def hears(table: Table, *records: Record) -> None:
    for each in records:
        table.db.transact(moves.keep_result if each.type == ResultFinal.type else moves.keep_dispute, each)


def disputed(table: Table, version: int, state: str, kind: str, **answers: str) -> Record:
    dispute = {
        "id": "d1",
        "version": version,
        "breach": "b1",
        "objective": CONFIRM["code"],
        "agency": "land-office",
        "reason": {"id": "w1", "hash": "h1"},
        "state": state,
        "opened_at": rfc3339(table.now),
        "due_at": rfc3339(table.now + timedelta(days=20)),
        "answers": [{"agency": agency, "answer": said, "reason": None} for agency, said in answers.items()],
    }
    parties = ["city", "land-office"]
    return record_of(
        DisputeTold(version=version, kind=kind, agreement=CODE, parties=parties, dispute=dispute)
    )


def test_a_review_is_recorded_told_and_shown_without_its_words_in_the_facts(table: Table) -> None:
    concluded(table)
    table.wait(days=100)
    found = review(table, next_review_at=table.now + timedelta(days=30))
    assert (found["decision"], found["attended"], found["recorded_by"]) == (
        "We keep it as it is",
        ["city", "land-office"],
        "city",
    )
    (_, fact) = told(table, "sla.watch.v1")[-1]
    assert (fact["id"], fact["decision_hash"]) == (found["id"], found["decision_hash"])
    (_, move) = told(table, "sla.move.v1")[-1]
    assert (move["move"], move["agency"], move["about"]) == ("reviewed", "city", found["id"])
    assert "We keep" not in json.dumps([told(table, topic) for topic in ("sla.watch.v1", "sla.move.v1")])


def test_what_is_wrong_with_a_review_is_said_where_it_stands(table: Table) -> None:
    digest = table.draft(BOTH)
    with pytest.raises(Conflict, match="never been in force"):
        review(table)
    table.offer(digest)
    table.accept(digest, "city", "land-office")
    table.now = START + timedelta(days=5)
    with pytest.raises(Unprocessable) as error:
        review(
            table,
            held_at=table.now + timedelta(seconds=1),
            attended=("city", "province", "city"),
            next_review_at=table.now,
        )
    assert {fault.pointer: fault.detail for fault in error.value.errors} == {
        "/held_at": "a review is recorded when it was held; it is 2026-02-05T17:00:00Z now",
        "/attended/0": "city stands twice",
        "/attended/1": "province is no party of this agreement",
        "/attended/2": "city stands twice",
        "/next_review_at": "must be later than now, 2026-02-05T17:00:00Z",
    }
    with pytest.raises(Unprocessable, match="cannot be recorded") as early:
        review(table, held_at=START - timedelta(minutes=1))
    assert [fault.pointer for fault in early.value.errors] == ["/held_at"]
    with pytest.raises(Forbidden, match="no party"):
        review(table, by="province")


def test_a_decision_is_erased_by_who_wrote_it(table: Table) -> None:
    concluded(table)
    found = review(table, decision="Malee was late")
    for agency, wrong in (("land-office", Forbidden), ("province", NotFound)):
        with pytest.raises(wrong):
            table.db.transact(moves.erase, moves.Erase(table.caller(agency), CODE, found["id"]))
    erased = table.db.transact(moves.erase, moves.Erase(table.caller("city"), CODE, found["id"]))
    assert erased == {**found, "decision": None}
    texts = table.db.snapshot(lambda connection: connection.execute(sa.select(words.free_text.c.text)).all())
    assert "Malee was late" not in [row.text for row in texts]


def test_the_pack_says_what_was_kept_by_the_newest_revision_of_each_result(table: Table) -> None:
    digest = concluded(table)
    confirm, available = CONFIRM["code"], AVAILABLE["code"]
    late = result(digest, confirm, 3, "met", "9/10", 1)
    hears(
        table,
        result(digest, confirm, 2, "met", "9/10"),
        late,
        result(digest, confirm, 3, "breached", "7/10"),
        result(digest, confirm, 4, "breached", "1/2"),
        result(digest, confirm, 5, "not_determined", None),
        late,
        result("f" * 64, confirm, 6, "breached", "0/1"),
    )
    table.now = datetime(2026, 2, 20, tzinfo=UTC)
    found = pack(table)
    assert (found["from"], found["to"]) == ("2026-01-31T17:00:00Z", "2026-02-20T00:00:00Z")
    kept = {each["objective"]: each for each in found["kept"]}
    assert {name: kept[confirm][name] for name in ("windows", "met", "breached", "not_determined")} == {
        "windows": 4,
        "met": 2,
        "breached": 1,
        "not_determined": 1,
    }
    assert [(each["result"], each["exact"]) for each in kept[confirm]["broken"]] == [
        (f"{confirm}-4-0", "1/2")
    ]
    assert kept[confirm]["last"]["verdict"] == "not_determined"
    # A promise of which nothing is known says so.
    assert (kept[available]["windows"], kept[available]["last"]) == (0, None)
    assert pack(table, start=datetime(2026, 2, 4, tzinfo=UTC))["kept"][0]["windows"] == 2
    assert pack(table, end=datetime(2026, 2, 4, tzinfo=UTC))["kept"][0]["windows"] == 2


def test_the_pack_says_what_was_promised_changed_left_out_and_disputed(table: Table) -> None:
    first = concluded(table)
    found = propose(table)
    approve(table, found, "land-office")
    hears(table, disputed(table, 1, "open", BREACH_DISPUTED))
    hears(table, disputed(table, 2, "upheld", DISPUTE_ANSWERED, city="uphold"))
    hears(table, disputed(table, 1, "open", BREACH_DISPUTED))
    stricter = [{**CONFIRM, "target": "0.9"}, AVAILABLE]
    second = table.revise(agreement(objectives=stricter, effective_from="2026-03-01T00:00:00+07:00"), first)
    table.offer(second)
    table.accept(second, "city", "land-office")
    table.now = datetime(2026, 3, 5, tzinfo=UTC)
    fire(table)
    whole = pack(table, "land-office")
    assert [each["revision"] for each in whole["promised"]] == [first, second]
    assert [each["target"] for each in whole["promised"][0]["promises"]] == ["0.8", "0.99"]
    (changed,) = whole["changed"]
    assert (changed["revision"], changed["against"]) == (second, first)
    target = next(each for each in changed["differences"] if each["clause"].endswith("/target"))
    assert (target["before"], target["after"]) == ("0.8", "0.9")
    assert set(target["words"]) == {"th", "en"}
    assert [each["id"] for each in whole["exclusions"]] == [found["id"]]
    (dispute,) = whole["disputes"]
    assert (dispute["state"], dispute["answers"]) == ("upheld", [{"agency": "city", "answer": "uphold"}])
    assert "reason" not in dispute
    assert [(each["number"], each["missing"]) for each in whole["announcements"]] == [
        (1, ["city", "land-office"]),
        (2, ["city", "land-office"]),
    ]
    assert [each["kind"] for each in whole["watches"]] == ["unplanned"]
    assert whole["last_review"] is None


def test_the_next_pack_begins_at_the_last_review(table: Table) -> None:
    concluded(table)
    table.wait(days=30)
    held = review(table)
    assert pack(table)["to"] == held["held_at"], "its own pack ends where it was held"
    table.wait(days=10)
    found = pack(table)
    assert (found["from"], found["last_review"]["id"]) == (held["held_at"], held["id"])
    assert (found["changed"], found["exclusions"], found["disputes"]) == ([], [], [])
    assert len(found["promised"]) == 1
    with pytest.raises(Unprocessable, match="no time to look at"):
        pack(table, start=table.now)


def test_the_pack_is_for_parties(table: Table) -> None:
    with pytest.raises(NotFound):
        pack(table)
    concluded(table)
    for agency in ("province", None):
        with pytest.raises(Forbidden, match="its parties'"):
            pack(table, agency)


async def test_reviews_over_the_wire(site: Site) -> None:  # noqa: F811
    digest = await site.drafted(BOTH)
    at, ours = f"/agreements/{CODE}/revisions/{digest}", f"/agreements/{CODE}/reviews"
    await site.call("POST", f"{at}/offer", CITY)
    for who in (CITY, LAND):
        await site.call("POST", f"{at}/acceptances", who, {"hash": digest})
    site.now = START + timedelta(days=10)
    body = {"held_at": "2026-02-10T09:00:00+07:00", "attended": ["city"], "decision": "fine"}
    wrong: Any
    for wrong in (
        {},
        {**body, "held_at": "yesterday"},
        {**body, "held_at": "2026-02-10T09:00:00"},
        {**body, "attended": []},
        {**body, "attended": ["Not A Code"]},
        {**body, "decision": ""},
        {**body, "decision": "a\u0000b"},
        {**body, "next_review_at": "2020-01-01T00:00:00Z"},
        {**body, "more": 1},
        [],
    ):
        assert (await site.call("POST", ours, CITY, wrong)).status_code == 422, wrong
    assert (await site.call("POST", ours, PROVINCE, body)).status_code == 403
    made = await site.call("POST", ours, CITY, body, Idempotency_Key="r")
    assert made.status_code == 201, made.text
    again = await site.call("POST", ours, CITY, body, Idempotency_Key="r")
    assert again.json() == made.json()
    listed = (await site.call("GET", ours, LAND)).json()
    assert listed == {"next_due": "2027-02-10T02:00:00Z", "items": [made.json()]}
    pack_of = f"/agreements/{CODE}/review-pack"
    found = (await site.call("GET", f"{pack_of}?from=2026-02-01T00:00:00%2B07:00", LAND)).json()
    assert (found["from"], found["to"]) == ("2026-01-31T17:00:00Z", "2026-02-10T17:00:00Z")
    assert [each["objective"] for each in found["kept"]] == [CONFIRM["code"], AVAILABLE["code"]]
    for query in (
        "from=x",
        "from=2026-02-01",
        "to=2020-01-01T00:00:00Z",
        "since=1",
        "from=2099-01-01T00:00:00Z",
    ):
        assert (await site.call("GET", f"{pack_of}?{query}", LAND)).status_code == 422, query
    erased = await site.call("DELETE", f"{ours}/{made.json()['id']}/decision", CITY)
    assert erased.json()["decision"] is None
    missing = await site.call("DELETE", f"{ours}/{'0' * 32}/decision", CITY)
    assert missing.status_code == 404
