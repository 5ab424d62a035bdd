"""Corrections: what came too late for a final window, counted after all because every party says so.

Approved as an exclusion is: proposed by one party, approved by every other. There are two kinds: `batches`
names results and batches that were set aside for them; `calendar` names a version of a working calendar.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shared.clock import rfc3339
from shared.errors import Conflict

BATCHES = "batches"
CALENDAR = "calendar"


class State(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Voice:
    """One party, and what it did; instants in µs UTC. The proposer approves by proposing."""

    agency: str
    approved_at: int | None = None
    signatory: str | None = None
    rejected_at: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """``reason``: the id of the proposer's words, which can be erased."""

    id: str
    agreement: str
    kind: str
    document: Mapping[str, Any]
    proposed_by: str
    proposed_at: int
    reason: str
    approved_at: int | None
    rejected_at: int | None
    withdrawn_at: int | None
    voices: tuple[Voice, ...]

    @property
    def state(self) -> State:
        if self.approved_at is not None:
            return State.APPROVED
        if self.rejected_at is not None:
            return State.REJECTED
        if self.withdrawn_at is not None:
            return State.WITHDRAWN
        return State.PROPOSED

    def voice(self, agency: str) -> Voice | None:
        return next((each for each in self.voices if each.agency == agency), None)

    @property
    def awaiting(self) -> list[str]:
        """Who has yet to answer."""
        if self.state is not State.PROPOSED:
            return []
        return [each.agency for each in self.voices if each.approved_at is None]


def check_answer(found: Correction, agency: str, verb: str) -> None:
    """Whether a party may answer now: what is stale or repeated changes nothing, and says so."""
    voice = found.voice(agency)
    if found.state is State.PROPOSED and found.proposed_by == agency:
        raise Conflict(f"{agency} proposed it; the other parties answer, and {agency} may withdraw it")
    if voice is not None and verb == "approved" and voice.approved_at is not None:
        raise Conflict(
            f"{agency} approved this correction at {rfc3339(voice.approved_at)} already; nothing was changed",
            slug="already-approved",
        )
    if found.state is not State.PROPOSED:
        raise Conflict(f"only an open proposal can be {verb}; this one is {_told(found)}")
    if voice is not None and voice.approved_at is not None:
        raise Conflict(
            f"{agency} approved it at {rfc3339(voice.approved_at)}; what was approved is not rejected"
        )


def check_withdrawal(found: Correction) -> None:
    if found.state is not State.PROPOSED:
        raise Conflict(f"only an open proposal can be withdrawn; this one is {_told(found)}")


def _told(found: Correction) -> str:
    since = found.approved_at or found.rejected_at or found.withdrawn_at
    return found.state.value if since is None else f"{found.state.value} since {rfc3339(since)}"
