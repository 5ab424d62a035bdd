"""The keys with which agencies sign: proven, replaced, revoked, told with their times."""

from __future__ import annotations

import json
from typing import Any

import pytest
from joserfc.jws import extract_compact
from nacl.bindings import crypto_core_ed25519_is_valid_point

from services.registry.store.agency_keys import agency_key
from shared import signatures
from shared.clock import to_micros
from shared.signatures import new_private, public_jwk, public_of, registration_statement, sign, thumbprint
from tests.registry.conftest import CITY, LAND, OPERATOR, PASSWORD, Site

TOPIC = "registry.agency-key.v1"


@pytest.fixture
async def city(site: Site) -> Site:
    await site.agency("city")
    await site.agency("land")
    return site


def claims(token: str) -> dict[str, Any]:
    """What an access token says."""
    found: dict[str, Any] = json.loads(extract_compact(token.encode()).payload)
    return found


def new_key(agency: str = "city", **more: Any) -> dict[str, Any]:
    """What registers a new key."""
    private = new_private()
    jwk = public_of(private)
    proof = sign(private, registration_statement(agency, thumbprint(jwk)))
    return {"jwk": jwk, "proof": proof, **more}


class TestRegistering:
    async def test_a_key_is_registered_by_its_own_signature_and_public(self, city: Site) -> None:
        body = new_key()
        made = await city.call("POST", "/agencies/city/keys", CITY, body)
        assert (made.status_code, made.headers["ETag"]) == (201, '"1"'), made.text
        (key,) = made.json()["keys"]
        assert (key["kid"], key["valid_until"]) == (thumbprint(body["jwk"]), None)
        assert made.json() == await city.done("GET", "/agencies/city/keys")
        (fact,) = city.told(TOPIC)
        assert (fact["agency"], fact["required"], fact["version"]) == ("city", False, 1)
        assert fact["keys"] == [
            {
                "kid": key["kid"],
                "jwk": body["jwk"],
                "valid_from": to_micros(city.time.now),
                "valid_until": None,
            }
        ]

    @pytest.mark.parametrize("what", ["of another agency", "by another key", "of another text", "cut"])
    async def test_a_proof_that_proves_nothing_is_refused(self, city: Site, what: str) -> None:
        body = new_key("land" if what == "of another agency" else "city")
        if what == "by another key":
            body["jwk"] = new_key()["jwk"]
        if what == "of another text":
            private = new_private()
            body = {"jwk": public_of(private), "proof": sign(private, {"type": "something else"})}
        if what == "cut":
            body["proof"] = body["proof"][:-1]
        refused = await city.call("POST", "/agencies/city/keys", CITY, body)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["pointer"] == "/proof"
        assert city.rows(agency_key) == []

    @pytest.mark.parametrize("point", sorted(signatures._SMALL_ORDER))
    async def test_a_point_with_which_one_signature_fits_many_texts_is_refused(
        self, city: Site, point: bytes
    ) -> None:
        assert not crypto_core_ed25519_is_valid_point(point)
        body = {**new_key(), "jwk": public_jwk(point)}
        refused = await city.call("POST", "/agencies/city/keys", CITY, body)
        assert refused.status_code == 422
        assert "small order" in refused.json()["errors"][0]["detail"]

    async def test_nobody_registers_for_another(self, city: Site) -> None:
        assert (await city.call("POST", "/agencies/city/keys", LAND, new_key())).status_code == 403
        assert (await city.call("POST", "/agencies/city/keys", OPERATOR, new_key())).status_code == 403
        assert (await city.call("POST", "/agencies/none/keys", CITY, new_key())).status_code == 404
        assert (await city.call("GET", "/agencies/none/keys")).status_code == 404

    async def test_a_key_is_registered_once(self, city: Site) -> None:
        body = new_key()
        await city.done("POST", "/agencies/city/keys", CITY, body)
        again = await city.call("POST", "/agencies/city/keys", CITY, body)
        assert again.status_code == 409


class TestEnding:
    async def test_a_key_is_replaced_at_an_instant(self, city: Site) -> None:
        first = await city.done("POST", "/agencies/city/keys", CITY, new_key())
        old = first["keys"][0]["kid"]
        city.time.wait(days=1)
        after = await city.done("POST", "/agencies/city/keys", CITY, new_key(replaces=old))
        ended, new = after["keys"]
        assert ended["kid"] == old
        assert ended["valid_until"] == new["valid_from"]
        assert new["valid_until"] is None
        assert city.told(TOPIC)[-1]["version"] == after["version"] == 2
        missing = await city.call("POST", "/agencies/city/keys", CITY, new_key(replaces="x" * 43))
        assert missing.status_code == 404
        assert len(city.rows(agency_key)) == 2

    async def test_a_key_is_revoked_once_and_stays_known(self, city: Site) -> None:
        made = await city.done("POST", "/agencies/city/keys", CITY, new_key())
        address = f"/agencies/city/keys/{made['keys'][0]['kid']}/revocation"
        assert (await city.call("POST", address, LAND)).status_code == 403
        city.time.wait(hours=1)
        (ended,) = (await city.done("POST", address, CITY))["keys"]
        assert ended["valid_until"] > ended["valid_from"]
        assert (await city.call("POST", address, CITY)).status_code == 409
        assert (await city.done("GET", "/agencies/city/keys"))["keys"] == [ended]

    async def test_an_agency_asks_for_its_own_key_only_while_it_has_one(self, city: Site) -> None:
        wanted = {"required": True}
        assert (await city.call("PATCH", "/agencies/city/keys", CITY, wanted)).status_code == 409
        await city.done("POST", "/agencies/city/keys", CITY, new_key())
        assert (await city.call("PATCH", "/agencies/city/keys", LAND, wanted)).status_code == 403
        assert (await city.done("PATCH", "/agencies/city/keys", CITY, wanted))["required"]
        assert city.told(TOPIC)[-1]["required"]
        # A further key changes nothing of that.
        assert (await city.done("POST", "/agencies/city/keys", CITY, new_key()))["required"]


class TestGivingThePasswordAgain:
    async def test_it_gives_a_token_that_says_when(self, city: Site) -> None:
        await city.person()
        session = (await city.sign_in()).json()["session"]
        began = int(city.time.now.timestamp())
        city.time.wait(hours=1)
        ordinary = await city.done("POST", "/sessions/token", None, {"session": session})
        assert claims(ordinary["access_token"])["auth_time"] == began
        body = {"session": session, "password": PASSWORD}
        answer = await city.call("POST", "/sessions/step-up", None, body)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        said = claims(answer.json()["access_token"])
        assert said["auth_time"] == int(city.time.now.timestamp())
        assert said["name"] == "Somchai"
        # The session itself is as old as it was.
        again = await city.done("POST", "/sessions/token", None, {"session": session})
        assert claims(again["access_token"])["auth_time"] == began

    async def test_wrong_passwords_and_sessions_are_refused_and_counted(self, city: Site) -> None:
        await city.person()
        session = (await city.sign_in()).json()["session"]
        body = {"session": session, "password": "not the password"}
        for _ in range(5):
            assert (await city.call("POST", "/sessions/step-up", None, body)).status_code == 401
        assert (await city.call("POST", "/sessions/step-up", None, body)).status_code == 429
        city.time.wait(minutes=1)
        right = {**body, "password": PASSWORD}
        assert (await city.call("POST", "/sessions/step-up", None, right)).status_code == 200
        assert (await city.sign_in(password="not the password")).status_code == 401
        none = await city.call("POST", "/sessions/step-up", None, {**right, "session": "none"})
        assert none.status_code == 401

    async def test_a_name_is_in_no_event(self, city: Site) -> None:
        await city.person()
        await city.sign_in()
        assert "Somchai" not in city.everything_told()
