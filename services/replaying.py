"""Replays over the stores of all services: each producer's outbox is read with its own rights."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from rich.progress import Progress

from services.catalogue import SERVICES
from services.evaluation import replaying
from services.evaluation.replaying import Report
from shared.db import Database
from shared.events.envelope import Record
from shared.events.topics import MEASUREMENTS, TOPICS
from shared.migrations import is_newest, migrate
from shared.outbox import kept, newest_id
from shared.service import Fatal
from shared.settings import Settings

PAGE = 500


def replay(settings: Settings, database: str | None, seed: int | None, bar: Progress) -> Report:
    """Rebuilds in ``database`` (None: a temporary one) what the evaluator judged, and compares."""
    with ExitStack() as open_:
        stores = {name: _opened(name, open_) for name in {"evaluation", *_producers()}}
        standing = stores["evaluation"]
        log = replaying.heard(
            standing, embedded=settings.embedded, partitions=TOPICS[MEASUREMENTS].partitions
        )
        scratch = open_.enter_context(_scratch(database))
        control = {
            topic: list(_records(stores[TOPICS[topic].producer], topic)) for topic in replaying.CONTROL
        }
        metrics = stores[TOPICS[MEASUREMENTS].producer]
        task = bar.add_task("replaying", total=metrics.snapshot(newest_id, MEASUREMENTS))

        def reports() -> Iterator[Record]:
            for record in _records(metrics, MEASUREMENTS):
                bar.update(task, completed=record.offset)
                yield record

        report = replaying.rebuild(scratch, control, reports(), log, seed=seed)
        replaying.compare(standing, scratch, report)
        return report


def _producers() -> set[str]:
    return {TOPICS[topic].producer for topic in (*replaying.CONTROL, MEASUREMENTS)}


def _opened(name: str, open_: ExitStack) -> Database:
    service = SERVICES[name]
    db = service.open_database(service.settings())
    open_.callback(db.close)
    if service.migrations is not None and not is_newest(db, service.migrations):
        raise Fatal(f"{name} is not at its newest schema: run `sanya migrate` first")
    return db


@contextmanager
def _scratch(url: str | None) -> Iterator[Database]:
    """A migrated, empty store of the evaluator."""
    service = SERVICES["evaluation"]
    assert service.migrations is not None
    with tempfile.TemporaryDirectory(prefix="sanya-replay-") as folder:
        db = Database(service.name, url or f"sqlite:///{folder}")
        try:
            migrate(db, service.migrations)
            if replaying.heard(db, embedded=True, partitions=1).batches:
                raise Fatal("--database has batches in it: a replay needs an empty one")
            yield db
        finally:
            db.close()


def _records(db: Database, topic: str) -> Iterator[Record]:
    after = 0
    while page := db.snapshot(kept, topic, after, PAGE):
        yield from page
        after = page[-1].offset
