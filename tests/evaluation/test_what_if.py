"""What-ifs that cannot be judged are refused where they are asked, with the clause and the reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.instance import AGREEMENT, SERVICE, eventually, month_start, objective
from tests.whole import (
    EVALUATION,
    METRICS,
    OF_AN_AGENCY,
    SLA,
    Whole,
    agreement,
    measurements,
    open_whole,
    what_if_of,
)

JOURNEYS = "timed"
SPAN = {"from": month_start(3).isoformat(), "to": month_start().isoformat()}
DAY = {"kind": "calendar", "unit": "day"}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with open_whole(tmp_path_factory.mktemp("supposed")) as found:
        city, land = (found.token(agency, *OF_AN_AGENCY) for agency in ("city", "land"))
        found.done("POST", f"{SLA}/indicators", city, CONFIRMATION)
        drafted = found.done("POST", f"{SLA}/agreements", city, agreement(code=JOURNEYS, objectives=TIMED))
        digest = drafted["revisions"][-1]["hash"]
        revision = f"{SLA}/agreements/{JOURNEYS}/revisions/{digest}"
        found.done("POST", f"{revision}/offer", city)
        for token in (city, land):
            found.done("POST", f"{revision}/acceptances", token, {"hash": digest})
        at = (month_start(2)).isoformat()
        row = {"indicator": "permit.response-time", "at": at, "value": 400}
        found.done("POST", f"{METRICS}/measurements", land, measurements(row), Idempotency_Key="supposed")
        events = [
            {"id": f"{step}", "journey": "case-1", "step": step, "agency": "land", "edge": "point", "at": at}
            for step in ("t01", "t05")
        ]
        body = {"source": "land-api", "service": SERVICE, "events": events}
        found.done("POST", f"{METRICS}/journey-events", land, body, Idempotency_Key="passed")
        eventually(
            lambda: found.done("GET", f"{EVALUATION}/results?agreement={JOURNEYS}", land)["items"],
            lambda items: any(one["total"] for one in items),
        )
        yield found


CONFIRMATION = {
    "code": "permit.confirmation-time",
    "service": SERVICE,
    "name": {"en": "Confirmation"},
    "kind": "duration",
    "unit": "s",
    "from": {"step": "t01"},
    "to": {"step": "t05"},
}
TIMED = [
    objective(
        "confirm",
        "permit.confirmation-time",
        good={"comparator": "<=", "value": "P2D"},
        count_at="completion",
    ),
    objective(
        "mean",
        "permit.confirmation-time",
        aggregation="mean",
        comparator="<=",
        target="P2D",
        count_at="completion",
    ),
]


def _ask(whole: Whole, code: str, agreed: str = AGREEMENT, **changes: Any) -> Any:
    body = {"agreement": agreed, "objective": code, **SPAN, **changes}
    return whole.call("POST", f"{EVALUATION}/what-if", whole.token("city", *OF_AN_AGENCY), body)


@pytest.mark.parametrize(
    ("pointer", "code", "wrong"),
    [
        ("/target", "fast", {"target": "1.5"}),
        ("/target", "fast", {"target": "1e400000"}),
        ("/target", "fast", {"target": "1/3"}),
        ("/targets", "fast", {"targets": ["0.5", "much"]}),
        ("/to", "fast", {"to": SPAN["from"]}),
        ("/from", "fast", {"from": "0001-01-01T00:00:00Z"}),
        ("/to", "fast", {"to": "9999-12-31T23:59:00Z"}),
        ("/from", "fast", {"from": "2026-01-01T00:00:30Z"}),
        ("/window/duration", "fast", {"window": {"kind": "rolling", "duration": "PT0S"}}),
        ("/window/duration", "fast", {"window": {"kind": "rolling", "duration": "P999999W"}}),
        ("/window/step", "fast", {"window": {"kind": "rolling", "duration": "PT1H", "step": "PT2H"}}),
        ("/window/anchor", "fast", {"window": {**DAY, "count": 2}}),
        ("/window/anchor", "fast", {"window": {**DAY, "anchor": "0001-01-01"}}),
        ("/window", "fast", {"window": {**DAY, "anchor": "2026-02-31"}}),
        ("/to", "fast", {"window": {"kind": "rolling", "duration": "PT1M"}}),
        ("/calendar", "fast", {"calendar": {"version": 1}}),
        ("/objective", "unheard-of", {}),
        ("/exclude/0/to", "fast", {"exclude": [{"from": SPAN["to"], "to": SPAN["to"]}]}),
        ("/good/value", "fast", {"good": {"comparator": "<=", "value": "P3D"}}),
        ("/good/value", "fast", {"good": {"comparator": "<=", "value": "0.0000001"}}),
        ("/good", "slowest", {"good": {"comparator": "<=", "value": "3"}}),
    ],
)
def test_what_cannot_be_judged_is_refused(whole: Whole, pointer: str, code: str, wrong: Any) -> None:
    answer = _ask(whole, code, **wrong)
    assert answer.status_code == 422, answer.text
    pointers = [fault["pointer"] for fault in answer.json()["errors"]]
    assert any(one.startswith(pointer) for one in pointers), answer.text


@pytest.mark.parametrize(
    ("pointer", "code", "wrong"),
    [
        ("/good/value", "confirm", {"good": {"comparator": "<=", "value": {"working_days": 3}}}),
        ("/good/value", "confirm", {"good": {"comparator": "<=", "value": {"working_days": -3}}}),
        ("/good/value", "confirm", {"good": {"comparator": "<=", "value": "P999999W"}}),
        ("/good/value", "confirm", {"good": {"comparator": "<=", "value": "PT0S"}}),
        ("/good/comparator", "confirm", {"good": {"comparator": ">", "value": "P3D"}}),
        ("/good", "mean", {"good": {"comparator": "<=", "value": "P3D"}}),
        ("/calendar", "mean", {"calendar": {"version": 1}}),
        ("/calendar/version", "confirm", {"calendar": {"version": 1}}),
    ],
)
def test_journeys_too(whole: Whole, pointer: str, code: str, wrong: Any) -> None:
    answer = _ask(whole, code, JOURNEYS, **wrong)
    assert answer.status_code == 422, answer.text
    pointers = [fault["pointer"] for fault in answer.json()["errors"]]
    assert any(one.startswith(pointer) for one in pointers), answer.text


def test_panes_say_what_no_window_moves(whole: Whole) -> None:
    """The mean of journeys is where they end, whatever the window: there is nothing to read again."""
    answer = _ask(whole, "mean", JOURNEYS, window=DAY)
    assert answer.status_code == 200, answer.text
    (told,) = [one for one in answer.json()["windows"] if one["total"]]
    assert (told["total"], told["exact"], told["verdict"]) == (1, "0/1", "met")
    assert _ask(whole, "confirm", JOURNEYS, window=DAY).status_code == 202


def test_a_job_has_its_answer_in_the_end(whole: Whole) -> None:
    token = whole.token("land", *OF_AN_AGENCY)
    job = whole.done("POST", f"{EVALUATION}/what-if", token, what_if_of())
    done = eventually(
        lambda: whole.done("GET", f"{EVALUATION}/jobs/{job['id']}", token), lambda one: one["state"] == "done"
    )
    assert {one["verdict"] for one in done["answer"]["windows"] if one["total"]} == {"breached"}
