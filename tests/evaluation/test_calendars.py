"""Working calendars in the evaluator: which version judges, what comes late, what the past needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.evaluation.handlers.calendars import adopt_version
from services.evaluation.reading.impact import impact
from shared.errors import Conflict, NotFound
from shared.events.envelope import Event
from shared.events.metrics import JourneyBatch, JourneyEvent
from shared.events.registry import CalendarPublished
from shared.events.sla import AgreementInForce
from tests.evaluation.engine import (
    Engine,
    at,
    indicator,
    objective,
    open_engine,
    passed,
    revision,
    steps,
    tick,
)

EDGES = {
    "from": {"step": "*", "occurrence": "first", "edge": "any"},
    "to": {"step": "t05", "occurrence": "first", "edge": "end"},
}
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday")
DAY = [("09:00", "17:00")]
SHORT = [("09:00", "12:00")]
HOURS_8 = {"good": {"comparator": "<=", "value": "PT8H"}, "count_at": "completion"}


def office(version: int = 1, start: str | None = None, **more: Any) -> Event:
    document: dict[str, Any] = {
        "version": version,
        "code": "office",
        "owner": "city",
        "name": {"en": "Office"},
        "time_zone": "Asia/Bangkok",
        "weekly": dict.fromkeys(WEEK, DAY),
        "country": None,
        "years": None,
        "holidays": [],
        "half_days": [],
        "effective_from": start,
        "retroactive": False,
        **more,
    }
    return CalendarPublished.model_validate(document).event()


def agreed(*objectives: dict[str, Any], digest: str = "a" * 64, **more: Any) -> Event:
    """A revision that goes by the office's calendar."""
    told = revision(*objectives, digest=digest, **more)
    fact = AgreementInForce.model_validate_json(told.data)
    return fact.model_copy(update={"document": {**fact.document, "calendar": "office"}}).event(at=told.at)


def working(**more: Any) -> dict[str, Any]:
    return objective("quick", "passage", **{**HOURS_8, **more})


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    found = open_engine(database_url, tmp_path)
    yield found
    found.db.close()


def case(name: str, start: str, end: str | None) -> Event:
    events = [(name, "t01", "point", start)]
    if end is not None:
        events.append((name, "t05", "point", end))
    return passed(steps(f"b-{name}", events))


def said(engine: Engine) -> list[tuple[str, str, object, int]]:
    return [
        (one["window"]["end"][:10], one["verdict"], one["good"], one["total"]) for one in engine.results()
    ]


def working_clock(engine: Engine) -> None:
    engine.feed(indicator("passage", "duration", **EDGES, clock="working"))


class TestWorkingTime:
    def test_a_weekend_does_not_count_and_the_next_opening_is_still_in_time(self, engine: Engine) -> None:
        working_clock(engine)
        engine.feed(office())
        engine.feed(agreed(working()))
        engine.feed(
            # Friday 15:00 to Monday 15:00: 2 + 6 hours of work; 72 h for the recipient.
            case("kept", "2026-01-09T15:00", "2026-01-12T15:00"),
            case("late", "2026-01-09T15:00", "2026-01-12T15:00:01"),
            # Eight hours are over at Monday's closing: Tuesday's opening is within them.
            case("opening", "2026-01-12T09:00", "2026-01-13T09:00"),
            tick("2026-02-01T00:00"),
        )
        (result,) = engine.results()
        assert (result["good"], result["total"]) == (2, 3)
        assert result["basis"]["calendar"] == {"code": "office", "version": 1}
        journeys = {one["journey"]: one for one in engine.explain(result["id"])["journeys"]}
        kept = journeys["kept"]
        assert (kept["seconds"], kept["spent"], kept["calendar"]) == ("259200", "28800", 1)
        assert kept["deadline"] == "2026-01-12T08:00:00Z"
        assert journeys["opening"]["deadline"] == "2026-01-13T02:00:00Z"
        assert journeys["late"]["spent"] == "28801"

    def test_an_open_journey_is_overdue_when_its_working_limit_has_passed(self, engine: Engine) -> None:
        working_clock(engine)
        engine.feed(office())
        engine.feed(agreed(working()))
        engine.feed(case("open", "2026-01-30T15:00", None), tick("2026-02-01T00:00"))
        # The limit falls on Monday 2 February: the month of January knows nothing of it.
        assert said(engine) == [("2026-01-31", "not_determined", 0, 0)]
        engine.feed(tick("2026-03-01T00:00"))
        assert said(engine)[1:] == [("2026-02-28", "breached", 0, 1)]

    @pytest.mark.parametrize(
        ("value", "last"),
        [
            ({"working_days": 1}, "2026-01-12T15:00"),
            ({"working_days": 1, "by": "date"}, "2026-01-12T23:59:59.999999"),
            ({"calendar_days": 2, "roll": True}, "2026-01-12T23:59:59.999999"),
            ({"calendar_days": 2}, "2026-01-11T23:59:59.999999"),
            ("PT72H", "2026-01-12T15:00"),
        ],
    )
    def test_limits_in_days_carry_their_own_clock(self, engine: Engine, value: Any, last: str) -> None:
        engine.feed(indicator("passage", "duration", **EDGES, clock="elapsed"))
        engine.feed(office())
        engine.feed(agreed(working(good={"comparator": "<=", "value": value})))
        late = last.replace(":59.999999", ":59.999999").replace("15:00", "15:00:00.000001")
        late = late if late != last else f"{last[:8]}{int(last[8:10]) + 1:02}T00:00"
        engine.feed(
            case("kept", "2026-01-09T15:00", last),
            case("late", "2026-01-09T15:00", late),
            tick("2026-02-01T00:00"),
        )
        assert [one[2:] for one in said(engine)] == [(1, 2)]

    def test_a_cohort_waits_for_the_working_limit_of_its_last_journey(self, engine: Engine) -> None:
        working_clock(engine)
        engine.feed(office(holidays=[{"date": f"2026-02-0{n}", "name": {"en": "x"}} for n in range(2, 7)]))
        engine.feed(agreed(working(count_at="start", grace="P3D")))
        engine.feed(case("last", "2026-01-30T16:00", None), tick("2026-02-08T00:00"))
        # Until Tuesday the 10th it may still be kept: nothing is final three days behind the window's end.
        assert [(one["window"]["state"], one["total"]) for one in engine.results()] == [("closed", 0)]
        engine.feed(case("last", "2026-01-30T16:00", "2026-02-09T16:00"), tick("2026-02-11T00:00"))
        assert [one[2:] for one in said(engine)] == [(1, 1)]


class TestVersions:
    def test_a_revision_waits_until_its_calendar_is_known(self, engine: Engine) -> None:
        working_clock(engine)
        engine.feed(agreed(working()))
        engine.feed(case("kept", "2026-01-09T15:00", "2026-01-12T15:00"), tick("2026-02-01T00:00"))
        assert engine.results() == []
        engine.feed(office())
        engine.feed(tick("2026-02-01T00:01"))
        assert said(engine) == [("2026-01-31", "met", 1, 1)]

    def test_the_version_in_effect_at_the_start_judges(self, engine: Engine) -> None:
        working_clock(engine)
        engine.feed(office())
        engine.feed(office(2, "2026-02-01", weekly=dict.fromkeys(WEEK, SHORT)))
        engine.feed(agreed(working(window={"kind": "calendar", "unit": "year", "count": 1})))
        engine.feed(
            case("old", "2026-01-30T09:00", "2026-02-02T09:00:01"),
            case("new", "2026-02-02T09:00", "2026-02-04T11:00"),
            tick("2027-01-01T00:00"),
        )
        (result,) = engine.results()
        assert (result["good"], result["total"]) == (1, 2)
        assert result["basis"]["calendar"] == {"code": "office", "version": 2}
        found = engine.explain(result["id"])
        assert found["calendar_versions"] == [1, 2]
        assert {one["journey"]: one["calendar"] for one in found["journeys"]} == {"old": 1, "new": 2}

    def test_a_late_version_judges_again_only_what_starts_when_it_is_in_effect(self, engine: Engine) -> None:
        working_clock(engine)
        engine.feed(office())
        engine.feed(agreed(working()))
        engine.feed(
            case("before", "2026-01-12T09:00", "2026-01-13T09:00"),
            case("after", "2026-02-12T09:00", "2026-02-13T10:00"),
            tick("2026-04-01T00:00"),
        )
        assert [one[1:] for one in said(engine)[:2]] == [("met", 1, 1), ("breached", 0, 1)]
        engine.feed(office(2, "2026-02-01", weekly=dict.fromkeys(WEEK, SHORT)))
        engine.feed(tick("2026-04-01T00:01"))
        assert [one[1:] for one in said(engine)[:2]] == [("met", 1, 1), ("met", 1, 1)]
        january, february, march = engine.results()
        assert (january["revision"], january["basis"]["calendar"]["version"]) == (1, 1)
        assert (february["revision"], february["basis"]["calendar"]["version"]) == (2, 2)
        assert february["cause"]["kind"] == "calendar"
        # It holds no journey, and says by which version it would have been judged.
        assert march["basis"]["calendar"]["version"] == 2

    def test_the_same_version_again_changes_nothing(self, engine: Engine) -> None:
        working_clock(engine)
        engine.feed(office())
        engine.feed(agreed(working()))
        engine.feed(case("a", "2026-01-12T09:00", "2026-01-13T09:00"), tick("2026-02-01T00:00"))
        before = engine.results(newest=False)
        engine.feed(office(weekly=dict.fromkeys(WEEK, SHORT)))
        engine.feed(tick("2026-02-02T00:00"))
        assert engine.results(newest=False) == before


class TestThePast:
    @pytest.fixture(autouse=True)
    def judged(self, engine: Engine) -> None:
        working_clock(engine)
        engine.feed(office())
        engine.feed(agreed(working()))
        engine.feed(
            case("jan", "2026-01-12T09:00", "2026-01-13T10:00"),
            case("feb", "2026-02-12T09:00", "2026-02-13T10:00"),
            case("quick", "2026-02-16T09:00", "2026-02-16T10:00"),
            tick("2026-04-01T00:00"),
        )
        # Nobody worked on 13 February: nobody wrote it down.
        past = [{"date": "2026-02-13", "name": {"en": "Flood"}}]
        engine.feed(office(2, "2026-02-01", retroactive=True, holidays=past))
        engine.feed(tick("2026-04-01T00:01"))

    def impact(self, engine: Engine) -> Any:
        return engine.db.snapshot(impact, "permit-2026", "office", 2)

    def test_a_version_for_the_past_judges_nothing_by_itself(self, engine: Engine) -> None:
        assert [one["verdict"] for one in engine.results()] == ["breached", "breached", "not_determined"]
        assert {one["revision"] for one in engine.results()} == {1}

    def test_what_it_would_change_is_shown_and_nothing_is_changed(self, engine: Engine) -> None:
        before = engine.results(newest=False)
        found = self.impact(engine)
        assert found.judges is False
        (window,) = found.windows
        assert window["window"]["end"] == "2026-02-28T17:00:00Z"
        assert window["journeys"] == 1
        assert window["before"] == {"verdict": "breached", "good": 1, "total": 2, "exact": "1/2"}
        assert window["after"] == {"verdict": "met", "good": 2, "total": 2, "exact": "1/1"}
        assert engine.results(newest=False) == before

    def test_adopted_it_judges_as_it_said_it_would(self, engine: Engine) -> None:
        (shown,) = self.impact(engine).windows
        engine.db.transact(
            lambda _command, uow: adopt_version(uow, "permit-2026", "office", 2, "correction-1", "city")
        )
        engine.feed(tick("2026-04-01T00:02"))
        january, february, march = engine.results()
        assert {name: february[name] for name in shown["after"]} == shown["after"]
        assert (february["revision"], february["supersedes"]) == (2, shown["result"])
        assert february["basis"]["calendar"] == {"code": "office", "version": 2}
        assert february["cause"]["id"] == "correction-1"
        assert (january["revision"], january["basis"]["calendar"]["version"]) == (1, 1)
        assert march["basis"]["calendar"]["version"] == 2
        assert (self.impact(engine).judges, self.impact(engine).windows) == (True, [])

    def test_it_is_adopted_once_and_only_where_it_can_be(self, engine: Engine) -> None:
        def adopt(agreement: str, code: str, version: int) -> None:
            engine.db.transact(
                lambda _command, uow: adopt_version(uow, agreement, code, version, "c", "city")
            )

        for wrong, kind in (
            (("permit-2026", "office", 1), Conflict),
            (("permit-2026", "office", 3), NotFound),
            (("other", "office", 2), Conflict),
        ):
            with pytest.raises(kind):
                adopt(*wrong)
        adopt("permit-2026", "office", 2)
        with pytest.raises(Conflict):
            adopt("permit-2026", "office", 2)
        with pytest.raises(NotFound):
            engine.db.snapshot(impact, "permit-2026", "lunar", 1)


def paused(name: str, *stops: tuple[str, str, str], agency: str = "land") -> Event:
    """(edge, time, reason) of one case."""
    found = [
        JourneyEvent(f"{name}-{edge}-{when}-{why}", name, "t01", agency, edge, at(when), {}, why)
        for edge, when, why in stops
    ]
    times = [event.at for event in found]
    return passed(
        JourneyBatch(
            f"p-{name}-{agency}-{stops[0][0]}-{stops[0][1]}",
            "permit",
            "source",
            agency,
            max(times),
            min(times),
            max(times),
            found,
        )
    )


class TestPauses:
    WAITS = "waits-for-applicant"

    @pytest.fixture(autouse=True)
    def agreement(self, engine: Engine) -> None:
        working_clock(engine)
        engine.feed(office())
        engine.feed(agreed(working(pauses=[self.WAITS])))

    def test_an_agreed_pause_stops_the_clock_and_another_does_not(self, engine: Engine) -> None:
        span = (("pause", "2026-01-13T09:00", self.WAITS), ("resume", "2026-01-13T12:00:30", self.WAITS))
        lunch = tuple((edge, when, "lunch") for edge, when, _ in span)
        for name, stops in (("agreed", span), ("lunch", lunch)):
            engine.feed(case(name, "2026-01-12T12:00", "2026-01-13T15:00:30"), paused(name, *stops))
        engine.feed(tick("2026-02-01T00:00"))
        (result,) = engine.results()
        assert (result["good"], result["total"]) == (1, 2)
        journeys = {one["journey"]: one for one in engine.explain(result["id"])["journeys"]}
        # 5 hours on Monday, 6 h 0 min 30 s on Tuesday, of which 3 h 0 min 30 s are paused.
        assert journeys["agreed"]["spent"] == "28800"
        assert journeys["lunch"]["spent"] == "39630"
        assert journeys["agreed"]["seconds"] == journeys["lunch"]["seconds"] == "97230"
        assert journeys["agreed"]["deadline"] == "2026-01-13T08:00:30Z"
        assert journeys["agreed"]["pauses"] == [
            {
                "start": "2026-01-13T02:00:00Z",
                "end": "2026-01-13T05:00:30Z",
                "owner": "land",
                "reason": self.WAITS,
                "agreed": True,
            }
        ]
        assert journeys["lunch"]["pauses"][0]["agreed"] is False

    def test_while_a_case_waits_its_limit_does_not_pass(self, engine: Engine) -> None:
        engine.feed(
            case("waits", "2026-01-12T12:00", None),
            paused("waits", ("pause", "2026-01-12T15:00", self.WAITS)),
        )
        engine.feed(tick("2026-02-01T00:00"))
        assert said(engine) == [("2026-01-31", "not_determined", 0, 0)]
        # It resumes on 26 January with five hours left: overdue from the 27th on, and so bad in January.
        engine.feed(paused("waits", ("resume", "2026-01-26T12:00", self.WAITS)), tick("2026-02-02T00:00"))
        assert said(engine) == [("2026-01-31", "breached", 0, 1)]

    def test_a_pause_that_comes_late_judges_again(self, engine: Engine) -> None:
        engine.feed(case("slow", "2026-01-12T12:00", "2026-01-13T15:00"), tick("2026-02-01T00:00"))
        assert said(engine) == [("2026-01-31", "breached", 0, 1)]
        span = (("resume", "2026-01-13T12:00", self.WAITS), ("pause", "2026-01-13T09:00", self.WAITS))
        engine.feed(paused("slow", *span), tick("2026-02-02T00:00"))
        assert said(engine) == [("2026-01-31", "met", 1, 1)]

    def test_pauses_do_not_start_or_end_a_case(self, engine: Engine) -> None:
        engine.feed(paused("idle", ("pause", "2026-01-12T15:00", self.WAITS)), tick("2026-02-01T00:00"))
        assert said(engine) == [("2026-01-31", "not_determined", 0, 0)]

    def test_what_does_not_pair_is_flagged_and_changes_nothing(self, engine: Engine) -> None:
        stops = (
            ("resume", "2026-01-12T12:30", self.WAITS),
            ("pause", "2026-01-13T09:00", self.WAITS),
            ("pause", "2026-01-13T10:00", self.WAITS),
            ("resume", "2026-01-13T12:00", self.WAITS),
        )
        engine.feed(case("odd", "2026-01-12T12:00", "2026-01-13T15:00"), paused("odd", *stops))
        # Another agency's resume ends nobody else's pause.
        engine.feed(paused("odd", ("resume", "2026-01-13T09:30", self.WAITS), agency="city"))
        engine.feed(tick("2026-02-01T00:00"))
        (result,) = engine.results()
        (journey,) = engine.explain(result["id"])["journeys"]
        assert (journey["spent"], journey["flags"]) == ("28800", ["repeated", "out_of_order", "paused"])
