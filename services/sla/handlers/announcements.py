"""Announcing what is in force, acknowledging it, and reminding who has not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.sla.domain import announcements as rules
from services.sla.domain.announcements import Acknowledgement, Announcement
from services.sla.domain.canonical import canonical, digest
from services.sla.domain.negotiation import Agreement, Revision, State
from services.sla.domain.tasks import days_late
from services.sla.domain.units import read_instant
from services.sla.handlers.access import agency_of, find_revision
from services.sla.handlers.history import Actor, actor, note_on
from services.sla.store import agreements, names
from services.sla.store import announcements as store
from shared import words
from shared.auth import Principal, Role
from shared.clock import to_micros
from shared.db import Connection, UnitOfWork
from shared.errors import Conflict, Forbidden, NotFound
from shared.events.sla import AcknowledgementAwaited, AnnouncementAcknowledged, AnnouncementPublished
from shared.timers import Timer

ANNOUNCEMENT = "announcement"
"""The timer that announces a revision when it comes in force, if nobody has."""
REMINDER = "acknowledgement"


@dataclass(frozen=True, slots=True)
class Announce:
    """``note``: what the announcer says besides, language -> text."""

    caller: Principal
    code: str
    hash: str
    days: int
    note: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Acknowledge:
    caller: Principal
    id: str
    named: str
    """The hash that the officer names; the address alone says not what was read."""


@dataclass(frozen=True, slots=True)
class Erase:
    caller: Principal
    id: str


def no_announcement(announcement_id: str) -> NotFound:
    """The one answer for a missing announcement and for one that is its parties' alone."""
    return NotFound(f"no announcement {announcement_id!r} is open to you")


def announce(command: Announce, uow: UnitOfWork) -> dict[str, Any]:
    """Announces what all have accepted, for the agency that does so."""
    agency, agreement, revision = find_revision(command.caller, command.code, command.hash, uow)
    known = store.of_revision(uow.connection, revision.hash)
    rules.check_new(revision, known, uow.now)
    announcer = rules.announcer(revision, names.known_service(uow.connection, agreement.service))
    if agency != announcer:
        raise Forbidden(f"{announcer} announces this agreement; {agency} acknowledges it")
    who = actor(command.caller, agency, Role.SIGNATORY)
    made = _publish(agreement, revision, who, command.days, command.note, uow)
    return answer(uow.connection, made, agency, uow.now)


def come_in_force(timer: Timer, uow: UnitOfWork) -> None:
    """A revision came in force: it is announced now, whoever forgot to."""
    agreement = agreements.find_by_revision(uow.connection, timer.key)
    revision = agreement.find(timer.key) if agreement else None
    if agreement is None or revision is None or revision.state(uow.now) is not State.IN_FORCE:
        return
    if store.of_revision(uow.connection, revision.hash) is None:
        _publish(agreement, revision, None, rules.DAYS, {}, uow)


def acknowledge(command: Acknowledge, uow: UnitOfWork) -> dict[str, Any]:
    """Says once for the caller's agency that it has taken note."""
    agency = agency_of(command.caller)
    found = store.find(uow.connection, command.id)
    if found is None or not found.open_to(agency):
        raise no_announcement(command.id)
    if found.of(agency) is None:
        raise Forbidden(f"{agency} is no party of this agreement")
    if command.named != found.id:
        raise Conflict(
            f"the acknowledgement names {command.named}, the address {found.id}; "
            "name the hash of the announcement that you have read",
            slug="stale-hash",
        )
    rules.check_acknowledgement(found, agency, uow.now)
    who = actor(command.caller, agency, Role.SIGNATORY, Role.NEGOTIATOR, Role.AGENCY_ADMIN)
    store.change_acknowledgement(
        uow.connection, found.id, agency, acknowledged_at=uow.now, person=who.person, role=who.role
    )
    uow.cancel(REMINDER, _key(found, agency))
    version = found.version + 1
    store.change(uow.connection, found.id, version=version)
    uow.emit(
        AnnouncementAcknowledged(
            **_told(found),
            version=version,
            agency=agency,
            acknowledged_at=to_micros(uow.now),
            missing=[each for each in found.missing if each != agency],
        ).event()
    )
    agreement = agreements.find_by_revision(uow.connection, found.revision)
    revision = agreement.find(found.revision) if agreement else None
    assert agreement is not None
    assert revision is not None
    note_on(uow, agreement, revision, "acknowledged", who, about=found.id)
    again = store.find(uow.connection, found.id)
    assert again is not None
    return answer(uow.connection, again, agency, uow.now)


def erase_note(command: Erase, uow: UnitOfWork) -> dict[str, Any]:
    """Erases the words that came with an announcement; their hashes stay in what was announced."""
    agency = agency_of(command.caller)
    found = store.find(uow.connection, command.id)
    if found is None or not found.open_to(agency):
        raise no_announcement(command.id)
    if found.announced_by != agency:
        raise Forbidden(f"{found.announced_by or 'the system'} announced this; {agency} wrote nothing to it")
    for name in found.note.values():
        words.erase(uow.connection, name)
    return answer(uow.connection, found, agency, uow.now)


def remind(timer: Timer, uow: UnitOfWork) -> None:
    """Reminds an agency that has not acknowledged, and sets the next reminder."""
    announcement_id, _, agency = timer.key.partition("/")
    found = store.find(uow.connection, announcement_id)
    mine = found.of(agency) if found else None
    if found is None or mine is None or not found.awaits(agency, uow.now):
        return
    overdue = uow.now >= found.acknowledge_by
    due = found.acknowledge_by
    reminder = mine.reminders + 1
    store.change_acknowledgement(uow.connection, found.id, agency, reminders=reminder)
    uow.emit(
        AcknowledgementAwaited(
            **_told(found),
            version=reminder,
            agency=agency,
            days=days_late(due, uow.now) if overdue else rules.days_left(due, uow.now),
            overdue=overdue,
            reminder=reminder,
        ).event()
    )
    _set_reminder(found, agency, uow)


def answer(connection: Connection, found: Announcement, agency: str | None, now: datetime) -> dict[str, Any]:
    """One announcement with what it promises."""
    agreed = json.loads(agreements.document(connection, found.revision))
    return {
        **rules.answer(found, agency, notes_of(connection, [found])[found.id], now),
        "promises": rules.promises(agreed),
        "document": dict(found.document),
    }


def notes_of(connection: Connection, found: list[Announcement]) -> dict[str, dict[str, str]]:
    """Announcement -> what its announcer wrote besides, as far as it was not erased."""
    texts = words.read(connection, [name for each in found for name in each.note.values()])
    return {
        each.id: {lang: texts[name] for lang, name in each.note.items() if name in texts} for each in found
    }


def _publish(
    agreement: Agreement,
    revision: Revision,
    who: Actor | None,
    days: int,
    note: Mapping[str, str],
    uow: UnitOfWork,
) -> Announcement:
    by = who.agency if who else None
    kept = {lang: words.keep(uow, who.agency, text) for lang, text in note.items()} if who else {}
    last = store.last_of(uow.connection, agreement.code)
    document = rules.document_of(
        revision,
        json.loads(agreements.document(uow.connection, revision.hash)),
        number=store.next_number(uow.connection, agreement.service, revision.visibility),
        now=uow.now,
        days=days,
        by=by,
        last=last,
        note_hashes={lang: each.hash for lang, each in kept.items()},
    )
    assert revision.in_force_from is not None
    made = Announcement(
        id=digest(document),
        number=document["number"],
        agreement=agreement.code,
        service=agreement.service,
        revision=revision.hash,
        visibility=revision.visibility,
        document=document,
        announced_by=by,
        person=who.person if who else None,
        announced_at=uow.now,
        acknowledge_by=read_instant(document["acknowledge_by"]),
        supersedes=document["supersedes"],
        note={lang: each.id for lang, each in kept.items()},
        in_force_from=revision.in_force_from,
        in_force_to=revision.in_force_to,
        version=1,
        acknowledgements=tuple(Acknowledgement(each.agency) for each in revision.parties),
    )
    store.add(uow.connection, made, canonical(document).decode())
    agreements.change_revision(uow.connection, revision.hash, announced_at=uow.now)
    uow.cancel(ANNOUNCEMENT, revision.hash)
    for each in made.acknowledgements:
        _set_reminder(made, each.agency, uow)
    uow.emit(
        AnnouncementPublished(
            **_told(made),
            version=made.version,
            revision=made.revision,
            visibility=made.visibility,
            announced_by=by,
            announced_at=to_micros(made.announced_at),
            effective_from=to_micros(made.in_force_from),
            supersedes=made.supersedes,
        ).event()
    )
    note_on(uow, agreement, revision, "announced", who, about=made.id, number=made.number)
    return made


def _set_reminder(found: Announcement, agency: str, uow: UnitOfWork) -> None:
    uow.schedule(REMINDER, _key(found, agency), rules.next_reminder(found.acknowledge_by, uow.now))


def _key(found: Announcement, agency: str) -> str:
    return f"{found.id}/{agency}"


def _told(found: Announcement) -> dict[str, Any]:
    """What every fact about an announcement says of it."""
    return {
        "id": found.id,
        "number": found.number,
        "agreement": found.agreement,
        "service": found.service,
        "title": found.title,
        "parties": list(found.document["parties"]),
        "acknowledge_by": to_micros(found.acknowledge_by),
    }
