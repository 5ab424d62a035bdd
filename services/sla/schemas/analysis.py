"""Wire models of what follows from needs."""

from __future__ import annotations

from typing import Any, Literal

from services.sla.schemas.indicators import Indicator
from services.sla.schemas.needs import NeedView, Priority, WeightsView
from shared.http import Page, Wire, Words

Standing = Literal["promised", "proposed", "open"]


class Ratings(Wire):
    """The highest in the group; null: nobody gave one."""

    frequency: int | None
    severity: int | None
    legal_weight: int | None


class RankedView(Wire):
    """`members`: all that the need stands for, itself first. `lacking`: why it has no score."""

    rank: int
    score: int | None
    ratings: Ratings
    lacking: list[str]
    moscow: Priority | None
    moscow_from: Literal["declared", "law", "score"] | None
    members: list[str]
    need: NeedView


class Ranking(Page[RankedView]):
    """The needs of a service, the weightiest first, by the method and the weights that are said."""

    service: str
    method: Words
    weights: WeightsView


class Classes(Wire):
    must: int
    should: int
    could: int
    wont: int
    unrated: int


class ThemeView(Wire):
    """`theme` null: those that belong to none. `group_needs`: the first 1000."""

    theme: str | None
    groups: int
    needs: int
    best_rank: int
    moscow: Classes
    group_needs: list[str]


class Themes(Wire):
    service: str
    items: list[ThemeView]


class PromiseView(Wire):
    """An objective or composite; `state` is its revision's."""

    agreement: str
    objective: str
    indicator: str | None
    revision: str
    state: Literal["draft", "offered", "accepted", "in_force"]


class CoveredBy(PromiseView):
    """`via`: the need leads to the objective itself, or to the indicator it judges by."""

    via: Literal["objective", "indicator"]


class CoverView(Wire):
    need: str
    theme: str | None
    rank: int
    moscow: Priority | None
    standing: Standing
    indicators: list[str]
    objectives: list[CoveredBy]


class IndicatorUse(Wire):
    code: str
    needed: bool
    promised: bool


class Counts(Wire):
    promised: int
    proposed: int
    open: int


class Matrix(Page[CoverView]):
    """Need x indicator x objective, as far as the caller's agency may see the agreements.

    A need is `promised` when an objective for it is accepted or in force, `proposed` while one is only
    drafted or offered, else `open`.
    """

    service: str
    counts: Counts
    indicators: list[IndicatorUse]
    promises_without_need: list[PromiseView]


class EntryView(Wire):
    """An indicator to start from. `objective`: how a promise on it is usually put."""

    code: str
    name: Words
    about: Words
    formula: Words
    kind: str
    unit: str
    direction: Literal["higher", "lower"]
    objective: dict[str, Any]
    theme: Words


class IndicatorCatalogue(Wire):
    items: list[EntryView]


class StartingTargets(Wire):
    """What was asked, and what the law says; null: nothing was."""

    asked_median: str | None
    asked_strictest: str | None
    law: str | None


class ProposalView(EntryView):
    """`draft`: a body for `POST /indicators`. `existing`: what the service has of it already."""

    best_rank: int | None
    needs: list[str]
    factors: list[str]
    existing: list[str]
    draft: Indicator
    starting_targets: StartingTargets


class Asked(Wire):
    """`kept`: whether the objective promises it, or more; null: the two cannot be compared."""

    value: str
    needs: int
    kept: bool | None


class Lawful(Wire):
    factor: str
    section: str | None
    value: str
    kept: bool | None


class StepsView(Wire):
    """What the steps may take together; `fits` null: the limit is counted in another way."""

    allotted: str
    limit: str | None
    fits: bool | None
    left: str | None
    without: list[str]


class BesideTarget(Wire):
    objective: str
    indicator: str
    responsible: str
    limit: Any
    comparator: str
    target: str
    asked: list[Asked]
    law: list[Lawful]
    steps: StepsView | None
    needs: list[str]
    best_rank: int | None


class BesideTargets(Wire):
    """Beside each target: what recipients asked, what the law says, whether the steps' times fit in."""

    agreement: str
    revision: str
    items: list[BesideTarget]


class Proposals(Wire):
    service: str
    items: list[ProposalView]
