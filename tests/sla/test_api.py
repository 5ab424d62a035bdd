"""The routes as callers meet them: tokens, rights, problems, lists, idempotency."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from joserfc import jwt
from joserfc.jwk import OKPKey

from services.sla.app import service
from services.sla.store import names
from shared.auth import ALGORITHM, ALGORITHMS, Role
from shared.db import Database
from shared.db.tables import auth_key, outbox
from shared.service import create_app
from shared.settings import Settings
from tests.sla.conftest import NOON, register
from tests.sla.documents import AGREEMENT, CONFIRM, INDICATORS, agreement, objective

ROOT = "/api/sla/v1"


class Site:
    """A running service, and who calls it."""

    def __init__(self, client: httpx.AsyncClient, db: Database, key: OKPKey) -> None:
        self.client, self.db, self.key = client, db, key
        self.now = NOON

    def token(self, agency: str | None, *roles: Role | str, **more: Any) -> dict[str, str]:
        issued = int(self.now.timestamp())
        claims = {
            "iss": "sanya",
            "sub": f"client-of-{agency}",
            "agency": agency,
            "roles": list(roles),
            "kind": "client",
            "iat": issued,
            "exp": issued + 600,
            **more,
        }
        header = {"alg": ALGORITHM, "kid": "k1"}
        return {"Authorization": f"Bearer {jwt.encode(header, claims, self.key, registry=ALGORITHMS)}"}

    async def call(
        self, method: str, path: str, who: tuple[Any, ...] | None, body: Any = None, **headers: str
    ) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if content is not None:
            sent["content-type"] = "application/json"
        sent |= self.token(*who) if who else {}
        return await self.client.request(method, ROOT + path, content=content, headers=sent)

    async def drafted(self, document: dict[str, Any] = AGREEMENT) -> str:
        answer = await self.call("POST", "/agreements", CITY, document)
        assert answer.status_code == 201, answer.text
        digest: str = answer.json()["revisions"][0]["hash"]
        return digest


CITY = ("city", Role.NEGOTIATOR, Role.SIGNATORY)
LAND = ("land-office", Role.NEGOTIATOR, Role.SIGNATORY)
PROVINCE = ("province", Role.NEGOTIATOR, Role.SIGNATORY)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    key = OKPKey.generate_key("Ed25519")
    service.migrate(Settings(data_dir=tmp_path), lambda: NOON)
    holder: list[Site] = []
    app = create_app(service, role="api", settings={"data_dir": tmp_path}, clock=lambda: holder[0].now)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sanya") as client,
    ):
        db = app.state.contexts["sla"].db
        holder.append(Site(client, db, key))

        def set_up(_: None, uow: Any) -> None:
            register(None, uow)
            jwk = json.dumps(key.as_dict(private=False))
            uow.connection.execute(sa.insert(auth_key).values(kid="k1", version=1, jwk=jwk))

        db.transact(set_up)
        yield holder[0]


async def test_two_agencies_agree_over_the_wire(site: Site) -> None:
    answer = await site.call("POST", "/agreements", CITY, AGREEMENT)
    assert answer.status_code == 201
    assert answer.headers["location"] == f"{ROOT}/agreements/permit-2026"
    found = answer.json()
    assert (found["code"], found["state"], found["in_force"]) == ("permit-2026", "draft", None)
    digest = found["revisions"][0]["hash"]
    at = f"/agreements/permit-2026/revisions/{digest}"
    assert (await site.call("POST", f"{at}/offer", CITY)).json()["state"] == "offered"
    assert (await site.call("POST", f"{at}/opened", LAND)).status_code == 200
    for who in (CITY, LAND):
        answer = await site.call("POST", f"{at}/acceptances", who, {"hash": digest})
        assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "accepted"
    assert (await site.call("GET", "/agreements/permit-2026", None)).status_code == 404
    site.now = datetime(2026, 2, 1, tzinfo=UTC)
    public = (await site.call("GET", "/agreements/permit-2026", None)).json()
    assert public["in_force"] == digest
    assert public == (await site.call("GET", "/agreements", None)).json()["items"][0]


async def test_the_document_answered_is_what_was_hashed(site: Site) -> None:
    digest = await site.drafted()
    answer = await site.call("GET", f"/agreements/permit-2026/revisions/{digest}", LAND)
    assert hashlib.sha256(answer.content).hexdigest() == digest
    assert answer.headers["etag"] == f'"{digest}"'
    assert answer.json()["objectives"][0]["window"] == CONFIRM["window"]


async def test_a_draft_sent_twice_under_one_key_is_one_agreement(site: Site) -> None:
    first = await site.call("POST", "/agreements", CITY, AGREEMENT, Idempotency_Key="a-1")
    again = await site.call("POST", "/agreements", CITY, AGREEMENT, Idempotency_Key="a-1")
    other = await site.call("POST", "/agreements", CITY, objective(target="0.9"), Idempotency_Key="a-1")
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert other.status_code == 409


async def test_differences_are_told_clause_by_clause(site: Site) -> None:
    first = await site.drafted()
    child = objective(target="0.9", clause="4.1") | {"parent": first, "terms": {"notice": "P30D"}}
    answer = await site.call("POST", "/agreements/permit-2026/revisions", LAND, child)
    assert answer.status_code == 201, answer.text
    second = answer.json()["revisions"][1]["hash"]
    answer = await site.call("GET", f"/agreements/permit-2026/revisions/{second}/diff", CITY)
    assert answer.json() == {
        "hash": second,
        "against": first,
        "differences": [
            {
                "clause": "/objectives/confirm-3-days/clause",
                "words": {
                    "th": "เป้าหมาย confirm-3-days: ข้อในเอกสาร",
                    "en": "Objective confirm-3-days: clause of the paper",
                },
                "change": "added",
                "before": None,
                "after": "4.1",
            },
            {
                "clause": "/objectives/confirm-3-days/target",
                "words": {
                    "th": "เป้าหมาย confirm-3-days: ค่าเป้าหมาย",
                    "en": "Objective confirm-3-days: target",
                },
                "change": "changed",
                "before": "0.8",
                "after": "0.9",
            },
            {
                "clause": "/terms/notice",
                "words": {"th": "เงื่อนไข: ระยะเวลาบอกกล่าว", "en": "Term: notice period"},
                "change": "added",
                "before": None,
                "after": "P30D",
            },
        ],
    }
    back = await site.call("GET", f"/agreements/permit-2026/revisions/{first}/diff?against={second}", CITY)
    assert back.json()["differences"][0]["change"] == "removed"
    none = await site.call("GET", f"/agreements/permit-2026/revisions/{first}/diff", CITY)
    assert none.status_code == 422


async def test_the_code_of_a_child_may_be_left_to_the_address(site: Site) -> None:
    first = await site.drafted()
    child = objective(target="0.9") | {"parent": first}
    del child["code"]
    answer = await site.call("POST", "/agreements/permit-2026/revisions", LAND, child)
    assert answer.status_code == 201, answer.text


async def test_a_name_that_arrives_in_time_is_waited_for(site: Site) -> None:
    document = agreement(parties=["city", "land-office", "harbour"])

    async def arrives() -> None:
        await asyncio.sleep(0.3)
        await site.db.write(lambda _, uow: names.keep_agency(uow.connection, "harbour", 1, "active"))

    answer, _ = await asyncio.gather(site.call("POST", "/agreements", CITY, document), arrives())
    assert answer.status_code == 201


async def test_a_name_that_does_not_arrive_is_409_with_its_place(site: Site) -> None:
    answer = await site.call(
        "POST",
        "/agreements",
        CITY,
        agreement(parties=["city", "harbour"], objectives=[{**CONFIRM, "responsible": "city"}]),
    )
    # Content that is wrong whatever arrives is said at once: the step's agency is no party.
    assert answer.status_code == 422
    answer = await site.call(
        "POST", "/agreements", CITY, agreement(parties=["city", "land-office", "harbour"])
    )
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("/not-yet-known")
    assert answer.json()["errors"][0]["pointer"] == "/parties/2"
    assert answer.headers["retry-after"] == "2"


# --- every route x role x agency ---------------------------------------------------------------------

WRITES: dict[tuple[str, str], tuple[set[Role], Any]] = {
    ("POST", "/indicators"): ({Role.NEGOTIATOR}, {**INDICATORS[2], "code": "new"}),
    ("PUT", "/indicators/permit.response-time"): ({Role.NEGOTIATOR}, INDICATORS[2]),
    ("POST", "/agreements"): ({Role.NEGOTIATOR}, agreement(code="another")),
    ("POST", "/agreements/permit-2026/revisions"): ({Role.NEGOTIATOR}, "child"),
    ("POST", "/agreements/permit-2026/revisions/{hash}/offer"): ({Role.NEGOTIATOR}, {}),
    ("POST", "/agreements/permit-2026/revisions/{hash}/opened"): ({Role.NEGOTIATOR, Role.SIGNATORY}, None),
    ("POST", "/agreements/permit-2026/revisions/{hash}/acceptances"): ({Role.SIGNATORY}, "hash"),
    ("POST", "/agreements/permit-2026/revisions/{hash}/rejections"): ({Role.SIGNATORY}, {"reason": "no"}),
    ("POST", "/agreements/permit-2026/revisions/{hash}/withdrawal"): ({Role.NEGOTIATOR}, None),
}


@pytest.mark.parametrize("route", WRITES)
async def test_each_write_is_open_to_its_roles_at_the_parties_alone(
    site: Site, route: tuple[str, str]
) -> None:
    method, path = route
    allowed, body = WRITES[route]
    digest = await site.drafted()
    if body == "child":
        body = objective(target="0.9") | {"parent": digest}
    elif body == "hash":
        body = {"hash": digest}
    address = path.replace("{hash}", digest)
    assert (await site.call(method, address, None, body)).status_code == 401
    for role, agency in itertools.product(Role, ("city", "land-office", "province", "stranger", None)):
        answer = await site.call(method, address, (agency, role), body)
        assert answer.status_code < 500, answer.text
        if role not in allowed:
            assert answer.status_code == 403, (role, agency, answer.text)
        elif agency is None:
            assert answer.status_code == 403, (role, answer.text)
        elif "/permit-2026" in path and agency in ("province", "stranger"):
            assert answer.status_code == 404, (role, agency, answer.text)
        elif agency == "stranger":
            assert answer.status_code in (403, 422), (role, answer.text)


@pytest.mark.parametrize("path", ["", "/revisions/{hash}", "/revisions/{hash}/diff?against={hash}"])
async def test_reading_a_negotiation_is_for_its_parties_whatever_their_role(site: Site, path: str) -> None:
    digest = await site.drafted()
    address = "/agreements/permit-2026" + path.replace("{hash}", digest)
    for role in Role:
        assert (await site.call("GET", address, ("land-office", role))).status_code == 200
        assert (await site.call("GET", address, ("province", role))).status_code == 404
        assert (await site.call("GET", address, (None, role))).status_code == 404
    assert (await site.call("GET", address, None)).status_code == 404


async def test_a_foreign_agreement_is_answered_exactly_as_a_missing_one(site: Site) -> None:
    digest = await site.drafted()

    def shape(answer: httpx.Response) -> tuple[Any, ...]:
        body = answer.json()
        body.pop("trace_id", None)
        text = json.dumps(body).replace("permit-2026", "CODE").replace("nothing", "CODE")
        return answer.status_code, text, sorted(answer.headers)

    for method, path, body in [
        ("GET", "", None),
        ("GET", f"/revisions/{digest}", None),
        ("POST", f"/revisions/{digest}/acceptances", {"hash": digest}),
        ("POST", f"/revisions/{digest}/offer", {}),
        ("POST", "/revisions", objective() | {"parent": digest}),
    ]:
        sent = dict(body) if body else None
        foreign = await site.call(method, f"/agreements/permit-2026{path}", PROVINCE, sent)
        if sent and "code" in sent:
            sent["code"] = "nothing"
        missing = await site.call(method, f"/agreements/nothing{path}", PROVINCE, sent)
        assert shape(foreign) == shape(missing)


# --- bad input ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b'{"code": "a", "code": "b"}', 400),
        (b'{"code": NaN}', 400),
        (b'{"code": 1e999999999}', 400),
        (b"[" * 5000 + b"]" * 5000, 400),
        (b'{"code": "\xff"}', 400),
        (b"[]", 422),
        (b"null", 422),
        (json.dumps(objective(target=10**30)).encode(), 422),
        (json.dumps(agreement(title={"en": "a\u0000b"})).encode(), 422),
        (json.dumps(agreement(title={"en": "\ud800"})).encode(), 422),
        (json.dumps(agreement(terms={"\ud800": 1})).encode(), 422),
        (json.dumps(agreement(effective_from="9999-12-31T23:59:59-23:59")).encode(), 422),
        (json.dumps(agreement(effective_from="2026-02-01T00:00:60Z")).encode(), 422),
        (json.dumps(agreement(effective_from="2026-02-01T00:00:00+99:99")).encode(), 422),
        (json.dumps(agreement(time_zone="../../etc/passwd")).encode(), 422),
        (json.dumps(objective(good={"comparator": "<=", "value": "P" + "9" * 30 + "D"})).encode(), 422),
        (json.dumps(objective(window={"kind": "rolling", "duration": "P999999D"})).encode(), 422),
    ],
)
async def test_bad_bodies_are_refused_with_a_sentence(site: Site, body: bytes, status: int) -> None:
    answer = await site.call("POST", "/agreements", CITY, body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "/agreements?after=x",
        "/agreements?limit=0",
        "/agreements?limit=-1",
        "/agreements?state=lost",
        "/agreements?service=%00",
        "/agreements?surprise=1",
        "/agreements?after=WyJcdTAwMDAiXQ",
        "/agreements/%00",
        "/agreements/permit-2026/revisions/xyz",
        "/indicators?kind=guess",
    ],
)
async def test_bad_addresses_are_refused(site: Site, path: str) -> None:
    answer = await site.call("GET", path, CITY)
    assert answer.status_code == 422, answer.text


async def test_an_offer_that_expires_in_the_past_or_without_offset_is_refused(site: Site) -> None:
    digest = await site.drafted()
    for text in ("2026-01-01T00:00:00Z", "2026-03-01T00:00:00", "soon", 5):
        answer = await site.call(
            "POST", f"/agreements/permit-2026/revisions/{digest}/offer", CITY, {"expires_at": text}
        )
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/expires_at"


async def test_a_forged_or_expired_token_is_401(site: Site) -> None:
    headers = site.token("city", Role.NEGOTIATOR)
    site.now = datetime(2026, 1, 15, 6, 0, tzinfo=UTC)
    expired = await site.client.get(f"{ROOT}/agreements", headers=headers)
    site.key = OKPKey.generate_key("Ed25519")
    forged = await site.call("GET", "/agreements", CITY)
    assert (expired.status_code, forged.status_code) == (401, 401)


# --- lists and indicators ----------------------------------------------------------------------------


async def test_lists_come_in_pages(site: Site) -> None:
    for number in range(5):
        await site.drafted(agreement(code=f"a-{number}"))
    seen: list[str] = []
    path = "/agreements?limit=2"
    while True:
        page = (await site.call("GET", path, LAND)).json()
        seen += [each["code"] for each in page["items"]]
        if page["next"] is None:
            break
        path = f"/agreements?limit=2&after={page['next']}"
    assert seen == [f"a-{number}" for number in range(5)]
    first = (await site.call("GET", "/indicators?limit=3&service=permit", None)).json()
    rest = (await site.call("GET", f"/indicators?after={first['next']}", None)).json()
    assert [each["code"] for each in first["items"] + rest["items"]] == sorted(
        each["code"] for each in INDICATORS
    )


async def test_an_indicator_is_made_told_read_and_changed(site: Site) -> None:
    body = {"code": "permit.uptime", "service": "permit", "kind": "ratio", "unit": "request"}
    made = await site.call("POST", "/indicators", CITY, body)
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    assert (await site.call("POST", "/indicators", CITY, body)).status_code == 409
    changed = body | {"labels": {"province": ["10"]}}
    stale = await site.call("PUT", "/indicators/permit.uptime", CITY, changed, If_Match='"7"')
    assert stale.status_code == 412
    answer = await site.call("PUT", "/indicators/permit.uptime", CITY, changed, If_Match='"1"')
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    read = await site.call("GET", "/indicators/permit.uptime", None)
    assert (read.json()["labels"], read.headers["etag"]) == ({"province": ["10"]}, '"2"')
    facts = site.db.snapshot(
        lambda connection: connection.execute(
            sa.select(outbox.c.version, outbox.c.data).where(outbox.c.subject == "permit.uptime")
        ).all()
    )
    assert [row.version for row in facts] == [1, 2]
    assert json.loads(facts[1].data)["document"] == {
        name: value for name, value in read.json().items() if name != "version"
    }
    again = await site.call("PUT", "/indicators/permit.uptime", CITY, read.json() | {"version": 1})
    assert again.status_code == 412
    again = await site.call("PUT", "/indicators/permit.uptime", CITY, read.json())
    assert again.headers["etag"] == '"2"', "what was read can be sent back"
    same = await site.call("PUT", "/indicators/permit.uptime", CITY, changed)
    assert same.headers["etag"] == '"2"', "nothing changed, nothing told"


async def test_an_indicator_that_was_promised_keeps_its_meaning(site: Site) -> None:
    digest = await site.drafted()
    later = INDICATORS[0] | {"to": {"step": "t09", "occurrence": "first", "edge": "end"}}
    path = "/indicators/permit.confirmation-time"
    assert (await site.call("PUT", path, CITY, later)).status_code == 200, "only a draft names it"
    await site.call("PUT", path, CITY, INDICATORS[0])
    await site.call("POST", f"/agreements/permit-2026/revisions/{digest}/offer", CITY)
    answer = await site.call("PUT", path, CITY, later)
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["pointer"] == "/to"


async def test_only_who_provides_a_service_defines_its_indicators(site: Site) -> None:
    body = {"code": "x", "service": "permit", "kind": "value", "unit": "ms"}
    assert (await site.call("POST", "/indicators", ("stranger", Role.NEGOTIATOR), body)).status_code == 403
    assert (await site.call("POST", "/indicators", PROVINCE, body)).status_code == 201, "it has a step"
    unknown = await site.call("POST", "/indicators", CITY, body | {"code": "y", "service": "water"})
    assert unknown.status_code == 409
    assert (await site.call("GET", "/indicators/nothing", None)).status_code == 404
    assert (
        await site.call("PUT", "/indicators/nothing", CITY, body | {"code": "nothing"})
    ).status_code == 404
    assert (await site.call("PUT", "/indicators/x", CITY, body | {"code": "y"})).status_code == 422


async def test_the_catalogue_is_json_ld_that_anybody_may_read(site: Site) -> None:
    answer = await site.call("GET", "/catalogue", None)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/ld+json")
    assert answer.json()["@id"].endswith("/api/sla/v1/catalogue")
    assert (await site.call("GET", "/catalogue?after=x", None)).status_code == 422
