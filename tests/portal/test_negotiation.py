"""The pages of a negotiation without a browser: two agencies with a person each, from a draft to signatures,
announcement and acknowledgement; and what they answer to what is wrong, stale or another's."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from shared import words
from tests.portal.conftest import HTML, PASSWORD, REGISTRY, operator
from tests.portal.test_reports import pages_of, squeezed, text_of
from tests.portal.town import AT, CODE, SLA, Officer, Town, drafted, new_officer, newest, offered, open_town


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as found:
        yield found


async def sign(officer: Officer, digest: str, password: str = PASSWORD, **fields: str) -> httpx.Response:
    return await officer.send(
        f"{AT}/sign?revision={digest}", f"{AT}/sign", password=password, **{"read": "yes", **fields}
    )


def main(answer: httpx.Response) -> str:
    """The words of a page's main part."""
    text = answer.text.split("<main")[1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).replace("\u00a0", " ")


async def test_a_draft_is_typed_shown_and_offered(town: Town) -> None:
    form = await town.city.page("/app/new-agreement?service=permit")
    assert "Make a promise on this indicator" in form.text

    answer = await drafted(town)
    page = await town.city.page(answer.headers["location"])
    seen_by_land = await town.land.page(f"{AT}/negotiation")

    assert "Proposal 1 is your draft" in main(page)
    assert "Proposal 1 is a draft of Example City" in main(seen_by_land)
    assert "at least 95%" in main(page)
    assert "at most 5 days" in main(page)
    assert "The steps take 4 days together, within the promised 5 days: 1 day left" in main(page)
    await town.city.send(f"{AT}/negotiation", f"{AT}/offer", until="")
    waits = await town.land.page("/app")
    assert "To sign or answer: Permits" in main(waits)


async def test_what_is_wrong_in_a_draft_is_told_at_its_field_and_input_is_kept(town: Town) -> None:
    answer = await town.city.send(
        "/app/new-agreement?service=permit",
        code="Not a code",
        parties=["city"],
        title_en="Kept",
        **{"from": "1/1/2020", "n-permit.up-add": "yes", "n-permit.up-target": "ninety"},
    )

    assert answer.status_code == 422
    for href in ("code", "parties", "from", "n-permit.up-target", "n-permit.up-responsible"):
        assert f'<a href="#{href}">' in answer.text, href
        assert f'id="{href}"' in answer.text, href
    assert 'value="Kept"' in answer.text
    assert "you entered “ninety”" in answer.text
    assert "nobody is bound for a time before they signed" in answer.text


async def test_a_counter_offer_shows_before_and_after_and_voids_signatures(town: Town) -> None:
    first = await offered(town)
    await town.land.page(f"{AT}/negotiation")
    assert (await sign(town.city, first)).status_code == 303
    form = await town.land.page(f"{AT}/counter")
    assert "the signatures of Example City to the present proposal become void" in main(form)

    fields = await town.land.counter_fields()
    unchanged = await town.land.post(form.text, f"{AT}/counter", act="offer", **fields)
    fields |= {"o-time-target": "90", "why": "We need two more officers", "act": "offer"}
    sent = await town.land.post((await town.land.page(f"{AT}/counter")).text, f"{AT}/counter", **fields)

    assert unchanged.status_code == 422
    assert "You have changed nothing yet" in unchanged.text
    assert sent.status_code == 303, main(sent)
    page = await town.city.page(f"{AT}/negotiation")
    said = main(page)
    assert "Proposal 2 waits for your agency" in said
    assert "Signed by 0 of 2" in said
    assert "Changed: 1 of 1 objectives" in said
    assert re.search(r"<del>at least\s90%</del>|<del>at least 95%</del>", page.text.replace("\u00a0", " "))
    assert re.search(r"<ins>at least 90%</ins>", page.text.replace("\u00a0", " "))
    assert "We need two more officers" in said
    assert "Superseded, signatures void" in said
    thai = (await town.city.page(f"{AT}/negotiation", "th")).text
    assert "เดิม" in thai
    assert "แก้เป็น" in thai
    assert "line-through" not in thai
    whole = await town.city.page(AT)
    assert "The signatures of Example City are void" in main(whole)


async def test_both_sign_with_their_passwords_and_it_is_announced_and_acknowledged(town: Town) -> None:
    digest = await offered(town)
    asked = await town.land.page(f"{AT}/sign?revision={digest}")
    assert "You sign for Land Office as signatory" in main(asked)
    assert digest in asked.text

    no_tick = await sign(town.land, digest, read="")
    wrong = await sign(town.land, digest, "not the password")
    assert (no_tick.status_code, wrong.status_code) == (422, 422)
    assert "The password is wrong. Nothing was signed" in main(wrong)
    assert "Signed by 0 of 2" in main(await town.land.page(f"{AT}/negotiation"))
    for officer in (town.land, town.city):
        signed = await sign(officer, digest)
        receipt = await officer.page(signed.headers["location"])
        assert "Receipt of your signature" in main(receipt)
        assert digest in main(receipt)
    assert "All parties have signed" in main(receipt)

    published = await town.city.send(f"{AT}/announcement", days="7", note_en="Welcome")
    assert published.status_code == 303, main(published)
    address = published.headers["location"].split("?")[0]
    public = await town.site.page(address)
    assert "Acknowledged: 0 of 2" in main(public)
    assert "Not acknowledged yet" in main(public)
    assert "at least 95%" in main(public)
    assert "<form" not in public.text.split("<main")[1]
    assert "To acknowledge: Permits" in main(await town.land.page("/app"))
    said = await town.land.send(address, f"{address}/acknowledgement")
    assert said.status_code == 303
    assert "Acknowledged: 1 of 2" in main(await town.site.page(address))
    assert address in (await town.site.page("/announcements")).text
    for paper in (f"{address}/poster.pdf", f"{address}.pdf"):
        assert paper in public.text
        found = await town.site.page(paper)
        assert found.headers["content-type"] == "application/pdf"
        assert "at least 95%" in text_of(found.content)
        missing = await town.site.page(paper.replace(address.split("/")[-1], "0" * 64))
        assert missing.status_code == 404


async def test_comments_are_written_answered_and_erased(town: Town) -> None:
    await offered(town)
    at = f"{AT}/negotiation"
    empty = await town.land.send(at, f"{AT}/comments", text=" ")
    written = await town.land.send(at, f"{AT}/comments", text="<b>Too strict</b>")
    seen = await town.city.page(at)

    assert (empty.status_code, written.status_code) == (422, 303)
    assert "Write your comment" in empty.text
    assert "&lt;b&gt;Too strict&lt;/b&gt;" in seen.text
    (comment,) = set(re.findall(rf"{AT}/comments/([0-9a-f]{{32}})", seen.text))
    await town.city.post(seen.text, f"{AT}/comments/{comment}", act="resolution")
    assert "done, says Example City" in main(await town.land.page(at))
    erased = await town.land.send(at, f"{AT}/comments/{comment}", act="text")
    assert erased.status_code == 303
    assert "This text was erased" in main(await town.city.page(at))


async def test_what_is_stale_shows_both_versions_and_a_way_on(town: Town) -> None:
    first = await offered(town)
    open_page = await town.land.page(f"{AT}/sign?revision={first}")
    late_form = await town.land.page(f"{AT}/counter")
    late_fields = await town.land.counter_fields()
    fields = {**await town.city.counter_fields(), "o-time-target": "99", "act": "offer"}
    countered = await town.city.send(f"{AT}/counter", **fields)
    assert countered.status_code == 303

    signed = await town.land.post(open_page.text, f"{AT}/sign", read="yes", password=PASSWORD)
    sent = await town.land.post(
        late_form.text, f"{AT}/counter", **{**late_fields, "o-time-target": "80", "act": "offer"}
    )

    assert (signed.status_code, sent.status_code) == (409, 409)
    assert "What you saw: Proposal 1" in main(signed)
    assert "Now: Proposal 2" in main(signed)
    assert "at least 95%" in main(signed)
    assert "at least 99%" in main(signed)
    on = await town.land.post(sent.text, f"{AT}/counter")
    assert on.status_code == 303, main(on)
    assert "at least 80%" in main(await town.city.page(f"{AT}/negotiation"))


async def test_rejecting_asks_why_and_withdrawing_asks_first(town: Town) -> None:
    digest = await offered(town)
    silent = await town.land.send(f"{AT}/reject?revision={digest}", f"{AT}/reject", reason="")
    page = (await town.land.page(f"{AT}/reject?revision={digest}")).text
    nothing = await town.land.post(page, f"{AT}/reject", reason="No budget", revision="\x01")
    said = await town.land.post(page, f"{AT}/reject", reason="No budget")

    assert (silent.status_code, nothing.status_code, said.status_code) == (422, 404, 303)
    assert "<title>1 thing to correct, " in silent.text
    assert "Land Office rejected it: No budget" in main(await town.city.page(f"{AT}/negotiation"))
    late = await town.land.page(f"{AT}/reject?revision={digest}")
    assert late.status_code == 409
    fields = {**await town.city.counter_fields(), "o-time-target": "80", "act": "draft"}
    await town.city.send(f"{AT}/counter", **fields)
    again = await newest(town)
    ask = await town.city.page(f"{AT}/withdraw?revision={again}")
    assert "Withdraw the proposal?" in main(ask)
    assert (await town.city.post(ask.text, f"{AT}/withdraw")).status_code == 303
    assert "Withdrawn" in main(await town.city.page(AT))


async def test_a_delegate_signs_for_another_and_the_page_says_so(town: Town) -> None:
    digest = await offered(town)
    until = (datetime.now(UTC) + timedelta(days=30)).strftime("%-d/%-m/%Y")
    nothing = await town.land.send(f"{AT}/delegations", to="city", moves=[], until="")
    given = await town.land.send(
        f"{AT}/delegations", to="city", moves=["accept"], until=until, scope="agreement"
    )
    assert (nothing.status_code, given.status_code) == (422, 303)
    assert "Land Office to Example City" in main(await town.city.page(f"{AT}/delegations"))

    form = await town.city.page(f"{AT}/sign?revision={digest}")
    assert "Land Office (delegated to you)" in main(form)
    sent = await town.city.post(form.text, f"{AT}/sign", read="yes", password=PASSWORD, **{"for": "land"})
    assert sent.status_code == 303
    assert "by Example City, on its behalf" in main(await town.land.page(f"{AT}/negotiation"))
    listed = await town.land.page(f"{AT}/delegations")
    (delegation,) = set(re.findall(rf"{AT}/delegations/([0-9a-f]{{32}})", listed.text))
    revoked = await town.land.post(listed.text, f"{AT}/delegations/{delegation}", act="revocation")
    assert revoked.status_code == 303
    assert "Revoked" in main(await town.city.page(f"{AT}/delegations"))


async def test_another_agency_and_the_public_find_nothing(town: Town) -> None:
    digest = await offered(town)
    stranger = await new_officer(town.site, await operator(town.site), "other")
    pages = (
        "negotiation",
        "counter",
        "sign",
        "reject",
        "withdraw",
        "compare",
        "delegations",
        "terminate",
        "announcement",
        f"revisions/{digest}",
        f"revisions/{digest}.pdf",
    )
    for page in ("", *(f"/{each}" for each in pages)):
        other = await stranger.page(f"{AT}{page}")
        public = await town.site.page(f"{AT}{page}")
        mine = await town.land.page(f"{AT}{page}")
        none = await town.land.page(f"/app/agreements/none{page}")
        assert other.status_code == none.status_code == 404, page
        assert public.status_code == 303, page
        assert mine.status_code == 200, page
    assert "Permits" not in (await stranger.page("/app/agreements")).text
    await stranger.browser.aclose()


@pytest.mark.parametrize("lang", ["th", "en"])
async def test_a_revision_on_paper_says_what_its_page_says_under_its_hash(town: Town, lang: str) -> None:
    digest = await offered(town)
    page = await town.land.page(f"{AT}/revisions/{digest}", lang)
    answer = await town.land.page(f"{AT}/revisions/{digest}.pdf", lang)

    assert answer.headers["content-type"] == "application/pdf"
    sheets = [squeezed(each) for each in pages_of(answer.content)]
    assert all(digest in each for each in sheets)
    shown = re.findall(r'<dd class="whole-clause">(.*?)</dd>', page.text, re.S)
    assert len(shown) > 5
    for each in shown:
        assert squeezed(unescape(re.sub(r"<[^>]+>", "", each))) in "".join(sheets), each


async def test_a_form_of_another_site_changes_nothing(town: Town) -> None:
    digest = await offered(town)
    for path, fields in (
        ("sign", {"read": "yes", "password": PASSWORD}),
        ("reject", {"reason": "x"}),
        ("comments", {"text": "x", "clause": ""}),
        ("withdraw", {}),
    ):
        answer = await town.city.browser.post(
            f"{AT}/{path}", data={"form_token": "forged", "revision": digest, **fields}, headers=HTML
        )
        assert answer.status_code == 400, path
    assert "Signed by 0 of 2" in main(await town.city.page(f"{AT}/negotiation"))


async def test_every_page_names_its_json_in_both_languages(town: Town) -> None:
    digest = await offered(town)
    for page in (
        "",
        "/negotiation",
        "/compare",
        f"/revisions/{digest}",
        "/counter",
        "/delegations",
        "/terminate",
    ):
        for lang in ("th", "en"):
            answer = await town.land.page(f"{AT}{page}", lang)
            assert f'<html lang="{lang}">' in answer.text
            twins = re.findall(r'<link rel="alternate" type="application/json" href="([^"]+)"', answer.text)
            assert twins, page
            for twin in twins:
                read = await town.land.page("/app" + twin.replace("&amp;", "&"))
                assert read.status_code == 200, twin


async def test_receipts_and_the_history_name_persons_until_they_are_erased(town: Town) -> None:
    digest = await offered(town)
    assert (await sign(town.city, digest)).status_code == 303
    receipt = main(await town.city.page(f"{AT}/sign?revision={digest}"))
    assert "Officer of city" in receipt
    for officer in (town.city, town.land):
        told = main(await officer.page(f"{AT}/negotiation"))
        assert re.search(r"Officer of city, Example City,\s+signatory", told), told[-1500:]
    # Their account goes, and the name beside their signature is erased; the history stays.
    people = await town.city.browser.get(f"{REGISTRY}/agencies/city/people", headers=town.city.rest)
    [person] = people.json()["items"]
    gone = await town.city.browser.delete(f"{REGISTRY}/people/{person['id']}", headers=town.city.rest)
    assert gone.status_code == 204, gone.text
    with town.site.app.state.contexts["sla"].db.engine.begin() as connection:
        connection.execute(sa.delete(words.free_text))
    assert "a person no longer known, Example City" in main(await town.land.page(f"{AT}/negotiation"))
    thai = main(await town.land.page(f"{AT}/negotiation", "th"))
    assert "บุคคลที่ไม่มี ข้อมูล แล้ว" in thai
    assert "Officer of city" not in thai


async def test_one_person_alone_is_let_act_for_an_agency(town: Town) -> None:
    await offered(town)
    account = main(await town.land.page("/app/account"))
    found = re.search(r"Your id.*?: (\S+)", account)
    assert found is not None, account
    fields = {"to": "land", "moves": ["accept"], "until": "1/1/2099", "scope": "agreement"}
    wrong = await town.city.send(f"{AT}/delegations", **fields, person="no such id!")
    assert wrong.status_code == 422
    assert '<a href="#person">' in wrong.text
    assert 'value="no such id!"' in wrong.text
    given = await town.city.send(f"{AT}/delegations", **fields, person=found[1])
    assert given.status_code == 303, main(given)
    assert f"only {found[1]}" in main(await town.city.page(f"{AT}/delegations"))
    # Their own name is theirs to read.
    assert "only Officer of land" in main(await town.land.page(f"{AT}/delegations"))
    items = (
        await town.city.browser.get(f"{SLA}/agreements/{CODE}/delegations", headers=town.city.rest)
    ).json()
    assert [each["person"] for each in items["items"]] == [found[1]]
