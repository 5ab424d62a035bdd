"""Working calendars through REST: published, agreed on, judged by, and changed for the past by all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.e2e.instance import SERVICE, eventually
from tests.whole import (
    EVALUATION,
    METRICS,
    OF_AN_AGENCY,
    REGISTRY,
    SLA,
    Whole,
    agreement,
    open_whole,
)

ZONE = ZoneInfo("Asia/Bangkok")
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ALWAYS = {day: [["00:00", "24:00"]] for day in WEEK}
DESK: dict[str, Any] = {"name": {"en": "Desk"}, "time_zone": "Asia/Bangkok", "weekly": ALWAYS}
INDICATOR: dict[str, Any] = {
    "code": "permit.working-time",
    "service": SERVICE,
    "name": {"en": "Working time"},
    "kind": "duration",
    "from": {"step": "t01"},
    "to": {"step": "t05"},
    "clock": "working",
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with open_whole(tmp_path_factory.mktemp("calendars")) as found:
        yield found


def test_a_calendar_judges_and_the_past_is_changed_by_all_parties_or_not_at_all(whole: Whole) -> None:
    city, land, far = (whole.token(agency, *OF_AN_AGENCY) for agency in ("city", "land", "far"))
    whole.done("POST", f"{REGISTRY}/calendars", city, {"code": "desk", "owner": "city", **DESK})
    whole.done("POST", f"{SLA}/indicators", city, INDICATOR)
    today = datetime.now(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    begun = today - timedelta(days=3) + timedelta(hours=12)
    body = agreement(
        code="working",
        calendar="desk",
        retroactive=True,
        effective_from=(today - timedelta(days=9)).isoformat(),
        objectives=[
            {
                "code": "in-a-day",
                "indicator": INDICATOR["code"],
                "responsible": "land",
                "good": {"comparator": "<=", "value": "PT24H"},
                "comparator": ">=",
                "target": "0.9",
                "window": {"kind": "calendar", "unit": "day"},
                "count_at": "completion",
            }
        ],
    )
    unknown = whole.call("POST", f"{SLA}/agreements", city, {**body, "calendar": "nothing"})
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (409, "/calendar")
    drafted = whole.done("POST", f"{SLA}/agreements", city, body)
    digest = drafted["revisions"][-1]["hash"]
    revision = f"{SLA}/agreements/working/revisions/{digest}"
    whole.done("POST", f"{revision}/offer", city)
    for token in (city, land):
        whole.done("POST", f"{revision}/acceptances", token, {"hash": digest})
    events = [
        {"id": f"w-{step}", "journey": "w", "step": step, "edge": "point", "at": at.isoformat()}
        for step, at in (("t01", begun), ("t05", begun + timedelta(hours=30)))
    ]
    sent = {"source": "land-api", "service": SERVICE, "events": events}
    whole.done("POST", f"{METRICS}/journey-events", land, sent, Idempotency_Key="working")

    def judged() -> Any:
        found = whole.done("GET", f"{EVALUATION}/results?agreement=working&state=closed", land)["items"]
        return next((one for one in found if one["total"] == 1), None)

    first = eventually(judged, bool)
    assert (first["verdict"], first["good"], first["basis"]["calendar"]) == (
        "breached",
        0,
        {"code": "desk", "version": 1},
    )
    (journey,) = whole.done("GET", f"{EVALUATION}/results/{first['id']}/explanation", land)["journeys"]
    assert (journey["seconds"], journey["spent"], journey["calendar"]) == ("108000", "108000", 1)

    closed = (begun + timedelta(days=1)).date().isoformat()
    past = {
        **DESK,
        "effective_from": begun.date().isoformat(),
        "retroactive": True,
        "reason": "a flood that nobody wrote down",
        "holidays": {"add": [{"date": closed, "name": {"en": "Flood"}}]},
    }
    whole.done("POST", f"{REGISTRY}/calendars/desk/versions", city, past)
    path = f"{EVALUATION}/calendars/desk/versions/2/impact?agreement=working"
    shown = eventually(lambda: whole.call("GET", path, land), lambda answer: answer.status_code == 200).json()
    assert (shown["retroactive"], shown["judges"], shown["next"]) == (True, False, None)
    (window,) = shown["items"]
    assert window["result"] == first["id"]
    assert (window["before"]["verdict"], window["after"]["verdict"]) == ("breached", "met")
    for token, status in ((far, 404), (None, 401)):
        assert whole.call("GET", path, token).status_code == status
    assert whole.call("GET", path.replace("versions/2", "versions/9"), land).status_code == 404

    adoption = {"agreement": "working", "calendar": "desk", "version": 2, "reason": "the flood of that day"}
    proposed = whole.done("POST", f"{EVALUATION}/corrections", city, adoption)
    assert judged()["id"] == first["id"]
    whole.done(
        "POST", f"{EVALUATION}/corrections/{proposed['id']}/approvals", land, {"hash": proposed["hash"]}
    )
    second = eventually(judged, lambda one: one["id"] != first["id"])
    assert (second["verdict"], second["good"], second["supersedes"]) == ("met", 1, first["id"])
    assert second["basis"]["calendar"] == {"code": "desk", "version": 2}
    assert second["cause"]["id"] == proposed["id"]
    assert whole.done("GET", path, land)["judges"] is True


def test_a_calendar_of_today_is_no_version_for_the_past(whole: Whole) -> None:
    city = whole.token("city", *OF_AN_AGENCY)
    whole.done("POST", f"{REGISTRY}/calendars", city, {"code": "other", "owner": "city", **DESK})
    yesterday = (datetime.now(UTC) - timedelta(days=2)).date().isoformat()
    answer = whole.call(
        "POST", f"{REGISTRY}/calendars/other/versions", city, {**DESK, "effective_from": yesterday}
    )
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/effective_from")
