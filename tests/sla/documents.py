"""Documents to start from. A test changes the one thing it is about."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from services.sla.domain.agreements import World
from services.sla.domain.indicators import KnownService, completed
from services.sla.schemas.agreements import Document
from services.sla.schemas.indicators import Indicator
from shared.strict_json import parse_json

PERMIT = KnownService("permit", "city", {"t01": "city", "t05": "land-office", "t09": "province"})

INDICATORS: list[dict[str, Any]] = [
    {
        "code": "permit.confirmation-time",
        "service": "permit",
        "name": {"en": "Time to confirmation"},
        "kind": "duration",
        "from": {"step": "*", "occurrence": "first", "edge": "any"},
        "to": {"step": "t05", "occurrence": "first", "edge": "end"},
        "labels": {"province": ["10", "50"]},
    },
    {
        "code": "permit.availability",
        "service": "permit",
        "kind": "ratio",
        "unit": "request",
        "labels": {"province": ["10", "50"]},
    },
    {"code": "permit.response-time", "service": "permit", "kind": "value", "unit": "ms"},
    {"code": "permit.incidents", "service": "permit", "kind": "count", "unit": "incident"},
]

MONTH = {"kind": "calendar", "unit": "month", "count": 1, "anchor": "2026-01-01"}

CONFIRM: dict[str, Any] = {
    "code": "confirm-3-days",
    "indicator": "permit.confirmation-time",
    "responsible": "land-office",
    "good": {"comparator": "<=", "value": "P3D"},
    "comparator": ">=",
    "target": "0.80",
    "window": MONTH,
    "count_at": "completion",
}
AVAILABLE: dict[str, Any] = {
    "code": "available",
    "indicator": "permit.availability",
    "responsible": "city",
    "comparator": ">=",
    "target": "0.99",
    "window": {"kind": "rolling", "duration": "P30D"},
    "scope": ["province"],
}
P95: dict[str, Any] = {
    "code": "p95",
    "indicator": "permit.response-time",
    "responsible": "city",
    "good": {"comparator": "<=", "value": 800},
    "comparator": ">=",
    "target": "0.95",
    "window": {"kind": "calendar", "unit": "day"},
}
MEAN: dict[str, Any] = {
    "code": "mean",
    "indicator": "permit.response-time",
    "responsible": "city",
    "aggregation": "mean",
    "comparator": "<=",
    "target": "300",
    "window": {"kind": "calendar", "unit": "week"},
}

AGREEMENT: dict[str, Any] = {
    "code": "permit-2026",
    "title": {"th": "ข้อตกลงใบอนุญาต", "en": "Permits"},
    "service": "permit",
    "parties": ["city", "land-office"],
    "effective_from": "2026-02-01T00:00:00+07:00",
    "objectives": [CONFIRM],
}


def agreement(**changes: Any) -> dict[str, Any]:
    """The document with top-level fields changed; None removes one."""
    document = copy.deepcopy(AGREEMENT) | changes
    return {name: value for name, value in document.items() if value is not None}


def objective(base: Mapping[str, Any] = CONFIRM, **changes: Any) -> dict[str, Any]:
    """A document with this one objective, changed; None removes a field."""
    one = {**copy.deepcopy(dict(base)), **changes}
    return agreement(objectives=[{name: value for name, value in one.items() if value is not None}])


def plain(document: Mapping[str, Any] | str) -> dict[str, Any]:
    """A body as the routes hand it to the handlers: through strict JSON and the wire model."""
    import json

    text = document if isinstance(document, str) else json.dumps(document)
    return Document.model_validate(parse_json(text.encode())).plain()


def plain_indicator(document: Mapping[str, Any]) -> dict[str, Any]:
    return Indicator.model_validate(document).plain()


def known_world() -> World:
    return World(
        agencies={"city": "active", "land-office": "active", "province": "active", "gone": "closed"},
        service=PERMIT,
        indicators={each["code"]: completed(plain_indicator(each)) for each in INDICATORS},
    )
