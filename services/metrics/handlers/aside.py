"""Rows that were set aside are driven again when what they waited for appears.

They go out as a batch of their own, with the receipt time of the batch they came with, which it names as
its parent. A timer does it in parts, so that a long wait does not end in one huge transaction.
"""

from __future__ import annotations

from dataclasses import replace

from services.metrics.domain.columns import unpacked
from services.metrics.domain.journeys import sort_events
from services.metrics.domain.judging import (
    DOES_NOT_FIT,
    UNKNOWN_INDICATOR,
    UNKNOWN_LABEL,
    Aside,
    Judgement,
    Span,
    misfit,
    split_labels,
)
from services.metrics.domain.known import Known
from services.metrics.domain.prepared import (
    Origin,
    Prepared,
    prepare_journeys,
    prepare_measurements,
)
from services.metrics.handlers.accept import keep_aside, store
from services.metrics.store import batches, projections
from services.metrics.store.batches import Stored
from shared.db import UnitOfWork
from shared.events.metrics import BATCH, JOURNEYS, Batch, JourneyBatch, unpack
from shared.timers import Timer

DRIVE_AGAIN = "drive-again"
AT_ONCE = 50
ANY_TIME = Span(latest=2**62)


def drive_again(service: str, indicator: str, uow: UnitOfWork) -> None:
    """Sets the timer for what waits for an indicator (empty: journey events), if anything does."""
    if batches.waiting(uow.connection, service, indicator, 0, 1):
        _schedule(service, indicator, 0, uow)


def _schedule(service: str, indicator: str, after: int, uow: UnitOfWork) -> None:
    uow.schedule(DRIVE_AGAIN, f"{service} {indicator} {after}", uow.now)


def on_timer(timer: Timer, uow: UnitOfWork) -> None:
    service, indicator, after = timer.key.split(" ")
    known = projections.known(uow.connection)
    rows = batches.waiting(uow.connection, service, indicator, int(after), AT_ONCE)
    parents = batches.by_id(uow.connection, [batch for _, batch, _ in rows])
    for id, batch, data in rows:
        _drive(id, parents[batch], data, known, uow)
    if len(rows) == AT_ONCE:
        _schedule(service, indicator, rows[-1][0], uow)


def _drive(id: int, parent: Stored, data: bytes, known: Known, uow: UnitOfWork) -> None:
    prepared = _judged_again(parent, data, known)
    if not prepared.rows and len(prepared.aside) == 1 and prepared.aside[0].waiting:
        batches.change_reason(uow.connection, id, prepared.aside[0].reason)
        return
    # What still has to wait stays with the batch it came with.
    batches.remove_aside(uow.connection, [id])
    keep_aside(parent.id, prepared, uow)
    if prepared.rows:
        store([replace(prepared, aside=())], uow)


def _judged_again(parent: Stored, data: bytes, known: Known) -> Prepared:
    record = unpack(BATCH if parent.kind == "measurements" else JOURNEYS, data)
    assert isinstance(record, Batch | JourneyBatch)
    origin = Origin(
        source=parent.source,
        service=parent.service,
        agency=parent.agency,
        holder=record.holder if isinstance(record, JourneyBatch) else "",
        key=None,
        content_hash="",
        received_at=parent.received_at,
        backfill=parent.backfill,
        trace=None,
        parent=parent.id,
    )
    if isinstance(record, Batch):
        return prepare_measurements(_sort(record, known), origin, known.version)
    labels = known.journey_labels(parent.service)
    judged = sort_events(record.events, known.steps[parent.service], labels, ANY_TIME)
    return prepare_journeys(judged, origin, known.version)


def _sort(record: Batch, known: Known) -> Judgement:
    judgement = Judgement([], [])
    for group in map(unpacked, record.groups):
        indicator = known.indicator(group.indicator, record.service)
        if indicator is None:
            judgement.aside.append(Aside(UNKNOWN_INDICATOR, group))
            continue
        wrong = misfit(group, indicator)
        if wrong is not None:
            judgement.aside.append(Aside(DOES_NOT_FIT, group.take(wrong[0])))
            if wrong[0].all():
                continue
            group = group.take(~wrong[0])
        rest, strange = split_labels(group, indicator)
        if strange is not None:
            judgement.aside.append(Aside(UNKNOWN_LABEL, strange))
        if rest is not None:
            judgement.accepted.append(rest)
    return judgement
