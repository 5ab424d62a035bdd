"""Addresses, headers, language, forms and sessions, without a browser."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.portal.conftest import EMAIL, HTML, PASSWORD, Site, running, token_in

# --- every page --------------------------------------------------------------------------------------

PAGES = (
    *("/", "/services", "/glossary", "/developers", "/help", "/privacy", "/accessibility"),
    *("/sign-in", "/sign-out", "/services/nothing", "/x/y"),
)


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_loads_nothing_from_elsewhere_and_runs_no_script(site: Site, path: str) -> None:
    answer = await site.page(path)

    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "unsafe" not in policy
    assert "<script" not in answer.text
    assert " style=" not in answer.text
    assert 'src="http' not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_says_its_language_and_where_the_other_one_is(site: Site, path: str) -> None:
    answer = await site.page(path)

    assert '<html lang="en">' in answer.text
    assert f'hreflang="th" href="{path}?lang=th"' in answer.text
    assert {"Cookie", "Accept-Language"} <= set(answer.headers["vary"].split(", "))
    assert " – Sanya</title>" in answer.text


async def test_a_head_request_is_answered(site: Site) -> None:
    answer = await site.browser.head("/", headers=HTML)

    assert answer.status_code == 200


async def test_assets_are_kept_for_ever_under_the_address_of_their_content(site: Site) -> None:
    page = await site.page("/")
    address = page.text.split('rel="stylesheet" href="')[1].split('"')[0]

    answer = await site.browser.get(address)
    older = await site.browser.get("/assets/000000000000/portal.css")
    missing = await site.page("/assets/000000000000/../app.py")

    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert older.text == answer.text
    assert older.headers["cache-control"] == "no-cache"
    assert missing.status_code == 404


async def test_fonts_are_small_and_come_with_their_licence(site: Site) -> None:
    for weight in (400, 600):
        font = await site.browser.get(f"/assets/x/sarabun-{weight}.woff2")
        assert font.headers["content-type"] == "font/woff2"
        assert len(font.content) < 20_000
    licence = await site.browser.get("/assets/x/sarabun-OFL.txt")
    assert "SIL Open Font License" in licence.text


# --- language ----------------------------------------------------------------------------------------


async def test_lang_sets_a_cookie_and_leads_to_the_clean_address(site: Site) -> None:
    answer = await site.page("/services?q=a&lang=th")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/services?q=a"
    assert "sanya_lang=th" in answer.headers["set-cookie"]
    after = await site.page("/services?q=a")
    assert '<html lang="th">' in after.text


async def test_without_a_choice_the_browser_decides_and_else_it_is_thai(site: Site) -> None:
    english = await site.browser.get("/", headers={"accept-language": "en-US"})
    other = await site.browser.get("/", headers={"accept-language": "de"})

    assert '<html lang="en">' in english.text
    assert '<html lang="th">' in other.text


async def test_an_unknown_language_is_no_choice(site: Site) -> None:
    answer = await site.page("/?lang=xx")

    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers


# --- what is missing, and what is away ---------------------------------------------------------------


async def test_missing_and_not_yours_are_one_page(site: Site) -> None:
    answers = [await site.page(path) for path in ("/services/nothing", "/services/NO%20CODE", "/nowhere")]

    texts = {answer.text.split("<main")[1].split("</main>")[0] for answer in answers}
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert len(texts) == 1
    assert "Not found, or not open to you" in texts.pop()


async def test_the_apis_keep_their_problem_documents(site: Site) -> None:
    answer = await site.browser.get("/api/registry/v1/nowhere", headers=HTML)
    program = await site.browser.get("/nowhere", headers={"accept": "application/json"})

    assert answer.headers["content-type"] == "application/problem+json"
    assert program.headers["content-type"] == "application/problem+json"


async def test_a_service_behind_the_page_that_is_away_takes_only_its_part_along(
    site: Site, person: str
) -> None:
    caller = await signed_in_at_the_registry(site)
    made = await site.browser.post(
        "/api/registry/v1/services",
        json={
            "code": "permit",
            "name": {"en": "Building permit"},
            "owner": "city",
            "steps": [{"code": "receive", "name": {"en": "Receive"}, "agency": "city"}],
        },
        headers=caller,
    )
    assert made.status_code == 201, made.text

    page = await site.page("/services/permit")
    home = await site.page("/")

    assert page.status_code == home.status_code == 200
    assert "The agreements cannot be shown at the moment" in page.text
    assert "<strong>Receive</strong><span>Example City</span>" in page.text
    assert "The agreements cannot be shown at the moment" in home.text
    assert "Building permit" in home.text


async def test_a_name_in_one_language_is_marked_with_it(site: Site, person: str) -> None:
    caller = await signed_in_at_the_registry(site)
    body = {"code": "permit", "name": {"en": "Building permit"}, "owner": "city", "steps": []}
    await site.browser.post("/api/registry/v1/services", json=body, headers=caller)

    page = await site.browser.get("/services/permit", headers={"accept-language": "th"})

    assert '<h1><span lang="en">Building permit</span></h1>' in page.text


async def test_the_json_of_a_page_is_named_in_its_head_and_in_a_header(site: Site, person: str) -> None:
    caller = await signed_in_at_the_registry(site)
    body = {"code": "permit", "name": {"en": "Building permit"}, "owner": "city", "steps": []}
    await site.browser.post("/api/registry/v1/services", json=body, headers=caller)

    page = await site.page("/services/permit")

    address = "/api/registry/v1/services/permit"
    assert f'<{address}>; rel="alternate"; type="application/json"' in page.headers["link"]
    assert f'<link rel="alternate" type="application/json" href="{address}">' in page.text
    assert f'<a href="{address}" type="application/json">' in page.text


async def test_who_is_signed_in_reads_the_json_in_the_browser(site: Site, person: str) -> None:
    anonymous = await site.page("/app/api/registry/v1/agencies")
    await site.sign_in()
    answer = await site.page("/app/api/registry/v1/agencies")
    missing = await site.page("/app/api/registry/v1/agencies/other/people")

    assert anonymous.status_code == 303
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["items"][0]["code"] == "city"
    assert missing.status_code == 404


async def signed_in_at_the_registry(site: Site) -> dict[str, str]:
    answer = await site.browser.post("/api/registry/v1/sessions", json={"email": EMAIL, "password": PASSWORD})
    return {"authorization": f"Bearer {answer.json()['access_token']}"}


async def test_all_away_is_said_with_a_503(tmp_path: Path) -> None:
    async with running(["portal"], tmp_path, portal_api_url="http://127.0.0.1:9") as alone:
        answer = await alone.page("/")

        assert answer.status_code == 503
        assert "retry-after" in answer.headers
        assert "Nothing that was sent in is lost" in answer.text


# --- signing in and out ------------------------------------------------------------------------------


async def test_app_leads_to_the_form_and_back(site: Site, person: str) -> None:
    answer = await site.page("/app")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=/app")

    done = await site.sign_in(next="/app")

    assert (done.status_code, done.headers["location"]) == (303, "/app")
    cookie = next(each for each in done.headers.get_list("set-cookie") if "sanya_session" in each)
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    page = await site.page("/app")
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert "Example City" in page.text


async def test_over_tls_cookies_are_secure_and_bound_to_the_host(site: Site, person: str) -> None:
    site.browser.base_url = httpx.URL("https://sanya.test")

    done = await site.sign_in()

    cookie = next(each for each in done.headers.get_list("set-cookie") if "sanya_session" in each)
    assert cookie.startswith("__Host-sanya_session=")
    assert "Secure" in cookie
    assert (await site.page("/app")).status_code == 200


@pytest.mark.parametrize(
    "goal", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", "app"]
)
async def test_signing_in_leads_to_no_other_site(site: Site, person: str, goal: str) -> None:
    done = await site.sign_in(next=goal)

    assert done.headers["location"] == "/app"


async def test_a_wrong_password_keeps_the_address_and_never_the_password(site: Site, person: str) -> None:
    answer = await site.sign_in(password="something else entirely")

    assert answer.status_code == 422
    assert f'value="{EMAIL}"' in answer.text
    assert "something else entirely" not in answer.text
    assert 'role="alert"' in answer.text
    assert "The e-mail address or the password is not right" in answer.text


async def test_empty_fields_are_named_with_links_to_them(site: Site) -> None:
    answer = await site.send("/sign-in", email=" ", password="")

    assert answer.status_code == 422
    assert 'href="#email"' in answer.text
    assert 'href="#password"' in answer.text
    assert "<title>2 things to correct" in answer.text


async def test_many_wrong_passwords_lock_and_say_so(site: Site, person: str) -> None:
    for _ in range(5):
        await site.sign_in(password="wrong wrong wrong")

    answer = await site.sign_in()

    assert answer.status_code == 422
    assert "Too many failed attempts" in answer.text


async def test_a_form_without_its_token_or_from_another_site_is_refused(site: Site, person: str) -> None:
    fields = {"email": EMAIL, "password": PASSWORD}
    bare = await site.browser.post("/sign-in", data=fields, headers=HTML)
    token = token_in((await site.page("/sign-in")).text)
    foreign = await site.browser.post(
        "/sign-in",
        data={**fields, "form_token": token},
        headers={**HTML, "sec-fetch-site": "cross-site"},
    )
    site.browser.cookies.clear()
    stolen = await site.browser.post("/sign-in", data={**fields, "form_token": token}, headers=HTML)

    for answer in (bare, foreign, stolen):
        assert answer.status_code == 400
        assert "Nothing was stored" in answer.text
        assert "sanya_session" not in str(answer.headers.get_list("set-cookie"))


async def test_signing_out_ends_the_session_in_the_registry_too(site: Site, person: str) -> None:
    await site.sign_in()
    secret = site.browser.cookies["sanya_session"]

    done = await site.send("/sign-out")

    assert done.headers["location"] == "/sign-out"
    assert "sanya_session" not in site.browser.cookies
    assert "You are signed out" in (await site.page("/sign-out")).text
    answer = await site.browser.post("/api/registry/v1/sessions/token", json={"session": secret})
    assert answer.status_code == 401


async def test_signing_out_needs_the_forms_token(site: Site, person: str) -> None:
    await site.sign_in()

    answer = await site.browser.post("/sign-out", headers=HTML)

    assert answer.status_code == 400
    assert (await site.page("/app")).status_code == 200


async def test_an_unknown_session_leads_to_the_form_and_loses_its_cookie(site: Site) -> None:
    site.browser.cookies.set("sanya_session", "made up", domain="sanya.test")

    answer = await site.page("/app")

    assert answer.status_code == 303
    assert 'sanya_session=""' in answer.headers["set-cookie"]


# --- one-time links ----------------------------------------------------------------------------------


async def test_an_invitation_is_taken_up_once(site: Site, invitation: str) -> None:
    greeting = await site.page(invitation)
    assert "สมศรี ใจดี" in greeting.text
    assert greeting.headers["referrer-policy"] == "no-referrer"
    assert greeting.headers["cache-control"] == "no-store"

    done = await site.send(invitation, password=PASSWORD)

    assert done.headers["location"] == "/sign-in?done=password"
    assert "Your password is set" in (await site.page("/sign-in?done=password")).text
    over = await site.page(invitation)
    assert over.status_code == 404
    assert "This link no longer works" in over.text


async def test_a_weak_password_is_refused_with_what_to_do(site: Site, invitation: str) -> None:
    short = await site.send(invitation, password="short")
    empty = await site.send(invitation, password="")

    assert short.status_code == empty.status_code == 422
    assert "Use at least 12 characters" in short.text
    assert "Enter your password" in empty.text
    assert (await site.send(invitation, password=PASSWORD)).status_code == 303
