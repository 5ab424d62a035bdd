"""Reading a body of journey events."""

from __future__ import annotations

from operator import attrgetter
from typing import Literal

import msgspec
import numpy as np
from msgspec import UNSET, Struct, UnsetType

from services.metrics.domain.journeys import JourneyReading, Told
from services.metrics.domain.judging import Faults
from services.metrics.domain.times import time_of_text, times_of_texts
from services.metrics.wire.json import check_utf8, decoded, has_keys, refuse_double_key
from shared.errors import Fault, Unprocessable

MOST_EVENTS = 10_000


class Event(Struct, forbid_unknown_fields=True, gc=False):
    id: str
    journey: str
    step: str
    edge: Literal["start", "end", "point", "pause", "resume"]
    at: str
    agency: str | UnsetType | None = UNSET
    labels: dict[str, str] | UnsetType = UNSET
    reason: str | UnsetType = UNSET


class Body(Struct, forbid_unknown_fields=True):
    source: str
    service: str
    events: list[Event]
    backfill: str | UnsetType | None = UNSET


_decoder = msgspec.json.Decoder(Body)


def read(body: bytes) -> JourneyReading:
    """The events of a body. Raises `Unreadable` or `Unprocessable` with pointers to what is wrong."""
    check_utf8(body)
    read = decoded(_decoder, body)
    events = read.events
    keys = 3 + (read.backfill is not UNSET)
    for event in events:
        keys += 5 + (event.agency is not UNSET) + (event.reason is not UNSET)
        if event.labels is not UNSET:
            keys += 1 + len(event.labels)
    if not has_keys(np.frombuffer(body, np.uint8), keys):
        refuse_double_key(body)
    if not 1 <= len(events) <= MOST_EVENTS:
        raise Unprocessable(
            f"a batch has 1 to {MOST_EVENTS} events; this one has {len(events)}",
            errors=[Fault("/events", f"between 1 and {MOST_EVENTS} events")],
        )
    return JourneyReading(
        read.source,
        read.service,
        None if read.backfill is UNSET else read.backfill,
        [
            Told(
                event.id,
                event.journey,
                event.step,
                event.edge,
                at,
                None if event.agency is UNSET else event.agency,
                event.agency is not UNSET,
                {} if event.labels is UNSET else event.labels,
                "" if event.reason is UNSET else event.reason,
            )
            for event, at in zip(events, _times(events), strict=True)
        ],
    )


def _times(events: list[Event]) -> list[int]:
    texts = list(map(attrgetter("at"), events))
    found = times_of_texts(texts)
    if found is not None:
        return list(map(int, found))
    faults = Faults()
    times: list[int] = []
    for i, text in enumerate(texts):
        at = time_of_text(text)
        if isinstance(at, str):
            faults.add(f"/events/{i}/at", at)
        else:
            times.append(at)
    faults.refuse("some times are wrong")
    return times
