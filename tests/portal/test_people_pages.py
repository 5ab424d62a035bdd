"""People and clients of an agency on pages: who sees them, what is shown once, what is refused and kept."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

import httpx
import pytest

from tests.portal.conftest import EMAIL, HTML, REGISTRY, Site, invitation, operator, person, token_in

__all__ = ["invitation", "person"]

THAI = {"accept-language": "th"}
SUDA = "suda@city.example"
SECRET = re.compile(r"sanya_[A-Za-z0-9_-]+")


@pytest.fixture
async def admin(site: Site, person: str) -> Site:
    """The agency's administrator, signed in."""
    assert (await site.sign_in()).status_code == 303
    return site


async def send(site: Site, path: str, key: str = "", **fields: str | Sequence[str]) -> httpx.Response:
    found = await site.page(path)
    data = {"form_token": token_in(found.text), "key": key, **fields}
    return await site.browser.post(path, data=data, headers=HTML)


async def invited(site: Site, name: str = "สุดา งามดี", email: str = SUDA, **more: str) -> httpx.Response:
    return await send(site, "/app/people", name=name, email=email, roles=["viewer", "reporter"], **more)


def link_in(answer: httpx.Response) -> str:
    return re.findall(r"/(?:invitation|reset)s/[A-Za-z0-9_-]+", answer.text)[0]


def plain(page: str) -> str:
    """Without what keeps words together at the end of a line."""
    return re.sub('<span class="nb">([^<]*)</span>', r"\1", html.unescape(page)).replace("\u00a0", " ")


async def id_of(site: Site, name: str, page: str = "/app/people") -> str:
    shown = plain((await site.page(page)).text)
    (found,) = re.findall(rf'href="({page}/[^"]+)">{name}', shown)
    return str(found)


def version_in(answer: httpx.Response) -> str:
    return answer.text.split('name="version" value="')[1].split('"')[0]


async def test_an_invitation_is_shown_once_and_taken_up(admin: Site) -> None:
    answer = await invited(admin, key="one")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    link = link_in(answer)
    assert link not in (await admin.page("/app/people")).text
    assert link_in(await invited(admin, key="one")) == link, "the same form again is the same invitation"
    assert "Invited, no password yet" in (await admin.page("/app/people")).text
    admin.browser.cookies.clear()
    await admin.send(link, password="a boat on the river")
    answer = await admin.send("/sign-in", email=SUDA, password="a boat on the river")
    assert answer.status_code == 303
    page = (await admin.page("/app/people")).text
    assert "agency administrator" in page
    assert EMAIL not in page, "who is no admin sees nobody"
    assert "/app/people" not in (await admin.page("/app")).text


async def test_the_pages_speak_thai_and_lead_to_each_other(admin: Site) -> None:
    await invited(admin)
    app = (await admin.page("/app", **THAI)).text
    assert 'href="/app/people"' in app
    assert 'href="/app/clients"' in app
    page = (await admin.page("/app/people", **THAI)).text
    for words in ("ผู้ใช้งานของหน่วยงาน", "เชิญแล้ว ยังไม่ตั้งรหัสผ่าน", "ผู้ส่งข้อมูล, ผู้ดู"):
        assert words in plain(page)
    page = (await admin.page("/app/clients", **THAI)).text
    assert "โปรแกรมที่ใช้ API" in plain(page)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "", "email": SUDA, "roles": "viewer"}, "Enter a name."),
        ({"name": "Suda", "email": "", "roles": "viewer"}, "Enter their mail address."),
        ({"name": "Suda", "email": "no address", "roles": "viewer"}, "Write a mail address such as"),
        ({"name": "Suda", "email": SUDA, "roles": "operator"}, "Choose at least one role."),
        (
            {"name": "Suda", "email": EMAIL, "roles": "viewer"},
            "There is an account with this address already.",
        ),
    ],
)
async def test_what_is_wrong_is_said_first_and_what_was_typed_stays(
    admin: Site, fields: dict[str, str], said: str
) -> None:
    answer = await send(admin, "/app/people", **fields)
    assert answer.status_code in (409, 422)
    assert said in answer.text.split('role="alert"')[1].split("</section>")[0]
    assert f'value="{fields["name"]}"' in answer.text
    assert f'value="{fields["email"]}"' in answer.text


async def test_roles_change_and_a_change_of_somebody_else_is_not_overwritten(admin: Site) -> None:
    await invited(admin)
    path = await id_of(admin, "สุดา งามดี")
    seen = version_in(await admin.page(path))
    fields = {"act": "save", "name": "สุดา งามดี", "email": SUDA}
    answer = await send(admin, path, version=seen, roles=["negotiator"], **fields)
    assert answer.headers["location"] == f"{path}?done=saved"
    answer = await send(admin, path, version=seen, roles=["auditor"], **fields)
    assert answer.status_code == 412
    assert "Stored now: สุดา งามดี (negotiator)" in plain(answer.text)
    assert re.search(r'value="auditor" checked', answer.text), "what was chosen stays"
    answer = await send(admin, path, version=version_in(answer), roles=["auditor"], **fields)
    assert answer.status_code == 303


async def test_who_is_disabled_is_out_and_comes_back_by_a_new_link(admin: Site) -> None:
    first = link_in(await invited(admin))
    path = await id_of(admin, "สุดา งามดี")
    again = link_in(await send(admin, path, act="invitation"))
    assert again != first
    assert (await admin.page(first)).status_code == 404
    version = version_in(await admin.page(path))
    assert (await send(admin, path, act="disabled", version=version)).status_code == 303
    assert "Disabled" in (await admin.page(path)).text
    assert (await admin.page(again)).status_code == 404
    version = version_in(await admin.page(path))
    assert (await send(admin, path, act="active", version=version)).status_code == 303
    link = link_in(await send(admin, path, act="invitation"))
    assert (await admin.page(link)).status_code == 200
    answer = await send(admin, path, act="reset")
    assert answer.status_code == 409, "nobody sets anew what was never set"


async def test_a_person_is_erased_only_when_it_is_meant(admin: Site) -> None:
    await invited(admin)
    path = await id_of(admin, "สุดา งามดี")
    answer = await send(admin, path, act="erase")
    assert answer.status_code == 422
    assert "Tick the box first" in answer.text
    assert (await send(admin, path, act="erase", sure="yes")).headers["location"] == "/app/people"
    assert SUDA not in (await admin.page("/app/people")).text
    page = await admin.page(path)
    assert SUDA not in page.text
    assert "Name and address are gone" in page.text


async def test_nobody_disables_or_erases_themselves(admin: Site) -> None:
    path = await id_of(admin, "สมศรี ใจดี")
    page = (await admin.page(path)).text
    assert 'value="disabled"' not in page
    assert 'value="erase"' not in page
    assert (await send(admin, path, act="erase", sure="yes")).status_code == 409
    assert (await send(admin, path, act="disabled")).status_code == 409
    assert "Make a link to a new password" in page


async def test_a_secret_is_shown_once_works_and_is_replaced(admin: Site) -> None:
    fields = {"name": "ระบบรับคำขอ", "roles": ["reporter"]}
    answer = await send(admin, "/app/clients", key="one", **fields)
    assert answer.headers["cache-control"] == "no-store"
    (secret,) = SECRET.findall(answer.text)
    assert SECRET.findall((await send(admin, "/app/clients", key="one", **fields)).text) == [secret]
    assert not SECRET.search((await admin.page("/app/clients")).text)
    path = await id_of(admin, "ระบบรับคำขอ", "/app/clients")
    client = path.rsplit("/", 1)[1]
    assert await takes(admin, client, secret)
    answer = await send(admin, path, act="rotate", overlap="P1D")
    (second,) = SECRET.findall(answer.text)
    assert "The secret from before is good until" in answer.text
    assert await takes(admin, client, secret)
    assert await takes(admin, client, second)
    (third,) = SECRET.findall((await send(admin, path, act="rotate", overlap="PT0S")).text)
    assert not await takes(admin, client, second)
    assert await takes(admin, client, third)
    version = version_in(await admin.page(path))
    assert (await send(admin, path, act="disabled", version=version)).status_code == 303
    assert not await takes(admin, client, third)


async def takes(site: Site, client: str, secret: str) -> bool:
    answer = await site.browser.post(
        f"{REGISTRY}/oauth/token", data={"grant_type": "client_credentials"}, auth=(client, secret)
    )
    return answer.status_code == 200


async def test_a_client_needs_a_name_and_keeps_its_roles_until_saved(admin: Site) -> None:
    answer = await send(admin, "/app/clients", name="", roles=["reporter"])
    assert answer.status_code == 422
    assert "Enter a name." in answer.text
    await send(admin, "/app/clients", name="meter", roles=["reporter"])
    path = await id_of(admin, "meter", "/app/clients")
    version = version_in(await admin.page(path))
    answer = await send(admin, path, act="save", name="meter", roles=["viewer"], version=version)
    assert answer.status_code == 303
    assert (
        await send(admin, path, act="save", name="x", roles=["viewer"], version=version)
    ).status_code == 412
    assert (await send(admin, path, act="rotate", overlap="P9Y")).status_code == 404


async def test_another_agencys_and_what_is_not_there_are_one_page(admin: Site) -> None:
    caller = await operator(admin)
    await admin.browser.post(
        f"{REGISTRY}/agencies", json={"code": "health", "name": {"en": "Health"}}, headers=caller
    )
    theirs = await admin.browser.post(
        f"{REGISTRY}/agencies/health/people",
        json={"email": "a@health.example", "name": "A", "roles": ["agency_admin"]},
        headers=caller,
    )
    pages = [
        await admin.page(f"/app/people/{each}") for each in (theirs.json()["person"]["id"], "p_none")
    ] + [await admin.page("/app/clients/c_none")]
    assert [each.status_code for each in pages] == [404, 404, 404]
    for path in ("/app/people", "/app/clients", "/app/people/p_x", "/app/clients/c_x"):
        admin.browser.cookies.clear()
        assert (await admin.page(path)).headers["location"].startswith("/sign-in?next=")


async def test_a_form_of_another_site_does_nothing(admin: Site) -> None:
    answer = await admin.browser.post(
        "/app/people", data={"name": "x", "email": SUDA, "roles": "viewer"}, headers=HTML
    )
    assert answer.status_code == 400
    assert SUDA not in (await admin.page("/app/people")).text
