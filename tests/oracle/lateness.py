"""Lives in which windows become final while reports still come: one order, told as it happens.

Everything is known with its place in the log, so that the oracle can ask of each window what stood before it
was final, what a sealed backfill or an agreed correction brought in later, and what came too late.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from services.evaluation.handlers import corrections
from shared.auth import Principal, Role
from shared.clock import rfc3339
from shared.events.metrics import Batch
from tests.evaluation import engine as told
from tests.evaluation.engine import Engine
from tests.oracle import promises, worlds
from tests.oracle.plain_facts import MINUTE, Left, Report, Row, Span, World, micros
from tests.oracle.worlds import Made

Group = tuple[tuple[str, str | None], ...]


@dataclass
class Sent:
    """A batch, and what of it matters: where it stands in the log, and where it was voided (if it was)."""

    batch: Batch
    place: int
    rows: list[Row] = field(default_factory=list)
    report: Report | None = None
    backfill: str | None = None
    voided: int | None = None


@dataclass
class Log:
    """``ticks``: (place, instant). ``seals``: backfill -> (place, its span, the tick before)."""

    place: int = 0
    now: int = 0
    ticks: list[tuple[int, int]] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    seals: dict[str, tuple[int, Span, int]] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)
    asked: bool = False
    """Whether reports of nothing matter to the promise."""
    corrected: dict[tuple[Span, Group], set[str]] = field(default_factory=dict)
    """Window and label group -> the batches that all agreed to count there after all."""

    def final(self, window: Span, grace: int) -> float:
        """From which place on a window can no longer change by what is reported."""
        places = [place for place, at in self.ticks if at >= window[1] + grace]
        for place, span, now in self.seals.values():
            if span[0] < window[1] and window[0] < span[1] and window[1] <= now:
                places.append(place)
        return min(places, default=float("inf"))

    def counts(self, sent: Sent, window: Span, grace: int, group: Group) -> bool:
        final = self.final(window, grace)
        if sent.backfill is not None:
            return sent.backfill in self.seals
        if sent.voided is not None and sent.voided < final:
            return False
        return sent.place < final or sent.batch.batch in self.corrected.get((window, group), set())

    def too_late(self, window: Span, grace: int, group: Group) -> dict[str, int]:
        """Batches with rows of a group in a window that came when it was final, and how many rows."""
        final = self.final(window, grace)
        found: dict[str, int] = {}
        for one in self.sent:
            if one.backfill is None and one.voided is None and one.place > final:
                rows = [row for row in one.rows if window[0] <= row.at < window[1] and is_of(row, group)]
                told = one.report is not None and self.asked and touches(one.report, window)
                if (rows or told) and one.batch.batch not in self.corrected.get((window, group), set()):
                    found[one.batch.batch] = len(rows)
        return found

    def begun(self, group: Group) -> int | None:
        """The instant of the first row that stands of a group, whether it counts or came too late."""
        standing = [
            one
            for one in self.sent
            if one.voided is None and (one.backfill is None or one.backfill in self.seals)
        ]
        times = [row.at for one in standing for row in one.rows if is_of(row, group)]
        return min(times, default=None)

    def world(self, made: Made, window: Span, grace: int, group: Group) -> World:
        """The facts that count in a window for a label group."""
        counted = [one for one in self.sent if self.counts(one, window, grace, group)]
        rows = [row for one in counted for row in one.rows]
        reports = [one.report for one in counted if one.report is not None]
        return replace(made.world, rows=rows, reports=reports, left=list(self.left))


def is_of(row: Row, group: Group) -> bool:
    return all(row.labels.get(name) == value for name, value in group)


def touches(report: Report, window: Span) -> bool:
    return report.start < window[1] and window[0] < report.end


def groups(made: Made) -> set[Group]:
    """Those that the promise may be judged for."""
    (one,) = made.world.revisions[0].document["objectives"]
    return {(("province", name),) for name in worlds.PROVINCES} if one["scope"] else {()}


def late(chance: Random) -> Made:
    """A world whose windows are final soon."""
    made = worlds.begin(chance, units=("hour", "day"))
    code = chance.choice(sorted(promises.KINDS))
    worlds.indicators(made, **{code: promises.KINDS[code]})
    plans = [
        {"indicator": code, "source": source, "frequency": chance.choice(worlds.lengths(made))}
        for source in promises.SOURCES
        if chance.randrange(4) == 0
    ]
    one = promises.promise(chance, made, "one", code, plans)
    one |= {"grace": chance.choice(("PT0S", "PT1H", "PT90M", "P1D"))}
    worlds.agree(chance, made, [one], None, plans=plans)
    return made


def play(chance: Random, made: Made, engine: Engine) -> Log:
    """Reports, voids, exclusions, a backfill and ticks; the last tick is behind everything."""
    document = made.world.revisions[0].document
    zero = document["objectives"][0].get("aggregation") in ("count", "sum")
    log = Log(now=made.start, asked=zero or bool(document["plans"]))
    for event in made.control:
        engine.feed(event)
    code = next(iter(made.world.indicators))
    kind = made.world.indicators[code]["kind"]
    for _ in range(chance.randrange(4, 13)):
        log.place += 1
        what = chance.choice(
            ("rows", "rows", "rows", "nothing", "nothing", "tick", "tick", "void", "left", "backfill")
        )
        if what == "tick":
            later = log.now + (made.end - made.start) // 8 * chance.randrange(1, 5)
            edges = [edge for edge in made.edges if edge > log.now]
            log.now = chance.choice(edges) // MINUTE * MINUTE if edges and chance.randrange(2) else later
            log.now = log.now // MINUTE * MINUTE
            _tick(engine, log)
        elif what in ("rows", "backfill"):
            name = f"b{log.place}"
            source = chance.choice(promises.SOURCES)
            rows = [worlds.row(chance, made, code, kind, source, name) for _ in range(chance.randrange(1, 4))]
            backfill = None
            if what == "backfill" and "f" not in log.seals:
                # History: nothing of it lies in the future.
                backfill = "f"
                rows = [one for one in rows if one.at < log.now - MINUTE]
                if not rows:
                    continue
            body = [worlds.event_row(one) for one in rows]
            found = told.batch(name, code, body, backfill=backfill, source=source)
            log.sent.append(Sent(found, log.place, rows, backfill=backfill))
            engine.feed(told.accepted(found))
        elif what == "nothing":
            found_report = _report(chance, made, code, f"b{log.place}")
            source, span = found_report.source, (found_report.start, found_report.end)
            found = told.nothing(found_report.batch, *span, code, source=source)
            log.sent.append(Sent(found, log.place, report=found_report))
            engine.feed(told.accepted(found))
        elif what == "void":
            standing = [one for one in log.sent if one.voided is None and one.backfill is None]
            if standing:
                gone = chance.choice(standing)
                gone.voided = log.place
                engine.feed(told.voided(gone.batch))
        elif what == "left":
            start = worlds.moment(chance, made) // MINUTE * MINUTE
            span = (start, start + chance.choice((1, 60, 600)) * MINUTE)
            found_left = Left(f"x{log.place}", span)
            log.left.append(found_left)
            engine.feed(told.exclusion(found_left.id, *span))
        if chance.randrange(8) == 0:
            _seal(chance, made, engine, log)
    _seal(chance, made, engine, log)
    log.place += 1
    log.now = max(log.now, made.end) // MINUTE * MINUTE + MINUTE
    _tick(engine, log)
    return log


def _report(chance: Random, made: Made, code: str, name: str) -> Report:
    start, end = sorted(worlds.moment(chance, made) // MINUTE * MINUTE for _ in range(2))
    if chance.randrange(2):
        start = made.start // MINUTE * MINUTE
    return Report(start, max(end, start + MINUTE), (code,), chance.choice(promises.SOURCES), name)


def _tick(engine: Engine, log: Log) -> None:
    log.ticks.append((log.place, log.now))
    engine.feed(told.tick(log.now))


def _seal(chance: Random, made: Made, engine: Engine, log: Log) -> None:
    """Seals the backfill: the history from the first that it brought, or from the start, to the last."""
    times = [row.at for one in log.sent if one.backfill == "f" for row in one.rows]
    if "f" in log.seals or not times:
        return
    log.place += 1
    first = chance.choice((made.start, min(times)))
    span = (first // MINUTE * MINUTE, max(times) // MINUTE * MINUTE + MINUTE)
    log.seals["f"] = (log.place, span, log.ticks[-1][1] if log.ticks else 0)
    engine.feed(told.sealed("f", _text(span[0]), _text(span[1])))


def _text(at: int) -> str:
    return rfc3339(at)


def correct(chance: Random, made: Made, engine: Engine, log: Log, spans: dict[str, Span]) -> None:
    """All parties agree to count what came too late for some windows, where any did."""
    grace = micros(made.world.revisions[0].document["objectives"][0]["grace"])
    final = [one for one in engine.results() if one["window"]["state"] == "final"]
    asked = [
        (one, list(log.too_late(spans[one["window"]["end"]], grace, group_of(one))))
        for one in final
        if one["window"]["end"] in spans
    ]
    asked = [(one, batches) for one, batches in asked if batches]
    if not asked:
        return
    one, batches = chance.choice(asked)
    named = sorted(chance.sample(batches, chance.randrange(1, len(batches) + 1)))
    where = spans[one["window"]["end"]]
    chosen = [one]
    if chance.randrange(2):
        chosen = [other for other in final if other["window"] == one["window"]]
    same = [other["id"] for other in chosen]
    content = {"results": same, "batches": named}
    found = engine.db.transact(
        corrections.propose, corrections.Propose(caller("city"), "batches", content, "the line was down")
    )
    engine.db.transact(corrections.approve, corrections.Approve(caller("land"), found["id"], found["hash"]))
    for other in chosen:
        log.corrected[where, group_of(other)] = set(named)
    log.place += 1
    log.now += MINUTE
    _tick(engine, log)


def group_of(result: Mapping[str, Any]) -> Group:
    return tuple(sorted(result["scope"].items()))


def caller(agency: str) -> Principal:
    return Principal(f"client-of-{agency}", agency, frozenset({Role.SIGNATORY}))


def windows_of(made: Made, spans: Sequence[Span]) -> dict[str, Span]:
    return {rfc3339(span[1]): span for span in spans}
