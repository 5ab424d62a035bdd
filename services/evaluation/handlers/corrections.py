"""Corrections: proposed by a signatory of one party, approved by those of all others, then counted.

What a kind checks and does stands in `KINDS`: a correction of batches lets final windows count what they set
aside; one of a calendar adopts a version of it for the past (handlers/calendars.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import rfc8785

from services.evaluation.domain import corrections as rules
from services.evaluation.domain.corrections import BATCHES, CALENDAR, Correction, State, Voice
from services.evaluation.domain.verdict import FINAL
from services.evaluation.domain.windows import Window
from services.evaluation.handlers import calendars, evidence, journeys, judging
from services.evaluation.handlers.control import changed
from services.evaluation.handlers.memory import memory_of
from services.evaluation.handlers.tracking import Changes
from services.evaluation.store import asides, control, coverage, panes, results
from services.evaluation.store import corrections as store
from services.evaluation.store.causes import Cause
from services.evaluation.store.results import Result
from shared import words
from shared.auth import Principal
from shared.clock import rfc3339, to_micros
from shared.db import Connection, UnitOfWork
from shared.errors import Conflict, Fault, Forbidden, NotFound, NotYetKnown, Unprocessable
from shared.events.evaluation import CorrectionTold


@dataclass(frozen=True, slots=True)
class Propose:
    """``content``: `results` and `batches`, or `agreement`, `calendar` and `version`."""

    caller: Principal
    kind: str
    content: Mapping[str, Any]
    reason: str


@dataclass(frozen=True, slots=True)
class Move:
    caller: Principal
    id: str


@dataclass(frozen=True, slots=True)
class Approve(Move):
    named: str
    """The hash that the signatory names; the address alone is no signature."""


@dataclass(frozen=True, slots=True)
class Reject(Move):
    reason: str


class Kind(Protocol):
    """What a kind of correction is about."""

    def parties(self, uow: UnitOfWork, agency: str, content: Mapping[str, Any]) -> tuple[str, list[str]]:
        """Checks a proposal. -> the agreement, and all whose word it needs."""

    def apply(self, uow: UnitOfWork, found: Correction) -> None:
        """Does what all have approved."""


# --- moves -------------------------------------------------------------------------------------------


def propose(command: Propose, uow: UnitOfWork) -> dict[str, Any]:
    """Puts a proposal before the other parties; proposing it is the proposer's own approval."""
    agency = _agency(command.caller)
    agreement, parties = KINDS[command.kind].parties(uow, agency, command.content)
    now = to_micros(uow.now)
    reason = words.keep(uow, agency, command.reason)
    document = {
        "agreement": agreement,
        "kind": command.kind,
        **command.content,
        "parties": parties,
        "proposed_by": agency,
        "proposed_at": rfc3339(now),
        "reason": {"id": reason.id, "hash": reason.hash},
    }
    made = Correction(
        id=hashlib.sha256(rfc8785.dumps(document)).hexdigest(),
        agreement=agreement,
        kind=command.kind,
        document=document,
        proposed_by=agency,
        proposed_at=now,
        reason=reason.id,
        approved_at=None,
        rejected_at=None,
        withdrawn_at=None,
        voices=tuple(
            Voice(party, now, command.caller.subject) if party == agency else Voice(party)
            for party in parties
        ),
    )
    store.add(uow.connection, made)
    return _tell(made.id, uow)


def approve(command: Approve, uow: UnitOfWork) -> dict[str, Any]:
    """Agrees for the caller's own agency. The last approval applies it; the next tick judges by it."""
    agency, found = _find(command, uow)
    if command.named != found.id:
        raise Conflict(
            f"the approval names {command.named}, the address {found.id}; "
            "sign the hash of the correction that you have read",
            slug="stale-hash",
        )
    rules.check_answer(found, agency, "approved")
    now = to_micros(uow.now)
    store.change_voice(uow.connection, found.id, agency, approved_at=now, signatory=command.caller.subject)
    if any(each.approved_at is None and each.agency != agency for each in found.voices):
        return shown(uow.connection, [_again(found.id, uow)])[0]
    store.change(uow.connection, found.id, approved_at=now)
    KINDS[found.kind].apply(uow, found)
    return _tell(found.id, uow)


def reject(command: Reject, uow: UnitOfWork) -> dict[str, Any]:
    """Ends a proposal for good, with the reason; it may be proposed anew."""
    agency, found = _find(command, uow)
    rules.check_answer(found, agency, "rejected")
    reason = words.keep(uow, agency, command.reason)
    now = to_micros(uow.now)
    store.change_voice(uow.connection, found.id, agency, rejected_at=now, reason=reason.id)
    store.change(uow.connection, found.id, rejected_at=now)
    return _tell(found.id, uow)


def withdraw(command: Move, uow: UnitOfWork) -> dict[str, Any]:
    """Takes back an own proposal that not all have approved."""
    agency, found = _find(command, uow)
    if found.proposed_by != agency:
        raise Forbidden(f"{found.proposed_by} proposed it and withdraws it; {agency} may answer it")
    rules.check_withdrawal(found)
    store.change(uow.connection, found.id, withdrawn_at=to_micros(uow.now))
    return _tell(found.id, uow)


def no_correction() -> NotFound:
    """The one answer for a missing correction and for other agencies'."""
    return NotFound("there is no such correction, or it is not open to you")


def _agency(caller: Principal) -> str:
    if caller.agency is None:
        raise Forbidden("only an agency proposes and approves; the operator belongs to none")
    return caller.agency


def _find(command: Move, uow: UnitOfWork) -> tuple[str, Correction]:
    found = store.find(uow.connection, command.id)
    agency = command.caller.agency
    if found is None or agency is None or found.voice(agency) is None:
        raise no_correction()
    return agency, found


def _again(correction_id: str, uow: UnitOfWork) -> Correction:
    found = store.find(uow.connection, correction_id)
    assert found is not None
    return found


def _tell(correction_id: str, uow: UnitOfWork) -> dict[str, Any]:
    """Tells the parties how it stands, without the words. Returns it as it is shown."""
    found = _again(correction_id, uow)
    (body,) = shown(uow.connection, [found])
    told = {**body, "reason": found.document["reason"]}
    told["rejections"] = [{**each, "reason": None} for each in body["rejections"]]
    version = 1 if found.state is State.PROPOSED else 2
    uow.emit(
        CorrectionTold(
            version=version,
            kind=f"sanya.evaluation.correction.{found.state.value}.v1",
            agreement=found.agreement,
            parties=list(found.document["parties"]),
            correction=told,
        ).event()
    )
    if found.state is State.APPROVED:
        evidence.note_correction(uow, told)
    return body


def shown(connection: Connection, found: Sequence[Correction]) -> list[dict[str, Any]]:
    """Corrections as their parties see them; a reason that was erased is null."""
    ids: list[str | None] = [one.reason for one in found]
    ids += [each.reason for one in found for each in one.voices]
    texts = words.read(connection, ids)

    return [
        {
            "id": one.id,
            "hash": one.id,
            "agreement": one.agreement,
            "kind": one.kind,
            "state": one.state.value,
            **{
                name: one.document.get(name, [] if name in ("results", "batches") else None)
                for name in ("results", "batches", "calendar", "version")
            },
            "reason": texts.get(one.reason),
            "parties": one.document["parties"],
            "proposed_by": one.proposed_by,
            "proposed_at": rfc3339(one.proposed_at),
            "approved_at": None if one.approved_at is None else rfc3339(one.approved_at),
            "approvals": [
                {"agency": each.agency, "at": rfc3339(each.approved_at), "signatory": each.signatory}
                for each in one.voices
                if each.approved_at is not None
            ],
            "rejections": [
                {"agency": each.agency, "at": rfc3339(each.rejected_at), "reason": texts.get(each.reason)}
                for each in one.voices
                if each.rejected_at is not None
            ],
            "awaiting": one.awaiting,
        }
        for one in found
    ]


# --- kinds -------------------------------------------------------------------------------------------


class Late:
    """Batches that came when windows were final: their rows there count after all."""

    def parties(self, uow: UnitOfWork, agency: str, content: Mapping[str, Any]) -> tuple[str, list[str]]:
        connection = uow.connection
        named = self._results(connection, agency, content["results"])
        agreements = {one.agreement for one in named}
        if len(agreements) > 1:
            raise _wrong([Fault("/results", f"they are of several agreements: {sorted(agreements)}")])
        faults = []
        for place, one in enumerate(named):
            if not one.newest:
                faults.append(Fault(f"/results/{place}", "a newer revision of it exists; name that one"))
            elif one.state != FINAL:
                faults.append(
                    Fault(f"/results/{place}", f"it is {one.state}, not final: late data count by themselves")
                )
        found: set[str] = set()
        for one in named:
            window = Window(one.window_start, one.window_end)
            track = panes.track_by_id(connection, one.track)
            found |= set(store.set_aside(connection, track, window, content["batches"]))
        faults += [
            Fault(f"/batches/{place}", "holds nothing that these results set aside as too late")
            for place, batch in enumerate(content["batches"])
            if batch not in found
        ]
        if faults:
            raise _wrong(faults)
        parties: dict[str, None] = {}
        for one in named:
            revision = control.revision_by_hash(connection, one.agreement_revision)
            assert revision is not None
            parties.update(dict.fromkeys(revision.parties))
        if agency not in parties:
            raise Forbidden(f"{agency} is no party of the revision that judged these results")
        return named[0].agreement, list(parties)

    @staticmethod
    def _results(connection: Connection, agency: str, ids: Sequence[str]) -> list[Result]:
        named: list[Result] = []
        missing: list[Fault] = []
        for place, result_id in enumerate(ids):
            one = results.result_by_id(connection, result_id)
            if one is None or not control.is_party(connection, one.agreement, agency):
                missing.append(Fault(f"/results/{place}", "no such result is known, or open to you"))
            else:
                named.append(one)
        if missing:
            raise NotYetKnown("the correction names results that are not known here (yet)", errors=missing)
        composed = [
            Fault(f"/results/{place}", "a composite follows its members: correct their results")
            for place, one in enumerate(named)
            if one.track < 0
        ]
        if composed:
            raise _wrong(composed)
        return named

    def apply(self, uow: UnitOfWork, found: Correction) -> None:
        connection = uow.connection
        uow.on_rollback(lambda: store.forget(connection))
        changed(uow)
        changes = Changes(uow, panes.newest_tick(connection), correcting=True)
        changes.cause = Cause("correction", found.id, found.proposed_by)
        memory = memory_of(uow)
        rows: list[dict[str, Any]] = []
        for result_id in found.document["results"]:
            one = results.result_by_id(connection, result_id)
            assert one is not None
            window = Window(one.window_start, one.window_end)
            track = memory.track(connection, one.track)
            service = track.service
            revision, objective = memory.plan(connection, service).objective(track)
            passages: list[str] = []
            for batch in store.set_aside(connection, track, window, found.document["batches"]):
                panes.release(connection, track, batch, *window)
                passages += asides.release(connection, track.revision, track.objective, batch, *window)
                coverage.release(connection, track, batch, *window)
                store.counted(connection, track, window, batch)
            changes.reconsider(track, revision, objective, *window)
            journeys.recount(changes, service, passages, found.id, track.revision)
            rows.append(
                {
                    "correction": found.id,
                    "agreement": found.agreement,
                    "track": track.id,
                    "window_start": window.start,
                    "window_end": window.end,
                }
            )
        store.add_applied(connection, rows)
        changes.flush()
        judging.judge_arrivals(changes)


class Adoption:
    """A version of the agreement's working calendar that was published for the past."""

    def parties(self, uow: UnitOfWork, agency: str, content: Mapping[str, Any]) -> tuple[str, list[str]]:
        agreement, code, version = content["agreement"], content["calendar"], content["version"]
        if not control.is_party(uow.connection, agreement, agency):
            raise NotYetKnown(
                "the correction names an agreement that is not known here (yet)",
                errors=[Fault("/agreement", "no such agreement is known, or open to you")],
            )
        try:
            calendars.adoptable(uow.connection, agreement, code, version)
        except NotFound:
            raise NotYetKnown(
                "the correction names a calendar that is not known here (yet)",
                errors=[Fault("/calendar", "no such calendar is known, or no such version of it")],
            ) from None
        parties: dict[str, None] = {}
        for revision in control.revisions_of(uow.connection, agreement=agreement):
            if revision.document.get("calendar") == code:
                parties.update(dict.fromkeys(revision.parties))
        if agency not in parties:
            raise Forbidden(f"{agency} is no party of a revision that goes by this calendar")
        return agreement, list(parties)

    def apply(self, uow: UnitOfWork, found: Correction) -> None:
        document = found.document
        calendars.adopt_version(
            uow, found.agreement, document["calendar"], document["version"], found.id, found.proposed_by
        )


KINDS: Mapping[str, Kind] = {BATCHES: Late(), CALENDAR: Adoption()}


def _wrong(faults: Sequence[Fault]) -> Unprocessable:
    return Unprocessable("the correction cannot be proposed as it is written", errors=faults)
