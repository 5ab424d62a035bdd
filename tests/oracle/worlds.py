"""Random agreements and what happens under them: plain facts for the oracle, events for the evaluator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from shared.clock import rfc3339
from shared.events.envelope import Event
from shared.events.metrics import Batch, JourneyBatch, JourneyEvent
from tests.evaluation import engine
from tests.oracle.plain_facts import MINUTE, Agreed, Left, Passed, Report, Row, Span, World, micros
from tests.oracle.plain_windows import calendar_windows, instant_of, rolling_windows
from tests.oracle.plain_windows import micros as micros_of

HOUR, DAY = 60 * MINUTE, 1440 * MINUTE
LONG_GRACE = "P900D"
# Days around which something happens to the clock, or to the calendar.
AROUND = {
    "Asia/Bangkok": [datetime(2026, 1, 30), datetime(2028, 2, 27)],
    "Europe/Amsterdam": [datetime(2026, 3, 28), datetime(2026, 10, 24)],
    "America/New_York": [datetime(2026, 3, 7), datetime(2026, 10, 31)],
    "Australia/Lord_Howe": [datetime(2026, 4, 4), datetime(2026, 10, 3)],
    "Asia/Kathmandu": [datetime(2026, 12, 30)],
}
# How many of a unit a world lasts, and how it is cut into slices.
UNITS = {
    "hour": (6, ("PT7M", "PT10M", "PT25M", "PT1H")),
    "day": (4, ("PT1H", "PT100M", "PT5H", "P1D")),
    "week": (3, ("PT13H", "P1D", "P3D")),
    "month": (3, ("P1D", "P4D", "P10D")),
    "quarter": (2, ("P10D", "P30D")),
}
PROVINCES = ("10", "50", "90")
SHARES = ("0", "0.25", "0.5", "0.75", "0.8", "0.666666", "1")
AMOUNTS = ("0", "0.5", "1", "2", "2.5", "3", "-1", "8999999999.999999")
COUNTS = ("0", "1", "2", "3")


@dataclass
class Made:
    """A world, its spans and the events that tell of it. ``wrong``: batches that are voided again."""

    world: World
    zone: ZoneInfo
    window: dict[str, Any]
    start: int
    end: int
    control: list[Event] = field(default_factory=list)
    batches: list[Batch | JourneyBatch] = field(default_factory=list)
    wrong: list[Batch | JourneyBatch] = field(default_factory=list)
    edges: list[int] = field(default_factory=list)
    """Instants at which something changes."""

    def windows(self, found: dict[str, Any] | None = None) -> list[Span]:
        """All windows that matter, and some around them."""
        window = found or self.window
        if window["kind"] == "rolling":
            duration, step = micros(window["duration"]), micros(window["step"])
            return rolling_windows(duration, step, self.start - 1, self.end + DAY)
        anchor = datetime.fromisoformat(window["anchor"])
        local = datetime.fromtimestamp(self.start // 1_000_000, self.zone).replace(tzinfo=None)
        days = {"hour": 1 / 24, "day": 1, "week": 7, "month": 30, "quarter": 91}[window["unit"]]
        length = days * window["count"]
        first = int((local - anchor) / timedelta(days=length))
        reach = int((self.end - self.start) / DAY / length) + 12
        return calendar_windows(
            window["unit"], window["count"], anchor, self.zone, first - 3, first + reach + 3
        )


def lengths(made: Made) -> tuple[str, ...]:
    """Lengths of slices, and of what a plan expects reports in, that suit the windows."""
    return UNITS[made.window.get("unit", "hour")][1]


def moment(chance: Random, made: Made) -> int:
    """An instant of the world: often an edge, or just beside it."""
    if made.edges and chance.randrange(3) == 0:
        at = chance.choice(made.edges) + chance.choice((-1, 0, 1))
    else:
        at = made.start + chance.randrange((made.end - made.start) // MINUTE) * MINUTE
    return min(max(at, made.start), made.end - 1)


def begin(chance: Random, *, rolling: bool = False, units: Sequence[str] = tuple(UNITS)) -> Made:
    name = chance.choice(sorted(AROUND))
    zone = ZoneInfo(name)
    unit = chance.choice(list(units))
    around = chance.choice(AROUND[name])
    anchor = around - timedelta(days=chance.randrange(3))
    if unit == "hour":
        # The night in which the clock is changed lies inside.
        around += timedelta(hours=chance.randrange(22, 28))
        anchor = around - timedelta(minutes=chance.choice((0, 30, 200)))
    elif unit in ("month", "quarter"):
        anchor = anchor.replace(day=chance.choice((1, 16, 29, 31)), month=1)
    start = micros_of(instant_of(around, zone))
    count = 1 if unit in ("month", "quarter") else chance.choice((1, 1, 2))
    window: dict[str, Any] = {
        "kind": "calendar",
        "unit": unit,
        "count": count,
        "anchor": anchor.isoformat(timespec="minutes"),
    }
    lasts = {"hour": HOUR, "day": DAY, "week": 7 * DAY, "month": 31 * DAY, "quarter": 92 * DAY}[unit]
    end = start + UNITS[unit][0] * lasts
    if rolling:
        window = {
            "kind": "rolling",
            "duration": chance.choice(("PT6H", "PT90M", "PT5H")),
            "step": chance.choice(("PT1H", "PT2H", "PT45M")),
        }
        end = start + DAY
    made = Made(World(), zone, window, start, end)
    made.edges = [edge for edge, _ in made.windows() if start <= edge < end]
    return made


def left_out(chance: Random, made: Made, codes: Sequence[str], scoped: bool, cases: Sequence[str]) -> None:
    """Up to two approved exclusions, and perhaps one that was taken back again."""
    for number in range(chance.choice((0, 0, 1, 2))):
        span = None
        journeys = [case for case in cases if chance.randrange(4) == 0]
        if not journeys or chance.randrange(2):
            first = moment(chance, made) // MINUTE * MINUTE
            long = chance.choice((1, 7, 60, 300, 1440, (made.end - made.start) // MINUTE // 3)) * MINUTE
            span = (first, first + long)
            made.edges += [span[0], span[1]]
        named = None if chance.randrange(2) else [chance.choice(list(codes))]
        scope = {"province": chance.choice(PROVINCES)} if scoped and chance.randrange(2) else None
        found = Left(f"x{number}", span, named, scope, tuple(journeys))
        revoked = chance.randrange(5) == 0
        told: dict[str, Any] = {"objectives": named, "scope": scope, "journeys": journeys}
        start, end = span or (None, None)
        made.control.append(engine.exclusion(found.id, start, end, **told))
        if revoked:
            made.control.append(engine.exclusion(found.id, start, end, state="revoked", version=3, **told))
        else:
            made.world.left.append(found)


def agree(
    chance: Random,
    made: Made,
    old: list[dict[str, Any]],
    new: list[dict[str, Any]] | None,
    *,
    begins: int | None = None,
    **document: Any,
) -> None:
    """One revision, or two with the cut-over inside of the world."""
    zone = made.zone.key
    start = made.start if begins is None else begins
    cut = None
    if new is not None:
        cut = made.start + chance.randrange((made.end - made.start) // MINUTE) * MINUTE
        made.edges += [cut, cut]
    told: dict[str, Any] = {"zone": zone, "start": rfc3339(start), **document}
    made.control.append(engine.revision(*old, digest="a" * 64, **told))
    made.world.revisions.append(_agreed("a", start, cut, zone, old, document))
    if new is not None and cut is not None:
        made.control.append(engine.revision(*old, digest="a" * 64, version=2, end=rfc3339(cut), **told))
        told["start"] = rfc3339(cut)
        made.control.append(engine.revision(*new, digest="b" * 64, **told))
        made.world.revisions.append(_agreed("b", cut, None, zone, new, document))


def _agreed(
    digest: str, start: int, end: int | None, zone: str, objectives: Any, document: dict[str, Any]
) -> Agreed:
    return Agreed(digest * 64, start, end, {"time_zone": zone, "objectives": objectives, **document})


def indicators(made: Made, **kinds: dict[str, Any]) -> None:
    for code, found in kinds.items():
        made.world.indicators[code] = found
        made.control.append(engine.indicator(code, **found))


# --- batches -----------------------------------------------------------------------------------------


def add_rows(chance: Random, made: Made, *, most: int, sources: Sequence[str] = ("source",)) -> None:
    """Batches of counts and values; some will be voided, and are no facts."""
    codes = [code for code, one in made.world.indicators.items() if one["kind"] != "duration"]
    for number in range(chance.randrange(1, most)):
        code = chance.choice(codes)
        kind = made.world.indicators[code]["kind"]
        name, source = f"r{number}", chance.choice(list(sources))
        rows = [row(chance, made, code, kind, source, name) for _ in range(chance.randrange(1, 5))]
        told = engine.batch(name, code, [event_row(one) for one in rows], source=source)
        if chance.randrange(8) == 0:
            made.wrong.append(told)
        else:
            made.batches.append(told)
            made.world.rows += rows


def row(chance: Random, made: Made, code: str, kind: str, source: str, batch: str) -> Row:
    at = moment(chance, made)
    labels = {"province": chance.choice(PROVINCES)}
    if kind == "ratio":
        total = chance.choice((0, 1, 2, 4, 4, 5, 1000))
        good = chance.choice((total, total, total // 2, 0, max(0, total - 1)))
        return Row(at, code, labels, None, good, total, source, batch)
    return Row(at, code, labels, chance.choice(COUNTS if kind == "count" else AMOUNTS), 0, 0, source, batch)


def event_row(one: Row) -> dict[str, Any]:
    told: dict[str, Any] = {"at": one.at, "labels": dict(one.labels)}
    if one.value is None:
        return {**told, "good": one.good, "total": one.total}
    return {**told, "value": int(Decimal(one.value) * 1_000_000)}


def add_reports(chance: Random, made: Made, *, most: int, sources: Sequence[str] = ("source",)) -> None:
    """Reports of nothing; some are voided."""
    for number in range(chance.randrange(most)):
        codes = sorted({chance.choice(sorted(made.world.indicators)) for _ in range(2)})
        start = moment(chance, made) // MINUTE * MINUTE
        long = (made.end - made.start) // MINUTE // chance.choice((1, 2, 5))
        end = min(start + long * MINUTE, made.end + DAY)
        if chance.randrange(3) == 0:
            start = made.start
        source, name = chance.choice(list(sources)), f"n{number}"
        found = Report(start, end, tuple(codes), source, name)
        told = engine.nothing(name, start, end, *codes, source=source)
        if chance.randrange(8) == 0:
            made.wrong.append(told)
        else:
            made.batches.append(told)
            made.world.reports.append(found)


def journey_batch(name: str, events: Sequence[Passed]) -> JourneyBatch:
    found = [
        JourneyEvent(
            f"{one.journey}-{one.step}-{one.edge}-{one.at}",
            one.journey,
            one.step,
            "land",
            one.edge,
            one.at,
            dict(one.labels),
        )
        for one in events
    ]
    times = [one.at for one in events]
    source = events[0].source
    return JourneyBatch(
        name, engine.SERVICE, source, "land", max(times), min(times), max(times), found, "next", None
    )
