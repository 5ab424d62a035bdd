"""The two wire forms of measurements as msgspec types: with floats, and with the numbers' own texts."""

from __future__ import annotations

from msgspec import UNSET, Raw, Struct, UnsetType


class Row(Struct, forbid_unknown_fields=True, gc=False):
    indicator: str
    at: str
    value: float | str | UnsetType = UNSET
    good: int | UnsetType = UNSET
    bad: int | UnsetType = UNSET
    total: int | UnsetType = UNSET
    labels: dict[str, str] | UnsetType = UNSET


class Columns(Struct, forbid_unknown_fields=True):
    indicator: str
    at: list[int | str]
    value: list[float | str] | UnsetType = UNSET
    good: list[int] | UnsetType = UNSET
    bad: list[int] | UnsetType = UNSET
    total: list[int] | UnsetType = UNSET
    labels: dict[str, str | list[str | None]] | UnsetType = UNSET


class Covers(Struct, forbid_unknown_fields=True, rename={"from_at": "from", "to_at": "to"}):
    """What a report is complete for."""

    from_at: str
    to_at: str
    indicators: list[str]


class Body(Struct, forbid_unknown_fields=True):
    source: str
    service: str
    backfill: str | UnsetType | None = UNSET
    measurements: list[Row] | UnsetType = UNSET
    columns: Columns | UnsetType = UNSET
    covers: Covers | UnsetType = UNSET


NOTHING = Raw(b"")


class ExactRow(Struct, forbid_unknown_fields=True, gc=False):
    indicator: str
    at: str
    value: Raw = NOTHING
    good: Raw = NOTHING
    bad: Raw = NOTHING
    total: Raw = NOTHING
    labels: dict[str, str] | UnsetType = UNSET


class ExactColumns(Struct, forbid_unknown_fields=True):
    indicator: str
    at: list[int | str]
    value: list[Raw] | UnsetType = UNSET
    good: list[Raw] | UnsetType = UNSET
    bad: list[Raw] | UnsetType = UNSET
    total: list[Raw] | UnsetType = UNSET
    labels: dict[str, str | list[str | None]] | UnsetType = UNSET


class ExactBody(Struct, forbid_unknown_fields=True):
    source: str
    service: str
    backfill: str | UnsetType | None = UNSET
    measurements: list[ExactRow] | UnsetType = UNSET
    columns: ExactColumns | UnsetType = UNSET
    covers: Covers | UnsetType = UNSET
