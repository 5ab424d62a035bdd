"""Reports on schedule as people meet them: made again to the byte, and told apart from what is so now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import httpx
import pytest

from services.evaluation.handlers import kept_reports
from services.evaluation.store import control
from services.portal.reports.period import month_of
from shared.db import UnitOfWork
from tests.e2e.instance import eventually, month_start, objective
from tests.portal.conftest import PASSWORD, REGISTRY, token_in
from tests.whole import (
    AGREEMENT,
    EVALUATION,
    METRICS,
    OF_AN_AGENCY,
    SLA,
    Whole,
    agreement,
    measurements,
    open_whole,
)

CODE = "permit-open"
START = month_start(1)
PERIOD = month_of(START)
REPORTS = f"{EVALUATION}/reports"
LATE = {
    "indicator": "permit.availability",
    "at": (START + timedelta(days=3)).isoformat(),
    "good": 0,
    "total": 100,
}


def ratio(day: int, good: int, province: str, months_ago: int = 1) -> dict[str, Any]:
    at = month_start(months_ago) + timedelta(days=day)
    row = {"indicator": "permit.availability", "at": at.isoformat(), "good": good, "total": 100}
    return {**row, "labels": {"province": province}}


def keep(_: None, uow: UnitOfWork) -> str:
    """As on the first working day, whatever day it is."""
    revisions = control.revisions_of(uow.connection, agreement=CODE)
    found = kept_reports.basis_now(uow.connection, CODE, revisions, PERIOD)
    assert found is not None
    kept_reports.keep(uow, CODE, revisions, PERIOD, found)
    (listed,) = kept_reports.store.listed(
        uow.connection, agreements=[CODE], period=None, after=None, limit=10
    )
    return listed.id


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """An agreement with a plain promise, two by province, and one over those; the last two months judged."""
    with open_whole(tmp_path_factory.mktemp("reports")) as found:
        city, land = (found.token(name, *OF_AN_AGENCY) for name in ("city", "land"))
        document = agreement(
            code=CODE,
            visibility="public",
            objectives=[
                objective("up", "permit.availability", grace="P60D"),
                objective("everywhere", "permit.availability", scope=["province"], grace="P60D"),
                objective("half", "permit.availability", scope=["province"], grace="P60D", target="0.5"),
            ],
            composites=[
                {
                    "code": "both",
                    "kind": "all",
                    "members": [{"objective": "half"}, {"objective": "everywhere"}],
                    "responsible": "land",
                }
            ],
        )
        digest = found.done("POST", f"{SLA}/agreements", city, document)["revisions"][-1]["hash"]
        revision = f"{SLA}/agreements/{CODE}/revisions/{digest}"
        found.done("POST", f"{revision}/offer", city)
        for token in (city, land):
            found.done("POST", f"{revision}/acceptances", token, {"hash": digest})
        rows = [
            ratio(day, 90 if province == "10" else 60, province)
            for day in (1, 2)
            for province in ("10", "50")
        ]
        rows += [ratio(1, 99, "10", months_ago=2)]
        found.done("POST", f"{METRICS}/measurements", land, measurements(*rows), Idempotency_Key="open")
        eventually(lambda: good_of(found), lambda good: good == [300])
        yield found


def good_of(whole: Whole) -> list[int]:
    """What was good of last month in the plain promise."""
    query = (
        f"agreement={CODE}&objective=up&from={(START + timedelta(days=20)).strftime('%Y-%m-%dT%H:%M:%SZ')}"
    )
    items = whole.call("GET", f"{EVALUATION}/results?{query}").json()["items"]
    return [each["good"] for each in items if each["window"]["state"] != "open"]


@pytest.fixture(scope="module")
def kept(whole: Whole) -> str:
    return whole.db("evaluation").transact(keep, None)


def page(whole: Whole, path: str, lang: str = "en", **headers: str) -> httpx.Response:
    # Only what is handed in: the client would keep whose cookies came last.
    whole.http.cookies.clear()
    return whole.call("GET", path, accept="text/html", accept_language=lang, **headers)


def main(answer: httpx.Response) -> str:
    text = unescape(re.sub(r"<[^>]+>", " ", answer.text.split("<main")[1]))
    return re.sub(r"[\s\u00a0\u2060]+", " ", text)


def test_the_page_and_what_is_kept_are_made_from_the_same(whole: Whole, kept: str) -> None:
    """The evaluator and the portal each choose what a report shows: groups and composites too."""
    found = whole.call("GET", f"{REPORTS}/{kept}").json()
    live = page(whole, f"/reports/{CODE}/{PERIOD}")

    assert found["basis"] == found["basis_now"]
    assert {each["objective"] for each in found["results"]} == {"up", "everywhere", "half", "both"}
    assert found["basis"] in live.text
    assert f'href="/reports/{kept}"' in live.text
    then = page(whole, f"/reports/{kept}")
    assert "Nothing has changed since" in main(then)
    assert found["basis"] in then.text
    for ending in ("pdf", "xlsx"):
        again = page(whole, f"/reports/{kept}.{ending}")
        assert again.status_code == 200
        assert again.content == page(whole, f"/reports/{CODE}/{PERIOD}.{ending}").content


def test_it_is_listed_for_whom_the_agreement_is(whole: Whole, kept: str) -> None:
    land, far = (whole.token(name, *OF_AN_AGENCY) for name in ("land", "far"))
    secret = whole.objects["reports"]

    def listed(token: str | None, query: str = "") -> list[str]:
        return [each["id"] for each in whole.call("GET", f"{REPORTS}{query}", token).json()["items"]]

    assert set(listed(land)) == {kept, secret}
    assert listed(far) == listed(None) == [kept]
    assert listed(far, "?party=me") == []
    assert listed(land, f"?agreement={CODE}&period={PERIOD}") == [kept]
    assert listed(land, "?period=2001-01") == []
    assert f'href="/reports/{kept}"' in page(whole, f"/agreements/{CODE}").text


@pytest.mark.parametrize(
    "path", [f"/reports/{'0' * 32}", f"/reports/{'1' * 32}.pdf", f"/reports/{'1' * 32}.xlsx"]
)
def test_one_that_is_not_there_and_one_of_others_are_one_page(whole: Whole, path: str) -> None:
    answer = page(whole, path)
    assert answer.status_code == 404
    assert "<h1" in answer.text


def test_a_person_finds_them_and_makes_one_now(whole: Whole, kept: str) -> None:
    asked = page(whole, "/app/reports")
    assert asked.status_code == 303
    assert asked.headers["location"].startswith("/sign-in?next=/app/reports")

    cookies = signed_in(whole, "reader@land.example")
    shown = page(whole, "/app/reports", cookie=cookies)
    thai = page(whole, "/app/reports", "th", cookie=cookies)
    assert f'href="/reports/{kept}.pdf"' in shown.text
    assert "May still change" in main(shown) or "some results may still change" in main(shown)
    assert "รายงานที่จัดทำตามกำหนด" in main(thai)
    assert f'<option value="{PERIOD}">' in shown.text
    chosen = page(whole, f"/app/reports/new?agreement={CODE}&period={PERIOD}", cookie=cookies)
    assert (chosen.status_code, chosen.headers["location"]) == (303, f"/reports/{CODE}/{PERIOD}")
    empty = page(whole, "/app/reports/new", cookie=cookies)
    assert empty.headers["location"] == "/app/reports#new"
    assert page(whole, "/app/reports?after=nonsense", cookie=cookies).status_code == 404


def test_the_lessons_of_a_year_are_public_and_their_causes_for_the_parties(whole: Whole) -> None:
    year = f"fy{START.year + (START.month >= 10)}"
    cookies = signed_in(whole, "lessons@land.example")
    public = page(whole, f"/reports/{CODE}/{year}/lessons")
    party = page(whole, f"/reports/{CODE}/{year}/lessons", cookie=cookies)

    assert "What failed, and why" in main(public)
    assert "breached in" in main(public)
    assert "Proposals for next year" not in main(public)
    assert "Proposals for next year" in main(party)
    assert "บทเรียนประจำปีงบประมาณ" in main(page(whole, f"/reports/{CODE}/{year}/lessons", "th"))
    assert page(whole, f"/reports/{CODE}/{year}/lessons.pdf").headers["content-type"] == "application/pdf"
    assert f'href="/reports/{CODE}/{year}/lessons"' in page(whole, f"/reports/{CODE}/{year}").text
    for missing in (f"/reports/{CODE}/{PERIOD}/lessons", f"/reports/{AGREEMENT}/{year}/lessons"):
        assert page(whole, missing).status_code == 404


def test_only_the_parties_find_causes_beside_a_report(whole: Whole) -> None:
    cookies = signed_in(whole, "causes@land.example")

    assert "Main findings" not in main(page(whole, f"/reports/{CODE}/{PERIOD}"))
    shown = main(page(whole, f"/reports/{CODE}/{PERIOD}", cookie=cookies))
    assert "Main findings" in shown
    assert "Done in this period" in shown
    assert "cannot be shown" not in shown


def test_the_feed_tells_that_it_is_ready(whole: Whole, kept: str) -> None:
    told = eventually(
        lambda: whole.call(
            "GET",
            "/api/delivery/v1/events?type=sanya.evaluation.report.ready.v1",
            whole.token("far", *OF_AN_AGENCY),
        ).json()["items"],
        bool,
    )
    assert [each["subject"] for each in told] == [kept]


def test_late_data_changes_the_page_and_not_what_was_kept(whole: Whole, kept: str) -> None:
    """Last of all: the other tests want what is kept to be what is so now."""
    before = page(whole, f"/reports/{kept}.pdf").content
    land = whole.token("land", *OF_AN_AGENCY)
    late = {**LATE, "labels": {"province": "10"}}
    whole.done("POST", f"{METRICS}/measurements", land, measurements(late), Idempotency_Key="late")
    eventually(
        lambda: whole.call("GET", f"{REPORTS}/{kept}").json()["changed"], lambda found: len(found) >= 3
    )

    then = main(page(whole, f"/reports/{kept}"))
    assert "windows have changed since" in then
    assert "Revised" in then
    assert page(whole, f"/reports/{kept}.pdf").content == before
    assert page(whole, f"/reports/{CODE}/{PERIOD}.pdf").content != before


def signed_in(whole: Whole, email: str) -> str:
    """The cookies of a person of land."""
    land = whole.token("land", *OF_AN_AGENCY)
    who = {"email": email, "name": "Reader", "roles": ["viewer"]}
    link = whole.done("POST", f"{REGISTRY}/agencies/land/people", land, who)["invitation"]["token"]
    whole.call("POST", f"{REGISTRY}/invitations/{link}/acceptance", None, {"password": PASSWORD})
    asked = page(whole, "/sign-in")
    cookie = "; ".join(each.split(";")[0] for each in asked.headers.get_list("set-cookie"))
    fields = {"form_token": token_in(asked.text), "email": who["email"], "password": PASSWORD}
    answer = whole.send(
        whole.http.build_request(
            "POST", "/sign-in", data=fields, headers={"Cookie": cookie, "accept": "text/html"}
        )
    )
    assert answer.status_code == 303, answer.text
    return "; ".join([cookie, *(each.split(";")[0] for each in answer.headers.get_list("set-cookie"))])


def test_one_of_an_agreement_for_parties_is_hidden(whole: Whole) -> None:
    assert AGREEMENT not in whole.call("GET", REPORTS).text
