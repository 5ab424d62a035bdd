"""The history of an agreement: every move there was, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from services.portal.text.phrase import Phrase
from services.portal.views.people import People
from services.portal.views.standing import number_of
from services.portal.views.words import Agencies, Moment, Reader, moment

Found = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Move:
    at: Moment | None
    words: Phrase
    who: str | None
    proposal: Phrase | None
    hash: str | None


def moves_of(
    reader: Reader,
    state: Found,
    found: Sequence[Found],
    agencies: Agencies,
    zone: tzinfo,
    people: People,
) -> tuple[Move, ...]:
    """The newest first."""
    known = {each["hash"] for each in state["revisions"]}
    return tuple(_move(reader, state, known, each, agencies, zone, people) for each in reversed(found))


def _move(
    reader: Reader,
    state: Found,
    known: set[str],
    each: Found,
    agencies: Agencies,
    zone: tzinfo,
    people: People,
) -> Move:
    t = reader.t
    who = None
    if each["agency"] is not None:
        who = agencies.name(each["agency"]).text
        if each["by_agency"] and each["by_agency"] != each["agency"]:
            who = t.on_behalf(agency=who, by=agencies.name(each["by_agency"]).text).plain
        name = people.name(reader, each["person"])
        if name is not None:
            who = f"{name.plain}, {who}"
        if each["role"]:
            who = f"{who}, {getattr(t, 'role_' + each['role']).plain}"
    digest = each["revision"] if each["revision"] in known else None
    return Move(
        moment(reader, each["at"], zone),
        getattr(t, f"move_{each['move']}", t.move_other),
        who,
        t.proposal_n(n=number_of(state, digest)) if digest else None,
        digest,
    )
