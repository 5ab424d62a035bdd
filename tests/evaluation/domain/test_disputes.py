"""How long a dispute is open, and what its answers come to."""

from __future__ import annotations

from itertools import product
from zoneinfo import ZoneInfo

import pytest

from services.evaluation.domain.disputes import due_at, state
from tests.evaluation.engine import at

BANGKOK = ZoneInfo("Asia/Bangkok")


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        ("2026-11-02T09:00", "2026-11-24T00:00"),  # a Monday: the 15th working day behind it is a Monday
        ("2026-11-06T23:59", "2026-11-28T00:00"),
        ("2026-11-07T00:00", "2026-11-28T00:00"),  # a Saturday counts from Monday on
        ("2026-11-08T12:00", "2026-11-28T00:00"),
    ],
)
def test_a_dispute_is_open_for_fifteen_working_days(opened: str, due: str) -> None:
    assert due_at(at(opened), BANGKOK) == at(due)


def test_the_day_is_the_agreements_own() -> None:
    # Monday 00:30 in Bangkok is Sunday in London.
    assert due_at(at("2026-11-02T00:30"), ZoneInfo("Europe/London")) < due_at(at("2026-11-02T00:30"), BANGKOK)


def test_a_calendar_may_say_which_days_work() -> None:
    every = due_at(at("2026-11-02T09:00"), BANGKOK, lambda day: True)
    assert every == at("2026-11-18T00:00")


@pytest.mark.parametrize("given", list(product([None, "uphold", "decline", "note"], repeat=2)))
@pytest.mark.parametrize("over", [False, True])
def test_nobody_decides_alone(given: tuple[str | None, str | None], over: bool) -> None:
    answers = {name: said for name, said in zip(("land", "post"), given, strict=True) if said}
    found = state(answers, ["land", "post"], due=100, now=100 if over else 99)
    if len(answers) < 2 and not over:
        assert found == "open"
    elif "decline" in given:
        assert found == "declined"
    elif given == ("uphold", "uphold"):
        assert found == "upheld"
    else:
        assert found == ("noted" if answers else "expired")


def test_what_strangers_say_does_not_count() -> None:
    assert state({"far": "uphold"}, ["land"], due=100, now=99) == "open"
