"""Clauses of an agreement from the document to REST and the feed: plans, composites, consequences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.metrics.store import reporting
from shared.clock import system_clock, to_micros
from tests.e2e.instance import SERVICE, eventually, month_start, objective
from tests.whole import (
    EVALUATION,
    METRICS,
    OF_AN_AGENCY,
    SLA,
    Whole,
    agreement,
    backfill_of,
    measurements,
    open_whole,
)

FEED = "/api/delivery/v1/events?type=sanya.metrics.source.silent.v1&type=sanya.metrics.source.recovered.v1"
INDICATOR = "permit.availability"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with open_whole(tmp_path_factory.mktemp("planned")) as found:
        yield found


def conclude(whole: Whole, body: dict[str, Any]) -> None:
    """Drafts, offers and accepts an agreement of city and land."""
    city, land = (whole.token(agency, *OF_AN_AGENCY) for agency in ("city", "land"))
    drafted = whole.done("POST", f"{SLA}/agreements", city, body)
    digest = drafted["revisions"][-1]["hash"]
    revision = f"{SLA}/agreements/{body['code']}/revisions/{digest}"
    whole.done("POST", f"{revision}/offer", city)
    for token in (city, land):
        whole.done("POST", f"{revision}/acceptances", token, {"hash": digest})


def test_a_planned_source_falls_silent_and_is_back(whole: Whole) -> None:
    city, land, far = (whole.token(agency, *OF_AN_AGENCY) for agency in ("city", "land", "far"))
    watched = objective("up", INDICATOR, coverage_floor="0.9")
    plan = {
        "indicator": INDICATOR,
        "source": "land-api",
        "method": {"th": "ระบบรายงานเองทุกนาที"},
        "frequency": "PT1M",
        "post": "หัวหน้าระบบทะเบียน",
    }
    body = agreement(code="watched", objectives=[watched], plans=[plan])

    refused = whole.call("POST", f"{SLA}/agreements", city, {**body, "plans": []})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/objectives/0/coverage_floor"
    conclude(whole, body)

    def status() -> dict[str, Any]:
        items = whole.done("GET", f"{METRICS}/sources-status?agreement=watched", city)["items"]
        return items[0] if items else {}

    def told(token: str) -> list[tuple[str, dict[str, Any]]]:
        items = whole.done("GET", FEED, token)["items"]
        return [(one["type"].split(".")[-2], one["data"]) for one in items]

    waiting = eventually(status, lambda found: found.get("state") == "waiting")
    assert (waiting["source"], waiting["frequency"], waiting["post"]) == ("land-api", "PT1M", plan["post"])
    # The intake's clock moves on: the source has let its minute pass.
    whole.db("metrics").clock = lambda: system_clock() + timedelta(seconds=90)
    [(kind, silent)] = eventually(lambda: told(city), bool)
    assert (kind, silent["source"], silent["indicator"]) == ("silent", "land-api", INDICATOR)
    assert told(land) == [("silent", silent)]
    assert told(far) == []
    assert status()["state"] == "silent"

    def ahead() -> int:
        return to_micros(system_clock() + timedelta(seconds=10))

    now = datetime.now(UTC).replace(second=0, microsecond=0)
    covers = {
        "from": (now - timedelta(minutes=5)).isoformat(),
        "to": now.isoformat(),
        "indicators": [INDICATOR],
    }
    nothing = {"source": "land-api", "service": SERVICE, "measurements": [], "covers": covers}
    whole.db("metrics").clock = system_clock
    eventually(lambda: whole.db("metrics").snapshot(reporting.listened), lambda found: found[1] < ahead())
    whole.done("POST", f"{METRICS}/measurements", land, nothing, Idempotency_Key="nothing")
    first, (kind, back) = eventually(lambda: told(city), lambda found: len(found) == 2)
    assert (first[1], kind, back["reason"]) == (silent, "recovered", "reported")
    assert back["version"] == silent["version"] + 1
    assert status()["state"] == "reporting"
    assert whole.done("GET", f"{METRICS}/sources-status", far)["items"] == []


def test_a_composite_and_what_it_costs(whole: Whole) -> None:
    city, land, far = (whole.token(agency, *OF_AN_AGENCY) for agency in ("city", "land", "far"))
    refund = {
        "code": "refund",
        "objective": "whole",
        "unit": "percent",
        "brackets": [
            {"comparator": "<", "value": "0.9", "cost": 3},
            {"comparator": "<", "value": 0.5, "cost": 9},
        ],
        "cap": {"cost": 10, "period": {"unit": "year", "anchor": "2025-10-01"}},
    }
    body = agreement(
        code="composed",
        objectives=[
            objective("fast", "permit.response-time", good={"comparator": "<=", "value": 800}),
            objective("up", INDICATOR),
        ],
        composites=[
            {
                "code": "whole",
                "title": {"th": "ทั้งหมด", "en": "As a whole"},
                "kind": "weighted",
                "members": [{"objective": "fast", "weight": 3}, {"objective": "up"}],
                "comparator": ">=",
                "target": "0.9",
            }
        ],
        consequences=[refund],
    )
    informal = whole.call("POST", f"{SLA}/agreements", city, body)
    assert (informal.status_code, informal.json()["errors"][0]["pointer"]) == (422, "/consequences")
    conclude(whole, {**body, "legal_form": "formal"})

    span = backfill_of("land-api")
    opened = whole.done("POST", f"{METRICS}/backfills", land, span)
    at = (month_start(6) + timedelta(days=3)).isoformat()
    rows = [
        {"indicator": "permit.response-time", "at": at, "value": 100},
        {"indicator": "permit.response-time", "at": at, "value": 900},
        {"indicator": INDICATOR, "at": at, "good": 9, "total": 10},
    ]
    sent = {**measurements(*rows), "backfill": opened["id"]}
    whole.done("POST", f"{METRICS}/measurements", land, sent, Idempotency_Key="composed")
    whole.done("POST", f"{METRICS}/backfills/{opened['id']}/seal", land)

    month = month_start(5).isoformat().replace("+", "%2B")
    following = month_start(4).isoformat().replace("+", "%2B")
    where = f"agreement=composed&from={month}&to={following}"
    path = f"{EVALUATION}/results?{where}&objective=whole&state=final"
    [found] = eventually(lambda: whole.done("GET", path, city)["items"], bool)
    # (3 x 1/2 + 9/10) / 4
    assert (found["verdict"], found["exact"], found["value"]) == ("breached", "3/5", "0.6")
    assert [(one["objective"], one["weight"], one["counts"]) for one in found["members"]] == [
        ("fast", "3", True),
        ("up", "1", True),
    ]
    explained = whole.done("GET", f"{EVALUATION}/results/{found['id']}/explanation", land)
    results = [one["result"] for one in explained["members"]]
    members = [whole.done("GET", f"{EVALUATION}/results/{one}", land) for one in results]
    assert [one["verdict"] for one in members] == ["breached", "met"]
    [cost] = explained["consequences"]
    assert (cost["cost"], cost["unit"], cost["bracket"]["value"]) == ("3", "percent", "0.9")

    listed = whole.done("GET", f"{EVALUATION}/consequences?{where}", land)
    assert (listed["items"], listed["totals"]) == ([cost], [{"unit": "percent", "cost": "3"}])
    assert set(listed["note"]) == {"th", "en"}
    assert whole.call("GET", f"{EVALUATION}/consequences?{where}", far).status_code == 404
    assert whole.call("GET", f"{EVALUATION}/consequences", city).status_code == 422

    broken = [
        one
        for one in whole.done("GET", f"{EVALUATION}/breaches?agreement=composed", city)["items"]
        if one["objective"] == "whole"
    ]
    assert [one["responsible"] for one in broken] == ["land"]
    assert whole.done("GET", f"{EVALUATION}/breaches/{broken[0]['id']}", land)["result"] == found["id"]
    parts = whole.call("GET", f"{EVALUATION}/attribution?result={found['id']}", city)
    assert (parts.status_code, "members" in parts.json()["detail"]) == (404, True)
    correction = {"results": [found["id"]], "batches": ["0" * 32], "reason": "late"}
    refused = whole.call("POST", f"{EVALUATION}/corrections", city, correction)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/results/0")
