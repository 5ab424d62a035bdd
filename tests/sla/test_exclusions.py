"""Exclusions: proposed by one party, approved by every other, told when they count."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import rfc8785
import sqlalchemy as sa

from services.sla.handlers import exclusions as moves
from services.sla.schemas.exclusions import ExclusionBody
from services.sla.store import exclusions as store
from shared.auth import Role
from shared.db.tables import outbox
from shared.errors import Conflict, Forbidden, NotFound, Problem, Unprocessable
from shared.strict_json import parse_json
from tests.sla.conftest import Table
from tests.sla.documents import AVAILABLE, CONFIRM, agreement
from tests.sla.test_api import CITY, LAND, PROVINCE, Site, site  # noqa: F401

BODY: dict[str, Any] = {
    "kind": "maintenance",
    "from": "2026-02-03T22:00:00+07:00",
    "to": "2026-02-04T02:00:00+07:00",
    "reason": {"th": "ปิดปรับปรุงระบบ", "en": "the register moves"},
}
THREE = agreement(
    parties=["city", "land-office", "province"], objectives=[CONFIRM, AVAILABLE], effective_until=None
)


def body(**changes: Any) -> dict[str, Any]:
    found = {**BODY, **changes}
    found = {name: value for name, value in found.items() if value is not None}
    return ExclusionBody.model_validate(parse_json(json.dumps(found).encode())).plain()


def propose(table: Table, agency: str = "city", code: str = "permit-2026", **changes: Any) -> dict[str, Any]:
    command = moves.Propose(table.caller(agency), code, body(**changes))
    found: dict[str, Any] = table.db.transact(moves.propose, command)
    return found


def approve(table: Table, found: dict[str, Any], agency: str, named: str | None = None) -> dict[str, Any]:
    command = moves.Approve(table.caller(agency), found["id"], named or found["id"])
    answer: dict[str, Any] = table.db.transact(moves.approve, command)
    return answer


def reject(table: Table, found: dict[str, Any], agency: str) -> dict[str, Any]:
    command = moves.Reject(table.caller(agency), found["id"], "it was not announced")
    answer: dict[str, Any] = table.db.transact(moves.reject, command)
    return answer


def move(table: Table, kind: str, found: dict[str, Any], agency: str) -> dict[str, Any]:
    handler = {"withdraw": moves.withdraw, "revoke": moves.revoke}[kind]
    answer: dict[str, Any] = table.db.transact(handler, moves.Move(table.caller(agency), found["id"]))
    return answer


def told(table: Table) -> list[tuple[str, dict[str, Any]]]:
    query = sa.select(outbox).where(outbox.c.topic == "sla.exclusion.v1").order_by(outbox.c.id)
    rows = table.db.snapshot(lambda connection: connection.execute(query).all())
    return [(row.type.split(".")[-2], json.loads(row.data)) for row in rows]


def refused(table: Table, **changes: Any) -> dict[str, str]:
    """pointer -> why"""
    with pytest.raises(Unprocessable) as error:
        propose(table, **changes)
    return {fault.pointer: fault.detail for fault in error.value.errors}


def test_every_other_party_approves_and_then_it_is_told(table: Table) -> None:
    table.concluded(THREE)
    found = propose(table, objectives=["confirm-3-days"])
    assert (found["state"], found["awaiting"]) == ("proposed", ["land-office", "province"])
    assert found["parties"] == THREE["parties"]
    half = approve(table, found, "province")
    assert (half["state"], half["awaiting"]) == ("proposed", ["land-office"])
    whole = approve(table, found, "land-office")
    assert (whole["state"], whole["awaiting"]) == ("approved", [])
    assert [kind for kind, _ in told(table)] == ["proposed", "approved"]
    _, fact = told(table)[-1]
    assert (fact["version"], fact["state"], fact["id"]) == (2, "approved", found["id"])
    assert fact["objectives"] == ["confirm-3-days"]
    assert fact["to_at"] - fact["from_at"] == 4 * 3600 * 1_000_000
    assert [each["agency"] for each in fact["approvals"]] == THREE["parties"]
    assert fact["reason"] == BODY["reason"]


def test_the_proposal_is_named_by_its_hash(table: Table) -> None:
    table.concluded(THREE)
    found = propose(table)
    stored = table.db.snapshot(store.find, found["id"])
    assert stored is not None
    assert hashlib.sha256(rfc8785.dumps(dict(stored.document))).hexdigest() == found["hash"] == found["id"]
    with pytest.raises(Conflict, match="names") as error:
        approve(table, found, "province", named="0" * 64)
    assert error.value.slug == "stale-hash"


def test_a_repeated_or_late_move_is_answered_and_changes_nothing(table: Table) -> None:
    table.concluded(THREE)
    found = propose(table)
    approve(table, found, "province")
    for wrong, said in (
        (lambda: approve(table, found, "province"), "already"),
        (lambda: reject(table, found, "province"), "not rejected"),
        (lambda: approve(table, found, "city"), "proposed it"),
        (lambda: move(table, "revoke", found, "city"), "only an approved"),
    ):
        with pytest.raises(Conflict, match=said):
            wrong()
    with pytest.raises(Forbidden, match="proposed this"):
        move(table, "withdraw", found, "province")
    rejected = reject(table, found, "land-office")
    assert rejected["state"] == "rejected"
    assert rejected["rejections"][0]["reason"] == "it was not announced"
    with pytest.raises(Conflict, match="rejected since"):
        approve(table, found, "land-office")
    with pytest.raises(Conflict, match="rejected since"):
        move(table, "withdraw", found, "city")
    assert [kind for kind, _ in told(table)] == ["proposed", "rejected"]
    # The same may be proposed anew: another time makes another hash.
    table.wait(minutes=1)
    assert propose(table)["id"] != found["id"]


def test_a_withdrawn_and_an_expired_one_are_over(table: Table) -> None:
    table.concluded(THREE)
    gone = propose(table)
    assert move(table, "withdraw", gone, "city")["state"] == "withdrawn"
    with pytest.raises(Conflict, match="withdrawn since"):
        approve(table, gone, "province")
    soon = propose(table, kind="other", expires_at=(table.now + timedelta(hours=1)).isoformat())
    table.wait(hours=1)
    with pytest.raises(Conflict, match="expired since"):
        approve(table, soon, "province")


def test_all_parties_together_revoke(table: Table) -> None:
    table.concluded(THREE)
    found = propose(table)
    for agency in ("province", "land-office"):
        approve(table, found, agency)
    for agency in ("land-office", "city"):
        assert move(table, "revoke", found, agency)["state"] == "approved"
    with pytest.raises(Conflict, match="already"):
        move(table, "revoke", found, "city")
    assert move(table, "revoke", found, "province")["state"] == "revoked"
    assert [kind for kind, _ in told(table)] == ["proposed", "approved", "revoked"]
    assert told(table)[-1][1]["version"] == 3


def test_what_cannot_be_left_out_is_refused(table: Table) -> None:
    table.concluded(THREE)
    assert "/from" in refused(table, **{"from": "2026-01-31T22:00:00+07:00"})
    assert "whole minutes" in refused(table, to="2026-02-04T02:00:01+07:00")["/to"]
    assert "later" in refused(table, to=BODY["from"])["/to"]
    assert "start and an end" in refused(table, to=None)["/to"]
    assert "span" in refused(table, to=None, **{"from": None})[""]
    assert "/objectives/0" in refused(table, objectives=["nothing"])
    assert "/scope/region" in refused(table, scope={"region": "1"})
    assert "/scope/province" in refused(table, scope={"province": "99"})
    assert (
        "does not judge"
        in refused(table, scope={"province": "50"}, objectives=["available", "confirm-3-days"])[
            "/scope/province"
        ]
    )
    assert "/journeys" in refused(table, objectives=["available"], journeys=["c1"])
    assert "/expires_at" in refused(table, expires_at="2026-01-01T00:00:00Z")
    assert propose(table, scope={"province": "50"})["scope"] == {"province": "50"}
    only = propose(table, journeys=["c2", "c1"], to=None, **{"from": None})
    assert (only["from"], only["journeys"]) == (None, ["c1", "c2"])


def test_only_what_was_in_force_has_exclusions(table: Table) -> None:
    digest = table.draft(THREE)
    with pytest.raises(Conflict, match="never been in force"):
        propose(table)
    table.offer(digest)
    table.accept(digest, *THREE["parties"])
    with pytest.raises(NotFound):
        propose(table, code="permit-2027")
    with pytest.raises(Problem) as error:
        propose(table, agency="far")
    assert error.value.status == 404


def test_a_span_over_two_revisions_asks_the_parties_of_both(table: Table) -> None:
    first = table.concluded(agreement(objectives=[CONFIRM]))
    wider = {**THREE, "effective_from": "2026-03-01T00:00:00+07:00"}
    second = table.revise(wider, first)
    table.offer(second)
    table.accept(second, *THREE["parties"])
    before = propose(table)
    assert before["parties"] == ["city", "land-office"]
    across = propose(table, to="2026-03-01T00:01:00+07:00")
    assert across["parties"] == THREE["parties"]


# --- over the wire -----------------------------------------------------------------------------------


async def concluded(site: Site) -> None:  # noqa: F811
    digest = await site.drafted()
    at = f"/agreements/permit-2026/revisions/{digest}"
    await site.call("POST", f"{at}/offer", CITY)
    for who in (CITY, LAND):
        assert (await site.call("POST", f"{at}/acceptances", who, {"hash": digest})).status_code == 200


async def test_exclusions_over_the_wire(site: Site) -> None:  # noqa: F811
    await concluded(site)
    at = "/agreements/permit-2026/exclusions"
    made = await site.call("POST", at, CITY, BODY, Idempotency_Key="x-1")
    assert made.status_code == 201, made.text
    again = await site.call("POST", at, CITY, BODY, Idempotency_Key="x-1")
    assert again.headers["idempotency-replayed"] == "true"
    found = made.json()
    place = f"/exclusions/{found['id']}"
    assert made.headers["location"].endswith(place)
    assert found["from"] == "2026-02-03T15:00:00Z"
    for path in (at, "/exclusions"):
        mine = (await site.call("GET", f"{path}?awaiting=me&state=proposed", LAND)).json()["items"]
        assert [each["id"] for each in mine] == [found["id"]]
        assert (await site.call("GET", f"{path}?awaiting=me", CITY)).json()["items"] == []
    answer = await site.call("POST", f"{place}/approvals", LAND, {"hash": found["id"]})
    assert answer.json()["state"] == "approved"
    answer = await site.call("POST", f"{place}/approvals", LAND, {"hash": found["id"]})
    assert (answer.status_code, answer.json()["type"].split("/")[-1]) == (409, "already-approved")
    assert (await site.call("GET", place, LAND)).json()["approvals"][1]["agency"] == "land-office"
    assert (await site.call("GET", f"{at}?state=proposed", LAND)).json()["items"] == []


async def test_another_agency_finds_nothing(site: Site) -> None:  # noqa: F811
    await concluded(site)
    site.now = datetime(2026, 2, 5, tzinfo=UTC)
    made = (await site.call("POST", "/agreements/permit-2026/exclusions", CITY, BODY)).json()
    place = f"/exclusions/{made['id']}"
    for method, path, sent in (
        ("GET", place, None),
        ("POST", f"{place}/approvals", {"hash": made["id"]}),
        ("POST", f"{place}/rejections", {"reason": "no"}),
        ("POST", f"{place}/withdrawal", None),
        ("POST", f"{place}/revocations", None),
    ):
        assert (await site.call(method, path, PROVINCE, sent)).status_code == 404, path
    assert (await site.call("GET", "/exclusions", PROVINCE)).json()["items"] == []
    # The agreement is public, so that it may know of it; it is no party all the same.
    answer = await site.call("POST", "/agreements/permit-2026/exclusions", PROVINCE, BODY)
    assert answer.status_code == 403


async def test_only_a_signatory_moves(site: Site) -> None:  # noqa: F811
    await concluded(site)
    made = (await site.call("POST", "/agreements/permit-2026/exclusions", CITY, BODY)).json()
    place = f"/exclusions/{made['id']}"
    for role in set(Role) - {Role.SIGNATORY}:
        who = ("land-office", role)
        for path, sent in (
            ("/agreements/permit-2026/exclusions", BODY),
            (f"{place}/approvals", {"hash": made["id"]}),
            (f"{place}/rejections", {"reason": "no"}),
            (f"{place}/withdrawal", None),
        ):
            assert (await site.call("POST", path, who, sent)).status_code == 403, (role, path)
