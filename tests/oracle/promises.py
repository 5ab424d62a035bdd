"""Random promises: what agencies might agree on, of everything that can be written."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.evaluation.engine import objective
from tests.oracle import worlds
from tests.oracle.worlds import COUNTS, LONG_GRACE, PROVINCES, SHARES, Made, lengths

COMPARATORS = (">=", "<=", ">", "<")
KINDS = {
    "up": {"kind": "ratio", "labels": {"province": list(PROVINCES)}},
    "time": {"kind": "value", "labels": {"province": list(PROVINCES)}},
    "often": {"kind": "count", "labels": {"province": list(PROVINCES)}},
}
SOURCES = ("source", "other")
EMPTY = ("ignored", "good", "bad")


def measured(chance: Random, *, rolling: bool = False) -> Made:
    """A world of counts and values under one or two revisions."""
    made = worlds.begin(chance, rolling=rolling)
    chosen = chance.sample(sorted(KINDS), chance.choice((1, 1, 2)))
    worlds.indicators(made, **{code: KINDS[code] for code in chosen})
    codes = ["one", "two"][: chance.choice((1, 1, 2))]
    plans = [
        {"indicator": code, "source": source, "frequency": chance.choice(lengths(made))}
        for code in chosen
        for source in SOURCES
        if chance.randrange(4) == 0
    ]
    old = [promise(chance, made, code, chance.choice(chosen), plans) for code in codes]
    new = None
    if chance.randrange(3) == 0:
        new = [promise(chance, made, code, chance.choice(chosen), plans) for code in codes]
    worlds.agree(chance, made, old, new, plans=plans)
    scoped = all(one["scope"] for one in old + (new or []))
    worlds.left_out(chance, made, codes, scoped, ())
    worlds.add_rows(chance, made, most=7, sources=SOURCES)
    worlds.add_reports(chance, made, most=4, sources=SOURCES)
    return made


def promise(chance: Random, made: Made, code: str, indicator: str, plans: Any) -> dict[str, Any]:
    kind = KINDS[indicator]["kind"]
    share = kind == "ratio" or chance.randrange(3) == 0
    more: dict[str, Any] = {
        "comparator": chance.choice(COMPARATORS),
        "window": made.window,
        "minimum_total": chance.choice((1, 1, 1, 2, 5)),
        "scope": ["province"] if chance.randrange(3) == 0 else [],
        "grace": LONG_GRACE,
    }
    if share:
        more["target"] = chance.choice(SHARES)
        if kind != "ratio":
            more["good"] = {"comparator": chance.choice(COMPARATORS), "value": chance.choice(COUNTS)}
        if chance.randrange(3) == 0:
            more |= sliced(chance, made)
    else:
        aggregations = ("mean", "sum", "minimum", "maximum", "count")
        more["aggregation"] = chance.choice(aggregations)
        more["target"] = chance.choice((*COUNTS, "1.25"))
    if more["scope"] and chance.randrange(2):
        groups = chance.sample(PROVINCES, chance.choice((1, 2)))
        choices = SHARES if share else COUNTS
        more["targets"] = [{"scope": {"province": one}, "target": chance.choice(choices)} for one in groups]
        more["unknown_group"] = chance.choice(("listed", "default_target"))
    if any(one["indicator"] == indicator for one in plans) and chance.randrange(2):
        more["coverage_floor"] = chance.choice(("0.1", "0.25", "0.5", "1"))
    return objective(code, indicator, **more)


def sliced(chance: Random, made: Made) -> dict[str, Any]:
    budgeting = chance.choice(("timeslices", "ratio-timeslices"))
    cut: dict[str, Any] = {
        "length": chance.choice(lengths(made)),
        "empty": chance.choice(EMPTY),
    }
    if budgeting == "timeslices" or chance.randrange(2):
        cut["target"] = chance.choice(SHARES)
    return {"budgeting": budgeting, "slice": cut}


def watched(chance: Random) -> Made:
    """A world of open windows: promises that have a forecast, warning lines and burn alerts."""
    made = worlds.begin(chance, units=("hour", "day", "week"))
    code = chance.choice(sorted(KINDS))
    worlds.indicators(made, **{code: KINDS[code]})
    worlds.agree(chance, made, [outlooked(chance, made, code)], None)
    worlds.left_out(chance, made, ["one"], False, ())
    worlds.add_rows(chance, made, most=8)
    return made


def burning(chance: Random) -> Made:
    """A world of a promise on time slices whose burn is watched."""
    made = worlds.begin(chance, units=("hour", "day", "week"), rolling=chance.randrange(4) == 0)
    worlds.indicators(made, up=KINDS["up"])
    cut = {"length": chance.choice(("PT5M", "PT7M", "PT20M", "PT1H")), "empty": chance.choice(EMPTY)}
    comparator = chance.choice(COMPARATORS)
    more: dict[str, Any] = {
        "comparator": comparator,
        "target": chance.choice(("0.05", "0.25", "0.5", "0.75", "0.95")),
        "window": made.window,
        "minimum_total": chance.choice((1, 1, 2, 5)),
        "scope": ["province"] if chance.randrange(3) == 0 else [],
        "grace": LONG_GRACE,
        "budgeting": chance.choice(("timeslices", "ratio-timeslices")),
        "slice": cut,
    }
    if more["budgeting"] == "timeslices" or chance.randrange(2):
        cut["target"] = chance.choice(SHARES)
    if chance.randrange(3):
        pairs = chance.choice(
            ((("PT1H", "PT1H", "1"),), (("PT6H", "PT2H", "0.5"), ("PT3H", "PT61M", "1.02")))
        )
        more["alerts"] = [{"long": long, "short": short, "factor": by} for long, short, by in pairs]
    worlds.agree(chance, made, [objective("one", "up", **more)], None)
    worlds.left_out(chance, made, ["one"], bool(more["scope"]), ())
    worlds.add_rows(chance, made, most=8)
    return made


def outlooked(chance: Random, made: Made, indicator: str) -> dict[str, Any]:
    kind = KINDS[indicator]["kind"]
    comparator = chance.choice(COMPARATORS)
    upper = comparator in ("<", "<=")
    more: dict[str, Any] = {
        "comparator": comparator,
        "window": made.window,
        "minimum_total": chance.choice((1, 1, 2, 5)),
        "scope": ["province"] if chance.randrange(4) == 0 else [],
        "grace": LONG_GRACE,
    }
    if kind == "ratio" or chance.randrange(2):
        inner = ("0.05", "0.25", "0.5", "0.75", "0.95")
        edge = {"<=": "0", ">=": "1"}.get(comparator)
        more["target"] = chance.choice((*inner, edge) if edge else inner)
        if kind != "ratio":
            more["good"] = {"comparator": chance.choice(COMPARATORS), "value": chance.choice(COUNTS)}
        if chance.randrange(2):
            pairs = chance.choice(
                ((), (("PT1H", "PT5M", "1"),), (("PT6H", "PT2H", "0.5"), ("P1D", "PT1H", "1.2")))
            )
            more["alerts"] = [{"long": long, "short": short, "factor": by} for long, short, by in pairs]
        lines = ["0.01", "0.2", "0.4"] if upper else ["0.6", "0.8", "0.99"]
    else:
        more["aggregation"] = chance.choice(("mean", "sum", "minimum", "maximum", "count"))
        more["target"] = chance.choice(("1", "2", "3"))
        lines = ["0.5", "1"] if upper else ["2", "4"]
    if chance.randrange(3) == 0:
        more["warning"] = chance.choice(lines)
    return objective("one", indicator, **more)
