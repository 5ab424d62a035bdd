"""Plays what happens to an evaluator, in an order that the log of the metrics service allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from shared.events.envelope import Event
from shared.events.metrics import Batch, JourneyBatch
from shared.events.topics import REPLAYS
from tests.evaluation.engine import Engine, accepted, passed, tick, voided
from tests.oracle.worlds import Made

Any_batch = Batch | JourneyBatch
Step = tuple[str, Any]


def told(found: Any_batch) -> Event:
    return accepted(found) if isinstance(found, Batch) else passed(found)


@dataclass
class Life:
    """One evaluator and the log it reads. Events of one topic are handed over in runs."""

    engine: Engine
    waiting: list[Event] = field(default_factory=list)
    log: list[Any_batch] = field(default_factory=list)
    voided: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)

    def do(self, kind: str, what: Any) -> None:
        match kind:
            case "control":
                self.flush()
                self.engine.feed(what)
            case "accept":
                self.log.append(what)
                self.waiting.append(told(what))
            case "again":
                self.waiting.append(told(what))
            case "void":
                self.voided.add(what.batch)
                self.waiting.append(voided(what))
            case "tick":
                self.waiting.append(tick(what))
            case "replay":
                self.replay()

    def flush(self) -> None:
        if self.waiting:
            self.engine.feed(*self.waiting)
            self.waiting = []

    def replay(self) -> None:
        """Answers what was asked for since the last time, from the log."""
        self.flush()
        for kind, data in self.engine.told():
            if "replay-requested" not in kind or data["request"] in self.answered:
                continue
            self.answered.add(data["request"])
            again = []
            for found in self.log:
                touches = found.first_at < data["to_at"] and found.last_at >= data["from_at"]
                if touches and found.batch not in self.voided:
                    event = told(found)
                    again.append(Event(REPLAYS, event.type, event.subject, event.key, event.data))
            if again:
                self.engine.feed(*again, topic=REPLAYS)


def shuffled(chance: Random, made: Made) -> list[Step]:
    """Every fact of a world, duplicates and ticks, in an order that may happen."""
    steps: list[Step] = [("accept", one) for one in (*made.batches, *made.wrong)]
    steps += [("void", one) for one in made.wrong]
    steps += [("again", one) for one in made.batches if chance.randrange(4) == 0]
    ticks = [made.start + (made.end - made.start) * part // 5 for part in range(1, 5)]
    steps += [("tick", None) for _ in range(chance.randrange(len(ticks)))]
    # Control facts mostly come early, before or between what they judge.
    late = chance.randrange(3) == 0
    control: list[Step] = [("control", one) for one in made.control]
    if late:
        steps += [*control, ("replay", None)]
        chance.shuffle(steps)
    else:
        chance.shuffle(steps)
        chance.shuffle(control)
        steps = [*control, *steps]
    return _ordered(steps, iter(ticks), made.control)


def _ordered(steps: Sequence[Step], ticks: Any, control: Sequence[Event]) -> list[Step]:
    """Ticks rise; a batch stands before its void; versions of one control fact keep their order or not."""
    found: list[Step] = []
    known: set[str] = set()
    later: dict[str, Step] = {}
    for kind, what in steps:
        if kind == "tick":
            found.append((kind, next(ticks) // 60_000_000 * 60_000_000))
        elif kind in ("void", "again") and what.batch not in known:
            if kind == "void":
                later[what.batch] = (kind, what)
        else:
            found.append((kind, what))
            if kind == "accept":
                known.add(what.batch)
                if what.batch in later:
                    found.append(later.pop(what.batch))
    return found
