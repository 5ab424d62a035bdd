"""Disputes: a party objects to a breach, the others answer, what follows is linked.

Words people write go to `free_text`, erasable; events carry their id and salted hash (DESIGN, Personal data).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from services.evaluation.domain import disputes as rules
from services.evaluation.domain.objective import DEFAULT_ZONE
from services.evaluation.handlers.memory import calendars_of
from services.evaluation.store import control, disputes, journeys, panes, results
from services.evaluation.store.control import Revision
from services.evaluation.store.disputes import Answer, Dispute
from services.evaluation.store.results import Breach
from shared import words
from shared.auth import Principal
from shared.clock import rfc3339, to_micros
from shared.db import Connection, UnitOfWork
from shared.errors import Conflict, Fault, Forbidden, NotFound, NotYetKnown, Unprocessable
from shared.events.evaluation import BREACH_DISPUTED, DISPUTE_ANSWERED, DisputeTold


@dataclass(frozen=True, slots=True)
class OpenDispute:
    caller: Principal
    breach: str
    reason: str
    about: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AnswerDispute:
    caller: Principal
    dispute: str
    answer: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class LinkRemedy:
    """``kind`` and ``id``: the correction or exclusion that followed."""

    caller: Principal
    dispute: str
    kind: str
    id: str


def open_dispute(command: OpenDispute, uow: UnitOfWork) -> dict[str, Any]:
    breach = results.breach_by_id(uow.connection, command.breach)
    agency = command.caller.agency
    if breach is None or agency is None or not control.is_party(uow.connection, breach.agreement, agency):
        raise NotFound("there is no such breach, or it is not open to you")
    revision = control.revision_by_hash(uow.connection, breach.agreement_revision)
    assert revision is not None
    if agency not in revision.parties:
        raise Forbidden("your agency was no party of the revision that this breach is of")
    if breach.state not in ("open", "closed"):
        raise Conflict(f"the breach is {breach.state}; there is nothing left to dispute", slug="no-breach")
    _check_about(uow.connection, breach, revision, command.about)
    now = to_micros(uow.now)
    for known in shown_of(uow.connection, [breach.id], now)[breach.id]:
        if (known["agency"], known["about"], known["state"]) == (agency, command.about, rules.OPEN):
            raise Conflict(f"your agency disputes just this already: {known['id']}", slug="disputed-already")
    zone = ZoneInfo(revision.document.get("time_zone") or DEFAULT_ZONE)
    made = Dispute(
        id=uuid4().hex,
        version=1,
        breach=breach.id,
        agreement=breach.agreement,
        agency=agency,
        opened_by=command.caller.subject,
        opened_at=now,
        due_at=rules.due_at(now, zone, _working_days(uow.connection, revision, now)),
        about=command.about,
        others=sorted(set(revision.parties) - {agency}),
        reason=words.keep(uow, agency, command.reason).id,
        remedy=None,
    )
    disputes.put_dispute(uow.connection, made)
    return _tell(uow, made, BREACH_DISPUTED)


def answer_dispute(command: AnswerDispute, uow: UnitOfWork) -> dict[str, Any]:
    found, agency = _own(uow, command.dispute, command.caller)
    if agency not in found.others:
        raise Forbidden("a dispute is answered by the other parties of the revision that was broken")
    if command.answer == rules.DECLINE and command.reason is None:
        raise Unprocessable("say why it is declined", errors=[Fault("/reason", "is needed to decline")])
    given = disputes.answers_of(uow.connection, [found.id])[found.id]
    if any(one.agency == agency for one in given):
        raise Conflict("your agency has answered; an answer stays", slug="answered-already")
    now = to_micros(uow.now)
    state = rules.state({one.agency: one.answer for one in given}, found.others, found.due_at, now)
    if state != rules.OPEN:
        raise Conflict(f"the dispute is {state} since {rfc3339(found.due_at)}", slug="dispute-closed")
    reason = None if command.reason is None else words.keep(uow, agency, command.reason).id
    disputes.add_answer(
        uow.connection, Answer(found.id, agency, command.answer, reason, command.caller.subject, now)
    )
    changed = replace(found, version=found.version + 1)
    disputes.put_dispute(uow.connection, changed)
    return _tell(uow, changed, DISPUTE_ANSWERED)


def link_remedy(command: LinkRemedy, uow: UnitOfWork) -> dict[str, Any]:
    """Names what followed an upheld dispute, approved by all; until then it is shown as due."""
    found, _ = _own(uow, command.dispute, command.caller)
    if found.remedy is not None:
        raise Conflict(f"it was followed by the {found.remedy['kind']} {found.remedy['id']}", slug="remedied")
    (told,) = shown(uow.connection, [found], to_micros(uow.now))
    if told["state"] != rules.UPHELD:
        raise Conflict(f"the dispute is {told['state']}; only an upheld one is followed", slug="not-upheld")
    if not disputes.is_approved(uow.connection, command.kind, command.id, found.agreement):
        raise NotYetKnown(
            f"no approved {command.kind} of this agreement has the id {command.id!r} (yet)",
            errors=[Fault("/id", "is not known")],
        )
    changed = replace(found, version=found.version + 1, remedy={"kind": command.kind, "id": command.id})
    disputes.put_dispute(uow.connection, changed)
    return _tell(uow, changed, DISPUTE_ANSWERED)


def _working_days(connection: Connection, revision: Revision, now: int) -> Callable[[date], bool]:
    """The working days of an agreement: by its calendar in force now, or from Monday to Friday."""
    found = calendars_of(connection, revision).get(revision.document.get("calendar") or "")
    if found is None:
        return rules.monday_to_friday
    calendar = found.at(now)
    return lambda day: bool(calendar.hours(day))


def _own(uow: UnitOfWork, dispute_id: str, caller: Principal) -> tuple[Dispute, str]:
    """A dispute of an agreement that the caller's agency is party to, and that agency."""
    found = disputes.dispute_by_id(uow.connection, dispute_id)
    agency = caller.agency
    if found is None or agency is None or not control.is_party(uow.connection, found.agreement, agency):
        raise NotFound("there is no such dispute, or it is not open to you")
    return found, agency


def _check_about(connection: Connection, breach: Breach, revision: Revision, about: dict[str, Any]) -> None:
    """What is disputed must be part of the breach."""
    if about["kind"] == "share" and about["agency"] not in {one["agency"] for one in breach.attribution}:
        raise Unprocessable(
            "the breach puts nothing down to this agency",
            errors=[Fault("/about/agency", "has no part in it")],
        )
    if about["kind"] != "journeys":
        return
    tracks = panes.tracks_of(connection, revision=revision.hash, objective=breach.objective)
    mine = {one.id for one in tracks if one.scope == breach.scope}
    counted = {
        name
        for name, found in journeys.contributions_of(connection, revision.service, about["journeys"]).items()
        for one in found
        if one.track in mine and one.at is not None and breach.window_start <= one.at < breach.window_end
    }
    strange = [place for place, name in enumerate(about["journeys"]) if name not in counted]
    if strange:
        raise Unprocessable(
            "some of these journeys do not count in the breach",
            errors=[Fault(f"/about/journeys/{place}", "does not count in its window") for place in strange],
        )


def _tell(uow: UnitOfWork, found: Dispute, kind: str) -> dict[str, Any]:
    """Tells the parties, without the words. Returns the dispute as it is shown."""
    (body,) = shown(uow.connection, [found], to_micros(uow.now))
    answers = disputes.answers_of(uow.connection, [found.id])[found.id]
    ids = [found.reason, *(one.reason for one in answers)]
    texts = words.kept(uow.connection, ids)

    def without_words(text: str | None) -> dict[str, str | None] | None:
        return None if text is None else {"id": text, "hash": texts[text].hash if text in texts else None}

    uow.emit(
        DisputeTold(
            version=found.version,
            kind=kind,
            agreement=found.agreement,
            parties=sorted({found.agency, *found.others}),
            dispute={
                **body,
                "reason": without_words(found.reason),
                "answers": [
                    {**said, "reason": without_words(one.reason)}
                    for said, one in zip(body["answers"], answers, strict=True)
                ],
            },
        ).event()
    )
    return body


def shown_of(connection: Connection, breaches: Sequence[str], now: int) -> dict[str, list[dict[str, Any]]]:
    """breach -> its disputes as they are shown."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in breaches}
    for body in shown(connection, disputes.disputes_of(connection, breaches), now):
        found[body["breach"]].append(body)
    return found


def shown(connection: Connection, found: Sequence[Dispute], now: int) -> list[dict[str, Any]]:
    """Disputes as API.md shows them; a reason that was erased is null."""
    answers = disputes.answers_of(connection, [one.id for one in found])
    ids: list[str | None] = [one.reason for one in found]
    ids += [said.reason for one in found for said in answers[one.id]]
    texts = words.read(connection, ids)

    bodies = []
    for one in found:
        given = {said.agency: said.answer for said in answers[one.id]}
        state = rules.state(given, one.others, one.due_at, now)
        breach = results.breach_by_id(connection, one.breach)
        assert breach is not None
        bodies.append(
            {
                "id": one.id,
                "version": one.version,
                "breach": one.breach,
                "agreement": one.agreement,
                "objective": breach.objective,
                "agency": one.agency,
                "about": one.about,
                "reason": texts.get(one.reason),
                "state": state,
                "opened_at": rfc3339(one.opened_at),
                "due_at": rfc3339(one.due_at),
                "answers": [
                    {
                        "agency": said.agency,
                        "answer": said.answer,
                        "reason": texts.get(said.reason),
                        "answered_at": rfc3339(said.answered_at),
                    }
                    for said in answers[one.id]
                ],
                "awaiting": [agency for agency in one.others if agency not in given]
                if state == rules.OPEN
                else [],
                "remedy": one.remedy,
                "remedy_due": state == rules.UPHELD and one.remedy is None,
            }
        )
    return bodies
