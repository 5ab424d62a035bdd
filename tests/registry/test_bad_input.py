"""What callers get wrong: each a 4xx problem with a sentence that helps, and nothing half done."""

from __future__ import annotations

import json
from typing import Any

from tests.registry.conftest import CITY, OPERATOR, PERMIT, Site

AGENCY = {"code": "x", "name": {"en": "X"}}
STEP = {"code": "a", "name": {"en": "A"}, "agency": "city"}
SOURCE = {"code": "s", "agency": "city", "services": ["permit"]}
PERSON = {"email": "a@b.example", "name": "A", "roles": ["viewer"]}
CLIENT = {"name": "x", "roles": ["viewer"]}

# (method, path, who, body, status, what the answer says)
BODIES: list[tuple[str, str, Any, Any, int, str]] = [
    ("POST", "/agencies", OPERATOR, b"{", 400, "not JSON"),
    ("POST", "/agencies", OPERATOR, b"", 422, "required"),
    ("POST", "/agencies", OPERATOR, b"[]", 422, "dictionary"),
    ("POST", "/agencies", OPERATOR, b"null", 422, "dictionary"),
    ("POST", "/agencies", OPERATOR, b'{"code": "x", "code": "y"}', 400, "twice"),
    ("POST", "/agencies", OPERATOR, b'{"code": NaN}', 400, "NaN"),
    ("POST", "/agencies", OPERATOR, b'{"code": 1e400}', 400, "digits"),
    ("POST", "/agencies", OPERATOR, b"\xff", 400, "UTF-8"),
    ("POST", "/agencies", OPERATOR, b"[" * 10_000, 400, "nested"),
    ("POST", "/agencies", OPERATOR, {**AGENCY, "code": "Not A Code"}, 422, "/code"),
    ("POST", "/agencies", OPERATOR, {**AGENCY, "code": "a" * 65}, 422, "/code"),
    ("POST", "/agencies", OPERATOR, {**AGENCY, "code": 7}, 422, "/code"),
    ("POST", "/agencies", OPERATOR, {**AGENCY, "name": {}}, 422, "at least one"),
    ("POST", "/agencies", OPERATOR, {**AGENCY, "name": {"de": "X"}}, 422, "/name/de"),
    ("POST", "/agencies", OPERATOR, {**AGENCY, "name": {"en": " "}}, 422, "/name/en"),
    ("POST", "/agencies", OPERATOR, {**AGENCY, "name": {"en": "x" * 301}}, 422, "300"),
    ("POST", "/agencies", OPERATOR, {**AGENCY, "name": {"en": "a\0b"}}, 422, "control"),
    ("POST", "/agencies", OPERATOR, b'{"code": "x", "name": {"en": "\\ud800"}}', 422, "/name/en"),
    ("POST", "/agencies", OPERATOR, {**AGENCY, "colour": "red"}, 422, "/colour"),
    ("POST", "/agencies", OPERATOR, {**AGENCY, "contact": {"name": "D", "email": "no"}}, 422, "mail address"),
    (
        "POST",
        "/agencies",
        OPERATOR,
        {**AGENCY, "contact": {"name": "D", "phone": "call me"}},
        422,
        "telephone",
    ),
    ("PATCH", "/agencies/city", OPERATOR, {"name": None}, 422, "leave it out"),
    ("POST", "/services", CITY, {**PERMIT, "code": "p", "steps": [STEP, STEP]}, 422, "own code"),
    (
        "POST",
        "/services",
        CITY,
        {**PERMIT, "code": "p", "steps": [{**STEP, "agency": "z"}]},
        409,
        "/steps/0/agency",
    ),
    ("POST", "/services", CITY, {**PERMIT, "code": "p", "owner": "nobody"}, 409, "/owner"),
    (
        "POST",
        "/services",
        CITY,
        {**PERMIT, "code": "p", "steps": [{**STEP, "code": "*"}]},
        422,
        "/steps/0/code",
    ),
    ("POST", "/services", CITY, PERMIT, 409, "/code"),
    ("PATCH", "/services/permit", CITY, {"owner": "land"}, 422, "/owner"),
    ("POST", "/sources", CITY, {**SOURCE, "services": []}, 422, "/services"),
    ("POST", "/sources", CITY, {**SOURCE, "services": ["nothing"]}, 409, "/services/0"),
    ("POST", "/sources", CITY, {**SOURCE, "agency": "land"}, 403, "agency that runs it"),
    ("POST", "/sources", CITY, {**SOURCE, "holder": "both"}, 422, "/holder"),
    ("POST", "/agencies/city/clients", CITY, {**CLIENT, "roles": ["operator"]}, 422, "operator"),
    ("POST", "/agencies/city/clients", CITY, {**CLIENT, "roles": ["king"]}, 422, "/roles/0"),
    ("POST", "/agencies/city/clients", CITY, {**CLIENT, "roles": []}, 422, "/roles"),
    ("POST", "/agencies/nowhere/clients", OPERATOR, {**CLIENT, "roles": ["agency_admin"]}, 404, "agency"),
    ("POST", "/agencies/city/people", CITY, {**PERSON, "email": "a b@c.d"}, 422, "/email"),
    ("POST", "/agencies/city/people", CITY, {**PERSON, "email": "a" * 300 + "@c.d"}, 422, "/email"),
    ("POST", "/clients/operator/rotate", OPERATOR, {"overlap": "P31D"}, 422, "/overlap"),
    ("POST", "/clients/operator/rotate", OPERATOR, {"overlap": "tomorrow"}, 422, "/overlap"),
    ("POST", "/clients/operator/rotate", OPERATOR, {"overlap": -5}, 422, "/overlap"),
    ("POST", "/clients/operator/rotate", OPERATOR, {"overlap": 1e300}, 400, "digits"),
    ("POST", "/sessions", None, {"email": "a\0b", "password": "x"}, 422, "/email"),
    ("POST", "/sessions", None, {"email": "a@b.c"}, 422, "/password"),
    ("POST", "/sessions", None, {"email": "a@b.c", "password": "x" * 501}, 422, "/password"),
    ("POST", "/sessions/token", None, {"session": ""}, 422, "/session"),
    ("POST", "/sessions/token", None, {"session": "\0"}, 401, "sign in"),
    ("POST", "/resets/x", None, {"password": "a bowl of noodles"}, 404, "link"),
    ("POST", "/agencies", OPERATOR, b"x" * (2 << 20), 413, "larger"),
]
QUERIES = [
    ("/agencies?limit=0", "?limit"),
    ("/agencies?limit=1001", "?limit"),
    ("/agencies?limit=ten", "?limit"),
    ("/agencies?colour=red", "?colour"),
    ("/agencies?q=%00", "?q"),
    ("/agencies?q=" + "x" * 400, "?q"),
    ("/agencies?after=-1", "?after"),
    ("/agencies?after=WzEsMl0", "?after"),
    ("/agencies?after=%F0%9F%99%82", "?after"),
    ("/agencies?after=WyJcdTAwMDAiLCJhIl0", "?after"),
    ("/services?owner=Not%20a%20code", "?owner"),
    ("/services?agency=%00", "?agency"),
    ("/services/permit/versions?after=Wy0xXQ", "?after"),
    ("/services/permit/versions?after=WzFlMzAwXQ", "?after"),
    ("/services/permit/versions?after=Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTld", "?after"),
    ("/agencies/NOT%20A%20CODE", "{code}"),
    ("/services/%00", "{code}"),
]


async def test_each_is_a_problem_that_helps(site: Site) -> None:
    await site.permit()
    before = site.everything_told()
    for method, path, who, body, status, says in BODIES:
        answer = await site.call(method, path, who, body)
        case = f"{method} {path} {str(body)[:80]}: {answer.status_code} {answer.text[:500]}"
        assert answer.status_code == status, case
        assert answer.headers["content-type"] == "application/problem+json", case
        problem = answer.json()
        assert says in json.dumps(problem, ensure_ascii=False), case
        assert len(problem["detail"]) > 10, case
        assert problem["trace_id"], case
    for path, pointer in QUERIES:
        answer = await site.call("GET", path, CITY)
        assert answer.status_code == 422, (path, answer.text)
        assert answer.json()["errors"][0]["pointer"] == pointer, (path, answer.text)
    assert site.everything_told() == before


async def test_wrong_media_methods_and_addresses(site: Site) -> None:
    body = json.dumps(AGENCY).encode()
    typed = await site.call("POST", "/agencies", OPERATOR, body, Content_Type="text/plain")
    assert typed.status_code == 415
    method = await site.call("DELETE", "/agencies", OPERATOR)
    assert (method.status_code, method.headers["Allow"]) == (405, "GET, POST")
    assert (await site.call("GET", "/nothing", OPERATOR)).status_code == 404
    key = await site.call("POST", "/agencies", OPERATOR, AGENCY, Idempotency_Key="x" * 300)
    assert key.status_code == 422
    await site.agency("city")
    sealed = await site.call("POST", "/agencies/city/clients", CITY, CLIENT, Idempotency_Key="x" * 300)
    assert sealed.status_code == 422
    match = await site.call("PATCH", "/agencies/city", CITY, {}, If_Match="nonsense")
    assert match.status_code == 412
