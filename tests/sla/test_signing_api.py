"""Signatures over REST: signing in again, own keys in the body, the export and the keys."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from docs.verify import verify
from services.sla.store import signatures as store
from shared.auth import Role
from shared.clock import to_micros
from shared.signatures import new_private, own_key_statement, public_of, sign, thumbprint
from tests.sla.documents import AGREEMENT
from tests.sla.test_api import CITY, LAND, Site, site

__all__ = ["site"]

OPERATOR = (None, Role.OPERATOR)


async def offered(site: Site) -> tuple[str, str]:
    """The hash and the address of an offer."""
    digest = await site.drafted()
    at = f"/agreements/{AGREEMENT['code']}/revisions/{digest}"
    assert (await site.call("POST", f"{at}/offer", CITY)).status_code == 200
    return digest, at


class TestAPerson:
    @pytest.mark.parametrize(
        ("ago", "status"), [(0, 200), (299, 200), (300, 200), (301, 401), (3600, 401), (None, 401)]
    )
    async def test_gives_the_password_just_before(self, site: Site, ago: int | None, status: int) -> None:
        digest, at = await offered(site)
        claims: dict[str, Any] = {"kind": "person", "sub": "p_1", "name": "สมชาย"}
        if ago is not None:
            claims["auth_time"] = int((site.now - timedelta(seconds=ago)).timestamp())
        token = site.token(*LAND, **claims)
        answer = await site.call("POST", f"{at}/acceptances", None, {"hash": digest}, **token)
        assert answer.status_code == status, answer.text
        if status == 401:
            assert answer.json()["type"].endswith("sign-in-again")
            assert 'error="insufficient_user_authentication"' in answer.headers["WWW-Authenticate"]
            assert (await site.call("GET", at, None, **token)).status_code == 200
        else:
            (one,) = (await site.call("GET", f"{at}/signed", LAND)).json()["acceptances"]
            assert one["name"]["text"] == "สมชาย"


class TestAnOwnKey:
    async def test_stands_in_the_body_with_its_signature(self, site: Site) -> None:
        digest, at = await offered(site)
        private = new_private()
        kid = thumbprint(public_of(private))
        keys = [
            {
                "kid": kid,
                "jwk": public_of(private),
                "valid_from": to_micros(site.now),
                "valid_until": None,
            }
        ]
        site.db.transact(lambda _, uow: store.keep_agency_keys(uow.connection, "land-office", 1, True, keys))
        signature = sign(private, own_key_statement("land-office", AGREEMENT["code"], digest, kid))
        refused = await site.call("POST", f"{at}/acceptances", LAND, {"hash": digest})
        assert (refused.status_code, refused.json()["type"].split("/")[-1]) == (403, "own-key-required")
        for half in ({"kid": kid}, {"signature": signature}):
            assert (
                await site.call("POST", f"{at}/acceptances", LAND, {"hash": digest, **half})
            ).status_code == 422
        body = {"hash": digest, "kid": kid, "signature": signature}
        assert (await site.call("POST", f"{at}/acceptances", LAND, body)).status_code == 200
        assert (await site.call("POST", f"{at}/acceptances", CITY, {"hash": digest})).status_code == 200
        exported = await site.call("GET", f"{at}/signed", CITY)
        report, used = verify.verify(exported.content)
        assert report.failures == []
        assert {key["agency"] for key in used} == {None, "land-office"}


class TestTheExport:
    async def test_is_open_to_whom_the_revision_is(self, site: Site) -> None:
        digest, at = await offered(site)
        strangers = ("province", Role.VIEWER)
        for who in (None, strangers):
            hidden = await site.call("GET", f"{at}/signed", who)
            missing = await site.call("GET", f"{at.replace(digest, '0' * 64)}/signed", who)
            assert hidden.status_code == missing.status_code == 404
        assert (await site.call("GET", f"{at}/signed", LAND)).status_code == 200
        for party in (CITY, LAND):
            assert (await site.call("POST", f"{at}/acceptances", party, {"hash": digest})).status_code == 200
        site.now += timedelta(days=60)
        public = await site.call("GET", f"{at}/signed", None)
        assert (public.status_code, public.headers["Vary"]) == (200, "Authorization, Accept-Encoding")
        assert verify.verify(public.content)[0].failures == []


class TestTheKeys:
    async def test_are_public_and_rotated_by_the_operator(self, site: Site) -> None:
        (first,) = (await site.call("GET", "/keys", None)).json()["items"]
        assert (first["valid_until"], set(first["jwk"])) == (None, {"kty", "crv", "x"})
        assert (await site.call("POST", "/keys/rotate", CITY)).status_code == 403
        site.now += timedelta(minutes=1)
        made = await site.call("POST", "/keys/rotate", OPERATOR)
        assert made.status_code == 201
        old, new = (await site.call("GET", "/keys", None)).json()["items"]
        assert (old["kid"], new) == (first["kid"], made.json())
        assert old["valid_until"] is not None
