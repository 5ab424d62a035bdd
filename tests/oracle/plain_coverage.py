"""Coverage slot by slot and minute by minute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from tests.oracle.plain_facts import Agreed, Span, World, micros, minutes, shown


@dataclass(frozen=True)
class Covered:
    """``share`` None: nobody planned how it is measured. ``alive``: nothing reported is nothing happened."""

    share: Fraction | None
    alive: bool
    plan: list[dict[str, Any]] | None

    @property
    def text(self) -> str | None:
        return None if self.share is None else shown(self.share)


def covered(
    world: World,
    revision: Agreed,
    objective: Mapping[str, Any],
    window: Span,
    out: set[int],
    upto: int,
) -> Covered:
    """``out``: minutes that are excluded; ``upto``: the last tick, for a window that is still open."""
    start, end = window
    code = objective["indicator"]
    if world.indicators[code]["kind"] == "duration":
        # Its journeys go on behind its end, and so do the reports of them.
        revision = replace(revision, end=None)
    inside = {minute for minute in minutes(start, end) if revision.judges(minute * 60_000_000)}
    plans = [one for one in revision.document.get("plans") or () if one["indicator"] == code]
    told = [one for one in world.reports if code in one.indicators]
    if not plans:
        complete = {minute for one in told for minute in minutes(one.start, one.end)}
        asked = inside - out
        return Covered(None, bool(asked) and asked <= complete and end <= upto, None)
    shares: list[Fraction] = []
    body = []
    alive = True
    for plan in sorted(plans, key=lambda one: str(one["source"])):
        source, step = plan["source"], micros(plan["frequency"])
        complete = {m for one in told if one.source == source for m in minutes(one.start, one.end)}
        heard = _heard(world, code, source)
        slots = reported = 0
        for first in range(start, end, step):
            last = min(first + step, end)
            asked = {minute for minute in minutes(first, last) if minute in inside}
            if asked <= out:
                continue
            if min(last, end if revision.end is None else revision.end) > upto:
                alive = False
                continue
            slots += 1
            reported += bool(asked & heard) or asked <= complete | out
        alive = alive and slots == reported
        if slots:
            shares.append(Fraction(reported, slots))
        body.append({"source": source, "frequency": plan["frequency"], "slots": slots, "reported": reported})
    return Covered(min(shares, default=None), alive and bool(inside - out), body)


def _heard(world: World, code: str, source: str) -> set[int]:
    """The minutes of which a source reported something."""
    if world.indicators[code]["kind"] == "duration":
        return {one.at // 60_000_000 for one in world.events if one.source == source}
    return {one.at // 60_000_000 for one in world.rows if one.source == source and one.indicator == code}


def minutes_out(spans: Sequence[Span]) -> set[int]:
    return {minute for start, end in spans for minute in minutes(start, end)}
