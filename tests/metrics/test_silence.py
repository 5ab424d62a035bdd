"""Planned sources that fall silent, and report again: each silence is told once."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.metrics.domain import silence
from services.metrics.domain.silence import Reporting
from services.metrics.handlers.ticks import tick
from services.metrics.store import projections
from shared.clock import MINUTE
from shared.db.tables import outbox
from shared.events.sla import AgreementInForce
from shared.events.topics import REPORTING
from tests.metrics.conftest import EVENTS, House

SLOW = "permit.response-time"
PLAN: dict[str, Any] = {
    "indicator": SLOW,
    "source": "land-office-api",
    "frequency": "PT5M",
    "silence_after": "PT10M",
    "post": "head of the registry",
}


async def agree(house: House, *plans: dict[str, Any], digest: str = "a" * 64, **changes: Any) -> None:
    fact = AgreementInForce(
        **{
            "version": 1,
            "agreement": "permit-2026",
            "hash": digest,
            "parent": None,
            "service": "permit",
            "parties": ["city", "land-office"],
            "visibility": "public",
            "effective_from": house.micros(days=1),
            "effective_to": None,
            "document": {"code": "permit-2026", "objectives": [], "plans": list(plans)},
            **changes,
        }
    )
    await house.db.write(tick)
    await house.tell(fact)


async def ticks(house: House, minutes: float, every: float = 1.0) -> None:
    """Time passes, with ticks."""
    until = house.now + timedelta(minutes=minutes)
    while house.now < until:
        house.now = min(house.now + timedelta(minutes=every), until)
        await house.db.write(tick)


async def report(house: House, indicator: str = SLOW, minutes: float = 1) -> None:
    answer = await house.measure({"indicator": indicator, "at": house.at(minutes=minutes), "value": 1})
    assert answer.status_code == 202, answer.text


async def said(house: House) -> list[tuple[str, dict[str, Any]]]:
    query = sa.select(outbox.c.type, outbox.c.data).where(outbox.c.topic == REPORTING).order_by(outbox.c.id)
    rows = await house.db.read(lambda connection: connection.execute(query).all())
    return [(kind.split(".")[-2], json.loads(data)) for kind, data in rows]


async def test_a_silence_is_told_once_and_ended_once(house: House) -> None:
    await agree(house, PLAN)
    known = house.micros()
    await ticks(house, 10)
    assert await said(house) == []  # exactly as long as the plan allows
    await ticks(house, 5)
    [(kind, told)] = await said(house)
    assert kind == "silent"
    assert (told["silent_since"], told["heard_at"], told["version"]) == (known + 10 * MINUTE, None, 1)
    assert (told["source"], told["indicator"], told["post"]) == ("land-office-api", SLOW, PLAN["post"])
    assert told["parties"] == ["city", "land-office"]
    await report(house, minutes=600)  # an old event is a report all the same
    heard = house.micros()
    await ticks(house, 1)
    [_, (kind, told)] = await said(house)
    assert (kind, told["reason"], told["version"], told["heard_at"]) == ("recovered", "reported", 2, heard)
    await ticks(house, 8)
    await report(house)
    await ticks(house, 10)
    assert len(await said(house)) == 2
    await ticks(house, 1)
    assert [kind for kind, _ in await said(house)] == ["silent", "recovered", "silent"]


async def test_only_reports_of_the_indicator_count_and_nothing_is_a_report_too(house: House) -> None:
    await house.indicator("permit.other")
    await agree(house, PLAN)
    for _ in range(3):
        await ticks(house, 4)
        await report(house, "permit.other")
    assert [kind for kind, _ in await said(house)] == ["silent"]
    covers = {"from": house.at(minutes=5), "to": house.at(minutes=0), "indicators": [SLOW]}
    assert (await house.measure(covers=covers)).status_code == 202
    await ticks(house, 1)
    assert [kind for kind, _ in await said(house)] == ["silent", "recovered"]


async def test_history_is_no_report(house: House) -> None:
    await agree(house, PLAN)
    body = {"source": "land-office-api", "service": "permit", "reason": "history"}
    span = {"from": house.at(days=3), "to": house.at(days=1)}
    opened = await house.send("/api/metrics/v1/backfills", {**body, **span})
    await ticks(house, 8)
    row = {"indicator": SLOW, "at": house.at(days=2), "value": 1}
    assert (await house.measure(row, backfill=opened.json()["id"])).status_code == 202
    await ticks(house, 3)
    assert [kind for kind, _ in await said(house)] == ["silent"]


async def test_journeys_are_reports_of_durations(house: House) -> None:
    await house.indicator("permit.passage", "duration")
    await agree(house, {**PLAN, "indicator": "permit.passage"}, PLAN)
    await ticks(house, 8)
    event = {"id": "e1", "journey": "c1", "step": "t01", "edge": "point", "at": house.at(minutes=1)}
    body = {"source": "land-office-api", "service": "permit", "events": [event]}
    assert (await house.send(EVENTS, body, "k")).status_code == 202
    await ticks(house, 3)
    assert [told["indicator"] for _, told in await said(house)] == [SLOW]
    assert "permit.passage" in await house.db.read(projections.durations)


async def test_a_plan_is_listened_for_while_it_is_in_force(house: House) -> None:
    later = house.micros() + 30 * MINUTE
    await agree(house, PLAN, effective_from=later)
    await ticks(house, 40)
    assert await said(house) == []
    await ticks(house, 1)
    [(_, told)] = await said(house)
    assert told["silent_since"] == later + 10 * MINUTE
    # An amendment that plans the same goes on with the same silence; one without the plan ends it.
    cut = house.micros() + 5 * MINUTE
    await agree(house, PLAN, version=2, effective_from=later, effective_to=cut)
    await agree(house, PLAN, digest="b" * 64, effective_from=cut, effective_to=cut + 5 * MINUTE)
    await ticks(house, 9)
    assert len(await said(house)) == 1
    await ticks(house, 2)
    [_, (kind, told)] = await said(house)
    assert (kind, told["reason"], told["version"]) == ("recovered", "plan_ended", 2)
    await ticks(house, 60)
    assert len(await said(house)) == 2
    # A stale fact changes nothing; a plan that comes into force again starts anew, its versions go on.
    await agree(house, PLAN, version=1, effective_from=later)
    await agree(house, PLAN, digest="c" * 64, effective_from=house.micros())
    await ticks(house, 11)
    assert [told["version"] for _, told in await said(house)] == [1, 2, 3]


async def test_a_pause_of_ours_is_no_silence_of_theirs(house: House) -> None:
    await agree(house, PLAN)
    await report(house)
    await ticks(house, 1)
    house.now += timedelta(hours=5)
    await ticks(house, 10)
    assert await said(house) == []
    await ticks(house, 2)
    assert [kind for kind, _ in await said(house)] == ["silent"]


async def test_the_parties_see_who_is_silent_since_when(house: House) -> None:
    await house.indicator("permit.passage", "duration")
    await agree(house, PLAN, {**PLAN, "source": "city-api"}, {**PLAN, "indicator": "permit.passage"})
    await ticks(house, 9)
    await report(house)
    heard = house.at(minutes=0).replace("+00:00", "Z")
    await ticks(house, 2)
    path = "/api/metrics/v1/sources-status"
    items = (await house.get(path)).json()["items"]
    states = {(one["indicator"], one["source"]): one["state"] for one in items}
    assert states == {
        (SLOW, "city-api"): "silent",
        (SLOW, "land-office-api"): "reporting",
        ("permit.passage", "land-office-api"): "silent",
    }
    assert [one["heard_at"] for one in items] == [None, None, heard]
    silent = (await house.get(f"{path}?state=silent&source=city-api")).json()["items"]
    assert [one["silent_since"] for one in silent] == [house.at(minutes=1).replace("+00:00", "Z")]
    first = (await house.get(f"{path}?limit=2", "city")).json()
    rest = (await house.get(f"{path}?limit=2&after={first['next']}", "city")).json()
    assert [*first["items"], *rest["items"]] == items
    assert rest["next"] is None
    assert (await house.get(path, "province")).json() == {"items": [], "next": None}
    assert (await house.get(f"{path}?mood=bad")).status_code == 422


@pytest.mark.parametrize(
    ("text", "minutes"), [("PT5M", 5), ("P1D", 1440), ("P1DT2H", 1560), ("P2W", 20160), ("PT3600S", 60)]
)
def test_durations(text: str, minutes: int) -> None:
    assert silence.length_of(text) == minutes * MINUTE


@pytest.mark.parametrize("text", ["P", "PT", "5M", "P1M", ""])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        silence.length_of(text)


def test_a_report_before_the_silence_was_due_does_not_end_it() -> None:
    silent = Reporting(started_at=0, heard_at=None, silent_since=10, version=1)
    for heard_at, reason in ((None, None), (0, None), (1, "reported"), (11, "reported")):
        state = Reporting(0, heard_at, 10, 1)
        assert silence.judged(state, 10, 0, 20)[1] == reason
    assert silence.judged(silent, 10, 0, 10**9) == (silent, None)
