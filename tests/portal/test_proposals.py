"""Exclusions and corrections on pages without a browser: proposed by a person of one agency, answered by one
of another, and what is answered to what is wrong or another's."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.portal.text import dates
from services.portal.views.proposing import Asked, clock, field_of
from services.portal.views.words import Reader
from tests.portal.conftest import HTML, REGISTRY, operator
from tests.portal.test_negotiation import main
from tests.portal.test_reports import text_of
from tests.portal.town import (
    BANGKOK,
    Officer,
    Town,
    agree,
    eventually_async,
    month_start,
    new_officer,
    open_town,
    rest,
)

METRICS, EVALUATION = "/api/metrics/v1", "/api/evaluation/v1"
CODE = "permits"
FORM = f"/app/agreements/{CODE}/exclusions/new"
MARCH = month_start(3)
"""The month that has results: closed, and final since its history was sealed."""


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """The two have an agreement for the past year; only what a test reports is known of it."""
    async with open_town(tmp_path, metrics_tick_seconds=0.5, metrics_disk_floor_mb=0) as found:
        calendar = {
            "code": "office",
            "owner": "city",
            "name": {"en": "Office"},
            "time_zone": "Asia/Bangkok",
            "weekly": {"monday": [["09:00", "17:00"]]},
        }
        await rest(found.city, "POST", f"{REGISTRY}/calendars", calendar)
        document = {
            "code": CODE,
            "title": {"th": "ใบอนุญาต", "en": "Permits"},
            "service": "permit",
            "parties": ["city", "land"],
            "legal_form": "informal",
            "visibility": "parties",
            "retroactive": True,
            "time_zone": "Asia/Bangkok",
            "calendar": "office",
            "effective_from": month_start(12).isoformat(),
            "effective_until": None,
            "objectives": [
                {
                    "code": "up",
                    "indicator": "permit.up",
                    "responsible": "land",
                    "comparator": ">=",
                    "target": "0.9",
                    "window": {"kind": "calendar", "unit": "month"},
                }
            ],
        }
        await agree(found, document)
        yield found


async def reported(town: Town) -> dict[str, Any]:
    """A month that was broken on its tenth day and is final, and a row that came after that. -> its result"""
    source = {"code": "land-api", "agency": "land", "services": ["permit"]}
    client = await rest(
        town.land,
        "POST",
        f"{REGISTRY}/agencies/land/clients",
        {"name": "reporter", "roles": ["agency_admin", "reporter"]},
    )
    token = await town.site.browser.post(
        f"{REGISTRY}/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=(client["client_id"], client["client_secret"]),
    )
    system = Officer(town.land.browser, "land", {"authorization": f"Bearer {token.json()['access_token']}"})
    await rest(system, "POST", f"{REGISTRY}/sources", source)
    span = {"from": MARCH.isoformat(), "to": month_start(2).isoformat(), "reason": "the log of the office"}
    asked = {"source": "land-api", "service": "permit", **span}
    backfill = (
        await eventually_async(
            lambda: town.land.browser.post(f"{METRICS}/backfills", json=asked, headers=system.rest),
            lambda answer: answer.is_success,
        )
    ).json()["id"]

    def rows(*found: tuple[int, int, int], **more: str) -> dict[str, Any]:
        return {
            "source": "land-api",
            "service": "permit",
            "measurements": [
                {
                    "indicator": "permit.up",
                    "at": (MARCH + timedelta(days=day)).isoformat(),
                    "good": good,
                    "total": total,
                }
                for day, good, total in found
            ],
            **more,
        }

    body = rows((4, 95, 100), (9, 0, 50), backfill=backfill)
    await rest(system, "POST", f"{METRICS}/measurements", body, Idempotency_Key="history")
    await rest(system, "POST", f"{METRICS}/backfills/{backfill}/seal")
    result = await _result(town, lambda each: each["window"]["state"] == "final" and each["total"] == 150)
    await rest(system, "POST", f"{METRICS}/measurements", rows((11, 850, 850)), Idempotency_Key="late")
    await eventually_async(
        lambda: rest(town.land, "GET", f"{EVALUATION}/results/{result['id']}/explanation"),
        lambda found: bool(found["after_final"]),
    )
    return result


async def _result(town: Town, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    start = MARCH.isoformat()
    path = f"{EVALUATION}/results?agreement={CODE}"

    async def ask() -> list[dict[str, Any]]:
        found = (await rest(town.land, "GET", path))["items"]
        return [
            each
            for each in found
            if datetime.fromisoformat(each["window"]["start"]) == datetime.fromisoformat(start)
            and wanted(each)
        ]

    try:
        found = await eventually_async(ask, bool)
    except AssertionError:
        standing = (await rest(town.land, "GET", path))["items"]
        raise AssertionError(
            [(each["window"], each["revision"], each["verdict"]) for each in standing]
        ) from None
    return found[0]


def typed(**changes: str) -> dict[str, str]:
    day = dates.written_day((MARCH + timedelta(days=9)).date(), "en")
    return {
        "kind": "force_majeure",
        "from_day": day,
        "from_time": "",
        "to_day": day,
        "to_time": "16:30",
        "reason_en": "Flooded roads",
        "objectives": "up",
        "act": "see",
        **changes,
    }


async def proposed(town: Town, **changes: str) -> str:
    """City sees what an exclusion would change, and proposes it. -> its address"""
    seen = await town.city.send(FORM, FORM, **typed(**changes))
    assert seen.status_code == 200, main(seen)
    sent = await town.city.post(seen.text, FORM, act="propose")
    assert sent.status_code == 303, main(sent)
    address, done = sent.headers["location"].split("?")
    assert done == "done=proposed"
    return str(address)


async def test_an_exclusion_is_tried_proposed_and_approved_and_the_result_is_judged_again(town: Town) -> None:
    await reported(town)
    seen = await town.city.send(FORM, FORM, **typed())
    assert "Breached 63.33% (95 of 150" in main(seen)
    assert "Met 95.00% (95 of 100" in main(seen)

    address = await proposed(town)
    waiting = await town.land.page("/app")
    page = await town.land.page(address)
    assert f'href="{address}"' in waiting.text
    assert "waits for your agency" in main(await town.land.page("/app/exclusions"))
    assert "Met 95.00% (95 of 100" in main(page)
    no_tick = await town.land.post(page.text, address, act="approvals")
    assert no_tick.status_code == 422
    assert '<a href="#read">' in no_tick.text

    approved = await town.land.post(page.text, address, act="approvals", read="yes")
    assert approved.status_code == 303, main(approved)
    after = await town.land.page(approved.headers["location"])
    assert "Your approval is recorded" in main(after)
    assert "All parties approved: it does not count" in main(after)
    result = await _result(town, lambda each: each["verdict"] == "met")
    assert (result["good"], result["total"], result["cause"]["kind"]) == (95, 100, "exclusion")


async def test_an_exclusion_that_all_revoke_counts_again(town: Town) -> None:
    await reported(town)
    address = await proposed(town)
    approved = await town.land.send(address, act="approvals", read="yes")
    assert approved.status_code == 303
    without = await _result(town, lambda each: each["verdict"] == "met")

    for officer in (town.city, town.land):
        revoked = await officer.send(address, act="revocations", read="yes")
        assert revoked.status_code == 303, main(revoked)
    assert "Revoked" in main(await town.city.page(address))
    # How often it was judged before that is a matter of ticks.
    again = await _result(town, lambda each: each["verdict"] == "breached")
    assert again["revision"] > without["revision"]
    assert again["cause"]["kind"] == "exclusion"


async def test_a_rejection_needs_its_reason_and_an_own_proposal_is_taken_back(town: Town) -> None:
    address = await proposed(town)
    page = await town.land.page(address)
    for _ in range(2):
        # The form of the approval stands first, that of the rejection behind it.
        silent = await town.land.post(page.text, address, act="rejections", reason="")
        assert silent.status_code == 422
        assert '<a href="#reason">' in silent.text
    rejected = await town.land.post(page.text, address, act="rejections", reason="The roads were dry")
    assert rejected.status_code == 303, main(rejected)
    assert "The roads were dry" in main(await town.city.page(address))
    stale = await town.land.post(page.text, address, act="approvals", read="yes")
    assert stale.status_code == 422
    assert "only an open proposal can be approved" in main(stale)

    other = await proposed(town, to_time="17:30")
    taken = await town.city.send(other, act="withdrawal", read="yes")
    assert taken.status_code == 303, main(taken)
    assert "Withdrawn" in main(await town.land.page(other))


async def test_what_is_wrong_in_an_exclusion_is_told_at_its_field_and_input_is_kept(town: Town) -> None:
    answer = await town.city.send(
        FORM, FORM, **typed(from_day="31/2/2026", to_time="25:99", reason_en="", cases="A-1")
    )
    early = await town.city.send(FORM, FORM, **typed(from_day="1/1/2001", to_day="2/1/2001"))
    refused = await town.city.post(early.text, FORM, act="propose")
    thai = await town.city.browser.post(
        FORM,
        data={**_hidden(early.text), **typed(reason_en="")},
        headers={**HTML, "accept-language": "th"},
    )

    assert answer.status_code == 422
    for field in ("from_day", "to_time", "reason_th"):
        assert f'<a href="#{field}">' in answer.text, field
        assert f'id="{field}"' in answer.text, field
    assert 'value="31/2/2026"' in answer.text
    assert ">A-1</textarea>" in answer.text
    assert "you entered “25:99”" in main(answer)
    assert refused.status_code == 422
    assert "is not in force at" in main(refused)
    assert 'value="1/1/2001"' in refused.text
    assert "โปรดบอกเหตุผล" in main(thai)


def _hidden(html: str) -> dict[str, str]:
    token = html.split('name="form_token" value="')[1].split('"')[0]
    return {"form_token": token, "key": "page-of-a-test"}


async def test_final_results_count_what_came_late_once_both_agree(town: Town) -> None:
    result = await reported(town)
    page = await town.city.page(f"/app/results/{result['id']}")
    form = f"/app/results/{result['id']}/correction"
    assert f'href="{form}"' in page.text
    asked = await town.city.page(form)
    assert "1 row" in main(asked)
    silent = await town.city.post(asked.text, form, reason="")
    assert silent.status_code == 422
    for field in ("batches", "reason"):
        assert f'<a href="#{field}">' in silent.text, field

    (batch,) = [each.split('"')[0] for each in asked.text.split('name="batches" value="')[1:]]
    sent = await town.city.post(asked.text, form, reason="The line was down", batches=batch)
    assert sent.status_code == 303, main(sent)
    address = sent.headers["location"].split("?")[0]
    assert "waits for your agency" in main(await town.land.page(f"/app/corrections?agreement={CODE}"))
    approved = await town.land.send(address, act="approvals", read="yes")
    assert approved.status_code == 303, main(approved)

    after = await _result(town, lambda each: each["verdict"] == "met")
    assert (after["good"], after["total"], after["cause"]["kind"]) == (945, 1000, "correction")
    told = await town.city.page(f"/app/results/{after['id']}")
    assert "A correction that all approved" in main(told)
    again = await town.city.page(f"/app/results/{after['id']}/correction")
    assert "Nothing came after this result was final" in main(again)


async def test_a_version_of_a_calendar_for_the_past_is_proposed_to_the_others(town: Town) -> None:
    version = {
        "name": {"en": "Office"},
        "time_zone": "Asia/Bangkok",
        "weekly": {"tuesday": [["09:00", "17:00"]]},
        "effective_from": MARCH.date().isoformat(),
        "retroactive": True,
        "reason": "A holiday that was declared afterwards",
    }
    await rest(town.city, "POST", f"{REGISTRY}/calendars/office/versions", version)
    form = "/app/calendars/office/versions/2/adoption"
    calendar = await town.land.page("/app/calendars/office")
    assert f'href="{form}"' in calendar.text

    async def shown() -> httpx.Response:
        return await town.land.page(form)

    page = await eventually_async(shown, lambda answer: "No window would change" in main(answer))
    silent = await town.land.post(page.text, form, reason="")
    sent = await town.land.post(page.text, form, reason="As declared", agreement=CODE)

    assert silent.status_code == 422
    assert sent.status_code == 303, main(sent)
    address = sent.headers["location"].split("?")[0]
    assert "Apply version 2 of the calendar office to the past" in main(await town.city.page(address))
    first = await town.land.page("/app/calendars/office/versions/1/adoption")
    assert "was not published for the past" in main(first)


async def test_a_breach_is_disputed_and_answered_by_the_other_party(town: Town) -> None:
    await reported(town)

    async def opened() -> Any:
        return (await rest(town.land, "GET", f"{EVALUATION}/breaches?agreement={CODE}"))["items"]

    address = f"/app/breaches/{(await eventually_async(opened, bool))[0]['id']}"
    page = await town.land.page(address)
    silent = await town.land.post(page.text, f"{address}/disputes", about="breach", reason=" ")
    assert silent.status_code == 422
    assert '<a href="#reason">' in silent.text
    for _ in range(2):
        # The same form again is the same dispute.
        sent = await town.land.post(page.text, f"{address}/disputes", about="breach", reason="Floods")
        assert sent.status_code == 303, main(sent)
    paper = await town.city.page(f"{address}.pdf")
    assert paper.headers["content-type"] == "application/pdf"
    assert "Floods" in text_of(paper.content)
    assert (await town.site.page(f"{address}.pdf")).status_code == 303
    assert (await town.land.page("/app/breaches/nothing.pdf")).status_code == 404
    again = await town.land.send(address, f"{address}/disputes", about="breach", reason="Once more")
    assert again.status_code == 422
    assert "disputes just this already" in main(again)
    assert ">Once more</textarea>" in again.text

    asked = await town.city.page("/app")
    assert "Dispute: Floods" in main(asked)
    whole = await town.city.page(f"{address}?done=disputed", "th")
    assert "ไม่รับข้อโต้แย้ง" in main(whole)
    (dispute,) = {each.split('"')[0] for each in whole.text.split(f'action="{address}/disputes/')[1:]}
    at = f"{address}/disputes/{dispute}"
    mute = await town.city.post(whole.text, at, answer="decline", reason="")
    assert mute.status_code == 422
    assert f'<a href="#reason-{dispute}">' in mute.text
    done = await town.city.post(whole.text, at, answer="decline", reason="The roads were dry")
    assert done.status_code == 303, main(done)
    told = main(await town.land.page(address))
    assert "Dispute declined" in told
    assert "The roads were dry" in told
    late = await town.city.post(whole.text, at, key="page-another", answer="uphold", reason="")
    assert late.status_code == 422
    assert (await town.city.post(whole.text, at, answer="other")).status_code == 404


async def test_another_agency_the_public_and_another_site_reach_nothing(town: Town) -> None:
    result = await reported(town)
    address = await proposed(town)
    stranger = await new_officer(town.site, await operator(town.site), "other")
    pages = (address, FORM, f"/app/results/{result['id']}/correction")
    for page in pages:
        assert (await stranger.page(page)).status_code == 404, page
        assert (await town.site.page(page)).status_code == 303, page
        assert (await town.land.page(page)).status_code == 200, page
        forged = await town.land.browser.post(
            page, data={"form_token": "forged", "act": "approvals", "read": "yes"}, headers=HTML
        )
        assert forged.status_code == 400, page
    for page in ("/app/exclusions", "/app/corrections"):
        assert "Permits" not in (await stranger.page(page)).text
        for lang in ("th", "en"):
            answer = await town.land.page(page, lang)
            assert f'<html lang="{lang}">' in answer.text
    assert "No agreement of your agency uses" in main(
        await stranger.page("/app/calendars/office/versions/1/adoption")
    )
    assert (await town.land.send(address, act="other", read="yes")).status_code == 404
    await stranger.browser.aclose()


# --- what is typed -----------------------------------------------------------------------------------


def asked(**changes: str) -> Asked:
    now = datetime(2026, 11, 25, tzinfo=UTC)
    fields = {"kind": "maintenance", "reason_th": "ย้าย", **changes}
    return Asked(Reader("en"), BANGKOK, now, fields, (), ("province",))


def test_a_day_without_times_is_the_whole_day_and_24_00_the_next_one() -> None:
    whole = asked(from_day="1/10/2569", to_day="2026-10-02").body
    hours = asked(from_day="1/10/2026", from_time="8.30", to_day="1/10/2026", to_time="24:00").body

    assert (whole["from"], whole["to"]) == ("2026-10-01T00:00:00+07:00", "2026-10-03T00:00:00+07:00")
    assert (hours["from"], hours["to"]) == ("2026-10-01T08:30:00+07:00", "2026-10-02T00:00:00+07:00")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, "from_day"),
        ({"from_day": "1/10/2026"}, "to_day"),
        ({"to_day": "1/10/2026"}, "from_day"),
        ({"from_time": "10:00", "to_day": "1/10/2026"}, "from_day"),
        ({"from_day": "2/10/2026", "to_day": "1/10/2026"}, "to_day"),
        ({"from_day": "1/10/2026", "from_time": "9:00", "to_day": "1/10/2026", "to_time": "9:00"}, "to_day"),
        ({"cases": "A-1", "until": "24/11/2026"}, "until"),
        ({"cases": "A-1", "reason_th": " "}, "reason_th"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(changes: dict[str, str], field: str) -> None:
    assert [name for name, _ in asked(**changes).faults] == [field]


def test_cases_groups_and_a_deadline_are_read() -> None:
    found = asked(cases=" A-1 \nA-2\n\nA-1", until="25/11/2026", **{"scope-province": "10"})

    assert not found.faults
    assert found.body["journeys"] == ["A-1", "A-2"]
    assert found.body["scope"] == {"province": "10"}
    assert found.body["expires_at"] == "2026-11-26T00:00:00+07:00"


def test_a_time_of_day_is_read_exactly() -> None:
    assert clock("24:01") is None
    assert clock("24:00") == "24:00"
    assert clock("9") is None
    assert str(clock("19.05")) == "19:05:00"
    assert clock("7:60") is None


def test_a_refusal_stands_at_the_field_that_it_is_about() -> None:
    said = ("/from", "/expires_at", "/scope/province", "/objectives/3", "/journeys/0", "")
    assert [field_of(each) for each in said] == [
        "from_day",
        "until",
        "scope-province",
        "objectives",
        "cases",
        "from_day",
    ]
