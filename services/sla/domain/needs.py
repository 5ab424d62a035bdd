"""Needs: what recipients, law or capacity require of a service; their groups, their rank, what covers them.

**The method.** Frequency, severity and legal weight are each rated 1 to 5. The score of a need is
`frequency^a x severity^b x legal_weight^c`; the weights a, b, c (0 to 3, at first 1) belong to the service,
and every version of them is kept with its author. All whole numbers: nothing is rounded. Needs that say the
same are merged; a group is rated by the highest rating that any of its needs has, so that merging never
lowers what it joins. The higher score goes first, then the group of more needs, then what came first. A
group that lacks a rating whose weight is not 0 has no score and comes last, with what it lacks.

**MoSCoW.** The priority that people gave (the strongest of the group); else `must` where the law demands it
(legal weight 5), else by the share of the largest score that can be: from 1/2 must, from 1/8 should, from
1/64 could, below it wont.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

MOSCOW = ("must", "should", "could", "wont")
RATINGS = ("frequency", "severity", "legal_weight")
HIGHEST = 5
_SHARES = (("must", 2), ("should", 8), ("could", 64))


@dataclass(frozen=True, slots=True)
class Need:
    """`statement`: the id of its free text. `merged_into`: the need that stands for it."""

    id: str
    service: str
    agency: str
    version: int
    statement: str
    statement_hash: str
    source: str
    recipient_group: str | None
    channel: str | None
    priority: str | None
    frequency: int | None
    severity: int | None
    legal_weight: int | None
    wanted: str | None
    evidence: tuple[str, ...]
    theme: str | None
    merged_into: str | None
    import_id: str | None
    made_by: str
    made_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Weights:
    """Exponents. Version 0: nobody has set any yet."""

    frequency: int = 1
    severity: int = 1
    legal_weight: int = 1
    version: int = 0
    made_for: str | None = None
    made_by: str | None = None
    made_at: datetime | None = None

    def score(self, ratings: Mapping[str, int]) -> int:
        found = 1
        for name in RATINGS:
            found *= ratings.get(name, 1) ** getattr(self, name)
        return int(found)

    @property
    def largest(self) -> int:
        return self.score(dict.fromkeys(RATINGS, HIGHEST))

    def lacking(self, ratings: Mapping[str, int]) -> list[str]:
        return [name for name in RATINGS if getattr(self, name) and name not in ratings]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A need with all that were merged into it. `rank`: equal scores share one."""

    need: Need
    members: tuple[Need, ...]
    ratings: Mapping[str, int]
    lacking: tuple[str, ...]
    score: int | None
    moscow: str | None
    moscow_from: str | None
    rank: int = 0

    def ids(self) -> list[str]:
        return [each.id for each in self.members]


def roots(merged: Mapping[str, str | None]) -> dict[str, str]:
    """need -> the need that stands for it in the end. ``merged``: need -> what it was merged into."""
    found: dict[str, str] = {}
    for start in merged:
        path, here = [], start
        while here not in found and merged.get(here) is not None:
            path.append(here)
            here = str(merged[here])
        top = found.get(here, here)
        found.update(dict.fromkeys((*path, here), top))
    return found


def groups(needs: Iterable[Need]) -> dict[str, list[Need]]:
    """The standing need's id -> all that it stands for, itself first."""
    known = {each.id: each for each in needs}
    tops = roots({each.id: each.merged_into for each in known.values()})
    found: dict[str, list[Need]] = defaultdict(list)
    for each in sorted(known.values(), key=lambda need: (tops[need.id] != need.id, need.made_at, need.id)):
        found[tops[each.id]].append(each)
    return found


def rank(needs: Iterable[Need], weights: Weights) -> list[Ranked]:
    """The groups of needs, the weightiest first."""
    found = [_rated(members, weights) for members in groups(needs).values()]
    found.sort(key=_order)
    ranked: list[Ranked] = []
    for place, each in enumerate(found, 1):
        same = bool(ranked) and ranked[-1].score == each.score
        ranked.append(_placed(each, ranked[-1].rank if same else place))
    return ranked


def _placed(one: Ranked, place: int) -> Ranked:
    return Ranked(
        one.need, one.members, one.ratings, one.lacking, one.score, one.moscow, one.moscow_from, place
    )


def _order(one: Ranked) -> tuple[bool, int, int, datetime, str]:
    score = -1 if one.score is None else one.score
    return one.score is None, -score, -len(one.members), one.need.made_at, one.need.id


def _rated(members: Sequence[Need], weights: Weights) -> Ranked:
    ratings: dict[str, int] = {}
    for name in RATINGS:
        given = [value for each in members if (value := getattr(each, name)) is not None]
        if given:
            ratings[name] = max(given)
    lacking = weights.lacking(ratings)
    score = None if lacking else weights.score(ratings)
    moscow, why = _moscow(members, ratings, score, weights)
    return Ranked(members[0], tuple(members), ratings, tuple(lacking), score, moscow, why)


def _moscow(
    members: Sequence[Need], ratings: Mapping[str, int], score: int | None, weights: Weights
) -> tuple[str | None, str | None]:
    declared = [each.priority for each in members if each.priority is not None]
    if declared:
        return min(declared, key=MOSCOW.index), "declared"
    if ratings.get("legal_weight") == HIGHEST:
        return "must", "law"
    if score is None:
        return None, None
    return next((name for name, part in _SHARES if score * part >= weights.largest), "wont"), "score"


# --- what covers them --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Link:
    """A need leads to an indicator, or to an objective of an agreement."""

    id: str
    need: str
    indicator: str | None
    agreement: str | None
    objective: str | None
    made_for: str
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Promise:
    """An objective of a revision, as far as it has come: only some of them are promises already."""

    agreement: str
    objective: str
    indicator: str | None
    revision: str
    state: str

    @property
    def given(self) -> bool:
        return self.state in ("accepted", "in_force")


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands against one group of needs. `via`: a link to the objective, or to what it judges by."""

    ranked: Ranked
    indicators: tuple[str, ...]
    promises: tuple[tuple[Promise, str], ...]

    @property
    def standing(self) -> str:
        if any(promise.given for promise, _ in self.promises):
            return "promised"
        return "proposed" if self.promises else "open"


def coverage(
    ranked: Sequence[Ranked], links: Iterable[Link], promises: Sequence[Promise]
) -> tuple[list[Cover], list[Promise]]:
    """Each group with its indicators and objectives, and the objectives that no need asked for."""
    of_need: dict[str, list[Link]] = defaultdict(list)
    for each in links:
        of_need[each.need].append(each)
    covers: list[Cover] = []
    asked: set[tuple[str, str]] = set()
    for one in ranked:
        mine = [link for need in one.ids() for link in of_need[need]]
        indicators = {link.indicator for link in mine if link.indicator is not None}
        named = {(link.agreement, link.objective) for link in mine if link.objective is not None}
        found = []
        for promise in promises:
            if (promise.agreement, promise.objective) in named:
                found.append((promise, "objective"))
            elif promise.indicator in indicators:
                found.append((promise, "indicator"))
        asked.update((promise.agreement, promise.objective) for promise, _ in found)
        covers.append(Cover(one, tuple(sorted(indicators)), tuple(found)))
    return covers, [each for each in promises if (each.agreement, each.objective) not in asked]


def promises_of(agreement: str, revision: str, state: str, document: Mapping[str, Any]) -> Iterable[Promise]:
    """The objectives and composites of a revision."""
    for each in document["objectives"]:
        yield Promise(agreement, each["code"], each.get("indicator"), revision, state)
    for each in document.get("composites", []):
        yield Promise(agreement, each["code"], None, revision, state)
