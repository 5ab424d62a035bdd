"""Gathering needs and working on them. Its own agency changes a need; all that the service involves order it.

Order: themes, merging and splitting, links. Each is noted with who did it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from services.sla.domain.indicators import KnownService
from services.sla.domain.needs import Link, Need, roots
from services.sla.handlers.access import agency_of
from services.sla.handlers.need_views import open_links, views, written
from services.sla.store import agreements, names
from services.sla.store import needs as store
from services.sla.store.needs import Merge
from shared import words
from shared.auth import Principal
from shared.db import Connection, UnitOfWork
from shared.errors import Conflict, Fault, Forbidden, NotFound, NotYetKnown, Unprocessable
from shared.events.sla import NeedChanged, NeedsImported

CheckVersion = Callable[[int], None]
MOST_LINKS = 100


@dataclass(frozen=True, slots=True)
class Gather:
    caller: Principal
    plain: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Take:
    """``digest``: the SHA-256 of the file. ``rows``: needs as `Gather` has them."""

    caller: Principal
    service: str
    digest: str
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Touch:
    caller: Principal
    id: str


@dataclass(frozen=True, slots=True)
class Change(Touch):
    """``check_version`` raises when the caller saw another version (`If-Match`)."""

    plain: Mapping[str, Any]
    check_version: CheckVersion


@dataclass(frozen=True, slots=True)
class SetTheme(Touch):
    theme: str | None
    check_version: CheckVersion


@dataclass(frozen=True, slots=True)
class MergeNeeds(Touch):
    others: Sequence[str]


@dataclass(frozen=True, slots=True)
class LinkNeed(Touch):
    plain: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Unlink(Touch):
    link: str


def no_need(need_id: str) -> NotFound:
    """The one answer for a missing need and for one that is not open to the caller."""
    return NotFound(f"no need {need_id!r} is open to you")


def involved(caller: Principal, service_code: str, connection: Connection) -> tuple[str, KnownService]:
    """The caller's agency and a service that it owns or has a step of."""
    agency = agency_of(caller)
    service = names.known_service(connection, service_code)
    if service is None:
        detail = f"no service {service_code!r} is known"
        raise NotYetKnown(detail, errors=[Fault("/service", detail)])
    if agency not in service.agencies():
        raise Forbidden(
            f"{agency} neither owns the service {service.code} nor is responsible for one of its steps"
        )
    return agency, service


def gather(command: Gather, uow: UnitOfWork) -> dict[str, Any]:
    agency, _ = involved(command.caller, command.plain["service"], uow.connection)
    made = _add([command.plain], agency, command.caller, None, uow)
    _tell(made[0], uow)
    return views(uow.connection, made, agency, uow.now)[0]


def take_in(command: Take, uow: UnitOfWork) -> dict[str, Any]:
    """All needs of a file, or none."""
    agency, _ = involved(command.caller, command.service, uow.connection)
    known = store.find_import(uow.connection, command.service, agency, command.digest)
    if known is not None:
        raise Conflict(f"this very file was taken in at {known[1]:%Y-%m-%d %H:%M} UTC as {known[0]}")
    made = uuid4().hex
    store.add_import(
        uow.connection,
        id=made,
        service=command.service,
        agency=agency,
        hash=command.digest,
        rows=len(command.rows),
        by=command.caller.subject,
        at=uow.now,
    )
    _add(command.rows, agency, command.caller, made, uow)
    uow.emit(
        NeedsImported(
            version=1,
            id=made,
            service=command.service,
            agency=agency,
            hash=command.digest,
            rows=len(command.rows),
        ).event()
    )
    return {"import": made}


def change(command: Change, uow: UnitOfWork) -> dict[str, Any]:
    """The whole anew. New words get a new id; the old ones are gone."""
    agency, found = _own(command, uow)
    plain = command.plain
    if plain["service"] != found.service:
        raise Unprocessable(
            "a need stays with its service",
            errors=[Fault("/service", f"it is {found.service}; gather the need there anew")],
        )
    command.check_version(found.version)
    text = written(plain["statement"])
    old = words.read(uow.connection, [found.statement]).get(found.statement)
    values = _values(plain)
    if text != old:
        made = words.keep(uow, agency, text)
        words.erase(uow.connection, found.statement)
        values |= {"statement": made.id, "statement_hash": made.hash}
    return _changed(found, agency, uow, **values)


def erase(command: Touch, uow: UnitOfWork) -> None:
    """Erases a need's words for good; what was worked out from them stays."""
    agency, found = _own(command, uow)
    words.erase(uow.connection, found.statement)
    _changed(found, agency, uow)


def set_theme(command: SetTheme, uow: UnitOfWork) -> dict[str, Any]:
    agency, found = _open(command, uow)
    command.check_version(found.version)
    return _changed(found, agency, uow, theme=command.theme)


def merge(command: MergeNeeds, uow: UnitOfWork) -> dict[str, Any]:
    """Puts needs that say the same behind this one, with all that stands behind them."""
    agency, found = _open(command, uow)
    if found.merged_into is not None:
        raise Conflict(f"{found.id} stands behind {found.merged_into} itself; merge into that one")
    tops = roots({each.id: each.merged_into for each in store.of_service(uow.connection, found.service)})
    others: list[Need] = []
    for place, other_id in enumerate(dict.fromkeys(command.others)):
        other = store.find_open(uow.connection, other_id, agency)
        pointer = f"/needs/{place}"
        if other is None:
            detail = f"no need {other_id!r} is open to you"
            raise NotYetKnown(detail, errors=[Fault(pointer, detail)])
        if other.service != found.service:
            raise Unprocessable(
                "only needs of one service are merged",
                errors=[Fault(pointer, f"is a need of {other.service}, not of {found.service}")],
            )
        if tops[other.id] == found.id:
            raise Conflict(f"{other.id} is this need or stands behind it already")
        if other.merged_into is not None:
            raise Conflict(f"{other.id} stands behind {other.merged_into}; split it first, or merge that one")
        others.append(other)
    for other in others:
        store.add_merge(
            uow.connection,
            Merge(uuid4().hex, other.id, found.id, command.caller.subject, agency, uow.now),
        )
        _changed(other, agency, uow)
    return _changed(found, agency, uow)


def split(command: Touch, uow: UnitOfWork) -> dict[str, Any]:
    """Takes a need out again, with all that stands behind it: as it was before it was merged."""
    agency, found = _open(command, uow)
    if found.merged_into is None:
        raise Conflict(f"{found.id} stands for itself; there is nothing to split")
    into = store.find(uow.connection, found.merged_into)
    assert into is not None
    store.end_merge(uow.connection, found.id, command.caller.subject, agency, uow.now)
    _changed(into, agency, uow)
    return _changed(found, agency, uow)


def link(command: LinkNeed, uow: UnitOfWork) -> dict[str, Any]:
    """Says what the need leads to. An agreement has to be one that the caller's agency may see."""
    agency, found = _open(command, uow)
    plain = command.plain
    if plain["indicator"] is not None:
        check_indicator(plain["indicator"], found.service, "need", uow)
    else:
        _check_objective(found, agency, plain["agreement"], plain["objective"], uow)
    known = store.links_of(uow.connection, [found.id])
    target = (plain["indicator"], plain["agreement"], plain["objective"])
    if any((each.indicator, each.agreement, each.objective) == target for each in known):
        raise Conflict("the need leads there already")
    if len(known) >= MOST_LINKS:
        raise Conflict(f"a need leads to {MOST_LINKS} places at most")
    made = Link(uuid4().hex, found.id, *target, agency, command.caller.subject, uow.now)
    store.add_link(uow.connection, made)
    return _changed(found, agency, uow)


def unlink(command: Unlink, uow: UnitOfWork) -> dict[str, Any]:
    agency, found = _open(command, uow)
    if command.link not in {each.id for each in open_links(uow.connection, [found.id], agency, uow.now)}:
        raise NotFound(f"this need has no link {command.link!r}")
    store.remove_link(uow.connection, command.link)
    return _changed(found, agency, uow)


def check_indicator(code: str, service: str, what: str, uow: UnitOfWork) -> None:
    """Whether the indicator exists and measures the service that a need or a factor is of."""
    indicator = names.find_indicator(uow.connection, code)
    if indicator is None:
        detail = f"no indicator {code!r} is known"
        raise NotYetKnown(detail, errors=[Fault("/indicator", detail)])
    if indicator.service != service:
        raise Unprocessable(
            "the indicator measures another service",
            errors=[Fault("/indicator", f"is of {indicator.service}, the {what} of {service}")],
        )


def _check_objective(found: Need, agency: str, code: str, objective: str, uow: UnitOfWork) -> None:
    part = agreements.find_open(uow.connection, code, agency, uow.now)
    if part is None:
        detail = f"no agreement {code!r} is open to you"
        raise NotYetKnown(detail, errors=[Fault("/agreement", detail)])
    if part.service != found.service:
        raise Unprocessable(
            "the agreement is on another service",
            errors=[Fault("/agreement", f"is on {part.service}, the need on {found.service}")],
        )
    hashes = [each.hash for each in part.revisions]
    if objective not in store.objectives_of(uow.connection, hashes):
        detail = f"{code} has no objective {objective!r}"
        raise Unprocessable(detail, errors=[Fault("/objective", detail)])


def _open(command: Touch, uow: UnitOfWork) -> tuple[str, Need]:
    agency = agency_of(command.caller)
    found = store.find_open(uow.connection, command.id, agency)
    if found is None:
        raise no_need(command.id)
    return agency, found


def _own(command: Touch, uow: UnitOfWork) -> tuple[str, Need]:
    agency, found = _open(command, uow)
    if found.agency != agency:
        raise Forbidden(f"{found.agency} gathered this need and changes it; {agency} may order and link it")
    return agency, found


def _values(plain: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in plain.items() if name not in ("statement", "service")}


def _add(
    rows: Sequence[Mapping[str, Any]], agency: str, caller: Principal, import_id: str | None, uow: UnitOfWork
) -> list[Need]:
    kept = [words.made(agency, written(plain["statement"]), uow.now) for plain in rows]
    words.add(uow.connection, kept)
    # Lists go by time, then id: those of one file stay in its order.
    ids = sorted(uuid4().hex for _ in rows)
    made = [
        Need(
            id=name,
            service=plain["service"],
            agency=agency,
            version=1,
            statement=text.id,
            statement_hash=text.hash,
            merged_into=None,
            import_id=import_id,
            made_by=caller.subject,
            made_at=uow.now,
            changed_at=uow.now,
            **_values(plain),
        )
        for plain, text, name in zip(rows, kept, ids, strict=True)
    ]
    store.add(uow.connection, made)
    return made


def _changed(found: Need, agency: str, uow: UnitOfWork, **values: Any) -> dict[str, Any]:
    """Notes the change, tells how the need stands now, and answers the same."""
    store.change(uow.connection, found.id, version=found.version + 1, changed_at=uow.now, **values)
    now = store.find(uow.connection, found.id)
    assert now is not None
    _tell(now, uow)
    return views(uow.connection, [now], agency, uow.now)[0]


def _tell(need: Need, uow: UnitOfWork) -> None:
    links = store.links_of(uow.connection, [need.id])
    uow.emit(
        NeedChanged(
            version=need.version,
            id=need.id,
            service=need.service,
            agency=need.agency,
            statement=need.statement,
            statement_hash=need.statement_hash,
            source=need.source,
            priority=need.priority,
            frequency=need.frequency,
            severity=need.severity,
            legal_weight=need.legal_weight,
            wanted=need.wanted,
            merged_into=need.merged_into,
            indicators=[each.indicator for each in links if each.indicator is not None],
            objectives=[f"{each.agreement}/{each.objective}" for each in links if each.objective is not None],
        ).event()
    )
