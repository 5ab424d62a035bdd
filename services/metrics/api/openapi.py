"""The bodies of the hot road as JSON Schema, for the OpenAPI document (they are read by `wire/`)."""

from __future__ import annotations

from typing import Any

_CODE = {"type": "string", "pattern": "^[a-z0-9][a-z0-9._-]{0,63}$"}
_INDICATOR = {"type": "string", "minLength": 1, "maxLength": 64}
_TIME = {"type": "string", "format": "date-time"}
_AMOUNT = {
    "description": "Exact, at most 6 decimals, from -9000000000 to 9000000000.",
    "anyOf": [{"type": "number"}, {"type": "string", "pattern": "^-?[0-9]+([.][0-9]+)?$"}],
}
_COUNT = {
    "anyOf": [
        {"type": "integer", "minimum": 0, "maximum": 9_000_000_000},
        {"type": "string", "pattern": "^[0-9]+$"},
    ]
}
_LABELS = {
    "type": "object",
    "additionalProperties": {"type": "string", "maxLength": 200},
    "maxProperties": 20,
}


def _object(properties: dict[str, Any], required: list[str], **more: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
        **more,
    }


def _list(items: dict[str, Any], most: int = 10_000) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": 1, "maxItems": most}


_SHAPES = [{"required": ["value"]}, {"required": ["good", "total"]}, {"required": ["bad", "total"]}]

_ROW = _object(
    {
        "indicator": _INDICATOR,
        "at": _TIME,
        "value": _AMOUNT,
        "good": _COUNT,
        "bad": _COUNT,
        "total": _COUNT,
        "labels": _LABELS,
    },
    ["indicator", "at"],
    oneOf=_SHAPES,
)
_COLUMNS = _object(
    {
        "indicator": _INDICATOR,
        "at": _list({"anyOf": [_TIME, {"type": "integer", "description": "Microseconds since 1970 UTC."}]}),
        "value": _list(_AMOUNT),
        "good": _list(_COUNT),
        "bad": _list(_COUNT),
        "total": _list(_COUNT),
        "labels": {
            "type": "object",
            "additionalProperties": {
                "anyOf": [
                    {"type": "string", "description": "The same for all rows."},
                    _list({"type": ["string", "null"]}),
                ]
            },
        },
    },
    ["indicator", "at"],
    oneOf=_SHAPES,
)
_COVERS = _object(
    {
        "from": {"type": "string", "format": "date-time", "description": "A whole minute."},
        "to": {"type": "string", "format": "date-time", "description": "A whole minute that has passed."},
        "indicators": {**_list(_INDICATOR, 100), "uniqueItems": True},
    },
    ["from", "to", "indicators"],
    description="The report is complete for this span: what is not in it did not happen. With it "
    "`measurements` may be empty.",
)
_BATCH = {
    "source": _CODE,
    "service": _CODE,
    "backfill": {"type": ["string", "null"], "description": "The id of an open backfill."},
}


def _body(schema: dict[str, Any], example: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema, "example": example}}}


MEASUREMENTS_BODY = _body(
    _object(
        {
            **_BATCH,
            "measurements": {"type": "array", "items": _ROW, "maxItems": 10_000},
            "columns": _COLUMNS,
            "covers": _COVERS,
        },
        ["source", "service"],
        oneOf=[
            {"required": ["measurements"], "properties": {"measurements": {"minItems": 1}}},
            {"required": ["columns"]},
            {"required": ["measurements", "covers"], "properties": {"measurements": {"maxItems": 0}}},
        ],
    ),
    {
        "source": "land-office-api",
        "service": "permit",
        "measurements": [
            {
                "indicator": "permit.availability",
                "at": "2026-11-01T00:00:00+07:00",
                "good": 998,
                "total": 1000,
                "labels": {"province": "50"},
            }
        ],
    },
)

JOURNEY_EVENTS_BODY = _body(
    _object(
        {
            **_BATCH,
            "events": _list(
                _object(
                    {
                        "id": {"type": "string", "minLength": 1, "maxLength": 128},
                        "journey": {"type": "string", "minLength": 1, "maxLength": 128},
                        "step": {"type": "string", "minLength": 1, "maxLength": 128},
                        "agency": {"type": ["string", "null"]},
                        "edge": {"enum": ["start", "end", "point", "pause", "resume"]},
                        "at": _TIME,
                        "labels": _LABELS,
                        "reason": {
                            "type": "string",
                            "pattern": "^[a-z0-9][a-z0-9._-]{0,63}$",
                            "description": "Of a pause and its resume: a reason that the agreement names.",
                        },
                    },
                    ["id", "journey", "step", "edge", "at"],
                )
            ),
        },
        ["source", "service", "events"],
    ),
    {
        "source": "land-office-api",
        "service": "permit",
        "events": [
            {
                "id": "e-1",
                "journey": "case-1",
                "step": "t01",
                "agency": "land-office",
                "edge": "point",
                "at": "2026-11-01T08:30:00+07:00",
            }
        ],
    },
)
