"""Recommendations: open ones are computed; that one was declined is kept, with the finding as it stood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.evaluation.store import control
from services.evaluation.store import improvements as store
from services.evaluation.store.improvements import Decided
from shared import words
from shared.auth import Principal
from shared.clock import rfc3339, to_micros
from shared.db import Connection, UnitOfWork
from shared.errors import Conflict, Forbidden, NotFound

DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Decline:
    """``finding``: the open recommendation, as it stands; None: there is none."""

    caller: Principal
    recommendation: str
    agreement: str
    reason: str
    finding: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class EraseReason:
    caller: Principal
    recommendation: str


def no_recommendation() -> NotFound:
    return NotFound("there is no such recommendation, or it is not open to you")


def decline(command: Decline, uow: UnitOfWork) -> dict[str, Any]:
    agency = command.caller.agency
    if agency is None or not control.is_party(uow.connection, command.agreement, agency):
        raise no_recommendation()
    known = store.decided(uow.connection, command.recommendation)
    if known is not None and known.agreement == command.agreement:
        raise Conflict(
            f"it was {known.state.replace('_', ' ')} by {known.agency}", slug="recommendation-decided"
        )
    if command.finding is None:
        raise no_recommendation()
    made = Decided(
        id=command.recommendation,
        agreement=command.agreement,
        objective=command.finding["objective"],
        state=DECLINED,
        finding=command.finding,
        agency=agency,
        decided_by=command.caller.subject,
        decided_at=to_micros(uow.now),
        reason=words.keep(uow, agency, command.reason).id,
        improvement=None,
    )
    store.decide(uow.connection, made)
    return shown(uow.connection, [made])[0]


def erase_reason(command: EraseReason, uow: UnitOfWork) -> dict[str, Any]:
    """Erases why it was declined; that it was, stays."""
    found = store.decided(uow.connection, command.recommendation)
    agency = command.caller.agency
    if found is None or agency is None or not control.is_party(uow.connection, found.agreement, agency):
        raise no_recommendation()
    if found.agency != agency:
        raise Forbidden(f"{found.agency} decided it; {agency} may read it")
    if found.reason is None:
        raise Conflict("no reason was written", slug="nothing-written")
    words.erase(uow.connection, found.reason)
    return shown(uow.connection, [found])[0]


def shown(connection: Connection, found: Sequence[Decided]) -> list[dict[str, Any]]:
    texts = words.read(connection, [one.reason for one in found])
    return [
        {
            "id": one.id,
            "state": one.state,
            "finding": one.finding,
            "agency": one.agency,
            "decided_at": rfc3339(one.decided_at),
            "reason": texts.get(one.reason),
            "improvement": one.improvement,
        }
        for one in found
    ]
