"""Agencies, services and their steps, sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from services.registry.schemas import (
    AgencyIn,
    AgencyOut,
    AgencyPatch,
    AgencyPut,
    ServiceIn,
    ServiceOut,
    ServicePatch,
    ServicePut,
    SourceIn,
    SourceOut,
    SourcePatch,
    SourcePut,
    StepIn,
)
from services.registry.store import public as store
from services.registry.views import agency_out, service_out, source_out
from shared.auth import Principal, Role
from shared.db import UnitOfWork
from shared.errors import Conflict, Fault, Forbidden, NotFound, NotYetKnown
from shared.events.registry import AgencyChanged, ServiceChanged, SourceChanged, StepState


@dataclass(frozen=True, slots=True)
class Create:
    """`body` asks for a new object in the caller's name."""

    caller: Principal
    body: Any


@dataclass(frozen=True, slots=True)
class Change:
    """`body` (a PUT: the whole; a PATCH: what changes) of the object ``code``, if ``check`` (If-Match) likes
    its version."""

    caller: Principal
    code: str
    body: Any
    check: Callable[[int], None] = field(default=lambda _version: None)


def unknown(kind: str, faults: Iterable[tuple[str, str]]) -> Conflict:
    """A body names something that nobody registered. No waiting: nobody knows of it before the registry."""
    given = list(faults)
    names = ", ".join(dict.fromkeys(code for _, code in given))
    return Conflict(
        f"unknown {kind}: {names}; register it first",
        slug=NotYetKnown.slug,
        title=NotYetKnown.title,
        errors=[Fault(pointer, f"no {kind} has the code {code!r}") for pointer, code in given],
        retry_after=2,
    )


def taken(kind: str, code: str, how: str) -> Conflict:
    return Conflict(f"there is a {kind} {code!r} already; {how}", errors=[Fault("/code", "in use")])


# --- agencies ----------------------------------------------------------------------------------------


def register_agency(command: Create, uow: UnitOfWork) -> AgencyOut:
    body: AgencyIn = command.body
    if store.agency_by_code(uow.connection, body.code) is not None:
        raise taken("agency", body.code, "change it with PUT or PATCH")
    store.put_agency(uow.connection, body.code, body.name.text(), 1)
    store.put_contact(uow.connection, body.code, _contact(body))
    uow.emit(AgencyChanged(version=1, code=body.code, name=body.name.text()).event())
    return _agency(body.code, uow)


def change_agency(command: Change, uow: UnitOfWork) -> AgencyOut:
    """The operator names an agency; who may be turned to there, its own admin may change as well."""
    body: AgencyPut | AgencyPatch = command.body
    row = store.agency_by_code(uow.connection, command.code)
    if row is None:
        raise NotFound("there is no agency with this code")
    renamed = "name" in body.model_fields_set and body.name is not None and body.name.text() != row.name
    if not command.caller.has(Role.OPERATOR):
        if not command.caller.acts_for(row.code):
            raise Forbidden("only the operator, and the agency's own admin, can change an agency")
        if renamed:
            raise Forbidden("an agency's name is changed by the operator; its own admin changes the contact")
    command.check(row.version)
    name = body.name.text() if renamed and body.name is not None else row.name
    version = row.version + 1
    store.put_agency(uow.connection, row.code, name, version)
    if isinstance(body, AgencyPut) or "contact" in body.model_fields_set:
        store.put_contact(uow.connection, row.code, _contact(body))
    if renamed:
        uow.emit(AgencyChanged(version=version, code=row.code, name=name, state=row.state).event())
    return _agency(row.code, uow)


def _contact(body: AgencyPut | AgencyPatch) -> dict[str, Any] | None:
    return None if body.contact is None else body.contact.model_dump()


def _agency(code: str, uow: UnitOfWork) -> AgencyOut:
    row = store.agency_by_code(uow.connection, code)
    assert row is not None
    return agency_out(row, with_contact=True)


# --- services ----------------------------------------------------------------------------------------


def register_service(command: Create, uow: UnitOfWork) -> ServiceOut:
    body: ServiceIn = command.body
    if not store.known_agencies(uow.connection, {body.owner}):
        raise unknown("agency", [("/owner", body.owner)])
    if not command.caller.acts_for(body.owner):
        raise Forbidden("a service is registered by the admin of the agency that owns it")
    if store.service_by_code(uow.connection, body.code) is not None:
        raise taken("service", body.code, "change it with PUT or PATCH, or choose another code")
    return _put_service(body.code, body.owner, body.name.text(), body.steps, 1, uow)


def change_service(command: Change, uow: UnitOfWork) -> ServiceOut:
    body: ServicePut | ServicePatch = command.body
    row = store.service_by_code(uow.connection, command.code)
    if row is None:
        raise NotFound("there is no service with this code")
    if not command.caller.acts_for(row.owner):
        raise Forbidden(f"this service is owned by {row.owner}; its admin changes it")
    command.check(row.version)
    steps = body.steps
    if steps is None:
        kept = store.steps_of(uow.connection, [row.code])[row.code]
        steps = [StepIn(code=step.code, name=step.name, agency=step.agency) for step in kept]
    name = row.name if body.name is None else body.name.text()
    return _put_service(row.code, row.owner, name, steps, row.version + 1, uow)


def _put_service(
    code: str, owner: str, name: dict[str, str], steps: list[StepIn], version: int, uow: UnitOfWork
) -> ServiceOut:
    known = store.known_agencies(uow.connection, {step.agency for step in steps})
    missing = [
        (f"/steps/{place}/agency", step.agency)
        for place, step in enumerate(steps)
        if step.agency not in known
    ]
    if missing:
        raise unknown("agency", missing)
    current = {row.code: row for row in store.steps_of(uow.connection, [code])[code]}
    highest = store.step_versions(uow.connection, code)
    states: list[StepState] = []
    for step in steps:
        before = current.get(step.code)
        same = before is not None and (before.name, before.agency) == (step.name.text(), step.agency)
        number = before.version if before is not None and same else highest.get(step.code, 0) + 1
        states.append(StepState(code=step.code, name=step.name.text(), agency=step.agency, version=number))
    store.put_service(
        uow.connection, code, owner, name, [state.model_dump() for state in states], version, uow.now
    )
    uow.emit(ServiceChanged(version=version, code=code, name=name, owner=owner, steps=states).event())
    row = store.service_by_code(uow.connection, code)
    assert row is not None
    return service_out(row, store.steps_of(uow.connection, [code])[code])


# --- sources -----------------------------------------------------------------------------------------


def register_source(command: Create, uow: UnitOfWork) -> SourceOut:
    body: SourceIn = command.body
    if not store.known_agencies(uow.connection, {body.agency}):
        raise unknown("agency", [("/agency", body.agency)])
    if not command.caller.acts_for(body.agency):
        raise Forbidden("a source is registered by the admin of the agency that runs it")
    if store.source_by_code(uow.connection, body.code) is not None:
        raise taken("source", body.code, "change it with PUT or PATCH if it is yours, or choose another code")
    return _put_source(body.code, body.agency, body.services, body.holder, "active", 1, uow)


def change_source(command: Change, uow: UnitOfWork) -> SourceOut:
    body: SourcePut | SourcePatch = command.body
    row = store.source_by_code(uow.connection, command.code)
    if row is None or not command.caller.acts_for(row.agency):
        raise NotFound("there is no source with this code, or it is another agency's")
    command.check(row.version)
    services = body.services or store.services_of(uow.connection, [row.code])[row.code]
    state = row.state if isinstance(body, SourcePut) else body.state or row.state
    holder = body.holder or row.holder
    return _put_source(row.code, row.agency, services, holder, state, row.version + 1, uow)


def _put_source(
    code: str, agency: str, services: list[str], holder: str, state: str, version: int, uow: UnitOfWork
) -> SourceOut:
    known = store.known_services(uow.connection, set(services))
    missing = [
        (f"/services/{place}", service) for place, service in enumerate(services) if service not in known
    ]
    if missing:
        raise unknown("service", missing)
    store.put_source(uow.connection, code, agency, services, holder, state, version)
    uow.emit(
        SourceChanged(
            version=version, code=code, agency=agency, services=services, holder=holder, state=state
        ).event()
    )
    row = store.source_by_code(uow.connection, code)
    assert row is not None
    return source_out(row, store.services_of(uow.connection, [code])[code])
