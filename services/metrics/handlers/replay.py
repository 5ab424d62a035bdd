"""Replays: the evaluator asks for a service's batches of a span again."""

from __future__ import annotations

from services.metrics.store import replays
from services.metrics.store.replays import Replay
from shared.clock import to_micros
from shared.db import UnitOfWork
from shared.events.envelope import Event, Record
from shared.events.evaluation import ReplayRequested
from shared.events.metrics import REPLAYED, Replayed, event_of
from shared.events.topics import REPLAYS
from shared.timers import Timer

REPLAY = "replay"
PART_BATCHES = 100
PART_BYTES = 4 << 20


def on_replay_requested(record: Record, uow: UnitOfWork) -> None:
    """Starts a replay of what is in the log now; later batches come to the evaluator by themselves."""
    fact = ReplayRequested.model_validate_json(record.data)
    if replays.find(uow.connection, fact.request) is not None:
        return
    until = replays.newest_batch(uow.connection, fact.service)
    replays.add(
        uow.connection,
        Replay(fact.request, fact.service, fact.from_at, fact.to_at, 0, until, 0, None),
    )
    uow.schedule(REPLAY, fact.request, uow.now)


def on_timer(timer: Timer, uow: UnitOfWork) -> None:
    """Tells the next part of a replay, each batch as it was told first, and how far it is."""
    asked = replays.find(uow.connection, timer.key)
    assert asked is not None
    part = replays.part(uow.connection, asked, PART_BATCHES, PART_BYTES)
    told = asked.told + len(part)
    total = asked.told + replays.left(uow.connection, asked)
    reached = part[-1][0] if part else asked.until
    done = not part or reached >= asked.until or told >= total
    uow.emit(
        *(Event(REPLAYS, kind, subject, key, data, trace=None) for _, kind, subject, key, data in part),
        event_of(
            REPLAYED, Replayed(asked.request, asked.service, told, total, done), topic=REPLAYS, trace=None
        ),
    )
    replays.advance(uow.connection, asked.request, reached, len(part), to_micros(uow.now) if done else None)
    if not done:
        uow.schedule(REPLAY, asked.request, uow.now)
