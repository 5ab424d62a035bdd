"""A breach says whose part was too long; a journey is split exactly, in whatever order it was reported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from services.evaluation import reading
from services.evaluation.domain.allotments import used
from services.evaluation.domain.attribution import Measure, Passage, elapsed, passage
from services.evaluation.domain.journeys import Event
from services.evaluation.store import results
from shared.events.metrics import JourneyBatch, JourneyEvent
from tests.evaluation.engine import (
    SERVICE,
    Engine,
    at,
    indicator,
    objective,
    open_engine,
    passed,
    revision,
    tick,
    voided,
)
from tests.evaluation.test_calendars import agreed, office, paused

EDGES: dict[str, Any] = {
    "from": {"step": "*", "occurrence": "first", "edge": "any"},
    "to": {"step": "t05", "occurrence": "first", "edge": "end"},
    "clock": "elapsed",
}
CONFIRM: dict[str, Any] = {
    "good": {"comparator": "<=", "value": "P3D"},
    "allotments": {"t01": "P1D", "t05": "P2D"},
    "count_at": "completion",
    "target": "1",
}
DAY = 86_400


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    found = open_engine(database_url, tmp_path)
    found.feed(indicator("permit.confirmation-time", "duration", **EDGES))
    found.feed(revision(objective("confirm", "permit.confirmation-time", **CONFIRM)))
    yield found
    found.db.close()


Row = tuple[str, str, str, str | None, str]


def held(name: str, *rows: Row, holder: str = "next") -> JourneyBatch:
    """(journey, step, edge, agency, time)."""
    events = [
        JourneyEvent(f"{journey}-{step}-{edge}-{when}", journey, step, agency, edge, at(when), {})
        for journey, step, edge, agency, when in rows
    ]
    times = [event.at for event in events]
    return JourneyBatch(name, SERVICE, "source", "land", max(times), min(times), max(times), events, holder)


SLOW: tuple[Row, ...] = (
    ("slow", "t01", "start", "city", "2026-01-05T00:00"),
    ("slow", "t01", "end", "city", "2026-01-05T12:00"),
    ("slow", "t05", "start", "land", "2026-01-06T00:00"),
    ("slow", "t05", "end", "land", "2026-01-10T00:00"),
)
QUICK: tuple[Row, ...] = (
    ("quick", "t01", "start", "city", "2026-01-05T00:00"),
    ("quick", "t05", "end", "land", "2026-01-05T06:00"),
)


def parts(engine: Engine) -> dict[str | None, dict[str, Any]]:
    (breach,) = engine.breaches()
    return {one["agency"]: one for one in breach.attribution}


def evidence(engine: Engine, after: str = "", limit: int = 100, which: str | None = None) -> dict[str, Any]:
    def read(connection: Any) -> dict[str, Any]:
        (breach,) = results.breaches_of(connection, "permit-2026", "confirm", "{}")
        found = results.result_by_id(connection, breach.result)
        assert found is not None
        body = reading.attributed(connection, found, breach, which, after, limit)
        assert body is not None
        return body

    return engine.db.snapshot(read)


def test_a_breach_says_whose_part_was_too_long_and_by_how_much(engine: Engine) -> None:
    engine.feed(passed(held("j1", *SLOW, *QUICK)), tick("2026-02-01T00:00"))
    (breach,) = engine.breaches()
    land, city = breach.attribution
    assert (land["agency"], land["seconds"], land["exact"]) == ("land", str(4 * DAY), "4/5")
    assert (land["allotted"], land["exceeded_by"], land["exceeded"]) == (str(2 * DAY), str(2 * DAY), 1)
    assert land["evidence"] == ["slow"]
    assert (city["seconds"], city["share"], city["exceeded_by"]) == (str(DAY), "0.2", "0")
    assert city["handover"] == {
        "seconds": str(DAY // 2),
        "to": [{"agency": "land", "seconds": str(DAY // 2)}],
        "awaited_seconds": "0",
    }
    assert land["handover"]["awaited_seconds"] == str(DAY // 2)
    assert [(one["step"], one["seconds"], one["exceeded_by"]) for one in land["steps"]] == [
        ("t05", str(4 * DAY), str(2 * DAY))
    ]
    assert breach.attributed is not None
    assert (breach.attributed["journeys"], breach.attributed["summed"]) == (1, 1)
    kind, told = next((kind, data) for kind, data in engine.told() if ".breach.opened" in kind)
    assert told["breach"]["attribution"] == breach.attribution, kind


def test_the_closing_of_a_breach_still_says_it(engine: Engine) -> None:
    engine.feed(passed(held("j1", *SLOW)), tick("2026-02-01T00:00"))
    quick = [
        (f"{name}2", step, edge, agency, when.replace("-01-", "-02-"))
        for name, step, edge, agency, when in QUICK
    ]
    engine.feed(passed(held("j2", *quick)), tick("2026-03-01T00:00"))
    (breach,) = engine.breaches()
    assert breach.state == "closed"
    assert [one["agency"] for one in breach.attribution] == ["land", "city"]


def test_late_events_revise_it(engine: Engine) -> None:
    engine.feed(passed(held("j1", *SLOW)), tick("2026-02-01T00:00"))
    other = [("slow2", *row[1:]) for row in SLOW]
    engine.feed(passed(held("j2", *other)), tick("2026-02-01T01:00"))
    assert parts(engine)["land"]["journeys"] == 2
    engine.feed(voided(held("j2", *other)), tick("2026-02-01T02:00"))
    assert parts(engine)["land"]["journeys"] == 1


def test_a_step_reported_late_moves_the_time_though_not_the_verdict(engine: Engine) -> None:
    engine.feed(passed(held("j1", SLOW[0], SLOW[3])), tick("2026-02-01T00:00"))
    assert parts(engine)["city"]["seconds"] == str(5 * DAY)
    engine.feed(passed(held("j2", *SLOW[1:3])), tick("2026-02-01T01:00"))

    def read(connection: Any) -> dict[str | None, str]:
        (breach,) = results.breaches_of(connection, "permit-2026", "confirm", "{}")
        return {one["agency"]: one["seconds"] for one in reading.refreshed(connection, breach).attribution}

    assert engine.db.snapshot(read) == {"city": str(DAY), "land": str(4 * DAY)}
    assert len(engine.breaches()) == 1


@pytest.mark.parametrize("now", ["2026-02-01T00:00", "2026-03-15T00:00"])
def test_an_open_journey_lies_with_who_has_it_until_the_windows_end(engine: Engine, now: str) -> None:
    engine.feed(passed(held("j1", *SLOW[:3])), tick(now))
    land = parts(engine)["land"]
    assert land["seconds"] == str(26 * DAY)
    assert land["exceeded_by"] == str(24 * DAY)


@pytest.mark.parametrize(("holder", "whose"), [("next", {"land": "t05"}), ("previous", {"city": "t01"})])
def test_completions_are_read_as_their_source_declared(
    engine: Engine, holder: str, whose: dict[str, str]
) -> None:
    rows: list[Row] = [
        ("p", "t01", "point", "city", "2026-01-05T00:00"),
        ("p", "t05", "point", "land", "2026-01-10T00:00"),
    ]
    engine.feed(passed(held("j1", *rows, holder=holder)), tick("2026-02-01T00:00"))
    assert {name: one["steps"][0]["step"] for name, one in parts(engine).items()} == whose


def test_nobody_is_shown(engine: Engine) -> None:
    rows: list[Row] = [
        ("p", "t01", "point", "city", "2026-01-05T00:00"),
        ("p", "t05", "point", None, "2026-01-10T00:00"),
    ]
    engine.feed(passed(held("j1", *rows)), tick("2026-02-01T00:00"))
    assert parts(engine)[None]["unassigned"] is True
    assert parts(engine)[None]["exceeded_by"] == str(3 * DAY)


def test_the_evidence_is_paged_journey_by_journey(engine: Engine) -> None:
    names = ["a", "b", "c"]
    rows = [(name, *row[1:]) for name in names for row in SLOW]
    engine.feed(passed(held("j1", *rows, *QUICK)), tick("2026-02-01T00:00"))
    first = evidence(engine, limit=2)
    assert [one["journey"] for one in first["items"]] == ["a", "b"]
    assert first["last"] == "b"
    second = evidence(engine, after=first["last"])
    assert [one["journey"] for one in second["items"]] == ["c"]
    assert second["last"] is None
    (one,) = second["items"]
    assert [(span["kind"], span["seconds"]) for span in one["spans"]] == [
        ("step", str(DAY // 2)),
        ("handover", str(DAY // 2)),
        ("step", str(4 * DAY)),
    ]
    assert one["seconds"] == one["elapsed_seconds"] == str(5 * DAY)
    assert "quick" in {one["journey"] for one in evidence(engine, which="all")["items"]}
    assert first["allotments"] == {"t01": str(DAY), "t05": str(2 * DAY)}


def test_what_one_journey_saved_does_not_make_up_for_another() -> None:
    def journey(name: str, hours: int) -> tuple[str, Passage, Measure]:
        events = [
            Event(f"{name}1", "t05", "land", "start", 0),
            Event(f"{name}2", "t05", "land", "end", hours),
        ]
        return name, passage(events, 0, hours, ended=True), elapsed

    use = used([journey("a", 1), journey("b", 9)], {"t05": 5})
    assert (use.agencies["land"].over, use.agencies["land"].exceeded) == (4, 1)
    assert use.agencies["land"].allotted == 10
    assert use.agencies["land"].worst == [(4, 9, "b"), (0, 1, "a")]


def test_working_time_and_agreed_pauses_are_split_as_they_are_judged(
    database_url: str, tmp_path: Path
) -> None:
    found = open_engine(database_url, tmp_path)
    found.feed(indicator("permit.confirmation-time", "duration", **{**EDGES, "clock": "working"}))
    found.feed(office())
    hours = {
        **CONFIRM,
        "good": {"comparator": "<=", "value": "PT13H"},
        "allotments": {"t01": "PT3H", "t05": "PT5H"},
        "pauses": ["applicant"],
    }
    found.feed(agreed(objective("confirm", "permit.confirmation-time", **hours)))
    rows: list[Row] = [
        # Friday 9 to 13; over the weekend to Monday 11; to Tuesday 12, of which Monday's afternoon is paused.
        ("w", "t01", "start", "city", "2026-01-09T09:00"),
        ("w", "t01", "end", "city", "2026-01-09T13:00"),
        ("w", "t05", "start", "land", "2026-01-12T11:00"),
        ("w", "t05", "end", "land", "2026-01-13T12:00"),
    ]
    stops = paused(
        "w", ("pause", "2026-01-12T13:00", "applicant"), ("resume", "2026-01-12T17:00", "applicant")
    )
    found.feed(passed(held("j1", *rows)), stops, tick("2026-02-01T00:00"))
    (breach,) = found.breaches()
    by = {one["agency"]: one for one in breach.attribution}
    hour = 3600
    assert by["city"]["seconds"] == str((4 + 4 + 2) * hour)
    assert by["city"]["handover"]["seconds"] == str(6 * hour)
    assert by["city"]["exceeded_by"] == str(hour)
    assert by["land"]["seconds"] == str((2 + 3) * hour)
    assert by["land"]["exceeded_by"] == "0"
    assert by["land"]["elapsed_seconds"] == str(25 * hour)
    (one,) = evidence(found)["items"]
    assert (one["seconds"], one["elapsed_seconds"]) == (str(15 * hour), str((72 + 27) * hour))
    (journey,) = found.explain(breach.result)["journeys"]
    assert journey["spent"] == one["seconds"]
    found.db.close()


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_arrival_does_not_matter(tmp_path: Path, seed: int) -> None:
    rows = [("slow", *row[1:]) for row in SLOW] + [("other", *row[1:]) for row in SLOW] + list(QUICK)
    facts = [passed(held(f"j{place}", row)) for place, row in enumerate(rows)]
    facts += [indicator("permit.confirmation-time", "duration", **EDGES)]
    facts += [revision(objective("confirm", "permit.confirmation-time", **CONFIRM))]
    Random(seed).shuffle(facts)
    found = open_engine(f"sqlite:///{tmp_path}", tmp_path)
    for fact in facts:
        found.feed(fact)
    found.feed(tick("2026-02-01T00:00"))
    by = {one["agency"]: (one["seconds"], one["exceeded_by"]) for one in found.breaches()[0].attribution}
    assert by == {"city": (str(2 * DAY), "0"), "land": (str(8 * DAY), str(4 * DAY))}
    found.db.close()
