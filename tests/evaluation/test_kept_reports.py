"""Reports on schedule: when one is due, that it is kept once, and what has changed since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.evaluation.handlers import kept_reports
from services.evaluation.store import kept_reports as store
from shared.events.evaluation import ReportReady
from shared.reporting import ended_before, span_of
from tests.evaluation.engine import (
    AGREEMENT,
    Engine,
    accepted,
    batch,
    indicator,
    objective,
    open_engine,
    revision,
    tick,
)
from tests.evaluation.test_calendars import office

BANGKOK = ZoneInfo("Asia/Bangkok")
FEBRUARY = "2026-02"
UP = "permit.up"


class Wall:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 0, 0, 2, tzinfo=BANGKOK)

    def __call__(self) -> datetime:
        return self.now.astimezone(UTC)

    def set(self, text: str) -> None:
        self.now = datetime.fromisoformat(text).replace(tzinfo=BANGKOK)


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def engine(database_url: str, tmp_path: Path, wall: Wall) -> Iterator[Engine]:
    found = open_engine(database_url, tmp_path, wall)
    yield found
    found.db.close()


def ratio(name: str, when: str, good: int, total: int) -> Any:
    return accepted(batch(name, UP, [{"at": when, "good": good, "total": total}]))


def agreed(engine: Engine, **more: Any) -> None:
    """February is judged at the stroke of March: 90 of 100."""
    engine.feed(indicator(UP, "ratio"))
    engine.feed(revision(objective("up", UP, grace="P10D"), **more))
    engine.feed(ratio("b1", "2026-02-10T10:00", 90, 100))
    engine.feed(tick("2026-03-01T00:00:01"))


def keep(engine: Engine) -> int:
    """How many are kept now; each once, whoever asks for it again."""
    ready = engine.db.snapshot(kept_reports.ready, engine.db.clock())
    for each in ready:
        assert engine.db.transact(kept_reports.keep_one, each)
        assert not engine.db.transact(kept_reports.keep_one, each)
    return len(ready)


def kept(engine: Engine) -> list[store.Kept]:
    return engine.db.snapshot(
        lambda connection: store.listed(
            connection, agreements=[AGREEMENT], period=None, after=None, limit=100
        )
    )


def whole(engine: Engine) -> dict[str, Any]:
    (found,) = kept(engine)
    return engine.db.snapshot(kept_reports.whole_of, found)


# --- when it is due ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "codes"),
    [
        ("2026-11-01", ["2026-10"]),
        ("2027-01-01", ["2026-12", "fy2027-q1"]),
        ("2027-04-01", ["2027-03", "fy2027-q2"]),
        ("2027-07-01", ["2027-06", "fy2027-q3"]),
        ("2026-10-01", ["2026-09", "fy2026-q4", "fy2026"]),
    ],
)
def test_what_ends_where_a_month_begins(first: str, codes: list[str]) -> None:
    assert ended_before(date.fromisoformat(first)) == codes
    for code in codes:
        span = span_of(code, UTC)
        assert span is not None
        assert span[1].date().isoformat() == first


def test_it_is_kept_once_on_the_first_working_day(engine: Engine, wall: Wall) -> None:
    agreed(engine)
    wall.set("2026-03-02T05:59")  # 1 March is a Sunday
    assert keep(engine) == 0
    wall.set("2026-03-02T06:00")
    assert keep(engine) == 1
    assert keep(engine) == 0

    (found,) = kept(engine)
    assert (found.period, found.state, found.revisions) == (FEBRUARY, "closed", ["a" * 64])
    (told,) = [data for type_, data in engine.told() if type_ == ReportReady.type]
    assert (told["parties"], told["visibility"]) == (["city", "land"], "public")
    assert told["report"] == kept_reports.body_of(found)


def test_holidays_of_the_agreements_calendar_are_no_working_days(engine: Engine, wall: Wall) -> None:
    holiday = {"date": "2026-03-02", "name": {"en": "A holiday"}}
    engine.feed(office(holidays=[holiday]))
    agreed(engine, calendar="office")
    wall.set("2026-03-02T18:00")
    assert keep(engine) == 0
    wall.set("2026-03-03T06:00")
    assert keep(engine) == 1


def test_without_one_of_its_own_the_offices_of_the_state_count(engine: Engine, wall: Wall) -> None:
    holiday = {"date": "2026-03-02", "name": {"en": "A holiday"}}
    engine.feed(office(code=kept_reports.OFFICE, holidays=[holiday]))
    agreed(engine)
    wall.set("2026-03-02T18:00")
    assert keep(engine) == 0
    wall.set("2026-03-03T06:00")
    assert keep(engine) == 1


def test_a_period_in_which_nothing_ended_has_no_report(engine: Engine, wall: Wall) -> None:
    engine.feed(indicator(UP, "ratio"))
    yearly = {"kind": "calendar", "unit": "year", "count": 1, "anchor": "2026-01-01"}
    engine.feed(revision(objective("up", UP, window=yearly)))
    engine.feed(ratio("b1", "2026-02-10T10:00", 90, 100), tick("2026-03-01T00:00:01"))
    wall.set("2026-03-02T06:00")

    assert keep(engine) == 0


def test_it_waits_until_the_period_is_judged_and_quiet(engine: Engine, wall: Wall) -> None:
    engine.feed(indicator(UP, "ratio"))
    engine.feed(revision(objective("up", UP, grace="P10D")))
    engine.feed(ratio("b1", "2026-02-10T10:00", 90, 100), tick("2026-02-28T23:00"))
    wall.set("2026-03-02T08:00")
    assert keep(engine) == 0  # the log has not come so far

    engine.feed(tick("2026-03-02T08:00"))
    wall.set("2026-03-02T08:09")
    assert keep(engine) == 0
    wall.set("2026-03-02T08:10")
    assert keep(engine) == 1


# --- what it is made from ----------------------------------------------------------------------------


def test_nothing_has_changed_since(engine: Engine, wall: Wall) -> None:
    agreed(engine)
    wall.set("2026-03-02T06:00")
    keep(engine)

    found = whole(engine)
    assert found["basis"] == found["basis_now"]
    assert found["changed"] == []
    assert {one["window"]["end"] for one in found["results"]} == {
        "2026-01-31T17:00:00Z",
        "2026-02-28T17:00:00Z",
    }


def test_what_was_revised_is_told_and_the_old_one_shown(engine: Engine, wall: Wall) -> None:
    agreed(engine)
    wall.set("2026-03-02T06:00")
    keep(engine)
    engine.feed(ratio("late", "2026-02-20T10:00", 0, 100), tick("2026-03-02T06:01"))

    found = whole(engine)
    newest = {one["id"]: one for one in engine.results()}
    (change,) = found["changed"]
    assert change["what"] == "revised"
    assert newest[change["now"]]["good"] == 90
    assert newest[change["now"]]["total"] == 200
    assert change["then"] not in newest
    (shown,) = [one for one in found["results"] if one["id"] == change["then"]]
    assert (shown["good"], shown["total"]) == (90, 100)
    assert found["basis"] != found["basis_now"]


def test_what_became_final_is_shown_as_it_was(engine: Engine, wall: Wall) -> None:
    agreed(engine)
    wall.set("2026-03-02T06:00")
    keep(engine)
    engine.feed(tick("2026-03-20T00:00"))

    found = whole(engine)
    (change,) = found["changed"]
    assert (change["what"], change["then"]) == ("final", change["now"])
    assert {one["window"]["state"] for one in found["results"] if one["id"] == change["then"]} == {"closed"}
    assert {one["window"]["state"] for one in engine.results() if one["id"] == change["then"]} == {"final"}


def test_a_window_that_its_track_no_longer_judges_is_gone(engine: Engine, wall: Wall) -> None:
    """The agreement was ended before February, after its report was made."""
    agreed(engine)
    wall.set("2026-03-02T06:00")
    keep(engine)
    engine.feed(revision(objective("up", UP, grace="P10D"), version=2, end="2026-02-01T00:00"))

    found = whole(engine)
    assert found["basis_now"] is None or found["basis_now"] != found["basis"]
    assert len(found["results"]) == 2
