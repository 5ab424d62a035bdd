"""What open windows say before they close: told when it changes, once, whatever the order of arrival."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from services.evaluation import reading
from services.evaluation.domain import budget
from services.evaluation.schemas import Explanation
from services.evaluation.store import outlooks
from services.evaluation.store.tables import outlook
from shared.clock import MINUTE, rfc3339
from shared.events.evaluation import AtRisk, BurnAlert
from tests.evaluation.engine import (
    AGREEMENT,
    Engine,
    accepted,
    at,
    batch,
    exclusion,
    indicator,
    nothing,
    objective,
    open_engine,
    passed,
    revision,
    steps,
    tick,
    voided,
)

HOUR = 60 * MINUTE
DAILY = {"kind": "calendar", "unit": "day", "count": 1, "anchor": "2026-01-01"}
EDGES: dict[str, Any] = {
    "from": {"step": "t01", "occurrence": "first", "edge": "any"},
    "to": {"step": "t05", "occurrence": "first", "edge": "end"},
}
START = at("2026-01-10T00:00")
OWN = [{"long": "PT1H", "short": "PT5M", "factor": "2"}]


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    found = open_engine(database_url, tmp_path)
    yield found
    found.db.close()


def agree(engine: Engine, **more: Any) -> None:
    engine.feed(indicator("availability", "ratio"))
    engine.feed(
        revision(objective("up", "availability", **{"target": "0.9", "window": DAILY, "alerts": [], **more}))
    )


def counts(name: str, minute: int, good: int, total: int) -> Any:
    return accepted(
        batch(name, "availability", [{"at": START + minute * MINUTE, "good": good, "total": total}])
    )


def to(engine: Engine, minute: int) -> None:
    engine.feed(tick(START + minute * MINUTE))


def told(engine: Engine, kind: str = AtRisk.type) -> list[dict[str, Any]]:
    return [data for name, data in engine.told() if name == kind]


def changes(engine: Engine, kind: str = AtRisk.type) -> list[tuple[str, int]]:
    """(change, minute of the day) of what was told."""
    minutes = {rfc3339(START + minute * MINUTE): minute for minute in range(-1440, 3 * 1440 + 1)}
    return [(one["change"], minutes[one["at"]]) for one in told(engine, kind)]


class TestAtRisk:
    def test_a_forecast_that_breaches_is_told_at_a_tenth_and_once(self, engine: Engine) -> None:
        agree(engine)
        engine.feed(counts("b1", 10, 50, 100))
        for minute in (11, 60, 143, 144, 145):
            to(engine, minute)
        assert changes(engine) == [("entered", 144)]
        (event,) = told(engine)
        assert (event["because"], event["good"], event["total"], event["exact"]) == (
            ["forecast"], 50, 100, "1/2",
        )  # fmt: skip
        assert event["forecast"]["projected_bad"] == "500/1"  # 50 + 50 x 1296/144
        (now,) = engine.open()
        assert (now["verdict"], now["risks"]) == ("at_risk", ["forecast"])

    def test_it_is_left_when_the_window_recovers(self, engine: Engine) -> None:
        agree(engine)
        engine.feed(counts("b1", 10, 50, 100), tick(START + 144 * MINUTE))
        engine.feed(counts("b2", 300, 10_000, 10_000), tick(START + 301 * MINUTE))
        assert changes(engine) == [("entered", 144), ("left", 301)]
        assert told(engine)[1]["because"] == ["recovered"]
        assert engine.open()[0]["verdict"] == "on_track"

    def test_it_is_left_at_the_windows_end_with_nothing_new(self, engine: Engine) -> None:
        agree(engine)
        engine.feed(counts("b1", 10, 50, 100), tick(START + 144 * MINUTE))
        to(engine, 1440)
        assert changes(engine) == [("entered", 144), ("left", 1440)]
        assert told(engine)[1]["because"] == ["closed"]
        assert engine.results()[-1]["verdict"] == "breached"

    def test_what_came_before_its_window_began_is_looked_at_in_it(self, engine: Engine) -> None:
        agree(engine)
        engine.feed(counts("b1", 1440 + 3, 0, 10), tick(START + 1439 * MINUTE))
        assert changes(engine) == []
        for minute in (1440, 1440 + 143, 1440 + 144):
            to(engine, minute)
        assert changes(engine) == [("entered", 1440 + 144)]

    def test_the_clock_alone_can_change_it(self, engine: Engine) -> None:
        """99 bad of 1090: (99 + 90 (1440 - e)/144) e/1440 passes 109 at e = 177, and 9 % is kept without."""
        agree(engine)
        engine.feed(counts("b1", 1, 991, 1000), tick(START + 144 * MINUTE))
        engine.feed(counts("b2", 150, 0, 90), tick(START + 151 * MINUTE))
        for minute in (*range(152, 320), *range(320, 1440, 7)):
            to(engine, minute)
        # The 90 leave the last 144 minutes at 295.
        assert changes(engine) == [("entered", 177), ("left", 295)]

    def test_the_warning_line_is_said_without_a_tenth(self, engine: Engine) -> None:
        agree(engine, warning="0.95")
        engine.feed(counts("b1", 1, 94, 100), tick(START + 2 * MINUTE))
        assert changes(engine) == [("entered", 2)]
        assert told(engine)[0]["because"] == ["warning"]
        engine.feed(counts("b2", 2, 20, 20), tick(START + 3 * MINUTE))
        assert changes(engine) == [("entered", 2), ("left", 3)]

    def test_few_are_on_track_and_flagged(self, engine: Engine) -> None:
        agree(engine, minimum_total=10)
        engine.feed(counts("b1", 1, 0, 9), tick(START + 200 * MINUTE))
        (now,) = engine.open()
        assert (now["verdict"], now["few"], now["forecast"]) == ("on_track", True, None)
        engine.feed(counts("b2", 2, 1, 1), tick(START + 201 * MINUTE))
        assert changes(engine) == [("entered", 201)]

    def test_a_mean_has_a_warning_line_and_no_forecast(self, engine: Engine) -> None:
        engine.feed(indicator("response", "value"))
        engine.feed(
            revision(
                objective(
                    "fast", "response", aggregation="mean", comparator="<=", target="300", warning="250",
                    window=DAILY,
                )
            )
        )  # fmt: skip
        rows = [{"at": START + MINUTE, "value": 260 * 10**6}]
        engine.feed(accepted(batch("b1", "response", rows)), tick(START + 2 * MINUTE))
        (now,) = engine.open()
        assert (now["verdict"], now["risks"], now["forecast"]) == ("at_risk", ["warning"], None)
        assert changes(engine) == [("entered", 2)]

    def test_time_slices_cross_their_warning_when_an_empty_one_ends(self, engine: Engine) -> None:
        cut = {"length": "PT1H", "target": "0.9", "empty": "bad"}
        agree(engine, target="0.5", warning="0.9", budgeting="timeslices", slice=cut, alerts=None)
        engine.feed(counts("b1", 10, 10, 10))
        for minute in (60, 61, 119, 120):
            to(engine, minute)
        (now,) = engine.open()
        assert (now["verdict"], now["exact"], now["risks"], now["forecast"]) == (
            "at_risk", "1/2", ["warning"], None,
        )  # fmt: skip
        assert changes(engine) == [("entered", 120)]

    def test_journeys_have_a_forecast_too(self, engine: Engine) -> None:
        engine.feed(indicator("passage", "duration", **EDGES))
        good = {"comparator": "<=", "value": "PT1H"}
        engine.feed(
            revision(objective("o", "passage", good=good, count_at="completion", window=DAILY, alerts=[]))
        )
        engine.feed(passed(steps("j1", [("c1", "t01", "point", rfc3339(START))])))
        to(engine, 60)
        assert changes(engine) == []
        # Its limit passes: it counts as bad, by the clock alone.
        to(engine, 145)
        assert changes(engine) == [("entered", 145)]
        assert engine.open()[0]["forecast"]["bad"] == 1

    def test_a_void_takes_it_back(self, engine: Engine) -> None:
        agree(engine)
        wrong = batch("b1", "availability", [{"at": START, "good": 0, "total": 50}])
        engine.feed(counts("b0", 2, 10, 10), accepted(wrong), tick(START + 144 * MINUTE))
        engine.feed(voided(wrong), tick(START + 145 * MINUTE))
        assert changes(engine) == [("entered", 144), ("left", 145)]

    def test_an_exclusion_takes_it_back_at_the_next_minute(self, engine: Engine) -> None:
        agree(engine, alerts=OWN)
        engine.feed(counts("b0", 2, 10, 10), counts("b1", 140, 0, 50), tick(START + 144 * MINUTE))
        assert changes(engine, BurnAlert.type) == [("fired", 144)]
        engine.feed(exclusion("e1", START + 139 * MINUTE, START + 142 * MINUTE))
        assert engine.open()[0]["verdict"] == "on_track"
        to(engine, 144)
        to(engine, 145)
        assert changes(engine) == [("entered", 144), ("left", 145)]
        assert changes(engine, BurnAlert.type) == [("fired", 144), ("cleared", 145)]

    def test_the_end_of_a_revision_leaves_it(self, engine: Engine) -> None:
        agree(engine)
        engine.feed(counts("b1", 100, 50, 100), tick(START + 144 * MINUTE))
        ended = objective("up", "availability", target="0.9", window=DAILY, alerts=[])
        engine.feed(revision(ended, version=2, end=rfc3339(START + 200 * MINUTE)))
        to(engine, 199)
        to(engine, 200)
        assert changes(engine) == [("entered", 144), ("left", 200)]
        assert told(engine)[1]["because"] == ["ended"]


class TestBurn:
    def test_both_lookbacks_must_reach_and_equality_is_enough(self, engine: Engine) -> None:
        agree(engine, alerts=OWN)
        engine.feed(counts("b1", 0, 80, 100), tick(START + 1 * MINUTE))
        assert changes(engine, BurnAlert.type) == [("fired", 1)]
        (event,) = told(engine, BurnAlert.type)
        assert event["pair"] == {"long": "PT1H", "short": "PT5M", "factor": "2", "factor_exact": "2/1"}
        assert (event["long"]["burn_exact"], event["short"]["burn_exact"]) == ("2/1", "2/1")
        assert (event["long"]["bad"], event["long"]["total"]) == (20, 100)
        assert event["short"]["from"] == rfc3339(START - 4 * MINUTE)
        assert event["alerting"] == ["PT1H/PT5M"]

    def test_it_clears_when_the_short_lookback_has_passed(self, engine: Engine) -> None:
        agree(engine, alerts=OWN)
        engine.feed(counts("b1", 0, 80, 100))
        for minute in range(1, 10):
            to(engine, minute)
        assert changes(engine, BurnAlert.type) == [("fired", 1), ("cleared", 6)]
        assert told(engine, BurnAlert.type)[1]["short"]["burn"] is None

    def test_just_under_does_not_fire(self, engine: Engine) -> None:
        agree(engine, alerts=OWN)
        engine.feed(counts("b1", 0, 800_001, 1_000_000), tick(START + 5 * MINUTE))
        assert changes(engine, BurnAlert.type) == []

    def test_default_pairs_alert_by_themselves(self, engine: Engine) -> None:
        agree(engine, alerts=None, target="0.999", window={"kind": "rolling", "duration": "P30D"})
        engine.feed(counts("b1", 0, 9_856, 10_000), tick(START + 1 * MINUTE))
        fired = told(engine, BurnAlert.type)
        assert [one["pair"]["factor"] for one in fired] == ["14.4", "6", "3", "1"]
        assert fired[-1]["alerting"] == ["PT1H/PT5M", "PT6H/PT30M", "P1D/PT2H", "P3D/PT6H"]
        assert [one["version"] for one in fired] == [1, 2, 3, 4]
        assert len({one["subject"] for one in fired}) == 1

    def test_a_lookback_below_the_floor_of_coverage_says_nothing(self, engine: Engine) -> None:
        engine.feed(indicator("availability", "ratio"))
        pair = [{"long": "PT1H", "short": "PT10M", "factor": "2"}]
        promise = objective(
            "up", "availability", target="0.9", window=DAILY, alerts=pair, coverage_floor="0.5"
        )
        plan = {"indicator": "availability", "source": "source", "frequency": "PT10M"}
        engine.feed(revision(promise, plans=[plan]))
        engine.feed(counts("b1", 55, 0, 10), tick(START + 60 * MINUTE))
        assert changes(engine, BurnAlert.type) == []
        now = engine.open()[0]
        assert (now["coverage"], now["budget"]) == ("0.166666667", None)
        # What was missing comes: nothing else had happened.
        engine.feed(accepted(nothing("c1", START, START + 60 * MINUTE, "availability")))
        to(engine, 61)
        assert changes(engine, BurnAlert.type) == [("fired", 61)]
        assert engine.open()[0]["budget"] is not None

    def test_an_empty_list_is_no_alert(self, engine: Engine) -> None:
        agree(engine, alerts=[])
        engine.feed(counts("b1", 0, 0, 100), tick(START + 1 * MINUTE))
        assert changes(engine, BurnAlert.type) == []

    def test_a_tick_between_whole_minutes_says_nothing_new(self, engine: Engine) -> None:
        agree(engine, alerts=OWN)
        to(engine, 1)
        engine.feed(counts("b1", 0, 0, 100), tick(START + 1 * MINUTE + 10_000_000))
        assert changes(engine, BurnAlert.type) == []
        to(engine, 2)
        assert changes(engine, BurnAlert.type) == [("fired", 2)]

    def test_a_tick_that_comes_again_tells_nothing_again(self, engine: Engine) -> None:
        agree(engine, alerts=OWN)
        engine.feed(counts("b1", 0, 0, 100), tick(START + 1 * MINUTE))
        to(engine, 1)
        assert changes(engine, BurnAlert.type) == [("fired", 1)]


def plain_state(facts: list[tuple[int, int, int]], minute: int) -> tuple[bool, bool]:
    """(at risk, own pair alerts) of the day that holds a minute, from all facts, with fractions alone."""
    day = minute // 1440 * 1440
    inside = [(when, good, total) for when, good, total in facts if day <= when < day + 1440]
    total = sum(one[2] for one in inside)
    bad = total - sum(one[1] for one in inside)
    elapsed = minute - day
    at_risk = False
    if elapsed >= 144 and total >= 3:
        recent = sum(one[2] - one[1] for one in inside if minute - 144 <= one[0] < minute)
        projected = bad + Fraction(recent * (1440 - elapsed), 144)
        at_risk = 1 - projected / Fraction(total * 1440, elapsed) < Fraction(9, 10)
    burns = []
    for length in (60, 5):
        looked = [one for one in facts if minute - length <= one[0] < minute]
        counted = sum(one[2] for one in looked)
        failed = counted - sum(one[1] for one in looked)
        burns.append(Fraction(failed, counted) / Fraction(1, 10) if counted >= 3 else None)
    return at_risk, all(burn is not None and burn >= 2 for burn in burns)


@pytest.mark.parametrize("seed", range(6))
def test_looking_only_where_needed_says_what_looking_everywhere_would(seed: int, tmp_path: Path) -> None:
    """Facts of two days in any order and runs, ticks at whole minutes: each tick's state is the plain one."""
    chance = random.Random(seed)
    engine = open_engine("sqlite", tmp_path)
    agree(engine, alerts=OWN, minimum_total=3)
    facts = []
    for _ in range(60):
        minute, total = chance.randrange(2 * 1440), chance.randrange(6)
        good = total if chance.random() < 0.7 else chance.randint(0, total)
        facts.append((minute, good, total))
    # Each is heard within some hours of when it happened, early by at most a few minutes.
    heard = sorted((max(0, fact[0] + chance.choice((-4, 0, 1, 90, 400))), fact) for fact in facts)
    known: list[tuple[int, int, int]] = []
    minute = 0
    while minute < 2 * 1440:
        minute += chance.choice((1, 1, 2, 3, 7, 45))
        fresh = [fact for when, fact in heard if when < minute and fact not in known]
        chance.shuffle(fresh)
        for fact in fresh:
            known.append(fact)
            engine.feed(counts(f"b{len(known)}", *fact))
        to(engine, minute)
        states = {"at-risk": False, "burn-alert": False}
        for kind, data in engine.told():
            if ".objective." in kind:
                states[kind.split(".")[3]] = data["change"] in {"entered", "fired"}
        # A fact that is the same as another one was heard with it.
        assert (states["at-risk"], states["burn-alert"]) == plain_state(known, minute), minute
    engine.db.close()


def test_an_idle_track_is_not_looked_at(tmp_path: Path) -> None:
    engine = open_engine("sqlite", tmp_path)
    agree(engine, alerts=None, target="0.5")

    def looks() -> list[int | None]:
        return [row.look for row in engine.db.snapshot(lambda c: list(c.execute(outlook.select())))]

    engine.feed(counts("b1", 0, 100, 100), tick(START + MINUTE))
    assert looks() in ([], [None])
    engine.feed(counts("b2", 1, 99, 100), tick(START + 2 * MINUTE))
    (look,) = looks()
    assert look == START + 1440 * MINUTE
    assert engine.db.snapshot(outlooks.due, ["permit"], START + 1439 * MINUTE) == []
    engine.db.close()


def test_what_is_asked_and_what_ticks_say_is_the_same(engine: Engine) -> None:
    agree(engine)
    engine.feed(counts("b1", 10, 50, 100), tick(START + 144 * MINUTE))
    (asked,) = engine.open()
    (event,) = told(engine)
    assert asked["forecast"] == event["forecast"]
    assert asked["forecast"]["method"] == budget.RECENT_RATE


class TestExplanation:
    def explained(self, engine: Engine) -> dict[str, Any]:
        def read(connection: Any) -> dict[str, Any]:
            (one,) = reading.open_results(connection, [AGREEMENT])
            body = reading.explanation(connection, one, "", 100)
            assert body is not None
            del body["last"]
            # As REST shows it.
            shown = Explanation.model_validate({**body, "next": None})
            read_again: dict[str, Any] = json.loads(shown.model_dump_json(by_alias=True))
            return read_again

        return engine.db.snapshot(read)

    def test_the_forecast_can_be_reckoned_by_hand(self, engine: Engine) -> None:
        agree(engine, warning="0.95")
        engine.feed(counts("b1", 10, 50, 100), tick(START + 144 * MINUTE))
        said = [step["text"]["en"] for step in self.explained(engine)["steps"]]
        assert said[-4:] == [
            "of the error budget consumed: 5 / 1, remaining -4",
            "forecast for the window's end: 100 × 1440/144 = 1000/1 measurements, "
            "of these bad 50 + 50 × 1296/144 = 500/1; value 1/2 = 0.5",
            "the agreed warning line is crossed (>= 0.95)",
            "verdict: at risk (open)",
        ]

    def test_lookbacks_have_their_numbers_and_dropped_pairs_are_said(self, engine: Engine) -> None:
        agree(engine, alerts=None)
        engine.feed(counts("b1", 10, 50, 100), tick(START + 60 * MINUTE))
        burn = self.explained(engine)["burn"]
        assert (burn["at"], burn["own"], burn["alerting"]) == (rfc3339(START + 60 * MINUTE), False, True)
        # A day: 0.02 x 24/1, 0.05 x 24/6, 0.1 x 24/24; three days are longer than it.
        assert [one["pair"]["factor"] for one in burn["pairs"]] == ["0.48", "0.2", "0.1"]
        assert [one["long"]["burn"] for one in burn["pairs"]] == ["5", "5", "5"]
        assert [one["short"]["burn"] for one in burn["pairs"]] == [None, None, "5"]
        assert [one["reached"] for one in burn["pairs"]] == [False, False, True]
        assert [(one["pair"]["long"], one["reason"]) for one in burn["dropped"]] == [
            ("P3D", "longer-than-period")
        ]
        assert "(24 hours)" in burn["dropped"][0]["text"]["en"]

    def test_alerts_agreed_away_are_not_shown(self, engine: Engine) -> None:
        agree(engine, alerts=[])
        engine.feed(counts("b1", 10, 50, 100), tick(START + 60 * MINUTE))
        assert self.explained(engine)["burn"] is None
