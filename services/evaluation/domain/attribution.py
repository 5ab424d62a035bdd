"""Who held a journey: its time split among agencies, to the microsecond.

A function of the set of a journey's events. Between two instants at which something happened:

- whoever is in a step (started and not ended) holds the journey; a start of a step that runs already, by
  another agency, takes it over;
- where nobody is, a completion (`point`) says who it was: the span before it was held by its agency (holder
  `next`) or by that of the completion before (holder `previous`), as the source declared. An end that never
  started is read as a completion;
- where that says nothing either, the journey waits to be handed over: the time is put down to the agency
  that had it last, apart from its steps, and both are named. Between two steps of one agency nothing is
  handed over;
- nobody known: `unassigned` (agency None), shown like an agency.

Agencies that hold at once share the time equally (and each its steps); the odd microseconds go to the first
by code, so that the parts always sum to the whole. All this is flagged, never silently dropped. (SEMANTICS,
Composite and attribution; the docs: how-we-judge.md.)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from services.evaluation.domain.journeys import PAUSE, RESUME, Event

STEP = "step"
HANDOVER = "handover"
BETWEEN = "between"
UNASSIGNED = "unassigned"

NEXT, PREVIOUS = "next", "previous"

OVERLAP = "overlap"
MISSING_START = "missing_start"
REPEATED_START = "repeated_start"
NOT_ENDED = "not_ended"

Holding = tuple[str | None, str | None]
"""(agency, step): who, with what; either may be nobody's and none."""

Measure = Callable[[int, int], int]
"""The microseconds between two instants that count; additive over adjacent spans."""


def elapsed(start: int, end: int) -> int:
    return end - start


@dataclass(frozen=True, slots=True)
class Span:
    """[start, end) held by ``holdings``. ``awaited``: who took the journey over behind a hand-over gap."""

    start: int
    end: int
    kind: str
    holdings: tuple[Holding, ...]
    awaited: str | None = None
    flags: tuple[str, ...] = ()

    @property
    def agencies(self) -> tuple[str | None, ...]:
        return tuple(dict.fromkeys(agency for agency, _ in self.holdings))


@dataclass(frozen=True, slots=True)
class Passage:
    """A journey's time, split: the spans cover [start, end) without a gap."""

    spans: tuple[Span, ...]
    flags: tuple[str, ...]

    @property
    def total(self) -> int:
        return sum(span.end - span.start for span in self.spans)


@dataclass(slots=True)
class Share:
    """What of a journey's time was an agency's, in microseconds: all of it, and of that what its steps took.

    ``gave``: what passed until another agency took over from it (None: nobody did yet); a part of ``time``.
    ``awaited``: what passed before it took over from others; that is in their time.
    """

    time: int = 0
    steps: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    gave: dict[str | None, int] = field(default_factory=lambda: defaultdict(int))
    awaited: int = 0


@dataclass(slots=True)
class _Custody:
    """Who is in a step, and who came out of one last; changed instant by instant."""

    running: dict[str, str | None] = field(default_factory=dict)
    came_out: list[Holding] = field(default_factory=list)
    completions: list[Event] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)

    def done_at(self, group: Sequence[Event]) -> list[Event]:
        """The events of a coming instant that say of a step only that it was done."""
        begun = {event.step for event in group if event.edge == "start"}
        return [
            event
            for event in group
            if event.edge == "point"
            or (event.edge == "end" and event.step not in self.running and event.step not in begun)
        ]

    def happen(self, group: Sequence[Event]) -> None:
        """First the ends of what runs, then starts, then the ends of what started at this very instant."""
        self.completions = self.done_at(group)
        out: list[Holding] = [(event.agency, event.step) for event in self.completions]
        if any(event.edge == "end" for event in self.completions):
            self.flags.add(MISSING_START)
        later: list[Event] = []
        for event in group:
            if event.edge == "end" and event not in self.completions:
                if event.step in self.running:
                    out.append((self.running.pop(event.step), event.step))
                else:
                    later.append(event)
        for event in group:
            if event.edge == "start":
                if event.step in self.running:
                    self.flags.add(REPEATED_START)
                self.running[event.step] = event.agency
        for event in later:
            if event.step in self.running:
                out.append((self.running.pop(event.step), event.step))
        if out:
            self.came_out = out

    def span(self, start: int, end: int, behind: Sequence[Event] | None) -> Span:
        """Who has the journey until the events ``behind`` happen (None: nothing has happened yet)."""
        holdings = list(self.running.items())
        if holdings:
            return _held(start, end, [(agency, step) for step, agency in holdings])
        claims = [
            (event.agency, event.step) for event in self.done_at(behind or ()) if event.holder == NEXT
        ] + [(event.agency, event.step) for event in self.completions if event.holder == PREVIOUS]
        if claims:
            return _held(start, end, claims)
        had = _distinct((agency, None) for agency, _ in self.came_out)
        lost = behind is None and any(event.holder == NEXT for event in self.completions)
        if lost or not had or had == ((None, None),):
            return Span(start, end, UNASSIGNED, ((None, None),), _taker(behind))
        awaited = _taker(behind)
        kind = BETWEEN if had == ((awaited, None),) else HANDOVER
        return Span(start, end, kind, had, awaited, (OVERLAP,) if len(had) > 1 else ())


def passage(events: Sequence[Event], start: int, end: int, *, ended: bool) -> Passage:
    """Who held a journey in [start, end): from its events, each id once, in whatever order they came."""
    # A pause changes nothing of who holds a journey.
    moves = {event.id: event for event in events if event.edge not in (PAUSE, RESUME)}
    ordered = sorted(moves.values(), key=lambda event: (event.at, event.id))
    custody = _Custody()
    spans: list[Span] = []
    reached = start
    for at, found in groupby(ordered, key=lambda event: event.at):
        group = list(found)
        until = min(at, end)
        if until > reached:
            spans.append(custody.span(reached, until, group))
            reached = until
        if at > end:
            break
        custody.happen(group)
    if reached < end:
        spans.append(custody.span(reached, end, None))
    flags = {flag for span in spans for flag in span.flags} | custody.flags
    if ended and custody.running:
        flags.add(NOT_ENDED)
    return Passage(tuple(_joined(spans)), tuple(sorted(flags)))


def _held(start: int, end: int, found: Iterable[Holding]) -> Span:
    holdings = _distinct(found)
    if len(holdings) == 1:
        return Span(start, end, STEP if holdings[0][0] is not None else UNASSIGNED, holdings)
    agencies = {agency for agency, _ in holdings}
    kind = UNASSIGNED if agencies == {None} else STEP
    return Span(start, end, kind, holdings, None, (OVERLAP,) if len(agencies) > 1 else ())


def _distinct(found: Iterable[Holding]) -> tuple[Holding, ...]:
    once = set(found)
    return tuple(once) if len(once) == 1 else tuple(sorted(once, key=_order))


def _order(holding: Holding) -> tuple[bool, str, str]:
    agency, step = holding
    return agency is None, agency or "", step or ""


def _taker(behind: Sequence[Event] | None) -> str | None:
    """Who took the journey over: by a start rather than by any other event of that instant."""
    if not behind:
        return None
    return min(behind, key=lambda event: (event.edge != "start", event.id)).agency


def _joined(spans: Iterable[Span]) -> Iterable[Span]:
    """Spans that differ in nothing but their time, made one."""
    kept: list[Span] = []
    for span in spans:
        last = kept[-1] if kept else None
        same = last is not None and (last.kind, last.holdings, last.awaited, last.flags) == (
            span.kind,
            span.holdings,
            span.awaited,
            span.flags,
        )
        if last is not None and same and span.kind == STEP:
            kept[-1] = Span(last.start, span.end, span.kind, span.holdings, span.awaited, span.flags)
        else:
            kept.append(span)
    return kept


def divided(amount: int, holdings: Sequence[Holding]) -> list[tuple[Holding, int]]:
    """An amount shared equally among agencies, and by each equally among its steps; sums to it exactly."""
    if len(holdings) == 1:
        return [(holdings[0], amount)]
    agencies = list(dict.fromkeys(agency for agency, _ in holdings))
    parts: list[tuple[Holding, int]] = []
    for agency, own in zip(agencies, _equally(amount, len(agencies)), strict=True):
        mine = [holding for holding in holdings if holding[0] == agency]
        parts += zip(mine, _equally(own, len(mine)), strict=True)
    return parts


def _equally(amount: int, ways: int) -> list[int]:
    each, odd = divmod(amount, ways)
    return [each + (place < odd) for place in range(ways)]


def shares(found: Passage, measure: Measure = elapsed) -> dict[str | None, Share]:
    """What each agency had of a journey's time, as ``measure`` counts it; the times sum to the whole."""
    had: dict[str | None, Share] = defaultdict(Share)
    for span in found.spans:
        amount = measure(span.start, span.end)
        for (agency, step), part in divided(amount, span.holdings):
            share = had[agency]
            share.time += part
            if span.kind == HANDOVER:
                share.gave[span.awaited] += part
            elif span.kind != BETWEEN and step is not None:
                share.steps[step] += part
        if span.kind == HANDOVER and span.awaited is not None:
            had[span.awaited].awaited += amount
    return dict(had)
