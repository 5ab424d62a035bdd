"""The improvement register: an action is undertaken, done, and judged by the windows before and after it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from services.evaluation.app import service
from services.evaluation.handlers import improvements as handlers
from services.evaluation.store import improvements as store
from shared import words
from shared.auth import Principal, Role
from shared.errors import Conflict, Forbidden, NotFound, NotYetKnown, Problem, Unprocessable
from shared.timers import fire_due
from tests.evaluation.engine import (
    AGREEMENT,
    Engine,
    accepted,
    batch,
    exclusion,
    indicator,
    objective,
    open_engine,
    revision,
    tick,
)

SECRET = "Somchai forgets the second form"
LAND = Principal("land-1", "land", frozenset({Role.NEGOTIATOR}), "client")
CITY = Principal("city-1", "city", frozenset({Role.NEGOTIATOR}), "client")
FAR = Principal("far-1", "far", frozenset({Role.NEGOTIATOR}), "client")
MEAN: dict[str, Any] = {"aggregation": "mean", "comparator": "<=", "target": "300"}
UP = objective("up", "up", target="0.95")


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    found = open_engine(database_url, tmp_path)
    found.feed(indicator("up", "ratio"), indicator("time", "value"))
    found.feed(revision(UP, objective("mean", "time", **MEAN)))
    yield found
    found.db.close()


def today(engine: Engine, day: str) -> None:
    instant = datetime.fromisoformat(f"{day}T12:00+07:00").astimezone(UTC)
    engine.db.clock = lambda: instant


def counts(engine: Engine, **months: tuple[int, int]) -> None:
    """Good and total of some months, `m01` to `m12`."""
    for month, (good, total) in months.items():
        when = f"2026-{month[1:]}-10T10:00"
        engine.feed(accepted(batch(f"up-{month}-{good}", "up", [{"at": when, "good": good, "total": total}])))


def opened(engine: Engine, caller: Principal = LAND, **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "agreement": AGREEMENT,
        "objective": "up",
        "scope": {},
        "action": SECRET,
        "owner": "head of the registry",
        "windows": 2,
        "due_on": "2026-04-20",
        "started_on": None,
        "source": None,
        **changes,
    }
    return engine.db.transact(handlers.open_improvement, handlers.Open(caller, **values))


def change(engine: Engine, name: str, caller: Principal = LAND, **changes: Any) -> dict[str, Any]:
    command = handlers.Change(caller, name, changes, lambda version: None)
    return engine.db.transact(handlers.change_improvement, command)


def shown(engine: Engine, name: str) -> dict[str, Any]:
    def read(connection: sa.Connection) -> dict[str, Any]:
        found = store.by_id(connection, name)
        assert found is not None
        return handlers.shown(connection, [found], engine.db.clock())[0]

    return engine.db.snapshot(read)


def fire(engine: Engine) -> None:
    while engine.db.transact(lambda _command, uow: fire_due(service.timers, uow)):
        pass


def told(engine: Engine, kind: str) -> list[dict[str, Any]]:
    return [data for name, data in engine.told() if name == f"sanya.evaluation.improvement.{kind}.v1"]


def done(engine: Engine, **changes: Any) -> str:
    """An action of April: started on the 1st, done on the 20th."""
    today(engine, "2026-04-02")
    name: str = opened(engine, started_on="2026-04-01", **changes)["id"]
    today(engine, "2026-04-21")
    change(engine, name, done_on="2026-04-20", lesson="one form is enough")
    return name


# --- did it help? ------------------------------------------------------------------------------------


def test_two_months_before_are_compared_with_two_after(engine: Engine) -> None:
    counts(engine, m01=(0, 500), m02=(900, 1000), m03=(910, 1000), m04=(5, 10))
    engine.feed(tick("2026-04-21T12:00"))
    name = done(engine)
    effect = shown(engine, name)["effect"]
    assert (effect["outcome"], effect["test"], effect["final"]) == ("too_early", None, False)
    assert effect["expected_at"] == "2026-06-30T17:00:00Z"
    counts(engine, m05=(950, 1000))
    engine.feed(tick("2026-06-10T00:00"))
    assert shown(engine, name)["effect"]["outcome"] == "too_early"
    counts(engine, m06=(960, 1000), m07=(0, 1000))
    engine.feed(tick("2026-08-10T00:00"))
    effect = shown(engine, name)["effect"]
    assert (effect["outcome"], effect["final"]) == ("helped", True)
    # January is too early, April belongs to neither, July is too late.
    assert (effect["before"]["exact"], effect["after"]["exact"]) == ("181/200", "191/200")
    assert [(one["good"], one["total"]) for one in effect["after"]["windows"]] == [(950, 1000), (960, 1000)]
    assert effect["test"]["method"] == "fisher"
    assert Fraction(effect["test"]["p"]) < Fraction(1, 1000)
    stored = {one["id"] for one in engine.results()}
    assert {one["results"][0] for one in effect["before"]["windows"]} < stored


@pytest.mark.parametrize(
    ("after", "outcome"), [((955, 1000), "helped"), ((908, 1000), "no_effect"), ((850, 1000), "worsened")]
)
def test_what_is_sure_decides(engine: Engine, after: tuple[int, int], outcome: str) -> None:
    counts(engine, m03=(905, 1000), m05=after)
    name = done(engine, windows=1)
    engine.feed(tick("2026-06-10T00:00"))
    assert shown(engine, name)["effect"]["outcome"] == outcome


def test_for_an_upper_limit_less_is_better_and_values_are_permuted(engine: Engine) -> None:
    rows = [
        {"at": f"2026-{month:02}-{1 + index:02}T10:00", "value": value * 1_000_000}
        for month, values in ((1, [400]), (2, [410, 390]), (3, [420]), (5, [200]), (6, [210]), (7, [190]))
        for index, value in enumerate(values)
    ]
    engine.feed(accepted(batch("times", "time", rows)), tick("2026-08-10T00:00"))
    name = done(engine, objective="mean", windows=3)
    effect = shown(engine, name)["effect"]
    # Ten ways to part six windows in two: three a side are never sure.
    assert effect["test"] == {"method": "permutation", "p": "0.1", "least_p": "0.1", "alpha": "0.05"}
    assert effect["outcome"] == "no_effect"
    assert (effect["before"]["exact"], effect["after"]["exact"]) == ("1220/3", "200/1")
    assert effect["before"]["good"] is None


def test_a_window_of_which_nothing_is_known_gives_its_place_to_the_next(engine: Engine) -> None:
    counts(engine, m01=(900, 1000), m03=(905, 1000), m06=(960, 1000), m07=(970, 1000))
    name = done(engine)
    engine.feed(tick("2026-07-15T00:00"))
    assert shown(engine, name)["effect"]["outcome"] == "too_early"
    engine.feed(tick("2026-08-10T00:00"))
    effect = shown(engine, name)["effect"]
    assert effect["outcome"] == "helped"
    assert [one["start"] for one in effect["before"]["windows"]] == [
        "2025-12-31T17:00:00Z",
        "2026-02-28T17:00:00Z",
    ]


def test_too_little_before_cannot_be_compared(engine: Engine) -> None:
    counts(engine, m03=(905, 1000), m05=(950, 1000), m06=(950, 1000))
    name = done(engine)
    engine.feed(tick("2026-08-10T00:00"))
    effect = shown(engine, name)["effect"]
    assert (effect["outcome"], effect["why"]) == (None, "too_few_before")


def test_a_revised_result_revises_what_became_of_it_and_tells_so(engine: Engine) -> None:
    counts(engine, m03=(905, 1000), m05=(955, 1000))
    name = done(engine, windows=1)
    engine.feed(tick("2026-06-10T00:00"))
    today(engine, "2026-06-10")
    fire(engine)
    fire(engine)
    (first,) = told(engine, "judged")
    assert first["improvement"]["effect"]["outcome"] == "helped"
    engine.feed(exclusion("e1", "2026-05-10T00:00", "2026-05-11T00:00"))
    engine.feed(tick("2026-06-11T00:00"))
    assert shown(engine, name)["effect"]["outcome"] == "too_early"
    today(engine, "2026-06-11")
    fire(engine)
    _, second = told(engine, "judged")
    assert second["improvement"]["effect"]["outcome"] == "too_early"
    assert second["version"] > first["version"]


def test_only_what_counts_the_same_is_compared(engine: Engine) -> None:
    redefined = objective("up", "up", target="0.95", budgeting="timeslices")
    redefined["slice"] = {"length": "PT1H", "target": "0.9"}
    engine.feed(
        revision(UP, objective("mean", "time", **MEAN), end="2026-05-01T00:00", version=2),
        revision(redefined, digest="b" * 64, start="2026-05-01T00:00"),
    )
    counts(engine, m03=(905, 1000), m05=(955, 1000))
    name = done(engine, windows=1)
    engine.feed(tick("2026-06-10T00:00"))
    effect = shown(engine, name)["effect"]
    assert (effect["outcome"], effect["why"]) == (None, "redefined")


def test_another_target_changes_nothing_of_what_is_compared(engine: Engine) -> None:
    engine.feed(
        revision(UP, objective("mean", "time", **MEAN), end="2026-05-01T00:00", version=2),
        revision(objective("up", "up", target="0.99"), digest="b" * 64, start="2026-05-01T00:00"),
    )
    counts(engine, m03=(905, 1000), m05=(955, 1000))
    name = done(engine, windows=1)
    engine.feed(tick("2026-06-10T00:00"))
    assert shown(engine, name)["effect"]["outcome"] == "helped"


def test_rolling_windows_that_overlap_are_not_counted_twice(database_url: str, tmp_path: Path) -> None:
    engine = open_engine(database_url, tmp_path)
    engine.feed(indicator("up", "ratio"))
    rolling = {"kind": "rolling", "duration": "P7D", "step": "P1D"}
    engine.feed(revision(objective("up", "up", target="0.95", window=rolling)))
    rows = [
        {"at": f"2026-{month:02}-{day:02}T10:00", "good": good, "total": 100}
        for month, good in ((3, 90), (4, 97), (5, 97))
        for day in range(1, 31)
    ]
    engine.feed(accepted(batch("up", "up", rows)), tick("2026-06-20T00:00"))
    effect = shown(engine, done(engine))["effect"]
    assert effect["outcome"] == "helped"
    windows = [*effect["before"]["windows"], *effect["after"]["windows"]]
    assert all(one["end"] <= other["start"] for one, other in pairwise(windows))
    # The first step of each local day is one that is always stored.
    assert {one["end"][11:] for one in windows} == {"00:00:00Z"}
    engine.db.close()


# --- reminders ---------------------------------------------------------------------------------------


def test_reminders_come_before_and_after_the_due_day_each_once(engine: Engine) -> None:
    today(engine, "2026-04-02")
    name = opened(engine)["id"]
    for day in range(2, 31):
        today(engine, f"2026-04-{day:02}")
        fire(engine)
        fire(engine)
    assert [one["days"] for one in told(engine, "due")] == [6, 0]
    assert [one["days"] for one in told(engine, "overdue")] == [-1, -8]
    assert shown(engine, name)["overdue"]
    # A form that was opened before the reminders may still be sent.
    assert shown(engine, name)["version"] == 1
    change(engine, name, due_on="2026-05-20")
    assert not shown(engine, name)["overdue"]
    change(engine, name, dropped=True, reason="the law changed")
    today(engine, "2026-08-01")
    fire(engine)
    assert (len(told(engine, "due")), len(told(engine, "overdue"))) == (2, 2)
    assert shown(engine, name)["version"] == 3
    versions = [data["version"] for kind, data in engine.told() if ".improvement." in kind]
    assert versions == list(range(1, len(versions) + 1))


def texts(connection: sa.Connection) -> int:
    return connection.execute(sa.select(sa.func.count()).select_from(words.free_text)).scalar_one()


# --- who may, and what may not be ---------------------------------------------------------------------


def test_what_people_write_is_in_no_event_and_can_be_erased(engine: Engine) -> None:
    name = done(engine)
    events = " ".join(str(data) for _, data in engine.told())
    assert SECRET not in events
    assert "registry" not in events
    assert "one form" not in events

    def erase(what: str) -> dict[str, Any]:
        return engine.db.transact(handlers.erase_words, handlers.Erase(LAND, name, what))

    assert erase("action")["action"] is None
    assert shown(engine, name)["lesson"] == "one form is enough"
    with pytest.raises(Conflict, match="no reason"):
        erase("reason")
    before = engine.db.snapshot(texts)
    change(engine, name, lesson="two forms are one too many")
    after = engine.db.snapshot(texts)
    assert before == after


def test_another_party_reads_and_a_stranger_knows_nothing(engine: Engine) -> None:
    today(engine, "2026-04-02")
    name = opened(engine)["id"]
    with pytest.raises(Forbidden, match="land undertakes"):
        change(engine, name, caller=CITY, due_on="2026-05-01")
    with pytest.raises(NotFound):
        change(engine, name, caller=FAR, due_on="2026-05-01")
    with pytest.raises(NotYetKnown):
        opened(engine, FAR)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"objective": "none"}, "/objective"),
        ({"started_on": "2026-04-03"}, "/started_on"),
        ({"source": {"kind": "breach", "id": "none"}}, "/from/id"),
        ({"source": {"kind": "recommendation", "id": "none"}}, "/from/id"),
    ],
)
def test_what_does_not_fit_is_refused(engine: Engine, changes: dict[str, Any], what: str) -> None:
    today(engine, "2026-04-02")
    with pytest.raises(Unprocessable) as refused:
        opened(engine, **changes)
    assert [fault.pointer for fault in refused.value.errors] == [what]
    assert told(engine, "opened") == []


def test_a_group_without_results_is_refused(engine: Engine) -> None:
    counts(engine, m03=(905, 1000))
    engine.feed(tick("2026-04-02T00:00"))
    today(engine, "2026-04-02")
    with pytest.raises(Unprocessable, match="no results of this group"):
        opened(engine, scope={"province": "50"})


def test_the_breach_it_comes_from_has_to_be_of_its_objective(engine: Engine) -> None:
    counts(engine, m03=(905, 1000))
    engine.feed(tick("2026-04-02T00:00"))
    today(engine, "2026-04-02")
    (breach,) = engine.breaches()
    source = {"kind": "breach", "id": breach.id}
    assert opened(engine, source=source)["from"] == source
    with pytest.raises(Unprocessable):
        opened(engine, objective="mean", source=source)


def refused(engine: Engine, name: str, **changes: Any) -> Problem:
    with pytest.raises(Problem) as error:
        change(engine, name, **changes)
    return error.value


def test_what_it_is_judged_by_stays_once_it_has_started(engine: Engine) -> None:
    today(engine, "2026-04-02")
    name = opened(engine)["id"]
    assert change(engine, name, windows=3)["windows"] == 3
    assert refused(engine, name, done_on="2026-04-02").errors[0].pointer == "/started_on"
    assert change(engine, name, started_on="2026-04-02")["state"] == "in_progress"
    assert refused(engine, name, windows=4).slug == "improvement-fixed"
    assert refused(engine, name, done_on="2026-04-01").errors[0].pointer == "/done_on"
    assert refused(engine, name, done_on="2026-04-03").errors[0].pointer == "/done_on"
    assert refused(engine, name, dropped=True).errors[0].pointer == "/reason"
    assert refused(engine, name, reason="because").errors[0].pointer == "/dropped"
    assert change(engine, name, done_on="2026-04-02")["state"] == "done"
    assert refused(engine, name, started_on="2026-04-01").slug == "improvement-fixed"
    assert change(engine, name, lesson="ask first")["lesson"] == "ask first"
