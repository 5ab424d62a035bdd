"""Who sees which agreements, and what a track was agreed to be."""

from __future__ import annotations

import json

from services.evaluation.domain.objective import Objective
from services.evaluation.handlers.memory import calendars_of, objectives_of
from services.evaluation.store import control
from services.evaluation.store.control import Revision
from services.evaluation.store.panes import Track
from shared.db import Connection


def visible(
    connection: Connection, agency: str | None, *, service: str | None = None, party: str | None = None
) -> tuple[set[str], set[str]]:
    """Agreements whose open windows and breaches an agency may see, and those it sees closed results of.

    ``service``, ``party``: only such agreements.
    """
    mine: set[str] = set()
    public: set[str] = set()
    for found in control.openness(connection):
        if service not in (None, found.service) or (party is not None and party not in found.parties):
            continue
        if agency is not None and agency in found.parties:
            mine.add(found.agreement)
        if found.visibility == "public":
            public.add(found.agreement)
    return mine, public


def promised(connection: Connection, revision: Revision) -> dict[str, Objective]:
    """The objectives of a revision, by code."""
    indicators = control.indicators_of(connection, revision.service)
    return {one.code: one for one in objectives_of(revision, indicators, calendars_of(connection, revision))}


def objective_of(connection: Connection, track: Track) -> tuple[Revision, Objective] | None:
    revision = control.revision_by_hash(connection, track.revision)
    if revision is None:
        return None
    found = promised(connection, revision).get(track.objective)
    return None if found is None else (revision, found.of_group(json.loads(track.scope)))
