"""A result read off the facts: everything that counts in a window, one by one, with `Fraction` alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from tests.oracle import plain_passages
from tests.oracle.plain_coverage import Covered, covered, minutes_out
from tests.oracle.plain_facts import Agreed, Span, World, exact, micros, number, shown
from tests.oracle.plain_judging import keeps
from tests.oracle.plain_passages import Limits, Placed

FLOOR = 10**12
UPPER = ("<", "<=")
Scope = Mapping[str, str | None]


@dataclass(frozen=True)
class Entry:
    """One thing that counts: a row or a journey."""

    at: int
    good: int
    total: int
    value: Fraction | None = None


@dataclass(frozen=True)
class Slices:
    good: int
    bad: int
    counted: int
    ignored: int
    value: Fraction | None
    all: int


class Reader:
    """Reads the results of one objective of one revision. ``windows``: those that matter, in order."""

    def __init__(self, world: World, revision: Agreed, code: str, windows: Sequence[Span], upto: int) -> None:
        self.world, self.revision, self.code, self.upto = world, revision, code, upto
        self.objective: Mapping[str, Any] = revision.objective(code)
        self.indicator = world.indicators[self.objective["indicator"]]
        self.windows = windows
        self.on_journeys = self.indicator["kind"] == "duration"
        self.share = self.objective.get("aggregation", "share") == "share"
        self.upper = self.objective["comparator"] in UPPER
        if self.on_journeys:
            self.known: dict[str, tuple[Placed | None, Placed | None]] = {}
            self.limits = Limits(world, revision, self.objective)
            self.journeys = plain_passages.readings(world, revision, self.objective)

    # --- what counts ---------------------------------------------------------------------------------

    def scopes(self) -> dict[tuple[tuple[str, str | None], ...], int]:
        """Label groups, and the instant of the first thing that each holds."""
        found: dict[tuple[tuple[str, str | None], ...], int] = {}
        for scope, at in self._seen():
            key = tuple(sorted(scope.items()))
            found[key] = min(found.get(key, at), at)
        return found

    def _seen(self) -> Iterator[tuple[Scope, int]]:
        names = self.objective.get("scope") or ()
        if self.on_journeys:
            for reading in self.journeys:
                found = self._found(reading)[0] or self._found(reading)[1]
                if found is not None:
                    yield plain_passages.scope_of(reading, self.objective), found.at
        else:
            for row in self.world.rows:
                if row.indicator == self.objective["indicator"] and self.revision.judges(row.at):
                    yield {name: row.labels.get(name) for name in names}, row.at

    def _window_of(self, at: int) -> Span:
        (found,) = [window for window in self.windows if window[0] <= at < window[1]]
        return found

    def _found(self, reading: plain_passages.Reading) -> tuple[Placed | None, Placed | None]:
        """Where a journey counts, and where it is only listed."""
        if reading.journey not in self.known:
            how = (reading, self.objective, self.limits, self._window_of, self.upto)
            self.known[reading.journey] = plain_passages.place(*how), plain_passages.late(*how)
        return self.known[reading.journey]

    def _left(self, scope: Scope) -> list[Any]:
        return [one for one in self.world.left if one.meant(self.code, scope)]

    def _journeys_in(self, scope: Scope, window: Span) -> Iterator[tuple[Placed, bool]]:
        """Those that count (or are listed) in a window, and whether they were excluded."""
        left = self._left(scope)
        for reading in self.journeys:
            if plain_passages.scope_of(reading, self.objective) != dict(scope):
                continue
            for found in self._found(reading):
                if found is not None and window[0] <= found.at < window[1]:
                    out = any(found.journey in one.journeys or one.holds(found.at) for one in left)
                    yield found, out

    def _rows_in(self, scope: Scope, window: Span) -> Iterator[tuple[Entry, bool]]:
        left = self._left(scope)
        for row in self.world.rows:
            if row.indicator != self.objective["indicator"] or not self.revision.judges(row.at):
                continue
            if not window[0] <= row.at < window[1]:
                continue
            if any(row.labels.get(name) != value for name, value in scope.items()):
                continue
            yield self._entry(row), any(one.holds(row.at) for one in left)

    def _entry(self, row: Any) -> Entry:
        if self.indicator["kind"] == "ratio":
            return Entry(row.at, row.good, row.total)
        value = Fraction(row.value)
        good = self.objective.get("good")
        if not self.share or good is None:
            return Entry(row.at, 0, 1, value)
        return Entry(row.at, int(keeps(value, good["comparator"], Fraction(good["value"]))), 1, value)

    def entries(self, scope: Scope, window: Span) -> list[Entry]:
        """What counts in a span, window or not."""
        return [entry for entry, out in self._rows_in(scope, window) if not out]

    def target(self, scope: Scope) -> Fraction:
        return self._target(scope)[0]

    def value(self, entries: Sequence[Entry]) -> Fraction | None:
        return self._value(entries, None)[2]

    # --- what is said --------------------------------------------------------------------------------

    def result(self, scope: Scope, window: Span) -> dict[str, Any]:
        entries: list[Entry] = []
        excluded = overdue = listed = 0
        if self.on_journeys:
            for placed, out in self._journeys_in(scope, window):
                excluded += out and not placed.listed
                if out:
                    continue
                listed += placed.listed
                overdue += placed.overdue
                if not placed.listed:
                    entries.append(Entry(placed.at, int(placed.good), 1, placed.seconds))
        else:
            for entry, out in self._rows_in(scope, window):
                excluded += out
                if not out:
                    entries.append(entry)
        spans = [one.span for one in self._left(scope) if one.span is not None]
        dropped = minutes_out(spans)
        coverage = covered(self.world, self.revision, self.objective, window, dropped, self.upto)
        slices = None
        if self.share and self.objective.get("budgeting", "occurrences") != "occurrences":
            slices = self._slices(entries, window, dropped, bool(scope))
        said = self._judged(entries, slices, coverage, scope)
        return {
            **said,
            "overdue": {"counted": overdue, "listed": listed},
            "excluded": excluded,
            "held": len(entries),
            "coverage": coverage.text,
            "plan": coverage.plan,
            "exclusions": sorted(self._touching(scope, window)),
        }

    def _touching(self, scope: Scope, window: Span) -> Iterator[str]:
        """Ids of the exclusions that a window was judged under."""
        held: dict[str, set[str]] = {}
        if self.on_journeys:
            for placed, _ in self._journeys_in(scope, window):
                for one in self._left(scope):
                    if placed.journey in one.journeys and not placed.listed:
                        held.setdefault(one.id, set()).add(placed.journey)
        for one in self._left(scope):
            touches = one.span is not None and one.span[0] < window[1] and window[0] < one.span[1]
            if touches or one.id in held:
                yield one.id

    def _judged(
        self, entries: Sequence[Entry], slices: Slices | None, coverage: Covered, scope: Scope
    ) -> dict[str, Any]:
        target, text, unknown = self._target(scope)
        good, total, value = self._value(entries, slices)
        aggregation = self.objective.get("aggregation", "share")
        zero = total == 0 and aggregation in ("count", "sum") and coverage.alive
        if zero:
            value = Fraction(0)
        enough = total >= int(self.objective.get("minimum_total") or 1) or (
            zero and int(self.objective.get("minimum_total") or 1) == 1
        )
        floor = self.objective.get("coverage_floor")
        if floor is not None and coverage.share is not None and coverage.share < Fraction(floor):
            enough = False
        verdict = "not_determined"
        if value is not None and enough and not unknown:
            verdict = "met" if keeps(value, self.objective["comparator"], target) else "breached"
        return {
            "verdict": verdict,
            "good": good,
            "total": total,
            "exact": exact(value),
            "value": None if value is None else shown(value),
            "comparator": self.objective["comparator"],
            "target": text,
            "slices": None if slices is None else self._cut(slices),
            "budget": None if verdict == "not_determined" else self._budget(value, target, slices),
        }

    def _target(self, scope: Scope) -> tuple[Fraction, str, bool]:
        """The target of a group, as text, and whether the group is only listed."""
        for one in self.objective.get("targets") or ():
            if one["scope"] == dict(scope):
                return number(one["target"]), one["target"], False
        listed = bool(self.objective.get("targets")) and self.objective.get("unknown_group") == "listed"
        text = self.objective["target"]
        return number(text), shown(number(text)) if text.startswith("P") else text, listed

    def _value(
        self, entries: Sequence[Entry], slices: Slices | None
    ) -> tuple[int | None, int, Fraction | None]:
        if slices is not None:
            ratios = self.objective["budgeting"] == "ratio-timeslices"
            numerator = slices.bad if self.upper else slices.good
            return None if ratios else numerator, slices.counted, slices.value
        total = sum(one.total for one in entries)
        if self.share:
            good = sum(one.good for one in entries)
            return good, total, Fraction(good, total) if total else None
        values = [one.value for one in entries if one.value is not None]
        if not values:
            return None, 0, None
        reported = sum(values, Fraction(0))
        found = {
            "mean": reported / len(values),
            "sum": reported,
            "minimum": min(values),
            "maximum": max(values),
            "count": reported if self.indicator["kind"] == "count" else Fraction(len(values)),
        }[self.objective["aggregation"]]
        return None, total, found

    def _slices(self, entries: Sequence[Entry], window: Span, dropped: set[int], scoped: bool) -> Slices:
        edges = [*range(window[0], window[1], micros(self.objective["slice"]["length"])), window[1]]
        return self.sliced(entries, list(pairwise(edges)), dropped, scoped)

    def sliced(
        self, entries: Sequence[Entry], slices: Sequence[Span], dropped: set[int], scoped: bool
    ) -> Slices:
        """How some slices stand. ``entries``: what counts in them; ``dropped``: excluded minutes."""
        rule = self.objective["slice"]
        empty = rule.get("empty", "ignored")
        if scoped and not any(one.total for one in entries):
            # A label group is known by its data alone: without any, nobody knows whether it was there.
            empty = "ignored"
        good = bad = ignored = gone = 0
        ratios: list[Fraction] = []
        for first, last in slices:
            inside = [one for one in entries if first <= one.at < last]
            total = sum(one.total for one in inside)
            if total:
                ratio = Fraction(sum(one.good for one in inside), total)
                ratios.append(Fraction(ratio.numerator * FLOOR // ratio.denominator, FLOOR))
                kept = rule.get("target") is None or keeps(
                    ratio, "<=" if self.upper else ">=", Fraction(rule["target"])
                )
                good, bad = good + kept, bad + (not kept)
                continue
            nobodys = [
                minute
                for minute in range(first // 60_000_000, last // 60_000_000)
                if minute in dropped or not self.revision.judges(minute * 60_000_000)
            ]
            if len(nobodys) == (last - first) // 60_000_000:
                gone += 1
            elif empty == "ignored":
                ignored += 1
            else:
                good, bad = good + (empty == "good"), bad + (empty == "bad")
                ratios.append(Fraction(int((empty == "good") != self.upper)))
        counted = good + bad
        value = None
        if counted:
            value = Fraction(bad if self.upper else good, counted)
            if self.objective["budgeting"] == "ratio-timeslices":
                value = sum(ratios, Fraction(0)) / counted
        return Slices(good, bad, counted, ignored, value, len(slices) - gone)

    def _cut(self, slices: Slices) -> dict[str, int | None]:
        kinds = self.objective["budgeting"] == "ratio-timeslices" and "target" not in self.objective["slice"]
        return {
            "good": None if kinds else slices.good,
            "bad": None if kinds else slices.bad,
            "counted": slices.counted,
            "ignored": slices.ignored,
        }

    def _budget(
        self, value: Fraction | None, target: Fraction, slices: Slices | None
    ) -> dict[str, str] | None:
        allowed = target if self.upper else 1 - target
        if not self.share or value is None or not allowed:
            return None
        burn = (value if self.upper else 1 - value) / allowed
        consumed = burn
        calendar = self.objective["window"]["kind"] == "calendar"
        if slices is not None and calendar and self.objective["budgeting"] == "timeslices":
            consumed = Fraction(slices.bad) / (slices.all * allowed)
        return {"consumed": shown(consumed), "remaining": shown(1 - consumed), "burn": shown(burn)}
