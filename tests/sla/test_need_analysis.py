"""What follows from needs, on both databases: rank, themes, coverage, proposals, help with targets."""

# ruff: noqa: F811 - a fixture is used by its name

from __future__ import annotations

from typing import Any

import pytest

from tests.sla.documents import AGREEMENT, CONFIRM
from tests.sla.test_api import CITY, LAND, PROVINCE, Site
from tests.sla.test_needs import FACTOR, FAR, get, made, site, status  # noqa: F401

# --- ranking and coverage ----------------------------------------------------------------------------


async def test_weights_are_kept_with_their_author_and_change_the_rank(site: Site) -> None:
    often = await made(site, frequency=5, severity=2, legal_weight=1)
    grave = await made(site, frequency=1, severity=3, legal_weight=3)
    unrated = await made(site, frequency=None)

    async def order() -> list[str]:
        ranked = await get(site, "/needs/ranking?service=permit")
        return [each["need"]["id"] for each in ranked["items"]]

    assert await order() == [often["id"], grave["id"], unrated["id"]]
    found = await get(site, "/needs/weights?service=permit")
    assert (found["weights"]["version"], len(found["history"])) == (0, 1)
    weights = {"service": "permit", "frequency": 0, "severity": 1, "legal_weight": 2}
    answer = await site.call("PUT", "/needs/weights", LAND, weights, if_match='"0"')
    assert (answer.status_code, answer.json()["version"], answer.headers["etag"]) == (200, 1, '"1"')
    assert (await site.call("PUT", "/needs/weights", LAND, weights, if_match='"0"')).status_code == 412
    assert await status(site, "PUT", "/needs/weights", FAR, weights) == 403
    assert await status(site, "PUT", "/needs/weights", CITY, {**weights, "severity": 4}) == 422
    # Frequency counts for nothing now, so that who lacks it has a score.
    assert await order() == [grave["id"], unrated["id"], often["id"]]
    history = (await get(site, "/needs/weights?service=permit"))["history"]
    assert [(each["version"], each["agency"], each["by"]) for each in history] == [
        (1, "land-office", "client-of-land-office"),
        (0, None, None),
    ]
    page = await get(site, "/needs/ranking?service=permit&limit=2")
    rest = await get(site, f"/needs/ranking?service=permit&limit=2&after={page['next']}")
    assert [each["rank"] for each in page["items"] + rest["items"]] == [1, 2, 3]
    assert rest["next"] is None


async def test_themes_gather_the_groups(site: Site) -> None:
    await made(site, severity=5)
    await made(site, theme="ที่จอดรถ", frequency=1, severity=1, legal_weight=1)
    await made(site, theme=None, frequency=None)
    found = (await get(site, "/needs/themes?service=permit"))["items"]
    assert [(each["theme"], each["groups"]) for each in found] == [
        ("ความรวดเร็ว", 1),
        ("ที่จอดรถ", 1),
        (None, 1),
    ]
    assert found[2]["moscow"]["unrated"] == 1


async def test_coverage_says_what_has_no_promise_and_what_nobody_asked_for(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.http.NOT_YET_KNOWN_WAIT", 0.05)
    digest = await site.drafted({**AGREEMENT, "visibility": "parties"})
    asked, lonely = await made(site), await made(site, theme=None, severity=1)
    at = f"/needs/{asked['id']}"

    async def standings(who: tuple[Any, ...] = CITY) -> dict[str, str]:
        found = await get(site, "/needs/coverage?service=permit", who)
        return {each["need"]: each["standing"] for each in found["items"]}

    assert set((await standings()).values()) == {"open"}
    found = await get(site, "/needs/coverage?service=permit")
    assert [each["objective"] for each in found["promises_without_need"]] == ["confirm-3-days"]
    linked = await site.call("POST", f"{at}/links", CITY, {"indicator": "permit.confirmation-time"})
    assert linked.status_code == 201, linked.text
    assert await standings() == {asked["id"]: "proposed", lonely["id"]: "open"}
    # The province is no party: it does not learn of the draft.
    assert await standings(PROVINCE) == {asked["id"]: "open", lonely["id"]: "open"}
    named = {"agreement": "permit-2026", "objective": "confirm-3-days"}
    assert await status(site, "POST", f"{at}/links", PROVINCE, named) == 409
    assert await status(site, "POST", f"{at}/links", CITY, {**named, "objective": "other"}) == 422
    assert await status(site, "POST", f"{at}/links", CITY, {"objective": "other"}) == 422
    assert await status(site, "POST", f"{at}/links", CITY, {"indicator": "nothing"}) == 409
    objective = await site.call("POST", f"{at}/links", LAND, named)
    assert objective.status_code == 201
    assert await status(site, "POST", f"{at}/links", LAND, named) == 409
    assert len((await get(site, at, LAND))["links"]) == 2
    assert [each["indicator"] for each in (await get(site, at, PROVINCE))["links"]] == [
        "permit.confirmation-time"
    ]
    hidden = next(each["id"] for each in objective.json()["links"] if each["objective"])
    assert await status(site, "DELETE", f"{at}/links/{hidden}", PROVINCE) == 404
    await site.call("POST", f"/agreements/permit-2026/revisions/{digest}/offer", CITY)
    for who in (CITY, LAND):
        place = f"/agreements/permit-2026/revisions/{digest}/acceptances"
        await site.call("POST", place, who, {"hash": digest})
    found = await get(site, "/needs/coverage?service=permit")
    assert found["counts"] == {"promised": 1, "proposed": 0, "open": 1}
    assert found["promises_without_need"] == []
    assert found["items"][0]["objectives"][0]["via"] == "objective"
    assert {each["code"]: (each["needed"], each["promised"]) for each in found["indicators"]}[
        "permit.confirmation-time"
    ] == (True, True)
    still = await get(site, "/needs/coverage?service=permit&standing=open")
    assert [each["need"] for each in still["items"]] == [lonely["id"]]
    gone = await site.call("DELETE", f"{at}/links/{hidden}", CITY)
    assert (gone.status_code, len(gone.json()["links"])) == (200, 1)
    assert await status(site, "DELETE", f"{at}/links/{hidden}", CITY) == 404


# --- the catalogue -----------------------------------------------------------------------------------


async def test_the_catalogue_is_public_and_in_both_languages(site: Site) -> None:
    answer = await site.call("GET", "/indicator-catalogue", None)
    found = answer.json()["items"]
    assert [each["code"] for each in found] == [
        "end-to-end-time",
        "on-time-share",
        "availability",
        "first-time-right",
        "satisfaction",
        "digital-take-up",
        "completion",
        "complaint-resolution",
    ]
    for each in found:
        for name in ("name", "about", "formula", "theme"):
            assert set(each[name]) == {"th", "en"}


async def test_needs_propose_indicators_with_starting_targets(site: Site) -> None:
    fast = await made(site, statement={"th": "ออกใบอนุญาตช้า รอนานมาก"}, wanted="P5D")
    await made(site, statement={"en": "It takes too long"}, wanted="P3D", frequency=1)
    online = await made(
        site, statement={"en": "I want to apply online"}, wanted="0.7", theme=None, severity=1
    )
    await site.call(
        "POST", "/factors", CITY, {**FACTOR, "text": {"th": "ระยะเวลาไม่เกินเจ็ดวัน"}, "indicator": None}
    )
    found = (await get(site, "/indicator-catalogue/proposals?service=permit", LAND))["items"]
    codes = {each["code"]: each for each in found}
    assert found[0]["code"] == "end-to-end-time"
    assert codes["end-to-end-time"]["needs"][0] == fast["id"]
    assert codes["end-to-end-time"]["starting_targets"] == {
        "asked_median": "P3D",
        "asked_strictest": "P3D",
        "law": "P7D",
    }
    assert codes["digital-take-up"]["needs"] == [online["id"]]
    assert codes["digital-take-up"]["starting_targets"]["asked_median"] == "0.7"
    for each in found:
        draft = {name: value for name, value in each["draft"].items() if value is not None}
        answer = await site.call("POST", "/indicators", CITY, draft)
        assert answer.status_code == 201, (draft, answer.text)
    again = (await get(site, "/indicator-catalogue/proposals?service=permit"))["items"]
    assert all(each["existing"] == [f"permit.{each['code']}"] for each in again)


# --- beside targets ----------------------------------------------------------------------------------


async def test_beside_a_target_stands_what_was_asked_and_what_the_law_says(site: Site) -> None:
    document = {**AGREEMENT, "objectives": [{**CONFIRM, "allotments": {"t01": "P1D", "t05": "P1D"}}]}
    digest = await site.drafted(document)
    path = f"/agreements/permit-2026/revisions/{digest}/targets"
    for wanted in ("P3D", "P2D", "P2D", "0.8", "0.9"):
        found = await made(site, wanted=wanted)
        await site.call("POST", f"/needs/{found['id']}/links", CITY, {"indicator": CONFIRM["indicator"]})
    await made(site, wanted="P1D")
    await site.call("POST", "/factors", CITY, FACTOR)
    (item,) = (await get(site, path, LAND))["items"]
    assert (item["objective"], item["limit"], item["target"]) == ("confirm-3-days", "P3D", "0.8")
    assert [(each["value"], each["needs"], each["kept"]) for each in item["asked"]] == [
        ("P2D", 2, False),
        ("P3D", 1, True),
        ("0.8", 1, True),
        ("0.9", 1, False),
    ]
    assert [(each["section"], each["value"], each["kept"]) for each in item["law"]] == [
        ("มาตรา 10", "P7D", True)
    ]
    assert item["steps"] == {
        "allotted": "P2D",
        "limit": "P3D",
        "fits": True,
        "left": "P1D",
        "without": ["t09"],
    }
    assert (len(item["needs"]), item["best_rank"]) == (5, 1)
    # A draft is its maker's and the parties' own.
    for who in (PROVINCE, FAR):
        assert await status(site, "GET", path, who) == 404


async def test_one_need_is_asked_for_with_what_stands_around_it(site: Site) -> None:
    first = await made(site, statement={"th": "ขอให้ออกใบอนุญาตเร็วขึ้น"}, severity=1)
    second = await made(site, statement={"th": "ขอให้ออกใบอนุญาตให้เร็วขึ้น"}, severity=2)
    third = await made(site, statement={"th": "ที่จอดรถไม่พอ"}, severity=5)
    asked = f"service=permit&need={second['id']}"

    alike = (await get(site, f"/needs/duplicates?{asked}"))["items"]
    assert [(each["need"], [one["need"] for one in each["alike"]]) for each in alike] == [
        (second["id"], [first["id"]])
    ]
    assert (await get(site, f"/needs/duplicates?service=permit&need={third['id']}"))["items"] == []
    ranked = (await get(site, f"/needs/ranking?{asked}"))["items"]
    assert [(each["need"]["id"], each["rank"]) for each in ranked] == [(second["id"], 2)]

    await site.call("POST", f"/needs/{first['id']}/merge", CITY, {"needs": [second["id"]]})
    # It stands in the group of the other now.
    covered = await get(site, f"/needs/coverage?{asked}")
    assert [each["need"] for each in covered["items"]] == [first["id"]]
    assert covered["counts"]["open"] == 2
    assert (await get(site, f"/needs/coverage?{asked}&standing=promised"))["items"] == []
    assert (await get(site, f"/needs/duplicates?{asked}"))["items"] == []
