"""Rule 7 with control facts: whatever comes first, the same newest results and the same standing breaches.

`test_confluence.py` shuffles measurements and journeys under an agreement that is known already. Here all is
shuffled: batches, voids, duplicates, indicators, a revision, its end, the amendment that follows it, replays
(which may bring what the log's own record has yet to bring) and ticks before the windows are final.
"""

from __future__ import annotations

import json
import random
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
    at,
    batch,
    exclusion,
    indicator,
    nothing,
    objective,
    open_engine,
    passed,
    replayed,
    revision,
    steps,
    tick,
    voided,
)

MINUTE = 60_000_000
DAY = 24 * 60 * MINUTE
START = at("2026-01-01T00:00")
LAST = START + 6 * DAY
DAILY = {"kind": "calendar", "unit": "day", "count": 1, "anchor": "2026-01-01"}
EDGES: dict[str, Any] = {
    "from": {"step": "*", "occurrence": "first", "edge": "any"},
    "to": {"step": "t05", "occurrence": "first", "edge": "end"},
}
OLD, NEW = "a" * 64, "b" * 64
SLIDING = "slide"
COMPOSITES: list[dict[str, Any]] = [
    {
        "code": "mean",
        "kind": "weighted",
        "responsible": "city",
        "members": [{"objective": "up", "weight": "2"}, {"objective": "sure", "weight": "1"}],
        "comparator": ">=",
        "target": "0.82",
    },
    {
        "code": "every",
        "kind": "all",
        "responsible": "city",
        "members": [{"objective": code} for code in ("mean", "peak", "quiet")],
    },
]
REFUND: list[dict[str, Any]] = [
    {
        "code": "refund",
        "objective": "mean",
        "unit": "percent",
        "brackets": [{"comparator": "<", "value": "0.82", "cost": "3"}],
        "recurrence": {"windows": 2, "not_determined": "skipped"},
    }
]
PLANS: list[dict[str, Any]] = [
    {"indicator": "availability", "source": "source", "frequency": "PT4H"},
    {"indicator": "availability", "source": "other", "frequency": "PT12H"},
    {"indicator": "passage", "source": "source", "frequency": "P1D"},
]


def sliced(empty: str, budgeting: str = "timeslices") -> dict[str, Any]:
    return {"budgeting": budgeting, "slice": {"length": "PT100M", "target": "0.8", "empty": empty}}


def objectives(target: str, peak: str) -> list[dict[str, Any]]:
    more: dict[str, Any] = {"grace": "P20D", "window": DAILY}
    journeys = {"good": {"comparator": "<=", "value": "PT30H"}, "count_at": "completion", **more}
    return [
        objective("up", "availability", target=target, **more),
        objective("up-by", "availability", target=target, scope=["province"], **more),
        objective("peak", "response", aggregation="maximum", comparator="<=", target=peak, **more),
        objective("often", "response", aggregation="count", comparator="<=", target="2", **more),
        objective("sure", "availability", target=target, coverage_floor="0.5", **more),
        objective("quiet", "incidents", aggregation="count", comparator="<=", target="0", **more),
        objective("pass", "passage", target=target, overdue="counted", **journeys),
        objective("listed-by", "passage", target=target, overdue="listed", scope=["province"], **journeys),
        objective("end-by", "passage", target=target, scope=["province"], scope_at="end", **journeys),
        objective("times", "passage", aggregation="mean", comparator="<=", target="P1D", **more),
        objective(
            "cut",
            "availability",
            target=target,
            scope=["province"],
            targets=[{"scope": {"province": "10"}, "target": "0.75"}],
            unknown_group="listed",
            **sliced("good"),
            **more,
        ),
        objective("cut-mean", "availability", target=target, **sliced("bad", "ratio-timeslices"), **more),
        objective(
            SLIDING,
            "availability",
            target=target,
            grace="P20D",
            window={"kind": "rolling", "duration": "PT12H", "step": "PT4H"},
        ),
    ]


@dataclass
class World:
    """Five days of one service, and what two agencies agreed for them; the cut-over lies in the third."""

    cut: int
    rows: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """(indicator, row) of the measurements that stand."""
    batches: list[Batch | JourneyBatch] = field(default_factory=list)
    wrong: list[Batch | JourneyBatch] = field(default_factory=list)
    control: list[Event] = field(default_factory=list)
    left_out: list[tuple[int, int, str | None]] = field(default_factory=list)
    """Spans that all agreed to exclude: of one province, or (None) of all that is measured."""

    def counts(self, at: int, province: str | None = None) -> bool:
        """Whether a row counts: for the groups of a province, or for all of them together."""
        return not any(low <= at < high and of in (None, province) for low, high, of in self.left_out)


def happened(seed: int) -> World:
    chance = random.Random(seed)
    world = World(START + 2 * DAY + chance.choice((0, 12 * 60, 1)) * MINUTE)

    def moment() -> int:
        near = chance.choice((world.cut, START + chance.randrange(5) * DAY))
        return max(START, near + chance.choice((-1, 0, 1, chance.randrange(-DAY, DAY))))

    def ratio(many: int) -> list[dict[str, Any]]:
        return [
            {
                "at": moment(),
                "good": chance.randint(3, 5),
                "total": 5,
                "labels": {"province": chance.choice(("10", "50"))},
            }
            for _ in range(many)
        ]

    def values(many: int) -> list[dict[str, Any]]:
        return [{"at": moment(), "value": chance.randrange(9) * 1_000_000} for _ in range(many)]

    for n in range(5):
        rows = ratio(chance.randint(1, 4))
        world.rows += [("availability", row) for row in rows]
        world.batches.append(batch(f"r{n}", "availability", rows))
        rows = values(chance.randint(1, 3))
        world.rows += [("response", row) for row in rows]
        world.batches.append(batch(f"v{n}", "response", rows))
    world.wrong += [batch("wr", "availability", ratio(3)), batch("wv", "response", values(2))]
    for n in range(6):
        begun = moment() // MINUTE * MINUTE
        ended = begun + chance.choice((30 * 60, 30 * 60 + 1, chance.randrange(4000))) * MINUTE
        where = chance.choice(("10", "50"))
        first = (f"c{n}", "t01", "point", rfc3339(begun))
        world.batches.append(steps(f"j{n}", [first], province=where))
        if chance.random() < 0.7:
            # The same start again, under another batch: an event counts once by its id.
            last = (f"c{n}", "t05", "point", rfc3339(ended))
            world.batches.append(steps(f"k{n}", [first, last], province=where))
    for n in range(3):
        begun = moment() // MINUTE * MINUTE
        ends = begun + chance.randrange(3000) * MINUTE
        for name, step, when in (("s", "t01", begun), ("f", "t05", ends)):
            where = chance.choice(("10", "50"))
            world.batches.append(
                steps(f"{name}{n}", [(f"m{n}", step, "point", rfc3339(when))], province=where)
            )
    world.wrong.append(steps("wj", [("c0", "t05", "point", rfc3339(START + DAY))], province="10"))
    for n in range(6):
        begun = START + chance.randrange(5 * 24) * 60 * MINUTE
        ended = begun + chance.choice((4, 24, 48)) * 60 * MINUTE
        of = chance.choice((["availability"], ["incidents"], ["availability", "incidents"]))
        told = nothing(f"n{n}", begun, ended, *of, source=chance.choice(("source", "other")))
        (world.wrong if n == 0 else world.batches).append(told)
    excluded = left_out(world, chance)
    composed: dict[str, Any] = {"composites": COMPOSITES, "consequences": REFUND}
    old, new = objectives("0.8", "6"), objectives("0.9", "5")
    cut = rfc3339(world.cut)
    world.control = [
        indicator("availability", "ratio"),
        indicator("response", "value"),
        indicator("passage", "duration", **EDGES),
        indicator("incidents", "count"),
        revision(*old, digest=OLD, plans=PLANS[:2], **composed),
        revision(*old, digest=OLD, version=2, end=cut, plans=PLANS[:2], **composed),
        revision(*new, digest=NEW, start=cut, plans=PLANS, **composed),
        *excluded,
    ]
    return world


def left_out(world: World, chance: random.Random) -> list[Event]:
    """Exclusions that overlap: of everything, of one group, of some journeys, and one that was taken back."""
    first = START + chance.randrange(4 * 24 * 60) * MINUTE
    second = first + chance.choice((0, 30, 90, -60)) * MINUTE
    world.left_out = [
        (first, first + 90 * MINUTE, None),
        (second, second + chance.choice((60, 1440)) * MINUTE, None),
        (START + DAY, START + 2 * DAY, "50"),
    ]
    spans = world.left_out
    gone = (START, START + 5 * DAY)
    return [
        exclusion("x1", *spans[0][:2]),
        exclusion("x2", *spans[1][:2]),
        exclusion("x3", *spans[2][:2], scope={"province": "50"}),
        exclusion("x4", journeys=["c1", "c3"], objectives=["pass", "listed-by"]),
        exclusion("x5", *gone),
        exclusion("x5", *gone, state="revoked", version=3),
        exclusion("x6", *gone, journeys=["c2", "c4"], state="revoked", version=3),
    ]


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
            for code, scope in (("up", {}), ("up-by", row["labels"])):
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
    # Two whole lives of an evaluator each.
    max_examples=settings().max_examples // 16,
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
