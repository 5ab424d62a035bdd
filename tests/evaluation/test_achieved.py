"""What was achieved before a promise, from what was counted for others; on both databases."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.evaluation.reading import achieved
from services.evaluation.reading.achieved import Wanted
from services.evaluation.schemas.achieved import AchievedIn, AchievedOut
from shared.errors import NotYetKnown, Unprocessable
from tests.evaluation.engine import (
    SERVICE,
    Engine,
    accepted,
    at,
    batch,
    indicator,
    objective,
    open_engine,
    passed,
    revision,
    steps,
    tick,
)

MONTH = {"kind": "calendar", "unit": "month"}
GOOD = [990, 950, 912, 999, 870, 934, 961, 977, 943, 905, 988, 996]
"""Of a thousand, month by month."""


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    found = open_engine(database_url, tmp_path)
    with closing(found.db):
        yield found


def ask(engine: Engine, months: int = 12, agency: str | None = "city", **clauses: Any) -> dict[str, Any]:
    """As the route asks, and as it answers."""
    proposed = {
        "code": "new",
        "indicator": "up",
        "comparator": ">=",
        "target": "0.95",
        "window": MONTH,
        **clauses,
    }
    body = AchievedIn.model_validate({"service": SERVICE, "objective": proposed, "months": months})
    wanted = Wanted(
        agency, SERVICE, "new", body.objective.model_dump(exclude_none=True), months, ZoneInfo("Asia/Bangkok")
    )
    answer = AchievedOut.model_validate(engine.db.snapshot(achieved.answer, wanted))
    found: dict[str, Any] = json.loads(answer.model_dump_json(by_alias=True))
    return found


def year(engine: Engine, *, cut: str | None = None) -> None:
    """Twelve months of 2025, measured for another promise; ``cut``: when an amendment takes over."""
    engine.feed(indicator("up", "ratio"), indicator("speed", "value"), indicator("never", "ratio"))
    old = [
        objective("old", "up", target="0.9"),
        objective("fast", "speed", good={"comparator": "<=", "value": "800"}),
    ]
    engine.feed(revision(*old, start="2025-01-01T00:00", end=cut))
    if cut is not None:
        engine.feed(revision(*old, digest="b" * 64, start=cut, version=1))
    for month, good in enumerate(GOOD, 1):
        when = f"2025-{month:02}-10T12:00"
        row = {"at": when, "good": good, "total": 1000}
        engine.feed(accepted(batch(f"up-{month}", "up", [row], received=when)))
        rows = [{"at": when, "value": value * 1_000_000} for value in (100 * month, 700, 900)]
        engine.feed(accepted(batch(f"speed-{month}", "speed", rows, received=when)))
    engine.feed(tick("2026-01-15T08:00"))


@pytest.mark.parametrize("cut", [None, "2025-07-01T00:00", "2025-07-10T12:00"])
def test_a_year_of_months_judged_by_a_target_that_nobody_agreed(engine: Engine, cut: str | None) -> None:
    year(engine, cut=cut)
    found = ask(engine)
    assert (found["from"], found["to"]) == ("2024-12-31T17:00:00Z", "2025-12-31T17:00:00Z")
    assert (found["unit"], found["why_not"]) == ("month", None)
    assert found["measured_by"]["objective"] == "old"
    assert len(found["measured_by"]["revisions"]) == (1 if cut is None else 2)
    [group] = found["groups"]
    assert (group["met"], group["of"], group["not_determined"]) == (7, 12, 0)
    assert group["text"] == {"th": "บรรลุเป้าหมาย 7 จาก 12 เดือน", "en": "met in 7 of 12 months"}
    assert [Fraction(each["exact"]) for each in group["windows"]] == [Fraction(n, 1000) for n in GOOD]
    assert [each["verdict"] == "met" for each in group["windows"]] == [n >= 950 for n in GOOD]
    assert group["distribution"] == {
        "least": "0.87",
        "lower_quartile": "0.912",
        "median": "0.95",
        "upper_quartile": "0.988",
        "greatest": "0.999",
    }
    assert [(each["part"], each["target"], each["met"]) for each in group["proposals"]] == [
        ("all", "0.87", 12),
        ("three_quarters", "0.934", 9),
        ("half", "0.961", 6),
    ]
    assert group["proposals"][1]["text"]["en"] == "met in 9 of 12 months"


def test_other_windows_other_spans(engine: Engine) -> None:
    year(engine)
    [group] = ask(engine, window={"kind": "calendar", "unit": "quarter"})["groups"]
    assert (group["met"], group["of"], group["text"]["en"]) == (3, 4, "met in 3 of 4 quarters")
    assert group["windows"][0]["exact"] == str(Fraction(990 + 950 + 912, 3000))
    [group] = ask(engine, months=3)["groups"]
    assert (group["met"], group["of"]) == (2, 3)
    # Days on which nothing was reported cannot be judged, and are not kept either.
    [group] = ask(engine, window={"kind": "calendar", "unit": "day"}, months=2)["groups"]
    assert (group["met"], group["of"], group["not_determined"]) == (2, 2, 59)
    found = ask(engine, window={"kind": "rolling", "duration": "P60D"})
    [group] = found["groups"]
    assert (found["unit"], len(group["windows"])) == ("month_end", 12)
    assert group["windows"][2]["exact"] == str(Fraction(950 + 912, 2000))
    # Before it was measured there is nothing.
    found = ask(engine, months=24)
    assert (found["from"], found["groups"][0]["of"]) == ("2023-12-31T17:00:00Z", 12)


def test_other_amounts_of_the_same_values(engine: Engine) -> None:
    year(engine)
    mean = {"indicator": "speed", "aggregation": "mean", "comparator": "<=", "target": "800"}
    [group] = ask(engine, **mean)["groups"]
    values = [Fraction(100 * month + 1600, 3) for month in range(1, 13)]
    assert [Fraction(each["exact"]) for each in group["windows"]] == values
    assert group["met"] == sum(value <= 800 for value in values)
    assert group["proposals"][0] == {
        "part": "all",
        "target": "934",
        "met": 12,
        "of": 12,
        "text": {"th": "บรรลุเป้าหมาย 12 จาก 12 เดือน", "en": "met in 12 of 12 months"},
    }
    same = {"indicator": "speed", "good": {"comparator": "<=", "value": "800"}}
    assert ask(engine, **same)["groups"][0]["of"] == 12


def test_what_the_other_promise_has_judges_nothing(engine: Engine) -> None:
    """Slices, a floor of coverage and its own limit are the other promise's."""
    engine.feed(indicator("up", "ratio"))
    sliced = {"budgeting": "timeslices", "slice": {"length": "PT1H", "target": "0.99", "empty": "bad"}}
    engine.feed(revision(objective("old", "up", coverage_floor="0.9", **sliced), start="2025-01-01T00:00"))
    row = {"at": "2025-12-10T12:00", "good": 96, "total": 100}
    engine.feed(accepted(batch("b", "up", [row], received="2025-12-10T12:00")))
    engine.feed(tick("2026-01-15T08:00"))
    [group] = ask(engine, months=1)["groups"]
    assert (group["met"], group["windows"][0]["exact"]) == (1, "24/25")
    [group] = ask(engine, months=1, **{**sliced, "slice": {"length": "PT1H", "target": "0.95"}})["groups"]
    assert (group["met"], group["windows"][0]["exact"]) == (1, "1/1")


def test_why_nothing_can_be_said(engine: Engine) -> None:
    year(engine)
    other = ask(engine, indicator="speed", good={"comparator": "<=", "value": "300"})
    assert (other["groups"], other["measured_by"]) == ([], None)
    assert "another limit" in other["why_not"]["en"]
    assert "another limit" in ask(engine, scope=["office"])["why_not"]["en"]
    # Extremes are kept only where somebody promised one.
    extreme = {"aggregation": "maximum", "comparator": "<=", "target": "900"}
    assert "another limit" in ask(engine, indicator="speed", **extreme)["why_not"]["en"]
    assert "no agreement" in ask(engine, indicator="never")["why_not"]["en"]
    with pytest.raises(NotYetKnown):
        ask(engine, indicator="unheard-of")
    with pytest.raises(Unprocessable):
        ask(engine, window={"kind": "calendar", "unit": "hour"}, months=60)


def test_only_numbers_that_the_caller_may_see(engine: Engine) -> None:
    engine.feed(indicator("up", "ratio"))
    engine.feed(revision(objective("old", "up"), start="2025-01-01T00:00", visibility="parties"))
    row = {"at": "2025-12-10T12:00", "good": 9, "total": 10}
    engine.feed(accepted(batch("b", "up", [row], received="2025-12-10T12:00")))
    engine.feed(tick("2026-01-15T08:00"))
    assert ask(engine, agency="city")["groups"][0]["of"] == 1
    for agency in ("far", None):
        assert "no agreement" in ask(engine, agency=agency)["why_not"]["en"]


def test_each_group_by_itself(engine: Engine) -> None:
    engine.feed(indicator("up", "ratio", labels={"office": ["a", "b"]}))
    engine.feed(revision(objective("old", "up", scope=["office"]), start="2025-01-01T00:00"))
    rows = [
        {"at": f"2025-{month:02}-10T12:00", "good": good, "total": 10, "labels": {"office": office}}
        for month in (11, 12)
        for office, good in (("a", 9), ("b", month - 3))
    ]
    engine.feed(accepted(batch("b", "up", rows, received="2025-12-10T12:00")))
    engine.feed(tick("2026-01-15T08:00"))
    proposed = {
        "target": "0.9",
        "scope": ["office"],
        "targets": [{"scope": {"office": "b"}, "target": "0.85"}],
    }
    first, second = ask(engine, months=2, **proposed)["groups"]
    assert (first["scope"], first["target"], first["met"]) == ({"office": "a"}, "0.9", 2)
    assert (second["scope"], second["target"], second["met"]) == ({"office": "b"}, "0.85", 1)


def test_journeys_that_are_counted_alike(engine: Engine) -> None:
    span = {"from": {"step": "t01", "edge": "any"}, "to": {"step": "t05", "edge": "any"}}
    engine.feed(indicator("time", "duration", unit="s", clock="elapsed", **span))
    limit = {"good": {"comparator": "<=", "value": "P3D"}, "count_at": "completion", "overdue": "counted"}
    engine.feed(revision(objective("confirm", "time", **limit), start="2025-01-01T00:00"))
    for month, days in ((10, 1), (11, 5), (12, 2)):
        ends = f"2025-{month:02}-{10 + days:02}T12:00"
        events = [
            (f"j{month}", "t01", "point", f"2025-{month:02}-10T12:00"),
            (f"j{month}", "t05", "point", ends),
        ]
        engine.feed(passed(steps(f"b{month}", events)))
    engine.feed(tick("2026-01-15T08:00"))
    proposed = {"indicator": "time", "target": "0.9", **limit}
    [group] = ask(engine, months=3, **proposed)["groups"]
    assert (group["met"], group["of"]) == (2, 3)
    tighter = {**proposed, "good": {"comparator": "<=", "value": "P1D"}}
    assert "another limit" in ask(engine, months=3, **tighter)["why_not"]["en"]
    # Overdue ones count where the windows say: other windows are another count.
    assert (
        ask(engine, months=3, **{**proposed, "window": {"kind": "calendar", "unit": "week"}})["groups"] == []
    )


def test_at_the_start_of_time_there_is_nothing(engine: Engine) -> None:
    engine.feed(indicator("up", "ratio"))
    engine.feed(revision(objective("old", "up"), start="2025-01-01T00:00"))
    assert ask(engine)["groups"] == []
    assert at("1970-01-01T07:00") == 0
