"""What a what-if answered: a sentence, a curve over the range of targets, and the windows now and then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from services.portal.charts.curve import NARROW, WIDE, Mark, Point, curve
from services.portal.charts.shapes import Drawing
from services.portal.text import dates, numbers, units
from services.portal.text.phrase import Phrase
from services.portal.views.objective import ObjectiveWords, scope_text

MOST_ROWS = 60


@dataclass(frozen=True, slots=True)
class Side:
    """A window as it is, or as it would have been."""

    verdict: str
    verdict_words: Phrase
    number: str
    counts: str


@dataclass(frozen=True, slots=True)
class Row:
    window: str
    scope: str
    then: Side
    now: Side | None

    @property
    def differs(self) -> bool:
        return self.now is not None and self.now.verdict != self.then.verdict


@dataclass(frozen=True, slots=True)
class CurveRow:
    target: str
    met: str
    breached: str
    share: str


@dataclass(frozen=True, slots=True)
class Picture:
    title: Phrase
    described: Phrase
    wide: Drawing
    narrow: Drawing
    rows: tuple[CurveRow, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    agreed: Phrase | None
    supposed: Phrase | None
    unknown: Phrase | None
    picture: Picture | None
    rows: tuple[Row, ...]
    newest_of: Phrase | None


def answer_of(words: ObjectiveWords, found: Mapping[str, Any], *, changed: bool) -> Answer:
    """``changed``: something is supposed; else the agreement as it is was asked for."""
    t = words.reader.t
    agreed, then = found["as_agreed"], found["supposed"]
    windows = sorted(found["windows"], key=lambda each: str(each["window"]["end"]), reverse=True)
    unknown = then["not_determined"]
    return Answer(
        agreed=None if agreed is None else t.as_agreed_kept(met=agreed["met"], all=_all(agreed)),
        supposed=t.supposed_kept(met=then["met"], all=_all(then)) if changed else None,
        unknown=t.n("also_unknown", unknown) if unknown else None,
        picture=_picture(words, found),
        rows=tuple(_row(words, each, found["target"]) for each in windows[:MOST_ROWS]),
        newest_of=t.newest_of(shown=MOST_ROWS, all=numbers.count(len(windows)))
        if len(windows) > MOST_ROWS
        else None,
    )


def _all(verdicts: Mapping[str, int]) -> str:
    return numbers.count(sum(verdicts.values()))


def _row(words: ObjectiveWords, each: Mapping[str, Any], target: str) -> Row:
    span = dates.Span.of(each["window"]["start"], each["window"]["end"], words.zone)
    return Row(
        window=span.name(words.reader.lang) if each["as_agreed"] is None else words.window_name(span),
        scope=scope_text(each["scope"]),
        then=_side(words, each, target),
        now=None if each["as_agreed"] is None else _side(words, each["as_agreed"], words.document["target"]),
    )


def _side(words: ObjectiveWords, found: Mapping[str, Any], target: str) -> Side:
    shown = words.numbers({**found, "target": target})
    return Side(found["verdict"], getattr(words.reader.t, found["verdict"]), shown.column, shown.counts)


def _picture(words: ObjectiveWords, found: Mapping[str, Any]) -> Picture | None:
    """None: no window of the range could be judged."""
    points: Sequence[Mapping[str, Any]] = [each for each in found["curve"] if each["share"] is not None]
    if not points:
        return None
    t = words.reader.t
    agreed, supposed = units.amount(words.document["target"]), units.amount(found["target"])
    at = min(points, key=lambda each: abs(Fraction(each["target"]) - supposed))
    marks = [_mark(words, words.document["target"], "mark-agreed", "mark_agreed")]
    if supposed != agreed:
        marks.append(_mark(words, found["target"], "mark-supposed", "mark_supposed"))
    drawn = [Point(_place(words, each["target"]), float(Fraction(each["share"]))) for each in points]
    first, last = points[0], points[-1]
    range_ = [agreed, supposed, *(units.amount(each["target"]) for each in points)]
    ends = (_rough(words, min(range_)), _rough(words, max(range_)))
    return Picture(
        title=t.curve_title(target=words.short(at["target"]), met=at["met"], all=at["met"] + at["breached"]),
        described=t.curve_said(first=ends[0], met_first=first["met"], last=ends[1], met_last=last["met"]),
        wide=curve(drawn, marks, ends, WIDE),
        narrow=curve(drawn, marks, ends, NARROW),
        rows=tuple(
            CurveRow(
                _target(words, each["target"]),
                numbers.count(each["met"]),
                numbers.count(each["breached"]),
                numbers.percent(Fraction(each["met"], each["met"] + each["breached"]), None),
            )
            for each in points
        ),
    )


def _place(words: ObjectiveWords, target: str) -> float:
    return float(units.amount(target)) * (100 if words.share else 1)


def _target(words: ObjectiveWords, target: str) -> str:
    value = units.amount(target)
    if words.share:
        return f"{numbers.short(value * 100)}%"
    return words.amount(target)


def _rough(words: ObjectiveWords, value: Fraction) -> str:
    """An end of the range, rounded for its label."""
    shown = numbers.short(Fraction(numbers.rounded(value * (100 if words.share else 1), 2)))
    return f"{shown}%" if words.share else words.amount(shown.replace(",", "").replace(numbers.MINUS, "-"))


def _mark(words: ObjectiveWords, target: str, look: str, name: str) -> Mark:
    said: str = getattr(words.reader.t, name)(value=words.short(target)).plain
    return Mark(_place(words, target), said, look)
