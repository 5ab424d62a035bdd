"""What the metrics service tells: packed for speed (msgpack, zstd), every record on one topic.

Key: service code, so that all measurements, journeys and ratings of a service share one partition. A tick
has no key: it goes to every partition, behind what was accepted before it.
"""

from __future__ import annotations

from typing import ClassVar, cast

import msgspec
import zstandard

from shared.events.envelope import Event, Fact
from shared.events.topics import MEASUREMENTS, REPORTING

BATCH = "sanya.metrics.batch.accepted.v1"
JOURNEYS = "sanya.metrics.journey-events.accepted.v1"
VOIDED = "sanya.metrics.batch.voided.v1"
TICK = "sanya.metrics.tick.v1"
SEALED = "sanya.metrics.backfill.sealed.v1"
REPLAYED = "sanya.metrics.replay.advanced.v1"

LEVEL = 1
MOST_BYTES = 64 << 20


class LabelColumn(msgspec.Struct, frozen=True):
    """One label of all rows of a column group: `values[codes[i]]`, or `values[0]` where `codes` is empty."""

    values: list[str]
    codes: bytes  # int16 little-endian, one a row; -1: the row has no such label


class ColumnGroup(msgspec.Struct, frozen=True):
    """Rows of one indicator as columns (little-endian int64). Either `value`, or `good` and `total`."""

    indicator: str
    at: bytes  # microseconds since 1970 UTC
    value: bytes  # 10^-6 units; empty for counts
    good: bytes  # plain counts; empty for values
    total: bytes
    labels: dict[str, LabelColumn]


class Cover(msgspec.Struct, frozen=True):
    """A report of a span [from_at, to_at): what the source had to say about these indicators is complete."""

    from_at: int
    to_at: int
    indicators: list[str]


class Batch(msgspec.Struct, frozen=True):
    """An accepted batch of measurements. `first_at` and `last_at` span its event times and what it covers.

    With `covers` it may have no rows: a report of nothing.
    """

    batch: str
    service: str
    source: str
    agency: str
    received_at: int
    first_at: int
    last_at: int
    rows: int
    groups: list[ColumnGroup]
    backfill: str | None = None
    covers: Cover | None = None


class JourneyEvent(msgspec.Struct, frozen=True, array_like=True):
    """A step of one journey. `edge`: start, end or point (both at once).

    `pause` and `resume`: from here to there the journey waited, for `reason`, and `agency` answers for it.
    """

    id: str
    journey: str
    step: str
    agency: str | None
    edge: str
    at: int
    labels: dict[str, str]
    reason: str = ""


class JourneyBatch(msgspec.Struct, frozen=True):
    """Accepted journey events. `holder`: who held the span before a completion (SEMANTICS, Journeys)."""

    batch: str
    service: str
    source: str
    agency: str
    received_at: int
    first_at: int
    last_at: int
    events: list[JourneyEvent]
    holder: str = "next"
    backfill: str | None = None


class Voided(msgspec.Struct, frozen=True):
    """A batch was taken out; carries what it had carried, so that its effect can be undone."""

    batch: str
    service: str
    reason: str
    measurements: Batch | None = None
    journeys: JourneyBatch | None = None


class Tick(msgspec.Struct, frozen=True):
    """All that was accepted before `at` stands before this record."""

    at: int


class Sealed(msgspec.Struct, frozen=True):
    """A backfill is complete: windows that touch [from, to) and have ended are judged as final."""

    backfill: str
    service: str
    source: str
    agency: str
    from_at: int
    to_at: int
    reason: str


class Replayed(msgspec.Struct, frozen=True):
    """A part of a replay has been told: `told` of `total` batches stand before this record."""

    request: str
    service: str
    told: int
    total: int
    done: bool


class SourceTold(Fact):
    """A planned source, on one indicator of one agreement. Times are µs UTC; `heard_at` None: never heard."""

    topic: ClassVar[str] = REPORTING

    agreement: str
    parties: list[str]
    visibility: str
    service: str
    source: str
    indicator: str
    post: str | None = None
    heard_at: int | None
    silent_since: int

    def subject_of(self) -> str:
        return f"{self.agreement}/{self.indicator}/{self.source}"

    def key_of(self) -> str:
        return self.agreement


class SourceSilent(SourceTold):
    """A source has been silent for longer than its measurement plan says. Once for each silence.

    `silent_since`: when its next report was due.
    """

    type: ClassVar[str] = "sanya.metrics.source.silent.v1"


class SourceRecovered(SourceTold):
    """A silence ended: the source reported again, or its plan is in force no longer (`reason`)."""

    type: ClassVar[str] = "sanya.metrics.source.recovered.v1"

    reason: str


_TYPES: dict[str, type[msgspec.Struct]] = {
    BATCH: Batch,
    JOURNEYS: JourneyBatch,
    VOIDED: Voided,
    TICK: Tick,
    SEALED: Sealed,
    REPLAYED: Replayed,
}
_decoders = {name: msgspec.msgpack.Decoder(kind) for name, kind in _TYPES.items()}
_encoder = msgspec.msgpack.Encoder()

Packed = Batch | JourneyBatch | Voided | Tick | Sealed | Replayed


def struct_of(kind: str) -> type[msgspec.Struct]:
    """What an event type carries."""
    return _TYPES[kind]


def pack(record: Packed) -> bytes:
    return zstandard.ZstdCompressor(level=LEVEL).compress(_encoder.encode(record))


def unpack(kind: str, data: bytes) -> Packed:
    """Reads a record of an event type. Raises ValueError for anything else, or for more than 64 MiB."""
    decoder = _decoders.get(kind)
    if decoder is None:
        raise ValueError(f"unknown event type {kind}")
    try:
        plain = zstandard.ZstdDecompressor().decompress(data, max_output_size=MOST_BYTES)
    except zstandard.ZstdError as error:
        raise ValueError(f"not a packed record: {error}") from None
    return cast("Packed", decoder.decode(plain))


def event_of(kind: str, record: Packed, *, topic: str = MEASUREMENTS, trace: str | None = None) -> Event:
    """The event of a packed record; its id is the batch's, so that a repeated record is recognised."""
    if isinstance(record, Tick):
        return Event(topic, kind, "tick", None, pack(record), at=record.at, trace=trace)
    match record:
        case Sealed(backfill=subject) | Replayed(request=subject):
            pass
        case _:
            subject = record.batch
    return Event(topic, kind, subject, record.service, pack(record), trace=trace)
