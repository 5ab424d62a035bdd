"""Breaches as episodes: what is told, step by step."""

from __future__ import annotations

from services.evaluation.domain.breaches import Judged, Known, reconcile


def judged(verdicts: str, revision: str = "h") -> list[Judged]:
    """One letter a window: m(et), b(reached), n(ot determined), - (not judged)."""
    names = {"m": "met", "b": "breached", "n": "not_determined"}
    return [
        Judged(number * 10, number * 10 + 10, names[letter], f"r{number}", revision)
        for number, letter in enumerate(verdicts)
        if letter != "-"
    ]


def known(name: str, number: int, closed: int | None = None) -> Known:
    """A breach opened by window ``number`` and closed by window ``closed``."""
    state, closed_at = ("open", None) if closed is None else ("closed", closed * 10 + 10)
    return Known(name, state, number * 10, number * 10 + 10, closed_at, f"r{number}", "h")


def told(before: list[Known], verdicts: str, *, rolling: bool) -> list[tuple[str, str | None]]:
    return [(change.kind, change.breach) for change in reconcile(before, judged(verdicts), rolling=rolling)]


class TestRolling:
    def test_the_first_breached_opens_and_the_first_met_closes(self) -> None:
        assert told([], "mb", rolling=True) == [("opened", None)]
        assert told([known("a", 1)], "mbb", rolling=True) == []
        assert told([known("a", 1)], "mbbm", rolling=True) == [("closed", "a")]

    def test_not_determined_leaves_it_open(self) -> None:
        assert told([known("a", 1)], "mbn", rolling=True) == []
        assert told([known("a", 1)], "mbnb", rolling=True) == []

    def test_late_data_that_join_two_let_the_later_be_superseded(self) -> None:
        before = [known("a", 0, closed=2), known("b", 4)]
        changes = reconcile(before, judged("bbbbb"), rolling=True)
        assert [(each.kind, each.breach, each.superseded_by) for each in changes] == [
            ("superseded", "b", "a"),
            ("reopened", "a", None),
        ]

    def test_a_gap_that_is_not_determined_any_more_joins_too(self) -> None:
        before = [known("a", 0, closed=2), known("b", 4)]
        assert told(before, "bbnnn", rolling=True) == [("superseded", "b"), ("reopened", "a")]

    def test_of_a_split_one_the_earlier_part_keeps_the_id(self) -> None:
        assert told([known("a", 0)], "bbmbb", rolling=True) == [("closed", "a"), ("opened", None)]

    def test_one_without_a_breached_step_is_withdrawn(self) -> None:
        assert told([known("a", 0, closed=2)], "mmmmm", rolling=True) == [("withdrawn", "a")]

    def test_an_opening_that_moves_keeps_the_id(self) -> None:
        assert told([known("a", 1)], "bbb", rolling=True) == [("revised", "a")]
        assert told([known("a", 1)], "mmb", rolling=True) == [("revised", "a")]

    def test_what_only_touches_is_another_one(self) -> None:
        assert told([known("a", 0, closed=2)], "mmb", rolling=True) == [("withdrawn", "a"), ("opened", None)]
        assert told([known("a", 2)], "bbm", rolling=True) == [("withdrawn", "a"), ("opened", None)]

    def test_an_earlier_end_closes_again(self) -> None:
        assert told([known("a", 0, closed=3)], "bmmm", rolling=True) == [("closed", "a")]


class TestCalendar:
    def test_each_breached_window_is_a_breach_of_its_own(self) -> None:
        assert told([known("a", 0)], "bb", rolling=False) == [("opened", None)]

    def test_the_next_met_window_closes_all_open_ones(self) -> None:
        before = [known("a", 0), known("b", 1)]
        assert told(before, "bbn", rolling=False) == []
        assert told(before, "bbnm", rolling=False) == [("closed", "a"), ("closed", "b")]

    def test_a_window_that_is_judged_otherwise_withdraws_its_own_breach_and_closes_earlier_ones(self) -> None:
        before = [known("a", 0), known("b", 1)]
        assert told(before, "bm", rolling=False) == [("withdrawn", "b"), ("closed", "a")]
        assert told(before, "bn", rolling=False) == [("withdrawn", "b")]

    def test_a_met_window_that_is_met_no_more_opens_them_again(self) -> None:
        before = [known("a", 0, closed=1)]
        assert told(before, "bn", rolling=False) == [("reopened", "a")]
        assert told(before, "bb", rolling=False) == [("reopened", "a"), ("opened", None)]

    def test_windows_of_a_calendar_never_supersede_each_other(self) -> None:
        before = [known("a", 0), known("b", 1), known("c", 2)]
        assert told(before, "bbb", rolling=False) == []


class TestTwoRevisionsInOneWindow:
    def test_each_half_that_is_breached_is_a_breach(self) -> None:
        both = [*judged("b", "old"), *judged("b", "new")]
        assert [each.kind for each in reconcile([], both, rolling=False)] == ["opened", "opened"]

    def test_the_half_that_is_met_does_not_close_what_the_other_breaks(self) -> None:
        for rolling in (False, True):
            halves = [*judged("b", "new"), *judged("m", "old")]
            for order in (halves, halves[::-1]):
                (change,) = reconcile([], order, rolling=rolling)
                assert change.episode is not None
                assert (change.kind, change.episode.closed_at) == ("opened", None)

    def test_the_known_breach_of_one_half_is_not_the_others(self) -> None:
        before = [Known("a", "open", 0, 10, None, "r0", "old")]
        found = reconcile(before, [*judged("m", "old"), *judged("b", "new")], rolling=False)
        assert [(each.kind, each.breach) for each in found] == [("withdrawn", "a"), ("opened", None)]
