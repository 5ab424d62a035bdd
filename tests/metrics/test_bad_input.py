"""Every kind of bad body is a 4xx that says where and what; nothing of it is stored."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.metrics.conftest import EVENTS, MEASURES, House

ROW = '{"indicator":"permit.response-time","at":"2026-11-10T04:00:00Z","value":1}'
RATIO = '{"indicator":"permit.availability","at":"2026-11-10T04:00:00Z","good":1,"total":2}'


def rows(*texts: str) -> bytes:
    return f'{{"source":"land-office-api","service":"permit","measurements":[{",".join(texts)}]}}'.encode()


def columns(**given: Any) -> bytes:
    column = {"indicator": "permit.response-time", "at": ["2026-11-10T04:00:00Z"], "value": [1]} | given
    found = {name: value for name, value in column.items() if value is not None}
    return json.dumps({"source": "land-office-api", "service": "permit", "columns": found}).encode()


def labelled(value: str) -> str:
    return ROW.replace(":1}", f':1,"labels":{{"a":{value}}}}}')


AT = '"2026-11-10T04:00:00Z"'
BAD: list[tuple[str, bytes, int, str]] = [
    ("empty", b"", 400, ""),
    ("malformed", b'{"source":', 400, ""),
    ("no object", b"[1]", 422, ""),
    ("trailing", rows(ROW) + b"x", 400, ""),
    ("byte order mark", b"\xef\xbb\xbf" + rows(ROW), 400, ""),
    ("invalid UTF-8", rows(ROW).replace(b"response", b"\xff"), 400, ""),
    ("lone surrogate", rows(ROW.replace("response", "\\ud800")), 400, ""),
    ("deep", b"[" * 100_000, 400, ""),
    ("deep inside", rows(ROW.replace(":1}", ":" + "[" * 5000 + "]" * 5000 + "}")), 400, ""),
    ("double key", rows(ROW.replace('"value":1', '"value":1,"value":2')), 400, ""),
    ("double list", rows(ROW)[:-1] + b',"measurements":[' + ROW.encode() + b"]}", 400, ""),
    ("NaN", rows(ROW.replace(":1}", ":NaN}")), 400, ""),
    ("Infinity", rows(ROW.replace(":1}", ":-Infinity}")), 400, ""),
    ("NaN in a string", rows(ROW.replace(":1}", ':"NaN"}')), 422, "/measurements/0/value"),
    ("10^400", rows(ROW, ROW.replace(":1}", ":1e400}")), 422, "/measurements/1/value"),
    ("10^400 in digits", rows(ROW.replace(":1}", f":1{'0' * 400}}}")), 422, "/measurements/0/value"),
    ("30 digits", rows(ROW.replace(":1}", f":{'7' * 30}}}")), 422, "/measurements/0/value"),
    ("7 decimals", rows(ROW.replace(":1}", ":0.1234567}")), 422, "/measurements/0/value"),
    ("17 digits", rows(ROW.replace(":1}", ":0.30000000000000004}")), 422, "/measurements/0/value"),
    ("null", rows(ROW.replace(":1}", ":null}")), 422, "/measurements/0/value"),
    ("true", rows(ROW.replace(":1}", ":true}")), 422, "/measurements/0/value"),
    ("no offset", rows(ROW.replace("Z", "")), 422, "/measurements/0/at"),
    ("no time", rows(ROW.replace("2026-11-10T04:00:00Z", "noon")), 422, "/measurements/0/at"),
    ("year 9999", rows(ROW.replace("2026", "9999")), 422, "/measurements/0/at"),
    ("future", rows(ROW, ROW.replace("T04:00", "T05:06")), 422, "/measurements/1/at"),
    ("number as time", rows(ROW.replace(AT, "5")), 422, "/measurements/0/at"),
    ("good > total", rows(RATIO, RATIO.replace('"good":1', '"good":3')), 422, "/measurements/1/good"),
    ("bad > total", rows(RATIO.replace('"good":1', '"bad":3')), 422, "/measurements/0/bad"),
    ("negative good", rows(RATIO.replace('"good":1', '"good":-1')), 422, "/measurements/0/good"),
    ("broken total", rows(RATIO.replace('"total":2', '"total":2.5')), 422, "/measurements/0/total"),
    ("huge total", rows(RATIO.replace('"total":2', f'"total":{"9" * 30}')), 422, "/measurements/0/total"),
    ("both shapes", rows(ROW.replace(":1}", ':1,"good":1,"total":1}')), 422, "/measurements/0"),
    ("a stray good", rows(ROW, ROW.replace(":1}", ':1,"good":1}')), 422, "/measurements/1"),
    ("no amount", rows(ROW.replace(',"value":1', "")), 422, "/measurements/0"),
    ("total alone", rows(RATIO.replace('"good":1,', "")), 422, "/measurements/0"),
    ("value of a ratio", rows(ROW.replace("response-time", "availability")), 422, "/measurements/0/value"),
    ("counts of a value", rows(RATIO.replace("availability", "response-time")), 422, "/measurements/0/total"),
    ("unknown field", rows(ROW.replace(":1}", ':1,"vaule":1}')), 422, "/measurements/0"),
    ("labels of another kind", rows(labelled("1")), 422, "/measurements/0/labels/..."),
    ("control character", rows(labelled('"\\u0000"')), 422, "/measurements/0/labels/a"),
    ("no rows", rows(), 422, "/measurements"),
    ("no source", rows(ROW).replace(b'"source":"land-office-api",', b""), 422, ""),
    ("neither form", b'{"source":"s","service":"v"}', 422, "/measurements"),
    ("too many rows", rows(*[ROW] * 10_001), 422, "/measurements"),
    ("lengths differ", columns(value=[1, 2]), 422, "/columns/value"),
    ("label lengths differ", columns(labels={"a": ["x", "y"]}), 422, "/columns/labels/a"),
    ("column without amounts", columns(value=None), 422, "/columns"),
    ("column in the future", columns(at=[1_800_000_000_000_000]), 422, "/columns/at/0"),
    ("column far outside", columns(at=[10**30]), 422, "/columns/at/0"),
    ("column without offset", columns(at=["2026-11-10T04:00:00"]), 422, "/columns/at/0"),
    ("bad column value", columns(value=["1e400"]), 422, "/columns/value/0"),
    ("unknown backfill", rows(ROW)[:-1] + b',"backfill":"nothing"}', 409, ""),
]  # fmt: skip

EVENT = '{"id":"e1","journey":"case-1","step":"t01","edge":"point","at":"2026-11-10T04:00:00Z"}'


def events(*texts: str) -> bytes:
    return f'{{"source":"land-office-api","service":"permit","events":[{",".join(texts)}]}}'.encode()


BAD_EVENTS: list[tuple[str, bytes, int, str]] = [
    ("malformed", b"{", 400, ""),
    ("double key", events(EVENT.replace('"id":"e1"', '"id":"e1","id":"e2"')), 400, ""),
    ("no events", events(), 422, "/events"),
    ("unknown edge", events(EVENT.replace("point", "middle")), 422, "/events/0/edge"),
    ("no id", events(EVENT.replace('"id":"e1",', "")), 422, "/events/0"),
    ("empty id", events(EVENT, EVENT.replace('"e1"', '""')), 422, "/events/1/id"),
    ("no offset", events(EVENT.replace("Z", "")), 422, "/events/0/at"),
    ("future", events(EVENT.replace("2026", "2027")), 422, "/events/0/at"),
    ("citizen id", events(EVENT.replace("case-1", "1101700230708")), 422, "/events/0/journey"),
    ("spelled citizen id", events(EVENT.replace("case-1", "1-1017-00230-70-8")), 422, "/events/0/journey"),
    ("unknown agency", events(EVENT.replace('"edge"', '"agency":"nobody","edge"')), 409, ""),
]  # fmt: skip


async def test_every_bad_body_is_answered_with_where_and_what(
    embedded: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.http.NOT_YET_KNOWN_WAIT", 0.05)
    for path, table in ((MEASURES, BAD), (EVENTS, BAD_EVENTS)):
        for name, body, status, pointer in table:
            answer = await embedded.send(path, body, f"key-{name}")
            assert answer.status_code == status, (name, answer.text)
            assert answer.headers["content-type"] == "application/problem+json"
            problem = answer.json()
            assert len(problem["detail"]) > 10, name
            if status == 422:
                assert problem["errors"][0]["pointer"] == pointer, (name, problem)
                assert all(error["detail"] for error in problem["errors"])
    assert await embedded.told() == []


async def test_the_good_bodies_of_the_table_are_good(embedded: House) -> None:
    for number, (path, body) in enumerate(
        ((MEASURES, rows(ROW, RATIO)), (MEASURES, columns()), (EVENTS, events(EVENT)))
    ):
        answer = await embedded.send(path, body, f"good-{number}")
        assert answer.status_code == 202, answer.text
        assert answer.json()["set_aside"] == []


async def test_requests_that_are_no_batches(embedded: House) -> None:
    good = rows(ROW)
    cases: list[tuple[int, dict[str, Any]]] = [
        (422, {"key": None}),
        (422, {"key": "x" * 256}),
        (422, {"key": "tab\there"}),
        (415, {"key": "k", "headers": {"content-type": "text/plain"}}),
        (415, {"key": "k", "headers": {"content-encoding": "gzip"}}),
        (401, {"key": "k", "headers": {"authorization": "Bearer nonsense"}}),
        (401, {"key": "k", "headers": {"authorization": f"Bearer {embedded.token(lasts=-60)}"}}),
        (403, {"key": "k", "headers": {"authorization": f"Bearer {embedded.token('city', 'viewer')}"}}),
    ]
    for status, given in cases:
        answer = await embedded.send(MEASURES, good, **given)
        assert answer.status_code == status, (given, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
    answer = await embedded.send(f"{MEASURES}?dryrun=1", good, "k")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "?dryrun")
    assert await embedded.told() == []


async def test_a_body_over_the_limit_is_refused_also_in_chunks(embedded: House) -> None:
    large = b" " * (4 << 20) + rows(ROW)
    assert (await embedded.send(MEASURES, large, "k")).status_code == 413

    async def chunks() -> Any:
        for start in range(0, len(large), 1 << 16):
            yield large[start : start + (1 << 16)]

    headers = {
        "authorization": f"Bearer {embedded.token()}",
        "content-type": "application/json",
        "idempotency-key": "k",
    }
    answer = await embedded.client.post(MEASURES, content=chunks(), headers=headers)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_hundred_faults_are_listed_and_the_rest_counted(embedded: House) -> None:
    answer = await embedded.send(MEASURES, rows(*[ROW.replace(":1}", ":0.1234567}")] * 150), "k")
    assert (answer.status_code, len(answer.json()["errors"])) == (422, 100)
