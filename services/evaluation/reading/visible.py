"""Who sees which agreements, and what a track was agreed to be."""

from __future__ import annotations

from services.evaluation.domain.objective import Objective, read_objectives
from services.evaluation.store import control
from services.evaluation.store.control import Revision
from services.evaluation.store.panes import Track
from shared.db import Connection


def visible(connection: Connection, agency: str | None) -> tuple[set[str], set[str]]:
    """Agreements whose open windows and breaches an agency may see, and those it sees closed results of."""
    mine: set[str] = set()
    public: set[str] = set()
    for found in control.revisions_of(connection):
        if agency is not None and agency in found.parties:
            mine.add(found.agreement)
        if found.visibility == "public":
            public.add(found.agreement)
    return mine, public


def objective_of(connection: Connection, track: Track) -> tuple[Revision, Objective] | None:
    revision = control.revision_by_hash(connection, track.revision)
    if revision is None:
        return None
    indicators = control.indicators_of(connection, revision.service)
    for objective in read_objectives(revision.document, indicators):
        if objective.code == track.objective:
            return revision, objective
    return None
