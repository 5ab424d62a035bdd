"""The same facts in any order end in the same results, and these are the ones of the plain reading."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from shared.clock import rfc3339
from shared.events.envelope import Event
from shared.events.metrics import JourneyBatch, JourneyEvent
from tests.evaluation.engine import (
    SERVICE,
    Engine,
    accepted,
    at,
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
from tests.oracle import plain_episodes, plain_journeys
from tests.oracle.plain_judging import Promise, Row, closed_verdict, value_of
from tests.oracle.plain_windows import rolling_windows

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
START = at("2026-01-01T00:00")
DAYS = [(START + day * DAY, START + (day + 1) * DAY) for day in range(5)]
KNOWN_TO = START + 7 * DAY
DAILY = {"kind": "calendar", "unit": "day", "count": 1, "anchor": "2026-01-01"}
SLIDING = {"kind": "rolling", "duration": "PT6H", "step": "PT2H"}
LIMIT = 30 * HOUR
EDGES: dict[str, Any] = {
    "from": {"step": "*", "occurrence": "first", "edge": "any"},
    "to": {"step": "t05", "occurrence": "first", "edge": "end"},
}
PASSAGES = {
    "counted": {"count_at": "completion", "overdue": "counted"},
    "listed": {"count_at": "completion", "overdue": "listed"},
    "start": {"count_at": "start"},
    "deadline": {"count_at": "deadline"},
}
PROMISES = {
    "up": Promise("ratio", "share", ">=", "0.8", minimum_total=2),
    "peak": Promise("value", "maximum", "<=", "5"),
    "often": Promise("value", "count", "<=", "3"),
    "fast": Promise("value", "share", ">=", "0.5", good=("<", "3")),
}


@dataclass
class Facts:
    """What happened in five days: counts, values and journeys, and the batches they were sent in."""

    ratio: list[Row]
    values: list[Row]
    passages: dict[str, list[tuple[str, str, int]]]
    events: list[Event]
    left_out: list[tuple[int, int]]
    """Spans that all agreed to exclude from what is measured; they overlap."""

    @property
    def counted_ratio(self) -> list[Row]:
        return [row for row in self.ratio if self._counts(row)]

    @property
    def counted_values(self) -> list[Row]:
        return [row for row in self.values if self._counts(row)]

    def _counts(self, row: Row) -> bool:
        return not any(low <= row.at < high for low, high in self.left_out)


def happened(seed: int) -> Facts:
    chance = random.Random(seed)

    def moment() -> int:
        # Often exactly at a window's edge.
        if chance.random() < 0.2:
            return START + chance.randrange(5) * DAY - chance.randrange(2)
        return START + chance.randrange(5 * 24 * 60) * MINUTE

    ratio = []
    for _ in range(25):
        total = chance.randrange(5)
        ratio.append(Row(max(moment(), START), None, chance.randint(total // 2, total), total))
    values = [Row(max(moment(), START), str(chance.randrange(7))) for _ in range(16)]
    passages: dict[str, list[tuple[str, str, int]]] = {}
    for number in range(14):
        begun = max(moment(), START)
        passage = [("t01", "point", begun)]
        if chance.random() < 0.7:
            took = chance.choice([LIMIT, LIMIT + 1, LIMIT - 1, chance.randrange(60) * HOUR])
            passage.append(("t05", "point", begun + took))
        passages[f"c{number}"] = passage
    events = [
        accepted(batch(f"r{n}", "availability", [{"at": row.at, "good": row.good, "total": row.total}]))
        for n, row in enumerate(ratio)
    ]
    events += [
        accepted(batch(f"v{n}", "response", [{"at": row.at, "value": int(row.value or 0) * 1_000_000}]))
        for n, row in enumerate(values)
    ]
    for journey, passage in passages.items():
        for step, edge, when in passage:
            name = f"{journey}-{step}"
            found = JourneyEvent(name, journey, step, "land", edge, when, {})
            events.append(
                passed(JourneyBatch(name, SERVICE, "source", "land", when, when, when, [found], "next"))
            )
    first = START + chance.randrange(4 * 24 * 60) * MINUTE
    second = first + chance.choice((0, 45, 90)) * MINUTE
    left_out = [(first, first + 90 * MINUTE), (second, second + 8 * HOUR), (START + DAY, START + DAY + HOUR)]
    return Facts(ratio, values, passages, events, left_out)


@contextmanager
def evaluator(folder: Path) -> Iterator[Engine]:
    found = open_engine("sqlite", folder)
    try:
        yield found
    finally:
        found.db.close()


def agree(engine: Engine) -> None:
    engine.feed(indicator("availability", "ratio"), indicator("response", "value"))
    engine.feed(indicator("passage", "duration", **EDGES))
    late = {"grace": "P20D", "window": DAILY}
    objectives = []
    for code, promise in PROMISES.items():
        more: dict[str, Any] = {"good": None}
        if promise.good is not None:
            more["good"] = {"comparator": promise.good[0], "value": promise.good[1]}
        objectives.append(
            objective(
                code,
                "availability" if promise.kind == "ratio" else "response",
                aggregation=promise.aggregation,
                comparator=promise.comparator,
                target=promise.target,
                minimum_total=promise.minimum_total,
                **more,
                **late,
            )
        )
    objectives.append(objective("slide", "availability", target="0.7", grace="P20D", window=SLIDING))
    objectives += [
        objective(code, "passage", good={"comparator": "<=", "value": "PT30H"}, **more, **late)
        for code, more in PASSAGES.items()
    ]
    engine.feed(revision(*objectives, start="2026-01-01T00:00"))


def told_in_some_order(engine: Engine, facts: Facts, seed: int) -> None:
    """All facts, shuffled, in runs of random length with ticks between them; then the tick behind all."""
    chance = random.Random(seed)
    events = list(facts.events)
    chance.shuffle(events)
    excluded = [
        exclusion(f"x{n}", *span, objectives=[*PROMISES, "slide"]) for n, span in enumerate(facts.left_out)
    ]
    now = START
    while events or excluded:
        if excluded and (not events or chance.random() < 0.3):
            engine.feed(excluded.pop())
            continue
        size = chance.randint(1, 12)
        engine.feed(*events[:size])
        del events[:size]
        if chance.random() < 0.5 and now < KNOWN_TO - DAY:
            now += chance.randrange(1, 40) * HOUR
            engine.feed(tick(min(now, KNOWN_TO - DAY)))
    engine.feed(tick(KNOWN_TO))


def found_days(engine: Engine, code: str) -> list[tuple[str, int, str]]:
    ends = {rfc3339(end) for _, end in DAYS}
    return [
        (one["window"]["end"], one["total"], one["verdict"])
        for one in engine.results()
        if one["objective"] == code and one["window"]["end"] in ends
    ]


def found_breaches(engine: Engine, code: str) -> list[plain_episodes.Span]:
    return sorted(
        (one.window_start, one.window_end, one.closed_at)
        for one in engine.breaches()
        if one.objective == code and one.state in ("open", "closed") and one.window_start < DAYS[-1][1]
    )


def inside(rows: list[Row], window: tuple[int, int]) -> list[Row]:
    return [row for row in rows if window[0] <= row.at < window[1]]


def check_measurements(engine: Engine, facts: Facts) -> None:
    for code, promise in PROMISES.items():
        rows = facts.counted_ratio if promise.kind == "ratio" else facts.counted_values
        verdicts = [closed_verdict(promise, inside(rows, day)) for day in DAYS]
        expected = [
            (rfc3339(day[1]), value_of(promise, inside(rows, day))[1], verdict)
            for day, verdict in zip(DAYS, verdicts, strict=True)
        ]
        assert found_days(engine, code) == expected, code
        judged = [(*day, verdict) for day, verdict in zip(DAYS, verdicts, strict=True)]
        assert found_breaches(engine, code) == plain_episodes.calendar(judged), code


def check_journeys(engine: Engine, facts: Facts) -> None:
    windows = [(START + day * DAY, START + (day + 1) * DAY) for day in range(7)]
    passages = [
        plain_journeys.read(one, ("*", "first", "any"), ("t05", "first", "end"))
        for one in facts.passages.values()
    ]
    promise = Promise("ratio", "share", ">=", "0.8")
    for code, more in PASSAGES.items():
        tallies = plain_journeys.tallies(
            [one for one in passages if one is not None],
            windows,
            comparator="<=",
            limit=LIMIT,
            count_at=more["count_at"],
            overdue=more.get("overdue", "counted"),
            known_to=KNOWN_TO,
        )
        expected = [
            (rfc3339(end), total, closed_verdict(promise, [Row(0, None, good, total)]))
            for (_, end), (good, total) in zip(windows, tallies, strict=True)
        ]
        assert found_days(engine, code) == expected[: len(DAYS)], code


def check_rolling(engine: Engine, facts: Facts) -> None:
    promise = Promise("ratio", "share", ">=", "0.7")
    steps_of = rolling_windows(6 * HOUR, 2 * HOUR, START, KNOWN_TO)
    verdicts = {
        end: closed_verdict(promise, inside(facts.counted_ratio, (start, end))) for start, end in steps_of
    }
    judged = [(start, end, verdicts[end]) for start, end in steps_of]
    expected = [each for each in plain_episodes.rolling(judged) if each[0] < DAYS[-1][1]]
    assert found_breaches(engine, "slide") == expected
    names = {rfc3339(end): verdict for end, verdict in verdicts.items()}
    stored = [one for one in engine.results() if one["objective"] == "slide"]
    assert stored
    assert all(names[one["window"]["end"]] == one["verdict"] for one in stored)
    # At the end of each local day (17 o'clock UTC) the first step behind it is stored, changed or not.
    day_ends = {rfc3339(midnight + HOUR) for _, midnight in DAYS}
    assert day_ends <= {one["window"]["end"] for one in stored}


@pytest.mark.parametrize("seed", range(4))
def test_shuffled_facts_end_in_the_results_of_the_plain_reading(seed: int, tmp_path: Path) -> None:
    facts = happened(seed)
    with evaluator(tmp_path) as engine:
        agree(engine)
        told_in_some_order(engine, facts, seed * 7 + 1)
        check_measurements(engine, facts)
        check_journeys(engine, facts)
        check_rolling(engine, facts)


def test_a_cohort_stays_open_to_its_pending_journeys(tmp_path: Path) -> None:
    """With `count_at: start` a window is final only when the last limit in it, and the grace, have passed."""
    with evaluator(tmp_path) as engine:
        engine.feed(indicator("passage", "duration", **EDGES))
        engine.feed(
            revision(objective("o", "passage", good={"comparator": "<=", "value": "P20D"}, count_at="start"))
        )
        engine.feed(passed(steps("j1", [("c1", "t01", "point", "2026-01-25T10:00")])))
        engine.feed(passed(steps("j2", [("c2", "t01", "point", "2026-01-31T10:00")])))
        for when in ("2026-02-01T00:00", "2026-02-04T00:01", "2026-02-10T00:00"):
            engine.feed(tick(when))
        engine.feed(passed(steps("j3", [("c1", "t05", "point", "2026-02-10T10:00")])))
        engine.feed(tick("2026-02-20T10:00"))
        (january,) = engine.results()
        assert (january["good"], january["total"], january["window"]["state"]) == (1, 1, "closed")
        for when in ("2026-02-20T10:01", "2026-02-23T23:59"):
            engine.feed(tick(when))
            (january,) = engine.results()
            assert (january["good"], january["total"], january["window"]["state"]) == (1, 2, "closed")
        engine.feed(tick("2026-02-24T00:00"))
        assert engine.results()[0]["window"]["state"] == "final"
        assert engine.explain(engine.results()[0]["id"])["after_final"] == []
