"""What the life cycle of an agreement in force asks of its parties, computed from facts and an instant.

`ending`: it ends within its notice, and nothing follows. `unreviewed`: the day of its review has passed.
`unplanned`: it says not by which source an indicator is measured. `party_left`: a party is no longer active,
or has given notice that it leaves. Timers only tell of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from services.sla.domain import terminations
from services.sla.domain.negotiation import Agreement, Revision, State
from services.sla.domain.reviews import Review
from services.sla.domain.tasks import Task
from services.sla.domain.units import read_instant
from shared.clock import rfc3339

ENDING, UNREVIEWED, UNPLANNED, PARTY_LEFT = "ending", "unreviewed", "unplanned", "party_left"
KINDS = (ENDING, UNREVIEWED, UNPLANNED, PARTY_LEFT)
AHEAD = timedelta(days=90)
"""How long before its end it is told, where the agreement demands no notice."""
A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Finding:
    """`due`: its end, or when a review was. `about`: the indicators, or the agencies."""

    kind: str
    due: datetime | None = None
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Watch:
    """A finding that was told, with how it stands. One is open for an agreement and a kind at most."""

    id: str
    agreement: str
    service: str
    kind: str
    revision: str
    parties: tuple[str, ...]
    raised_at: datetime
    cleared_at: datetime | None
    due: datetime | None
    about: tuple[str, ...]
    version: int

    def says(self, finding: Finding) -> bool:
        return (self.due, self.about) == (finding.due, finding.about)

    def task(self, agency: str) -> Task:
        return Task(
            kind=self.kind,
            id=self.id,
            agreement=self.agreement,
            service=self.service,
            revision=self.revision,
            agency=agency,
            asked_by=None,
            since=self.raised_at,
            due=self.due,
            place=f"/agreements/{self.agreement}",
        )


def end_of(agreement: Agreement, revision: Revision) -> datetime | None:
    """When the agreement ends with all that takes over from ``revision`` without a gap."""
    end = revision.in_force_to
    while end is not None:
        follows = next(
            (
                each
                for each in agreement.revisions
                if each.in_force_from == end and (each.in_force_to is None or each.in_force_to > end)
            ),
            None,
        )
        if follows is None:
            return end
        end = follows.in_force_to
    return None


def review_due(agreement: Agreement, agreed: Mapping[str, Any], last: Review | None) -> datetime:
    """When it is to be reviewed next: as the last review says, else the agreement, else a year on."""
    if last is not None and last.next_review_at is not None:
        return last.next_review_at
    said = None if agreed.get("review_at") is None else read_instant(agreed["review_at"])
    if said is not None and (last is None or said > last.held_at):
        return said
    if last is not None:
        return last.held_at + A_YEAR
    return min(each.in_force_from for each in agreement.revisions if each.in_force_from is not None) + A_YEAR


def findings(
    agreement: Agreement,
    agreed: Mapping[str, Any] | None,
    inactive: Sequence[str],
    last: Review | None,
    now: datetime,
) -> list[Finding]:
    """All that is to be told now. ``agreed``: the document in force; ``inactive``: agencies that are gone."""
    revision = agreement.in_force(now)
    if revision is None or agreed is None:
        return []
    return list(_findings(agreement, revision, agreed, inactive, last, now))


def _findings(
    agreement: Agreement,
    revision: Revision,
    agreed: Mapping[str, Any],
    inactive: Sequence[str],
    last: Review | None,
    now: datetime,
) -> Iterator[Finding]:
    end = end_of(agreement, revision)
    if end is not None and now >= end - ahead(agreed):
        yield Finding(ENDING, end)
    reviewed_by = review_due(agreement, agreed, last)
    if now >= reviewed_by:
        yield Finding(UNREVIEWED, reviewed_by)
    planned = {each["indicator"] for each in agreed.get("plans") or ()}
    unplanned = {each["indicator"] for each in agreed["objectives"]} - planned
    if unplanned:
        yield Finding(UNPLANNED, None, tuple(sorted(unplanned)))
    leaving = [
        each.proposed_by
        for each in agreement.terminations
        if each.kind == terminations.LEAVING and each.counts and revision.party(each.proposed_by) is not None
    ]
    gone = {*leaving, *(each.agency for each in revision.parties if each.agency in inactive)}
    if gone:
        yield Finding(PARTY_LEFT, None, tuple(sorted(gone)))


def ahead(agreed: Mapping[str, Any]) -> timedelta:
    """How long before its end it is told: the notice that the agreement demands, else 90 days."""
    return terminations.demanded(agreed["terms"])[0] or AHEAD


def next_look(
    agreement: Agreement, agreed: Mapping[str, Any] | None, last: Review | None, now: datetime
) -> datetime | None:
    """The next instant at which something may be found that is not yet; None: never by time alone."""
    instants = [
        instant
        for each in agreement.revisions
        for instant in (each.in_force_from, each.in_force_to)
        if instant is not None
    ]
    revision = agreement.in_force(now)
    if revision is not None and agreed is not None:
        end = end_of(agreement, revision)
        instants += [review_due(agreement, agreed, last), *([] if end is None else [end - ahead(agreed)])]
    return min((each for each in instants if each > now), default=None)


def changes(
    open_ones: Sequence[Watch], found: Sequence[Finding], now: datetime
) -> tuple[list[Finding], list[tuple[Watch, Finding]], list[Watch]]:
    """What is new, what stands but says something else now, and what is cleared."""
    told = {each.kind: each for each in open_ones}
    kinds = {each.kind for each in found}
    fresh = [each for each in found if each.kind not in told]
    changed = [
        (told[each.kind], each) for each in found if each.kind in told and not told[each.kind].says(each)
    ]
    cleared = [replace(each, cleared_at=now) for each in open_ones if each.kind not in kinds]
    return fresh, changed, cleared


def answer(watch: Watch, title: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": watch.id,
        "kind": watch.kind,
        "state": "open" if watch.cleared_at is None else "cleared",
        "agreement": watch.agreement,
        "service": watch.service,
        "revision": watch.revision,
        "title": dict(title),
        "parties": list(watch.parties),
        "raised_at": rfc3339(watch.raised_at),
        "cleared_at": None if watch.cleared_at is None else rfc3339(watch.cleared_at),
        "due": None if watch.due is None else rfc3339(watch.due),
        "about": list(watch.about),
    }


def in_span(agreement: Agreement, start: datetime, end: datetime) -> list[Revision]:
    """The revisions that were in force at an instant of [start, end), in their order."""
    return [
        each
        for each in agreement.revisions
        if each.in_force_from is not None
        and each.in_force_from < end
        and (each.in_force_to is None or (start < each.in_force_to > each.in_force_from))
        and each.state(end) is not State.SUPERSEDED
    ]
