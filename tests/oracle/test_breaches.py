"""Breaches end where playing the judgements in order ends, whatever order they came in."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from services.evaluation.domain.breaches import Change, Judged, Known, episodes, reconcile
from tests.oracle import plain_episodes as plain

VERDICTS = ("met", "breached", "not_determined")
histories = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from((*VERDICTS, None))), min_size=1, max_size=25
)
"""Window by number, and what it is judged now; None: the judgement is taken back."""


def judged_of(now: dict[int, str], *, rolling: bool) -> list[Judged]:
    return [
        Judged(*span_of(number, rolling=rolling), verdict, f"r{number}-{verdict}", "h")
        for number, verdict in now.items()
    ]


def span_of(number: int, *, rolling: bool) -> tuple[int, int]:
    return (number * 10 - 50, number * 10 + 10) if rolling else (number * 10, number * 10 + 10)


@dataclass
class Told:
    """What a reader of the events has: breaches by id, and what became of them."""

    standing: dict[str, Known]
    gone: dict[str, Change]
    made: int = 0

    def apply(self, changes: list[Change]) -> None:
        for change in changes:
            if change.kind == "opened":
                assert change.episode is not None
                self.made += 1
                name = f"b{self.made}"
                first, closed = change.episode.first, change.episode.closed_at
                state = "open" if closed is None else "closed"
                self.standing[name] = Known(
                    name, state, first.start, first.end, closed, first.result, first.revision
                )
                continue
            assert change.breach is not None
            before = self.standing[change.breach]
            if change.kind in ("withdrawn", "superseded"):
                self.gone[change.breach] = change
                del self.standing[change.breach]
                continue
            assert change.episode is not None
            first, closed = change.episode.first, change.episode.closed_at
            self.standing[change.breach] = replace(
                before,
                state="open" if closed is None else "closed",
                start=first.start,
                end=first.end,
                closed_at=closed,
                result=first.result,
                revision=first.revision,
            )


def play(history: list[tuple[int, str | None]], *, rolling: bool) -> tuple[Told, dict[int, str]]:
    told = Told({}, {})
    now: dict[int, str] = {}
    for number, verdict in history:
        if verdict is None:
            now.pop(number, None)
        else:
            now[number] = verdict
        told.apply(reconcile(list(told.standing.values()), judged_of(now, rolling=rolling), rolling=rolling))
    return told, now


def spans(told: Told) -> list[plain.Span]:
    return sorted((one.start, one.end, one.closed_at) for one in told.standing.values())


def expected(now: dict[int, str], *, rolling: bool) -> list[plain.Span]:
    ordered = [(*span_of(number, rolling=rolling), now[number]) for number in sorted(now)]
    return plain.rolling(ordered) if rolling else plain.calendar(ordered)


@settings(max_examples=150, deadline=None)
@given(histories, st.booleans())
def test_what_stands_is_what_the_newest_judgements_say(
    history: list[tuple[int, str | None]], rolling: bool
) -> None:
    told, now = play(history, rolling=rolling)
    assert spans(told) == expected(now, rolling=rolling)
    for one in told.standing.values():
        assert one.state == ("open" if one.closed_at is None else "closed")


@settings(max_examples=120, deadline=None)
@given(st.dictionaries(st.integers(0, 9), st.sampled_from(VERDICTS)), st.booleans(), st.randoms())
def test_the_order_of_arrival_does_not_change_what_stands(
    now: dict[int, str], rolling: bool, chance: object
) -> None:
    in_order = [(number, now[number]) for number in sorted(now)]
    shuffled = list(in_order)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    first, _ = play(list(in_order), rolling=rolling)
    second, _ = play(list(shuffled), rolling=rolling)
    assert spans(first) == spans(second)


@settings(max_examples=120, deadline=None)
@given(histories, st.booleans())
def test_the_same_judgements_again_tell_nothing(history: list[tuple[int, str | None]], rolling: bool) -> None:
    told, now = play(history, rolling=rolling)
    assert reconcile(list(told.standing.values()), judged_of(now, rolling=rolling), rolling=rolling) == []


@settings(max_examples=120, deadline=None)
@given(histories, st.booleans())
def test_a_superseded_breach_names_an_earlier_one_that_goes_on(
    history: list[tuple[int, str | None]], rolling: bool
) -> None:
    told = Told({}, {})
    now: dict[int, str] = {}
    for number, verdict in history:
        if verdict is None:
            now.pop(number, None)
        else:
            now[number] = verdict
        before = dict(told.standing)
        changes = reconcile(list(before.values()), judged_of(now, rolling=rolling), rolling=rolling)
        told.apply(changes)
        assert len({change.breach for change in changes if change.breach}) == len(
            [change for change in changes if change.breach]
        )
        for change in changes:
            if change.kind == "superseded":
                assert rolling
                assert change.breach is not None
                assert change.superseded_by in told.standing
                assert before[change.superseded_by].end <= before[change.breach].end


@settings(max_examples=120, deadline=None)
@given(st.dictionaries(st.integers(0, 9), st.sampled_from(VERDICTS)), st.booleans())
def test_episodes_are_those_of_playing_in_order(now: dict[int, str], rolling: bool) -> None:
    found = episodes(judged_of(now, rolling=rolling), rolling=rolling)
    assert [(one.first.start, one.first.end, one.closed_at) for one in found] == expected(
        now, rolling=rolling
    )
