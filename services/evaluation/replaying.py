"""`sanya replay`: results are rebuilt from what is kept of the facts, and compared with those that stand.

The rebuilt evaluator is the same code on an empty database. Control facts go in first, in any order; then
each partition of the log, in which only the reports between two ticks may change places: a tick stands
behind what was accepted before it, and what came after a window was final counts only by a correction
(rule 6 of "How a fact travels"; SEMANTICS.md, Windows).
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from services.evaluation.domain.corrections import Correction
from services.evaluation.handlers.corrections import KINDS
from services.evaluation.store import corrections, replays
from services.evaluation.subscriptions import subscription
from shared.bus import Run
from shared.db import Database, UnitOfWork
from shared.events.envelope import Record
from shared.events.metrics import BATCH, JOURNEYS, Batch, JourneyBatch, Sealed, Tick, Voided, unpack
from shared.events.topics import MEASUREMENTS, REPLAYS, partition_of
from shared.inbox import apply_run

RUN_RECORDS = 500
RUN_BYTES = 8 << 20
JUDGED = ("verdict", "good", "total", "exact", "overdue", "basis")

CONTROL = tuple(topic for topic in subscription.topics if topic not in (MEASUREMENTS, REPLAYS))


@dataclass(frozen=True, slots=True)
class Log:
    """What an evaluator has heard so far, in its partitions. ``upto``: the next id it will take (embedded).

    ``corrections``: those that all parties approved, oldest first, each with the results that it names.
    """

    partitions: int
    ticks: Mapping[int, int]
    batches: frozenset[str]
    voided: frozenset[str]
    sealed: frozenset[str]
    upto: int | None
    corrections: Sequence[tuple[Correction, Sequence[replays.Key]]]


@dataclass(slots=True)
class Report:
    """What a replay found. A result is named by revision, objective, scope and window."""

    records: int = 0
    rows: int = 0
    compared: int = 0
    waiting: int = 0
    """Batches that the evaluator had not taken yet."""
    differences: list[dict[str, Any]] = field(default_factory=list)
    gone: list[dict[str, Any]] = field(default_factory=list)
    """Results that rest on batches which are no longer kept."""


def heard(db: Database, *, embedded: bool, partitions: int) -> Log:
    """How far an evaluator has come, so that a replay goes no further."""
    return db.snapshot(
        lambda connection: Log(
            partitions=1 if embedded else partitions,
            ticks=replays.ticks(connection),
            batches=replays.batch_ids(connection),
            voided=replays.voided(connection),
            sealed=replays.sealed(connection),
            upto=replays.position(connection, MEASUREMENTS) if embedded else None,
            corrections=[
                (found, replays.keys_of(connection, found.document.get("results", ())))
                for found in corrections.approved(connection)
            ],
        )
    )


def rebuild(
    scratch: Database,
    control: Mapping[str, Sequence[Record]],
    reports: Iterable[Record],
    log: Log,
    *,
    seed: int | None,
) -> Report:
    """Feeds an empty evaluator with control facts and with what was reported.

    ``seed``: facts change places where their order must not matter. ``reports`` are in the log's order.
    """
    report = Report()
    chance = random.Random(seed) if seed is not None else None
    feeder = _Feeder(scratch)
    for topic, records in _interleaved(control, chance):
        feeder.feed(topic, 0, records)
        report.records += len(records)
    seen: set[str] = set()
    held: dict[int, list[Record]] = defaultdict(list)
    for partition, run in _runs(reports, log, report, seen, held):
        feeder.feed(MEASUREMENTS, partition, _mixed(run, chance))
        report.records += len(run)
    # The last tick judges what corrections let in.
    for found, named in log.corrections:
        feeder.correct(found, named)
    for partition, (tick, *behind) in sorted(held.items()):
        feeder.feed(MEASUREMENTS, partition, [tick])
        if behind:
            feeder.feed(MEASUREMENTS, partition, behind)
        report.records += 1 + len(behind)
    return report


def compare(standing: Database, scratch: Database, report: Report) -> None:
    """Adds to the report which newest results differ, and which cannot be rebuilt any more."""
    fed = scratch.snapshot(replays.batch_ids)
    lost: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for service, first, last in standing.snapshot(replays.spans_without, fed):
        lost[service].append((first, last))
    old, new = standing.snapshot(replays.newest_results), scratch.snapshot(replays.newest_results)
    for key in sorted({*old, *new}):
        before, after = old.get(key), new.get(key)
        service = (before or after)["service"]  # type: ignore[index]
        if any(first < key[4] and last >= key[3] for first, last in lost[service]):
            report.gone.append(_named(key, before or after))
            continue
        report.compared += 1
        if before is None or after is None or _judged(before["body"]) != _judged(after["body"]):
            report.differences.append(
                _named(key, before or after)
                | {
                    "stands": None if before is None else _judged(before["body"]),
                    "rebuilt": None if after is None else _judged(after["body"]),
                }
            )


def _judged(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in JUDGED} | {"state": body["window"]["state"]}


def _named(key: replays.Key, found: Mapping[str, Any] | None) -> dict[str, Any]:
    assert found is not None
    body = found["body"]
    return {
        "agreement": body["agreement"],
        "agreement_revision": key[0],
        "objective": key[1],
        "scope": body["scope"],
        "window": {name: body["window"][name] for name in ("start", "end")},
    }


class _Feeder:
    """Hands runs to the evaluator's own subscription, with positions of its own."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.next: dict[tuple[str, int], int] = {}

    def feed(self, topic: str, partition: int, records: Sequence[Record]) -> None:
        start = self.next.get((topic, partition), 0)
        after = start + len(records)
        run = Run(topic, partition, start, after, tuple(records), fresh=start == 0)
        dead = self.db.transact(lambda _command, uow: apply_run(run, uow, subscription))
        if dead:
            raise RuntimeError(f"{dead} records of {topic} failed that had taken effect before")
        self.next[topic, partition] = after

    def correct(self, found: Correction, named: Sequence[replays.Key]) -> None:
        """Applies what all parties approved; its results go by other ids here."""

        def apply(_command: Any, uow: UnitOfWork) -> None:
            ids = replays.ids_of(uow.connection, named)
            document = {**found.document, **({"results": ids} if named else {})}
            KINDS[found.kind].apply(uow, replace(found, document=document))

        self.db.transact(apply)


def _interleaved(
    control: Mapping[str, Sequence[Record]], chance: random.Random | None
) -> Iterator[tuple[str, list[Record]]]:
    """Control facts topic by topic, or mixed: those of one topic stay in their order."""
    if chance is None:
        yield from ((topic, list(records)) for topic, records in control.items() if records)
        return
    left = {topic: list(records) for topic, records in control.items() if records}
    while left:
        topic = chance.choice(sorted(left))
        yield topic, [left[topic].pop(0)]
        if not left[topic]:
            del left[topic]


def _runs(
    reports: Iterable[Record],
    log: Log,
    report: Report,
    seen: set[str],
    held: dict[int, list[Record]],
) -> Iterator[tuple[int, list[Record]]]:
    """The reports in runs of a partition, without what the evaluator has not taken yet.

    The last tick of each partition, and what stands behind it, is ``held`` back.
    """
    gathered: dict[int, list[Record]] = defaultdict(list)
    size: dict[int, int] = defaultdict(int)
    for record in reports:
        if log.upto is not None and record.offset >= log.upto:
            report.waiting += record.type in (BATCH, JOURNEYS)
            continue
        fact = unpack(record.type, record.data)
        if isinstance(fact, Batch | JourneyBatch):
            if fact.batch not in log.batches:
                report.waiting += 1
                continue
            seen.add(fact.batch)
            report.rows += fact.rows if isinstance(fact, Batch) else len(fact.events)
        elif (isinstance(fact, Voided) and fact.batch not in log.voided & seen) or (
            isinstance(fact, Sealed) and fact.backfill not in log.sealed
        ):
            continue
        every = range(log.partitions) if record.key is None else (partition_of(record.key, log.partitions),)
        for partition in every:
            if isinstance(fact, Tick) and fact.at > log.ticks.get(partition, 0):
                continue
            mine = replace(record, partition=partition, partitions=log.partitions)
            if partition in held or (isinstance(fact, Tick) and fact.at == log.ticks.get(partition)):
                held[partition].append(mine)
                continue
            gathered[partition].append(mine)
            size[partition] += len(record.data)
            if len(gathered[partition]) >= RUN_RECORDS or size[partition] >= RUN_BYTES:
                yield partition, gathered.pop(partition)
                size[partition] = 0
    yield from sorted(gathered.items())


def _mixed(run: Sequence[Record], chance: random.Random | None) -> list[Record]:
    """A run in which the reports between two ticks (voids, seals) have changed places."""
    if chance is None:
        return list(run)
    mixed: list[Record] = []
    waiting: list[Record] = []
    for record in run:
        if record.type in (BATCH, JOURNEYS):
            waiting.append(record)
            continue
        chance.shuffle(waiting)
        mixed += [*waiting, record]
        waiting = []
    chance.shuffle(waiting)
    return mixed + waiting
