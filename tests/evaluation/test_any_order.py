"""Rule 7 with control facts: whatever comes first, the same newest results and the same standing breaches.

`test_confluence.py` shuffles measurements and journeys under an agreement that is known already. Here all is
shuffled: batches, voids, duplicates, indicators, a revision, its end, the amendment that follows it, replays
(which may bring what the log's own record has yet to bring) and ticks before the windows are final.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.evaluation import reading
from services.evaluation.app import service
from shared.clock import rfc3339
from shared.events.envelope import Event
from shared.events.metrics import Batch, JourneyBatch
from shared.events.topics import REPLAYS
from shared.settings import Settings
from tests.evaluation.engine import (
    AGREEMENT,
    Engine,
    accepted,
    open_engine,
    passed,
    replayed,
    tick,
    voided,
)
from tests.evaluation.shuffled import DAY, LAST, MINUTE, SLIDING, START, World, happened


@dataclass
class Metrics:
    """The metrics service, as far as the evaluator sees it: its log, and replays on request."""

    engine: Engine
    world: World
    log: list[Batch | JourneyBatch] = field(default_factory=list)
    voided: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)

    def accept(self, found: Batch | JourneyBatch) -> None:
        self.log.append(found)
        self.engine.feed(accepted(found) if isinstance(found, Batch) else passed(found))

    def void(self, found: Batch | JourneyBatch) -> None:
        self.voided.add(found.batch)
        self.engine.feed(voided(found))

    def replay(self, ahead: Sequence[Batch | JourneyBatch] = ()) -> None:
        """Answers what was asked since the last time; ``ahead``: in the log, but not read there yet."""
        for kind, data in self.engine.told():
            if "replay-requested" not in kind or data["request"] in self.answered:
                continue
            self.answered.add(data["request"])
            for found in (*self.log, *ahead):
                touches = found.first_at < data["to_at"] and found.last_at >= data["from_at"]
                if touches and found.batch not in self.voided:
                    again = replayed(found) if isinstance(found, Batch) else _replayed(found)
                    self.engine.feed(again, topic=REPLAYS)


def _replayed(found: JourneyBatch) -> Event:
    told = passed(found)
    return Event(REPLAYS, told.type, told.subject, told.key, told.data)


def costs(engine: Engine) -> list[tuple[Any, ...]]:
    return [
        (one.judged.window, one.judged.revision, one.run, one.due, one.cost)
        for one in engine.db.snapshot(reading.reckoned, AGREEMENT)
    ]


Step = tuple[str, Any]


def all_steps(world: World) -> list[Step]:
    """Everything that happens to the evaluator before the last tick."""
    found: list[Step] = [("control", one) for one in world.control]
    found += [("accept", one) for one in (*world.batches, *world.wrong)]
    found += [("again", one) for one in world.batches[:4]]
    found += [("void", one) for one in world.wrong]
    found += [("tick", START + hours * 60 * MINUTE) for hours in (1, 30, 50, 70, 90, 110)]
    found += [("replay", None)] * 3
    return found


def in_order(found: Sequence[Step]) -> list[Step]:
    """The same steps, as the log allows them: a batch before its void, ticks rising."""
    ticks = iter(sorted(what for kind, what in found if kind == "tick"))
    later: dict[str, Step] = {}
    told: set[str] = set()
    ordered: list[Step] = []
    for kind, what in found:
        if kind == "tick":
            ordered.append((kind, next(ticks)))
        elif kind == "void" and what.batch not in told:
            later[what.batch] = (kind, what)
        else:
            ordered.append((kind, what))
            if kind == "accept":
                told.add(what.batch)
                if what.batch in later:
                    ordered.append(later.pop(what.batch))
    return ordered


def live(engine: Engine, world: World, found: Sequence[Step]) -> None:
    metrics = Metrics(engine, world)
    ordered = in_order(found)
    for place, (kind, what) in enumerate(ordered):
        match kind:
            case "control":
                engine.feed(what)
            case "accept":
                metrics.accept(what)
            case "again":
                engine.feed(accepted(what) if isinstance(what, Batch) else passed(what))
            case "void":
                metrics.void(what)
            case "tick":
                engine.feed(tick(what))
            case "replay":
                coming = [one for kind, one in ordered[place:] if kind == "accept"]
                metrics.replay(coming[:5])
    metrics.replay()
    engine.feed(tick(LAST))


# --- what is compared --------------------------------------------------------------------------------

Said = dict[tuple[Any, ...], tuple[Any, ...]]


def said(engine: Engine) -> Said:
    """Newest results but the sliding ones; a group without data may or may not have been seen."""
    return {
        _place(one): (
            *(one[name] for name in ("verdict", "good", "total", "exact")),
            *(one["overdue"][name] for name in ("counted", "listed")),
            one["excluded"],
            tuple(one["basis"]["exclusions"]),
            one["slices"] and tuple(one["slices"].values()),
            one["window"]["state"],
            one["coverage"],
            json.dumps(one["basis"]["plan"]),
            json.dumps(one.get("members")),
        )
        for one in engine.results(open_too=True)
        if one["objective"] != SLIDING
        and not (one["scope"] and one["total"] == 0 and not any(one["overdue"].values()))
    }


def _place(one: dict[str, Any]) -> tuple[Any, ...]:
    window = one["window"]
    scope = json.dumps(one["scope"])
    return one["objective"], scope, one["agreement_revision"][0], window["start"], window["end"]


def standing(engine: Engine) -> list[tuple[Any, ...]]:
    return sorted(
        (
            one.objective,
            one.scope,
            one.agreement_revision[0],
            one.window_start,
            one.window_end,
            one.state,
            one.closed_at or 0,
        )
        for one in engine.breaches()
        if one.state in ("open", "closed")
    )


def sliding(engine: Engine) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (one["agreement_revision"], one["window"]["end"]): one
        for one in engine.results()
        if one["objective"] == SLIDING
    }


def agree_on_sliding(one: Engine, other: Engine) -> None:
    """A sliding result is stored where the verdict changes and at the day's end: more may be stored."""
    mine, theirs = sliding(one), sliding(other)
    for key in mine.keys() & theirs.keys():
        names = ("verdict", "good", "total")
        assert [mine[key][name] for name in names] == [theirs[key][name] for name in names], key
    for key in mine.keys() | theirs.keys():
        assert _verdict(mine, *key) == _verdict(theirs, *key), key


def _verdict(stored: dict[tuple[str, str], dict[str, Any]], digest: str, end: str) -> str | None:
    before = [key for key in stored if key[0] == digest and key[1] <= end]
    return stored[max(before)]["verdict"] if before else None


def agree_with_plain_sums(engine: Engine, world: World) -> None:
    """Results of measurements, against adding up the rows by hand."""
    spans = {"a": (START, world.cut), "b": (world.cut, LAST)}
    found = {key: value for key, value in said(engine).items() if key[0] in {"up", "up-by", "peak"}}
    expected: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for name, row in world.rows:
        (side,) = [side for side, (first, end) in spans.items() if first <= row["at"] < end]
        start = START + (row["at"] - START) // DAY * DAY
        window = (rfc3339(start), rfc3339(start + DAY))
        if name == "availability":
            groups: list[tuple[str, dict[str, str]]] = [("up", {}), ("up-by", row["labels"])]
            for code, scope in groups:
                if not world.counts(row["at"], scope.get("province")):
                    continue
                key = (code, json.dumps(scope), side, *window)
                good, total = expected.get(key, (0, 0))
                expected[key] = (good + row["good"], total + row["total"])
        elif world.counts(row["at"]):
            key = ("peak", "{}", side, *window)
            expected[key] = (max(row["value"], *expected.get(key, (0,))),)
    for key, numbers in expected.items():
        if key[0] == "peak":
            assert Fraction(found[key][3]) == Fraction(numbers[0], 1_000_000), key
        else:
            assert found[key][1:3] == numbers, key
    assert {key for key, value in found.items() if value[2]} == set(expected)


# --- running -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Any]:
    """Opens evaluators on copies of one migrated file."""
    template = tmp_path_factory.mktemp("template")
    open_engine("sqlite", template).db.close()

    @contextmanager
    def opened() -> Iterator[Engine]:
        folder = tmp_path_factory.mktemp("evaluator")
        for file in template.iterdir():
            shutil.copy(file, folder)
        engine = Engine(service.open_database(Settings(data_dir=folder)))
        try:
            yield engine
        finally:
            engine.db.close()
            shutil.rmtree(folder)

    return opened


@given(data=st.data(), seed=st.integers(0, 1000))
@settings(
    # Two whole lives of an evaluator each, of several seconds.
    max_examples=max(3, settings().max_examples // 32),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_any_order_of_all_facts_ends_in_the_same(
    fresh: Callable[[], Any], data: st.DataObject, seed: int
) -> None:
    world = happened(seed)
    ordered = all_steps(world)
    shuffled = data.draw(st.permutations(range(len(ordered))))
    with fresh() as one, fresh() as other:
        live(one, world, ordered)
        live(other, world, [ordered[place] for place in shuffled])
        agree_with_plain_sums(one, world)
        assert said(other) == said(one)
        assert standing(other) == standing(one)
        agree_on_sliding(one, other)
        for engine in (one, other):
            engine.feed(tick(LAST + 40 * DAY))
        assert said(other) == said(one)
        assert costs(other) == costs(one)
        assert standing(other) == standing(one)
