"""From a finding by a recommendation to an improvement, as callers meet it; the public reads lessons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.auth import Role
from tests.e2e.instance import SERVICE, eventually, month_start, objective
from tests.whole import EVALUATION, METRICS, OF_AN_AGENCY, SLA, Whole, agreement, open_whole

CODE = "permit-slow"
START = month_start(1)
TODAY = datetime.now(UTC).date().isoformat()
"""In Bangkok it may be tomorrow already; never yesterday."""
INDICATOR: dict[str, Any] = {
    "code": "permit.slow",
    "service": SERVICE,
    "kind": "duration",
    "from": {"step": "*", "occurrence": "first", "edge": "any"},
    "to": {"step": "t05", "occurrence": "first", "edge": "end"},
}


def events() -> Iterator[dict[str, Any]]:
    """Sixty journeys of last month; t01 takes three days in every other one."""
    for number in range(60):
        now = START + timedelta(hours=number * 6)
        for step, agency, hours in (("t01", "city", 72 if number % 2 else 8), ("t05", "land", 12)):
            for edge in ("start", "end"):
                yield {
                    "id": f"slow-{number}-{step}-{edge}",
                    "journey": f"slow-{number}",
                    "step": step,
                    "agency": agency,
                    "edge": edge,
                    "at": now.isoformat(),
                }
                now += timedelta(hours=hours if edge == "start" else 0)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with open_whole(tmp_path_factory.mktemp("register")) as found:
        city, land = (found.token(name, *OF_AN_AGENCY) for name in ("city", "land"))
        found.done("POST", f"{SLA}/indicators", city, INDICATOR)
        document = agreement(
            code=CODE,
            visibility="public",
            objectives=[
                objective(
                    "in-time",
                    "permit.slow",
                    good={"comparator": "<=", "value": "P2D"},
                    count_at="completion",
                    allotments={"t01": "P1D", "t05": "P1D"},
                    target="0.9",
                    grace="PT1H",
                )
            ],
        )
        digest = found.done("POST", f"{SLA}/agreements", city, document)["revisions"][-1]["hash"]
        revision = f"{SLA}/agreements/{CODE}/revisions/{digest}"
        found.done("POST", f"{revision}/offer", city)
        for token in (city, land):
            found.done("POST", f"{revision}/acceptances", token, {"hash": digest})
        told = {"source": "land-api", "service": SERVICE, "events": list(events())}
        found.done("POST", f"{METRICS}/journey-events", land, told, Idempotency_Key="slow")
        yield found


def land(whole: Whole) -> str:
    return whole.token("land", *OF_AN_AGENCY)


def listed(whole: Whole, path: str, token: str | None) -> list[dict[str, Any]]:
    answer = whole.call("GET", f"{EVALUATION}/{path}", token)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


@pytest.fixture(scope="module")
def steps(whole: Whole) -> list[dict[str, Any]]:
    path = f"findings?agreement={CODE}&objective=in-time"

    def found() -> list[dict[str, Any]]:
        # At first evaluation may not have heard of the agreement.
        answer = whole.call("GET", f"{EVALUATION}/{path}", land(whole)).json()
        return [one for one in answer.get("items", ()) if one["kind"] == "step"]

    return eventually(found, bool)


def entry(recommendation: str) -> dict[str, Any]:
    return {
        "agreement": CODE,
        "objective": "in-time",
        "action": "a second desk",
        "owner": "head of the registry",
        "windows": 1,
        "due_on": "2199-01-01",
        "from": {"kind": "recommendation", "id": recommendation},
    }


def test_from_a_finding_to_an_improvement_and_its_lesson(whole: Whole, steps: list[dict[str, Any]]) -> None:
    (step,) = steps
    assert step["subject"] == {"step": "t01"}
    assert step["action"]["what_if"]["verdict"] == "met"
    open_ones = listed(whole, f"recommendations?agreement={CODE}&state=open", land(whole))
    assert step["id"] in [one["id"] for one in open_ones]
    assert step["id"] in [one["id"] for one in listed(whole, "recommendations?state=open", land(whole))]
    named = step["named"]
    assert named["codes"] == {"step": "t01", "agency": "city"}
    assert "{step}" in named["text"]["th"]
    assert "t01" not in str([named["text"], named["action"]])
    filled = named["text"]["en"].replace("{step}", "t01").replace("{agency}", "city")
    assert filled == step["text"]["en"]
    one = whole.done("GET", f"{EVALUATION}/recommendations/{step['id']}", land(whole))
    assert (one["state"], one["finding"]["id"]) == ("open", step["id"])
    made = whole.done("POST", f"{EVALUATION}/improvements", land(whole), entry(step["id"]))
    assert step["id"] not in str(
        [one["id"] for one in listed(whole, f"recommendations?agreement={CODE}&state=open", land(whole))]
    )
    (taken,) = listed(whole, f"recommendations?agreement={CODE}&state=taken_up", land(whole))
    assert (taken["id"], taken["improvement"], taken["agency"]) == (step["id"], made["id"], "land")
    again = whole.call("POST", f"{EVALUATION}/improvements", land(whole), entry(step["id"]))
    assert (again.status_code, again.json()["type"].rsplit("/", 1)[1]) == (409, "recommendation-decided")

    path = f"{EVALUATION}/improvements/{made['id']}"
    whole_one = whole.call("GET", path, whole.token("city", Role.VIEWER))
    assert whole_one.headers["etag"] == '"1"'
    assert whole_one.json()["finding"]["id"] == step["id"]
    assert whole.call("GET", path).status_code == 404
    stale = whole.call("PATCH", path, land(whole), {"started_on": TODAY}, If_Match='"7"')
    assert stale.status_code == 412
    whole.done("PATCH", path, land(whole), {"started_on": TODAY}, If_Match='"1"')
    assert made["id"] in str(listed(whole, "improvements?awaiting=me", land(whole)))
    assert made["id"] not in str(listed(whole, "improvements?awaiting=me", whole.token("city", Role.VIEWER)))
    theirs = whole.call("PATCH", path, whole.token("city", Role.NEGOTIATOR), {"done_on": TODAY})
    assert theirs.status_code == 403
    done = whole.done("PATCH", path, land(whole), {"done_on": TODAY, "lesson": "one desk is too few"})
    assert (done["state"], done["effect"]["outcome"]) == ("done", "too_early")
    assert done["effect"]["before"]["total"] == 60

    for token in (None, whole.token("far", Role.VIEWER)):
        (lesson,) = [one for one in listed(whole, "improvements", token) if one["id"] == made["id"]]
        assert lesson["lesson"] == "one desk is too few"
        assert (lesson["owner"], lesson["from"], lesson["reason"]) == (None, None, None)
    told = eventually(
        lambda: listed_events(whole, "sanya.evaluation.improvement.changed.v1", land(whole)), bool
    )
    assert "too few" not in str(told)
    erased = whole.done("DELETE", f"{path}/words/lesson", land(whole))
    assert erased["lesson"] is None


def listed_events(whole: Whole, kind: str, token: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = whole.done("GET", f"/api/delivery/v1/events?type={kind}", token)["items"]
    return items


def test_a_recommendation_is_declined_with_a_reason(whole: Whole, steps: list[dict[str, Any]]) -> None:
    open_ones = listed(whole, f"recommendations?agreement={CODE}&state=open", land(whole))
    unknown = whole.call(
        "POST",
        f"{EVALUATION}/recommendations/{'0' * 24}/declination",
        land(whole),
        {"agreement": CODE, "reason": "too dear"},
    )
    assert unknown.status_code == 404
    for one in open_ones:
        path = f"{EVALUATION}/recommendations/{one['id']}/declination"
        body = {"agreement": CODE, "reason": "too dear"}
        answer = whole.done("POST", path, land(whole), body)
        assert (answer["state"], answer["reason"]) == ("declined", "too dear")
        assert whole.call("POST", path, land(whole), body).status_code == 409
    assert listed(whole, f"recommendations?agreement={CODE}&state=open", land(whole)) == []
    at = f"{EVALUATION}/recommendations/{open_ones[0]['id']}"
    assert whole.done("GET", at, land(whole))["reason"] == "too dear"
    theirs = whole.call("DELETE", f"{at}/words/reason", whole.token("city", Role.NEGOTIATOR))
    assert theirs.status_code == 403
    assert whole.done("DELETE", f"{at}/words/reason", land(whole))["reason"] is None
    assert whole.done("GET", at, land(whole))["state"] == "declined"
    assert whole.call("GET", at, whole.token("far", Role.VIEWER)).status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("findings", 422),
        ("findings?agreement=nothing", 404),
        (f"findings?agreement={CODE}&window=yesterday", 422),
        (f"findings?agreement={CODE}&after=x", 422),
        (f"recommendations?agreement={CODE}&state=lost", 422),
        ("improvements?state=lost", 422),
        ("improvements?after=x", 422),
    ],
)
def test_what_cannot_be_listed(whole: Whole, path: str, status: int) -> None:
    assert whole.call("GET", f"{EVALUATION}/{path}", land(whole)).status_code == status


@pytest.mark.parametrize(
    ("changes", "status", "what"),
    [
        ({"windows": 0}, 422, "/windows"),
        ({"windows": 1.5}, 422, "/windows"),
        ({"windows": 10**30}, 422, "/windows"),
        ({"due_on": "2026-02-30"}, 422, "/due_on"),
        ({"due_on": "9999-12-31"}, 422, "/due_on"),
        ({"due_on": "2026-01-01T00:00:00Z"}, 422, "/due_on"),
        ({"action": ""}, 422, "/action"),
        ({"owner": "x\u0000"}, 422, "/owner"),
        ({"agreement": "unheard-of"}, 409, "/agreement"),
        ({"objective": "unheard-of"}, 422, "/objective"),
        ({"scope": {"province": "50"}}, 422, "/scope"),
        ({"from": {"kind": "breach", "id": "none"}}, 422, "/from/id"),
        ({"from": {"kind": "recommendation", "id": "none"}}, 422, "/from/id"),
        ({"from": {"kind": "whim", "id": "1"}}, 422, "/from/kind"),
        ({"done": True}, 422, "/done"),
    ],
)
def test_what_cannot_be_entered(
    whole: Whole,
    steps: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, Any],
    status: int,
    what: str,
) -> None:
    assert steps
    monkeypatch.setattr("shared.http.NOT_YET_KNOWN_WAIT", 0.05)
    before = len(listed(whole, "improvements", land(whole)))
    body = {**entry("none"), "from": None, **changes}
    answer = whole.call("POST", f"{EVALUATION}/improvements", land(whole), body)
    assert answer.status_code == status, answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [what]
    assert len(listed(whole, "improvements", land(whole))) == before


@pytest.mark.parametrize("body", [{}, {"lesson": None}, {"dropped": False}, {"state": "done"}])
def test_what_cannot_be_changed(whole: Whole, body: dict[str, Any]) -> None:
    path = f"{EVALUATION}/improvements/{whole.objects['improvements']}"
    assert whole.call("PATCH", path, land(whole), body).status_code == 422
