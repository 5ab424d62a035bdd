"""Burn alerts and warning lines: what could never say anything is refused when it is offered."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sla.documents import AVAILABLE, CONFIRM, MEAN, objective
from tests.sla.test_validation import findings

ROLLING_WEEK = {"kind": "rolling", "duration": "P7D"}


def pair(long: str = "PT1H", short: str = "PT5M", factor: str = "14.4") -> dict[str, str]:
    return {"long": long, "short": short, "factor": factor}


def slices(length: str) -> dict[str, Any]:
    return {"budgeting": "timeslices", "slice": {"length": length, "target": "0.9", "empty": "ignored"}}


@pytest.mark.parametrize(
    "document",
    [
        objective(AVAILABLE, alerts=[]),
        objective(AVAILABLE, alerts=[pair(), pair("P3D", "PT6H", "1")]),
        objective(AVAILABLE, alerts=[pair(factor="100")]),
        objective(AVAILABLE, alerts=[pair("PT5M", "PT5M")]),
        objective(AVAILABLE, comparator="<=", target="0.05", alerts=[pair(factor="20")]),
        objective(AVAILABLE, alerts=[pair()], **slices("PT5M")),
        objective(CONFIRM, warning="0.85"),
        objective(CONFIRM, warning="0.8"),
        objective(CONFIRM, comparator="<=", target="0.2", warning="0.15"),
        objective(MEAN, warning="250.5"),
    ],
)
def test_what_can_say_something_is_taken(document: dict[str, Any]) -> None:
    assert findings(document) == ({}, {})


@pytest.mark.parametrize(
    ("document", "place", "why"),
    [
        (objective(AVAILABLE, alerts=[pair(factor="100.000001")]), "alerts/0/factor", "never be reached"),
        (objective(CONFIRM, alerts=[pair(factor="5.1")]), "alerts/0/factor", "would burn at 5"),
        (objective(AVAILABLE, target="1", alerts=[pair()]), "alerts/0/factor", "nothing may fail"),
        (
            objective(AVAILABLE, comparator="<=", target="0.05", alerts=[pair(factor="20.1")]),
            "alerts/0/factor",
            "never be reached",
        ),
        (objective(AVAILABLE, alerts=[pair(factor="0")]), "alerts/0/factor", "larger than 0"),
        (objective(AVAILABLE, alerts=[pair("PT5M", "PT1H")]), "alerts/0/short", "longer than the long one"),
        (objective(AVAILABLE, alerts=[pair(short="PT30S")]), "alerts/0/short", "whole minutes"),
        (objective(AVAILABLE, alerts=[pair(long="P1M")]), "alerts/0/long", "no fixed length"),
        (
            objective(AVAILABLE, window=ROLLING_WEEK, alerts=[pair("P8D")]),
            "alerts/0/long",
            "longer than the window",
        ),
        (objective(CONFIRM, alerts=[pair("P29D", factor="1")]), "alerts/0/long", "longer than the window"),
        (objective(AVAILABLE, alerts=[pair(), pair(factor="3")]), "alerts/1", "stand twice"),
        (objective(MEAN, alerts=[pair()]), "alerts", "only a share"),
        (objective(AVAILABLE, alerts=[pair()], **slices("PT6M")), "alerts/0/short", "shorter than a slice"),
        (objective(CONFIRM, warning="0.79"), "warning", "below the target"),
        (objective(CONFIRM, comparator="<=", target="0.2", warning="0.21"), "warning", "above the target"),
        (objective(CONFIRM, warning="85"), "warning", '"0.97"'),
        (objective(AVAILABLE, warning="0.995"), "warning", "calendar window"),
        (
            objective(
                MEAN, indicator="permit.incidents", aggregation="count", comparator=">=", target=3, warning=5
            ),
            "warning",
            "from the start",
        ),
    ],
)
def test_what_never_could_is_refused(document: dict[str, Any], place: str, why: str) -> None:
    faults, unknown = findings(document)
    assert unknown == {}
    assert why in faults[f"/objectives/0/{place}"]
