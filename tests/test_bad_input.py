"""Every kind of bad input at the whole application: a 4xx with a sentence that helps, and nothing is stored.

One row a kind; the services' own tests go through each of their fields (tests/<service>/test_bad_input.py,
tests/sla/test_validation.py).
"""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from joserfc import jwt
from joserfc.jwk import OKPKey

from shared.auth import ALGORITHM, ALGORITHMS, Role
from shared.events.metrics import TICK
from shared.http import PROBLEM_JSON
from tests.e2e.instance import AGREEMENT, objective
from tests.whole import (
    METRICS,
    OF_AN_AGENCY,
    REGISTRY,
    SERVICE,
    SLA,
    Whole,
    agreement,
    backfill_of,
    measurements,
    open_whole,
)

ROWS = f"{METRICS}/measurements"
AGENCIES = f"{REGISTRY}/agencies"
AGREEMENTS = f"{SLA}/agreements"
REVISION = f"{AGREEMENTS}/{AGREEMENT}/revisions"
INDICATORS = f"{SLA}/indicators"
BACKFILLS = f"{METRICS}/backfills"
IMPORTS = f"{SLA}/agreement-imports"
YESTERDAY, TOMORROW = ((datetime.now(UTC) + timedelta(days=days)).isoformat() for days in (-1, 1))
INDICATOR = {"code": "other", "name": {"en": "Other"}, "kind": "value", "unit": "ms"}


def row(**changes: Any) -> dict[str, Any]:
    return measurements({"indicator": "permit.response-time", "at": YESTERDAY, "value": 1, **changes})


def ratio(good: Any, total: Any) -> dict[str, Any]:
    return measurements({"indicator": "permit.availability", "at": YESTERDAY, "good": good, "total": total})


def promise(target: Any) -> dict[str, Any]:
    return agreement(code="other", objectives=[objective("up", "permit.availability", target=target)])


def both(*bodies: dict[str, Any]) -> dict[str, Any]:
    return measurements(*(one for body in bodies for one in body["measurements"]))


def starting(at: str) -> dict[str, Any]:
    return agreement(code="other", effective_from=at)


def raw(body: Any, old: str, new: str) -> bytes:
    """The body with a part replaced by what `json` would not write."""
    text = json.dumps(body)
    assert old in text
    return text.replace(old, new).encode("latin-1")


def file_of(content: str, **changes: Any) -> dict[str, Any]:
    return {"format": "openslo", "agreement": AGREEMENT, "content": content, "hash": "0" * 64, **changes}


def row_of(value: str) -> bytes:
    return raw(row(), '"value": 1', f'"value": {value}')


def promise_of(target: str) -> bytes:
    return raw(promise(7), '"target": 7', f'"target": {target}')


async def chunks() -> AsyncIterator[bytes]:
    """More than any address takes, of no declared length."""
    for _ in range(5 << 4):
        yield b" " * (1 << 16)


# kind, method, address, body, status, what the answer says
BAD: list[tuple[str, str, str, Any, int, str]] = [
    ("malformed", "POST", ROWS, b'{"source":', 400, "JSON"),
    ("malformed", "POST", AGREEMENTS, b'{"code":', 400, "line 1, column 9"),
    ("a number", "POST", f"{REVISION}/{{digest}}/offer", b"1.5", 422, "object"),
    ("NaN", "POST", ROWS, row_of("NaN"), 400, "NaN"),
    ("NaN", "POST", AGREEMENTS, promise_of("NaN"), 400, "NaN"),
    ("infinite", "POST", ROWS, row_of("-Infinity"), 400, "Infinity"),
    ("negative", "POST", ROWS, ratio(-1, 2), 422, "/measurements/0/good"),
    ("10^400", "POST", ROWS, row_of("1e400"), 422, "/measurements/0/value"),
    ("10^400", "POST", AGREEMENTS, promise_of("1e400"), 400, "digits"),
    ("30 digits", "POST", ROWS, row_of("7" * 30), 422, "/measurements/0/value"),
    ("30 digits", "POST", AGREEMENTS, promise("7" * 30), 422, "/objectives/0/target"),
    ("no offset", "POST", ROWS, row(at="2026-01-01T00:00:00"), 422, "/measurements/0/at"),
    ("no offset", "POST", AGREEMENTS, starting("2026-01-01T00:00:00"), 422, "/effective_from"),
    ("year 9999", "POST", ROWS, row(at="9999-12-31T23:59:59Z"), 422, "/measurements/0/at"),
    ("year 9999", "POST", AGREEMENTS, starting("9999-12-31T23:59:59-23:59"), 422, "/effective_from"),
    ("future", "POST", ROWS, row(at=TOMORROW), 422, "/measurements/0/at"),
    ("future", "POST", BACKFILLS, {**backfill_of("land-api"), "to": TOMORROW}, 422, "/to"),
    ("good > total", "POST", ROWS, ratio(3, 2), 422, "/measurements/0/good"),
    ("half a batch", "POST", ROWS, both(row(), ratio(3, 2)), 422, "/measurements/1/good"),
    ("unknown service", "POST", ROWS, {**row(), "service": "unheard-of"}, 409, "unheard-of"),
    ("unknown service", "POST", INDICATORS, {**INDICATOR, "service": "unheard-of"}, 409, "/service"),
    ("unknown source", "POST", ROWS, {**row(), "source": "unheard-of"}, 409, "unheard-of"),
    ("over the limit", "POST", ROWS, b" " * (4 << 20) + b"{}", 413, "larger"),
    ("over the limit", "POST", AGENCIES, b" " * (1 << 20) + b"{}", 413, "larger"),
    ("over the limit in chunks", "POST", ROWS, chunks, 413, "larger"),
    ("over the limit in chunks", "POST", AGREEMENTS, chunks, 413, "larger"),
    ("deep", "POST", ROWS, b"[" * 100_000, 400, "nested"),
    ("deep", "POST", AGREEMENTS, b'{"a":' * 100_000, 400, "nested"),
    ("double key", "POST", ROWS, row_of('7, "value": 8'), 400, "twice"),
    ("double key", "POST", AGREEMENTS, b'{"code": "x", "code": "y"}', 400, "twice"),
    ("double key in YAML", "POST", IMPORTS, file_of("a: 1\na: 2"), 400, "again in line 2"),
    ("YAML that grows", "POST", IMPORTS, file_of("a: &x [1, 1]\nb: [*x, *x]"), 400, "anchors"),
    ("YAML that runs", "POST", IMPORTS, file_of("a: !!python/object/apply:os.system [ls]"), 400, "tags"),
    ("no OpenSLO", "POST", IMPORTS, file_of("apiVersion: v1\nkind: Pod"), 422, "/0/kind"),
    ("formula", "POST", IMPORTS, file_of("code,target\nx,=1+1", format="csv"), 422, "formula"),
    ("no UTF-8", "POST", ROWS, raw(row(), SERVICE, "\xff"), 400, "UTF-8"),
    ("no UTF-8", "POST", AGREEMENTS, raw(agreement(), SERVICE, "\xff"), 400, "UTF-8"),
    ("stale hash", "POST", f"{REVISION}/{{digest}}/acceptances", {"hash": "0" * 64}, 409, "hash"),
    ("negative cursor", "GET", "/api/delivery/v1/events?after=-1", None, 422, "?after"),
    ("negative cursor", "GET", f"{AGENCIES}?after=-1", None, 422, "?after"),
    ("negative cursor", "GET", f"{AGENCIES}?limit=-1", None, 422, "?limit"),
]  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with open_whole(tmp_path_factory.mktemp("whole")) as found:
        yield found


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.http.NOT_YET_KNOWN_WAIT", 0.05)


def stored(whole: Whole) -> dict[str, int]:
    """How many rows there are of all that callers bring in, and of all that was told because of it."""
    found = {}
    for name in ("registry", "sla", "metrics"):
        db = whole.db(name)
        tables = sa.MetaData()
        tables.reflect(db.reader)
        for table in tables.sorted_tables:
            query = sa.select(sa.func.count()).select_from(table)
            if table.name == "outbox":
                query = query.where(table.c.type != TICK)
            found[f"{name}.{table.name}"] = db.snapshot(lambda c, query=query: c.execute(query).scalar_one())
    return found


def refusal(answer: Any, status: int, says: str) -> dict[str, Any]:
    """The problem that an answer is, if it is the right one and helps."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM_JSON
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert len(problem["detail"].split()) > 3, problem
    assert says in answer.text, problem
    return problem


@pytest.mark.parametrize(
    ("kind", "method", "path", "body", "status", "says"),
    BAD,
    ids=[kind for kind, *_ in BAD],
)
def test_it_is_refused_with_a_sentence_and_leaves_nothing(
    whole: Whole, kind: str, method: str, path: str, body: Any, status: int, says: str
) -> None:
    before = stored(whole)
    answer = whole.call(
        method,
        path.format(digest=whole.objects["revisions"]),
        whole.token("land", *Role),
        body() if callable(body) else body,
        Idempotency_Key=kind,
    )
    refusal(answer, status, says)
    assert stored(whole) == before


def test_another_agencys_source_is_answered_as_an_unknown_one(whole: Whole) -> None:
    before = stored(whole)
    city = whole.token("city", *OF_AN_AGENCY)
    for path, body in ((ROWS, row()), (BACKFILLS, backfill_of("land-api"))):
        theirs, unknown = (
            refusal(
                whole.call("POST", path, city, {**body, "source": source}, Idempotency_Key=source),
                409,
                source,
            )
            for source in ("land-api", "unheard-of")
        )
        assert theirs.pop("trace_id") != unknown.pop("trace_id")
        assert theirs == json.loads(json.dumps(unknown).replace("unheard-of", "land-api"))
    assert stored(whole) == before


def forged(whole: Whole) -> dict[str, str]:
    """Tokens that claim what the registry never signed, by how they were made."""
    right = whole.token("land", *OF_AN_AGENCY)
    head, claims, signature = right.split(".")
    header = json.loads(base64.urlsafe_b64decode(head + "=="))
    said = json.loads(base64.urlsafe_b64decode(claims + "=="))

    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    def signed(kid: str) -> str:
        own = OKPKey.generate_key("Ed25519")
        return jwt.encode({"alg": ALGORITHM, "kid": kid}, said, own, registry=ALGORITHMS)

    return {
        "of another agency": f"{head}.{part({**said, 'agency': 'city'})}.{signature}",
        "by another key": signed(header["kid"]),
        "by an unknown key": signed("mine"),
        "without a signature": f"{part({**header, 'alg': 'none'})}.{claims}.",
        "cut": right[:-10],
        "no token": "nonsense",
        "expired": whole.token("land", *OF_AN_AGENCY, ago=timedelta(hours=1)),
        "of tomorrow": whole.token("land", *OF_AN_AGENCY, ago=timedelta(days=-1)),
    }


def test_a_token_that_is_forged_or_has_expired_opens_nothing(whole: Whole) -> None:
    before = stored(whole)
    for path, body in ((ROWS, row()), (AGREEMENTS, agreement(code="other"))):
        for made, token in forged(whole).items():
            problem = refusal(whole.call("POST", path, token, body, Idempotency_Key=made), 401, "token")
            assert "token" in problem["detail"], made
        lacking = whole.call("POST", path, whole.token("land", Role.VIEWER), body, Idempotency_Key="lacking")
        refusal(lacking, 403, "viewer")
    assert stored(whole) == before


def test_the_good_bodies_that_the_bad_ones_were_made_from_are_taken(whole: Whole) -> None:
    before = stored(whole)
    token = whole.token("land", *Role)
    for path, body in ((ROWS, row()), (ROWS, ratio(1, 2)), (AGREEMENTS, promise("0.9"))):
        whole.done("POST", path, token, body, Idempotency_Key=json.dumps(body)[-30:])
    whole.done("GET", f"{AGENCIES}?limit=1", token)
    assert stored(whole) != before
