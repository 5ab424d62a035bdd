"""Termination with notice: an agreement is ended, or one of several parties leaves it.

What an agreement demands stands in its `terms`: `notice`, a duration such as `P90D`, and `termination`: `one`
(a party alone, with notice) or `all` (every party signs it off). Without `notice` all have to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from services.sla.domain.units import DAY, at_whole_minute, duration_micros, next_whole_minute, whole_minutes
from shared.clock import rfc3339
from shared.errors import Conflict, Fault

ENDING, LEAVING = "termination", "leaving"
ONE, ALL = "one", "all"
LONGEST_NOTICE = 3660 * DAY


class State(StrEnum):
    PROPOSED = "proposed"
    GIVEN = "given"
    EFFECTIVE = "effective"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class SignOff:
    """One party whose word is asked for, and its word."""

    agency: str
    signed_at: datetime | None = None
    signatory: str | None = None
    by_agency: str | None = None
    delegation: str | None = None


@dataclass(frozen=True, slots=True)
class Termination:
    """`id` is the hash of `document`. `given_at`: when the last one whose word is asked for gave it."""

    id: str
    agreement: str
    revision: str
    kind: str
    document: Mapping[str, Any]
    proposed_by: str
    proposed_at: datetime
    effective_at: datetime
    reason: str | None
    given_at: datetime | None
    withdrawn_at: datetime | None
    signers: tuple[SignOff, ...]

    def signer(self, agency: str) -> SignOff | None:
        return next((each for each in self.signers if each.agency == agency), None)

    def state(self, now: datetime) -> State:
        """Its state at an instant. What not all have signed off when it would have effect is over."""
        if self.withdrawn_at is not None:
            return State.WITHDRAWN
        if self.given_at is not None:
            return State.GIVEN if now < self.effective_at else State.EFFECTIVE
        return State.PROPOSED if now < self.effective_at else State.EXPIRED

    @property
    def counts(self) -> bool:
        """Whether it ends what is in force at its effect."""
        return self.given_at is not None and self.withdrawn_at is None


def terms_faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    """What is wrong with the terms that end an agreement. All other terms are the parties' own words."""
    terms = document["terms"]
    notice = terms.get("notice")
    if notice is not None:
        try:
            micros = duration_micros(notice) if isinstance(notice, str) else None
        except ValueError as error:
            yield Fault("/terms/notice", f"{notice!r} {error}")
        else:
            if micros is None:
                yield Fault("/terms/notice", "a duration such as `P90D`")
            elif not whole_minutes(micros) or not 0 < micros <= LONGEST_NOTICE:
                yield Fault("/terms/notice", "whole minutes, at most 10 years")
    if terms.get("termination", ONE) not in (ONE, ALL):
        yield Fault("/terms/termination", "`one` (a party alone, with notice) or `all` (every party)")
    elif terms.get("termination") == ONE and notice is None:
        yield Fault("/terms/notice", "say with what notice one party alone may end it, such as `P90D`")


def demanded(terms: Mapping[str, Any]) -> tuple[timedelta, bool]:
    """The notice, and whether all have to sign. Terms from before they were read this way demand all."""
    try:
        notice = timedelta(microseconds=duration_micros(terms.get("notice", "")))
    except (ValueError, TypeError):
        return timedelta(0), True
    return notice, terms.get("termination", ONE) == ALL


def earliest(notice: timedelta, now: datetime) -> datetime:
    """The first instant at which a notice given now may have effect."""
    return next_whole_minute(now + notice)


def faults_of(
    kind: str, effective_at: datetime, notice: timedelta, parties: int, now: datetime
) -> Iterator[Fault]:
    if kind == LEAVING and parties <= 2:
        yield Fault(
            "/kind", "an agreement has two parties at least: with two of them, this is its `termination`"
        )
    if not at_whole_minute(effective_at):
        yield Fault("/effective_at", "effective instants are whole minutes")
    elif effective_at < earliest(notice, now):
        yield Fault("/effective_at", f"the notice is kept from {rfc3339(earliest(notice, now))} on")


def check_new(known: tuple[Termination, ...], kind: str, agency: str, now: datetime) -> None:
    """One ending at a time, and nobody leaves twice."""
    for each in known:
        same = each.kind == kind and (kind == ENDING or each.proposed_by == agency)
        if same and each.state(now) in (State.PROPOSED, State.GIVEN):
            raise Conflict(f"there is one already, for {rfc3339(each.effective_at)}: {each.id}")


def check_sign_off(found: Termination, agency: str, now: datetime) -> None:
    signer = found.signer(agency)
    if signer is not None and signer.signed_at is not None:
        raise Conflict(
            f"{agency} signed it off at {rfc3339(signer.signed_at)} already; nothing was changed",
            slug="already-accepted",
        )
    if found.state(now) is not State.PROPOSED:
        raise Conflict(f"only what is proposed is signed off; this one is {found.state(now).value}")


def check_withdrawal(found: Termination, now: datetime) -> None:
    if found.state(now) not in (State.PROPOSED, State.GIVEN):
        raise Conflict(f"only before its effect can it be withdrawn; this one is {found.state(now).value}")
