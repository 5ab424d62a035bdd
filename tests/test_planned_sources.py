"""A planned source from the agreement to the feed: it falls silent, reports nothing, and is back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.metrics.store import reporting
from shared.clock import system_clock, to_micros
from tests.e2e.instance import SERVICE, eventually, objective
from tests.whole import METRICS, OF_AN_AGENCY, SLA, Whole, agreement, open_whole

FEED = "/api/delivery/v1/events?type=sanya.metrics.source.silent.v1&type=sanya.metrics.source.recovered.v1"
INDICATOR = "permit.availability"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with open_whole(tmp_path_factory.mktemp("planned")) as found:
        yield found


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
    drafted = whole.done("POST", f"{SLA}/agreements", city, body)
    digest = drafted["revisions"][-1]["hash"]
    revision = f"{SLA}/agreements/watched/revisions/{digest}"
    whole.done("POST", f"{revision}/offer", city)
    for token in (city, land):
        whole.done("POST", f"{revision}/acceptances", token, {"hash": digest})

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
