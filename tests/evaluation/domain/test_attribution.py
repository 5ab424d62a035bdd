"""Who held a journey: cases by hand, and against a second reading that asks slot by slot."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from services.evaluation.domain import attribution
from services.evaluation.domain.attribution import Passage, passage, shares
from services.evaluation.domain.journeys import Event

SLOT = 12_000_000
"""Twelve seconds: divisible among three agencies with four steps."""


def event(
    what: str, agency: str | None, at: int, *, step: str = "", holder: str = "next", name: str = ""
) -> Event:
    """`what`: "start t01", "end t01" or "point t01"; `at` in slots."""
    edge, _, code = what.partition(" ")
    step = step or code
    return Event(
        name or f"{at:03}-{step}-{edge}-{agency}-{holder}", step, agency, edge, at * SLOT, {}, holder
    )


def read(*events: Event, start: int, end: int, ended: bool = True) -> Passage:
    return passage(events, start * SLOT, end * SLOT, ended=ended)


def seen(found: Passage) -> list[tuple[str, int, tuple[str | None, ...], str | None]]:
    return [(span.kind, (span.end - span.start) // SLOT, span.agencies, span.awaited) for span in found.spans]


class TestStartsAndEnds:
    def test_a_step_belongs_to_who_performs_it_and_the_gap_to_who_had_it(self) -> None:
        found = read(
            event("start t01", "city", 0),
            event("end t01", "city", 4),
            event("start t02", "land", 10),
            event("end t02", "land", 13),
            start=0,
            end=13,
        )
        assert seen(found) == [
            ("step", 4, ("city",), None),
            ("handover", 6, ("city",), "land"),
            ("step", 3, ("land",), None),
        ]
        split = shares(found)
        assert (split["city"].time, split["land"].time) == (10 * SLOT, 3 * SLOT)
        assert dict(split["city"].steps) == {"t01": 4 * SLOT}
        assert dict(split["city"].gave) == {"land": 6 * SLOT}
        assert split["land"].awaited == 6 * SLOT

    def test_of_two_that_start_at_once_the_first_by_id_took_over(self) -> None:
        found = read(
            event("start t01", "city", 0),
            event("end t01", "city", 4),
            event("start t02", "land", 10, name="z"),
            event("start t03", "agri", 10, name="a"),
            event("end t03", "agri", 13),
            event("end t02", "land", 13),
            start=0,
            end=13,
        )
        assert ("handover", 6, ("city",), "agri") in seen(found)

    def test_a_start_that_is_told_twice_leaves_one_span(self) -> None:
        """Every event parts the time; parts of a step that are alike are shown as one."""
        found = read(
            event("start t01", "city", 0),
            event("start t01", "city", 3),
            event("end t01", "city", 6),
            start=0,
            end=6,
        )
        assert [(kind, long) for kind, long, _, _ in seen(found)] == [("step", 6)]

    def test_between_own_steps_nothing_is_handed_over(self) -> None:
        found = read(
            event("start t01", "city", 0),
            event("end t01", "city", 1),
            event("start t02", "city", 5),
            event("end t02", "city", 6),
            start=0,
            end=6,
        )
        assert [span.kind for span in found.spans] == ["step", "between", "step"]
        assert dict(shares(found)["city"].gave) == {}
        assert shares(found)["city"].time == 6 * SLOT

    def test_what_nobody_took_over_waits_with_who_had_it(self) -> None:
        found = read(event("start t01", "city", 0), event("end t01", "city", 1), start=0, end=9, ended=False)
        assert seen(found)[1:] == [("handover", 8, ("city",), None)]

    def test_agencies_that_overlap_share_equally_and_are_flagged(self) -> None:
        found = read(
            event("start t01", "city", 0),
            event("start t02", "land", 2),
            event("end t01", "city", 6),
            event("end t02", "land", 7),
            start=0,
            end=7,
        )
        assert found.flags == ("overlap",)
        assert {name: share.time // SLOT for name, share in shares(found).items()} == {"city": 4, "land": 3}

    def test_the_odd_microsecond_goes_to_the_first_by_code(self) -> None:
        events = [Event("1", "t01", "land", "start", 0), Event("2", "t02", "city", "start", 0)]
        split = shares(passage(events, 0, 5, ended=False))
        assert (split["city"].time, split["land"].time) == (3, 2)

    def test_a_start_by_another_agency_takes_the_step_over(self) -> None:
        found = read(
            event("start t01", "city", 0),
            event("start t01", "land", 3),
            event("end t01", "land", 5),
            start=0,
            end=5,
        )
        assert seen(found) == [("step", 3, ("city",), None), ("step", 2, ("land",), None)]
        assert "repeated_start" in found.flags

    def test_a_step_that_never_ends_is_flagged_once_the_journey_has_ended(self) -> None:
        events = (event("start t01", "city", 0),)
        assert read(*events, start=0, end=5).flags == ("not_ended",)
        assert read(*events, start=0, end=5, ended=False).flags == ()

    def test_what_started_before_the_journeys_start_is_held_from_there(self) -> None:
        found = read(event("start t01", "city", 0), event("end t01", "city", 4), start=2, end=4)
        assert seen(found) == [("step", 2, ("city",), None)]


class TestCompletions:
    def test_next_holds_the_span_before_its_event(self) -> None:
        found = read(event("point a", "city", 0), event("point b", "land", 5), start=0, end=5)
        assert seen(found) == [("step", 5, ("land",), None)]

    def test_previous_holds_the_span_behind_its_event(self) -> None:
        found = read(
            event("point a", "city", 0, holder="previous"),
            event("point b", "land", 5, holder="previous"),
            start=0,
            end=5,
        )
        assert seen(found) == [("step", 5, ("city",), None)]

    def test_nobody_is_unassigned_and_shown(self) -> None:
        found = read(event("point a", "city", 0), event("point b", None, 5), start=0, end=5)
        assert seen(found) == [("unassigned", 5, (None,), None)]
        assert shares(found)[None].time == 5 * SLOT

    def test_behind_the_last_completion_nobody_is_known(self) -> None:
        found = read(event("point a", "city", 0), event("point b", "land", 5), start=0, end=9, ended=False)
        assert seen(found)[-1] == ("unassigned", 4, (None,), None)

    def test_an_end_without_a_start_is_a_completion_and_flagged(self) -> None:
        found = read(event("point a", "city", 0), event("end t01", "land", 5), start=0, end=5)
        assert seen(found) == [("step", 5, ("land",), None)]
        assert found.flags == ("missing_start",)


# --- a second reading --------------------------------------------------------------------------------


def plain_holders(events: list[Event], at: int) -> tuple[str, dict[str | None, list[str | None]]]:
    """Who holds the slot that begins at ``at``: asked anew from all events, by the words of the docs."""
    running: dict[str, str | None] = {}
    had: list[str | None] = []
    done: list[Event] = []
    for instant in sorted({one.at for one in events if one.at <= at}):
        now = sorted((one for one in events if one.at == instant), key=lambda one: one.id)
        done, out = [], []
        started = {one.step: one.agency for one in now if one.edge == "start"}
        for one in now:
            if one.edge == "point":
                done.append(one)
                out.append(one.agency)
        ends: dict[str, list[Event]] = defaultdict(list)
        for one in now:
            if one.edge == "end":
                ends[one.step].append(one)
        for step, found in ends.items():
            runs, starts = step in running, step in started
            if not runs and not starts:
                done += found
                out += [one.agency for one in found]
            elif runs:
                out.append(running.pop(step))
                if starts and len(found) > 1:
                    out.append(started.pop(step))
            else:
                out.append(started.pop(step))
        running |= started
        had = out or had
    if running:
        return "step", _grouped([(agency, step) for step, agency in running.items()])
    later = sorted({one.at for one in events if one.at > at})
    coming = [one for one in events if later and one.at == later[0]]
    begun = {one.step for one in coming if one.edge == "start"}
    claims = [
        one
        for one in coming
        if one.holder == "next" and (one.edge == "point" or (one.edge == "end" and one.step not in begun))
    ] + [one for one in done if one.holder == "previous"]
    if claims:
        return "step", _grouped([(one.agency, one.step) for one in claims])
    if (not later and any(one.holder == "next" for one in done)) or not set(had) - {None}:
        return "unassigned", {None: [None]}
    return "gap", _grouped([(agency, None) for agency in had])


def _grouped(found: list[tuple[str | None, str | None]]) -> dict[str | None, list[str | None]]:
    groups: dict[str | None, list[str | None]] = defaultdict(list)
    for agency, step in set(found):
        groups[agency].append(step)
    return groups


@st.composite
def journeys(draw: st.DrawFn) -> list[Event]:
    rows = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["start", "end", "point"]),
                st.sampled_from(["t01", "t02", "t03", "t04"]),
                st.sampled_from(["city", "land", None]),
                st.integers(0, 12),
                st.sampled_from(["next", "previous"]),
            ),
            min_size=1,
            max_size=10,
        )
    )
    return [
        Event(f"e{place:02}", step, agency, edge, at * SLOT, {}, holder)
        for place, (edge, step, agency, at, holder) in enumerate(rows)
    ]


@settings(max_examples=400, deadline=None)
@given(journeys(), st.integers(0, 6), st.integers(1, 10), st.randoms())
def test_every_slot_is_held_by_whom_a_plain_reading_says(
    events: list[Event], first: int, length: int, shuffle: object
) -> None:
    start = min(one.at for one in events) + first * SLOT
    end = start + length * SLOT
    wanted: dict[str | None, Fraction] = defaultdict(Fraction)
    of_steps: dict[tuple[str | None, str], Fraction] = defaultdict(Fraction)
    for at in range(start, end, SLOT):
        kind, holders = plain_holders(events, at)
        for agency, steps in holders.items():
            wanted[agency] += Fraction(SLOT, len(holders))
            for step in steps:
                if kind == "step" and step is not None:
                    of_steps[agency, step] += Fraction(SLOT, len(holders) * len(steps))
    shuffle.shuffle(events)  # type: ignore[attr-defined]
    found = passage(events, start, end, ended=True)
    split = shares(found)
    assert {name: share.time for name, share in split.items() if share.time} == wanted
    assert {
        (name, step): time for name, share in split.items() for step, time in share.steps.items()
    } == of_steps
    assert sum(share.time for share in split.values()) == found.total == end - start


@settings(max_examples=150, deadline=None)
@given(journeys(), st.integers(0, 10**9), st.integers(1, 10**9))
def test_the_parts_sum_to_the_whole_whatever_the_instants(
    events: list[Event], start: int, length: int
) -> None:
    found = passage(events, start, start + length, ended=False)
    assert found.total == length
    assert [span.start for span in found.spans][1:] == [span.end for span in found.spans][:-1]
    assert sum(share.time for share in shares(found).values()) == length
    for share in shares(found).values():
        assert sum(share.steps.values()) + sum(share.gave.values()) <= share.time


@given(journeys(), st.integers(1, 60))
def test_any_additive_clock_splits_as_exactly(events: list[Event], length: int) -> None:
    def odd_seconds(start: int, end: int) -> int:
        """Counts every other slot, as office hours would."""

        def until(at: int) -> int:
            pairs, rest = divmod(at, 2 * SLOT)
            return pairs * SLOT + min(rest, SLOT)

        return until(end) - until(start)

    found = passage(events, 0, length * 1_000_003, ended=False)
    split = shares(found, odd_seconds)
    assert sum(share.time for share in split.values()) == odd_seconds(0, length * 1_000_003)
    assert attribution.elapsed(3, 5) == 2
