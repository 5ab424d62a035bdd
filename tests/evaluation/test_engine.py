"""The evaluator end to end below REST: facts in, results and breaches out, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.evaluation.engine import (
    Engine,
    accepted,
    at,
    batch,
    indicator,
    objective,
    open_engine,
    passed,
    replayed,
    revision,
    sealed,
    steps,
    tick,
    voided,
)

EDGES = {
    "from": {"step": "*", "occurrence": "first", "edge": "any"},
    "to": {"step": "t05", "occurrence": "first", "edge": "end"},
    "clock": "elapsed",
}
CONFIRM = {"good": {"comparator": "<=", "value": "P3D"}, "grace": "P3D"}


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    found = open_engine(database_url, tmp_path)
    yield found
    found.db.close()


def ratio(name: str, when: str, good: int, total: int, **labels: str) -> object:
    row = {"at": when, "good": good, "total": total, "labels": labels}
    return batch(name, "permit.availability", [row])


def said(engine: Engine) -> list[tuple[str, str, str, object, int, str | None]]:
    return [
        (one["objective"], one["window"]["end"][:10], one["verdict"], one["good"], one["total"], one["exact"])
        for one in engine.results()
    ]


def kinds(engine: Engine) -> list[str]:
    return [kind.split(".")[3] for kind, _ in engine.told() if ".breach." in kind]


class TestAShareOverCalendarMonths:
    @pytest.fixture(autouse=True)
    def agreement(self, engine: Engine) -> None:
        engine.feed(indicator("permit.availability", "ratio"))
        engine.feed(revision(objective("up", "permit.availability", target="0.99")))

    def test_the_verdict_falls_when_a_tick_closes_the_window(self, engine: Engine) -> None:
        engine.feed(accepted(ratio("b1", "2026-01-10T10:00", 989, 1000)))
        assert engine.results() == []
        (open_one,) = engine.open() or [None]
        assert open_one is None or open_one["verdict"] == "on_track"
        engine.feed(tick("2026-02-01T00:00"))
        assert said(engine) == [("up", "2026-01-31", "breached", 989, 1000, "989/1000")]
        assert kinds(engine) == ["opened"]

    def test_equality_keeps_the_promise(self, engine: Engine) -> None:
        engine.feed(accepted(ratio("b1", "2026-01-10T10:00", 99, 100)), tick("2026-02-01T00:00"))
        assert said(engine) == [("up", "2026-01-31", "met", 99, 100, "99/100")]
        assert kinds(engine) == []

    def test_the_start_counts_and_the_end_does_not(self, engine: Engine) -> None:
        engine.feed(
            accepted(ratio("b1", "2026-01-01T00:00", 1, 1)),
            accepted(ratio("b2", "2026-01-31T23:59:59", 1, 1)),
            accepted(ratio("b3", "2026-02-01T00:00", 0, 1)),
            tick("2026-03-01T00:00"),
        )
        assert [one[3:5] for one in said(engine)] == [(2, 2), (0, 1)]

    def test_a_window_without_data_is_not_determined_and_leaves_breaches_as_they_are(
        self, engine: Engine
    ) -> None:
        engine.feed(accepted(ratio("b1", "2026-01-10T10:00", 1, 2)), tick("2026-03-01T00:00"))
        assert [one[2] for one in said(engine)] == ["breached", "not_determined"]
        assert [one.state for one in engine.breaches()] == ["open"]
        engine.feed(accepted(ratio("b2", "2026-03-10T10:00", 2, 2)), tick("2026-04-01T00:00"))
        assert [one.state for one in engine.breaches()] == ["closed"]
        assert kinds(engine) == ["opened", "closed"]

    def test_late_data_make_a_new_revision_that_names_the_old_one(self, engine: Engine) -> None:
        engine.feed(accepted(ratio("b1", "2026-01-10T10:00", 98, 100)), tick("2026-02-01T00:00"))
        (first,) = engine.results()
        engine.feed(accepted(ratio("b2", "2026-01-11T10:00", 200, 200)), tick("2026-02-02T00:00"))
        (second,) = engine.results()
        assert (second["verdict"], second["exact"], second["revision"]) == ("met", "149/150", 2)
        assert second["supersedes"] == first["id"]
        assert kinds(engine) == ["opened", "withdrawn"]
        assert len(engine.results(newest=False)) == 2

    def test_after_final_data_are_kept_and_listed_but_do_not_count(self, engine: Engine) -> None:
        engine.feed(accepted(ratio("b1", "2026-01-10T10:00", 98, 100)), tick("2026-02-04T00:00"))
        assert engine.results()[0]["window"]["state"] == "final"
        engine.feed(accepted(ratio("b2", "2026-01-11T10:00", 200, 200)), tick("2026-02-05T00:00"))
        (only,) = engine.results(newest=False)
        assert (only["verdict"], only["total"]) == ("breached", 100)
        assert engine.explain(only["id"])["after_final"] == [{"batch": "b2", "rows": 1}]

    def test_a_window_is_final_at_its_end_plus_grace(self, engine: Engine) -> None:
        engine.feed(accepted(ratio("b1", "2026-01-10T10:00", 98, 100)), tick("2026-02-03T23:59"))
        assert engine.results()[0]["window"]["state"] == "closed"
        engine.feed(tick("2026-02-04T00:00"))
        assert engine.results()[0]["window"]["state"] == "final"
        finals = [data for kind, data in engine.told() if kind.endswith("result.final.v1")]
        assert [one["result"]["window"]["state"] for one in finals] == ["final"]

    def test_a_batch_counts_once_however_often_its_record_comes(self, engine: Engine) -> None:
        found = ratio("b1", "2026-01-10T10:00", 98, 100)
        engine.feed(accepted(found), accepted(found))
        engine.feed(accepted(found), tick("2026-02-01T00:00"))
        engine.feed(replayed(found), topic="metrics.replay.v1")
        engine.feed(tick("2026-02-02T00:00"))
        assert [one[3:5] for one in said(engine)] == [(98, 100)]
        assert len(engine.results(newest=False)) == 1

    def test_a_voided_batch_is_taken_out(self, engine: Engine) -> None:
        good, wrong = ratio("b1", "2026-01-10T10:00", 100, 100), ratio("b2", "2026-01-11T10:00", 0, 100)
        engine.feed(accepted(good), accepted(wrong), tick("2026-02-01T00:00"))
        assert [one[2] for one in said(engine)] == ["breached"]
        engine.feed(voided(wrong), tick("2026-02-02T00:00"))
        assert [one[2:5] for one in said(engine)] == [("met", 100, 100)]
        assert [one.state for one in engine.breaches()] == ["withdrawn"]

    def test_what_came_before_the_agreement_is_asked_for_again_and_counts(self, engine: Engine) -> None:
        found = ratio("b1", "2026-01-10T10:00", 98, 100)
        engine.feed(indicator("permit.other", "ratio"))
        engine.feed(
            accepted(batch("b0", "permit.other", [{"at": "2026-01-09T10:00", "good": 1, "total": 4}]))
        )
        engine.feed(accepted(found), tick("2026-02-01T00:00"))
        late = objective("other", "permit.other", target="0.5")
        engine.feed(revision(objective("up", "permit.availability", target="0.99"), late, digest="b" * 64))
        assert [kind for kind, _ in engine.told() if "replay" in kind] == [
            "sanya.evaluation.replay-requested.v1"
        ]


def test_grace_runs_from_the_acceptance_where_a_window_had_ended_before(engine: Engine) -> None:
    engine.feed(indicator("permit.availability", "ratio"))
    engine.feed(revision(objective("up", "permit.availability"), told="2026-06-01T10:00"))
    engine.feed(tick("2026-06-01T10:01"))
    first = engine.results()[0]
    assert (first["window"]["state"], first["verdict"]) == ("closed", "not_determined")
    assert first["final_at"] == "2026-06-04T03:00:00Z"
    engine.feed(accepted(ratio("b1", "2026-01-10T10:00", 1, 2)), tick("2026-06-04T09:59"))
    assert [one["window"]["state"] for one in engine.results()] == ["closed"] * 5
    engine.feed(tick("2026-06-04T10:00"))
    assert said(engine)[0] == ("up", "2026-01-31", "breached", 1, 2, "1/2")
    assert [one["window"]["state"] for one in engine.results()] == ["final"] * 5
    engine.feed(accepted(ratio("b2", "2026-01-11T10:00", 100, 100)), tick("2026-06-05T10:00"))
    assert said(engine)[0][3:5] == (1, 2)


class TestOpenWindows:
    def test_a_maximum_that_was_passed_is_a_breach_at_once(self, engine: Engine) -> None:
        engine.feed(indicator("permit.response-time", "value", unit="ms"))
        engine.feed(
            revision(
                objective(
                    "slowest", "permit.response-time", aggregation="maximum", comparator="<=", target="800"
                )
            )
        )
        engine.feed(tick("2026-01-05T00:00"))
        fine = batch("b1", "permit.response-time", [{"at": "2026-01-05T10:00", "value": 800_000_000}])
        engine.feed(accepted(fine))
        assert kinds(engine) == []
        slow = batch("b2", "permit.response-time", [{"at": "2026-01-05T10:00", "value": 800_000_001}])
        engine.feed(accepted(slow))
        assert kinds(engine) == ["opened"]
        (found,) = engine.results(open_too=True)
        assert (found["window"]["state"], found["verdict"], found["exact"]) == (
            "open",
            "breached",
            "800000001/1000000",
        )
        engine.feed(voided(slow))
        assert kinds(engine) == ["opened", "withdrawn"]
        engine.feed(tick("2026-02-01T00:00"))
        assert [one[2] for one in said(engine)] == ["met"]

    def test_an_open_breach_goes_on_under_its_id_when_the_window_closes(self, engine: Engine) -> None:
        engine.feed(indicator("permit.incidents", "value"))
        engine.feed(
            revision(objective("few", "permit.incidents", aggregation="count", comparator="<=", target="1"))
        )
        engine.feed(tick("2026-01-05T00:00"))
        rows = [{"at": "2026-01-05T10:00", "value": 1}, {"at": "2026-01-05T11:00", "value": 1}]
        engine.feed(accepted(batch("b1", "permit.incidents", rows)))
        (opened,) = engine.breaches()
        assert opened.opened_at == at("2026-01-05T00:00"), "as far as data were complete, not in the future"
        engine.feed(tick("2026-02-01T00:00"))
        (closed,) = engine.breaches()
        assert (closed.id, closed.state, closed.number) == (opened.id, "open", 2)
        assert kinds(engine) == ["opened", "revised"]


class TestRollingWindows:
    def test_an_episode_opens_with_the_first_breached_step_and_closes_with_the_first_met_one(
        self, engine: Engine
    ) -> None:
        engine.feed(indicator("permit.availability", "ratio"))
        engine.feed(
            revision(
                objective(
                    "rolling",
                    "permit.availability",
                    target="0.9",
                    window={"kind": "rolling", "duration": "PT10M", "step": "PT1M"},
                )
            )
        )
        engine.feed(
            accepted(ratio("b1", "2026-01-01T00:05", 10, 10)),
            tick("2026-01-01T00:06"),
            accepted(ratio("b2", "2026-01-01T00:07", 0, 10)),
            tick("2026-01-01T00:10"),
        )
        (found,) = engine.breaches()
        assert found.state == "open"
        assert engine.results()[-1]["exact"] == "1/2"
        engine.feed(tick("2026-01-01T00:30"))
        assert engine.breaches()[0].state == "open", "not_determined leaves it as it is"
        engine.feed(accepted(ratio("b3", "2026-01-01T00:31", 10, 10)), tick("2026-01-01T00:35"))
        assert [one.state for one in engine.breaches()] == ["closed"]
        assert kinds(engine) == ["opened", "closed"]


class TestJourneys:
    def agree(self, engine: Engine, **more: object) -> None:
        engine.feed(indicator("permit.confirmation-time", "duration", **EDGES))
        engine.feed(revision(objective("confirm", "permit.confirmation-time", **CONFIRM, **more)))

    def test_an_ended_journey_counts_where_it_ended(self, engine: Engine) -> None:
        self.agree(engine)
        engine.feed(
            passed(
                steps(
                    "j1",
                    [
                        ("c1", "t01", "point", "2026-01-30T10:00"),
                        ("c1", "t05", "point", "2026-02-02T10:00"),
                        ("c2", "t01", "point", "2026-01-10T10:00"),
                        ("c2", "t05", "point", "2026-01-13T10:00:01"),
                    ],
                )
            ),
            tick("2026-03-01T00:00"),
        )
        assert [one[2:5] for one in said(engine)] == [("breached", 0, 1), ("met", 1, 1)]

    def test_a_journey_that_never_ends_counts_as_bad_once(self, engine: Engine) -> None:
        self.agree(engine, overdue="counted")
        engine.feed(passed(steps("j1", [("c1", "t01", "point", "2026-01-10T10:00")])))
        engine.feed(tick("2026-03-01T00:00"))
        assert [one[2:5] for one in said(engine)] == [("breached", 0, 1), ("not_determined", 0, 0)]
        assert engine.results()[0]["overdue"] == {"counted": 1, "listed": 0}
        engine.feed(passed(steps("j2", [("c1", "t05", "point", "2026-02-20T10:00")])))
        engine.feed(tick("2026-03-01T01:00"))
        assert [one[2:5] for one in said(engine)] == [("breached", 0, 1), ("not_determined", 0, 0)]

    def test_listed_overdue_journeys_do_not_count(self, engine: Engine) -> None:
        self.agree(engine, overdue="listed")
        engine.feed(passed(steps("j1", [("c1", "t01", "point", "2026-01-10T10:00")])))
        engine.feed(tick("2026-02-01T00:00"))
        (found,) = engine.results()
        assert (found["verdict"], found["overdue"]) == ("not_determined", {"counted": 0, "listed": 1})

    @pytest.mark.parametrize("late", [False, True])
    def test_one_that_ended_later_was_listed_where_it_was_late(self, engine: Engine, late: bool) -> None:
        """Whether its end was heard before the window was closed, within the grace, or behind it."""
        self.agree(engine, overdue="listed")
        events = [("c1", "t01", "point", "2026-01-10T10:00"), ("c1", "t05", "point", "2026-02-02T10:00")]
        if late:
            engine.feed(passed(steps("j1", events[:1])), tick("2026-02-01T00:00"))
        else:
            engine.feed(tick("2026-02-01T00:00"))
        engine.feed(passed(steps("j2", events)), tick("2026-03-01T00:00"))
        january, february = engine.results()
        assert (january["total"], january["overdue"]) == (0, {"counted": 0, "listed": 1})
        assert (february["good"], february["total"]) == (0, 1)
        assert january["revision"] == (1 if late else 2)
        (listed,) = engine.explain(january["id"])["journeys"]
        assert (listed["counts"], listed["why_not"]) == (False, "overdue-listed")
        (counted,) = engine.explain(february["id"])["journeys"]
        assert (counted["counts"], counted["why_not"]) == (True, None)

    def test_a_journey_that_is_only_listed_changes_no_final_window(self, engine: Engine) -> None:
        self.agree(engine, overdue="listed")
        engine.feed(tick("2026-02-10T00:00"))
        engine.feed(passed(steps("j1", [("c1", "t01", "point", "2026-01-10T10:00")])))
        engine.feed(tick("2026-02-10T00:01"))
        (found,) = engine.results()
        assert (found["revision"], found["overdue"]["listed"]) == (1, 0)

    def test_a_backfill_counts_when_it_is_sealed(self, engine: Engine) -> None:
        self.agree(engine)
        engine.feed(tick("2026-06-01T00:00"))
        assert {one[2] for one in said(engine)} == {"not_determined"}
        history = steps(
            "j1",
            [("c1", "t01", "point", "2026-01-10T10:00"), ("c1", "t05", "point", "2026-01-12T10:00")],
            backfill="f1",
        )
        engine.feed(passed(history), tick("2026-06-01T00:01"))
        assert {one[2] for one in said(engine)} == {"not_determined"}
        engine.feed(sealed("f1", "2026-01-10T10:00", "2026-01-12T10:01"))
        first = engine.results()[0]
        assert (first["verdict"], first["window"]["state"], first["basis"]["backfill"]) == (
            "met",
            "final",
            "f1",
        )


class TestAmendments:
    def test_the_revision_in_force_at_the_events_time_judges_it(self, engine: Engine) -> None:
        engine.feed(indicator("permit.availability", "ratio"))
        old = objective("up", "permit.availability", target="0.9")
        new = objective("up", "permit.availability", target="0.99")
        engine.feed(revision(old))
        engine.feed(
            accepted(ratio("b1", "2026-01-10T10:00", 95, 100)),
            accepted(ratio("b2", "2026-01-20T10:00", 95, 100)),
        )
        engine.feed(revision(old, version=2, end="2026-01-15T00:00"))
        engine.feed(revision(new, digest="b" * 64, start="2026-01-15T00:00"))
        engine.feed(replayed(ratio("b1", "2026-01-10T10:00", 95, 100)), topic="metrics.replay.v1")
        engine.feed(replayed(ratio("b2", "2026-01-20T10:00", 95, 100)), topic="metrics.replay.v1")
        engine.feed(tick("2026-02-01T00:00"))
        found = {(one["agreement_revision"][0], one["verdict"], one["total"]) for one in engine.results()}
        assert found == {("a", "met", 100), ("b", "breached", 100)}
