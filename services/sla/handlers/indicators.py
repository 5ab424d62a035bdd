"""Making and changing indicators."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from services.sla.domain import indicators as rules
from services.sla.handlers.access import agency_of
from services.sla.store import names as store
from shared.auth import Principal
from shared.db import UnitOfWork
from shared.errors import Conflict, Fault, Forbidden, NotFound, NotYetKnown, Unprocessable
from shared.events.sla import IndicatorChanged


@dataclass(frozen=True, slots=True)
class Make:
    caller: Principal
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """``check_version`` raises when the caller saw another version (`If-Match`)."""

    caller: Principal
    code: str
    document: Mapping[str, Any]
    check_version: Callable[[int], None]


def make_indicator(command: Make, uow: UnitOfWork) -> dict[str, Any]:
    document = rules.completed(command.document)
    _check(document, command.caller, uow)
    if store.find_indicator(uow.connection, document["code"]) is not None:
        raise Conflict(f"the indicator {document['code']} exists; choose another code, or change it with PUT")
    store.add_indicator(uow.connection, document, command.caller.subject, uow.now)
    _tell(document, 1, uow)
    return {**document, "version": 1}


def change_indicator(command: Change, uow: UnitOfWork) -> dict[str, Any]:
    known = store.find_indicator(uow.connection, command.code)
    if known is None:
        raise NotFound(f"no indicator {command.code!r} is known")
    document = rules.completed(command.document)
    promised = store.is_promised(uow.connection, command.code)
    fixed = rules.change_faults(known.document, document, promised=promised)
    if fixed:
        raise Conflict("an indicator's meaning does not change", errors=fixed)
    _check(document, command.caller, uow)
    command.check_version(known.version)
    if document == known.document:
        return {**document, "version": known.version}
    version = known.version + 1
    store.change_indicator(uow.connection, document, version, command.caller.subject, uow.now)
    _tell(document, version, uow)
    return {**document, "version": version}


def _check(document: Mapping[str, Any], caller: Principal, uow: UnitOfWork) -> None:
    agency = agency_of(caller)
    service = store.known_service(uow.connection, document["service"])
    if service is None:
        detail = f"no service {document['service']!r} is known"
        raise NotYetKnown(detail, errors=[Fault("/service", detail)])
    if agency not in service.agencies():
        raise Forbidden(
            f"{agency} neither owns the service {service.code} nor is responsible for one of its steps"
        )
    faults = rules.faults_of(document, service)
    if faults:
        raise Unprocessable("the indicator cannot be measured as it is written", errors=faults)


def _tell(document: Mapping[str, Any], version: int, uow: UnitOfWork) -> None:
    fact = IndicatorChanged(
        version=version,
        code=document["code"],
        service=document["service"],
        kind=document["kind"],
        document=dict(document),
    )
    uow.emit(fact.event())
