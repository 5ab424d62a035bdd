"""What was achieved, as callers ask for it: rights, and what cannot be judged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.instance import SERVICE, eventually, month_start, objective
from tests.whole import EVALUATION, METRICS, OF_AN_AGENCY, SLA, Whole, agreement, measurements, open_whole

UP = objective("new", "permit.availability", target="0.9")
MONTH = {"kind": "calendar", "unit": "month"}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with open_whole(tmp_path_factory.mktemp("achieved")) as found:
        yield found


def ask(whole: Whole, agency: str | None = "land", proposed: dict[str, Any] = UP, **more: Any) -> Any:
    token = None if agency is None else whole.token(agency, *OF_AN_AGENCY)
    return whole.call(
        "POST", f"{EVALUATION}/achieved", token, {"service": SERVICE, "objective": proposed, **more}
    )


def test_what_a_party_measured_stands_beside_what_it_thinks_of(whole: Whole) -> None:
    city, land = (whole.token(agency, *OF_AN_AGENCY) for agency in ("city", "land"))
    assert "no agreement that you can see" in ask(whole).json()["why_not"]["en"]
    old = objective("old", "permit.availability", target="0.5")
    drafted = whole.done("POST", f"{SLA}/agreements", city, agreement(code="measured", objectives=[old]))
    digest = drafted["revisions"][-1]["hash"]
    revision = f"{SLA}/agreements/measured/revisions/{digest}"
    whole.done("POST", f"{revision}/offer", city)
    for token in (city, land):
        whole.done("POST", f"{revision}/acceptances", token, {"hash": digest})
    row = {"indicator": "permit.availability", "at": month_start(1).isoformat(), "good": 19, "total": 20}
    whole.done("POST", f"{METRICS}/measurements", land, measurements(row), Idempotency_Key="achieved")

    found = eventually(
        lambda: ask(whole).json(), lambda body: bool(body["groups"]) and body["groups"][0]["of"] > 0
    )
    [group] = found["groups"]
    assert group["windows"][-1]["exact"] == "19/20"
    assert group["text"] == {"th": "บรรลุเป้าหมาย 1 จาก 1 เดือน", "en": "met in 1 of 1 month"}
    assert found["measured_by"] == {"agreement": "measured", "objective": "old", "revisions": [digest]}
    # The same, of a draft: its fields are those of a document.
    document = whole.done("GET", revision, land)
    [agreed] = document["objectives"]
    assert ask(whole, proposed=agreed).json()["groups"][0]["met"] == 1
    # Another agency sees none of these numbers, and is told what a stranger is told.
    assert ask(whole, "far").json()["groups"] == []
    assert "no agreement that you can see" in ask(whole, "far").json()["why_not"]["en"]
    assert ask(whole, None).status_code == 401


@pytest.mark.parametrize(
    ("pointer", "changes", "more"),
    [
        ("/objective/target", {"target": "1.5"}, {}),
        ("/objective/target", {"target": "1/3"}, {}),
        ("/objective/target", {"target": None}, {}),
        ("/objective/comparator", {"comparator": "about"}, {}),
        ("/objective/window/unit", {"window": {"kind": "calendar"}}, {}),
        ("/objective/window/anchor", {"window": {**MONTH, "count": 2}}, {}),
        ("/objective/window/duration", {"window": {"kind": "rolling", "duration": "P1Y"}}, {}),
        ("/objective", {"window": {**MONTH, "anchor": "2026-02-31"}}, {}),
        ("/objective/targets/0/target", {"targets": [{"scope": {"province": "50"}, "target": "2"}]}, {}),
        ("/months", {}, {"months": 0}),
        ("/months", {}, {"months": 61}),
        ("/time_zone", {}, {"time_zone": "Mars"}),
        ("/time_zone", {}, {"time_zone": "../../etc/passwd"}),
        ("/unheard", {}, {"unheard": 1}),
    ],
)
def test_what_cannot_be_judged_is_refused(
    whole: Whole, pointer: str, changes: dict[str, Any], more: dict[str, Any]
) -> None:
    answer = ask(whole, "land", {**UP, **changes}, **more)
    assert answer.status_code == 422, answer.text
    assert any(fault["pointer"].startswith(pointer) for fault in answer.json()["errors"]), answer.text


def test_an_indicator_that_is_not_known_yet(whole: Whole) -> None:
    answer = ask(whole, "land", {**UP, "indicator": "unheard-of"})
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("/not-yet-known")
