"""Reviews: the parties met over an agreement; who was there, what was decided, and when they meet again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.sla.domain.negotiation import Revision
from shared.clock import rfc3339
from shared.errors import Fault


@dataclass(frozen=True, slots=True)
class Review:
    """`attended`: agencies. `decision`: the id of what was decided, in the one table of words."""

    id: str
    agreement: str
    revision: str
    recorded_by: str
    person: str
    recorded_at: datetime
    held_at: datetime
    attended: tuple[str, ...]
    decision: str
    decision_hash: str
    next_review_at: datetime | None


def faults_of(
    revision: Revision,
    first: datetime,
    held_at: datetime,
    attended: Sequence[str],
    next_review_at: datetime | None,
    now: datetime,
) -> Iterator[Fault]:
    """What is wrong with a review that is about to be recorded. ``first``: since when it is in force."""
    if held_at > now:
        yield Fault("/held_at", f"a review is recorded when it was held; it is {rfc3339(now)} now")
    elif held_at < first:
        yield Fault("/held_at", f"the agreement is in force since {rfc3339(first)}")
    counts = Counter(attended)
    for index, agency in enumerate(attended):
        if revision.party(agency) is None:
            yield Fault(f"/attended/{index}", f"{agency} is no party of this agreement")
        elif counts[agency] > 1:
            yield Fault(f"/attended/{index}", f"{agency} stands twice")
    if next_review_at is not None and next_review_at <= now:
        yield Fault("/next_review_at", f"must be later than now, {rfc3339(now)}")


def answer(review: Review, decision: str | None) -> dict[str, Any]:
    """``decision`` None: its words were erased; that it was taken stays."""
    return {
        "id": review.id,
        "agreement": review.agreement,
        "revision": review.revision,
        "recorded_by": review.recorded_by,
        "person": review.person,
        "recorded_at": rfc3339(review.recorded_at),
        "held_at": rfc3339(review.held_at),
        "attended": list(review.attended),
        "decision": decision,
        "decision_hash": review.decision_hash,
        "next_review_at": None if review.next_review_at is None else rfc3339(review.next_review_at),
    }


@dataclass(frozen=True, slots=True)
class Kept:
    """A final result, as the evaluator told its newest revision. `base`: its id without the revision."""

    base: str
    version: int
    agreement: str
    revision: str
    objective: str
    scope: Mapping[str, Any]
    window_start: datetime
    window_end: datetime
    verdict: str
    exact: str | None
    comparator: str
    target: str

    @property
    def result(self) -> str:
        return f"{self.base}-{self.version}"


MOST_BREACHED = 100


def kept(promised: Sequence[str], results: Sequence[Kept]) -> list[dict[str, Any]]:
    """How each promise was kept: its final windows by verdict, the last one, and those that were broken.

    ``results``: oldest first. A promise without a final window says so by zeros.
    """
    found = []
    for code in dict.fromkeys([*promised, *(each.objective for each in results)]):
        mine = [each for each in results if each.objective == code]
        counts = Counter(each.verdict for each in mine)
        broken = [each for each in mine if each.verdict == "breached"]
        found.append(
            {
                "objective": code,
                "windows": len(mine),
                "met": counts["met"],
                "breached": counts["breached"],
                "not_determined": len(mine) - counts["met"] - counts["breached"],
                "last": _result(mine[-1]) if mine else None,
                "broken": [_result(each) for each in broken[-MOST_BREACHED:]],
            }
        )
    return found


def _result(each: Kept) -> dict[str, Any]:
    return {
        "result": each.result,
        "revision": each.revision,
        "scope": dict(each.scope),
        "window": {"start": rfc3339(each.window_start), "end": rfc3339(each.window_end)},
        "verdict": each.verdict,
        "exact": each.exact,
        "comparator": each.comparator,
        "target": each.target,
    }
