"""Where an agreement stands: its revisions by number, who has signed what lies on the table, who waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from fractions import Fraction
from typing import Any

from services.portal.text import dates, units
from services.portal.text.phrase import Phrase
from services.portal.views.words import Agencies, Moment, Reader, Said, moment, until

Found = Mapping[str, Any]
OFFERED, DRAFT = "offered", "draft"
OVER = ("rejected", "expired", "withdrawn", "superseded")


def find(state: Found, digest: str | None) -> Found | None:
    return next((each for each in state["revisions"] if each["hash"] == digest), None)


def on_the_table(state: Found) -> Found | None:
    return next((each for each in state["revisions"] if each["state"] == OFFERED), None)


def drafts(state: Found) -> list[Found]:
    """Those that may still be offered: what was drafted before the last conclusion is left behind."""
    found: list[Found] = []
    for each in state["revisions"]:
        if each["in_force_from"]:
            found = []
        elif each["state"] == DRAFT:
            found.append(each)
    return found


def concluded(state: Found) -> list[Found]:
    return [each for each in state["revisions"] if each["in_force_from"]]


def begun_by(state: Found, now: datetime) -> list[Found]:
    """The revisions that have come in force, the newest last."""
    found = [each for each in concluded(state) if dates.instant(each["in_force_from"]) <= now]
    return sorted(found, key=lambda each: dates.instant(each["in_force_from"]))


def shown_revision(state: Found) -> Found:
    """What the negotiation is about: the open offer, else the newest draft, else the newest of all."""
    found: Found = on_the_table(state) or (drafts(state) or state["revisions"])[-1]
    return found


def number_of(state: Found, digest: str) -> int:
    """A proposal's number: its place among all that the reader may see."""
    return next(n for n, each in enumerate(state["revisions"], start=1) if each["hash"] == digest)


def revision_number(state: Found, digest: str | None) -> int | None:
    """A revision's number: as it came into force."""
    return next((n for n, each in enumerate(concluded(state), start=1) if each["hash"] == digest), None)


@dataclass(frozen=True, slots=True)
class Standing:
    """A party and what it did with a revision."""

    agency: str
    name: Said
    mine: bool
    words: Phrase
    at: Moment | None
    by: Said | None
    """Who signed or rejected on its behalf."""
    reason: str | None
    signed: bool


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """A revision in a list: what became of it, and by what."""

    hash: str
    name: Phrase
    state: Phrase
    made_by: Said
    made_at: Moment | None
    since: Moment | None
    until: Moment | None
    voided: Phrase | None
    parent: str | None


def parties_of(
    reader: Reader, revision: Found, agency: str, agencies: Agencies, zone: tzinfo
) -> tuple[Standing, ...]:
    t = reader.t
    signed = {each["agency"]: each for each in revision["acceptances"]}
    refused = {each["agency"]: each for each in revision["rejections"]}
    waits = revision["state"] == OFFERED
    found = []
    for code, standing in revision["standing"].items():
        act = signed.get(code) or refused.get(code) or {}
        if code in signed:
            words = t.signed
        elif code in refused:
            words = t.rejected
        elif standing == "opened":
            words = t.opened_not_signed if waits else t.opened
        else:
            words = t.not_opened
        by = act.get("by_agency")
        found.append(
            Standing(
                code,
                agencies.name(code),
                code == agency,
                words,
                moment(reader, act.get("at"), zone),
                agencies.name(by) if by and by != code else None,
                act.get("reason"),
                code in signed,
            )
        )
    return tuple(found)


def state_words(reader: Reader, revision: Found) -> Phrase:
    t = reader.t
    signed = bool(revision["acceptances"])
    if revision["state"] == "superseded" and signed and not revision["in_force_from"]:
        return t.superseded_void
    return state_named(reader, revision["state"])


def state_named(reader: Reader, state: str) -> Phrase:
    found: Phrase = getattr(reader.t, f"revision_{'in_force_now' if state == 'in_force' else state}")
    return found


def revision_name(reader: Reader, state: Found, digest: str) -> Phrase:
    t = reader.t
    number = revision_number(state, digest)
    return t.proposal_n(n=number_of(state, digest)) if number is None else t.revision_n(n=number)


def rows_of(reader: Reader, state: Found, agencies: Agencies, zone: tzinfo) -> tuple[RevisionRow, ...]:
    """All revisions, the newest first."""
    t = reader.t
    found = []
    for each in reversed(state["revisions"]):
        voided = None
        names = [agencies.name(one["agency"]).text for one in each["acceptances"]]
        if each["state"] in OVER and names and not each["in_force_from"]:
            voided = t.voided_signatures(who=", ".join(names))
        ended = each["in_force_to"]
        found.append(
            RevisionRow(
                each["hash"],
                revision_name(reader, state, each["hash"]),
                state_words(reader, each),
                agencies.name(each["made_by"]),
                moment(reader, each["offered_at"] or each["made_at"], zone),
                moment(reader, each["in_force_from"], zone),
                until(reader, dates.instant(ended) if ended else None, zone),
                voided,
                each["parent"],
            )
        )
    return tuple(found)


def time_left(reader: Reader, expires: str | None, now: datetime) -> Phrase | None:
    """5 days 14 hours left."""
    if expires is None:
        return None
    seconds = Fraction(int((dates.instant(expires) - now).total_seconds()))
    return reader.t.time_left(length=units.length(max(seconds, Fraction(0)), reader.lang))


@dataclass(frozen=True, slots=True)
class Status:
    """One sentence: whose turn it is; then what holds meanwhile. ``tone``: waits for the reader, or not."""

    heading: Phrase
    lines: tuple[Phrase, ...]
    ends: Moment | None
    left: Phrase | None
    mine: bool


def status_of(
    reader: Reader,
    state: Found,
    revision: Found,
    agency: str,
    agencies: Agencies,
    zone: tzinfo,
    now: datetime,
) -> Status:
    t = reader.t
    n = number_of(state, revision["hash"])
    standing = revision["standing"]
    signed = [code for code, how in standing.items() if how == "accepted"]
    missing = [agencies.name(code).text for code in standing if code not in signed]
    lines: list[Phrase] = []
    ends = left = None
    mine = False
    if revision["state"] == OFFERED:
        mine = standing.get(agency) in ("not_opened", "opened")
        heading = t.waits_for_you(n=n) if mine else t.waits_for(n=n, who=", ".join(missing))
        lines.append(t.signed_by_of(n=len(signed), of=len(standing)))
        expires = revision["expires_at"]
        ends = until(reader, dates.instant(expires) if expires else None, zone)
        left = time_left(reader, expires, now)
        if expires is None:
            lines.append(t.offer_without_end)
    elif revision["state"] == DRAFT:
        own = revision["made_by"] == agency
        heading = t.draft_yours(n=n) if own else t.draft_of(n=n, who=agencies.name(revision["made_by"]).text)
        lines.append(t.draft_binds_nobody)
    else:
        heading = t.nothing_on_the_table
        if revision["hash"] != state["in_force"]:
            name = revision_name(reader, state, revision["hash"])
            lines.append(Phrase(f"{name}: {state_words(reader, revision)}"))
        lines += [
            t.rejected_by(
                who=agencies.name(each["agency"]).text, reason=each["reason"] or t.words_erased.plain
            )
            for each in revision["rejections"]
        ]
    bound = revision_number(state, state["in_force"])
    if bound is not None:
        lines.append(
            t.stays_in_force(n=bound) if revision["state"] in (OFFERED, DRAFT) else t.is_in_force(n=bound)
        )
    elif not any(each["state"] == "accepted" for each in state["revisions"]):
        lines.append(t.nothing_in_force)
    else:
        coming = next(each for each in state["revisions"] if each["state"] == "accepted")
        shown = moment(reader, coming["in_force_from"], zone)
        lines.append(t.will_be_in_force(when=shown.text if shown else ""))
    return Status(heading, tuple(lines), ends, left, mine)
