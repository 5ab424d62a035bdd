"""Who had the journeys behind a result."""

from __future__ import annotations

from typing import Literal

from services.evaluation.schemas.results import Span
from shared.http import Wire


class Taker(Wire):
    """Who took journeys over, and after how long in all; `agency` null: nobody did yet."""

    agency: str | None
    seconds: str


class Handover(Wire):
    """Gaps between an agency's end and the next one's start: `seconds` are in its part, `awaited_seconds`
    in those of the agencies it took over from."""

    seconds: str
    to: list[Taker]
    awaited_seconds: str


class StepPart(Wire):
    """What a step took, and what of it was more than its allotment, journey by journey."""

    step: str
    seconds: str
    allotted: str | None
    exceeded_by: str | None
    journeys: int
    exceeded: int


class AgencyPart(Wire):
    """What an agency had of the journeys' time, in exact seconds of the objective's clock.

    `elapsed_seconds`: of the wall's clock, as recipients feel it.

    `allotted`: what its steps were allotted in the journeys in which it had them; `exceeded_by`: the sum of
    what was more, in `exceeded` journeys. `evidence` names the worst; all: `GET …/attribution`.
    """

    agency: str | None
    unassigned: bool
    seconds: str
    elapsed_seconds: str
    share: str | None
    exact: str | None
    allotted: str | None
    exceeded_by: str | None
    journeys: int
    exceeded: int
    handover: Handover
    steps: list[StepPart]
    evidence: list[str]


class Attributed(Wire):
    """What an attribution rests on: how many journeys there are, how many (the longest) are summed up.

    `until`: where the time of a journey that is still open ends. `flags`: journeys with `overlap`, ….
    """

    until: str | None
    journeys: int
    summed: int
    which: Literal["bad", "all"]
    flags: dict[str, int]
    seconds: str


class Held(Wire):
    agency: str | None
    step: str | None
    seconds: str


class SpanHeld(Wire):
    """Who held a journey from `start` to `end`.

    `kind`: step, handover (had by `held`, taken over by `awaited`), between (own steps) or unassigned.
    """

    start: str
    end: str
    kind: Literal["step", "handover", "between", "unassigned"]
    seconds: str
    held: list[Held]
    awaited: str | None
    flags: list[str]


class PartOfJourney(Wire):
    agency: str | None
    seconds: str
    exceeded_by: str | None


class JourneyHeld(Wire):
    """One journey as evidence."""

    journey: str
    state: str
    good: bool
    started: str
    ended: str | None
    deadline: str | None
    seconds: str
    elapsed_seconds: str
    flags: list[str]
    spans: list[SpanHeld]
    agencies: list[PartOfJourney]


class AttributionOut(Wire):
    """Who had the journeys of a window: summed up by agency, and journey by journey."""

    result: str
    breach: str | None
    agreement: str
    objective: str
    window: Span
    allotments: dict[str, str]
    agencies: list[AgencyPart]
    attributed: Attributed | None
    items: list[JourneyHeld]
    next: str | None
