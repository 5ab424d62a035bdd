"""What came after a window was final: kept, and counted only when every party says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from services.evaluation.handlers import corrections as moves
from services.evaluation.schemas.corrections import CorrectionIn
from services.evaluation.store import corrections as store
from shared.auth import Principal, Role
from shared.errors import Conflict, Forbidden, NotFound, NotYetKnown, Unprocessable
from tests.evaluation.engine import (
    Engine,
    accepted,
    batch,
    exclusion,
    indicator,
    objective,
    open_engine,
    passed,
    revision,
    steps,
    tick,
    voided,
)
from tests.evaluation.test_calendars import SHORT, WEEK, agreed, case, office, working, working_clock

UP = "permit.availability"
DAILY = {"kind": "calendar", "unit": "day", "count": 1, "anchor": "2026-01-01"}
EDGES: dict[str, Any] = {
    "from": {"step": "*", "occurrence": "first", "edge": "any"},
    "to": {"step": "t05", "occurrence": "first", "edge": "end"},
}


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    found = open_engine(database_url, tmp_path)
    yield found
    found.db.close()


def ratio(name: str, good: int, total: int, *days: int) -> Any:
    rows = [{"at": f"2026-01-{day:02}T10:00", "good": good, "total": total} for day in days]
    return accepted(batch(name, UP, rows))


def caller(agency: str | None) -> Principal:
    return Principal(f"client-of-{agency}", agency, frozenset({Role.SIGNATORY}))


def propose(engine: Engine, results: list[str], batches: list[str], agency: str = "city") -> dict[str, Any]:
    content = {"results": results, "batches": batches}
    command = moves.Propose(caller(agency), "batches", content, "the line was down")
    found: dict[str, Any] = engine.db.transact(moves.propose, command)
    return found


def approve(engine: Engine, found: dict[str, Any], agency: str = "land") -> dict[str, Any]:
    command = moves.Approve(caller(agency), found["id"], found["hash"])
    answer: dict[str, Any] = engine.db.transact(moves.approve, command)
    return answer


def by_day(engine: Engine, code: str = "up") -> dict[int, dict[str, Any]]:
    """The newest results with data, by the day of January on which their window ends (UTC: its own day)."""
    return {int(one["window"]["end"][8:10]): one for one in engine.results() if one["objective"] == code}


def told(engine: Engine) -> list[str]:
    return [kind.split(".")[-2] for kind, _ in engine.told() if ".correction." in kind]


class TestWindowsOfTwoRevisions:
    """A window that a revision shares, and of which it got nothing in time, has one once something comes."""

    FIRST: str = "a" * 64
    SECOND: str = "b" * 64

    @pytest.fixture(autouse=True)
    def agreements(self, engine: Engine) -> None:
        up = objective("up", UP, target="0.9", window=DAILY)
        engine.feed(indicator(UP, "ratio"))
        engine.feed(revision(up, digest=self.FIRST, end="2026-01-06T09:00"))
        engine.feed(revision(up, digest=self.SECOND, start="2026-01-06T09:00", version=2))
        early = accepted(batch("b1", UP, [{"at": "2026-01-06T08:00", "good": 9, "total": 10}]))
        engine.feed(ratio("b0", 9, 10, 5), early, ratio("b2", 9, 10, 7), tick("2026-01-15T00:00"))

    def of_sixth(self, engine: Engine, digest: str) -> list[dict[str, Any]]:
        return [
            one
            for one in engine.results()
            if one["agreement_revision"] == digest and one["window"]["start"] == "2026-01-05T17:00:00Z"
        ]

    def test_without_anything_of_it_there_is_none(self, engine: Engine) -> None:
        assert len(self.of_sixth(engine, self.FIRST)) == 1
        assert self.of_sixth(engine, self.SECOND) == []

    def test_what_comes_late_is_listed_by_a_result_and_a_correction_counts_it(self, engine: Engine) -> None:
        engine.feed(ratio("late", 40, 50, 6), ratio("later", 1, 1, 6), tick("2026-01-15T00:01"))
        (kept,) = self.of_sixth(engine, self.FIRST)
        (made,) = self.of_sixth(engine, self.SECOND)

        assert (made["verdict"], made["total"], made["budget"]) == ("not_determined", 0, None)
        assert (made["window"]["state"], made["revision"], made["cause"]) == ("final", 1, None)
        assert engine.explain(made["id"])["after_final"] == [
            {"batch": "late", "rows": 1},
            {"batch": "later", "rows": 1},
        ]
        found = propose(engine, [made["id"]], ["late"])
        approve(engine, found)
        engine.feed(tick("2026-01-15T00:02"))
        (after,) = self.of_sixth(engine, self.SECOND)
        assert (after["verdict"], after["exact"], after["total"]) == ("breached", "4/5", 50)
        assert (after["revision"], after["supersedes"], after["cause"]["kind"]) == (
            2,
            made["id"],
            "correction",
        )
        assert engine.explain(after["id"])["after_final"] == [{"batch": "later", "rows": 1}]
        assert self.of_sixth(engine, self.FIRST) == [kept]

    def test_more_that_comes_late_changes_nothing_again(self, engine: Engine) -> None:
        engine.feed(ratio("late", 40, 50, 6), tick("2026-01-15T00:01"))
        before = self.of_sixth(engine, self.SECOND)
        engine.feed(ratio("later", 1, 1, 6), tick("2026-01-15T00:02"))
        assert self.of_sixth(engine, self.SECOND) == before
        assert len(engine.explain(before[0]["id"])["after_final"]) == 2

    def test_what_was_voided_before_a_tick_saw_it_makes_no_result(self, engine: Engine) -> None:
        found = batch("late", UP, [{"at": "2026-01-06T10:00", "good": 40, "total": 50}])
        engine.feed(accepted(found), voided(found), tick("2026-01-15T00:01"))
        assert self.of_sixth(engine, self.SECOND) == []


class TestMeasurements:
    @pytest.fixture(autouse=True)
    def agreement(self, engine: Engine) -> None:
        engine.feed(indicator(UP, "ratio"))
        engine.feed(revision(objective("up", UP, target="0.9", window=DAILY)))
        engine.feed(ratio("b1", 8, 10, 5, 6, 7), tick("2026-01-15T00:00"))
        engine.feed(ratio("late", 40, 40, 5, 6), ratio("later", 50, 50, 5))
        engine.feed(tick("2026-01-15T00:01"))
        assert [by_day(engine)[day]["verdict"] for day in (5, 6)] == ["breached", "breached"]

    def test_all_approve_and_the_named_results_count_the_named_batches(self, engine: Engine) -> None:
        before = by_day(engine)
        found = propose(engine, [before[5]["id"]], ["late"])
        assert (found["state"], found["awaiting"]) == ("proposed", ["land"])
        engine.feed(tick("2026-01-15T00:02"))
        assert by_day(engine)[5] == before[5]
        assert approve(engine, found)["state"] == "approved"
        engine.feed(tick("2026-01-15T00:03"))
        after = by_day(engine)
        assert (after[5]["exact"], after[5]["total"], after[5]["verdict"]) == ("24/25", 50, "met")
        assert (after[5]["supersedes"], after[5]["revision"]) == (before[5]["id"], 2)
        assert after[5]["window"]["state"] == "final"
        assert after[5]["basis"]["corrections"] == [found["id"]]
        assert after[5]["cause"] == {
            "kind": "correction",
            "id": found["id"],
            "by": "city",
            "from": {"verdict": "breached", "exact": "4/5"},
            "others": [],
        }
        # The other day was not named, though the batch has rows of it.
        assert after[6] == before[6]
        assert told(engine) == ["proposed", "approved"]
        explained = engine.explain(after[5]["id"])
        assert explained["after_final"] == [{"batch": "later", "rows": 1}]
        (one,) = explained["corrections"]
        assert (one["id"], one["batches"], one["reason"]) == (found["id"], ["late"], "the line was down")
        assert engine.explain(after[6]["id"])["after_final"] == [{"batch": "late", "rows": 1}]
        withdrawn = [data for kind, data in engine.told() if kind.endswith("breach.withdrawn.v1")]
        assert [one["breach"]["cause"]["kind"] for one in withdrawn] == ["correction"]

    def test_a_second_correction_goes_on_from_the_first(self, engine: Engine) -> None:
        approve(engine, propose(engine, [by_day(engine)[5]["id"]], ["late"]))
        engine.feed(tick("2026-01-15T00:03"))
        second = propose(engine, [by_day(engine)[day]["id"] for day in (5, 6)], ["late", "later"])
        approve(engine, second)
        engine.feed(tick("2026-01-15T00:04"))
        after = by_day(engine)
        assert [after[day]["total"] for day in (5, 6)] == [100, 50]
        assert [after[day]["revision"] for day in (5, 6)] == [3, 2]
        assert len(after[5]["basis"]["corrections"]) == 2

    def test_what_comes_again_is_not_counted_twice(self, engine: Engine) -> None:
        approve(engine, propose(engine, [by_day(engine)[5]["id"]], ["late"]))
        engine.feed(ratio("late", 40, 40, 5, 6), tick("2026-01-15T00:03"))
        assert by_day(engine)[5]["total"] == 50

    def test_another_control_fact_does_not_let_the_rest_in(self, engine: Engine) -> None:
        engine.feed(exclusion("x1", "2026-01-05T00:00", "2026-01-05T01:00"))
        engine.feed(tick("2026-01-15T00:03"))
        after = by_day(engine)[5]
        assert (after["total"], after["revision"]) == (10, 2)
        found = propose(engine, [after["id"]], ["late"])
        approve(engine, found)
        engine.feed(tick("2026-01-15T00:04"))
        assert by_day(engine)[5]["basis"]["exclusions"] == ["x1"]
        assert by_day(engine)[5]["total"] == 50

    def test_repeated_stale_and_strange_moves_change_nothing(self, engine: Engine) -> None:
        first = by_day(engine)[5]["id"]
        found = propose(engine, [first], ["late"])
        with pytest.raises(Conflict, match="proposed it"):
            approve(engine, found, "city")
        with pytest.raises(NotFound):
            approve(engine, found, "far")
        with pytest.raises(Conflict, match="names"):
            approve(engine, {**found, "hash": "0" * 64})
        with pytest.raises(Forbidden):
            engine.db.transact(moves.withdraw, moves.Move(caller("land"), found["id"]))
        approve(engine, found)
        with pytest.raises(Conflict, match="already"):
            approve(engine, found)
        with pytest.raises(Conflict, match="approved since"):
            engine.db.transact(moves.withdraw, moves.Move(caller("city"), found["id"]))
        engine.feed(tick("2026-01-15T00:03"))
        with pytest.raises(Unprocessable) as error:
            propose(engine, [first], ["later"])
        assert [fault.pointer for fault in error.value.errors] == ["/results/0"]

    def test_rejected_and_withdrawn_ones_are_over(self, engine: Engine) -> None:
        first = by_day(engine)[5]["id"]
        refused = propose(engine, [first], ["late"])
        answer = engine.db.transact(moves.reject, moves.Reject(caller("land"), refused["id"], "no proof"))
        assert (answer["state"], answer["rejections"][0]["reason"]) == ("rejected", "no proof")
        with pytest.raises(Conflict, match="rejected since"):
            approve(engine, refused)
        gone = propose(engine, [first], ["later"])
        engine.db.transact(moves.withdraw, moves.Move(caller("city"), gone["id"]))
        with pytest.raises(Conflict, match="withdrawn since"):
            approve(engine, gone)
        engine.feed(tick("2026-01-15T00:03"))
        assert by_day(engine)[5]["revision"] == 1
        assert told(engine) == ["proposed", "rejected", "proposed", "withdrawn"]
        # What people wrote is not in what is told.
        events = [data for kind, data in engine.told() if ".correction." in kind]
        assert "no proof" not in json.dumps(events)
        assert "line was down" not in json.dumps(events)

    def test_what_there_is_nothing_to_correct_in_is_refused(self, engine: Engine) -> None:
        days = by_day(engine)
        for results, batches, pointer in (
            ([days[7]["id"]], ["late"], "/batches/0"),
            ([days[5]["id"]], ["late", "b1"], "/batches/1"),
            ([days[5]["id"]], ["nothing"], "/batches/0"),
        ):
            with pytest.raises(Unprocessable) as error:
                propose(engine, results, batches)
            assert [fault.pointer for fault in error.value.errors] == [pointer]
        with pytest.raises(NotYetKnown):
            propose(engine, ["nothing"], ["late"])
        with pytest.raises(NotYetKnown):
            propose(engine, [days[5]["id"]], ["late"], "far")
        not_final = by_day(engine)[14]["id"]
        with pytest.raises(Unprocessable, match="not final"):
            propose(engine, [not_final], ["late"])

    def test_a_voided_batch_counts_nowhere(self, engine: Engine) -> None:
        rows = [{"at": f"2026-01-{day:02}T10:00", "good": 40, "total": 40} for day in (5, 6)]
        engine.feed(voided(batch("late", UP, rows)))
        found = propose(engine, [by_day(engine)[5]["id"]], ["later"])
        approve(engine, found)
        engine.feed(tick("2026-01-15T00:03"))
        assert by_day(engine)[5]["total"] == 60

    def test_lists_go_by_state_and_turn(self, engine: Engine) -> None:
        found = propose(engine, [by_day(engine)[5]["id"]], ["late"])

        def listed(agency: str, **wanted: Any) -> list[str]:
            more: dict[str, Any] = {"agreement": None, "state": None, "awaiting": False, "after": None}
            rows = engine.db.snapshot(
                lambda connection: store.list_of(connection, agency, limit=9, **{**more, **wanted})
            )
            return [one.id for one in rows]

        assert listed("land", awaiting=True) == listed("city") == [found["id"]]
        assert listed("city", awaiting=True) == listed("far") == listed("land", state="approved") == []
        approve(engine, found)
        assert listed("land", awaiting=True) == []
        assert listed("land", state="approved", agreement="permit-2026") == [found["id"]]


class TestJourneys:
    @pytest.fixture(autouse=True)
    def agreement(self, engine: Engine) -> None:
        engine.feed(indicator("passage", "duration", **EDGES))
        limit = {"good": {"comparator": "<=", "value": "PT6H"}, "count_at": "completion"}
        engine.feed(revision(objective("quick", "passage", target="0.9", window=DAILY, **limit)))
        for name in ("c1", "c2"):
            engine.feed(passed(steps(f"s-{name}", [(name, "t01", "point", "2026-01-05T02:00")])))
        engine.feed(tick("2026-01-15T00:00"))
        for name in ("c1", "c2"):
            engine.feed(passed(steps(f"e-{name}", [(name, "t05", "point", "2026-01-05T04:00")])))
        engine.feed(tick("2026-01-15T00:01"))

    def test_late_events_wait_for_a_correction_whatever_comes_besides(self, engine: Engine) -> None:
        day = by_day(engine, "quick")[5]
        assert (day["good"], day["total"], day["overdue"]["counted"]) == (0, 2, 2)
        # Neither a later event of the journey nor a control fact lets the late ones in.
        engine.feed(passed(steps("m-c1", [("c1", "t03", "point", "2026-01-05T03:00")])))
        engine.feed(exclusion("x1", journeys=["c1"]))
        engine.feed(exclusion("x1", journeys=["c1"], state="revoked", version=3))
        engine.feed(tick("2026-01-15T00:02"))
        again = by_day(engine, "quick")[5]
        assert (again["good"], again["total"]) == (0, 2)
        found = propose(engine, [again["id"]], ["e-c1"])
        approve(engine, found)
        engine.feed(tick("2026-01-15T00:03"))
        after = by_day(engine, "quick")[5]
        assert (after["good"], after["total"], after["overdue"]["counted"]) == (1, 2, 1)
        assert (after["cause"]["id"], after["basis"]["corrections"]) == (found["id"], [found["id"]])
        assert engine.explain(after["id"])["after_final"] == [{"batch": "e-c2", "rows": 1}]


class TestCalendars:
    def test_all_parties_adopt_a_version_for_the_past(self, engine: Engine) -> None:
        working_clock(engine)
        engine.feed(office())
        engine.feed(agreed(working()))
        engine.feed(case("c", "2026-01-09T15:00", "2026-01-12T15:00:01"), tick("2026-02-20T00:00"))
        (before,) = [one for one in engine.results() if one["total"]]
        assert (before["verdict"], before["window"]["state"]) == ("breached", "final")
        engine.feed(office(2, retroactive=True, weekly=dict.fromkeys(WEEK, SHORT)))
        content = {"agreement": "permit-2026", "calendar": "office", "version": 2}

        def adopt(agency: str, **other: Any) -> dict[str, Any]:
            command = moves.Propose(caller(agency), "calendar", {**content, **other}, "half days")
            found: dict[str, Any] = engine.db.transact(moves.propose, command)
            return found

        largest = {"version": 2**31 - 1}
        for wrong in ({"version": 3}, largest, {"calendar": "other"}, {"agreement": "other"}):
            with pytest.raises((NotYetKnown, Conflict)):
                adopt("city", **wrong)
        with pytest.raises(NotYetKnown):
            adopt("far")
        found = adopt("city")
        approve(engine, found)
        engine.feed(tick("2026-02-20T00:01"))
        (after,) = [one for one in engine.results() if one["total"]]
        assert (after["verdict"], after["supersedes"]) == ("met", before["id"])
        assert after["basis"]["calendar"] == {"code": "office", "version": 2}
        assert (after["cause"]["kind"], after["cause"]["id"]) == ("correction", found["id"])
        with pytest.raises(Conflict, match="adopted"):
            adopt("land")

    def test_a_version_that_no_column_holds_is_refused_by_its_shape(self) -> None:
        named = {"agreement": "permit-2026", "calendar": "office", "reason": "half days"}
        assert CorrectionIn.model_validate({**named, "version": 2**31 - 1}).kind == "calendar"
        with pytest.raises(ValidationError, match="version"):
            CorrectionIn.model_validate({**named, "version": 2**31})


class TestRolling:
    def test_late_rows_count_in_the_windows_that_are_not_final(self, engine: Engine) -> None:
        engine.feed(indicator(UP, "ratio"))
        window = {"kind": "rolling", "duration": "PT6H", "step": "PT1H"}
        engine.feed(revision(objective("up", UP, target="0.9", window=window, grace="PT6H")))
        engine.feed(ratio("b1", 10, 10, 5), tick("2026-01-05T18:00"))
        before = engine.results()
        # 10:00 lies in the windows that end at 11 .. 16 o'clock; those to 12 o'clock are final.
        engine.feed(ratio("late", 0, 10, 5), tick("2026-01-05T18:01"))
        after = engine.results()
        changed = [one for one in after if one not in before]
        assert [one["window"]["end"] for one in changed] == ["2026-01-05T06:00:00Z"]
        assert (changed[0]["verdict"], changed[0]["exact"]) == ("breached", "1/2")

    def test_rows_of_final_windows_alone_wait_for_a_correction(self, engine: Engine) -> None:
        engine.feed(indicator(UP, "ratio"))
        window = {"kind": "rolling", "duration": "PT6H", "step": "PT1H"}
        engine.feed(revision(objective("up", UP, target="0.9", window=window, grace="PT6H")))
        engine.feed(ratio("b1", 10, 10, 5), tick("2026-01-06T18:00"))
        before = engine.results()
        engine.feed(ratio("late", 0, 10, 5), tick("2026-01-06T18:01"))
        assert engine.results() == before
        first = next(one for one in before if one["verdict"] == "met")
        assert engine.explain(first["id"])["after_final"] == [{"batch": "late", "rows": 1}]
        found = propose(engine, [first["id"]], ["late"])
        approve(engine, found)
        engine.feed(tick("2026-01-06T18:02"))
        again = next(one for one in engine.results() if one["window"] == first["window"])
        assert (again["verdict"], again["exact"], again["supersedes"]) == ("breached", "1/2", first["id"])
        assert again["basis"]["corrections"] == [found["id"]]
