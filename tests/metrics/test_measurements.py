"""What a body of measurements is answered, and what of it is in the log then."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from shared.events.metrics import Batch, LabelColumn, Voided
from shared.events.registry import SourceChanged
from tests.metrics.conftest import MEASURES, House


def value(house: House, amount: Any = "312.5", **more: Any) -> dict[str, Any]:
    return {"indicator": "permit.response-time", "at": house.at(minutes=5), "value": amount, **more}


def ints(data: bytes) -> list[int]:
    return [int(number) for number in np.frombuffer(data, "<i8")]


async def test_a_batch_is_answered_and_stands_in_the_log_as_columns(house: House) -> None:
    answer = await house.measure(
        {
            "indicator": "permit.availability",
            "at": "2026-11-10T11:59:00+07:00",
            "good": 998,
            "total": 1000,
            "labels": {"province": "50"},
        },
        value(house, 312.5),
        value(house, "0.000001"),
    )
    assert answer.status_code == 202
    body = answer.json()
    assert body == {"batch": body["batch"], "accepted": 3, "set_aside": []}
    [batch] = await house.told()
    assert isinstance(batch, Batch)
    assert (batch.batch, batch.service, batch.source, batch.agency) == (
        body["batch"],
        "permit",
        "land-office-api",
        "land-office",
    )
    assert (batch.rows, batch.received_at, batch.backfill) == (3, house.micros(), None)
    assert (batch.first_at, batch.last_at) == (house.micros(minutes=5), house.micros(minutes=1))
    ratio, values = batch.groups
    assert (ratio.indicator, ints(ratio.good), ints(ratio.total), ratio.value) == (
        "permit.availability",
        [998],
        [1000],
        b"",
    )
    assert ratio.labels == {"province": LabelColumn(["50"], b"")}
    assert (ints(values.value), values.good, values.labels) == ([312_500_000, 1], b"", {})


async def test_columns_may_give_times_as_microseconds_and_one_label_for_all(house: House) -> None:
    columns = {
        "indicator": "permit.availability",
        "at": [house.micros(minutes=2), house.at(minutes=1)],
        "bad": [2, 0],
        "total": [10, 10],
        "labels": {"province": "50"},
    }
    body = {"source": "land-office-api", "service": "permit", "columns": columns}
    answer = await house.send(MEASURES, body, "k")
    assert answer.status_code == 202, answer.text
    [batch] = await house.told()
    assert isinstance(batch, Batch)
    [group] = batch.groups
    assert ints(group.at) == [house.micros(minutes=2), house.micros(minutes=1)]
    assert (ints(group.good), ints(group.total)) == ([8, 10], [10, 10])
    assert group.labels == {"province": LabelColumn(["50"], b"")}


async def test_a_dry_run_answers_alike_and_stores_nothing(house: House) -> None:
    body = {
        "source": "land-office-api",
        "service": "permit",
        "measurements": [value(house), value(house, indicator="permit.new")],
    }
    answer = await house.send(f"{MEASURES}?dry_run=1", body)
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "batch": None,
            "accepted": 1,
            "set_aside": [{"reason": "unknown_indicator", "rows": 1}],
            "dry_run": True,
        },
    )
    assert await house.told() == []
    assert (await house.get("/api/metrics/v1/batches")).json()["items"] == []


async def test_the_same_batch_again_gets_the_same_answer_and_counts_once(house: House) -> None:
    first = await house.measure(value(house), key="monday")
    again = await house.measure(value(house), key="monday")
    assert (again.status_code, again.content) == (202, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    other = await house.measure(value(house, 1), key="monday")
    assert (other.status_code, other.json()["type"].rsplit("/", 1)[1]) == (409, "idempotency-key-reused")
    assert len(await house.told()) == 1


async def test_a_repeated_batch_is_recognised_though_it_would_be_judged_otherwise_now(house: House) -> None:
    sent = value(house)
    first = await house.measure(sent, key="monday")
    await house.tell(
        SourceChanged(
            version=2, code="land-office-api", agency="land-office", services=["permit"], state="disabled"
        )
    )
    again = await house.measure(sent, key="monday")
    assert (again.status_code, again.content) == (202, first.content)
    assert (await house.measure(value(house, 1), key="tuesday")).json()["type"].endswith("/not-yet-known")


async def test_two_sources_may_use_one_key(house: House) -> None:
    assert (await house.measure(value(house), key="k")).status_code == 202
    body = {"source": "city-api", "service": "permit", "measurements": [value(house)]}
    assert (await house.send(MEASURES, body, "k", agency="city")).status_code == 202
    assert len(await house.told()) == 2


async def test_rows_are_set_aside_with_the_reason_and_the_rest_counts(house: House) -> None:
    availability = {"indicator": "permit.availability", "at": house.at(), "good": 1, "total": 1}
    answer = await house.measure(
        value(house),
        value(house, indicator="permit.new"),
        value(house, indicator="permit.new", at=house.at(days=401)),
        value(house, labels={"province": "10"}),
        availability | {"labels": {"province": "10"}},
        availability | {"labels": {"province": "99"}},
        availability | {"labels": {}},
    )
    assert answer.json()["accepted"] == 3
    assert answer.json()["set_aside"] == [
        {"reason": "too_late", "rows": 1},
        {"reason": "unknown_indicator", "rows": 1},
        {"reason": "unknown_label", "rows": 2},
    ]
    [batch] = await house.told()
    assert isinstance(batch, Batch)
    assert batch.rows == 3
    detail = (await house.get(f"/api/metrics/v1/batches/{answer.json()['batch']}")).json()
    assert {(part["reason"], part["rows"], part["waiting"]) for part in detail["set_aside"]} == {
        ("too_late", 1, False),
        ("unknown_indicator", 1, True),
        ("unknown_label", 1, True),
    }


async def test_rows_set_aside_are_driven_again_when_their_indicator_appears(house: House) -> None:
    first = (
        await house.measure(
            value(house, 1, indicator="permit.new", labels={"desk": "a"}),
            value(house, 2, indicator="permit.new", labels={"desk": "b"}),
            value(house, -3, indicator="permit.new"),
        )
    ).json()
    assert (first["accepted"], await house.told()) == (0, [])
    await house.indicator("permit.new", "duration", {"desk": ["a"]})
    await house.fire()
    [batch] = await house.told()
    assert isinstance(batch, Batch)
    assert batch.batch != first["batch"]
    assert (batch.rows, ints(batch.groups[0].value)) == (1, [1_000_000])
    detail = (await house.get(f"/api/metrics/v1/batches/{batch.batch}")).json()
    assert (detail["parent"], detail["rows"]) == (first["batch"], 1)
    left = (await house.get(f"/api/metrics/v1/batches/{first['batch']}")).json()["set_aside"]
    assert sorted((part["reason"], part["rows"], part["waiting"]) for part in left) == [
        ("does_not_fit", 1, False),
        ("unknown_label", 1, True),
    ]
    await house.indicator("permit.new", "duration", {"desk": ["a", "b"]})
    await house.fire()
    assert [batch.rows for batch in await house.told() if isinstance(batch, Batch)] == [1, 1]


async def test_a_batch_judged_before_its_indicator_came_is_judged_again(house: House) -> None:
    """Else its rows would be set aside behind the back of what drives them again."""
    picture = house.app.state.contexts["metrics"].parts["intake"]._picture
    await house.measure(value(house))
    old = picture._known
    await house.indicator("permit.new")
    picture._known, picture._old = old, False
    answer = await house.measure(value(house, indicator="permit.new"))
    assert (answer.json()["accepted"], answer.json()["set_aside"]) == (1, [])


async def test_voiding_takes_the_batch_and_what_was_driven_again_out(house: House) -> None:
    answer = (await house.measure(value(house), value(house, indicator="permit.new"))).json()
    await house.indicator("permit.new")
    await house.fire()
    path = f"/api/metrics/v1/batches/{answer['batch']}/void"
    assert (await house.send(path, {"reason": "x"}, agency="city")).status_code == 404
    voided = await house.send(path, {"reason": "wrong file"})
    assert (voided.status_code, voided.json()["state"]) == (200, "voided")
    first, child, *voids = await house.told()
    assert isinstance(first, Batch)
    assert isinstance(child, Batch)
    assert [(void.batch, void.reason, void.measurements) for void in voids if isinstance(void, Voided)] == [
        (first.batch, "wrong file", first),
        (child.batch, "wrong file", child),
    ]
    again = await house.send(path, {"reason": "wrong file"})
    assert (again.status_code, again.json()["type"].rsplit("/", 1)[1]) == (409, "already-voided")


async def test_the_owner_reads_batches_and_rows_and_nobody_else(house: House) -> None:
    sent = [value(house, n) for n in range(1, 4)]
    ids = [(await house.measure(row)).json()["batch"] for row in sent[:2]]
    ids.append((await house.measure(*sent, {**sent[0], "labels": {}, "value": "-0.5"})).json()["batch"])
    page = (await house.get("/api/metrics/v1/batches?limit=2")).json()
    rest = (await house.get(f"/api/metrics/v1/batches?limit=2&after={page['next']}")).json()
    assert sorted(item["id"] for item in page["items"] + rest["items"]) == sorted(ids)
    assert rest["next"] is None
    path = f"/api/metrics/v1/batches/{ids[2]}/measurements"
    rows = (await house.get(f"{path}?limit=3")).json()
    assert [row["value"] for row in rows["items"]] == ["1", "2", "3"]
    last = (await house.get(f"{path}?after={rows['next']}")).json()
    assert (last["next"], last["items"][0]["value"]) == (None, "-0.5")
    for agency in ("city", None):
        assert (await house.get(path, agency)).status_code == 404
        assert (await house.get("/api/metrics/v1/batches", agency)).json()["items"] == []


@pytest.mark.parametrize(
    ("source", "service", "agency"),
    [
        ("nobody-api", "permit", "land-office"),
        ("city-api", "permit", "land-office"),
        ("land-office-api", "nothing", "land-office"),
        ("land-office-api", "other", "land-office"),
        ("land-office-api", "permit", None),
    ],
)
async def test_what_is_unknown_or_anothers_is_answered_alike(
    embedded: House, monkeypatch: pytest.MonkeyPatch, source: str, service: str, agency: str | None
) -> None:
    monkeypatch.setattr("shared.http.NOT_YET_KNOWN_WAIT", 0.1)
    body = {"source": source, "service": service, "measurements": [value(embedded)]}
    answer = await embedded.send(MEASURES, body, "k", agency=agency)
    problem = answer.json()
    assert (answer.status_code, problem["type"].rsplit("/", 1)[1]) == (409, "not-yet-known")
    assert answer.headers["retry-after"] == "2"
    assert problem["detail"].replace(repr(source), "S").replace(repr(service), "V") == (
        "the source S or the service V is not known here (yet), or the source is not your agency's, or not "
        "registered for this service"
    )
    assert "errors" not in problem
