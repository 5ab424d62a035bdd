"""Worlds of composites and what broken promises cost."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.evaluation.engine import objective
from tests.oracle import promises, worlds
from tests.oracle.worlds import LONG_GRACE, Made

SHARES = ("0.25", "0.5", "0.75", "0.8")


def composed(chance: Random) -> Made:
    made = worlds.begin(chance, units=("hour", "day", "week"))
    worlds.indicators(made, **{code: promises.KINDS[code] for code in ("up", "often")})
    scope = ["province"] if chance.randrange(3) == 0 else []
    upper = chance.randrange(3) == 0
    more: dict[str, Any] = {"window": made.window, "scope": scope, "grace": LONG_GRACE}
    comparators = ("<=", "<") if upper else (">=", ">")
    members = ["one", "two", "three"][: chance.choice((2, 3))]
    objectives = []
    for code in members:
        indicator = chance.choice(("up", "often"))
        given = {
            "comparator": chance.choice(comparators),
            "target": chance.choice(SHARES),
            "minimum_total": chance.choice((1, 1, 3)),
            **more,
        }
        if indicator == "often":
            given["good"] = {"comparator": "<=", "value": "1"}
        objectives.append(objective(code, indicator, **given))
    composites = [composite(chance, "whole", members, comparators)]
    if chance.randrange(2):
        composites.append(composite(chance, "above", ["whole", "one"], comparators))
        if composites[0]["kind"] == "all":
            composites[1] = {**_bare(composites[1]), "kind": "all"}
    consequences = [consequence(chance, "refund", chance.choice(objectives), upper, capped=not scope)]
    worlds.agree(chance, made, objectives, None, composites=composites, consequences=consequences)
    worlds.left_out(chance, made, members, bool(scope), ())
    worlds.add_rows(chance, made, most=8)
    return made


def _bare(found: dict[str, Any]) -> dict[str, Any]:
    members = [{"objective": one["objective"]} for one in found["members"]]
    return {"code": found["code"], "responsible": found["responsible"], "members": members}


def composite(chance: Random, code: str, members: list[str], comparators: tuple[str, str]) -> dict[str, Any]:
    kind = chance.choice(("all", "weighted", "worst"))
    found: dict[str, Any] = {
        "code": code,
        "kind": kind,
        "responsible": "land",
        "members": [{"objective": member} for member in members],
    }
    if kind == "weighted":
        found["members"] = [
            {"objective": member, "weight": weight}
            for member, weight in zip(
                members, chance.sample(("0", "1", "2.5", "7"), len(members)), strict=True
            )
        ]
    if kind != "all":
        found |= {"comparator": chance.choice(comparators), "target": chance.choice(SHARES)}
    return found


def consequence(
    chance: Random, code: str, promise: dict[str, Any], upper: bool, *, capped: bool
) -> dict[str, Any]:
    """Brackets one in the other, deeper ones dearer; perhaps only from the n-th window running on."""
    bounds = sorted(chance.sample(range(1, 10), 2), reverse=not upper)
    worse = (">", ">=") if upper else ("<", "<=")
    brackets = [
        {"comparator": chance.choice(worse), "value": f"0.{bound}", "cost": cost}
        for bound, cost in zip(bounds, ("3", "7.5"), strict=True)
    ]
    found: dict[str, Any] = {
        "code": code,
        "objective": promise["code"],
        "brackets": brackets,
        "unit": "points",
    }
    if chance.randrange(2):
        rule = chance.choice(("breaks", "skipped"))
        found["recurrence"] = {"windows": chance.choice((2, 3)), "not_determined": rule}
    if capped and chance.randrange(2):
        period = {"unit": "day", "count": chance.choice((1, 2)), "anchor": "2026-01-01"}
        found["cap"] = {"cost": chance.choice(("5", "8")), "period": period}
    return found
