"""What an open window can say: lost beyond repair, heading for a breach, or burning its budget too fast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.oracle.plain_coverage import minutes_out
from tests.oracle.plain_facts import MINUTE, Span, exact, micros
from tests.oracle.plain_judging import keeps
from tests.oracle.plain_results import UPPER, Entry, Reader

HOUR = 60 * MINUTE
DEFAULTS = (
    (Fraction(2, 100), HOUR, 5 * MINUTE),
    (Fraction(5, 100), 6 * HOUR, 30 * MINUTE),
    (Fraction(10, 100), 24 * HOUR, 2 * HOUR),
    (Fraction(10, 100), 72 * HOUR, 6 * HOUR),
)


@dataclass(frozen=True)
class Outlook:
    verdict: str
    few: bool
    risks: list[str]
    forecast: dict[str, Any] | None


def outlook(
    objective: Mapping[str, Any],
    kind: str,
    target: Fraction,
    entries: Sequence[Entry],
    value: Fraction | None,
    window: Span,
    tick: int,
) -> Outlook:
    """``entries``: what counts in the window so far; ``value``: what is compared with the target."""
    comparator = objective["comparator"]
    total = sum(one.total for one in entries)
    if total == 0 or value is None:
        return Outlook("no_data", False, [], None)
    if total < int(objective.get("minimum_total") or 1):
        return Outlook("on_track", True, [], None)
    if not keeps(value, comparator, target) and _is_lost(objective, kind, target):
        return Outlook("breached", False, [], None)
    forecast = None
    if objective.get("aggregation", "share") == "share":
        forecast = _forecast(comparator, target, entries, window, tick)
    warning = objective.get("warning")
    risks = ["forecast"] if forecast is not None and forecast["verdict"] == "breached" else []
    risks += ["warning"] if warning is not None and not keeps(value, comparator, Fraction(warning)) else []
    return Outlook("at_risk" if risks else "on_track", False, risks, forecast)


def _is_lost(objective: Mapping[str, Any], kind: str, target: Fraction) -> bool:
    """Whether nothing that can still come would mend a window that is not kept now."""
    upper = objective["comparator"] in UPPER
    return {
        "share": target == (0 if upper else 1),
        "mean": False,
        "minimum": not upper,
        "maximum": upper,
        "count": upper,
        "sum": upper and kind == "count",
    }[objective.get("aggregation", "share")]


def _bad(comparator: str, entries: Sequence[Entry]) -> int:
    return sum(one.good if comparator in UPPER else one.total - one.good for one in entries)


def _forecast(
    comparator: str, target: Fraction, entries: Sequence[Entry], window: Span, tick: int
) -> dict[str, Any] | None:
    length, elapsed = (window[1] - window[0]) // MINUTE, (tick - window[0]) // MINUTE
    if elapsed < Fraction(length, 10):
        return None
    tenth = -(-length // 10)
    behind = window[0] + elapsed * MINUTE
    recent = [one for one in entries if behind - tenth * MINUTE <= one.at < behind]
    bad, late = _bad(comparator, entries), _bad(comparator, recent)
    total = sum(one.total for one in entries)
    whole = total * Fraction(length, elapsed)
    failing = bad + late * Fraction(length - elapsed, tenth)
    share = failing / whole if comparator in UPPER else 1 - failing / whole
    return {
        "verdict": "met" if keeps(share, comparator, target) else "breached",
        "exact": exact(share),
        "total": total,
        "bad": bad,
        "bad_in_lookback": late,
        "window_minutes": length,
        "elapsed_minutes": elapsed,
        "lookback_minutes": tenth,
        "projected_total": exact(whole),
        "projected_bad": exact(failing),
    }


def alerting(
    objective: Mapping[str, Any], target: Fraction, entries: Sequence[Entry], period: int, tick: int
) -> set[tuple[int, int]]:
    """The (long, short) lookbacks that alert at a tick. ``entries``: of any window."""
    pairs, allowed = _pairs(objective, target, period)

    def burns(length: int, factor: Fraction) -> bool:
        inside = [one for one in entries if tick - length <= one.at < tick]
        total = sum(one.total for one in inside)
        if total < max(1, int(objective.get("minimum_total") or 1)):
            return False
        return Fraction(_bad(objective["comparator"], inside), total) / allowed >= factor

    return {(long, short) for long, short, factor in pairs if burns(long, factor) and burns(short, factor)}


def _pairs(
    objective: Mapping[str, Any], target: Fraction, period: int
) -> tuple[list[tuple[int, int, Fraction]], Fraction]:
    """The (long, short, factor) that watch a promise, and the share that may fail."""
    allowed = target if objective["comparator"] in UPPER else 1 - target
    if objective.get("aggregation", "share") != "share" or not allowed:
        return [], allowed
    own = objective.get("alerts")
    if own is not None:
        return [(micros(one["long"]), micros(one["short"]), Fraction(one["factor"])) for one in own], allowed
    pairs = [(long, short, part * period / long) for part, long, short in DEFAULTS if long <= period]
    size = micros(objective["slice"]["length"]) if "slice" in objective else 0
    return [one for one in pairs if one[2] <= 1 / allowed and one[1] >= size], allowed


def slices_before(objective: Mapping[str, Any], windows: Sequence[Span], start: int, tick: int) -> list[Span]:
    """The slices that ended in (start, tick]: as the windows cut them, rolling ones as the last of them."""
    size = micros(objective["slice"]["length"])
    if objective["window"]["kind"] == "rolling":
        base = max(window for window in windows if window[1] <= tick)[0]
        base -= (base - start + size) // size * size
        cut = [(first, first + size) for first in range(base, tick, size)]
    else:
        cut = [
            (first, min(first + size, window[1]))
            for window in windows
            for first in range(*window, size)
            if window[0] < tick and window[1] > start
        ]
    return [one for one in cut if start < one[1] <= tick]


def alerting_slices(
    reader: Reader, scope: Mapping[str, str | None], windows: Sequence[Span], period: int, tick: int
) -> set[tuple[int, int]]:
    """The (long, short) lookbacks of a promise on slices that alert at a tick."""
    objective = reader.objective
    pairs, allowed = _pairs(objective, reader.target(scope), period)
    spans = [one.span for one in reader.world.left if one.span is not None and one.meant(reader.code, scope)]
    dropped = minutes_out(spans)

    def burns(length: int, factor: Fraction) -> bool:
        slices = slices_before(objective, windows, tick - length, tick)
        entries = [one for span in slices for one in reader.entries(scope, span)]
        found = reader.sliced(entries, slices, dropped, bool(scope))
        if found.value is None or found.counted < int(objective.get("minimum_total") or 1):
            return False
        return found.value / allowed >= factor if reader.upper else (1 - found.value) / allowed >= factor

    return {(long, short) for long, short, factor in pairs if burns(long, factor) and burns(short, factor)}
