"""Agencies, services, sources: written once, read by whoever may, told to the others."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.registry.conftest import CITY, LAND, OPERATOR, PERMIT, Site

CONTACT = {"name": "Permit desk", "email": "desk@city.example", "phone": "+66 2 123 4567"}


class TestAgencies:
    async def test_a_contact_is_shown_to_callers_with_a_token_only_and_never_told(self, site: Site) -> None:
        await site.agency("city", contact=CONTACT)
        assert "contact" not in await site.done("GET", "/agencies/city")
        assert "contact" not in (await site.done("GET", "/agencies"))["items"][0]
        for who in (LAND, OPERATOR):
            assert (await site.done("GET", "/agencies/city", who))["contact"] == CONTACT
            assert (await site.done("GET", "/agencies", who))["items"][0]["contact"] == CONTACT
        assert "desk" not in site.everything_told()

    async def test_a_contact_can_be_erased_and_nothing_else_changes(self, site: Site) -> None:
        await site.agency("city", contact=CONTACT)
        await site.done("PATCH", "/agencies/city", CITY, {"contact": None})
        agency = await site.done("GET", "/agencies/city", CITY)
        assert (agency["contact"], agency["name"], agency["version"]) == (None, {"en": "city"}, 2)
        assert [fact["version"] for fact in site.told("registry.agency.v1")] == [1]

    async def test_an_agency_changes_its_contact_and_the_operator_its_name(self, site: Site) -> None:
        await site.agency("city")
        await site.agency("land")
        await site.done("PATCH", "/agencies/city", CITY, {"contact": CONTACT})
        renamed = await site.call("PATCH", "/agencies/city", CITY, {"name": {"en": "Metropolis"}})
        assert renamed.status_code == 403
        assert (await site.call("PATCH", "/agencies/city", LAND, {"contact": None})).status_code == 403
        await site.done("PUT", "/agencies/city", OPERATOR, {"name": {"en": "Metropolis"}})
        assert site.told("registry.agency.v1")[-1] == {
            "version": 3,
            "code": "city",
            "name": {"en": "Metropolis"},
            "state": "active",
        }

    async def test_a_code_is_taken_once(self, site: Site) -> None:
        await site.agency("city")
        again = await site.call("POST", "/agencies", OPERATOR, {"code": "city", "name": {"en": "x"}})
        assert (again.status_code, again.json()["errors"][0]["pointer"]) == (409, "/code")

    async def test_pages_follow_the_dictionary(self, site: Site) -> None:
        names = ["กรม", "เกม", "ขนส่ง", "เขต", "Zoo"]
        for number, name in enumerate(reversed(names)):
            await site.done("POST", "/agencies", OPERATOR, {"code": f"a{number}", "name": {"th": name}})
        seen: list[str] = []
        after = ""
        while True:
            page = await site.done("GET", f"/agencies?limit=2{after}")
            seen += [item["name"]["th"] for item in page["items"]]
            if page["next"] is None:
                break
            after = f"&after={page['next']}"
        assert seen == ["Zoo", *names[:-1]]

    async def test_a_search_takes_percent_and_underscore_as_letters(self, site: Site) -> None:
        await site.agency("one", name={"en": "100% Water_Works"})
        await site.agency("two", name={"en": "100 Water Works"})
        for q, found in (("100%25", ["one"]), ("r_w", ["one"]), ("WATER", ["two", "one"]), ("tw", ["two"])):
            page = await site.done("GET", f"/agencies?q={q}")
            assert sorted(item["code"] for item in page["items"]) == sorted(found), q

    async def test_two_at_once_register_one(self, site: Site) -> None:
        body = {"code": "city", "name": {"en": "City"}}
        answers = await asyncio.gather(*(site.call("POST", "/agencies", OPERATOR, body) for _ in range(8)))
        assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7


class TestServices:
    async def test_a_service_is_told_whole_and_read_by_anyone(self, site: Site) -> None:
        await site.permit()
        found = await site.done("GET", "/services/permit")
        assert [(s["code"], s["agency"], s["version"]) for s in found["steps"]] == [
            ("t01", "city", 1),
            ("t05", "land", 1),
        ]
        (fact,) = site.told("registry.service.v1")
        assert fact["owner"] == "city"
        assert fact["steps"][1] == {"code": "t05", "name": {"en": "Confirm"}, "agency": "land", "version": 1}

    async def test_steps_have_versions_that_never_return(self, site: Site) -> None:
        await site.permit()
        first, second = PERMIT["steps"]
        await site.done("PATCH", "/services/permit", CITY, {"steps": [second, {**first, "agency": "land"}]})
        await site.done("PATCH", "/services/permit", CITY, {"steps": [second]})
        await site.done("PATCH", "/services/permit", CITY, {"steps": [first, second]})
        found = await site.done("GET", "/services/permit")
        assert [(s["code"], s["version"]) for s in found["steps"]] == [("t01", 3), ("t05", 1)]
        versions = await site.done("GET", "/services/permit/versions?limit=3")
        assert [v["version"] for v in versions["items"]] == [4, 3, 2]
        rest = await site.done("GET", f"/services/permit/versions?after={versions['next']}")
        assert [[s["code"] for s in v["steps"]] for v in rest["items"]] == [["t01", "t05"]]
        assert [fact["version"] for fact in site.told("registry.service.v1")] == [1, 2, 3, 4]

    async def test_only_the_owner_writes(self, site: Site) -> None:
        await site.permit()
        assert (await site.call("PATCH", "/services/permit", LAND, {"steps": []})).status_code == 403
        foreign = await site.call("POST", "/services", LAND, {**PERMIT, "code": "other"})
        assert foreign.status_code == 403

    async def test_an_unknown_agency_is_named_with_its_place(self, site: Site) -> None:
        await site.agency("city")
        answer = await site.call("POST", "/services", CITY, PERMIT)
        problem = answer.json()
        assert (answer.status_code, problem["type"].rsplit("/")[-1]) == (409, "not-yet-known")
        assert answer.headers["Retry-After"] == "2"
        assert problem["errors"] == [
            {"pointer": "/steps/1/agency", "detail": "no agency has the code 'land'"}
        ]
        assert (await site.call("GET", "/services/permit")).status_code == 404

    async def test_filters(self, site: Site) -> None:
        await site.permit()
        other = {"code": "deed", "name": {"en": "Deed"}, "owner": "land", "steps": []}
        await site.done("POST", "/services", LAND, other)
        for query, found in (
            ("owner=city", ["permit"]),
            ("agency=land", ["permit"]),
            ("owner=land", ["deed"]),
            ("q=PERM", ["permit"]),
            ("q=deed&owner=city", []),
            ("", ["deed", "permit"]),
        ):
            page = await site.done("GET", f"/services?{query}")
            assert [item["code"] for item in page["items"]] == found, query


class TestSources:
    async def test_another_agencys_source_answers_as_a_missing_one(self, site: Site) -> None:
        await site.permit()
        source = {"code": "land-api", "agency": "land", "services": ["permit"], "holder": "previous"}
        await site.done("POST", "/sources", LAND, source)
        assert (await site.done("GET", "/sources", CITY))["items"] == []
        own = await site.call("GET", "/sources/land-api", ("land", "viewer"))
        assert own.json() == {**source, "state": "active", "version": 1}
        for method, body in (("GET", None), ("PUT", {"services": ["permit"]}), ("PATCH", {"holder": "next"})):
            foreign = (await site.call(method, "/sources/land-api", CITY, body)).json()
            missing = (await site.call(method, "/sources/nothing", CITY, body)).json()
            foreign.pop("trace_id"), missing.pop("trace_id")
            assert foreign == missing
            assert foreign["status"] == 404

    async def test_a_source_is_told_changed_and_disabled(self, site: Site) -> None:
        await site.permit()
        await site.done("POST", "/sources", LAND, {"code": "s", "agency": "land", "services": ["permit"]})
        await site.done("PATCH", "/sources/s", LAND, {"state": "disabled"})
        assert [(f["version"], f["state"], f["holder"]) for f in site.told("registry.source.v1")] == [
            (1, "active", "next"),
            (2, "disabled", "next"),
        ]
        assert len((await site.done("GET", "/sources?service=permit", LAND))["items"]) == 1
        assert (await site.done("GET", "/sources?service=other", LAND))["items"] == []

    async def test_an_unknown_service_is_not_yet_known(self, site: Site) -> None:
        await site.agency("land")
        answer = await site.call(
            "POST", "/sources", LAND, {"code": "s", "agency": "land", "services": ["nothing"]}
        )
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (409, "/services/0")


class TestManners:
    @pytest.mark.parametrize("method", ["PUT", "PATCH"])
    async def test_a_stale_version_is_refused(self, site: Site, method: str) -> None:
        await site.permit()
        read = await site.call("GET", "/services/permit")
        assert read.headers["ETag"] == '"1"'
        body: dict[str, Any] = {"name": {"en": "Licence"}, "steps": PERMIT["steps"]}
        first = await site.call(method, "/services/permit", CITY, body, If_Match='"1"')
        assert (first.status_code, first.headers["ETag"]) == (200, '"2"')
        stale = await site.call(method, "/services/permit", CITY, body, If_Match='"1"')
        assert stale.status_code == 412
        assert '"2"' in stale.json()["detail"]

    async def test_the_same_key_gives_the_same_answer_once(self, site: Site) -> None:
        body = {"code": "city", "name": {"en": "City"}}
        first = await site.call("POST", "/agencies", OPERATOR, body, Idempotency_Key="k1")
        again = await site.call("POST", "/agencies", OPERATOR, body, Idempotency_Key="k1")
        assert (again.status_code, again.content) == (201, first.content)
        assert again.headers["Idempotency-Replayed"] == "true"
        assert again.headers["Location"] == "/api/registry/v1/agencies/city"
        other = await site.call("POST", "/agencies", OPERATOR, {**body, "code": "x"}, Idempotency_Key="k1")
        assert other.status_code == 409
