"""From rows to wire models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.registry.schemas import (
    AgencyOut,
    ClientOut,
    Contact,
    PersonOut,
    SecretOut,
    ServiceOut,
    SourceOut,
    StepOut,
)
from shared.db import Row


def agency_out(row: Row, *, with_contact: bool) -> AgencyOut:
    """The contact is left out, not null, for whoever may not see it."""
    shown: dict[str, Any] = {}
    if with_contact:
        known = row.contact_name is not None
        shown["contact"] = (
            Contact.model_construct(name=row.contact_name, email=row.email, phone=row.phone)
            if known
            else None
        )
    return AgencyOut(code=row.code, name=row.name, state=row.state, version=row.version, **shown)


def service_out(row: Row, steps: Sequence[Row]) -> ServiceOut:
    return ServiceOut(
        code=row.code,
        name=row.name,
        owner=row.owner,
        steps=[
            StepOut(code=step.code, name=step.name, agency=step.agency, version=step.version)
            for step in steps
        ],
        version=row.version,
        changed_at=row.changed_at,
    )


def source_out(row: Row, services: list[str]) -> SourceOut:
    return SourceOut(
        code=row.code,
        agency=row.agency,
        services=services,
        holder=row.holder,
        state=row.state,
        version=row.version,
    )


def client_fields(row: Row, secrets: Sequence[Row]) -> Mapping[str, Any]:
    return {
        "client_id": row.id,
        "name": row.name,
        "agency": row.agency,
        "roles": row.roles,
        "state": row.state,
        "created_at": row.created_at,
        "secrets": [
            SecretOut(created_at=secret.created_at, expires_at=secret.expires_at) for secret in secrets
        ],
        "version": row.version,
    }


def client_out(row: Row, secrets: Sequence[Row]) -> ClientOut:
    return ClientOut(**client_fields(row, secrets))


def person_out(row: Row) -> PersonOut:
    return PersonOut(
        id=row.id,
        name=row.person_name,
        email=row.email,
        agency=row.agency,
        roles=row.roles,
        state=row.state,
        created_at=row.created_at,
        version=row.version,
    )
