"""Exclusions: agreed time or journeys that do not count, proposed by one party and approved by the others.

The proposal is immutable and named by its hash; its state is computed from what the parties did, as that of a
revision is. Only what all have approved changes what counts, until all have revoked it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.sla.domain.negotiation import Agreement, Revision
from services.sla.domain.units import at_whole_minute, read_instant
from shared.clock import rfc3339
from shared.errors import Conflict, Fault

KINDS = ("maintenance", "force_majeure", "agreed_pause", "other")


class State(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Voice:
    """One party, and what it did. The proposer approves by proposing."""

    agency: str
    approved_at: datetime | None = None
    signatory: str | None = None
    rejected_at: datetime | None = None
    revoked_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Exclusion:
    id: str
    agreement: str
    document: Mapping[str, Any]
    proposed_by: str
    proposed_at: datetime
    expires_at: datetime | None
    approved_at: datetime | None
    rejected_at: datetime | None
    withdrawn_at: datetime | None
    revoked_at: datetime | None
    version: int
    voices: tuple[Voice, ...]

    def state(self, now: datetime) -> State:
        """Its state at an instant. The order of the questions is the rule."""
        if self.revoked_at is not None:
            return State.REVOKED
        if self.approved_at is not None:
            return State.APPROVED
        if self.rejected_at is not None:
            return State.REJECTED
        if self.withdrawn_at is not None:
            return State.WITHDRAWN
        if self.expires_at is not None and now >= self.expires_at:
            return State.EXPIRED
        return State.PROPOSED

    def voice(self, agency: str) -> Voice | None:
        return next((each for each in self.voices if each.agency == agency), None)

    def awaits(self, agency: str, now: datetime) -> bool:
        """Whether it is this agency's turn to answer."""
        voice = self.voice(agency)
        return self.state(now) is State.PROPOSED and voice is not None and voice.approved_at is None


def parties_of(agreement: Agreement, start: datetime | None, end: datetime | None) -> list[str]:
    """Who must agree: the parties of every revision in force in the span (without one: of the last)."""
    last = agreement.last_accepted()
    if last is None:
        return []
    touched = _touched(agreement, start, end) or [last]
    found: dict[str, None] = {}
    for revision in touched:
        found.update((party.agency, None) for party in revision.parties)
    return list(found)


def touches(exclusion: Exclusion, start: datetime, end: datetime) -> bool:
    """Whether it is about time in [start, end), or, without a span, was proposed then."""
    said = exclusion.document
    if said["from"] is None:
        return start <= exclusion.proposed_at < end
    return read_instant(said["from"]) < end and start < read_instant(said["to"])


def _touched(agreement: Agreement, start: datetime | None, end: datetime | None) -> list[Revision]:
    """The revisions whose time in force shares an instant with [start, end), in their order."""
    if start is None or end is None:
        return []
    return [
        each
        for each in agreement.revisions
        if each.in_force_from is not None
        and each.in_force_from < end
        and (each.in_force_to is None or max(start, each.in_force_from) < each.in_force_to)
    ]


def check(
    plain: Mapping[str, Any],
    agreement: Agreement,
    documents: Sequence[Mapping[str, Any]],
    indicators: Mapping[str, Mapping[str, Any]],
    now: datetime,
) -> list[Fault]:
    """Everything that is wrong with a proposal. ``documents``: those of the revisions it may touch."""
    faults = list(_span_faults(plain, agreement))
    if plain["expires_at"] is not None and plain["expires_at"] <= now:
        faults.append(Fault("/expires_at", f"must be later than now, {rfc3339(now)}"))
    if not any(plain["reason"].values()):
        faults.append(Fault("/reason", "say why, in Thai or English"))
    objectives = {each["code"]: each for document in documents for each in document["objectives"]}
    named = plain["objectives"]
    for index, code in enumerate(named or ()):
        if code not in objectives:
            faults.append(Fault(f"/objectives/{index}", f"{agreement.code} has no objective {code!r} then"))
        elif code in named[:index]:
            faults.append(Fault(f"/objectives/{index}", f"{code} stands twice"))
    chosen = [each for code, each in objectives.items() if named is None or code in named]
    faults += _scope_faults(plain["scope"], chosen, indicators, named is not None)
    journeys = plain["journeys"]
    if len(set(journeys)) != len(journeys):
        faults.append(Fault("/journeys", "a journey stands twice"))
    on_journeys = [each for each in chosen if indicators[each["indicator"]]["kind"] == "duration"]
    if journeys and not on_journeys:
        faults.append(Fault("/journeys", "none of these objectives is judged on journeys"))
    return faults


def _span_faults(plain: Mapping[str, Any], agreement: Agreement) -> Iterator[Fault]:
    start, end = plain["from"], plain["to"]
    if start is None and end is None:
        if not plain["journeys"]:
            yield Fault("", "name a span (`from` and `to`), or `journeys`, or both")
        return
    if start is None or end is None:
        yield Fault("/from" if start is None else "/to", "a span has a start and an end")
        return
    whole = True
    for name, instant in (("from", start), ("to", end)):
        if not at_whole_minute(instant):
            whole = False
            yield Fault(f"/{name}", "exclusions are whole minutes")
    if end <= start:
        yield Fault("/to", "must be later than `from`")
    elif whole and (gap := _not_in_force(agreement, start, end)) is not None:
        yield Fault("/from", f"{agreement.code} is not in force at {rfc3339(gap)}, which lies in the span")


def _not_in_force(agreement: Agreement, start: datetime, end: datetime) -> datetime | None:
    """The first instant of [start, end) at which no revision is in force."""
    reached = start
    spans = [(each.in_force_from, each.in_force_to) for each in _touched(agreement, start, end)]
    for begun, ended in sorted(spans, key=lambda span: span[0] or start):
        if begun is not None and begun > reached:
            return reached
        if ended is None:
            return None
        reached = max(reached, ended)
    return reached if reached < end else None


def _scope_faults(
    scope: Mapping[str, str] | None,
    chosen: Sequence[Mapping[str, Any]],
    indicators: Mapping[str, Mapping[str, Any]],
    named: bool,
) -> Iterator[Fault]:
    """A group can be left out only where an objective is judged for it by itself."""
    if scope is None:
        return
    if not scope:
        yield Fault("/scope", "name a label, or leave `scope` out")
    for label, value in scope.items():
        judged = [each for each in chosen if label in (each.get("scope") or ())]
        missing = [each["code"] for each in chosen if each not in judged]
        if not judged or (named and missing):
            which = ", ".join(missing) if judged else "none of these objectives"
            verb = "does not judge" if judged else "judges"
            yield Fault(f"/scope/{label}", f"{which} {verb} the groups of {label!r} each by itself")
            continue
        values = {one for each in judged for one in indicators[each["indicator"]]["labels"].get(label, ())}
        if values and value not in values:
            yield Fault(f"/scope/{label}", f"{value!r} is no declared value of {label!r}")


def check_answer(found: Exclusion, agency: str, verb: str, now: datetime) -> None:
    """Whether a party may answer now: what is stale or repeated changes nothing, and says so."""
    voice = found.voice(agency)
    state = found.state(now)
    if state is State.PROPOSED and found.proposed_by == agency:
        raise Conflict(f"{agency} proposed it; the other parties answer, and {agency} may withdraw it")
    if voice is not None and verb == "approved" and voice.approved_at is not None:
        raise Conflict(
            f"{agency} approved this exclusion at {rfc3339(voice.approved_at)} already; nothing was changed",
            slug="already-approved",
        )
    if state is not State.PROPOSED:
        raise Conflict(f"only an open proposal can be {verb}; this one is {_told(found, state)}")
    if voice is not None and voice.approved_at is not None:
        raise Conflict(
            f"{agency} approved it at {rfc3339(voice.approved_at)}; what was approved is not rejected"
        )


def check_withdrawal(found: Exclusion, now: datetime) -> None:
    if (state := found.state(now)) is not State.PROPOSED:
        raise Conflict(f"only an open proposal can be withdrawn; this one is {_told(found, state)}")


def check_revocation(found: Exclusion, agency: str, now: datetime) -> None:
    voice = found.voice(agency)
    if voice is not None and voice.revoked_at is not None:
        raise Conflict(
            f"{agency} revoked this exclusion at {rfc3339(voice.revoked_at)} already; nothing was changed",
            slug="already-revoked",
        )
    if (state := found.state(now)) is not State.APPROVED:
        raise Conflict(f"only an approved exclusion can be revoked; this one is {_told(found, state)}")


def _told(found: Exclusion, state: State) -> str:
    since = {
        State.APPROVED: found.approved_at,
        State.REJECTED: found.rejected_at,
        State.WITHDRAWN: found.withdrawn_at,
        State.EXPIRED: found.expires_at,
        State.REVOKED: found.revoked_at,
    }.get(state)
    return f"{state.value} since {rfc3339(since)}" if since is not None else state.value


def answer(found: Exclusion, now: datetime) -> dict[str, Any]:
    """An exclusion as its parties see it."""
    document = found.document
    return {
        "id": found.id,
        "hash": found.id,
        "agreement": found.agreement,
        "state": found.state(now).value,
        **{name: document[name] for name in ("kind", "objectives", "scope", "from", "to", "journeys")},
        "reason": document["reason"],
        "parties": document["parties"],
        "proposed_by": found.proposed_by,
        "proposed_at": rfc3339(found.proposed_at),
        "expires_at": _instant(found.expires_at),
        "approved_at": _instant(found.approved_at),
        "revoked_at": _instant(found.revoked_at),
        "approvals": [
            {"agency": each.agency, "at": rfc3339(each.approved_at), "signatory": each.signatory}
            for each in found.voices
            if each.approved_at is not None
        ],
        "rejections": [
            {"agency": each.agency, "at": rfc3339(each.rejected_at), "reason": each.reason}
            for each in found.voices
            if each.rejected_at is not None
        ],
        "revocations": [
            {"agency": each.agency, "at": rfc3339(each.revoked_at)}
            for each in found.voices
            if each.revoked_at is not None
        ],
        "awaiting": [each.agency for each in found.voices if found.awaits(each.agency, now)],
    }


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else rfc3339(instant)
