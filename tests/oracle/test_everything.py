"""Random agreements and facts, through the evaluator's own handlers, against the plain reading: equal.

Each example is an evaluator on a database of its own: agreements, measurements, journeys, reports of nothing,
exclusions, amendments and calendars come in any order that can happen, some of them twice, with ticks between
them. In the end every newest result is what the oracle reads off the facts.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.evaluation.app import service
from services.evaluation.reading.consequences import reckoned
from shared.clock import rfc3339
from shared.settings import Settings
from tests.evaluation.engine import Engine, open_engine, tick
from tests.oracle import composed, lateness, passages, plain_composites, promises
from tests.oracle.living import Life, shuffled
from tests.oracle.plain_facts import MINUTE, Agreed, Span, micros
from tests.oracle.plain_outlook import alerting, alerting_slices, outlook
from tests.oracle.plain_passages import instant
from tests.oracle.plain_results import Reader
from tests.oracle.worlds import DAY, Made

FIELDS = (
    *("verdict", "good", "total", "exact", "value", "comparator", "target", "slices", "budget"),
    *("overdue", "excluded", "coverage"),
)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Any]:
    """Opens evaluators on copies of one migrated file."""
    template = tmp_path_factory.mktemp("template")
    open_engine("sqlite", template).db.close()

    @contextmanager
    def opened() -> Iterator[Engine]:
        folder = tmp_path_factory.mktemp("evaluator")
        for file in template.iterdir():
            shutil.copy(file, folder)
        engine = Engine(service.open_database(Settings(data_dir=folder)))
        try:
            yield engine
        finally:
            engine.db.close()
            shutil.rmtree(folder)

    return opened


def live(engine: Engine, made: Made, chance: Random) -> int:
    """Everything happens; then the tick behind all of it, which is returned."""
    life = Life(engine)
    for kind, what in shuffled(chance, made):
        life.do(kind, what)
        if chance.randrange(3) == 0:
            life.flush()
    life.replay()
    last = made.end + (made.end - made.start) // 4 * chance.choice((0, 1, 3))
    engine.feed(tick(last // MINUTE * MINUTE))
    life.replay()
    engine.feed(tick(last // MINUTE * MINUTE + MINUTE))
    return last // MINUTE * MINUTE + MINUTE


Key = tuple[str, str, tuple[tuple[str, str | None], ...], Span]


def expected(made: Made, upto: int) -> tuple[dict[Key, dict[str, Any]], set[Key]]:
    """What the plain reading says of every window that is over, and of which of them it must be said."""
    found: dict[Key, dict[str, Any]] = {}
    needed: set[Key] = set()
    for revision in made.world.revisions:
        for one in revision.document["objectives"]:
            windows = made.windows(one["window"])
            reader = Reader(made.world, revision, one["code"], windows, upto)
            seen = reader.scopes()
            if not one.get("scope"):
                seen[()] = revision.start
            for scope, first in seen.items():
                for window in windows:
                    if window[1] > upto:
                        continue
                    key = (revision.digest, one["code"], scope, window)
                    found[key] = reader.result(dict(scope), window)
                    if _judged(revision, window, first) or _held(found[key]):
                        needed.add(key)
    return found, needed


def _judged(revision: Agreed, window: Span, first: int) -> bool:
    """Whether it must be said though nothing was reported: from the window of the first report on, in force.

    Of a window that is in force only in part, and of which nothing was reported, nothing is said.
    """
    ends = revision.end is None or window[1] <= revision.end
    return revision.start <= window[0] and first < window[1] and ends


def _held(plain: dict[str, Any]) -> bool:
    return bool(plain["excluded"] or plain["held"])


def same(made: Made, engine: Engine, upto: int) -> None:
    plain, needed = expected(made, upto)
    names = {(rfc3339(key[3][0]), rfc3339(key[3][1])): key[3] for key in plain}
    heard = set()
    for one in engine.results():
        window = one["window"]
        span = names.get((window["start"], window["end"]))
        scope = tuple(sorted(one["scope"].items()))
        if span is None or (one["agreement_revision"], one["objective"], scope, span) not in plain:
            assert one["total"] == 0, one
            continue
        key: Key = (one["agreement_revision"], one["objective"], scope, span)
        heard.add(key)
        compare(one, plain[key], key)
    assert needed <= heard, sorted(needed - heard)


def compare(one: dict[str, Any], plain: dict[str, Any], key: Key) -> None:
    said = {name: one[name] for name in FIELDS}
    said |= {"plan": one["basis"]["plan"], "exclusions": one["basis"]["exclusions"]}
    wrong = {name: (value, plain[name]) for name, value in said.items() if value != plain[name]}
    assert not wrong, (key, wrong)


def check_measurements(fresh: Callable[[], Any], chance: Random) -> None:
    made = promises.measured(chance)
    with fresh() as engine:
        same(made, engine, live(engine, made, chance))


def check_journeys(fresh: Callable[[], Any], chance: Random) -> None:
    made = passages.passing(chance)
    with fresh() as engine:
        same(made, engine, live(engine, made, chance))


def check_rolling_windows(fresh: Callable[[], Any], chance: Random) -> None:
    made = promises.measured(chance, rolling=True)
    with fresh() as engine:
        same_steps(made, engine, live(engine, made, chance))


def same_steps(made: Made, engine: Engine, upto: int) -> None:
    """Stored where the verdict changes and at each day's end: what was last stored holds at every step."""
    stored: dict[tuple[str, str, Any], dict[str, dict[str, Any]]] = {}
    for one in engine.results():
        key = (one["agreement_revision"], one["objective"], tuple(sorted(one["scope"].items())))
        stored.setdefault(key, {})[one["window"]["end"]] = one
    for revision in made.world.revisions:
        last = upto if revision.end is None else min(upto, revision.end)
        for one in revision.document["objectives"]:
            reader = Reader(made.world, revision, one["code"], made.windows(one["window"]), upto)
            seen = reader.scopes()
            if not one.get("scope"):
                seen[()] = revision.start
            for scope, first in seen.items():
                found = stored.pop((revision.digest, one["code"], scope), {})
                steps = [window for window in reader.windows if first < window[1] <= last]
                _same_line(made, reader, scope, steps, found)
    assert all(not one["total"] for line in stored.values() for one in line.values())


def _same_line(
    made: Made, reader: Reader, scope: Any, steps: list[Span], stored: dict[str, dict[str, Any]]
) -> None:
    days = {_day(made, window[1]) for window in steps}
    # Before the first report that stands, one that was voided may have been judged.
    before = [end for end in stored if steps and end < rfc3339(steps[0][1])]
    said = stored[max(before)]["verdict"] if before else None
    for window in steps:
        plain = reader.result(dict(scope), window)
        key = (reader.revision.digest, reader.code, scope, window)
        end = rfc3339(window[1])
        if end in stored:
            compare(stored[end], plain, key)
            said = stored[end]["verdict"]
        assert said == plain["verdict"] or not plain["total"], (key, said, plain)
        day = _day(made, window[1])
        if day in days and day > _day(made, steps[0][1]):
            assert end in stored, key
        days.discard(day)


def _day(made: Made, end: int) -> Any:
    """The local day that a step closes or lies in: the first one of a new day is that day's end."""
    return (instant(end).astimezone(made.zone)).date()


# --- open windows ------------------------------------------------------------------------------------


def check_open_windows(fresh: Callable[[], Any], chance: Random) -> None:
    """What they say when they are asked, and what was told of them by the same tick."""
    made = promises.watched(chance)
    length = made.end - made.start
    made.end = made.start + length * chance.randrange(1, 8) // 8
    with fresh() as engine:
        same_outlook(made, engine, until_now(engine, made, chance))


def until_now(engine: Engine, made: Made, chance: Random) -> int:
    """Everything happens; then two ticks within the world, the last of which is returned."""
    life = Life(engine)
    for kind, what in shuffled(chance, made):
        life.do(kind, what)
    life.replay()
    now = max(made.end // MINUTE, -(-made.start // MINUTE)) * MINUTE
    engine.feed(tick(now))
    life.replay()
    engine.feed(tick(now + MINUTE))
    return now + MINUTE


def check_burning_slices(fresh: Callable[[], Any], chance: Random) -> None:
    """The lookbacks of a promise on time slices that alert, as ticks told them."""
    made = promises.burning(chance)
    made.end = made.start + (made.end - made.start) * chance.randrange(1, 8) // 8
    with fresh() as engine:
        now = until_now(engine, made, chance)
        (revision,) = made.world.revisions
        (one,) = revision.document["objectives"]
        windows = made.windows()
        reader = Reader(made.world, revision, "one", windows, now)
        _, burning = told_of(engine)
        for scope in {*burning, *reader.scopes(), *([] if one["scope"] else [()])}:
            period = micros(one["window"]["duration"]) if one["window"]["kind"] == "rolling" else 0
            if not period:
                ((start, end),) = [span for span in windows if span[0] <= now < span[1]]
                period = end - start
            plain = alerting_slices(reader, dict(scope), windows, period, now)
            assert burning.get(scope, set()) == plain, (scope, rfc3339(now))


def same_outlook(made: Made, engine: Engine, now: int) -> None:
    (revision,) = made.world.revisions
    (one,) = revision.document["objectives"]
    reader = Reader(made.world, revision, "one", made.windows(), now)
    (window,) = [span for span in reader.windows if span[0] <= now < span[1]]
    kind = reader.indicator["kind"]
    said = {tuple(sorted(found["scope"].items())): found for found in engine.open()}
    risky, burning = told_of(engine)
    for scope in {*said, *reader.scopes(), *([] if one["scope"] else [()])}:
        entries = reader.entries(dict(scope), window)
        target = reader.target(dict(scope))
        value = reader.value(entries)
        plain = outlook(one, kind, target, entries, value, window, now)
        if scope not in said:
            assert not entries, scope
            continue
        found = said[scope]
        assert (found["verdict"], found.get("few", False)) == (plain.verdict, plain.few), (found, plain)
        assert found.get("risks", []) == plain.risks, (found, plain)
        forecast = found["forecast"]
        if forecast is not None and plain.forecast is not None:
            forecast = {name: forecast[name] for name in plain.forecast}
        assert forecast == plain.forecast
        assert (scope in risky) == (plain.verdict == "at_risk"), (risky, found)
        around = reader.entries(dict(scope), (now - 4 * DAY, now))
        period = window[1] - window[0]
        assert burning.get(scope, set()) == alerting(one, target, around, period, now), found


def told_of(engine: Engine) -> tuple[set[Any], dict[Any, set[tuple[int, int]]]]:
    """The scopes that were told to be at risk, and of each scope the lookbacks that alert."""
    risky: set[Any] = set()
    burning: dict[Any, set[tuple[int, int]]] = {}
    for kind, data in engine.told():
        if ".objective." not in kind:
            continue
        scope = tuple(sorted(data["scope"].items()))
        if "at-risk" in kind:
            (risky.add if data["change"] == "entered" else risky.discard)(scope)
        else:
            pairs = burning.setdefault(scope, set())
            pair = (micros(data["pair"]["long"]), micros(data["pair"]["short"]))
            (pairs.add if data["change"] == "fired" else pairs.discard)(pair)
    return risky, burning


# --- what comes late ---------------------------------------------------------------------------------


def check_what_comes_late(fresh: Callable[[], Any], chance: Random) -> None:
    """Before a window is final it counts; behind that only a backfill, an exclusion or a correction does."""
    made = lateness.late(chance)
    with fresh() as engine:
        log = lateness.play(chance, made, engine)
        same_late(made, engine, log)
        spans = lateness.windows_of(made, made.windows())
        lateness.correct(chance, made, engine, log, spans)
        same_late(made, engine, log)


def same_late(made: Made, engine: Engine, log: lateness.Log) -> None:
    (revision,) = made.world.revisions
    (one,) = revision.document["objectives"]
    grace = micros(one["grace"])
    windows = made.windows()
    found: dict[tuple[Any, Span], dict[str, Any]] = {}
    for result in engine.results():
        key = (result["window"]["start"], result["window"]["end"])
        (span,) = [span for span in windows if (rfc3339(span[0]), rfc3339(span[1])) == key]
        found[tuple(sorted(result["scope"].items())), span] = result
    for window in windows:
        if window[1] > log.now:
            continue
        for scope in lateness.groups(made) | {scope for scope, span in found if span == window}:
            reader = Reader(log.world(made, window, grace, scope), revision, "one", windows, log.now)
            plain = reader.result(dict(scope), window)
            key_of = (revision.digest, "one", scope, window)
            if (scope, window) in found:
                compare(found[scope, window], plain, key_of)
                is_final = log.final(window, grace) <= log.place
                state = found[scope, window]["window"]["state"]
                assert state == ("final" if is_final else "closed"), key_of
                listed = engine.explain(found[scope, window]["id"])["after_final"]
                late = log.too_late(window, grace, scope) if is_final else {}
                assert {each["batch"]: each["rows"] for each in listed} == late, key_of
            else:
                assert not _held(plain), key_of
                assert one["scope"] or window[0] < revision.start, key_of
                begun = log.begun(scope)
                assert begun is None or window[1] <= begun or window[0] < revision.start, key_of
                late = log.too_late(window, grace, scope) if log.final(window, grace) <= log.place else {}
                # What came too late is listed by a result, also of a window in force only in part.
                assert not any(late.values()), key_of


# --- composites and consequences ---------------------------------------------------------------------


def check_composites_and_consequences(fresh: Callable[[], Any], chance: Random) -> None:
    made = composed.composed(chance)
    with fresh() as engine:
        upto = live(engine, made, chance)
        plain, _ = expected(made, upto)
        same_composites(made, engine, plain)
        same_costs(made, engine, plain)


def same_composites(made: Made, engine: Engine, plain: dict[Key, dict[str, Any]]) -> None:
    (revision,) = made.world.revisions
    named = {one["code"]: one for one in revision.document["composites"]}
    told: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for one in engine.results():
        told.setdefault((str(one["scope"]), one["window"]["end"]), {})[one["objective"]] = one
    for (_, end), results in told.items():
        members: dict[str, plain_composites.Said] = {}
        for key, found in plain.items():
            code, scope, window = key[1:]
            if code in results and dict(scope) == results[code]["scope"] and rfc3339(window[1]) == end:
                members[code] = (found["verdict"], _fraction(found["exact"]))
        for code, document in named.items():
            if members.keys().isdisjoint(one["objective"] for one in document["members"]):
                continue
            members[code] = plain_composites.composite(document, members)
            said = results[code]
            assert (said["verdict"], _fraction(said["exact"])) == members[code], (document, members, said)


def same_costs(made: Made, engine: Engine, plain: dict[Key, dict[str, Any]]) -> None:
    (revision,) = made.world.revisions
    (document,) = revision.document["consequences"]
    code = document["objective"]
    told = engine.db.snapshot(reckoned, revision.document.get("code", "permit-2026"))
    found = {
        (tuple(sorted(json.loads(one.judged.scope).items())), tuple(one.judged.window)): one for one in told
    }
    lines: dict[Any, list[plain_composites.Window]] = {}
    for one in engine.results():
        scope = tuple(sorted(one["scope"].items()))
        if one["objective"] == code:
            for span in made.windows():
                if (revision.digest, code, scope, span) in plain and rfc3339(span[1]) == one["window"]["end"]:
                    said = plain[revision.digest, code, scope, span]
                    window = plain_composites.Window(span, said["verdict"], _fraction(said["exact"]))
                    lines.setdefault(scope, []).append(window)
    due = {
        (scope, span): cost
        for scope, line in lines.items()
        for span, cost in plain_composites.due(document, sorted(line, key=lambda one: one.span)).items()
    }
    assert {key: one.due for key, one in found.items()} == due
    cap = document.get("cap")
    costs = sorted((span, cost) for (_, span), cost in due.items())
    left = [cost for _, cost in costs]
    if cap is not None:
        left = plain_composites.capped(costs, Fraction(cap["cost"]), _periods(made, cap["period"], costs))
    assert sorted((key[1], one.cost) for key, one in found.items()) == [
        (span, cost) for (span, _), cost in zip(costs, left, strict=True)
    ]


def _periods(made: Made, period: dict[str, Any], costs: list[tuple[Span, Fraction]]) -> dict[Span, Span]:
    """The billing period that holds the last instant of each window."""
    periods = made.windows({"kind": "calendar", **period})
    return {span: next(one for one in periods if one[0] <= span[1] - 1 < one[1]) for span, _ in costs}


def _fraction(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


# --- the tests ---------------------------------------------------------------------------------------

CHECKS = [
    check_measurements,
    check_journeys,
    check_rolling_windows,
    check_open_windows,
    check_burning_slices,
    check_what_comes_late,
    check_composites_and_consequences,
]
every = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__.removeprefix("check_"))
unhurried = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
chances = st.randoms(use_true_random=False)


@every
@settings(max_examples=max(settings().max_examples // 16, 1), suppress_health_check=unhurried)
@given(chance=chances)
def test_a_few_worlds(fresh: Callable[[], Any], check: Callable[..., None], chance: Random) -> None:
    check(fresh, chance)


@pytest.mark.long
@every
@settings(max_examples=1700, suppress_health_check=unhurried)
@given(chance=chances)
def test_thousands_of_worlds(fresh: Callable[[], Any], check: Callable[..., None], chance: Random) -> None:
    check(fresh, chance)
