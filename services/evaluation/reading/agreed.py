"""What the parties agreed about a result: exclusions and corrections, with who said so and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.evaluation.domain.exclusions import Span, merged
from services.evaluation.handlers import corrections as handlers
from services.evaluation.store import corrections, exclusions
from services.evaluation.store.results import Result
from shared.clock import rfc3339
from shared.db import Connection


class Agreed:
    """The exclusions and corrections in the basis of one revision of a result."""

    def __init__(self, connection: Connection, result: Result) -> None:
        basis = result.body["basis"]
        self._documents = exclusions.documents(connection, basis.get("exclusions") or [])
        found = corrections.by_ids(connection, basis.get("corrections") or [])
        self.corrections = [
            {
                name: one[name]
                for name in ("id", "kind", "batches", "reason", "proposed_by", "proposed_at", "approvals")
            }
            for one in handlers.shown(connection, found)
        ]
        spans = [(one["from_at"], one["to_at"]) for one in self._documents if one["from_at"] is not None]
        self.spans: list[Span] = merged(spans)

    @property
    def exclusions(self) -> list[dict[str, Any]]:
        return [_exclusion(one) for one in self._documents]


def _exclusion(document: dict[str, Any]) -> dict[str, Any]:
    start, end = document["from_at"], document["to_at"]
    return {
        "id": document["id"],
        "kind": document["kind"],
        "reason": document["reason"],
        "objectives": document["objectives"],
        "scope": document["scope"],
        "from": None if start is None else rfc3339(start),
        "to": None if end is None else rfc3339(end),
        "journeys": document["journeys"],
        "proposed_by": document["proposed_by"],
        "proposed_at": rfc3339(document["proposed_at"]),
        "approvals": document["approvals"],
    }


def without_journeys(found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Exclusions as the public sees them: journeys are for the parties."""
    return [{**one, "journeys": []} for one in found]
