"""An objective's closed windows in one scope: the newest as numbers, the last twelve as cells and table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
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


class Judged:
    """One result as shown. What is said of it is put into words when a page asks: most of twelve windows
    are a cell and a number there."""

    def __init__(self, words: ObjectiveWords, result: Result) -> None:
        self._words = words
        self._result = result
        self.id: str = result["id"]
        self.verdict: str = result["verdict"]
        self.state: str = result["window"]["state"]
        self.revision: int = result["revision"]
        self.data_until: str | None = result.get("data_until")
        self.computed_at: str | None = result.get("computed_at")
        self.href = f"/api/evaluation/v1/results/{self.id}"
        self.evidence = f"{self.href}/explanation"

    @property
    def verdict_words(self) -> Phrase:
        found: Phrase = getattr(self._words.reader.t, self.verdict)
        return found

    @property
    def state_words(self) -> Phrase:
        t = self._words.reader.t
        return {"open": t.window_open, "closed": t.window_closed, "final": t.final}[self.state]

    @cached_property
    def window(self) -> str:
        window = self._result["window"]
        return self._words.window_name(Span.of(window["start"], window["end"], self._words.zone))

    @cached_property
    def final_at(self) -> str:
        """The last moment at which it can change."""
        words = self._words
        return dates.last_moment(instant(self._result["final_at"]), words.zone, words.reader.lang)

    @cached_property
    def numbers(self) -> Numbers:
        return self._words.numbers(self._result)

    @cached_property
    def overdue(self) -> Phrase | None:
        late = self._result["overdue"]["counted"] + self._result["overdue"]["listed"]
        return self._words.reader.t.n("overdue", late) if self._words.on_journeys and late else None

    @cached_property
    def reason(self) -> Phrase | None:
        """Why nothing can be determined."""
        return undetermined(self._words, self._result)

    @cached_property
    def coverage(self) -> str | None:
        """Of the data that should have come, in percent."""
        return covered(self._result.get("coverage"))

    @cached_property
    def excluded(self) -> Phrase | None:
        """How much parties agreed not to count."""
        return left_out(self._words, self._result)

    @cached_property
    def outlook(self) -> tuple[Phrase, ...]:
        """Where it is heading, while it is open."""
        return outlook_of(self._words, self._result)

    @cached_property
    def budget(self) -> Budget | None:
        return budget_of(self._words.reader, self._result)


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
    # The same results stand in the cells, in the table and, the newest, as numbers.
    told = [[Judged(words, each) for each in of_window] for of_window in windows.values()]
    table = tuple(each for of_window in told for each in of_window)
    spans = [Span.of(start, end, words.zone) for start, end in windows]
    return History(
        scope=scope,
        newest=table[0] if table else None,
        open=Judged(words, opened[0]) if opened else None,
        cells=tuple(_cell(words, *each) for each in reversed(list(zip(spans, told, strict=True)))),
        table=table,
        summary=_summary(words, told),
    )


def _cell(words: ObjectiveWords, span: Span, of_window: Sequence[Judged]) -> Cell:
    # The older revision of the agreement stands left: it ended first.
    parts = list(reversed(of_window))
    said = "; ".join(_said(each) for each in parts)
    if len(parts) > 1:
        said += f" ({words.reader.t.two_revisions.plain})"
    return Cell(
        cell(tuple(each.verdict for each in parts)),
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


def _summary(words: ObjectiveWords, windows: Sequence[Sequence[Judged]]) -> Phrase | None:
    if not windows:
        return None
    tally = Counter(worst(each.verdict for each in of_window) for of_window in windows)
    return words.reader.t.n(
        "twelve_sum",
        len(windows),
        met=tally["met"],
        breached=tally["breached"],
        unknown=tally["not_determined"],
    )
