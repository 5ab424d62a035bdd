"""The world whose facts are shuffled: what was agreed for five days of one service, and what happened."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from shared.clock import rfc3339
from shared.events.envelope import Event
from shared.events.metrics import Batch, JourneyBatch
from tests.evaluation.engine import (
    at,
    batch,
    exclusion,
    indicator,
    nothing,
    objective,
    revision,
    steps,
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
