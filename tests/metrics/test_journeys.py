"""Journey events, backfills, ticks and replays."""

from __future__ import annotations

from typing import Any

import pytest

from services.metrics.domain.journeys import is_citizen_id
from services.metrics.handlers import replay
from services.metrics.handlers.ticks import tick
from shared.events.evaluation import ReplayRequested
from shared.events.metrics import Batch, JourneyBatch, JourneyEvent, Replayed, Sealed, Tick, Voided
from shared.events.registry import ServiceChanged, SourceChanged, StepState
from shared.events.topics import REPLAYS
from tests.metrics.conftest import EVENTS, House

BACKFILLS = "/api/metrics/v1/backfills"


def event(house: House, **more: Any) -> dict[str, Any]:
    return {"id": "e1", "journey": "case-1", "step": "t01", "edge": "point", "at": house.at(hours=1)} | more


async def post(house: House, *events: dict[str, Any], key: str = "k", **more: Any) -> Any:
    body = {"source": "land-office-api", "service": "permit", "events": list(events), **more}
    return await house.send(EVENTS, body, key)


async def test_events_stand_in_the_log_with_who_performed_them(house: House) -> None:
    await house.tell(
        SourceChanged(
            version=2, code="land-office-api", agency="land-office", services=["permit"], holder="previous"
        )
    )
    answer = await post(
        house,
        event(house),
        event(house, id="e2", step="t05", agency="land-office", edge="start"),
        event(house, id="e3", step="t05", agency=None, edge="end"),
        event(house, id="e4", step="t99"),
        event(house, id="e5", labels={"province": "77"}),
        event(house, id="e6", labels={"province": "50"}),
        event(house, id="e7", at=house.at(days=500)),
    )
    assert answer.status_code == 202, answer.text
    assert answer.json()["accepted"] == 4
    assert answer.json()["set_aside"] == [
        {"reason": "too_late", "rows": 1},
        {"reason": "unknown_label", "rows": 1},
        {"reason": "unknown_step", "rows": 1},
    ]
    [batch] = await house.told()
    at = house.micros(hours=1)
    assert batch == JourneyBatch(
        batch=answer.json()["batch"],
        service="permit",
        source="land-office-api",
        agency="land-office",
        received_at=house.micros(),
        first_at=at,
        last_at=at,
        events=[
            JourneyEvent("e1", "case-1", "t01", "land-office", "point", at, {}),
            JourneyEvent("e2", "case-1", "t05", "land-office", "start", at, {}),
            JourneyEvent("e3", "case-1", "t05", None, "end", at, {}),
            JourneyEvent("e6", "case-1", "t01", "land-office", "point", at, {"province": "50"}),
        ],
        holder="previous",
    )
    rows = (await house.get(f"/api/metrics/v1/batches/{batch.batch}/measurements?limit=2")).json()
    assert [row["id"] for row in rows["items"]] == ["e1", "e2"]
    assert (await post(house, event(house), key="k")).status_code == 409


async def test_a_pause_and_its_resume_carry_their_reason(house: House) -> None:
    why = "waits-for-applicant"
    answer = await post(
        house,
        event(house, edge="pause", reason=why),
        event(house, id="e2", edge="resume", reason=why, agency="city"),
    )
    assert answer.status_code == 202, answer.text
    [batch] = await house.told()
    assert isinstance(batch, JourneyBatch)
    told = [(one.edge, one.agency, one.reason) for one in batch.events]
    assert told == [("pause", "land-office", why), ("resume", "city", why)]
    rows = (await house.get(f"/api/metrics/v1/batches/{batch.batch}/measurements")).json()
    assert [row["reason"] for row in rows["items"]] == [why, why]


@pytest.mark.parametrize(
    "wrong",
    [
        {"edge": "pause"},
        {"edge": "resume"},
        {"edge": "pause", "reason": ""},
        {"edge": "pause", "reason": "Mr Somchai is on holiday"},
        {"edge": "pause", "reason": "a" * 65},
        {"edge": "end", "reason": "waits-for-applicant"},
        {"reason": "waits-for-applicant"},
    ],
)
async def test_a_reason_is_a_code_and_belongs_to_pauses(house: House, wrong: dict[str, str]) -> None:
    answer = await post(house, event(house), event(house, id="e2", **wrong))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/events/1/reason"


async def test_events_of_a_step_that_comes_later_are_driven_again(house: House) -> None:
    answer = await post(house, event(house, step="t99"), event(house, id="e2", step="t98"))
    assert answer.json()["accepted"] == 0
    steps = [StepState(code="t99", name={"en": "new"}, agency="city")]
    await house.tell(
        ServiceChanged(version=2, code="permit", name={"en": "permit"}, owner="city", steps=steps)
    )
    await house.fire()
    [batch] = await house.told()
    assert isinstance(batch, JourneyBatch)
    assert [(told.id, told.step) for told in batch.events] == [("e1", "t99")]
    left = (await house.get(f"/api/metrics/v1/batches/{answer.json()['batch']}")).json()["set_aside"]
    assert left == [{"reason": "unknown_step", "rows": 1, "waiting": True}]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("1101700230708", True),
        ("1 1017 00230 70 8", True),
        ("1101700230709", False),
        ("110170023070", False),
        ("case-1101700230708", False),
    ],
)
def test_thai_citizen_ids_are_known_by_their_check_digit(text: str, is_one: bool) -> None:
    assert is_citizen_id(text) is is_one


async def test_a_backfill_takes_any_age_within_its_span_until_it_is_sealed(house: House) -> None:
    body = {
        "source": "land-office-api",
        "service": "permit",
        "from": house.at(days=900),
        "to": house.at(days=800),
        "reason": "history of the old system",
    }
    opened = await house.send(BACKFILLS, body)
    assert opened.status_code == 201, opened.text
    id = opened.json()["id"]
    assert opened.headers["location"] == f"{BACKFILLS}/{id}"
    inside = event(house, at=house.at(days=850))
    accepted = await post(house, inside, backfill=id)
    assert accepted.json()["accepted"] == 1, accepted.text
    row = {"indicator": "permit.response-time", "at": house.at(days=900), "value": 1}
    assert (await house.measure(row, backfill=id)).json()["accepted"] == 1
    outside = await house.measure(row | {"at": house.at(days=800)}, backfill=id)
    assert (outside.status_code, outside.json()["errors"][0]["pointer"]) == (422, "/measurements/0/at")
    assert (await house.send(f"{BACKFILLS}/{id}/seal", {}, agency="city")).status_code == 404
    assert (await house.get(f"{BACKFILLS}/{id}", "city")).status_code == 404
    sealed = await house.send(f"{BACKFILLS}/{id}/seal", b"")
    assert (sealed.status_code, sealed.json()["state"], sealed.json()["batches"], sealed.json()["rows"]) == (
        200,
        "sealed",
        2,
        2,
    )
    for answer in (
        await post(house, inside, key="later", backfill=id),
        await house.send(f"{BACKFILLS}/{id}/seal", b""),
    ):
        assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[1]) == (409, "backfill-sealed")
    repeated = await post(house, inside, backfill=id)
    assert (repeated.status_code, repeated.content) == (202, accepted.content)
    journeys, batch, seal = await house.told()
    assert isinstance(journeys, JourneyBatch)
    assert isinstance(batch, Batch)
    assert (journeys.backfill, batch.backfill) == (id, id)
    assert seal == Sealed(
        id,
        "permit",
        "land-office-api",
        "land-office",
        house.micros(days=900),
        house.micros(days=800),
        "history of the old system",
    )
    listed = (await house.get(BACKFILLS)).json()["items"]
    assert [item["state"] for item in listed] == ["sealed"]


async def test_a_backfill_is_history_with_a_beginning_and_an_end(embedded: House) -> None:
    body = {"source": "land-office-api", "service": "permit", "reason": "x"}
    for start, end in ((1, 2), (1, 1), (1, -1)):
        answer = await embedded.send(
            BACKFILLS, body | {"from": embedded.at(days=start), "to": embedded.at(days=end)}
        )
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/to")


async def test_a_tick_stands_behind_what_was_accepted(house: House) -> None:
    await post(house, event(house))
    await house.db.write(tick)
    await post(house, event(house, id="e2"), key="k2")
    first, found, second = await house.told()
    assert isinstance(first, JourneyBatch)
    assert found == Tick(house.micros())
    assert isinstance(second, JourneyBatch)


async def test_a_replay_tells_matching_batches_again_in_parts(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "PART_BATCHES", 2)
    for days in (1, 2, 3, 4, 5, 6):
        await house.measure({"indicator": "permit.response-time", "at": house.at(days=days), "value": days})
    await post(house, event(house, at=house.at(days=3)))
    told = [batch for batch in await house.told() if isinstance(batch, Batch | JourneyBatch)]
    path = f"/api/metrics/v1/batches/{told[3].batch}/void"
    assert (await house.send(path, {"reason": "wrong"})).status_code == 200
    request = ReplayRequested(
        version=1,
        request="r1",
        service="permit",
        from_at=house.micros(days=5),
        to_at=house.micros(days=1),
    )
    for _ in range(2):
        await house.tell(request)
        await house.fire()
    heard = await house.told(REPLAYS)
    again = [one for one in heard if not isinstance(one, Replayed)]
    *parts, reached = [one for one in heard if isinstance(one, Replayed)]
    assert reached == Replayed("r1", "permit", told=4, total=4, done=True)
    assert not any(part.done for part in parts)
    assert again == [told[1], told[2], told[4], told[6]]


async def test_a_replay_without_batches_ends(house: House) -> None:
    await house.tell(ReplayRequested(version=1, request="r", service="other", from_at=0, to_at=1))
    await house.fire()
    assert await house.told(REPLAYS) == [Replayed("r", "other", told=0, total=0, done=True)]


async def test_voiding_journeys_carries_them(house: House) -> None:
    answer = (await post(house, event(house))).json()
    await house.send(f"/api/metrics/v1/batches/{answer['batch']}/void", {"reason": "twice"})
    batch, void = await house.told()
    assert isinstance(batch, JourneyBatch)
    assert void == Voided(answer["batch"], "permit", "twice", None, batch)
