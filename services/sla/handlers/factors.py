"""Factors that bound a service, and the weights by which its needs are ranked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from services.sla.domain.needs import Weights
from services.sla.handlers.access import agency_of
from services.sla.handlers.need_views import factor_views, weights_view, written
from services.sla.handlers.needs import Change, CheckVersion, Gather, Touch, check_indicator, involved
from services.sla.store import factors as store
from services.sla.store.factors import Factor
from shared import words
from shared.auth import Principal
from shared.db import UnitOfWork
from shared.errors import Fault, Forbidden, NotFound, Unprocessable
from shared.events.sla import FactorChanged, NeedWeightsChanged


@dataclass(frozen=True, slots=True)
class SetWeights:
    """``check_version`` raises when the caller saw another version (`If-Match`)."""

    caller: Principal
    service: str
    exponents: Mapping[str, int]
    check_version: CheckVersion


def no_factor(factor_id: str) -> NotFound:
    """The one answer for a missing factor and for one that is not open to the caller."""
    return NotFound(f"no factor {factor_id!r} is open to you")


def make(command: Gather, uow: UnitOfWork) -> dict[str, Any]:
    plain = command.plain
    agency, service = involved(command.caller, plain["service"], uow.connection)
    _check_indicator(plain["indicator"], service.code, uow)
    text = words.keep(uow, agency, written(plain["text"]))
    made = Factor(
        id=uuid4().hex,
        service=service.code,
        agency=agency,
        version=1,
        statement=text.id,
        statement_hash=text.hash,
        made_by=command.caller.subject,
        made_at=uow.now,
        changed_at=uow.now,
        **_values(plain),
    )
    store.add(uow.connection, made)
    return _told(made, uow)


def change(command: Change, uow: UnitOfWork) -> dict[str, Any]:
    """The whole anew. New words get a new id; the old ones are gone."""
    agency, found = _own(command, uow)
    plain = command.plain
    if plain["service"] != found.service:
        raise Unprocessable(
            "a factor stays with its service",
            errors=[Fault("/service", f"it is {found.service}; make the factor there anew")],
        )
    _check_indicator(plain["indicator"], found.service, uow)
    command.check_version(found.version)
    text = written(plain["text"])
    values = _values(plain)
    if text != words.read(uow.connection, [found.statement]).get(found.statement):
        made = words.keep(uow, agency, text)
        words.erase(uow.connection, found.statement)
        values |= {"statement": made.id, "statement_hash": made.hash}
    return _changed(found, uow, **values)


def erase(command: Touch, uow: UnitOfWork) -> None:
    """Erases a factor's words for good; its kind, section and value stay."""
    _, found = _own(command, uow)
    words.erase(uow.connection, found.statement)
    _changed(found, uow)


def set_weights(command: SetWeights, uow: UnitOfWork) -> dict[str, Any]:
    """A new version; the others stay as they were."""
    agency, service = involved(command.caller, command.service, uow.connection)
    newest = store.weights_of(uow.connection, service.code)[0]
    command.check_version(newest.version)
    made = Weights(
        **command.exponents,
        version=newest.version + 1,
        made_for=agency,
        made_by=command.caller.subject,
        made_at=uow.now,
    )
    store.add_weights(uow.connection, service.code, made)
    uow.emit(
        NeedWeightsChanged(
            version=made.version, service=service.code, agency=agency, **command.exponents
        ).event()
    )
    return weights_view(made)


def _own(command: Touch, uow: UnitOfWork) -> tuple[str, Factor]:
    agency = agency_of(command.caller)
    found = store.find_open(uow.connection, command.id, agency)
    if found is None:
        raise no_factor(command.id)
    if found.agency != agency:
        raise Forbidden(f"{found.agency} made this factor and changes it")
    return agency, found


def _check_indicator(code: str | None, service: str, uow: UnitOfWork) -> None:
    if code is not None:
        check_indicator(code, service, "factor", uow)


def _values(plain: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in plain.items() if name not in ("text", "service")}


def _changed(found: Factor, uow: UnitOfWork, **values: Any) -> dict[str, Any]:
    store.change(uow.connection, found.id, version=found.version + 1, changed_at=uow.now, **values)
    now = store.find(uow.connection, found.id)
    assert now is not None
    return _told(now, uow)


def _told(factor: Factor, uow: UnitOfWork) -> dict[str, Any]:
    """Tells how it stands now, and answers the same."""
    uow.emit(
        FactorChanged(
            version=factor.version,
            id=factor.id,
            service=factor.service,
            agency=factor.agency,
            kind=factor.kind,
            statement=factor.statement,
            statement_hash=factor.statement_hash,
            value=factor.value,
            indicator=factor.indicator,
        ).event()
    )
    return factor_views(uow.connection, [factor])[0]
