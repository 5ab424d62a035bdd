"""Delegation: a party lets another agency's signatory act for it, for some moves and until an instant.

Nobody acts for another without one (SEMANTICS.md, "Negotiation", 4). It is recorded, and seen by the parties.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.clock import rfc3339
from shared.errors import Conflict, Fault, Forbidden

ACCEPT, REJECT, TERMINATE = "accept", "reject", "terminate"
MOVES = (ACCEPT, REJECT, TERMINATE)


class State(StrEnum):
    ACTIVE = "active"
    ENDED = "ended"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Delegation:
    """`person` None: any signatory of `granted_to`. `agreement` None: all agreements of the service."""

    id: str
    granted_by: str
    granted_to: str
    person: str | None
    scope: str
    agreement: str | None
    service: str
    moves: tuple[str, ...]
    granted_at: datetime
    granted_person: str
    ends_at: datetime
    revoked_at: datetime | None = None

    def state(self, now: datetime) -> State:
        """Its state at an instant; its end is the first instant at which it is over."""
        if self.revoked_at is not None:
            return State.REVOKED
        return State.ACTIVE if now < self.ends_at else State.ENDED

    def active(self, now: datetime) -> bool:
        return self.state(now) is State.ACTIVE


def authority(
    delegations: Sequence[Delegation], giver: str, taker: str, person: str, move: str, now: datetime
) -> Delegation:
    """The delegation by which a person of ``taker`` makes a move for ``giver``; Forbidden says what lacks."""
    given = [each for each in delegations if (each.granted_by, each.granted_to) == (giver, taker)]
    if not given:
        raise Forbidden(f"{giver} has not delegated to {taker}; nobody acts for another without a delegation")
    for each in given:
        if each.active(now) and move in each.moves and each.person in (None, person):
            return each
    last = max(given, key=lambda each: (each.active(now), each.granted_at))
    if last.state(now) is State.REVOKED and last.revoked_at is not None:
        raise Forbidden(f"{giver} revoked its delegation to {taker} at {rfc3339(last.revoked_at)}")
    if last.state(now) is State.ENDED:
        raise Forbidden(f"the delegation of {giver} to {taker} ended at {rfc3339(last.ends_at)}")
    if move not in last.moves:
        raise Forbidden(f"the delegation of {giver} to {taker} is to {', '.join(last.moves)}, not to {move}")
    raise Forbidden(f"{giver} has delegated to another person of {taker}")


def faults_of(made: Delegation, states: dict[str, str], now: datetime) -> Iterable[Fault]:
    """What is wrong with one that is about to be given; ``states``: of the agencies that are known."""
    if made.granted_to == made.granted_by:
        yield Fault("/to", "an agency's own signatories act for it without a delegation")
    elif states.get(made.granted_to, "active") != "active":
        yield Fault("/to", f"{made.granted_to} is {states[made.granted_to]}: it can sign nothing")
    if made.ends_at <= now:
        yield Fault("/ends_at", f"must be later than now, {rfc3339(now)}")
    if len(set(made.moves)) != len(made.moves):
        yield Fault("/moves", "a move stands twice")


def check_new(delegations: Sequence[Delegation], made: Delegation, now: datetime) -> None:
    """The same is not given twice: who revokes it would leave the other one standing."""
    for each in delegations:
        same = (each.granted_by, each.granted_to, each.person, each.scope) == (
            made.granted_by,
            made.granted_to,
            made.person,
            made.scope,
        )
        if same and each.active(now) and set(each.moves) & set(made.moves):
            raise Conflict(f"this is delegated already, until {rfc3339(each.ends_at)}: {each.id}")


def check_revocation(found: Delegation, now: datetime) -> None:
    state = found.state(now)
    if state is not State.ACTIVE:
        raise Conflict(f"this delegation is {state.value}; nothing was changed")
