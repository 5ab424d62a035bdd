"""Why a result was judged again: what is told beside its new revision, with what it said before.

Control facts are remembered when they come (`store.causes`). Late data is not, since that would cost the hot
road a row for each track: it is what came in since the revision before was judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.evaluation.domain.objective import Objective
from services.evaluation.domain.verdict import FINAL
from services.evaluation.domain.windows import Window
from services.evaluation.store import causes as store
from services.evaluation.store.causes import Cause, Touch
from services.evaluation.store.panes import Track
from services.evaluation.store.results import Result
from shared.db import Connection


def told(
    connection: Connection,
    track: Track,
    objective: Objective,
    window: Window,
    before: Result,
    remembered: Sequence[Touch],
) -> dict[str, Any] | None:
    """The field `cause`: the first of the causes, the `others`, and `from`: what was said before."""
    found = [one.cause for one in remembered if one.touches(*window)]
    if before.state != FINAL:
        # What comes behind a final window does not count there.
        found += late_data(connection, track, objective, window, before.computed_at)
    if not found:
        return None
    first, *others = found[: store.MOST]
    said = {"verdict": before.verdict, "exact": before.body["exact"]}
    return {**_shown(first), "from": said, "others": [_shown(one) for one in others]}


def late_data(
    connection: Connection, track: Track, objective: Objective, window: Window, since: int
) -> list[Cause]:
    if objective.on_journeys:
        rows = store.late_passages(connection, track.service, track.id, *window, since)
    else:
        rows = store.late_batches(connection, track.service, objective.indicator, *window, since)
    return [Cause("late_data", batch, source) for batch, source in rows]


def _shown(cause: Cause) -> dict[str, str | None]:
    return {"kind": cause.kind, "id": cause.id, "by": cause.by}
