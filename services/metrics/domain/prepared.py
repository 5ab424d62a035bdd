"""A judged batch, ready to be stored: everything the commit needs, computed before it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from services.metrics.domain.columns import Group, packed
from services.metrics.domain.journeys import JourneyJudgement
from services.metrics.domain.judging import (
    UNKNOWN_INDICATOR,
    UNKNOWN_LABEL,
    UNKNOWN_STEP,
    Judgement,
    tally,
)
from shared.events.envelope import Event
from shared.events.metrics import (
    BATCH,
    JOURNEYS,
    Batch,
    Cover,
    JourneyBatch,
    JourneyEvent,
    event_of,
    pack,
)

MEASUREMENTS_KIND = "measurements"
JOURNEYS_KIND = "journeys"
WAITING = frozenset({UNKNOWN_INDICATOR, UNKNOWN_LABEL, UNKNOWN_STEP})


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a batch came from, and what it is known by. ``key`` None: rows driven again, of ``parent``."""

    source: str
    service: str
    agency: str
    holder: str
    key: str | None
    content_hash: str
    received_at: int
    backfill: str | None
    trace: str | None
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class AsideRows:
    """Rows set aside. ``indicator`` is empty for journey events; ``data`` a packed batch of these rows."""

    reason: str
    indicator: str
    rows: int
    data: bytes

    @property
    def waiting(self) -> bool:
        return self.reason in WAITING


@dataclass(frozen=True, slots=True)
class Prepared:
    """``picture``: the version of the projections by which it was judged."""

    id: str
    kind: str
    origin: Origin
    picture: int
    first_at: int | None
    last_at: int | None
    rows: int
    event: Event | None
    aside: tuple[AsideRows, ...]
    answer: bytes
    indicators: str | None = None
    """|code|code|: of which it brought rows, or for which it is complete. None for journey events."""


def new_id(received_at: int) -> str:
    """An id that sorts in the order of receipt."""
    return f"{received_at:014x}{secrets.token_hex(9)}"


def prepare_measurements(judgement: Judgement, origin: Origin, picture: int) -> Prepared:
    id = new_id(origin.received_at)
    batch = _batch(id, judgement.accepted, origin, judgement.covers)
    return _prepared(
        id,
        MEASUREMENTS_KIND,
        origin,
        picture,
        batch,
        None if batch is None else event_of(BATCH, batch, trace=origin.trace),
        tuple(
            AsideRows(found.reason, found.group.indicator, found.group.rows, pack(kept))
            for found in judgement.aside
            if (kept := _batch(id, [found.group], origin)) is not None
        ),
    )


def prepare_journeys(judgement: JourneyJudgement, origin: Origin, picture: int) -> Prepared:
    id = new_id(origin.received_at)
    batch = _journey_batch(id, judgement.accepted, origin)
    return _prepared(
        id,
        JOURNEYS_KIND,
        origin,
        picture,
        batch,
        None if batch is None else event_of(JOURNEYS, batch, trace=origin.trace),
        tuple(
            AsideRows(reason, "", len(events), pack(kept))
            for reason, events in judgement.aside.items()
            if (kept := _journey_batch(id, events, origin)) is not None
        ),
    )


def _prepared(
    id: str,
    kind: str,
    origin: Origin,
    picture: int,
    batch: Batch | JourneyBatch | None,
    event: Event | None,
    aside: tuple[AsideRows, ...],
) -> Prepared:
    rows = 0
    if batch is not None:
        rows = batch.rows if isinstance(batch, Batch) else len(batch.events)
    answer = {"batch": id, "accepted": rows, "set_aside": tally((part.reason, part.rows) for part in aside)}
    return Prepared(
        id,
        kind,
        origin,
        picture,
        None if batch is None else batch.first_at,
        None if batch is None else batch.last_at,
        rows,
        event,
        aside,
        msgspec.json.encode(answer),
        _named(batch) if isinstance(batch, Batch) else None,
    )


def _named(batch: Batch) -> str:
    codes = {group.indicator for group in batch.groups}
    if batch.covers is not None:
        codes.update(batch.covers.indicators)
    return f"|{'|'.join(sorted(codes))}|"


def _batch(id: str, groups: Sequence[Group], origin: Origin, covers: Cover | None = None) -> Batch | None:
    if not groups and covers is None:
        return None
    firsts = [int(group.at.min()) for group in groups]
    lasts = [int(group.at.max()) for group in groups]
    if covers is not None:
        firsts.append(covers.from_at)
        lasts.append(covers.to_at - 1)
    return Batch(
        batch=id,
        service=origin.service,
        source=origin.source,
        agency=origin.agency,
        received_at=origin.received_at,
        first_at=min(firsts),
        last_at=max(lasts),
        rows=sum(group.rows for group in groups),
        groups=[packed(group) for group in groups],
        backfill=origin.backfill,
        covers=covers,
    )


def _journey_batch(id: str, events: list[JourneyEvent], origin: Origin) -> JourneyBatch | None:
    if not events:
        return None
    return JourneyBatch(
        batch=id,
        service=origin.service,
        source=origin.source,
        agency=origin.agency,
        received_at=origin.received_at,
        first_at=min(event.at for event in events),
        last_at=max(event.at for event in events),
        events=events,
        holder=origin.holder,
        backfill=origin.backfill,
    )
