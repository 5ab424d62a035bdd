"""Findings of an evaluator's own windows: a planted cause is found with its numbers, evidence and what-if."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

from services.evaluation.reading.findings import found_of
from shared.events.metrics import JourneyBatch, JourneyEvent
from tests.evaluation.engine import (
    AGREEMENT,
    SERVICE,
    Engine,
    accepted,
    at,
    batch,
    indicator,
    objective,
    open_engine,
    passed,
    revision,
    tick,
)

EDGES: dict[str, Any] = {
    "from": {"step": "*", "occurrence": "first", "edge": "any"},
    "to": {"step": "t03", "occurrence": "first", "edge": "end"},
    "clock": "elapsed",
}
CONFIRM: dict[str, Any] = {
    "good": {"comparator": "<=", "value": "P3D"},
    "allotments": {"t01": "PT12H", "t02": "P1D", "t03": "P1D"},
    "count_at": "completion",
    "target": "0.95",
}
AGENCIES = {"t01": "city", "t02": "health", "t03": "land"}
USUAL = {"t01": 8, "t02": 16, "t03": 16}
MONTH = datetime(2026, 1, 1)
"""The first month of the agreement."""


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    found = open_engine(database_url, tmp_path)
    found.feed(indicator("confirm", "duration", **EDGES), indicator("up", "ratio"))
    found.feed(
        revision(
            objective("confirm", "confirm", **CONFIRM),
            objective("up", "up", target="0.95", scope=["province"]),
        )
    )
    yield found
    found.db.close()


def month_of_journeys(
    slow: str | None, *, month: int = 1, number: int = 200, wait: float = 0, channel: str | None = None
) -> JourneyBatch:
    """``slow``: a step that takes three times as long in half of the journeys; ``wait``: hours before t03;
    ``channel``: one whose journeys are slow in all steps."""
    draw = Random(f"{slow}-{month}-{channel}")
    events = []
    for place in range(number):
        journey = f"m{month}-{place:03}"
        by = draw.choice(["web", "desk", "post"])
        now = datetime(2026, month, 1) + timedelta(hours=draw.randrange(20 * 24))
        for step, hours in USUAL.items():
            factor = 3 if step == slow and place % 2 else 1
            factor *= 2 if channel == by else 1
            if step == "t03":
                now += timedelta(hours=wait)
            for edge in ("start", "end"):
                instant = at(now.isoformat(timespec="minutes"))
                labels = {"channel": by} if step == "t01" and edge == "start" else {}
                events.append(
                    JourneyEvent(
                        f"{journey}-{step}-{edge}", journey, step, AGENCIES[step], edge, instant, labels
                    )
                )
                if edge == "start":
                    now += timedelta(minutes=int(60 * hours * factor * draw.uniform(0.5, 1.2)))
    times = [event.at for event in events]
    name = f"{slow}-{month}"
    return JourneyBatch(
        name, SERVICE, "source", "land", max(times), min(times), max(times), events, "next", None
    )


def found(
    engine: Engine, code: str | None = "confirm", when: str | None = "2026-01-15T00:00", least: int = 10
) -> list[dict[str, Any]]:
    instant = None if when is None else at(when)
    return engine.db.snapshot(found_of, AGREEMENT, code, instant, least)


def kinds(items: list[dict[str, Any]]) -> list[str]:
    return [one["kind"] for one in items]


def test_a_slow_step_with_its_evidence_and_what_would_have_been(engine: Engine) -> None:
    engine.feed(passed(month_of_journeys("t02")), tick("2026-02-10T00:00"))
    (result,) = [one for one in engine.results() if one["window"]["end"] == "2026-01-31T17:00:00Z"]
    assert result["verdict"] == "breached"
    (step,) = [one for one in found(engine) if one["kind"] == "step"]
    assert (step["subject"], step["action"]["agency"]) == ({"step": "t02"}, "health")
    assert step["recommended"]
    assert step["evidence"]["results"] == [{"id": result["id"], "scope": {}, "verdict": "breached"}]
    assert (step["evidence"]["looked_at"], step["evidence"]["of"]) == (result["total"], result["total"])
    late = result["total"] - result["good"]
    supposed = step["action"]["what_if"]
    assert supposed["good"] - result["good"] == Fraction(step["numbers"]["saved"]) <= late
    assert supposed["total"] == result["total"]
    assert supposed["verdict"] == "met"
    assert Fraction(step["explains"]["exact"]) > Fraction(4, 5)
    assert Fraction(step["sure"]["adjusted_p"]) < Fraction(1, 1000)
    percent = f"{float(Fraction(supposed['exact'])) * 100:.2f}"
    assert f"Had this step kept its 1 day, {percent}% would have been on time" in step["action"]["text"]["en"]
    assert f"หากขั้นตอนนี้ใช้ไม่เกิน 1 วัน จะทันกำหนดร้อยละ {percent}" in step["action"]["text"]["th"]
    journeys = set(step["evidence"]["journeys"])
    assert journeys
    assert all(int(name[-1]) % 2 for name in journeys)


def test_nothing_is_found_where_nothing_is_wrong(engine: Engine) -> None:
    engine.feed(passed(month_of_journeys(None)), tick("2026-02-10T00:00"))
    assert found(engine) == []
    assert found(engine, when="2026-05-01T00:00") == []
    assert found(engine, code="none") == []


def test_a_hand_over_that_waits(engine: Engine) -> None:
    engine.feed(passed(month_of_journeys(None, wait=48)), tick("2026-02-10T00:00"))
    (wait,) = [one for one in found(engine) if one["kind"] == "handover"]
    assert wait["subject"] == {"from": "health", "to": "land"}
    assert wait["sure"] is None
    assert wait["action"]["what_if"]["verdict"] == "met"


def test_a_label_of_journeys(engine: Engine) -> None:
    engine.feed(passed(month_of_journeys(None, channel="post", number=400)), tick("2026-02-10T00:00"))
    (label,) = [one for one in found(engine) if one["kind"] == "label"]
    assert label["subject"] == {"label": "channel", "value": "post"}
    assert label["text"]["en"].startswith("Where channel is post, ")


def test_a_queue_that_grows(engine: Engine) -> None:
    """In February many more come than leave t02; January is the first window, of which nothing is said."""
    quiet = month_of_journeys(None, month=1, number=60)
    busy = month_of_journeys(None, month=2, number=200)
    stuck = [one for one in busy.events if not (one.step in ("t02", "t03") and int(one.journey[-3:]) % 3)]
    begun = [
        JourneyEvent(f"{name}-t02-start", name, "t02", "health", "start", at("2026-02-26T00:00"), {})
        for name in {one.journey for one in busy.events} - {one.journey for one in stuck if one.step == "t02"}
    ]
    rest = JourneyBatch(
        "busy", SERVICE, "source", "land", busy.received_at, busy.first_at, busy.last_at, [*stuck, *begun],
        "next", None,
    )  # fmt: skip
    engine.feed(passed(quiet), passed(rest), tick("2026-03-10T00:00"))
    (queue,) = [one for one in found(engine, when="2026-02-15T00:00") if one["kind"] == "queue"]
    assert queue["subject"] == {"step": "t02"}
    numbers = {name: Fraction(number) for name, number in queue["numbers"].items()}
    assert numbers["closing"] == numbers["opening"] + numbers["came"] - numbers["went"]
    assert numbers["closing"] >= len(begun)
    assert "queue" not in kinds(found(engine))


def minutes(month: int, province: str, hour: int | None, total: int = 100) -> list[dict[str, Any]]:
    """Hourly counts of a month's office hours; one hour of the day is worse."""
    rows = []
    draw = Random(f"{month}-{province}")
    for day in range(1, 29):
        for each in range(8, 17):
            bad = draw.randint(20, 30) if each == hour else draw.randint(1, 4)
            rows.append(
                {
                    "at": f"2026-{month:02}-{day:02}T{each:02}:30",
                    "good": total - bad * total // 100,
                    "total": total,
                    "labels": {"province": province},
                }
            )
    return rows


def test_an_hour_of_counts_over_all_groups(engine: Engine) -> None:
    engine.feed(
        *(accepted(batch(f"b{province}", "up", minutes(1, province, 9))) for province in ("10", "50", "90")),
        tick("2026-02-10T00:00"),
    )
    (hour,) = found(engine, "up")
    assert (hour["kind"], hour["subject"]) == ("hour", {"hour": 9})
    assert hour["text"]["th"].startswith("เวลา 09.00–10.00 น.: ไม่อยู่ในเกณฑ์ร้อยละ ")
    assert {row["scope"]["province"] for row in hour["evidence"]["results"]} == {"10", "50", "90"}
    good = sum(
        row["good"]
        for province in ("10", "50", "90")
        for row in minutes(1, province, 9)
        if "T09" not in row["at"]
    )
    supposed = hour["action"]["what_if"]
    assert (supposed["good"], supposed["total"]) == (good, 3 * 28 * 8 * 100)
    # Groups may have targets of their own: what the whole is called is not said.
    assert supposed["verdict"] is None


def test_a_group_that_explains_and_one_that_is_too_small(engine: Engine) -> None:
    worse = [{**row, "good": row["good"] - 20} for row in minutes(1, "50", None)]
    few = [{"at": "2026-01-05T09:00", "good": 0, "total": 9, "labels": {"province": "90"}}]
    engine.feed(
        accepted(batch("b10", "up", minutes(1, "10", None))),
        accepted(batch("b50", "up", worse)),
        accepted(batch("b90", "up", few)),
        tick("2026-02-10T00:00"),
    )
    (group,) = [one for one in found(engine, "up") if one["kind"] == "label"]
    assert group["subject"] == {"label": "province", "value": "50"}
    assert "90" not in str([one["subject"] for one in found(engine, "up")])


def test_promises_out_of_reach_and_too_easy(engine: Engine) -> None:
    for month in range(1, 8):
        rows = [
            {
                "at": f"2026-{month:02}-10T10:00",
                "good": good,
                "total": 1000,
                "labels": {"province": province},
            }
            for province, good in (("10", 900 + month), ("50", 995 - month % 2))
        ]
        engine.feed(accepted(batch(f"m{month}", "up", rows)))
    engine.feed(tick("2026-08-10T00:00"))
    items = {
        one["kind"]: one for one in found(engine, "up", None) if one["kind"] in ("too_easy", "impossible")
    }
    assert items["impossible"]["subject"] == {"scope": {"province": "10"}}
    assert items["too_easy"]["subject"] == {"scope": {"province": "50"}}
    numbers = items["impossible"]["numbers"]
    assert (numbers["windows"], numbers["met"], numbers["best"]) == ("7/1", "0/1", "907/1000")
    assert "was met in 0 of 7 windows; the best was 90.70%" in items["impossible"]["text"]["en"]
    assert "90.20% would have been met in 6 of 7 windows" in items["impossible"]["action"]["text"]["en"]


def test_the_same_finding_has_the_same_id_and_another_window_another(engine: Engine) -> None:
    engine.feed(
        passed(month_of_journeys("t02")),
        passed(month_of_journeys("t02", month=2)),
        tick("2026-03-10T00:00"),
    )
    (one,) = [each for each in found(engine) if each["kind"] == "step"]
    assert one in found(engine)
    (other,) = [each for each in found(engine, when="2026-02-15T00:00") if each["kind"] == "step"]
    assert one["id"] != other["id"]


def test_of_too_many_journeys_a_sample_is_looked_at_the_same_each_time(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.evaluation.reading.cases.MOST_JOURNEYS", 150)
    engine.feed(passed(month_of_journeys("t02")), tick("2026-02-10T00:00"))
    (step,) = [one for one in found(engine) if one["kind"] == "step"]
    (result,) = [one for one in engine.results() if one["window"]["end"] == "2026-01-31T17:00:00Z"]
    assert (step["evidence"]["looked_at"], step["evidence"]["of"]) == (150, result["total"])
    assert step["action"]["what_if"]["total"] == 150
    assert found(engine) == found(engine)
