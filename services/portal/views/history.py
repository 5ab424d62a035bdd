"""An objective's closed windows in one scope: the newest as numbers, the last twelve as cells and table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from services.portal.charts.shapes import Drawing
from services.portal.charts.strip import cell
from services.portal.text import dates, numbers
from services.portal.text.dates import Span, instant
from services.portal.text.phrase import Phrase
from services.portal.views.budget import Budget, budget_of, outlook_of
from services.portal.views.objective import Numbers, ObjectiveWords, scope_text

TWELVE = 12
OPEN = "open"
WORST = ("breached", "at_risk", "not_determined", "no_data", "on_track", "met")

Result = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """One result as shown."""

    id: str
    verdict: str
    verdict_words: Phrase
    window: str
    state: str
    state_words: Phrase
    revision: int
    final_at: str
    """The last moment at which it can change."""
    numbers: Numbers
    overdue: Phrase | None
    reason: Phrase | None
    """Why nothing can be determined."""
    coverage: str | None
    """Of the data that should have come, in percent."""
    excluded: Phrase | None
    """How much parties agreed not to count."""
    outlook: tuple[Phrase, ...]
    """Where it is heading, while it is open."""
    budget: Budget | None
    data_until: str | None
    computed_at: str | None
    href: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Cell:
    drawing: Drawing
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class History:
    """`newest`: the last closed window's result; None: none has closed yet."""

    scope: str
    newest: Judged | None
    open: Judged | None
    cells: tuple[Cell, ...]
    table: tuple[Judged, ...]
    """The results in the cells, newest first: every value of the drawing."""
    summary: Phrase | None

    @property
    def verdict(self) -> str:
        return self.newest.verdict if self.newest else "no_data"


def judged(words: ObjectiveWords, result: Result) -> Judged:
    t = words.reader.t
    window = result["window"]
    state_words = {"open": t.window_open, "closed": t.window_closed, "final": t.final}[window["state"]]
    late = result["overdue"]["counted"] + result["overdue"]["listed"]
    return Judged(
        id=result["id"],
        verdict=result["verdict"],
        verdict_words=getattr(t, result["verdict"]),
        window=words.window_name(Span.of(window["start"], window["end"], words.zone)),
        state=window["state"],
        state_words=state_words,
        revision=result["revision"],
        final_at=dates.last_moment(instant(result["final_at"]), words.zone, words.reader.lang),
        numbers=words.numbers(result),
        overdue=t.n("overdue", late) if words.on_journeys and late else None,
        reason=undetermined(words, result),
        coverage=covered(result.get("coverage")),
        excluded=left_out(words, result),
        outlook=outlook_of(words, result),
        budget=budget_of(words.reader, result),
        data_until=result.get("data_until"),
        computed_at=result.get("computed_at"),
        href=f"/api/evaluation/v1/results/{result['id']}",
        evidence=f"/api/evaluation/v1/results/{result['id']}/explanation",
    )


def covered(share: str | None) -> str | None:
    return None if share is None else numbers.percent(Fraction(share), None)


def left_out(words: ObjectiveWords, result: Result) -> Phrase | None:
    n = result.get("excluded") or 0
    if not n:
        return None
    return words.reader.t.not_counted_as_agreed(number=numbers.count(n), unit=words.measured_unit(n))


def undetermined(words: ObjectiveWords, result: Result) -> Phrase | None:
    """Not determined because ..; None: it is, or there is no word for why."""
    if result["verdict"] != "not_determined":
        return None
    t = words.reader.t
    floor, share = words.document.get("coverage_floor"), result.get("coverage")
    if result.get("members") is not None:
        return t.why_members
    if result.get("unknown_group"):
        return t.why_unknown_group
    if floor is not None and share is not None and Fraction(share) < Fraction(floor):
        return t.why_coverage(
            share=numbers.percent(Fraction(share), Fraction(floor)),
            floor=numbers.short(Fraction(floor) * 100),
        )
    if not result["total"]:
        return t.why_no_data
    if result.get("few"):
        least = words.document.get("minimum_total") or 0
        return t.why_few(
            number=numbers.count(result["total"]),
            least=numbers.count(least),
            unit=words.counted_unit(least),
        )
    return None


def histories(words: ObjectiveWords, results: Iterable[Result]) -> list[History]:
    """One history a scope, worst first; ``results``: the newest revision of each window."""
    by_scope: dict[str, list[Result]] = {}
    for result in results:
        by_scope.setdefault(scope_text(result["scope"]), []).append(result)
    found = [_history(words, scope, of_scope) for scope, of_scope in by_scope.items()]
    return sorted(found, key=lambda each: (WORST.index(each.verdict), each.scope))


def _history(words: ObjectiveWords, scope: str, results: Sequence[Result]) -> History:
    by_end = sorted(
        results, key=lambda each: (instant(each["window"]["end"]), each["revision"]), reverse=True
    )
    opened = [each for each in by_end if each["window"]["state"] == OPEN]
    closed = [each for each in by_end if each["window"]["state"] != OPEN]
    windows: dict[tuple[str, str], list[Result]] = {}
    for each in closed:
        key = (each["window"]["start"], each["window"]["end"])
        if key in windows or len(windows) < TWELVE:
            windows.setdefault(key, []).append(each)
    shown = [each for of_window in windows.values() for each in of_window]
    return History(
        scope=scope,
        newest=judged(words, shown[0]) if shown else None,
        open=judged(words, opened[0]) if opened else None,
        cells=tuple(_cell(words, of_window) for of_window in reversed(windows.values())),
        table=tuple(judged(words, each) for each in shown),
        summary=_summary(words, list(windows.values())),
    )


def _cell(words: ObjectiveWords, of_window: Sequence[Result]) -> Cell:
    first = of_window[0]["window"]
    span = Span.of(first["start"], first["end"], words.zone)
    # The older revision of the agreement stands left: it ended first.
    parts = [judged(words, each) for each in reversed(of_window)]
    said = "; ".join(_said(each) for each in parts)
    if len(parts) > 1:
        said += f" ({words.reader.t.two_revisions.plain})"
    return Cell(
        cell([each.verdict for each in parts]),
        words.window_label(span),
        f"{words.window_name(span)}: {said}",
    )


def _said(each: Judged) -> str:
    if each.numbers.number is None:
        return each.verdict_words.plain
    fraction = f" ({each.numbers.fraction.plain})" if each.numbers.fraction else ""
    return f"{each.verdict_words.plain} {each.numbers.number.plain}{fraction}"


def worst(verdicts: Iterable[str]) -> str:
    return min(verdicts, key=WORST.index, default="no_data")


def _summary(words: ObjectiveWords, windows: Sequence[Sequence[Result]]) -> Phrase | None:
    if not windows:
        return None
    tally = Counter(worst(each["verdict"] for each in of_window) for of_window in windows)
    return words.reader.t.n(
        "twelve_sum",
        len(windows),
        met=tally["met"],
        breached=tally["breached"],
        unknown=tally["not_determined"],
    )
