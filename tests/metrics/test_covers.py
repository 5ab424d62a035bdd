"""A report of nothing: a batch like others, which says for which span it is complete."""

from __future__ import annotations

from typing import Any

import pytest

from shared.events.metrics import Batch, Cover, JourneyBatch, Voided, event_of, pack, unpack
from tests.metrics.conftest import MEASURES, House

AVAILABLE, SLOW = "permit.availability", "permit.response-time"


def covering(house: House, **changes: Any) -> dict[str, Any]:
    return {"from": house.at(minutes=10), "to": house.at(minutes=0), "indicators": [SLOW], **changes}


async def test_a_report_of_nothing_is_a_batch(house: House) -> None:
    covers = covering(house, indicators=[SLOW, AVAILABLE])
    answer = await house.measure(key="k", covers=covers)
    assert answer.status_code == 202, answer.text
    body = answer.json()
    assert body == {"batch": body["batch"], "accepted": 0, "set_aside": []}
    [batch] = await house.told()
    assert isinstance(batch, Batch)
    assert (batch.rows, batch.groups) == (0, [])
    assert batch.covers == Cover(house.micros(minutes=10), house.micros(), [AVAILABLE, SLOW])
    assert (batch.first_at, batch.last_at) == (house.micros(minutes=10), house.micros() - 1)

    again = await house.measure(key="k", covers=covers)
    assert (again.json(), again.headers["idempotency-replayed"]) == (body, "true")
    other = await house.measure(key="k", covers=covering(house))
    assert other.status_code == 409
    assert len(await house.told()) == 1

    read = await house.get(f"/api/metrics/v1/batches/{body['batch']}/measurements")
    assert read.json() == {"items": [], "next": None}
    void = await house.send(f"/api/metrics/v1/batches/{body['batch']}/void", {"reason": "a test"})
    assert void.status_code == 200, void.text
    [_, voided] = await house.told()
    assert isinstance(voided, Voided)
    assert voided.measurements == batch


async def test_it_may_stand_beside_rows(house: House) -> None:
    row = {"indicator": SLOW, "at": house.at(minutes=20), "value": 3}
    assert (await house.measure(row, covers=covering(house))).status_code == 202
    columns = {"indicator": SLOW, "at": [house.micros(minutes=1)], "value": [1]}
    body = {"source": "land-office-api", "service": "permit", "columns": columns, "covers": covering(house)}
    assert (await house.send(MEASURES, body, "k")).status_code == 202
    rows, by_columns = await house.told()
    assert isinstance(rows, Batch)
    assert isinstance(by_columns, Batch)
    assert (rows.first_at, rows.last_at) == (house.micros(minutes=20), house.micros() - 1)
    assert (by_columns.first_at, by_columns.rows) == (house.micros(minutes=10), 1)
    assert rows.covers == by_columns.covers


async def test_within_a_backfill_it_lies_in_its_span(house: House) -> None:
    span = {"from": house.at(days=900), "to": house.at(days=890), "reason": "history"}
    opened = await house.send(
        "/api/metrics/v1/backfills", {"source": "land-office-api", "service": "permit", **span}
    )
    named = {"backfill": opened.json()["id"]}
    inside = covering(house, **{"from": house.at(days=900), "to": house.at(days=890)})
    assert (await house.measure(covers=inside, **named)).status_code == 202
    for change in ({"from": house.at(days=901)}, {"to": house.at(days=889)}):
        assert (await house.measure(covers={**inside, **change}, **named)).status_code == 422


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"from": "2026-11-10T12:00:00+07:00", "to": "2026-11-10T12:00:00+07:00"}, "/covers/to"),
        ({"to": "2026-11-10T12:06:00+07:00"}, "/covers/to"),
        ({"from": "2026-11-10T11:00:30+07:00"}, "/covers/from"),
        ({"from": "2026-11-10 11:00"}, "/covers/from"),
        ({"from": "2020-01-01T00:00:00Z"}, "/covers/from"),
        ({"indicators": []}, "/covers/indicators"),
        ({"indicators": [SLOW, SLOW]}, "/covers/indicators"),
        ({"indicators": ["x" * 65]}, "/covers/indicators/0"),
        ({"indicators": [f"i{n}" for n in range(101)]}, "/covers/indicators"),
    ],
)
async def test_wrong_ones_are_refused_where_they_are_wrong(
    embedded: House, changes: dict[str, Any], pointer: str
) -> None:
    answer = await embedded.measure(covers=covering(embedded, **changes))
    assert answer.status_code == 422, answer.text
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert await embedded.told() == []


async def test_the_shape_is_strict_and_nothing_without_covers_stays_refused(embedded: House) -> None:
    assert (await embedded.measure()).status_code == 422
    assert (await embedded.measure(covers={**covering(embedded), "note": "x"})).status_code == 422
    body = {"source": "land-office-api", "service": "permit", "covers": covering(embedded)}
    assert (await embedded.send(MEASURES, body, "k")).status_code == 422
    double = (
        b'{"source":"land-office-api","service":"permit","measurements":[],"covers":'
        b'{"from":"2026-11-10T00:00:00Z","from":"2026-11-10T00:00:00Z","to":"2026-11-10T01:00:00Z",'
        b'"indicators":["permit.response-time"]}}'
    )
    assert (await embedded.send(MEASURES, double, "k")).status_code == 400


async def test_an_unknown_indicator_is_waited_for(embedded: House) -> None:
    answer = await embedded.measure(covers=covering(embedded, indicators=["permit.nothing"]))
    assert answer.status_code == 409
    assert "permit.nothing" in answer.json()["detail"]


def test_batches_that_were_stored_before_there_were_covers_are_read() -> None:
    import msgspec
    import zstandard

    batch = Batch("b", "permit", "s", "land", 1, 1, 1, 0, [])
    old = msgspec.msgpack.decode(msgspec.msgpack.encode(batch))
    del old["covers"]
    kind = event_of("sanya.metrics.batch.accepted.v1", batch).type
    assert unpack(kind, zstandard.compress(msgspec.msgpack.encode(old))) == batch
    assert unpack(kind, pack(batch)) == batch
    assert JourneyBatch.__struct_fields__[-1] == "backfill"
