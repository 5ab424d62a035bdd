"""What the registry and the agreements' service tell, as far as the intake judges by it."""

from __future__ import annotations

from typing import Any

from services.metrics.handlers.aside import drive_again
from services.metrics.store import projections
from shared.db import UnitOfWork
from shared.events.envelope import Record
from shared.events.registry import AgencyChanged, ServiceChanged, SourceChanged
from shared.events.sla import IndicatorChanged

PICTURE = "metrics.picture"
"""What `UnitOfWork.touch` is told, so that the intake of this process looks again."""


def on_agency(record: Record, uow: UnitOfWork) -> None:
    fact = AgencyChanged.model_validate_json(record.data)
    _keep("agency", fact.code, fact.version, {}, uow)


def on_service(record: Record, uow: UnitOfWork) -> None:
    fact = ServiceChanged.model_validate_json(record.data)
    steps = {step.code: step.agency for step in fact.steps}
    if _keep("service", fact.code, fact.version, {"steps": steps}, uow):
        drive_again(fact.code, "", uow)


def on_source(record: Record, uow: UnitOfWork) -> None:
    fact = SourceChanged.model_validate_json(record.data)
    body = {
        "agency": fact.agency,
        "services": fact.services,
        "holder": fact.holder,
        "active": fact.state == "active",
    }
    _keep("source", fact.code, fact.version, body, uow)


def on_indicator(record: Record, uow: UnitOfWork) -> None:
    fact = IndicatorChanged.model_validate_json(record.data)
    labels = fact.document.get("labels") or {}
    body = {"service": fact.service, "kind": fact.kind, "labels": labels}
    if fact.document.get("scale"):
        body["scale"] = fact.document["scale"]
    if _keep("indicator", fact.code, fact.version, body, uow):
        drive_again(fact.service, fact.code, uow)
        if labels:
            drive_again(fact.service, "", uow)


def _keep(kind: str, code: str, version: int, body: dict[str, Any], uow: UnitOfWork) -> bool:
    if not projections.keep(uow.connection, kind, code, version, body):
        return False
    uow.touch(PICTURE)
    return True
