"""Results as others read them: their body, their id, and whether two of them say the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from services.evaluation.domain.objective import Objective
from services.evaluation.domain.verdict import Judgement
from services.evaluation.domain.windows import Window
from services.evaluation.store.control import Revision
from services.evaluation.store.panes import Track
from shared.clock import rfc3339


def final_at(revision: Revision, objective: Objective, end: int) -> int:
    """When a window that ends at ``end`` becomes final: its grace later.

    For a window that had ended before all parties accepted (a retroactive agreement) grace runs from then:
    nobody could report for a promise that was none yet. (docs/adr/0010.)
    """
    return max(end, revision.known_at) + objective.grace


def result_body(
    track: Track,
    revision: Revision,
    objective: Objective,
    window: Window,
    judgement: Judgement,
    state: str,
    *,
    tick: int,
    overdue: Sequence[int],
    backfill: str | None = None,
) -> dict[str, Any]:
    """A result as API.md shows it, without id and revision."""
    return {
        "agreement": track.agreement,
        "agreement_revision": track.revision,
        "objective": track.objective,
        "responsible": objective.responsible,
        "scope": json.loads(track.scope),
        "window": {"start": rfc3339(window.start), "end": rfc3339(window.end), "state": state},
        **judgement.numbers(objective),
        "overdue": {"counted": overdue[0], "listed": overdue[1]},
        "excluded": 0,
        "coverage": None,
        "forecast": None if judgement.forecast is None else judgement.forecast.body(),
        "data_until": rfc3339(min(tick, window.end)) if tick else None,
        "computed_at": rfc3339(tick) if tick else None,
        "closes_at": rfc3339(window.end),
        "final_at": rfc3339(final_at(revision, objective, window.end)),
        "basis": {
            "agreement_revision": track.revision,
            "calendar": None,
            "plan": None,
            "exclusions": [],
            "backfill": backfill,
        },
    }


_JUDGED = ("verdict", "good", "total", "exact", "overdue", "comparator", "target", "slices")


def same_judgement(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two results say the same; when and from which positions they were made does not matter."""
    # By `get`: a field that is younger than a stored result says there that it was not judged by it.
    return all(one.get(name) == other.get(name) for name in _JUDGED)


def result_id(track: Track, window: Window, number: int) -> str:
    """The same for the same judgement, whoever computes it: track, span and revision of the result."""
    identity = f"{track.revision}/{track.objective}/{track.scope}/{window.start}/{window.end}"
    return f"{hashlib.sha256(identity.encode()).hexdigest()[:24]}-{number}"
