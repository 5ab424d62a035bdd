"""Agreements to and from files over REST: looked at first, then stored as they were shown, or not at all."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
import yaml

from shared.auth import Role
from tests.sla.documents import AVAILABLE, P95, agreement
from tests.sla.test_api import CITY, LAND, PROVINCE, Site
from tests.sla.test_api import site as plain_site  # noqa: F401
from tests.sla.test_openslo_files import FOREIGN

PREVIEW, STORE = "/agreement-imports/preview", "/agreement-imports"
MONTH = {"kind": "calendar", "unit": "month"}
DEFAULTS = {"responsible": "city", "window": MONTH}
CSV = (
    "code,indicator,limit,target,comparator,window\n"
    "up,permit.availability,,99.5%,>=,month\n"
    "p95,permit.response-time,800,0.95,,P30D\n"
)


@pytest.fixture
async def site(plain_site: Site) -> Site:  # noqa: F811
    await plain_site.drafted(agreement(objectives=[AVAILABLE, P95]))
    return plain_site


def body(**changes: Any) -> dict[str, Any]:
    found = {"format": "csv", "agreement": "permit-2026", "content": CSV, "defaults": DEFAULTS, **changes}
    return {name: value for name, value in found.items() if value is not None}


async def preview(site: Site, sent: dict[str, Any], who: Any = CITY) -> dict[str, Any]:
    answer = await site.call("POST", PREVIEW, who, sent)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def stand(site: Site) -> dict[str, Any]:
    found: dict[str, Any] = (await site.call("GET", "/agreements/permit-2026", CITY)).json()
    return found


async def test_a_table_is_shown_and_then_stored_as_it_was_shown(site: Site) -> None:
    before = await stand(site)
    found = await preview(site, body())
    assert found["errors"] == []
    assert found["parent"] == before["revisions"][-1]["hash"]
    assert found["mapping"]["target"] == "target"
    assert [(each["code"], each["line"]) for each in found["objectives"]] == [("up", 2), ("p95", 3)]
    changes = {each["clause"]: (each["change"], each["after"]) for each in found["differences"]}
    assert changes.keys() == {
        "/objectives/p95/window/anchor",
        "/objectives/p95/window/count",
        "/objectives/p95/window/duration",
        "/objectives/p95/window/kind",
        "/objectives/p95/window/step",
        "/objectives/p95/window/unit",
        "/objectives/up",
    }
    assert changes["/objectives/up"][1]["target"] == "0.995"
    assert found["differences"][0]["words"]["th"].startswith("เป้าหมาย p95")
    assert await stand(site) == before

    answer = await site.call("POST", STORE, CITY, body(hash=found["hash"]))
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"].endswith("/agreements/permit-2026")
    made = answer.json()["revisions"][-1]
    assert (made["hash"], made["state"], made["parent"]) == (found["hash"], "draft", found["parent"])
    document = (await site.call("GET", f"/agreements/permit-2026/revisions/{made['hash']}", LAND)).json()
    assert document == found["document"]
    assert [each["code"] for each in document["objectives"]] == ["available", "p95", "up"]
    # The very same again would be a child of what it made.
    again = await site.call("POST", STORE, CITY, body(hash=found["hash"]))
    assert again.status_code == 409


async def test_what_was_not_looked_at_is_not_stored(site: Site) -> None:
    found = await preview(site, body())
    other = body(hash=found["hash"], content=CSV.replace("99.5%", "95%"))
    refused = await site.call("POST", STORE, CITY, other)
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (409, "stale-hash")
    # Meanwhile somebody revises it: what would come of the file now is another revision.
    document = agreement(objectives=[AVAILABLE, {**P95, "target": "0.9"}], parent=found["parent"])
    assert (await site.call("POST", "/agreements/permit-2026/revisions", LAND, document)).status_code == 201
    before = await stand(site)
    assert (await site.call("POST", STORE, CITY, body(hash=found["hash"]))).status_code == 409
    assert await stand(site) == before
    # Unless the revision it follows is named.
    named = body(hash=found["hash"], parent=found["parent"])
    assert (await site.call("POST", STORE, CITY, named)).status_code == 201


async def test_one_bad_row_keeps_all_rows_out(site: Site) -> None:
    before = await stand(site)
    content = (
        CSV + "x,nobody.knows,,0.9,,\ny,permit.availability,,a lot,>=,month\nz,permit.availability,,1.5,>=,\n"
    )
    found = await preview(site, body(content=content))
    assert found["hash"] is None
    assert [(each["path"], each["line"]) for each in found["errors"]] == [
        ("/rows/4/indicator", 4),
        ("/rows/5/target", 5),
    ]
    found = await preview(site, body(content=CSV + "z,permit.availability,,1.5,>=,\n"))
    [error] = found["errors"]
    assert (error["path"], error["line"]) == ("/objectives/z/target", 4)
    assert 'write 95 % as "0.95"' in error["detail"]
    refused = await site.call("POST", STORE, CITY, body(content=content, hash="0" * 64))
    assert refused.status_code == 422
    assert len(refused.json()["errors"]) == 2
    assert await stand(site) == before


async def test_thai_tables_in_their_own_encoding_and_workbooks(site: Site) -> None:
    table = (
        "รหัส,ตัวชี้วัด,เกณฑ์,ค่าเป้าหมาย,การเปรียบเทียบ,รอบ,ข้อความ,ลำดับ\r\n"
        "ยืนยัน-3,เวลายืนยัน,๓ วันทำการ,๘๐%,ไม่น้อยกว่า,ปีงบประมาณ,ยืนยันภายใน ๓ วันทำการ,๑\r\n"
    )
    sent = body(
        content=None,
        content_base64=base64.b64encode(table.encode("cp874")).decode(),
        indicators={"เวลายืนยัน": "permit.confirmation-time"},
        mapping={"ลำดับ": None},
        defaults={"responsible": "land-office", "count_at": "completion"},
    )
    found = await preview(site, sent)
    assert found["encoding"] == "cp874"
    assert found["mapping"]["ลำดับ"] is None
    assert [each["path"] for each in found["not_expressed"]] == ["/rows/2/ลำดับ"]
    # Days are counted by a working calendar, which the agreement does not name.
    assert [each["path"] for each in found["errors"]] == ["/calendar"]
    found = await preview(
        site,
        {
            **sent,
            "content_base64": base64.b64encode(
                table.replace("๓ วันทำการ,๘", "P3D,๘").encode("utf-8-sig")
            ).decode(),
        },
    )
    assert (found["errors"], found["encoding"]) == ([], "utf-8-sig")
    made = found["document"]["objectives"][-1]
    assert (made["code"], made["target"], made["good"]["value"]) == ("3", "0.8", "P3D")
    assert made["window"] == {"kind": "calendar", "unit": "year", "count": 1, "anchor": "2025-10-01"}
    assert made["public_wording"] == {"th": "ยืนยันภายใน ๓ วันทำการ"}


async def test_rules_of_tmf623(site: Site) -> None:
    rules = {
        "id": "42",
        "href": "https://tmf.example/sla/42",
        "name": "DataSLA",
        "validFor": {"startDateTime": "2026-01-01T00:00:00Z"},
        "relatedParty": [{"href": "https://tmf.example/party/1", "role": "SLAProvider"}],
        "rule": [
            {
                "id": "availability",
                "metric": "http://IEEE99.5/Availability",
                "unit": "%",
                "referenceValue": "99.5",
                "operator": ".ge",
                "tolerance": "0.05",
                "consequence": "http://a.example/42",
            },
            {
                "id": "Response_Time",
                "metric": "http://IEEE99.5/Response",
                "unit": "ms",
                "referenceValue": "800",
                "operator": ".le",
                "tolerance": 0.05,
            },
            {
                "id": "confirm",
                "metric": "permit.confirmation-time",
                "unit": "hours",
                "referenceValue": "72",
                "operator": "LESS_EQUAL",
                "tolerance": "0.2",
            },
        ],
    }
    named = {
        "http://IEEE99.5/Availability": "permit.availability",
        "http://IEEE99.5/Response": "permit.response-time",
    }
    sent = body(
        format="tmf",
        content=json.dumps(rules),
        indicators=named,
        others="removed",
        defaults={**DEFAULTS, "count_at": "completion"},
    )
    found = await preview(site, sent)
    assert found["errors"] == []
    assert found["mapping"]["referenceValue"] == "value"
    made = {each["code"]: each for each in found["document"]["objectives"]}
    assert made.keys() == {"availability", "response_time", "confirm"}
    assert (made["availability"]["comparator"], made["availability"]["target"]) == (">=", "0.995")
    assert made["response_time"]["good"] == {"comparator": "<=", "value": "800"}
    assert made["response_time"]["target"] == "0.95"
    assert (made["confirm"]["good"]["value"], made["confirm"]["target"]) == ("P3D", "0.8")
    told = {each["path"] for each in found["not_expressed"]}
    assert told == {
        "/name",
        "/validFor",
        "/relatedParty",
        "/rule/0/consequence",
        "/rule/0/tolerance",
    }
    # A mapping of one's own: the tolerance is something else here.
    found = await preview(
        site, {**sent, "mapping": {"tolerance": None}, "defaults": {**sent["defaults"], "target": "0.9"}}
    )
    made = {each["code"]: each for each in found["document"]["objectives"]}
    assert made["response_time"]["target"] == "0.9"


async def test_openslo_goes_out_and_comes_in(site: Site) -> None:
    digest = (await stand(site))["revisions"][-1]["hash"]
    at = f"/agreements/permit-2026/revisions/{digest}"
    found = (await site.call("GET", f"{at}/openslo", CITY)).json()
    assert {each["path"] for each in found["not_expressed"] if each["path"].startswith("/obj")} == {
        "/objectives/available/scope"
    }
    assert all(each["reason"]["th"] and each["reason"]["en"] for each in found["not_expressed"])
    file = await site.call("GET", f"{at}/openslo.yaml", LAND)
    assert file.headers["content-type"].startswith("application/yaml")
    assert file.text == found["yaml"]
    assert "# not expressed: /objectives/available/scope: OpenSLO judges no groups by themselves" in file.text
    # Another YAML reader agrees, and numbers are plain.
    documents = list(yaml.safe_load_all(file.text))
    assert [each["kind"] for each in documents] == ["Service", "SLI", "SLI", "SLO", "SLO"]
    assert documents[4]["spec"]["objectives"] == [{"op": "lte", "value": 800, "target": 0.95}]
    for path in (f"{at}/openslo", f"{at}/openslo.yaml"):
        assert (await site.call("GET", path, PROVINCE)).status_code == 404
        assert (await site.call("GET", path, None)).status_code == 404

    # It changes nothing of what it came from; what it cannot say stays.
    sent = {"format": "openslo", "agreement": "permit-2026", "content": file.text}
    same = await preview(site, sent)
    assert (same["errors"], same["differences"], same["hash"], same["not_expressed"]) == ([], [], None, [])
    stricter = file.text.replace("target: 0.95", "target: 0.97")
    changed = await preview(site, {**sent, "content": stricter})
    [change] = changed["differences"]
    assert (change["clause"], change["before"], change["after"]) == ("/objectives/p95/target", "0.95", "0.97")
    stored = await site.call("POST", STORE, CITY, {**sent, "content": stricter, "hash": changed["hash"]})
    assert stored.status_code == 201


async def test_a_new_agreement_out_of_a_file(site: Site) -> None:
    frame = {name: value for name, value in agreement(code="web-2026").items() if name != "objectives"}
    sent = {
        "format": "openslo",
        "frame": frame,
        "content": FOREIGN,
        "indicators": {"web-requests": "permit.availability"},
        "defaults": {"responsible": "city"},
    }
    found = await preview(site, sent)
    assert (found["errors"], found["parent"]) == ([], None)
    assert {each["change"] for each in found["differences"]} == {"added"}
    assert ("/0/metadata/labels", 8) in [(each["path"], each["line"]) for each in found["not_expressed"]]
    assert (await site.call("GET", "/agreements/web-2026", CITY)).status_code == 404
    made = await site.call("POST", STORE, CITY, {**sent, "hash": found["hash"]})
    assert made.status_code == 201, made.text
    assert made.json()["revisions"][0]["hash"] == found["hash"]
    # Its code is taken now.
    assert (await site.call("POST", PREVIEW, CITY, sent)).status_code == 409


async def test_contacts_stay_with_their_objectives(site: Site) -> None:
    document = agreement(code="kept", objectives=[{**AVAILABLE, "contact": "Head of the register"}])
    assert (await site.call("POST", "/agreements", CITY, document)).status_code == 201
    sent = body(agreement="kept", content=CSV.partition("p95")[0])
    found = await preview(site, sent)
    made = await site.call("POST", STORE, CITY, {**sent, "hash": found["hash"]})
    assert made.json()["revisions"][-1]["contacts"] == {"available": "Head of the register"}


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"content": None}, 422, 'either "content" or "content_base64"'),
        ({"content_base64": "YQ=="}, 422, 'either "content" or "content_base64"'),
        ({"content": None, "content_base64": "%%%"}, 422, "is no Base64"),
        ({"agreement": None}, 422, 'either the "agreement"'),
        ({"format": "xml"}, 422, "openslo"),
        ({"format": "xlsx"}, 422, "a workbook is no text"),
        ({"format": "openslo", "mapping": {}}, 422, "only tables"),
        ({"format": "openslo", "content": "a: &x 1"}, 400, "anchors and aliases"),
        ({"format": "tmf", "content": "{"}, 400, "not JSON"),
        ({"agreement": "nobody"}, 409, "no agreement 'nobody'"),
        ({"parent": "0" * 64}, 409, "has no revision"),
        ({"content": "a\n" + "x\n" * 20_000}, 413, "at most 10000"),
        ({"content": "x" * 600_000}, 422, "at most 524288"),
        ({"content": CSV.replace("99.5%", "=1+1")}, 422, "a formula"),
    ],
)
async def test_bad_bodies_are_refused(
    site: Site, changes: dict[str, Any], status: int, sentence: str
) -> None:
    refused = await site.call("POST", PREVIEW, CITY, body(**changes))
    assert refused.status_code == status, refused.text
    assert sentence in json.dumps(refused.json(), ensure_ascii=False).replace('\\"', '"')


@pytest.mark.parametrize(
    ("content", "path", "sentence"),
    [
        ("code,indicator\n", "/rows/1", "only a header"),
        ("code,what\nx,y\n", "/rows/1", "is unknown; map it to null"),
        ("code,target\nx,0.9\n", "/rows/1", "no column is `indicator`"),
        ("code,indicator,id\nx,y,z\n", "/rows/1", "two columns are `code`"),
        ("code,indicator,target\n,permit.availability,0.9\n", "/rows/2/code", "is missing"),
        ("code,indicator,target\nx,,0.9\n", "/rows/2/indicator", "is missing"),
        ("code,indicator,target\nx,permit.availability,\n", "/rows/2/target", "say what share"),
        ("code,indicator,target\nx,permit.availability,1e3\n", "/rows/2/target", "is not a number"),
        ("code,indicator,target\nx,permit.availability,NaN\n", "/rows/2/target", "is not a number"),
        ('code,indicator,target\nx,permit.availability,"0,9"\n', "/rows/2/target", "is not a number"),
        (
            "code,indicator,target,comparator\nx,permit.availability,0.9,about\n",
            "/rows/2/comparator",
            "no comparison",
        ),
        ("code,indicator,target,window\nx,permit.availability,0.9,moon\n", "/rows/2/window", "is no window"),
        (
            "code,indicator,limit,target\nx,permit.response-time,800,0.9\n",
            "/rows/2/limit_comparator",
            "up to or from",
        ),
        (
            "code,indicator,limit,target\nx,permit.confirmation-time,3 days,0.9\n",
            "/rows/2/limit",
            "3 working days",
        ),
        (
            "code,indicator,value,unit,operator,target\nx,permit.response-time,800,kbps,<=,0.9\n",
            "/rows/2/unit",
            "is measured in ms",
        ),
        (
            "code,indicator,target\nx,permit.availability,0.9\nx,permit.availability,0.8\n",
            "/rows/3",
            "stands twice",
        ),
        (
            "code,indicator,target,responsible\nx,permit.availability,0.9,nobody\n",
            "/objectives/x/responsible",
            "no party",
        ),
        ("code,indicator,target,grace\nx,permit.availability,0.9,soon\n", "/objectives/x/grace", "duration"),
    ],
)
async def test_what_is_wrong_in_a_table_is_said_with_its_row(
    site: Site, content: str, path: str, sentence: str
) -> None:
    found = await preview(site, body(content=content))
    assert found["hash"] is None
    assert path in [each["path"] for each in found["errors"]]
    [detail] = [each["detail"] for each in found["errors"] if each["path"] == path]
    assert sentence in detail


async def test_only_a_party_may_take_a_file_in(site: Site) -> None:
    assert (await site.call("POST", PREVIEW, PROVINCE, body())).status_code == 409
    assert (await site.call("POST", PREVIEW, ("city", Role.SIGNATORY), body())).status_code == 403
    assert (await site.call("POST", STORE, ("city", Role.VIEWER), body(hash="0" * 64))).status_code == 403


async def test_the_same_file_brings_the_same_draft_once(site: Site) -> None:
    found = await preview(site, body())
    sent = body(hash=found["hash"])
    first = await site.call("POST", STORE, CITY, sent, idempotency_key="k")
    again = await site.call("POST", STORE, CITY, sent, idempotency_key="k")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["idempotency-replayed"] == "true"
    assert len((await stand(site))["revisions"]) == 2


async def test_a_table_goes_out_and_comes_back_changing_nothing(site: Site) -> None:
    state = await stand(site)
    digest = state["revisions"][-1]["hash"]
    at = f"/agreements/permit-2026/revisions/{digest}"
    found = (await site.call("GET", f"{at}/table?lang=th", CITY)).json()
    assert (found["columns"][0], found["rows"][0][0]) == ("รหัส", "available")
    assert {each["path"] for each in found["not_expressed"]} >= {"/parties", "/objectives/available/scope"}
    assert all(each["reason"]["th"] and each["reason"]["en"] for each in found["not_expressed"])
    for lang in ("th", "en"):
        for form in ("csv", "xlsx"):
            answer = await site.call("GET", f"{at}/table.{form}?lang={lang}", CITY)
            assert answer.status_code == 200
            assert f'filename="permit-2026.{form}"' in answer.headers["content-disposition"]
            content = base64.b64encode(answer.content).decode()
            sent = body(format=form, content=None, content_base64=content, defaults=None)
            again = await preview(site, sent)
            assert (again["errors"], again["differences"], again["hash"]) == ([], [], None)


async def test_rules_of_tmf623_go_out_and_come_back_changing_nothing(site: Site) -> None:
    digest = (await stand(site))["revisions"][-1]["hash"]
    found = (await site.call("GET", f"/agreements/permit-2026/revisions/{digest}/tmf623", CITY)).json()
    assert [each["id"] for each in found["document"]["rule"]] == ["available", "p95"]
    assert "/objectives/p95/window" in {each["path"] for each in found["not_expressed"]}
    again = await preview(site, body(format="tmf", content=json.dumps(found["document"]), defaults=None))
    assert (again["errors"], again["differences"]) == ([], [])


@pytest.mark.parametrize("form", ["table", "table.csv", "table.xlsx", "tmf623"])
async def test_what_a_draft_says_leaves_only_to_its_parties(site: Site, form: str) -> None:
    digest = (await stand(site))["revisions"][-1]["hash"]
    for who in (PROVINCE, None):
        answer = await site.call("GET", f"/agreements/permit-2026/revisions/{digest}/{form}", who)
        assert answer.status_code == 404


async def test_a_wording_in_the_other_language_stays(site: Site) -> None:
    worded = {**P95, "public_wording": {"th": "เดิม", "en": "kept"}}
    document = agreement(objectives=[AVAILABLE, worded], parent=(await stand(site))["revisions"][-1]["hash"])
    assert (await site.call("POST", "/agreements/permit-2026/revisions", LAND, document)).status_code == 201
    sent = body(content="code,indicator,wording_th\np95,permit.response-time,ใหม่\n", defaults=None)
    found = await preview(site, sent)
    assert [(each["clause"], each["after"]) for each in found["differences"]] == [
        ("/objectives/p95/public_wording/th", "ใหม่")
    ]
    assert found["document"]["objectives"][1]["public_wording"] == {"th": "ใหม่", "en": "kept"}
