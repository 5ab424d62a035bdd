"""Wire models of the metrics service, but for the hot road's (`wire/`)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from services.metrics.domain.times import time_of_text
from services.metrics.store.backfills import Backfill
from services.metrics.store.batches import Stored
from shared.clock import rfc3339
from shared.http import CodeText, Text, Wire


def _moment(value: Any) -> int:
    found = time_of_text(value) if isinstance(value, str) else "must be an RFC 3339 time in a string"
    if isinstance(found, str):
        raise ValueError(found)
    return found


Moment = Annotated[int, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})]
"""An RFC 3339 time, as microseconds since 1970 UTC."""


class SetAside(Wire):
    """Rows that were kept aside. ``waiting``: they are driven again when what they lack appears."""

    reason: Literal["unknown_indicator", "unknown_label", "unknown_step", "too_late", "does_not_fit"]
    rows: int
    waiting: bool


class SetAsideCount(Wire):
    reason: Literal["unknown_indicator", "unknown_label", "unknown_step", "too_late"]
    rows: int


class AcceptedAnswer(Wire):
    """The answer to a batch: it is durable. `batch` is null for a dry run."""

    batch: str | None
    accepted: int
    set_aside: list[SetAsideCount]
    dry_run: bool = False


class VoidIn(Wire):
    reason: Text


class BatchOut(Wire):
    """A batch as its owner sees it. `parent`: the batch with which its rows came, before they waited."""

    id: str
    kind: Literal["measurements", "journeys"]
    source: str
    service: str
    state: Literal["accepted", "voided"]
    received_at: str
    first_at: str | None
    last_at: str | None
    rows: int
    backfill: str | None
    parent: str | None
    voided_at: str | None
    void_reason: str | None


class BatchDetail(BatchOut):
    set_aside: list[SetAside]


class BackfillIn(Wire):
    """History of a service, of event times in [from, to)."""

    source: CodeText
    service: CodeText
    from_at: Moment = Field(alias="from")
    to_at: Moment = Field(alias="to")
    reason: Text


class BackfillOut(Wire):
    id: str
    source: str
    service: str
    from_at: str = Field(alias="from")
    to_at: str = Field(alias="to")
    reason: str
    state: Literal["open", "sealed"]
    opened_at: str
    sealed_at: str | None
    batches: int
    rows: int


def _time(at: int | None) -> str | None:
    return None if at is None else rfc3339(at)


def batch_out(batch: Stored) -> dict[str, Any]:
    """The fields of `BatchOut`."""
    return {
        "id": batch.id,
        "kind": batch.kind,
        "source": batch.source,
        "service": batch.service,
        "state": "accepted" if batch.voided_at is None else "voided",
        "received_at": rfc3339(batch.received_at),
        "first_at": _time(batch.first_at),
        "last_at": _time(batch.last_at),
        "rows": batch.rows,
        "backfill": batch.backfill,
        "parent": batch.parent,
        "voided_at": _time(batch.voided_at),
        "void_reason": batch.void_reason,
    }


def backfill_out(backfill: Backfill) -> BackfillOut:
    return BackfillOut(
        id=backfill.id,
        source=backfill.source,
        service=backfill.service,
        from_at=rfc3339(backfill.from_at),
        to_at=rfc3339(backfill.to_at),
        reason=backfill.reason,
        state="open" if backfill.sealed_at is None else "sealed",
        opened_at=rfc3339(backfill.opened_at),
        sealed_at=_time(backfill.sealed_at),
        batches=backfill.batches,
        rows=backfill.rows,
    )
