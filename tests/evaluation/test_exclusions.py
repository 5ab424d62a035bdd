"""What agencies agreed to leave out: spans and journeys, before and after the fact."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.evaluation.engine import (
    Engine,
    accepted,
    batch,
    exclusion,
    indicator,
    objective,
    open_engine,
    passed,
    revision,
    steps,
    tick,
)

EDGES: dict[str, Any] = {
    "from": {"step": "*", "occurrence": "first", "edge": "any"},
    "to": {"step": "t05", "occurrence": "first", "edge": "end"},
}
DAILY = {"kind": "calendar", "unit": "day", "count": 1, "anchor": "2026-01-01"}
UP = "permit.availability"


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    found = open_engine(database_url, tmp_path)
    yield found
    found.db.close()


def ratio(name: str, when: str, good: int, total: int, **labels: str) -> Any:
    return accepted(batch(name, UP, [{"at": when, "good": good, "total": total, "labels": labels}]))


def value(name: str, when: str, amount: int) -> Any:
    return accepted(batch(name, "permit.response-time", [{"at": when, "value": amount * 1_000_000}]))


def newest(engine: Engine, code: str = "up") -> dict[str, Any]:
    return [one for one in engine.results() if one["objective"] == code][-1]


def test_a_span_drops_good_and_bad_alike(engine: Engine) -> None:
    engine.feed(indicator(UP, "ratio"))
    engine.feed(revision(objective("up", UP, target="0.9", window=DAILY)))
    engine.feed(exclusion("x1", "2026-01-05T02:00", "2026-01-05T04:00"))
    engine.feed(
        ratio("b1", "2026-01-05T01:59:59", 9, 10),
        ratio("b2", "2026-01-05T02:00", 0, 10),
        ratio("b3", "2026-01-05T03:59:59", 5, 5),
        ratio("b4", "2026-01-05T04:00", 9, 10),
        tick("2026-01-06T00:00"),
    )
    found = newest(engine)
    assert (found["good"], found["total"], found["verdict"], found["excluded"]) == (18, 20, "met", 2)
    assert found["basis"]["exclusions"] == ["x1"]
    assert found["cause"] is None
    before = [one for one in engine.results() if one["window"]["end"] == "2026-01-04T17:00:00Z"]
    assert [one["basis"]["exclusions"] for one in before] == [[]]


def test_a_retroactive_one_revises_exactly_what_it_touches_even_final_windows(engine: Engine) -> None:
    engine.feed(indicator(UP, "ratio"))
    engine.feed(revision(objective("up", UP, target="0.9", window=DAILY)))
    for day in range(4, 9):
        engine.feed(ratio(f"g{day}", f"2026-01-0{day}T10:00", 10, 10))
        engine.feed(ratio(f"b{day}", f"2026-01-0{day}T12:00", 0, 10))
    engine.feed(tick("2026-02-01T00:00"))
    said = engine.results(newest=False)
    assert len(engine.breaches()) == 5
    engine.feed(exclusion("x1", "2026-01-05T12:00", "2026-01-06T00:01"))
    engine.feed(tick("2026-02-01T00:01"))
    again = [one for one in engine.results(newest=False) if one["revision"] > 1]
    assert [one["window"]["end"][:10] for one in again] == ["2026-01-05", "2026-01-06"]
    mended, touched = again
    assert (mended["verdict"], mended["exact"], mended["window"]["state"]) == ("met", "1/1", "final")
    # Nothing of the second day is left out, but it was judged under the exclusion.
    assert (touched["verdict"], touched["excluded"]) == ("breached", 0)
    for one in again:
        assert one["basis"]["exclusions"] == ["x1"]
        assert one["supersedes"] in {other["id"] for other in said}
        assert one["cause"] == {
            "kind": "exclusion",
            "id": "x1",
            "by": "city",
            "from": {"verdict": "breached", "exact": "1/2"},
            "others": [],
        }
    told = [data for kind, data in engine.told() if kind.endswith("breach.withdrawn.v1")]
    assert [one["breach"]["cause"]["id"] for one in told] == ["x1"]


def test_one_that_all_took_back_counts_again(engine: Engine) -> None:
    engine.feed(indicator(UP, "ratio"))
    engine.feed(revision(objective("up", UP, target="0.9", window=DAILY)))
    engine.feed(ratio("b1", "2026-01-05T10:00", 1, 2))
    engine.feed(exclusion("x1", "2026-01-05T10:00", "2026-01-05T10:01"))
    engine.feed(tick("2026-01-20T00:00"))
    day = [one for one in engine.results() if one["excluded"]]
    assert [(one["verdict"], one["total"]) for one in day] == [("not_determined", 0)]
    engine.feed(exclusion("x1", "2026-01-05T10:00", "2026-01-05T10:01", state="revoked", version=3))
    engine.feed(exclusion("x1", "2026-01-05T10:00", "2026-01-05T10:01"))
    engine.feed(tick("2026-01-20T00:01"))
    again = [one for one in engine.results() if one["total"]]
    assert [(one["verdict"], one["basis"]["exclusions"], one["revision"]) for one in again] == [
        ("breached", [], 2)
    ]


def test_exclusions_that_overlap_drop_once(engine: Engine) -> None:
    engine.feed(indicator(UP, "ratio"))
    engine.feed(revision(objective("up", UP, target="0.9", window=DAILY)))
    engine.feed(exclusion("x1", "2026-01-05T10:00", "2026-01-05T11:00"))
    engine.feed(exclusion("x2", "2026-01-05T10:30", "2026-01-05T12:00", objectives=["up"]))
    engine.feed(exclusion("x3", "2026-01-05T10:30", "2026-01-05T12:00", objectives=["other"]))
    engine.feed(ratio("b1", "2026-01-05T10:45", 1, 2), ratio("b2", "2026-01-05T13:00", 4, 4))
    engine.feed(tick("2026-01-06T00:00"))
    found = newest(engine)
    assert (found["good"], found["total"], found["excluded"]) == (4, 4, 1)
    assert found["basis"]["exclusions"] == ["x1", "x2"]


def test_a_scope_leaves_the_other_groups_alone(engine: Engine) -> None:
    engine.feed(indicator(UP, "ratio", labels={"province": ["10", "50"]}))
    engine.feed(revision(objective("up", UP, target="0.9", window=DAILY, scope=["province"])))
    engine.feed(exclusion("x1", "2026-01-05T10:00", "2026-01-05T11:00", scope={"province": "50"}))
    engine.feed(
        ratio("b1", "2026-01-05T10:00", 1, 2, province="50"),
        ratio("b2", "2026-01-05T10:00", 1, 2, province="10"),
        tick("2026-01-06T00:00"),
    )
    found = {one["scope"]["province"]: (one["total"], one["excluded"]) for one in engine.results()}
    assert found == {"10": (2, 0), "50": (0, 1)}


def test_extremes_forget_what_is_left_out(engine: Engine) -> None:
    engine.feed(indicator("permit.response-time", "value"))
    peak = {"aggregation": "maximum", "comparator": "<=", "target": "5", "window": DAILY}
    rolling = {**peak, "window": {"kind": "rolling", "duration": "PT6H", "step": "PT6H"}}
    engine.feed(
        revision(
            objective("peak", "permit.response-time", **peak),
            objective("slide", "permit.response-time", **rolling),
        )
    )
    engine.feed(value("v1", "2026-01-05T09:00", 3), value("v2", "2026-01-05T10:30", 9))
    engine.feed(tick("2026-01-06T00:00"))
    assert [one.state for one in engine.breaches()] == ["open", "open"]
    engine.feed(exclusion("x1", "2026-01-05T10:00", "2026-01-05T11:00"))
    engine.feed(tick("2026-01-06T00:01"))
    assert newest(engine, "peak")["exact"] == "3/1"
    assert {one.state for one in engine.breaches()} == {"withdrawn"}
    slid = [one for one in engine.results() if one["objective"] == "slide" and one["total"]]
    assert {(one["exact"], one["verdict"]) for one in slid} == {("3/1", "met")}


def test_an_open_window_that_was_lost_is_open_again(engine: Engine) -> None:
    engine.feed(indicator("permit.response-time", "value"))
    peak = {"aggregation": "maximum", "comparator": "<=", "target": "5", "window": DAILY}
    engine.feed(revision(objective("peak", "permit.response-time", **peak)))
    engine.feed(tick("2026-01-05T10:00"), value("v1", "2026-01-05T10:30", 9))
    assert [one.state for one in engine.breaches()] == ["open"]
    engine.feed(exclusion("x1", "2026-01-05T10:30", "2026-01-05T10:31"))
    assert [one.state for one in engine.breaches()] == ["withdrawn"]
    (found,) = engine.open()
    assert (found["verdict"], found["excluded"], found["basis"]["exclusions"]) == ("no_data", 1, ["x1"])


def test_rolling_windows_slide_over_what_is_left(engine: Engine) -> None:
    engine.feed(indicator(UP, "ratio"))
    window = {"kind": "rolling", "duration": "PT6H", "step": "PT1H"}
    engine.feed(revision(objective("up", UP, target="0.9", window=window)))
    engine.feed(ratio("b1", "2026-01-05T10:30", 0, 4), ratio("b2", "2026-01-05T12:30", 4, 4))
    engine.feed(tick("2026-01-06T00:00"))
    assert [one.state for one in engine.breaches()] == ["closed"]
    engine.feed(exclusion("x1", "2026-01-05T10:30", "2026-01-05T10:31"))
    engine.feed(tick("2026-01-06T00:01"))
    assert [one.state for one in engine.breaches()] == ["withdrawn"]
    assert {one["verdict"] for one in engine.results()} == {"met", "not_determined"}


def test_the_first_rolling_windows_of_a_group_are_judged_again_too(engine: Engine) -> None:
    """The group is known from a measurement on that lies before the end of its first window."""
    engine.feed(indicator(UP, "ratio", labels={"province": ["10"]}))
    window = {"kind": "rolling", "duration": "PT6H", "step": "PT1H"}
    engine.feed(revision(objective("up", UP, target="0.9", window=window, scope=["province"])))
    engine.feed(ratio("b1", "2026-01-05T10:30", 0, 4, province="10"), tick("2026-01-05T18:00"))
    assert [one.state for one in engine.breaches()] == ["open"]
    engine.feed(exclusion("x1", "2026-01-05T10:30", "2026-01-05T10:31"))
    engine.feed(tick("2026-01-05T18:01"))
    assert [one.state for one in engine.breaches()] == ["withdrawn"]
    first = engine.results()[0]
    assert (first["total"], first["excluded"], first["basis"]["exclusions"]) == (0, 1, ["x1"])


class TestJourneys:
    @pytest.fixture(autouse=True)
    def agreement(self, engine: Engine) -> None:
        engine.feed(indicator("passage", "duration", **EDGES))
        limit = {"good": {"comparator": "<=", "value": "PT6H"}, "count_at": "completion"}
        engine.feed(
            revision(
                objective("quick", "passage", target="0.9", window=DAILY, **limit),
                objective("listed", "passage", target="0.9", window=DAILY, overdue="listed", **limit),
            )
        )
        for name, begun, ended in (
            ("c1", "2026-01-05T02:00", "2026-01-05T04:00"),
            ("c2", "2026-01-05T02:00", "2026-01-05T12:30"),
            ("c3", "2026-01-05T02:00", None),
        ):
            events = [(name, "t01", "point", begun)]
            if ended is not None:
                events.append((name, "t05", "point", ended))
            engine.feed(passed(steps(f"b-{name}", events)))

    def test_a_named_journey_is_listed_and_does_not_count(self, engine: Engine) -> None:
        engine.feed(tick("2026-01-20T00:00"))
        day = next(one for one in engine.results() if one["objective"] == "quick" and one["total"])
        assert (day["good"], day["total"], day["verdict"]) == (1, 3, "breached")
        engine.feed(exclusion("x1", journeys=["c2", "c3", "c9"]))
        engine.feed(tick("2026-01-20T00:01"))
        day = next(one for one in engine.results() if one["objective"] == "quick" and one["total"])
        assert (day["good"], day["total"], day["excluded"], day["verdict"]) == (1, 1, 2, "met")
        assert day["overdue"] == {"counted": 0, "listed": 0}
        assert (day["basis"]["exclusions"], day["cause"]["id"]) == (["x1"], "x1")
        listed = {one["journey"]: one for one in engine.explain(day["id"])["journeys"]}
        assert {name: one["counts"] for name, one in listed.items()} == {"c1": True, "c2": False, "c3": False}
        assert listed["c2"]["why_not"] == "excluded"

    def test_a_span_drops_those_that_count_in_it(self, engine: Engine) -> None:
        engine.feed(exclusion("x1", "2026-01-05T08:00", "2026-01-05T12:31"))
        engine.feed(tick("2026-01-20T00:00"))
        for code in ("quick", "listed"):
            day = next(one for one in engine.results() if one["objective"] == code and one["total"])
            assert (day["good"], day["total"], day["verdict"]) == (1, 1, "met")
            assert day["overdue"] == {"counted": 0, "listed": 0}
            listed = {one["journey"]: one for one in engine.explain(day["id"])["journeys"]}
            assert listed["c2"]["why_not"] == "excluded"


def test_the_explanation_says_who_agreed_and_why(engine: Engine) -> None:
    engine.feed(indicator(UP, "ratio"))
    engine.feed(revision(objective("up", UP, target="0.9", window=DAILY)))
    engine.feed(exclusion("x1", "2026-01-05T10:00", "2026-01-05T11:00"))
    engine.feed(ratio("b1", "2026-01-05T10:00", 1, 2), tick("2026-01-06T00:00"))
    told = engine.explain(newest(engine)["id"])
    (one,) = told["exclusions"]
    assert (one["id"], one["kind"], one["proposed_by"]) == ("x1", "maintenance", "city")
    assert one["reason"] == {"en": "the register moved"}
    assert [each["agency"] for each in one["approvals"]] == ["city", "land"]
    assert one["from"] == "2026-01-05T03:00:00Z"
    assert any("excluded" in step["text"]["en"] and step["count"] == 1 for step in told["steps"])
