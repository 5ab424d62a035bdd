"""Signing in by OpenID Connect: only who was linked, only what the provider really said, only once."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from services.registry.app import service
from services.registry.handlers import oidc as handlers
from services.registry.settings import RegistrySettings
from services.registry.store.oidc import oidc_attempt, oidc_identity, oidc_ticket
from shared.service import create_app
from tests.registry.conftest import ADMIN, CITY, PASSWORD, Site, Time, settings_of
from tests.registry.openid import CLIENT, SECRET, OpenId, curve_key, open_id, other_key, shared_secret, visit

OIDC = "/sessions/oidc"


@pytest.fixture
def provider() -> Iterator[OpenId]:
    with open_id() as found:
        yield found


@pytest.fixture
async def site(database_url: str, tmp_path: Path, provider: OpenId) -> AsyncIterator[Site]:
    time = Time()
    provider.now = time
    settings = {
        **settings_of(database_url, tmp_path),
        "public_url": "https://sanya.example",
        "oidc_issuer": provider.issuer,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SECRET,
        "oidc_name": "ThaiD",
    }
    service.migrate(service.settings(**settings), time)
    app = create_app(service, role="api", clock=time, settings=settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sanya.test") as http,
    ):
        operator = json.loads((tmp_path / "operator-credentials.json").read_text())
        found = Site(http, app.state.contexts["registry"], time, operator)
        await found.agency("city")
        yield found


async def begin(site: Site, purpose: str = "sign-in", **more: str) -> dict[str, Any]:
    begun: dict[str, Any] = await site.done("POST", OIDC, None, {"purpose": purpose, **more})
    return begun


async def come_back(site: Site, begun: dict[str, Any], **changes: str | None) -> httpx.Response:
    back: dict[str, Any] = {**await visit(begun["url"]), "attempt": begun["attempt"], **changes}
    body = {name: value for name, value in back.items() if value is not None}
    return await site.call("POST", f"{OIDC}/return", None, body)


async def linked(site: Site) -> dict[str, Any]:
    """A person who signs in with a password and links the identity at the provider. -> the session."""
    await site.person()
    session: dict[str, Any] = (await site.sign_in()).json()
    begun = await begin(site, "link", session=session["session"], password=PASSWORD)
    answer = await come_back(site, begun)
    assert answer.json() == {"purpose": "link", "made": None, "ticket": None}, answer.text
    return session


def slug(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).rsplit("/", 1)[1]


async def test_who_linked_their_identity_signs_in_with_it(site: Site, provider: OpenId) -> None:
    known = await linked(site)
    state = await site.done("GET", "/oidc")
    assert state == {"on": True, "name": "ThaiD", "issuer": provider.issuer}

    answer = await come_back(site, await begin(site))
    made = answer.json()["made"]
    assert answer.headers["cache-control"] == "no-store"
    assert made["person"] == known["person"]
    assert made["session"] != known["session"]
    person = await site.done("GET", f"/people/{made['person']['id']}", made["access_token"])
    assert person["email"] == "somchai@city.example"
    # Neither the code nor a token of the provider, nor what it tells of a person, is kept or told.
    assert provider.who not in site.everything_told()
    assert [row.sub for row in site.rows(oidc_identity)] == [provider.who]
    assert site.rows(oidc_attempt) == []


async def test_a_mail_address_alone_takes_no_account_over(site: Site) -> None:
    # The provider says "somchai@city.example, verified"; nobody linked that identity.
    await site.person()
    answer = await come_back(site, await begin(site))
    assert (answer.status_code, slug(answer)) == (401, "oidc-not-linked")
    assert site.rows(oidc_identity) == []


async def test_linking_takes_the_password_not_a_session_alone(site: Site) -> None:
    await site.person()
    session = (await site.sign_in()).json()["session"]
    for body, status in (
        ({"purpose": "link", "session": session}, 422),
        ({"purpose": "link", "session": session, "password": "guessed wrongly"}, 401),
        ({"purpose": "link", "password": PASSWORD}, 422),
        ({"purpose": "step-up"}, 422),
        ({"purpose": "sign-in", "session": session}, 422),
        ({"purpose": "step-up", "session": "x" * 40}, 401),
    ):
        assert (await site.call("POST", OIDC, None, body)).status_code == status, body
    assert site.rows(oidc_attempt) == []


async def test_an_identity_is_one_persons_and_a_person_has_one(site: Site, provider: OpenId) -> None:
    first = await linked(site)
    await site.person("suda@city.example")
    other = (await site.sign_in("suda@city.example")).json()
    begun = await begin(site, "link", session=other["session"], password=PASSWORD)
    assert (await come_back(site, begun)).status_code == 409
    provider.who = "another"
    begun = await begin(site, "link", session=first["session"], password=PASSWORD)
    assert (await come_back(site, begun)).status_code == 409
    assert len(site.rows(oidc_identity)) == 1


@pytest.mark.parametrize("part", ["attempt", "state"])
async def test_only_the_browser_that_began_it_comes_back(site: Site, part: str) -> None:
    await linked(site)
    begun = await begin(site)
    theirs = await begin(site)
    wrong = {"attempt": theirs["attempt"]} if part == "attempt" else {"state": "y" * 43}
    assert (await come_back(site, begun, **wrong)).status_code == 401


async def test_an_attempt_and_a_code_are_good_once_and_for_minutes(site: Site, provider: OpenId) -> None:
    await linked(site)
    begun = await begin(site)
    back = {**await visit(begun["url"]), "attempt": begun["attempt"]}
    assert (await site.call("POST", f"{OIDC}/return", None, back)).status_code == 200
    assert (await site.call("POST", f"{OIDC}/return", None, back)).status_code == 401
    # The same code in an attempt of its own: the provider has it no more, and it was another challenge.
    again = await begin(site)
    replayed = await come_back(site, again, code=back["code"])
    assert replayed.status_code == 401
    late = await begin(site)
    answer = await visit(late["url"])
    site.time.wait(minutes=10)
    body = {**answer, "attempt": late["attempt"]}
    assert (await site.call("POST", f"{OIDC}/return", None, body)).status_code == 401


async def test_what_strangers_begin_has_a_bound_and_takes_nobody_elses_place(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "MOST_UNDER_WAY", 5)
    session = await linked(site)
    again = await begin(site, "step-up", session=session["session"])
    first = await begin(site)
    for _ in range(4):
        site.time.wait(seconds=1)
        await begin(site)
    assert len(site.rows(oidc_attempt)) == 6
    assert (await come_back(site, first)).status_code == 200
    for _ in range(20):
        site.time.wait(seconds=1)
        last = await begin(site)
    # The bound holds, who is signed in is not counted, and the newest is good.
    assert len(site.rows(oidc_attempt)) == 6
    assert (await come_back(site, last)).status_code == 200
    assert (await come_back(site, again)).json()["purpose"] == "step-up"


async def test_another_browsers_code_is_of_no_use(site: Site, provider: OpenId) -> None:
    """Code injection: PKCE binds a code to the attempt that it was asked for."""
    await linked(site)
    victim, thief = await begin(site), await begin(site)
    stolen = (await visit(victim["url"]))["code"]
    asked = len(provider.asked)
    assert (await come_back(site, thief, code=stolen)).status_code == 401
    assert "/token" in provider.asked[asked:]


def without(name: str) -> Callable[[OpenId], None]:
    return lambda provider: setattr(provider, "lacks", (name,))


def saying(**claims: Any) -> Callable[[OpenId], None]:
    return lambda provider: provider.says.update(claims)


def signing(key: Callable[[], Any]) -> Callable[[OpenId], None]:
    def wrong(provider: OpenId) -> None:
        made = key()
        provider.signs = lambda claims: provider.signed(claims, made)

    return wrong


def unsigned(provider: OpenId) -> None:
    def made(claims: dict[str, Any]) -> str:
        parts = ({"alg": "none"}, claims)
        plain = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
        return ".".join([*plain, ""])

    provider.signs = made


def flipped(provider: OpenId) -> None:
    def made(claims: dict[str, Any]) -> str:
        head, body, signature = provider.signed(claims, provider.key).split(".")
        other = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "admin"}).encode()).decode()
        assert body != other
        return ".".join([head, other.rstrip("="), signature])

    provider.signs = made


WRONG: dict[str, Callable[[OpenId], None]] = {
    "another nonce": saying(nonce="n" * 43),
    "no nonce": without("nonce"),
    "another audience": saying(aud="somebody-else"),
    "several audiences, not made for us": saying(aud=[CLIENT, "somebody-else"], azp="somebody-else"),
    "several audiences, for nobody said": saying(aud=[CLIENT, "somebody-else"]),
    "no audience": without("aud"),
    "another issuer": saying(iss="https://evil.example"),
    "no issuer": without("iss"),
    "expired": saying(exp=1_000_000_000),
    "no end": without("exp"),
    "from the future": saying(iat=4_000_000_000),
    "a sign-in at no time there is": saying(auth_time=1e300),
    "no subject": without("sub"),
    "a subject that is no text": saying(sub=7),
    "an access token of somebody else's": saying(at_hash="x" * 22),
    "a stranger's key": signing(other_key),
    "a stranger's key of another kind": signing(curve_key),
    "the client's secret as key": signing(shared_secret),
    "no signature": unsigned,
    "changed after it was signed": flipped,
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
async def test_an_id_token_that_is_not_right_in_full_is_refused(
    site: Site, provider: OpenId, wrong: Callable[[OpenId], None]
) -> None:
    await linked(site)
    wrong(provider)
    answer = await come_back(site, await begin(site))
    assert (answer.status_code, slug(answer)) == (401, "unauthenticated")


async def test_an_answer_of_another_issuer_is_refused(site: Site) -> None:
    await linked(site)
    for issuer in ("https://evil.example", None):
        assert (await come_back(site, await begin(site), iss=issuer)).status_code == 401


async def test_new_keys_of_the_provider_are_read(
    site: Site, provider: OpenId, monkeypatch: pytest.MonkeyPatch
) -> None:
    await linked(site)
    monkeypatch.setattr("services.registry.provider.KEYS_AGAIN_SECONDS", -1.0)
    provider.key = curve_key()
    assert (await come_back(site, await begin(site))).status_code == 200


async def test_who_is_disabled_or_unlinked_or_erased_signs_in_no_more(site: Site) -> None:
    known = await linked(site)
    person = f"/people/{known['person']['id']}"
    assert (await site.call("GET", f"{person}/identity", ("land", ADMIN))).status_code == 404
    assert (await site.call("DELETE", f"{person}/identity", ("land", ADMIN))).status_code == 404
    assert (await site.done("GET", f"{person}/identity", CITY))["issuer"].startswith("http://127")
    await site.done("PATCH", person, CITY, {"state": "disabled"})
    assert slug(await come_back(site, await begin(site))) == "oidc-not-linked"
    await site.done("PATCH", person, CITY, {"state": "active"})
    assert (await come_back(site, await begin(site))).status_code == 200
    token = (await site.sign_in()).json()["access_token"]
    await site.done("DELETE", f"{person}/identity", token)
    assert slug(await come_back(site, await begin(site))) == "oidc-not-linked"
    assert (await site.call("GET", f"{person}/identity", CITY)).status_code == 404


async def test_a_new_password_by_link_and_erasure_end_the_link(site: Site) -> None:
    known = await linked(site)
    person = f"/people/{known['person']['id']}"
    reset = await site.done("POST", f"{person}/reset", CITY)
    await site.done("POST", f"/resets/{reset['token']}", None, {"password": PASSWORD + "s"})
    assert site.rows(oidc_identity) == []
    session = (await site.sign_in(password=PASSWORD + "s")).json()["session"]
    await come_back(site, await begin(site, "link", session=session, password=PASSWORD + "s"))
    assert len(site.rows(oidc_identity)) == 1
    await site.done("DELETE", person, CITY)
    assert site.rows(oidc_identity) == []


# --- signing in again, to sign -----------------------------------------------------------------------


async def stepped_up(site: Site, session: str) -> httpx.Response:
    begun = await begin(site, "step-up", session=session)
    assert "prompt=login" in begun["url"]
    assert "max_age=0" in begun["url"]
    return await come_back(site, begun)


async def test_signing_in_again_at_the_provider_stands_for_the_password_once(site: Site) -> None:
    session = (await linked(site))["session"]
    site.time.wait(hours=1)
    ticket = (await stepped_up(site, session)).json()["ticket"]
    body = {"session": session, "ticket": ticket}
    token = await site.done("POST", "/sessions/step-up", None, body)
    claims = json.loads(base64.urlsafe_b64decode(token["access_token"].split(".")[1] + "=="))
    assert claims["auth_time"] == int(site.time.now.timestamp())
    assert (await site.call("POST", "/sessions/step-up", None, body)).status_code == 401
    # The session itself stays what it was.
    fresh = await site.done("POST", "/sessions/token", None, {"session": session})
    claims = json.loads(base64.urlsafe_b64decode(fresh["access_token"].split(".")[1] + "=="))
    assert claims["auth_time"] < int((site.time.now - timedelta(minutes=59)).timestamp())


async def test_a_ticket_is_of_one_session_and_for_minutes(site: Site) -> None:
    session = (await linked(site))["session"]
    other = (await site.sign_in()).json()["session"]
    ticket = (await stepped_up(site, session)).json()["ticket"]
    stolen = await site.call("POST", "/sessions/step-up", None, {"session": other, "ticket": ticket})
    assert stolen.status_code == 401
    ticket = (await stepped_up(site, session)).json()["ticket"]
    site.time.wait(minutes=5)
    late = await site.call("POST", "/sessions/step-up", None, {"session": session, "ticket": ticket})
    assert late.status_code == 401
    both = {"session": session, "ticket": ticket, "password": PASSWORD}
    assert (await site.call("POST", "/sessions/step-up", None, both)).status_code == 422


async def test_who_was_not_asked_again_or_is_somebody_else_gets_no_ticket(
    site: Site, provider: OpenId
) -> None:
    session = (await linked(site))["session"]
    # The provider did not ask: who sits there proved it an hour ago, or it does not say when.
    provider.authenticated_at = lambda: site.time.now - timedelta(hours=1)
    assert (await stepped_up(site, session)).status_code == 401
    provider.authenticated_at = None
    provider.lacks = ("auth_time",)
    assert (await stepped_up(site, session)).status_code == 401
    provider.lacks = ()
    provider.who = "somebody-else"
    assert (await stepped_up(site, session)).status_code == 401
    provider.who = "248289761001"
    begun = await begin(site, "step-up", session=session)
    await site.call("DELETE", "/sessions/current", None, {"session": session})
    assert (await come_back(site, begun)).status_code == 401
    assert site.rows(oidc_ticket) == []


# --- the provider ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": None},
    ],
)
async def test_a_discovery_document_that_is_not_the_issuers_is_not_followed(
    site: Site, provider: OpenId, metadata: dict[str, Any]
) -> None:
    provider.metadata = metadata
    answer = await site.call("POST", OIDC, None, {"purpose": "sign-in"})
    assert answer.status_code == 503


async def test_while_the_provider_is_away_the_password_still_works(site: Site, provider: OpenId) -> None:
    await site.person()
    provider.status = 500
    answer = await site.call("POST", OIDC, None, {"purpose": "sign-in"})
    assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
    assert (await site.sign_in()).status_code == 201


def test_half_of_the_settings_do_not_start(tmp_path: Path) -> None:
    whole = {"oidc_client_id": CLIENT, "public_url": "https://sanya.example"}
    for missing in whole:
        rest = {name: value for name, value in whole.items() if name != missing}
        with pytest.raises(ValidationError, match="SANYA_OIDC_ISSUER needs"):
            RegistrySettings(data_dir=tmp_path, oidc_issuer="https://id.example", **rest)
    with pytest.raises(ValidationError, match="https"):
        RegistrySettings(data_dir=tmp_path, oidc_issuer="http://id.example", **whole)


async def test_where_no_provider_is_set_that_is_said(tmp_path: Path) -> None:
    settings = settings_of(f"sqlite:///{tmp_path}", tmp_path)
    service.migrate(service.settings(**settings))
    app = create_app(service, role="api", settings=settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sanya.test") as http,
    ):
        assert (await http.get("/api/registry/v1/oidc")).json()["on"] is False
        answer = await http.post("/api/registry/v1/sessions/oidc", json={"purpose": "sign-in"})
        assert (answer.status_code, slug(answer)) == (409, "oidc-off")
