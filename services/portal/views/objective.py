"""One objective in words: its name, its target, how it is counted, and the numbers of a result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from fractions import Fraction
from typing import Any

from services.portal.text import dates, numbers, units
from services.portal.text.breaking import NBSP
from services.portal.text.phrase import Phrase
from services.portal.views.composite import is_composite
from services.portal.views.words import Reader, Said

SHARE = "share"


def scope_text(scope: Mapping[str, str | None]) -> str:
    """province 50, ward –: the label group that is judged; empty: all."""
    return ", ".join(f"{name} {'–' if value is None else value}" for name, value in sorted(scope.items()))


COMPARED = {">=": "at_least", ">": "more_than", "<=": "at_most", "<": "less_than"}
_AGGREGATED = {
    "mean": "how_mean",
    "sum": "how_sum",
    "minimum": "how_minimum",
    "maximum": "how_maximum",
    "count": "how_count",
}
_COMPOSED = {"all": "how_all", "weighted": "how_weighted", "worst": "how_worst"}
_COUNT_AT = {"completion": "at_completion", "start": "at_start", "deadline": "at_deadline"}


@dataclass(frozen=True, slots=True)
class Numbers:
    """A result's numbers. `number` is None where nothing can be divided."""

    number: Phrase | None
    fraction: Phrase | None
    column: str
    """The number alone, for a column whose head says the unit."""
    counts: str
    """842 / 893, for a column."""


@dataclass(frozen=True)
class ObjectiveWords:
    """An objective (of a revision's document) with its indicator, for one reader."""

    reader: Reader
    document: Mapping[str, Any]
    indicator: Mapping[str, Any] | None
    zone: tzinfo

    @property
    def share(self) -> bool:
        return str(self.document.get("aggregation", SHARE)) == SHARE

    @property
    def composite(self) -> bool:
        return is_composite(self.document)

    @property
    def on_journeys(self) -> bool:
        return not self.composite and (self.indicator or {}).get("kind") == "duration"

    @property
    def on_working_time(self) -> bool:
        """Whether only working time counts, by the agreement's calendar."""
        if not self.on_journeys:
            return False
        value = (self.document.get("good") or {}).get("value")
        if isinstance(value, Mapping):
            return "working_days" in value
        return (self.indicator or {}).get("clock") == "working"

    @property
    def rolling(self) -> bool:
        return str(self.document["window"]["kind"]) == "rolling"

    @property
    def target(self) -> Fraction:
        return units.amount(self.document["target"])

    def name(self) -> Said:
        """Its public wording, else its indicator's name with the limit."""
        if self.document.get("public_wording"):
            return self.reader.said(self.document["public_wording"])
        if self.composite:
            return self.reader.said(self.document.get("title"), self.document["code"])
        named = self.reader.said((self.indicator or {}).get("name"), self.document["code"])
        limit = self.limit()
        return named if limit is None else Said(f"{named.text} {limit}", named.lang)

    def limit(self) -> Phrase | None:
        """ไม่เกิน 3 วัน: which values or times are good; None where that is reported, not judged."""
        good = self.document.get("good")
        if good is None:
            return None
        length = units.limit(good["value"], self.reader.lang)
        if length is None:
            length = self._with_unit(numbers.short(Fraction(good["value"])))
        return self._compared(good["comparator"], length)

    def target_words(self) -> Phrase:
        """ไม่น้อยกว่าร้อยละ 95, at least 95%."""
        if self.composite and self.document["kind"] == "all":
            return self.reader.t.all_members
        if self.share:
            value: str = self.reader.t.percent(number=numbers.short(self.target * 100)).plain
        else:
            value = self.amount(self.document["target"])
        return self._compared(self.document["comparator"], value)

    def target_short(self) -> str:
        """≥ 95%: for tables."""
        return self.short(self.document["target"])

    def short(self, mark: str) -> str:
        """A target, or another line in its unit, with the objective's comparator: ≥ 97%."""
        sign = {">=": "≥", "<=": "≤"}.get(self.document["comparator"], self.document["comparator"])
        if self.share:
            return f"{sign}{NBSP}{numbers.short(Fraction(mark) * 100)}%"
        return f"{sign}{NBSP}{self.amount(mark)}"

    def amount(self, text: str) -> str:
        """What is no share: a number in the indicator's unit, or a length of time as it was promised."""
        length = units.limit(text, self.reader.lang)
        return self._with_unit(numbers.short(Fraction(text))) if length is None else length

    def _compared(self, comparator: str, value: str) -> Phrase:
        # Thai writes no space between words, but one before a number.
        space = NBSP if self.reader.lang == "th" and value[:1].isdigit() else ""
        phrase: Phrase = getattr(self.reader.t, COMPARED[comparator])(value=space + value)
        return phrase

    def _with_unit(self, number: str) -> str:
        unit = (self.indicator or {}).get("unit")
        if self.document.get("aggregation") == "count":
            unit = "time"
        return units.quantity(number, unit, self.reader.lang) if unit else number

    def counted_unit(self, number: int) -> str:
        """What good and total count: เรื่อง, คำขอ, ครั้ง."""
        if self.composite:
            return units.unit("promise", self.reader.lang, many=number != 1)
        if "slice" in self.document:
            return units.unit("slice", self.reader.lang, many=number != 1)
        kind = (self.indicator or {}).get("kind")
        name = {"duration": "case", "ratio": (self.indicator or {}).get("unit") or "request"}.get(
            str(kind), "measurement"
        )
        return units.unit(name, self.reader.lang, many=number != 1)

    def measured_unit(self, number: int) -> str:
        """What came in: cases or measurements, also where slices of time are counted."""
        if self.composite:
            return self.counted_unit(number)
        name = "case" if self.on_journeys else "measurement"
        return units.unit(name, self.reader.lang, many=number != 1)

    def numbers(self, result: Mapping[str, Any]) -> Numbers:
        """A result's numbers, shown so that they never contradict its verdict."""
        t = self.reader.t
        exact = numbers.fraction(result.get("exact"))
        target = units.amount(result.get("target") or self.document["target"])
        total = result["total"]
        if exact is None:
            return Numbers(None, None, "–", "–")
        if not self.share:
            shown = numbers.plain(exact, target)
            return Numbers(
                Phrase(self._with_unit(shown)),
                t.counted_from(total=numbers.count(total), unit=self.measured_unit(2)),
                shown,
                numbers.count(total),
            )
        shown = numbers.percent(exact, target)
        good = result["good"]
        if good is None:  # a mean of slices' shares has no numerator
            counted = numbers.count(total)
            return Numbers(
                t.percent(number=shown),
                t.counted_from(total=counted, unit=self.counted_unit(total)),
                shown,
                counted,
            )
        return Numbers(
            t.percent(number=shown),
            t.of(good=numbers.count(good), total=numbers.count(total), unit=self.counted_unit(total)),
            shown,
            f"{numbers.count(good)}{NBSP}/{NBSP}{numbers.count(total)}",
        )

    def how_counted(self) -> list[Phrase]:
        """In plain words, for everybody."""
        t = self.reader.t
        if self.composite:
            return [getattr(t, _COMPOSED[self.document["kind"]])]
        if not self.share:
            return [getattr(t, _AGGREGATED[self.document["aggregation"]])]
        return [*self._how_shared(), *self._how_sliced()]

    def _how_sliced(self) -> list[Phrase]:
        if "slice" not in self.document:
            return []
        length = units.duration(self.document["slice"]["length"], self.reader.lang)
        # Thai writes no space between words, but one before a number.
        length = NBSP + length if self.reader.lang == "th" else length
        averaged = self.document.get("budgeting") == "ratio-timeslices"
        t = self.reader.t
        return [t.how_slice_mean(length=length) if averaged else t.how_slices(length=length)]

    def _how_shared(self) -> list[Phrase]:
        t = self.reader.t
        limit = self.limit()
        if self.on_journeys:
            said = [t.how_share_within(limit=limit)] if limit else []
            count_at = self.document.get("count_at")
            if count_at in _COUNT_AT:
                said.append(getattr(t, _COUNT_AT[count_at]))
            if count_at == "completion":
                listed = self.document.get("overdue") == "listed"
                said.append(t.overdue_listed if listed else t.overdue_counted)
            working = (self.indicator or {}).get("clock") == "working"
            if isinstance((self.document.get("good") or {}).get("value"), str) and not working:
                said.append(t.elapsed)
            return said
        if limit is not None:
            return [t.how_share_value(limit=limit)]
        if "slice" in self.document:
            return []
        return [t.how_share_good(unit=self.counted_unit(2))]

    def window_name(self, span: dates.Span) -> str:
        """พฤศจิกายน 2569; a rolling window by its length and end."""
        if not self.rolling:
            return span.name(self.reader.lang)
        length = units.duration(self.document["window"]["duration"], self.reader.lang)
        until = dates.last_moment(span.end, self.zone, self.reader.lang)
        return f"{length} → {until}"

    def window_label(self, span: dates.Span) -> str:
        return span.ended_label() if self.rolling else span.label(self.reader.lang)
