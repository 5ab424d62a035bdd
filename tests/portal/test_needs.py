"""Needs as a negotiator meets them: forms without scripts, through the real services."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from tests.portal import desk
from tests.portal.conftest import HTML, Site, token_in
from tests.portal.desk import BASE, FACTORS, LAW, NEIGHBOUR, READER, SAID, STRANGER, Office, hidden, plain

office, settled = desk.office, desk.settled


async def test_an_empty_service_offers_the_form_and_the_file(office: Office) -> None:
    page = await office.text(BASE)
    template = await office.page(f"{BASE}/template.csv")

    assert f'href="{BASE}"' in await office.text("/app")
    assert "No need has been gathered yet" in page
    assert f'href="{BASE}/new"' in page
    assert f'href="{BASE}/import"' in page
    assert template.content.startswith(b"\xef\xbb\xbfstatement,source,recipient_group,")
    assert template.headers["content-disposition"].startswith("attachment")


# --- a need: its form, its page ----------------------------------------------------------------------


async def test_a_need_is_added_by_the_form_and_stands_first_among_the_gaps(office: Office) -> None:
    need = await office.add()
    stored = (await office.needs())[0]
    page = await office.text(f"{BASE}/{need}?done=need-added")
    listed = await office.text(BASE)

    assert stored["statement"] == {"th": SAID["statement_th"]}
    assert (stored["wanted"], stored["frequency"], stored["agency"]) == ("P3D", 4, "city")
    assert stored["evidence"] == [SAID["evidence"]]
    assert "The need was added" in page
    assert "No promise covers this need yet" in page
    assert re.search(r"4\s×\s3\s×\s2\s=\s24", page)
    assert f'<span lang="th">{SAID["statement_th"]}' in page
    assert "The one need here has no promise yet" in listed
    assert f'href="{BASE}/{need}"' in listed
    assert "score = Frequency × Severity × Legal weight" in listed


async def test_what_is_wrong_is_told_first_with_links_and_what_was_typed_is_kept(office: Office) -> None:
    answer = await office.send(
        f"{BASE}/new",
        **{**SAID, "statement_th": " ", "source": "", "wanted": "three", "evidence": "survey.pdf"},
    )
    text = plain(answer.text)

    assert answer.status_code == 422
    assert await office.needs() == []
    summary = text.split('role="alert"')[1].split("</section>")[0]
    assert "4 things to correct" in summary
    links = re.findall(r'href="#(\w+)"', summary)
    assert links == ["statement_en", "source", "wanted", "evidence"]
    for name in links:
        assert f'id="{name}"' in text
        assert re.search(
            rf'id="{name}"[^>]*aria-describedby="[^"]*{name}-message[^>]*aria-invalid="true"', text
        )
    assert 'value="three"' in text
    assert "survey.pdf</textarea>" in text
    assert text.index('role="alert"') < text.index("<form method")
    assert "<title>4" in answer.text


async def test_a_second_click_adds_nothing(office: Office) -> None:
    found = (await office.page(f"{BASE}/new")).text
    data = {"form_token": token_in(found), "key": hidden(found, "key"), **SAID}
    answers = [await office.site.browser.post(f"{BASE}/new", data=data, headers=HTML) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert len(await office.needs()) == 1


async def test_a_form_of_another_site_is_refused(office: Office) -> None:
    need = await office.add()
    forms = (
        f"{BASE}/new",
        f"{BASE}/{need}/edit",
        f"{BASE}/{need}/erase",
        f"{BASE}/import",
        f"{BASE}/ranking",
    )
    for path in (*forms, f"{BASE}/{need}/merge", f"{FACTORS}/new", f"{BASE}/themes"):
        answer = await office.site.browser.post(path, data={**SAID, "form_token": "x"}, headers=HTML)
        assert answer.status_code == 400, path
    assert len(await office.needs()) == 1


async def test_changed_meanwhile_shows_both_and_goes_on(office: Office) -> None:
    need = await office.add()
    found = (await office.page(f"{BASE}/{need}/edit")).text
    await office.call("PUT", f"/needs/{need}/theme", {"theme": "ความรวดเร็ว"})
    data = {**SAID, "channel": "ออนไลน์", "form_token": token_in(found), "version": hidden(found, "version")}

    answer = await office.site.browser.post(f"{BASE}/{need}/edit", data=data, headers=HTML)
    text = plain(answer.text)
    assert answer.status_code == 409
    assert "Somebody changed this need while you did" in text
    table = re.sub(r"<[^>]+>", " ", text.split("<tbody>")[1].split("</tbody>")[0])
    assert [
        word for word in ("Channel", "เคาน์เตอร์", "ออนไลน์", "Theme", "ความรวดเร็ว") if word not in table
    ] == []
    assert (await office.needs())[0]["channel"] == "เคาน์เตอร์"

    data["version"] = hidden(answer.text, "version")
    again = await office.site.browser.post(f"{BASE}/{need}/edit", data=data, headers=HTML)
    assert again.status_code == 303
    assert (await office.needs())[0]["channel"] == "ออนไลน์"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (("95", "percent"), "0.95"),
        (("4", "h"), "PT4H"),
        (("30", "min"), "PT30M"),
        (("1,200", "number"), "1200"),
    ],
)
async def test_what_is_wanted_comes_back_as_it_was_typed(
    office: Office, typed: tuple[str, str], stored: str
) -> None:
    need = await office.add(wanted=typed[0], wanted_unit=typed[1])
    page = (await office.page(f"{BASE}/{need}/edit")).text

    assert (await office.needs())[0]["wanted"] == stored
    assert f'value="{typed[0]}"' in page
    assert f'<option value="{typed[1]}" selected>' in page


async def test_a_duration_that_the_form_has_no_unit_for_is_kept(office: Office) -> None:
    need = await office.add()
    stored = (await office.needs())[0]
    body = {name: stored[name] for name in ("service", "statement", "source")} | {"wanted": "P1DT2H"}
    await office.call("PUT", f"/needs/{need}", body)
    page = (await office.page(f"{BASE}/{need}/edit")).text
    fields = {**SAID, "wanted": "P1DT2H", "wanted_unit": "written", "version": hidden(page, "version")}
    answer = await office.send(f"{BASE}/{need}/edit", **fields)

    assert 'value="P1DT2H"' in page
    assert answer.status_code == 303, answer.text
    assert (await office.needs())[0]["wanted"] == "P1DT2H"


async def test_likely_duplicates_are_merged_and_split_with_a_trace(office: Office) -> None:
    first = await office.add()
    second = await office.add(statement_th="ขอให้ออกใบอนุญาตให้เร็วขึ้น", frequency="5")
    suggested = await office.text(f"{BASE}/duplicates")
    assert "1 group may say the same" in suggested

    path = f"{BASE}/{first}/merge"
    merged = await office.send(path, f"{BASE}/duplicates", other=second, back="duplicates")
    assert merged.headers["location"] == f"{BASE}/duplicates?done=need-merged"
    page = await office.text(f"{BASE}/{first}")
    behind = await office.text(f"{BASE}/{second}")
    assert "Stands behind this one" in page
    assert "This need stands behind another" in behind
    assert "was merged into" in page
    assert "with one more that says the same" in await office.text(BASE)
    again = await office.send(path, f"{BASE}/{first}", other=second)
    assert again.status_code == 409
    assert "somebody changed it meanwhile" in again.text

    split = await office.send(f"{BASE}/{second}/split", f"{BASE}/{second}")
    assert split.status_code == 303
    page = await office.text(f"{BASE}/{first}")
    assert "was split from" in page
    assert [each["merged_into"] for each in await office.needs()] == [None, None]
    nothing = await office.send(path, f"{BASE}/{first}")
    assert nothing.status_code == 409
    assert "Choose at least one need" in nothing.text


async def test_the_words_are_erased_after_a_question(office: Office) -> None:
    need = await office.add()
    asked = await office.text(f"{BASE}/{need}/erase")
    assert "cannot be brought back" in asked
    assert (await office.send(f"{BASE}/{need}/erase")).status_code == 303

    assert "The words were erased" in await office.text(f"{BASE}/{need}")
    assert "The words were erased" in await office.text(BASE)
    assert (await office.needs())[0]["statement"] is None


# --- what follows from them --------------------------------------------------------------------------


async def test_an_indicator_is_proposed_made_and_linked(office: Office) -> None:
    need = await office.add()
    listed = await office.text(f"{BASE}/indicators")
    assert "End-to-end time" in listed
    assert re.search(r"3\sdays</b> the middle of what was asked", listed)

    form = f"{BASE}/indicators/end-to-end-time"
    draft = (await office.page(form)).text
    fields = {"name_en": "Time to the permit", "name_th": "", "from": "receive", "to": "inspect"}
    wrong = await office.send(form, **fields, code="Not A Code", need=need)
    assert wrong.status_code == 422
    assert 'value="Not A Code"' in wrong.text
    made = await office.send(form, **fields, code=hidden(draft, "code"), need=need)
    assert made.status_code == 303, made.text
    assert made.headers["location"] == f"{BASE}/indicators?done=need-indicator"

    stored = (await office.needs())[0]
    assert [link["indicator"] for link in stored["links"]] == ["permit.end-to-end-time"]
    assert "Time to the permit" in await office.text(f"{BASE}/{need}")
    matrix = await office.text(f"{BASE}/coverage")
    assert "measured, no promise" in matrix
    assert "Indicators that are needed but not promised" in matrix
    taken = await office.send(form, **fields, code="permit.end-to-end-time", need=need)
    assert taken.status_code == 422
    assert "There is an indicator permit.end-to-end-time already" in plain(taken.text)

    link = stored["links"][0]["id"]
    gone = [await office.send(f"{BASE}/{need}/unlink", f"{BASE}/{need}", link=link) for _ in range(2)]
    assert [answer.status_code for answer in gone] == [303, 303]
    assert (await office.needs())[0]["links"] == []
    linked = await office.send(f"{BASE}/{need}/links", f"{BASE}/{need}", target="i:permit.end-to-end-time")
    assert linked.status_code == 303
    nowhere = await office.send(f"{BASE}/{need}/links", f"{BASE}/{need}", target="")
    assert nowhere.status_code == 422


async def test_a_promise_covers_a_need_and_one_without_a_need_is_named(office: Office) -> None:
    need = await office.add()
    indicator = {"code": "permit.time", "service": "permit", "kind": "ratio", "unit": "case"}
    await office.call("POST", "/indicators", {**indicator, "name": {"en": "Permits in time"}})
    drafted = await office.call("POST", "/agreements", AGREEMENT)
    assert drafted["revisions"]
    before = await office.text(BASE)
    assert "Promises that no need asked for" in before
    linked = await office.send(f"{BASE}/{need}/links", f"{BASE}/{need}", target="o:permit-2026:in-time")
    assert linked.status_code == 303, linked.text

    page = await office.text(f"{BASE}/{need}")
    listed = await office.text(BASE)
    assert "A promise for this need is being negotiated" in page
    assert "Promises that no need asked for" not in listed
    assert "No need is left without an offer; 1 are still being negotiated" in listed
    assert "Every promise was asked for by a need" in await office.text(f"{BASE}/coverage")
    again = await office.send(f"{BASE}/{need}/links", f"{BASE}/{need}", target="o:permit-2026:in-time")
    assert again.status_code == 409


async def test_weights_are_changed_with_their_author(office: Office) -> None:
    await office.add()
    old = (await office.page(f"{BASE}/ranking")).text
    fields = {"frequency": "2", "severity": "1", "legal_weight": "0", "version": hidden(old, "version")}
    answer = await office.send(f"{BASE}/ranking", **fields)
    assert answer.status_code == 303
    page = await office.text(f"{BASE}/ranking")
    assert "score = Frequency × Frequency × Severity" in page
    assert "City" in page.rsplit("Weights so far", 1)[1]
    stale = await office.send(f"{BASE}/ranking", **fields)
    assert stale.status_code == 409
    assert "Somebody changed the weights meanwhile" in plain(stale.text)


async def test_needs_are_put_to_a_theme_together(office: Office) -> None:
    needs = [await office.add(), await office.add(statement_th="ที่จอดรถไม่พอ")]
    nothing = await office.send(f"{BASE}/themes", theme=" ")
    assert nothing.status_code == 422
    assert re.findall(r'href="#(\w+)"', nothing.text.split('role="alert"')[1])[:2] == ["choose", "theme"]
    answer = await office.send(f"{BASE}/themes", theme="ความสะดวก", need=needs)
    assert answer.status_code == 303
    assert [each["theme"] for each in await office.needs()] == ["ความสะดวก"] * 2
    page = await office.text(f"{BASE}/themes")
    assert "ความสะดวก</h2>" in page
    assert "Every need has a theme" in page
    one = await office.send(f"{BASE}/{needs[0]}/theme", f"{BASE}/{needs[0]}", theme="")
    assert one.status_code == 303
    assert [each["theme"] for each in await office.needs()] == [None, "ความสะดวก"]


async def test_the_list_is_narrowed_and_says_so(office: Office) -> None:
    await office.add()
    await office.add(statement_th="ที่จอดรถไม่พอ", source="complaint", channel="โทรศัพท์")
    page = await office.text(f"{BASE}?source=complaint&channel=โทรศัพท์")
    none = await office.text(f"{BASE}?source=law")
    rows = page.split("<tbody>")[1].split("</tbody>")[0]

    assert "ที่จอดรถไม่พอ" in rows
    assert "ใบอนุญาต" not in rows
    assert '<option value="complaint" selected>Complaint (1)' in page
    assert "No need matches the filter" in none
    assert (await office.page(f"{BASE}?page=2")).status_code == 404


# --- who may, and every page -------------------------------------------------------------------------

PAGES = ("", "/new", "/import", "/coverage", "/ranking", "/themes", "/duplicates", "/indicators")


async def test_every_page_has_its_twin_both_languages_and_no_script(office: Office) -> None:
    need = await office.add()
    await office.send(f"{FACTORS}/new", **LAW)
    factor = (await office.call("GET", "/factors?service=permit"))["items"][0]["id"]
    own = (f"/{need}", f"/{need}/edit", f"/{need}/erase", "/indicators/end-to-end-time")
    paths = [f"{BASE}{path}" for path in (*PAGES, *own)]
    paths += [FACTORS, f"{FACTORS}/new", f"{FACTORS}/{factor}", f"{FACTORS}/{factor}/erase"]
    for path in paths:
        answer = await office.page(path)
        thai = await office.page(path, **{"accept-language": "th"})
        assert answer.status_code == thai.status_code == 200, path
        assert "<script" not in answer.text
        assert " style=" not in answer.text
        assert 'name="form_token"' in answer.text
        twin = re.findall(r'<link rel="alternate" type="application/json" href="([^"]+)"', answer.text)
        assert twin, path
        data = await office.site.browser.get(f"/app{unescape(twin[0])}")
        assert data.status_code == 200, twin[0]
        words = re.sub(r"<[^>]+>", " ", plain(thai.text))
        # What is left in Latin letters was typed so, or is a name of a format.
        assert set(re.findall(r"[A-Za-z]{4,}", words)) <= LATIN, path
        assert f"{path}?lang=th" in answer.text


LATIN = {
    *("https", "example", "survey", "city", "needs", "statement", "XLSX", "City", "Receive", "Inspect"),
    *("permit", "time", "recipient", "group", "Title"),
}


async def test_another_service_and_another_agency_see_nothing(office: Office) -> None:
    need = await office.add()
    wrong = await office.page(f"/app/services/other/needs/{need}")
    assert wrong.status_code == 404

    await office.become(STRANGER)
    for path in (BASE, f"{BASE}/{need}", f"{BASE}/new", FACTORS, f"{BASE}/all.csv"):
        assert (await office.page(path)).status_code == 404, path


async def test_who_only_reads_sees_no_form_and_a_neighbour_changes_no_words(office: Office) -> None:
    need = await office.add()
    await office.become(NEIGHBOUR)
    page = await office.text(f"{BASE}/{need}")
    assert f'action="{BASE}/{need}/theme"' in page
    assert f"{BASE}/{need}/edit" not in page
    assert (await office.page(f"{BASE}/{need}/edit")).status_code == 404
    assert (await office.page(f"{BASE}/{need}/erase")).status_code == 404

    await office.become(READER)
    listed = await office.text(BASE)
    assert "You may read" in listed
    assert '<form method="post"' not in await office.text(f"{BASE}/{need}")
    assert (await office.page(f"{BASE}/new")).status_code == 404


async def test_who_is_not_signed_in_is_led_back(site: Site) -> None:
    for path in (BASE, f"{BASE}/new", f"{BASE}/import", FACTORS):
        answer = await site.page(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith(f"/sign-in?next={path}")


AGREEMENT: dict[str, Any] = {
    "code": "permit-2026",
    "service": "permit",
    "title": {"th": "ข้อตกลงใบอนุญาต", "en": "Permit agreement"},
    "parties": ["city", "land"],
    "effective_from": "2027-01-01T00:00:00+07:00",
    "time_zone": "Asia/Bangkok",
    "objectives": [
        {
            "code": "in-time",
            "clause": "1",
            "indicator": "permit.time",
            "responsible": "city",
            "aggregation": "share",
            "comparator": ">=",
            "target": "0.9",
            "window": {"kind": "calendar", "unit": "month", "count": 1},
        }
    ],
}
