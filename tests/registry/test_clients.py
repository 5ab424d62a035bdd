"""Clients and tokens: shown once, verified by anyone, void when they have to be."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from services.catalogue import SERVICES
from services.delivery.app import service as delivery
from services.registry.app import service
from services.registry.handlers import keys
from services.registry.settings import RegistrySettings
from services.registry.store.tables import client_secret, signing_key
from shared.auth import ALGORITHM, ALGORITHMS, Role
from shared.db import UnitOfWork
from shared.db.tables import idempotency
from shared.service import Fatal, create_app
from tests.registry.conftest import ADMIN, CITY, LAND, OPERATOR, Site, settings_of

BAD_TOKEN_REQUESTS: list[tuple[bytes, dict[str, str], int, str]] = [
    (b"grant_type=client_credentials", {}, 401, "invalid_client"),
    (b"grant_type=client_credentials", {"Authorization": "Basic !!!"}, 401, "invalid_client"),
    (b"grant_type=client_credentials", {"Authorization": "Bearer x"}, 401, "invalid_client"),
    (b"client_id=a&client_secret=b", {}, 400, "invalid_request"),
    (b"grant_type=password&client_id=a&client_secret=b", {}, 400, "unsupported_grant_type"),
    (b"grant_type=client_credentials&client_id=a&client_secret=b", {}, 401, "invalid_client"),
    (b"grant_type=client_credentials&client_id=%00&client_secret=b", {}, 401, "invalid_client"),
    (
        b"grant_type=client_credentials&client_id=a&client_id=a&client_secret=b",
        {},
        400,
        "invalid_request",
    ),
    (b"grant_type=client_credentials&client_id=%ff&client_secret=b", {}, 400, "invalid_request"),
    (b"\xff\xfe", {}, 400, "invalid_request"),
    (b"", {}, 400, "invalid_request"),
    (b"{}", {"Content-Type": "application/json"}, 400, "invalid_request"),
    (
        b"grant_type=client_credentials&client_secret=b",
        {"Authorization": "Basic YTpi"},
        400,
        "invalid_request",
    ),
]


def part(token: str, number: int) -> Any:
    text = token.split(".")[number]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def forged(claims: dict[str, Any], header: dict[str, Any], key: Any, algorithms: list[str]) -> str:
    return jwt.encode(header, claims, key, algorithms=algorithms)


async def check(site: Site, token: str) -> httpx.Response:
    return await site.call("GET", "/sources", token)


class TestSecrets:
    async def test_a_secret_is_shown_once_and_stored_as_a_hash(self, site: Site) -> None:
        await site.agency("city")
        made = await site.client("city", Role.REPORTER)
        assert len(made["client_secret"]) > 40
        read = await site.done("GET", f"/clients/{made['client_id']}", CITY)
        assert "client_secret" not in read
        rows = site.rows(client_secret)
        assert all(made["client_secret"] not in str(row) for row in rows)

    async def test_a_replay_shows_the_secret_again_but_the_database_never_holds_it(self, site: Site) -> None:
        await site.agency("city")
        body = {"name": "api", "roles": ["reporter"]}
        path = "/agencies/city/clients"
        first = await site.call("POST", path, CITY, body, Idempotency_Key="k1")
        again = await site.call("POST", path, CITY, body, Idempotency_Key="k1")
        assert again.content == first.content
        assert again.headers["Idempotency-Replayed"] == "true"
        kept = site.rows(idempotency)
        assert len(kept) == 1
        assert first.json()["client_secret"].encode() not in kept[0].body
        other = await site.call("POST", path, CITY, {**body, "name": "x"}, Idempotency_Key="k1")
        assert other.status_code == 409
        assert "'k1'" in other.json()["detail"]
        assert len((await site.done("GET", path, CITY))["items"]) == 1

    async def test_a_rotated_secret_overlaps_with_the_old_one(self, site: Site) -> None:
        await site.agency("city")
        made = await site.client("city", Role.REPORTER)
        id = made["client_id"]
        own = (await site.get_token(id, made["client_secret"])).json()["access_token"]
        rotated = await site.done("POST", f"/clients/{id}/rotate", own)
        site.time.wait(hours=23)
        for secret in (made["client_secret"], rotated["client_secret"]):
            assert (await site.get_token(id, secret)).status_code == 200
        site.time.wait(hours=2)
        assert (await site.get_token(id, made["client_secret"])).status_code == 401
        assert (await site.get_token(id, rotated["client_secret"])).status_code == 200

    async def test_a_leaked_secret_ends_at_once(self, site: Site) -> None:
        await site.agency("city")
        made = await site.client("city", Role.REPORTER)
        path = f"/clients/{made['client_id']}/rotate"
        await site.done("POST", path, CITY, {"overlap": "PT0S"})
        assert (await site.get_token(made["client_id"], made["client_secret"])).status_code == 401
        assert (await site.call("POST", path, LAND)).status_code == 404
        assert (await site.call("POST", path, ("city", "reporter"))).status_code == 404

    async def test_wrong_secrets_are_slowed_down_and_the_right_one_never(self, site: Site) -> None:
        await site.agency("city")
        made = await site.client("city", Role.REPORTER)
        seen = [(await site.get_token(made["client_id"], "wrong")) for _ in range(7)]
        assert [answer.status_code for answer in seen] == [401] * 5 + [429] * 2
        assert 0 < int(seen[-1].headers["Retry-After"]) <= 30
        assert (await site.get_token(made["client_id"], made["client_secret"])).status_code == 200
        assert (await site.get_token(made["client_id"], "wrong")).status_code == 401


class TestTokens:
    async def test_anyone_can_verify_a_token_with_the_published_keys(self, site: Site) -> None:
        await site.agency("city")
        made = await site.client("city", Role.REPORTER, Role.VIEWER)
        answer = await site.get_token(made["client_id"], made["client_secret"])
        assert answer.headers["Cache-Control"] == "no-store"
        token = answer.json()["access_token"]
        assert part(token, 0)["alg"] == "EdDSA"
        claims = part(token, 1)
        assert claims["roles"] == ["reporter", "viewer"]
        assert (claims["sub"], claims["agency"], claims["kind"]) == (made["client_id"], "city", "client")
        assert claims["exp"] - claims["iat"] == answer.json()["expires_in"] == 600
        described = await site.done("GET", "/.well-known/oauth-authorization-server")
        published = (await site.http.get(described["jwks_uri"])).json()["keys"]
        (jwk,) = [key for key in published if key["kid"] == part(token, 0)["kid"]]
        assert "d" not in jwk
        signed, _, signature = token.rpartition(".")
        Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(jwk["x"] + "=")).verify(
            base64.urlsafe_b64decode(signature + "=="), signed.encode()
        )

    async def test_a_token_can_have_fewer_roles(self, site: Site) -> None:
        await site.agency("city")
        made = await site.client("city", Role.REPORTER, Role.VIEWER)
        narrow = await site.get_token(made["client_id"], made["client_secret"], scope="viewer")
        assert part(narrow.json()["access_token"], 1)["roles"] == ["viewer"]
        wide = await site.get_token(made["client_id"], made["client_secret"], scope="viewer signatory")
        assert (wide.status_code, wide.json()["error"]) == (400, "invalid_scope")

    async def test_it_expires(self, site: Site) -> None:
        token = site.token("city", "viewer")
        site.time.wait(minutes=10)
        assert (await check(site, token)).status_code == 200
        site.time.wait(seconds=7)
        refused = await check(site, token)
        assert refused.status_code == 401
        assert "expired" in refused.json()["detail"]
        assert refused.headers["WWW-Authenticate"] == "Bearer"

    async def test_what_somebody_else_signed_is_refused(self, site: Site) -> None:
        token = site.token("city", "agency_admin")
        header, claims = part(token, 0), part(token, 1)
        stranger = OKPKey.generate_key("Ed25519")
        public = (await site.done("GET", "/.well-known/jwks.json"))["keys"][0]
        none = ".".join(
            base64.urlsafe_b64encode(json.dumps(piece).encode()).decode().rstrip("=")
            for piece in ({**header, "alg": "none"}, claims)
        )
        secret = OctKey.import_key(public["x"])
        for bad in (
            jwt.encode(header, claims, stranger, registry=ALGORITHMS),
            jwt.encode({**header, "kid": "unknown"}, claims, stranger, registry=ALGORITHMS),
            f"{none}.",
            forged(claims, {**header, "alg": "HS256"}, secret, ["HS256"]),
            token[:-8] + "AAAAAAAA",
            ".".join([token.split(".")[0], token.split(".")[1][:-4] + "AAAA", token.split(".")[2]]),
            "not-a-token",
            "a.b.c",
        ):
            assert (await check(site, bad)).status_code == 401, bad

    async def test_claims_that_are_missing_or_somebody_elses_are_refused(self, site: Site) -> None:
        key = site.rows(signing_key)[0]
        own = OKPKey.import_key(json.loads(key.private_jwk))
        claims = part(site.token("city", "viewer"), 1)
        for bad in (
            {**claims, "iss": "elsewhere"},
            {**claims, "roles": ["king"]},
            {**claims, "iat": claims["iat"] + 3600, "exp": claims["exp"] + 3600},
            {name: value for name, value in claims.items() if name != "sub"},
            {name: value for name, value in claims.items() if name != "agency"},
        ):
            token = jwt.encode({"alg": ALGORITHM, "kid": key.kid}, bad, own, registry=ALGORITHMS)
            assert (await check(site, token)).status_code == 401, bad

    async def test_a_disabled_client_is_out_at_once_and_its_old_tokens_for_good(self, site: Site) -> None:
        await site.agency("city")
        made = await site.client("city", Role.VIEWER)
        id, secret = made["client_id"], made["client_secret"]
        token = (await site.get_token(id, secret)).json()["access_token"]
        assert (await check(site, token)).status_code == 200
        await site.done("PATCH", f"/clients/{id}", CITY, {"state": "disabled"})
        assert (await check(site, token)).status_code == 401
        refused = await site.get_token(id, secret)
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
        await site.done("PATCH", f"/clients/{id}", CITY, {"state": "active"})
        assert (await check(site, token)).status_code == 401
        fresh = (await site.get_token(id, secret)).json()["access_token"]
        assert (await check(site, fresh)).status_code == 200
        facts = [fact for fact in site.told("registry.key.v1") if "subject" in fact]
        assert [fact["version"] for fact in facts] == [2, 3]
        assert all(fact["subject"] == id for fact in facts)

    async def test_other_roles_void_the_tokens_with_the_old_ones(self, site: Site) -> None:
        await site.agency("city")
        made = await site.client("city", Role.AGENCY_ADMIN, Role.VIEWER)
        token = (await site.get_token(made["client_id"], made["client_secret"])).json()["access_token"]
        await site.done("PATCH", f"/clients/{made['client_id']}", CITY, {"roles": ["viewer"]})
        assert (await site.call("GET", "/agencies/city/clients", token)).status_code == 401

    async def test_a_bad_request_is_an_oauth_error_and_a_problem(self, site: Site) -> None:
        for form, headers, status, error in BAD_TOKEN_REQUESTS:
            sent = {"Content-Type": "application/x-www-form-urlencoded", **headers}
            answer = await site.http.post("/api/registry/v1/oauth/token", content=form, headers=sent)
            body = answer.json()
            assert (answer.status_code, body["error"], body["status"]) == (status, error, status), form
            assert body["error_description"] == body["detail"]
            assert answer.headers["content-type"] == "application/problem+json"
            assert ("WWW-Authenticate" in answer.headers) == (status == 401)


class TestKeys:
    async def test_a_rotation_breaks_no_token(self, site: Site) -> None:
        old = site.token("city", "viewer")
        await site.done("POST", "/keys/rotate", OPERATOR)
        published = (await site.done("GET", "/.well-known/jwks.json"))["keys"]
        assert len(published) == 2
        last = ""
        kids = set()
        for _ in range(14):
            site.time.wait(minutes=2)
            token = site.token("city", "viewer")
            kids.add(part(token, 0)["kid"])
            assert (await check(site, token)).status_code == 200
            if last:
                assert (await check(site, last)).status_code == 200
            last = token
        assert kids == {key["kid"] for key in published}
        assert (await check(site, old)).status_code == 401
        site.time.wait(minutes=10)
        assert len((await site.done("GET", "/.well-known/jwks.json"))["keys"]) == 1

    async def test_the_new_key_is_told_before_it_signs_and_the_old_one_gets_its_end(self, site: Site) -> None:
        made = await site.done("POST", "/keys/rotate", OPERATOR)
        assert part(site.token("city", "viewer"), 0)["kid"] != made["kid"]
        first, end, new = site.told("registry.key.v1")
        assert (new["kid"], new["not_after"]) == (made["kid"], None)
        assert (end["kid"], end["version"]) == (first["kid"], 2)
        assert end["not_after"] > first["not_after"] if first["not_after"] else end["not_after"]
        assert all("d" not in fact["jwk"] for fact in (first, end, new))

    async def test_a_compromised_key_ends_at_once(self, site: Site) -> None:
        old = site.token("city", "viewer")
        await site.done("POST", "/keys/rotate", OPERATOR, {"compromised": True})
        assert (await check(site, old)).status_code == 401
        assert (await check(site, site.token("city", "viewer"))).status_code == 200
        rows = site.rows(signing_key)
        assert [row.private_jwk is None for row in rows].count(True) == 1

    async def test_a_key_is_replaced_when_its_time_has_come(self, site: Site) -> None:
        settings = site.context.settings
        assert isinstance(settings, RegistrySettings)

        def keep_fresh(_: None, uow: UnitOfWork) -> bool:
            return keys.keep_fresh(settings, uow)

        assert not site.db.transact(keep_fresh)
        site.time.wait(days=90, seconds=1)
        assert site.db.transact(keep_fresh)
        assert not site.db.transact(keep_fresh)
        site.time.wait(minutes=30)
        site.db.transact(keep_fresh)
        rows = site.rows(signing_key)
        assert sorted(row.private_jwk is None for row in rows) == [False, True]

    async def test_another_service_verifies_with_what_it_was_told(self, tmp_path: Path) -> None:
        settings: dict[str, Any] = {"data_dir": tmp_path}
        services = (service, delivery)
        # Who hears of a topic reads its producer's file.
        for each in SERVICES.values():
            each.migrate(each.settings(**settings))
        app = create_app(*services, settings=settings)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sanya.test") as http,
        ):
            given = json.loads((tmp_path / "operator-credentials.json").read_text())
            answer = await http.post(
                "/api/registry/v1/oauth/token", data={"grant_type": "client_credentials", **given}
            )
            bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
            assert (await http.get("/api/delivery/v1/events", headers=bearer)).status_code == 200


class TestOperator:
    async def test_the_first_start_leaves_credentials_that_only_the_owner_reads(
        self, site: Site, tmp_path: Path
    ) -> None:
        file = tmp_path / "operator-credentials.json"
        assert file.stat().st_mode & 0o777 == 0o600
        answer = await site.get_token(site.operator["client_id"], site.operator["client_secret"])
        assert answer.json()["scope"] == "operator"

    async def test_the_environment_names_the_first_client(self, database_url: str, tmp_path: Path) -> None:
        secret = "a secret + with % signs"
        settings = settings_of(database_url, tmp_path) | {
            "bootstrap_client_id": "root",
            "bootstrap_client_secret": secret,
        }
        service.migrate(service.settings(**settings))
        for _ in range(2):
            app = create_app(service, role="api", settings=settings)
            async with (
                app.router.lifespan_context(app),
                httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sanya.test") as http,
            ):
                answer = await http.post(
                    "/api/registry/v1/oauth/token",
                    data={"grant_type": "client_credentials"},
                    auth=("root", secret),
                )
                assert answer.status_code == 200
        assert not (tmp_path / "operator-credentials.json").exists()

    async def test_without_a_place_for_credentials_the_start_says_what_to_set(
        self, database_url: str, tmp_path: Path
    ) -> None:
        blocked = tmp_path / "file"
        blocked.write_text("")
        settings = settings_of(database_url, tmp_path) | {"data_dir": blocked / "var"}
        service.migrate(service.settings(**settings))
        app = create_app(service, role="api", settings=settings)
        with pytest.raises(Fatal, match="SANYA_BOOTSTRAP_CLIENT_ID"):
            async with app.router.lifespan_context(app):
                pass

    async def test_it_appoints_the_first_admin_of_an_agency_and_no_one_else(self, site: Site) -> None:
        await site.agency("city")
        path = "/agencies/city/clients"
        assert (
            await site.call("POST", path, OPERATOR, {"name": "x", "roles": ["negotiator"]})
        ).status_code == 403
        first = await site.done("POST", path, OPERATOR, {"name": "x", "roles": ["agency_admin"]})
        again = await site.call("POST", path, OPERATOR, {"name": "y", "roles": ["agency_admin"]})
        assert again.status_code == 409
        await site.client("city", "reporter")
        assert [c["client_id"] for c in (await site.done("GET", path, OPERATOR))["items"]] == [
            first["client_id"]
        ]
        await site.done("PATCH", f"/clients/{first['client_id']}", OPERATOR, {"state": "disabled"})
        await site.done("POST", path, OPERATOR, {"name": "y", "roles": ["agency_admin"]})

    async def test_it_can_have_more_clients_of_its_own(self, site: Site) -> None:
        made = await site.done("POST", "/operators", OPERATOR, {"name": "second"})
        assert (await site.get_token(made["client_id"], made["client_secret"])).json()["scope"] == "operator"
        listed = (await site.done("GET", "/operators", OPERATOR))["items"]
        assert {client["client_id"] for client in listed} == {"operator", made["client_id"]}
        assert (await site.call("GET", f"/clients/{made['client_id']}", CITY)).status_code == 404
        own = await site.call(
            "PATCH",
            "/clients/operator",
            site.token(None, "operator", subject="operator"),
            {"state": "disabled"},
        )
        assert own.status_code == 409


def test_the_overlap_is_a_setting() -> None:
    assert RegistrySettings().secret_overlap == timedelta(hours=24)
    assert ADMIN == "agency_admin"
