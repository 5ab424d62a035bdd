"""Needs and factors over the wire, on both databases: who may, what is kept, merging, links."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from joserfc.jwk import OKPKey

from services.sla.app import service
from services.sla.store import names
from shared.auth import Role
from shared.db.tables import auth_key, outbox
from shared.service import create_app
from shared.settings import Settings
from shared.words import free_text
from tests.sla.conftest import register
from tests.sla.test_api import CITY, LAND, PROVINCE, ROOT, Site

FAR = ("far", Role.NEGOTIATOR, Role.SIGNATORY)
VIEWER = ("city", Role.VIEWER)
NEED: dict[str, Any] = {
    "service": "permit",
    "statement": {"th": "ขอให้ออกใบอนุญาตเร็วขึ้น"},
    "source": "survey",
    "recipient_group": "ผู้ยื่นคำขอ",
    "channel": "เคาน์เตอร์",
    "frequency": 4,
    "severity": 3,
    "legal_weight": 2,
    "wanted": "P3D",
    "evidence": ["https://city.example/survey.pdf"],
    "theme": "ความรวดเร็ว",
}
FACTOR: dict[str, Any] = {
    "service": "permit",
    "kind": "law",
    "text": {"th": "ต้องพิจารณาให้เสร็จโดยเร็ว", "en": "To be decided without delay"},
    "section": "มาตรา 10",
    "value": "P7D",
    "indicator": "permit.confirmation-time",
}


def need(**changes: Any) -> dict[str, Any]:
    found = {**NEED, **changes}
    return {name: value for name, value in found.items() if value is not None}


@pytest.fixture
async def site(tmp_path: Path, database_url: str) -> AsyncIterator[Site]:
    key = OKPKey.generate_key("Ed25519")
    place = {"data_dir": tmp_path, "database_url": database_url, "bus_url": f"sqlite:///{tmp_path}"}
    if not database_url.startswith("sqlite"):
        # No worker runs here: the broker is never spoken to.
        place["bus_url"] = "kafka://127.0.0.1:1"
    service.migrate(Settings(**place))
    holder: list[Site] = []
    app = create_app(service, role="api", settings=place, clock=lambda: holder[0].now)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sanya") as client,
    ):
        holder.append(Site(client, app.state.contexts["sla"].db, key))

        def set_up(_: None, uow: Any) -> None:
            register(None, uow)
            names.keep_agency(uow.connection, "far", 1, "active")
            names.keep_service(uow.connection, "water", 1, "far", [("w1", "city")])
            jwk = json.dumps(key.as_dict(private=False))
            uow.connection.execute(sa.insert(auth_key).values(kid="k1", version=1, jwk=jwk))

        holder[0].db.transact(set_up)
        yield holder[0]


async def made(site: Site, who: tuple[Any, ...] = CITY, **changes: Any) -> dict[str, Any]:
    answer = await site.call("POST", "/needs", who, need(**changes))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def get(site: Site, path: str, who: tuple[Any, ...] = CITY) -> Any:
    answer = await site.call("GET", path, who)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def status(site: Site, method: str, path: str, who: tuple[Any, ...], body: Any = None) -> int:
    return (await site.call(method, path, who, body)).status_code


def told(site: Site) -> list[dict[str, Any]]:
    query = sa.select(outbox).where(outbox.c.topic == "sla.need.v1").order_by(outbox.c.id)
    rows = site.db.snapshot(lambda connection: connection.execute(query).all())
    return [{"type": row.type, **json.loads(row.data)} for row in rows]


# --- gathering ---------------------------------------------------------------------------------------


async def test_a_need_is_kept_as_it_was_said(site: Site) -> None:
    answer = await site.call("POST", "/needs", CITY, NEED)
    assert answer.status_code == 201
    found = answer.json()
    assert answer.headers["location"] == f"{ROOT}/needs/{found['id']}"
    assert answer.headers["etag"] == '"1"'
    assert {name: found[name] for name in NEED if name != "statement"} == {
        name: value for name, value in NEED.items() if name != "statement"
    }
    assert found["statement"] == NEED["statement"]
    assert (found["agency"], found["merged_into"], found["merged"], found["links"]) == ("city", None, [], [])
    assert (await site.call("GET", f"/needs/{found['id']}", CITY)).json() == found


async def test_words_stay_out_of_what_is_told(site: Site) -> None:
    await made(site)
    await site.call("POST", "/factors", CITY, FACTOR)
    facts = told(site)
    assert [fact["type"].split(".")[2] for fact in facts] == ["need", "factor"]
    text = json.dumps(facts, ensure_ascii=False)
    for words in ("ใบอนุญาต", "เคาน์เตอร์", "ผู้ยื่น", "พิจารณา", "มาตรา"):
        assert words not in text
    assert facts[0]["wanted"] == "P3D"
    assert len(facts[0]["statement_hash"]) == 64


async def test_the_agencies_of_a_service_read_its_needs_and_nobody_else(site: Site) -> None:
    found = await made(site)
    at = f"/needs/{found['id']}"
    for who in (CITY, LAND, PROVINCE, VIEWER):
        assert (await get(site, at, who))["statement"] == found["statement"]
        assert [each["id"] for each in (await get(site, "/needs", who))["items"]] == [found["id"]]
    assert await status(site, "GET", at, FAR) == 404
    assert (await get(site, "/needs", FAR))["items"] == []
    operator = (None, Role.OPERATOR)
    assert await status(site, "GET", at, operator) == 404
    assert (await get(site, "/needs", operator))["items"] == []
    for path in ("ranking", "themes", "duplicates", "coverage", "weights"):
        assert await status(site, "GET", f"/needs/{path}?service=permit", LAND) == 200
        assert await status(site, "GET", f"/needs/{path}?service=permit", FAR) == 403
        assert await status(site, "GET", f"/needs/{path}?service=nothing", LAND) == 404
    assert await status(site, "GET", "/indicator-catalogue/proposals?service=permit", FAR) == 403


async def test_who_may_write(site: Site) -> None:
    assert await status(site, "POST", "/needs", FAR, NEED) == 403
    assert await status(site, "POST", "/needs", VIEWER, NEED) == 403
    found = await made(site)
    at = f"/needs/{found['id']}"
    assert await status(site, "PUT", at, LAND, NEED) == 403
    assert await status(site, "DELETE", f"{at}/statement", LAND) == 403
    assert await status(site, "PUT", at, FAR, NEED) == 404
    assert await status(site, "PUT", f"{at}/theme", LAND, {"theme": "เร็ว"}) == 200
    assert await status(site, "PUT", f"{at}/theme", FAR, {"theme": "x"}) == 404
    for path, body in (("merge", {"needs": ["0" * 32]}), ("split", None), ("links", {"indicator": "x"})):
        assert await status(site, "POST", f"{at}/{path}", FAR, body) == 404


async def test_what_cannot_be_a_need_is_refused_with_its_place(site: Site) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"statement": {}}, "/statement"),
        ({"statement": {"th": "a\u0000b"}}, "/statement/th"),
        ({"source": "gossip"}, "/source"),
        ({"frequency": 6}, "/frequency"),
        ({"severity": 0}, "/severity"),
        ({"legal_weight": 2.5}, "/legal_weight"),
        ({"priority": "maybe"}, "/priority"),
        ({"wanted": "soon"}, "/wanted"),
        ({"wanted": "P1M"}, "/wanted"),
        ({"wanted": [3]}, "/wanted"),
        ({"evidence": ["javascript:alert(1)"]}, "/evidence/0"),
        ({"evidence": ["https://user:secret@city.example/"]}, "/evidence/0"),
        ({"theme": ""}, "/theme"),
        ({"unknown": 1}, "/unknown"),
    ]
    for changes, place in wrong:
        answer = await site.call("POST", "/needs", CITY, need(**changes))
        assert answer.status_code == 422, (changes, answer.text)
        assert any(each["pointer"].startswith(place) for each in answer.json()["errors"]), answer.text
    assert (await get(site, "/needs"))["items"] == []


async def test_an_unknown_service_is_not_yet_known(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.http.NOT_YET_KNOWN_WAIT", 0.05)
    answer = await site.call("POST", "/needs", CITY, need(service="nothing"))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (409, "/service")


async def test_a_change_names_the_version_that_was_read(site: Site) -> None:
    found = await made(site)
    at = f"/needs/{found['id']}"
    changed = need(statement={"th": "ขอให้เร็วกว่าเดิม", "en": "Faster, please"}, severity=5)
    first = await site.call("PUT", at, CITY, changed, if_match='"1"')
    assert (first.status_code, first.headers["etag"], first.json()["severity"]) == (200, '"2"', 5)
    assert first.json()["statement"]["en"] == "Faster, please"
    assert (await site.call("PUT", at, CITY, changed, if_match='"1"')).status_code == 412
    assert (await site.call("PUT", at, CITY, {**changed, "version": 1})).status_code == 412
    assert (await site.call("PUT", at, CITY, {**changed, "service": "water"})).status_code == 422
    theme = await site.call("PUT", f"{at}/theme", LAND, {"theme": None}, if_match='"2"')
    assert (theme.status_code, theme.json()["theme"], theme.json()["version"]) == (200, None, 3)


async def test_erased_words_are_gone_and_the_rest_stays(site: Site) -> None:
    found = await made(site)
    changed = await site.call("PUT", f"/needs/{found['id']}", CITY, need(statement={"en": "anew"}))
    assert changed.status_code == 200
    rows = sa.select(sa.func.count()).select_from(free_text)
    assert site.db.snapshot(lambda connection: connection.execute(rows).scalar()) == 1
    assert await status(site, "DELETE", f"/needs/{found['id']}/statement", CITY) == 204
    assert site.db.snapshot(lambda connection: connection.execute(rows).scalar()) == 0
    left = await get(site, f"/needs/{found['id']}")
    assert (left["statement"], left["severity"]) == (None, 3)
    assert (await get(site, "/needs/ranking?service=permit"))["items"][0]["need"]["statement"] is None


async def test_a_list_goes_on_where_it_stopped_and_keeps_to_its_filters(site: Site) -> None:
    ids = []
    for number in range(5):
        site.now = site.now.replace(second=number)
        ids.append((await made(site, channel=f"c{number % 2}", theme=None))["id"])
    path, seen = "/needs?limit=2", []
    while True:
        page = await get(site, path)
        seen += [each["id"] for each in page["items"]]
        if page["next"] is None:
            break
        path = f"/needs?limit=2&after={page['next']}"
    assert seen == ids
    assert [each["id"] for each in (await get(site, "/needs?channel=c1"))["items"]] == [ids[1], ids[3]]
    for query, count in (("service=permit", 5), ("service=water", 0), ("agency=land-office", 0)):
        assert len((await get(site, f"/needs?{query}"))["items"]) == count
    for query in ("after=x", "after=WzQ2MTE2ODYwMTg0MjczODc5MDMsIngiXQ", "kind=x", "source=gossip"):
        assert await status(site, "GET", f"/needs?{query}", CITY) == 422


async def test_the_same_key_gathers_once(site: Site) -> None:
    first = await site.call("POST", "/needs", CITY, NEED, idempotency_key="k")
    again = await site.call("POST", "/needs", CITY, NEED, idempotency_key="k")
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert len((await get(site, "/needs"))["items"]) == 1


# --- factors -----------------------------------------------------------------------------------------


async def test_a_factor_bounds_a_service(site: Site) -> None:
    answer = await site.call("POST", "/factors", CITY, FACTOR)
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert (found["kind"], found["section"], found["value"]) == ("law", "มาตรา 10", "P7D")
    at = f"/factors/{found['id']}"
    assert (await get(site, at, LAND))["text"] == FACTOR["text"]
    assert await status(site, "GET", at, FAR) == 404
    assert await status(site, "PUT", at, LAND, FACTOR) == 403
    budget = {**FACTOR, "kind": "budget", "value": 120000.50, "unit": "THB", "indicator": None}
    changed = await site.call("PUT", at, CITY, budget, if_match='"1"')
    assert (changed.json()["value"], changed.json()["unit"], changed.json()["version"]) == (
        "120000.5",
        "THB",
        2,
    )
    assert (await site.call("PUT", at, CITY, budget, if_match='"1"')).status_code == 412
    assert [each["id"] for each in (await get(site, "/factors?kind=budget", LAND))["items"]] == [found["id"]]
    assert (await get(site, "/factors?kind=law"))["items"] == []
    assert (await get(site, "/factors", FAR))["items"] == []
    assert await status(site, "DELETE", f"{at}/text", CITY) == 204
    assert (await get(site, at))["text"] is None


async def test_a_factor_names_an_indicator_of_its_service(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.http.NOT_YET_KNOWN_WAIT", 0.05)
    assert await status(site, "POST", "/factors", CITY, {**FACTOR, "indicator": "nothing"}) == 409
    assert await status(site, "POST", "/factors", CITY, {**FACTOR, "service": "water"}) == 422
    assert await status(site, "POST", "/factors", CITY, {**FACTOR, "kind": "mood"}) == 422


# --- merging -----------------------------------------------------------------------------------------


async def test_merging_leaves_a_trace_and_splitting_undoes_it(site: Site) -> None:
    one, two, three = [await made(site), await made(site, LAND), await made(site, frequency=5)]
    merged = await site.call("POST", f"/needs/{one['id']}/merge", LAND, {"needs": [two["id"], three["id"]]})
    assert merged.status_code == 200, merged.text
    assert merged.json()["merged"] == sorted([two["id"], three["id"]])
    assert (await get(site, f"/needs/{two['id']}"))["merged_into"] == one["id"]
    assert len((await get(site, "/needs?merged=false"))["items"]) == 1
    ranked = (await get(site, "/needs/ranking?service=permit"))["items"]
    assert (len(ranked), ranked[0]["score"], len(ranked[0]["members"])) == (1, 5 * 3 * 2, 3)
    split = await site.call("POST", f"/needs/{three['id']}/split", CITY)
    assert (split.status_code, split.json()["merged_into"]) == (200, None)
    trace = (await get(site, f"/needs/{three['id']}/merges", PROVINCE))["items"]
    assert len(trace) == 1
    assert (trace[0]["merged_for"], trace[0]["split_for"]) == ("land-office", "city")
    assert (trace[0]["merged_by"], trace[0]["split_by"]) == ("client-of-land-office", "client-of-city")
    assert {each["need"] for each in (await get(site, f"/needs/{one['id']}/merges"))["items"]} == {
        two["id"],
        three["id"],
    }
    assert await status(site, "GET", f"/needs/{one['id']}/merges", FAR) == 404
    assert told(site)[-1]["merged_into"] is None


async def test_what_cannot_be_merged_is_answered_and_changes_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.http.NOT_YET_KNOWN_WAIT", 0.05)
    one, two, three = [await made(site) for _ in range(3)]
    water = await made(site, service="water")
    foreign = await made(site, FAR, service="water")

    async def merge(into: str, *others: str, who: tuple[Any, ...] = CITY) -> int:
        return await status(site, "POST", f"/needs/{into}/merge", who, {"needs": list(others)})

    assert await merge(one["id"], one["id"]) == 409
    assert await merge(one["id"], "0" * 32) == 409
    assert await merge(one["id"], foreign["id"], who=LAND) == 409
    assert await merge(one["id"], water["id"]) == 422
    assert await merge(one["id"]) == 422
    assert await merge(one["id"], two["id"]) == 200
    assert await merge(one["id"], two["id"]) == 409
    assert await merge(two["id"], three["id"]) == 409
    assert await merge(two["id"], one["id"]) == 409
    assert await merge(three["id"], two["id"]) == 409
    assert await merge(three["id"], one["id"]) == 200
    assert await merge(one["id"], three["id"]) == 409
    assert await status(site, "POST", f"/needs/{three['id']}/split", CITY) == 409
    # A half-wrong list merges nothing.
    four = await made(site)
    assert await merge(three["id"], four["id"], "0" * 32) == 409
    assert (await get(site, f"/needs/{four['id']}"))["merged_into"] is None


async def test_likely_duplicates_are_suggested_once(site: Site) -> None:
    site.now = site.now.replace(second=1)
    one = await made(site, statement={"th": "ขอให้ออกใบอนุญาตเร็วขึ้น รอนาน"})
    site.now = site.now.replace(second=2)
    two = await made(site, LAND, statement={"th": "ขอให้ออกใบอนุญาตเร็วขึ้นด้วย  รอนานมาก!"})
    site.now = site.now.replace(second=3)
    await made(site, statement={"th": "ที่จอดรถไม่พอ", "en": "No parking space"})
    found = (await get(site, "/needs/duplicates?service=permit", PROVINCE))["items"]
    assert [(each["need"], [other["need"] for other in each["alike"]]) for each in found] == [
        (one["id"], [two["id"]])
    ]
    assert (await get(site, "/needs/duplicates?service=permit&at_least=99"))["items"] == []
    await site.call("POST", f"/needs/{one['id']}/merge", CITY, {"needs": [two["id"]]})
    assert (await get(site, "/needs/duplicates?service=permit"))["items"] == []
    first = await get(site, "/needs/duplicates?service=permit&limit=1")
    assert (await get(site, f"/needs/duplicates?service=permit&after={first['next']}"))["next"] is None
