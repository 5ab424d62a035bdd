"""What becomes of readable rows: accepted, set aside with a reason, or a reason to refuse the body."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from services.metrics.domain.columns import Group, Reading
from services.metrics.domain.known import VALUES_NOT_NEGATIVE, Indicator, Known
from shared.clock import MINUTE
from shared.errors import MOST_ERRORS, Fault, NotYetKnown, Unprocessable
from shared.events.metrics import Cover

UNKNOWN_INDICATOR = "unknown_indicator"
UNKNOWN_LABEL = "unknown_label"
UNKNOWN_STEP = "unknown_step"
TOO_LATE = "too_late"
DOES_NOT_FIT = "does_not_fit"
"""A row that waited for its indicator, which turned out to measure something else."""

FUTURE = 5 * MINUTE

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Span:
    """Where event times may lie. A backfill gives both bounds; else the horizon is what sets rows aside."""

    latest: int
    horizon: int | None = None
    first: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Aside:
    """Rows of a group that were set aside."""

    reason: str
    group: Group


@dataclass(frozen=True, slots=True)
class Judgement:
    """``accepted`` groups are not empty."""

    accepted: list[Group]
    aside: list[Aside]
    covers: Cover | None = None

    @property
    def rows(self) -> int:
        return sum(group.rows for group in self.accepted)

    def answer(self) -> list[dict[str, str | int]]:
        return tally((aside.reason, aside.group.rows) for aside in self.aside)


def tally(reasons: Iterable[tuple[str, int]]) -> list[dict[str, str | int]]:
    """How many rows were set aside for each reason."""
    counts: dict[str, int] = {}
    for reason, rows in reasons:
        counts[reason] = counts.get(reason, 0) + rows
    return [{"reason": reason, "rows": counts[reason]} for reason in sorted(counts)]


class Faults:
    """Collects what is wrong; the answer lists the first hundred."""

    def __init__(self) -> None:
        self.found: list[Fault] = []
        self.count = 0

    def add(self, pointer: str, detail: str) -> None:
        self.count += 1
        if len(self.found) < MOST_ERRORS:
            self.found.append(Fault(pointer, detail))

    def where(self, reading: Reading, group: Group, wrong: Mask, field: str, detail: str) -> None:
        places = np.flatnonzero(wrong)
        for i in places[: MOST_ERRORS - len(self.found)]:
            self.add(reading.pointer(int(group.index[i]), field), detail)
        self.count += max(0, len(places) - MOST_ERRORS)

    def refuse(self, what: str) -> None:
        """Raises when anything is wrong: the body is taken whole or not at all."""
        if self.count:
            raise Unprocessable(
                f"{what}; nothing was stored: correct what `errors` names and send the whole body again",
                errors=self.found,
            )


def judge(reading: Reading, known: Known, span: Span) -> Judgement:
    """Sorts the rows of a body. Raises `Unprocessable` when one of them can never be right."""
    faults = Faults()
    accepted: list[Group] = []
    aside: list[Aside] = []
    for group in reading.groups:
        if group.good is not None and group.total is not None:
            faults.where(reading, group, group.good > group.total, "good", "more good than total")
        check_times(reading, group, span, faults)
        rest, late = _split_late(group, span)
        if late is not None:
            aside.append(Aside(TOO_LATE, late))
        if rest is None:
            continue
        indicator = known.indicator(group.indicator, reading.service)
        if indicator is None:
            aside.append(Aside(UNKNOWN_INDICATOR, rest))
            continue
        wrong = misfit(rest, indicator)
        if wrong is not None:
            faults.where(reading, rest, *wrong)
        rest, strange = split_labels(rest, indicator)
        if strange is not None:
            aside.append(Aside(UNKNOWN_LABEL, strange))
        if rest is not None:
            accepted.append(rest)
    if reading.covers is not None:
        _check_covers(reading.covers, span, faults)
    faults.refuse("some rows are wrong" if reading.groups else "what the body covers is wrong")
    if reading.covers is not None:
        _know_covered(reading.covers, reading.service, known)
    return Judgement(accepted, aside, reading.covers)


def _check_covers(covers: Cover, span: Span, faults: Faults) -> None:
    """A report can be complete only for what has passed, and for times that rows may have here."""
    if covers.to_at > span.latest:
        faults.add("/covers/to", "lies in the future (more than 5 minutes after now)")
    if span.horizon is not None and covers.from_at < span.horizon:
        faults.add("/covers/from", "lies behind the horizon of old reports; send it within a backfill")
    if span.first is not None and covers.from_at < span.first:
        faults.add("/covers/from", "lies outside the backfill's from and to")
    if span.end is not None and covers.to_at > span.end:
        faults.add("/covers/to", "lies outside the backfill's from and to")


def _know_covered(covers: Cover, service: str, known: Known) -> None:
    strangers = [code for code in covers.indicators if known.indicator(code, service) is None]
    if strangers:
        raise NotYetKnown(
            f"not known here (yet) as indicators of {service}: {', '.join(strangers[:5])}",
        )


def check_times(reading: Reading, group: Group, span: Span, faults: Faults) -> None:
    if int(group.at.max()) > span.latest:
        faults.where(
            reading, group, group.at > span.latest, "at", "lies in the future (more than 5 minutes after now)"
        )
    if span.first is not None and span.end is not None:
        outside = (group.at < span.first) | (group.at >= span.end)
        if bool(outside.any()):
            faults.where(reading, group, outside, "at", "lies outside the backfill's from and to")


def _split_late(group: Group, span: Span) -> tuple[Group | None, Group | None]:
    if span.horizon is None or int(group.at.min()) >= span.horizon:
        return group, None
    return _split(group, group.at < span.horizon)


def misfit(group: Group, indicator: Indicator) -> tuple[Mask, str, str] | None:
    """Rows that cannot be measurements of this indicator: which, in which field, and why."""
    if indicator.kind == "ratio":
        if group.value is not None:
            return np.ones(group.rows, np.bool_), "value", "the indicator is a ratio: send good and total"
        return None
    if group.value is None:
        why = f"the indicator is a {indicator.kind}: send value"
        return np.ones(group.rows, np.bool_), "total", why
    if indicator.kind in VALUES_NOT_NEGATIVE and int(group.value.min()) < 0:
        return group.value < 0, "value", f"a {indicator.kind} is never negative"
    if indicator.scale is not None:
        low, high = indicator.scale
        outside = (group.value < low) | (group.value > high)
        if outside.any():
            ends = " to ".join(f"{Decimal(end).scaleb(-6).normalize():f}" for end in (low, high))
            return outside, "value", f"outside the scale of the ratings, {ends}"
    return None


def split_labels(group: Group, indicator: Indicator) -> tuple[Group | None, Group | None]:
    """Rows whose labels are all declared, and the others."""
    strange: Mask | None = None
    for name, label in group.labels.items():
        declared = indicator.labels.get(name, frozenset())
        foreign = [code for code, value in enumerate(label.values) if value not in declared]
        if not foreign:
            continue
        found = label.codes >= 0 if len(foreign) == len(label.values) else np.isin(label.codes, foreign)
        strange = found if strange is None else strange | found
    if strange is None or not bool(strange.any()):
        return group, None
    return _split(group, strange)


def _split(group: Group, out: Mask) -> tuple[Group | None, Group | None]:
    """What stays, and what goes out."""
    gone = int(out.sum())
    if not gone:
        return group, None
    if gone == group.rows:
        return None, group
    return group.take(~out), group.take(out)
