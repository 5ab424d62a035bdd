"""Three agencies leave out a night and count a late batch, over REST and the log; a fourth sees nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from shared.auth import Role
from tests.e2e.instance import SERVICE, eventually, month_start, objective
from tests.whole import EVALUATION, METRICS, OF_AN_AGENCY, REGISTRY, SLA, Whole, agreement, open_whole

CODE = "permit-agreed"
MONTH = month_start(1)
PARTIES = ("city", "land", "province")


def when(days: float) -> str:
    return (MONTH + timedelta(days=days)).isoformat()


def report(whole: Whole, key: str, day: float, good: int, total: int) -> str:
    body = {
        "source": "land-log",
        "service": SERVICE,
        "measurements": [{"indicator": "permit.availability", "at": when(day), "good": good, "total": total}],
    }
    token = whole.token("land", *OF_AN_AGENCY)
    batch: str = whole.done("POST", f"{METRICS}/measurements", token, body, Idempotency_Key=key)["batch"]
    return batch


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with open_whole(tmp_path_factory.mktemp("agreed")) as found:
        operator = found.token(None, Role.OPERATOR)
        found.done("POST", f"{REGISTRY}/agencies", operator, {"code": "province", "name": {"en": "province"}})
        tokens = [found.token(name, *OF_AN_AGENCY) for name in PARTIES]
        body = {"code": "land-log", "agency": "land", "services": [SERVICE]}
        found.done("POST", f"{REGISTRY}/sources", tokens[1], body)
        report(found, "day", 3, 80, 100)
        report(found, "night", 4, 0, 40)
        up = objective("up", "permit.availability", target="0.9", grace="PT0S")
        document = agreement(code=CODE, parties=list(PARTIES), objectives=[up], visibility="public")
        digest = found.done("POST", f"{SLA}/agreements", tokens[0], document)["revisions"][-1]["hash"]
        revision = f"{SLA}/agreements/{CODE}/revisions/{digest}"
        found.done("POST", f"{revision}/offer", tokens[0])
        for token in tokens:
            found.done("POST", f"{revision}/acceptances", token, {"hash": digest})
        yield found


def result(whole: Whole, wanted: Any) -> dict[str, Any]:
    """The newest result of the month, as soon as it is as wanted."""
    query = f"agreement={CODE}&objective=up&state=final"

    def read() -> dict[str, Any]:
        items = whole.done("GET", f"{EVALUATION}/results?{query}", whole.token("city", Role.VIEWER))["items"]
        mine = [one for one in items if one["total"]]
        return mine[0] if mine else {}

    found: dict[str, Any] = eventually(read, lambda one: bool(one) and wanted(one))
    return found


def types(whole: Whole, agency: str, prefix: str) -> list[str]:
    token = whole.token(agency, Role.VIEWER)
    items = whole.done("GET", "/api/delivery/v1/events?limit=1000", token)["items"]
    return [one["type"] for one in items if one["type"].startswith(prefix)]


def test_a_night_is_left_out_when_all_say_so(whole: Whole) -> None:
    before = result(whole, lambda one: one["total"] == 140)
    city, land, province, far = (whole.token(name, *OF_AN_AGENCY) for name in (*PARTIES, "far"))
    night = {
        "kind": "maintenance",
        "from": when(4),
        "to": when(4.25),
        "objectives": ["up"],
        "reason": {"th": "ย้ายระบบ", "en": "the register moved"},
    }
    address = f"{SLA}/agreements/{CODE}/exclusions"
    assert whole.call("POST", address, far, night).status_code == 403
    made = whole.done("POST", address, land, night)
    place = f"{SLA}/exclusions/{made['id']}"
    assert whole.call("GET", place, far).status_code == 404
    whole.done("POST", f"{place}/approvals", city, {"hash": made["hash"]})
    assert whole.done("GET", place, land)["awaiting"] == ["province"]
    assert whole.done("POST", f"{place}/approvals", province, {"hash": made["hash"]})["state"] == "approved"
    after = result(whole, lambda one: one["excluded"] > 0)
    assert (after["good"], after["total"], after["excluded"]) == (80, 100, 1)
    assert (after["supersedes"], after["cause"]["kind"], after["cause"]["by"]) == (
        before["id"],
        "exclusion",
        "land",
    )
    assert after["cause"]["from"] == {"verdict": before["verdict"], "exact": before["exact"]}
    explained = whole.done("GET", f"{EVALUATION}/results/{after['id']}/explanation", province)
    (one,) = explained["exclusions"]
    assert (one["reason"], one["proposed_by"], len(one["approvals"])) == (night["reason"], "land", 3)
    assert len(explained["counts"]["without"]) == 1
    told = eventually(lambda: types(whole, "city", "sanya.sla.exclusion"), lambda found: len(found) > 2)
    assert told[-2:] == ["sanya.sla.exclusion.proposed.v1", "sanya.sla.exclusion.approved.v1"]
    assert types(whole, "far", "sanya.sla.exclusion") == []


def test_a_late_batch_counts_when_all_say_so(whole: Whole) -> None:
    before = result(whole, lambda one: one["excluded"] > 0)
    city, land, province, far = (whole.token(name, *OF_AN_AGENCY) for name in (*PARTIES, "far"))
    batch = report(whole, "late", 5, 300, 300)
    explanation = f"{EVALUATION}/results/{before['id']}/explanation"
    eventually(
        lambda: [one["batch"] for one in whole.done("GET", explanation, land)["after_final"]],
        lambda found: found == [batch],
    )
    body = {"results": [before["id"]], "batches": [batch], "reason": "the line was down"}
    address = f"{EVALUATION}/corrections"
    for wrong, status in (
        ({**body, "calendar": "office"}, 422),
        ({**body, "batches": []}, 422),
        ({**body, "results": ["nothing"]}, 409),
        ({"reason": "why"}, 422),
    ):
        assert whole.call("POST", address, land, wrong).status_code == status
    # Another agency's result in a body answers as one that is not known, whether it may read it or not.
    assert whole.call("POST", address, far, body).status_code == 409
    for role in set(Role) - {Role.SIGNATORY, Role.OPERATOR}:
        assert whole.call("POST", address, whole.token("land", role), body).status_code == 403
    made = whole.done("POST", address, land, body)
    place = f"{address}/{made['id']}"
    for path, sent in (("approvals", {"hash": made["hash"]}), ("rejections", {"reason": "no"})):
        assert whole.call("POST", f"{place}/{path}", far, sent).status_code == 404
    assert whole.call("GET", place, far).status_code == 404
    waiting = whole.done("GET", f"{address}?awaiting=me&agreement={CODE}", province)["items"]
    assert [one["id"] for one in waiting] == [made["id"]]
    whole.done("POST", f"{place}/approvals", city, {"hash": made["hash"]})
    again = whole.call("POST", f"{place}/approvals", city, {"hash": made["hash"]})
    assert (again.status_code, again.json()["type"].split("/")[-1]) == (409, "already-approved")
    whole.done("POST", f"{place}/approvals", province, {"hash": made["hash"]})
    after = result(whole, lambda one: one["basis"]["corrections"] != [])
    assert (after["good"], after["total"], after["verdict"]) == (380, 400, "met")
    assert (after["cause"]["id"], after["supersedes"]) == (made["id"], before["id"])
    assert whole.done("GET", f"{EVALUATION}/results/{after['id']}/explanation", land)["after_final"] == []
    # The public reads the result, and not what people wrote.
    public = whole.done("GET", f"{EVALUATION}/results/{after['id']}/explanation", far)
    assert public["corrections"][0]["reason"] is None
    told = eventually(
        lambda: types(whole, "province", "sanya.evaluation.correction"), lambda found: len(found) > 1
    )
    assert told == ["sanya.evaluation.correction.proposed.v1", "sanya.evaluation.correction.approved.v1"]
    assert types(whole, "far", "sanya.evaluation.correction") == []
