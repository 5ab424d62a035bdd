"""Announcements: a revision that all have accepted is made known, and each party acknowledges it.

What is announced never changes and is named by its hash. Its state is computed from the revision's span, as
that of a revision is; that an agency has not acknowledged is computed too, and timers only tell of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from services.sla.domain import negotiation
from services.sla.domain.indicators import KnownService
from services.sla.domain.negotiation import Agreement, Revision
from services.sla.domain.tasks import Task, days_late
from shared import dates
from shared.clock import rfc3339
from shared.dates import Lang
from shared.errors import Conflict

DAYS, MOST_DAYS = 7, 90
"""Days in which an announcement is acknowledged, and the most that may be given."""
BEFORE = timedelta(days=2)
AGAIN = timedelta(days=7)
"""A reminder so long before the due date, one at it, and one each so long after."""


class State(StrEnum):
    UPCOMING = "upcoming"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """One party, and when an officer of it acknowledged. `reminders`: how many it was sent."""

    agency: str
    reminders: int = 0
    acknowledged_at: datetime | None = None
    person: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Announcement:
    """`id` is the hash of `document`. `announced_by` None: nobody did before it came in force.

    `note`: what its announcer wrote besides, language -> id of the words. `in_force_*`: of the revision.
    """

    id: str
    number: int
    agreement: str
    service: str
    revision: str
    visibility: str
    document: Mapping[str, Any]
    announced_by: str | None
    person: str | None
    announced_at: datetime
    acknowledge_by: datetime
    supersedes: str | None
    note: Mapping[str, str]
    in_force_from: datetime
    in_force_to: datetime | None = None
    superseded_by: str | None = None
    version: int = 0
    acknowledgements: tuple[Acknowledgement, ...] = ()

    def state(self, now: datetime) -> State:
        """Its state at an instant: what took its place, or will, does not end it before the cut-over."""
        over = self.in_force_to is not None and (
            now >= self.in_force_to or self.in_force_to <= self.in_force_from
        )
        if over:
            return State.ENDED if self.superseded_by is None else State.SUPERSEDED
        return State.UPCOMING if now < self.in_force_from else State.IN_FORCE

    def of(self, agency: str | None) -> Acknowledgement | None:
        return next((each for each in self.acknowledgements if each.agency == agency), None)

    def open_to(self, agency: str | None) -> bool:
        """Whether an agency (None: the public) may see it."""
        return self.visibility == "public" or self.of(agency) is not None

    def awaits(self, agency: str, now: datetime) -> bool:
        """Whether it is still asked of an agency to acknowledge: not of what is over."""
        mine = self.of(agency)
        live = self.state(now) in (State.UPCOMING, State.IN_FORCE)
        return live and mine is not None and mine.acknowledged_at is None

    @property
    def missing(self) -> list[str]:
        return [each.agency for each in self.acknowledgements if each.acknowledged_at is None]

    @property
    def title(self) -> dict[str, str]:
        return dict(self.document["title"])


def announcer(revision: Revision, service: KnownService | None) -> str:
    """Who announces: the owner of the service where it is a party, else who wrote the revision."""
    if service is not None and revision.party(service.owner) is not None:
        return service.owner
    return revision.made_by


def check_new(revision: Revision, known: Announcement | None, now: datetime) -> None:
    """What all have accepted is announced once, before it comes in force or while it is."""
    if known is not None:
        raise Conflict(
            f"this revision was announced at {rfc3339(known.announced_at)} already: {known.id}",
            slug="already-announced",
        )
    state = revision.state(now)
    if state not in (negotiation.State.ACCEPTED, negotiation.State.IN_FORCE):
        told = state.value.replace("_", " ")
        raise Conflict(f"only what all parties have accepted is announced; this revision is {told}")


def check_acknowledgement(found: Announcement, agency: str, now: datetime) -> None:
    mine = found.of(agency)
    if mine is not None and mine.acknowledged_at is not None:
        raise Conflict(
            f"{agency} acknowledged it at {rfc3339(mine.acknowledged_at)} already; nothing was changed",
            slug="already-acknowledged",
        )
    state = found.state(now)
    if state is State.SUPERSEDED:
        raise Conflict(f"superseded by {found.superseded_by}: acknowledge that one", slug="stale-hash")
    if state is State.ENDED:
        raise Conflict("what it announces has ended; there is nothing to acknowledge any more")


def due(announced_at: datetime, days: int, zone: str) -> datetime:
    """The end of the so many-th date after the announcement's, in the agreement's time zone."""
    local = announced_at.astimezone(ZoneInfo(zone))
    return datetime.combine(local.date() + timedelta(days=days + 1), time(), ZoneInfo(zone))


def next_reminder(acknowledge_by: datetime, now: datetime) -> datetime:
    """The next instant behind ``now`` at which an agency that has not acknowledged is reminded."""
    if now < acknowledge_by - BEFORE:
        return acknowledge_by - BEFORE
    if now < acknowledge_by:
        return acknowledge_by
    return acknowledge_by + ((now - acknowledge_by) // AGAIN + 1) * AGAIN


def days_left(acknowledge_by: datetime, now: datetime) -> int:
    """Days until it is due; one that has begun counts."""
    return -((now - acknowledge_by) // timedelta(days=1))


def document_of(
    revision: Revision,
    agreed: Mapping[str, Any],
    *,
    number: int,
    now: datetime,
    days: int,
    by: str | None,
    last: Announcement | None,
    note_hashes: Mapping[str, str],
) -> dict[str, Any]:
    """What is announced. ``agreed``: the revision's document; ``last``: what this takes the place of."""
    start = revision.in_force_from
    assert start is not None
    return {
        "agreement": agreed["code"],
        "service": agreed["service"],
        "revision": revision.hash,
        "parties": [each.agency for each in revision.parties],
        "visibility": revision.visibility,
        "legal_form": revision.legal_form,
        "number": number,
        "title": agreed["title"],
        "text": _text(agreed, revision.visibility, number, start, last),
        "effective_from": rfc3339(start),
        "announced_at": rfc3339(now),
        "announced_by": by,
        "acknowledge_by": rfc3339(due(now, days, agreed["time_zone"])),
        "supersedes": None if last is None else last.id,
        "note": dict(note_hashes),
    }


def promises(agreed: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What recipients will get, headlines first: each promise with its wording for the public."""
    ordered = sorted(agreed["objectives"], key=lambda each: not each.get("headline"))
    return [
        {
            "objective": each["code"],
            "indicator": each["indicator"],
            "responsible": each["responsible"],
            "wording": each.get("public_wording"),
            "headline": bool(each.get("headline")),
            "aggregation": each.get("aggregation"),
            "good": each.get("good"),
            "comparator": each["comparator"],
            "target": each["target"],
            "window": each["window"],
        }
        for each in ordered
    ]


def answer(found: Announcement, agency: str | None, note: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """As one reader may see it: who acknowledged is shown to the parties, when to everybody."""
    inside = found.of(agency) is not None
    return {
        "id": found.id,
        "hash": found.id,
        "number": found.number,
        "service": found.service,
        "agreement": found.agreement,
        "revision": found.revision,
        "state": found.state(now).value,
        "visibility": found.visibility,
        "legal_form": found.document["legal_form"],
        "parties": found.document["parties"],
        "title": found.title,
        "text": found.document["text"],
        "note": dict(note) or None,
        "announced_by": found.announced_by,
        "announced_at": rfc3339(found.announced_at),
        "effective_from": rfc3339(found.in_force_from),
        "effective_until": None if found.in_force_to is None else rfc3339(found.in_force_to),
        "acknowledge_by": rfc3339(found.acknowledge_by),
        "supersedes": found.supersedes,
        "superseded_by": found.superseded_by,
        "acknowledged": len(found.acknowledgements) - len(found.missing),
        "acknowledgements": [_acknowledged(each, found, inside, now) for each in found.acknowledgements],
    }


def tasks_of(found: Announcement, agency: str, now: datetime) -> Sequence[Task]:
    """The acknowledgement that is asked of an agency."""
    if not found.awaits(agency, now):
        return ()
    return (
        Task(
            kind="acknowledgement",
            id=found.id,
            agreement=found.agreement,
            service=found.service,
            revision=found.revision,
            agency=agency,
            asked_by=found.announced_by,
            since=found.announced_at,
            due=found.acknowledge_by,
            place=f"/announcements/{found.id}",
        ),
    )


def to_announce(
    agreement: Agreement, service: KnownService | None, agency: str, now: datetime
) -> Iterator[Task]:
    """What an agency may announce before it comes in force, which does so by itself."""
    for revision in agreement.revisions:
        if revision.state(now) is not negotiation.State.ACCEPTED or revision.announced_at is not None:
            continue
        if announcer(revision, service) == agency:
            yield Task(
                kind="announcement",
                id=revision.hash,
                agreement=agreement.code,
                service=agreement.service,
                revision=revision.hash,
                agency=agency,
                asked_by=None,
                since=revision.concluded_at,
                due=revision.in_force_from,
                place=f"/agreements/{agreement.code}/revisions/{revision.hash}/announcement",
            )


def _acknowledged(each: Acknowledgement, found: Announcement, inside: bool, now: datetime) -> dict[str, Any]:
    at = each.acknowledged_at
    late = days_late(found.acknowledge_by, now if at is None else at)
    return {
        "agency": each.agency,
        "hash": None if at is None else found.id,
        "at": None if at is None else rfc3339(at),
        "days_late": late,
        "person": each.person if inside else None,
        "role": each.role if inside else None,
    }


def _text(
    agreed: Mapping[str, Any], visibility: str, number: int, start: datetime, last: Announcement | None
) -> dict[str, str]:
    """The formal text; its dates are those of the agreement's time zone."""
    zone = ZoneInfo(agreed["time_zone"])
    replaced = None if last is None or last.visibility != visibility else last.number
    title = agreed["title"]
    found: dict[str, str] = {}
    for lang, frame in _FRAMES.items():
        when = dates.moment(start, zone, lang)
        name = title.get(lang) or next(iter(title.values()))
        text = frame[visibility].format(number=number, title=name, when=when)
        found[lang] = text if replaced is None else f"{text} {frame['replaces'].format(number=replaced)}"
    return found


_FRAMES: Mapping[Lang, Mapping[str, str]] = {
    "th": {
        "public": "ประกาศระดับการให้บริการ ฉบับที่ {number} ตามที่หน่วยงานคู่ข้อตกลงได้เห็นชอบ “{title}” ร่วมกันแล้ว "
        "จึงประกาศระดับการให้บริการตามข้อตกลงดังกล่าวให้ทราบโดยทั่วกัน มีผลตั้งแต่ {when} เป็นต้นไป",
        "parties": "ประกาศระดับการให้บริการ ฉบับที่ {number} ตามที่หน่วยงานคู่ข้อตกลงได้เห็นชอบ “{title}” ร่วมกันแล้ว "
        "จึงประกาศระดับการให้บริการตามข้อตกลงดังกล่าวให้หน่วยงานคู่ข้อตกลงทราบ มีผลตั้งแต่ {when} เป็นต้นไป",
        "replaces": "ประกาศฉบับนี้ใช้แทนฉบับที่ {number}",
    },
    "en": {
        "public": "Service level announcement no. {number}. The agencies that are party to “{title}” have "
        "agreed on it. Its service level is hereby announced to everybody; it is in force from {when}.",
        "parties": "Service level announcement no. {number}. The agencies that are party to “{title}” have "
        "agreed on it. Its service level is hereby announced to them; it is in force from {when}.",
        "replaces": "This announcement takes the place of no. {number}.",
    },
}
