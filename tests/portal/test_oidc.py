"""Signing in at an OpenID provider, as a browser goes through it: by the button, linked first, or to sign."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from tests.portal.conftest import HTML, PASSWORD, Site, invitation, person, running, token_in
from tests.portal.town import AT, CODE, offered, open_town
from tests.registry.openid import CLIENT, SECRET, OpenId, open_id, visit

__all__ = ["invitation", "person"]

RETURN = "/sign-in/oidc/return"


@pytest.fixture
def provider() -> Iterator[OpenId]:
    with open_id() as found:
        yield found


@pytest.fixture
async def site(tmp_path: Path, provider: OpenId) -> AsyncIterator[Site]:
    settings = {
        "public_url": "http://sanya.test",
        "oidc_issuer": provider.issuer,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SECRET,
        "oidc_name": "ThaiD",
    }
    async with running(["registry", "portal"], tmp_path, **settings) as found:
        yield found


async def through(site: Site, url: str) -> httpx.Response:
    """The provider's page, and back."""
    back = await visit(url)
    return await site.page(f"{RETURN}?{urlencode(back)}")


async def link(site: Site) -> None:
    await site.sign_in()
    await link_here(site)


async def link_here(site: Site) -> None:
    """Who is signed in links their account."""
    asked = await site.page("/app/account")
    fields = {"form_token": token_in(asked.text), "password": PASSWORD}
    answer = await site.browser.post("/app/account/link", data=fields, headers=HTML)
    url = answer.text.split('class="button" href="')[1].split('"')[0].replace("&amp;", "&")
    done = await through(site, url)
    assert (done.status_code, done.headers["location"]) == (303, "/app/account")


async def sign_out(site: Site) -> None:
    asked = await site.page("/sign-out")
    await site.browser.post("/sign-out", data={"form_token": token_in(asked.text)}, headers=HTML)


async def test_who_linked_their_account_signs_in_by_the_button(site: Site, person: str) -> None:
    await link(site)
    assert "Linked with ThaiD" in (await site.page("/app/account")).text
    await sign_out(site)
    form = await site.page("/sign-in?next=/app/account")
    assert 'href="/sign-in/oidc?next=/app/account"' in form.text
    begun = await site.page("/sign-in/oidc?next=/app/account")
    assert begun.status_code == 303
    assert begun.headers["cache-control"] == "no-store"
    answer = await through(site, begun.headers["location"])
    assert (answer.status_code, answer.headers["location"]) == (303, "/app/account")
    account = await site.page("/app/account")
    assert "Linked with ThaiD" in account.text
    ended = await site.browser.post(
        "/app/account/unlink", data={"form_token": token_in(account.text)}, headers=HTML
    )
    assert ended.status_code == 303
    assert "Link with ThaiD" in (await site.page("/app/account")).text


async def test_who_did_not_link_reads_how_to(site: Site, person: str) -> None:
    begun = await site.page("/sign-in/oidc")
    answer = await through(site, begun.headers["location"])
    assert answer.status_code == 200
    assert "No account is linked to that identity yet." in answer.text
    assert (await site.page("/app/account")).headers["location"].startswith("/sign-in")


async def test_only_the_browser_that_began_it_comes_back(site: Site, person: str) -> None:
    await link(site)
    await sign_out(site)
    begun = await site.page("/sign-in/oidc")
    back = await visit(begun.headers["location"])
    site.browser.cookies.delete("sanya_oidc")
    answer = await site.page(f"{RETURN}?{urlencode(back)}")
    assert "That did not work." in answer.text
    denied = await site.page(f"{RETURN}?{urlencode({'state': back['state'], 'error': 'access_denied'})}")
    assert "That did not work." in denied.text
    assert (await site.page("/app/account")).status_code == 303


async def test_nobody_is_sent_to_another_site(site: Site, person: str) -> None:
    await link(site)
    await sign_out(site)
    begun = await site.page("/sign-in/oidc?next=https://evil.example/")
    answer = await through(site, begun.headers["location"])
    assert answer.headers["location"] == "/app"


async def test_linking_takes_the_password(site: Site, person: str, provider: OpenId) -> None:
    await site.sign_in()
    token = token_in((await site.page("/app/account")).text)
    for password, status in (("", 422), ("guessed wrongly", 422)):
        answer = await site.browser.post(
            "/app/account/link", data={"form_token": token, "password": password}, headers=HTML
        )
        assert (answer.status_code, provider.issuer in answer.text) == (status, False)
    forged = await site.browser.post("/app/account/link", data={"password": PASSWORD}, headers=HTML)
    assert forged.status_code == 400


async def test_signing_in_again_leaves_a_ticket_for_one_signature(
    site: Site, person: str, provider: OpenId
) -> None:
    assert (await site.page("/app/again")).headers["location"].startswith("/sign-in")
    await link(site)
    begun = await site.page("/app/again?next=/app/account")
    assert "prompt=login" in begun.headers["location"]
    answer = await through(site, begun.headers["location"])
    assert answer.headers["location"] == "/app/account"
    assert site.browser.cookies.get("sanya_again")
    provider.who = "somebody-else"
    site.browser.cookies.delete("sanya_again")
    begun = await site.page("/app/again?next=/app/account")
    answer = await through(site, begun.headers["location"])
    assert "That did not work." in answer.text
    assert site.browser.cookies.get("sanya_again") is None


async def test_while_the_provider_is_away_the_form_is_still_there(
    site: Site, person: str, provider: OpenId
) -> None:
    provider.status = 500
    answer = await site.page("/sign-in/oidc")
    assert "That did not work." in answer.text
    assert (await site.sign_in()).headers["location"] == "/app"


async def test_without_a_provider_there_is_no_button(tmp_path: Path) -> None:
    async with running(["registry", "portal"], tmp_path) as plain:
        assert "/sign-in/oidc" not in (await plain.page("/sign-in")).text
        assert "That did not work." in (await plain.page("/sign-in/oidc")).text


async def test_a_signature_by_the_ticket_once_and_else_by_the_password(
    tmp_path: Path, provider: OpenId
) -> None:
    settings = {
        "public_url": "http://sanya.test",
        "oidc_issuer": provider.issuer,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SECRET,
        "oidc_name": "ThaiD",
    }
    async with open_town(tmp_path, **settings) as town:
        digest = await offered(town)
        land = Site(town.land.browser, town.site.app, tmp_path)
        await link_here(land)
        address = f"{AT}/sign?revision={digest}"
        form = await land.page(address)
        assert "Sign in again with ThaiD instead of the password" in form.text
        again = form.text.split('href="/app/again?next=')[1].split('"')[0]
        begun = await land.page(f"/app/again?next={again}")
        back = await through(land, begun.headers["location"])
        assert back.headers["location"] == address
        proved = await land.page(address)
        assert "You signed in again." in proved.text
        assert 'type="password"' not in proved.text
        signed = await town.land.post(proved.text, f"{AT}/sign", read="yes")
        assert signed.status_code == 303, signed.text
        assert land.browser.cookies.get("sanya_again") is None
        found = await town.land.browser.get(f"/api/sla/v1/agreements/{CODE}", headers=town.land.rest)
        (revision,) = found.json()["revisions"]
        assert revision["standing"]["land"] == "accepted"
        # Of no use a second time: city's officer shows one that is made up.
        city = Site(town.city.browser, town.site.app, tmp_path)
        city.browser.cookies.set("sanya_again", "x" * 43)
        made_up = await city.page(address)
        refused = await town.city.post(made_up.text, f"{AT}/sign", read="yes")
        assert refused.status_code == 422
        assert 'type="password"' in refused.text
