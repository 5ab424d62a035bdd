"""Every route, role and agency: who is heard, and how the others are refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from services.registry.app import service
from shared.auth import Role
from shared.health import openapi_of
from tests.registry.conftest import CITY, LAND, OPERATOR, PERMIT, ROOT, Site

Who = tuple[str | None, ...] | None
Answer = int
"""A status; 0: heard (whatever else may be wrong)."""

CALLERS: list[Who] = [
    None,
    OPERATOR,
    *((agency, role) for agency in ("city", "land") for role in Role if role is not Role.OPERATOR),
]


def everyone(_who: Who) -> Answer:
    return 0


def signed_in(who: Who) -> Answer:
    return 401 if who is None else 0


def operator(who: Who) -> Answer:
    return 401 if who is None else 0 if who == OPERATOR else 403


def any_admin(who: Who) -> Answer:
    """The agency is named in the body."""
    return 401 if who is None else 0 if who == CITY else 403


def own_admin(who: Who) -> Answer:
    """Of an object that everybody may know."""
    return any_admin(who)


def own_admin_or_operator(who: Who) -> Answer:
    return 0 if who == OPERATOR else any_admin(who)


def own_agency(who: Who) -> Answer:
    return 401 if who is None else 0 if who[0] == "city" else 404


def own_admin_hidden(who: Who) -> Answer:
    """Of an object that others may not know of."""
    return 401 if who is None else {CITY: 0, LAND: 404}.get(who, 403)  # type: ignore[arg-type]


def governing_reads(who: Who) -> Answer:
    return 401 if who is None else 0 if who == CITY else 404


def governing_writes(who: Who) -> Answer:
    """Of a client or person that is no admin: not even the operator's."""
    return 401 if who is None else {CITY: 0, LAND: 404, OPERATOR: 404}.get(who, 403)  # type: ignore[arg-type]


def own_admin_of_no_key(who: Who) -> Answer:
    return own_admin(who) or 404


def governing_of_no_identity(who: Who) -> Answer:
    return governing_reads(who) or 404


NAME = {"en": "x"}
HOURS = {"time_zone": "Asia/Bangkok", "weekly": {"monday": [["08:30", "16:30"]]}}
CALENDAR = {"code": "office", "owner": "city", "name": NAME, **HOURS}
NEXT_VERSION = {"name": NAME, "effective_from": "2199-01-01", **HOURS}
KEY = {
    # RFC 8037, appendix A; the proof is none.
    "jwk": {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
    "proof": "x" * 86,
}
Policy = Callable[[Who], Answer]
ROUTES: dict[tuple[str, str], tuple[Any, Policy]] = {
    ("GET", "/agencies"): (None, everyone),
    ("POST", "/agencies"): ({"code": "city", "name": NAME}, operator),
    ("GET", "/agencies/{code}"): (None, everyone),
    ("PUT", "/agencies/{code}"): ({"name": {"en": "city"}}, own_admin_or_operator),
    ("PATCH", "/agencies/{code}"): ({}, own_admin_or_operator),
    ("GET", "/services"): (None, everyone),
    ("POST", "/services"): (PERMIT, any_admin),
    ("GET", "/services/{code}"): (None, everyone),
    ("PUT", "/services/{code}"): ({"name": NAME}, own_admin),
    ("PATCH", "/services/{code}"): ({}, own_admin),
    ("GET", "/services/{code}/versions"): (None, everyone),
    ("GET", "/sources"): (None, signed_in),
    ("POST", "/sources"): ({"code": "source", "agency": "city", "services": ["permit"]}, any_admin),
    ("GET", "/sources/{code}"): (None, own_agency),
    ("PUT", "/sources/{code}"): ({"services": ["permit"]}, own_admin_hidden),
    ("PATCH", "/sources/{code}"): ({}, own_admin_hidden),
    ("GET", "/agencies/{code}/clients"): (None, own_admin_or_operator),
    ("POST", "/agencies/{code}/clients"): ({"name": "x", "roles": ["agency_admin"]}, own_admin_or_operator),
    ("GET", "/operators"): (None, operator),
    ("POST", "/operators"): ({"name": "x"}, operator),
    ("GET", "/clients/{id}"): (None, governing_reads),
    ("PATCH", "/clients/{id}"): ({}, governing_writes),
    ("POST", "/clients/{id}/rotate"): (None, governing_reads),
    ("POST", "/oauth/token"): (None, everyone),
    ("GET", "/.well-known/oauth-authorization-server"): (None, everyone),
    ("GET", "/.well-known/jwks.json"): (None, everyone),
    ("GET", "/operations"): (None, operator),
    ("GET", "/dead-letters"): (None, operator),
    ("POST", "/dead-letters/redrive"): (None, operator),
    ("GET", "/keys"): (None, operator),
    ("POST", "/keys/rotate"): (None, operator),
    ("GET", "/agencies/{code}/people"): (None, own_admin_or_operator),
    ("POST", "/agencies/{code}/people"): (
        {"email": "a@city.example", "name": "x", "roles": ["agency_admin"]},
        own_admin_or_operator,
    ),
    ("GET", "/people/{id}"): (None, governing_reads),
    ("PATCH", "/people/{id}"): ({}, governing_writes),
    ("POST", "/people/{id}/invitation"): (None, governing_writes),
    ("POST", "/people/{id}/reset"): (None, governing_writes),
    ("DELETE", "/people/{id}"): (None, own_admin_hidden),
    ("GET", "/people/{id}/identity"): (None, governing_of_no_identity),
    ("DELETE", "/people/{id}/identity"): (None, governing_reads),
    ("GET", "/invitations/{token}"): (None, everyone),
    ("POST", "/invitations/{token}/acceptance"): ({"password": "a bowl of noodles"}, everyone),
    ("GET", "/resets/{token}"): (None, everyone),
    ("POST", "/resets/{token}"): ({"password": "a bowl of noodles"}, everyone),
    ("POST", "/sessions"): ({"email": "a@b.c", "password": "x"}, everyone),
    ("POST", "/sessions/token"): ({"session": "x"}, everyone),
    ("DELETE", "/sessions/current"): ({"session": "x"}, everyone),
    ("POST", "/sessions/step-up"): ({"session": "x", "password": "x"}, everyone),
    ("GET", "/oidc"): (None, everyone),
    ("POST", "/sessions/oidc"): ({"purpose": "sign-in"}, everyone),
    ("POST", "/sessions/oidc/return"): ({"attempt": "x", "state": "x", "code": "x"}, everyone),
    ("GET", "/calendars"): (None, signed_in),
    ("POST", "/calendars"): (CALENDAR, any_admin),
    ("GET", "/calendars/{code}"): (None, signed_in),
    ("GET", "/calendars/{code}/versions"): (None, signed_in),
    ("GET", "/calendars/{code}/versions/{version}"): (None, signed_in),
    ("POST", "/calendars/{code}/versions"): (NEXT_VERSION, own_admin),
    ("GET", "/agencies/{code}/keys"): (None, everyone),
    ("POST", "/agencies/{code}/keys"): (KEY, own_admin),
    ("PATCH", "/agencies/{code}/keys"): ({"required": False}, own_admin),
    ("POST", "/agencies/{code}/keys/{kid}/revocation"): ({}, own_admin_of_no_key),
}


def test_no_route_is_left_out() -> None:
    declared = {
        (method.upper(), path.removeprefix(ROOT))
        for path, operations in openapi_of(service)["paths"].items()
        for method in operations
    }
    assert declared == set(ROUTES)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_each_caller_is_heard_or_refused_as_declared(site: Site) -> None:
    await site.permit()
    await site.done("POST", "/sources", CITY, {"code": "source", "agency": "city", "services": ["permit"]})
    client = await site.client("city", "reporter")
    invited = await site.done(
        "POST", "/agencies/city/people", CITY, {"email": "s@city.example", "name": "S", "roles": ["viewer"]}
    )
    ids = {"clients": client["client_id"], "people": invited["person"]["id"]}
    await site.done("POST", "/calendars", CITY, CALENDAR)
    codes = {"agencies": "city", "services": "permit", "sources": "source", "calendars": "office"}
    others = {"{token}": "x" * 40, "{version}": "1", "{kid}": "x" * 43}
    wrong: list[str] = []
    # Whoever is refused goes first: an object that was changed or erased would hide a gap.
    turns = sorted(
        ((who, *route, *spec) for who in CALLERS for route, spec in ROUTES.items()),
        key=lambda turn: (turn[4](turn[0]) == 0, turn[1] == "DELETE"),
    )
    for who, method, path, body, policy in turns:
        kind = path.split("/")[1]
        address = re.sub(r"{(code|id)}", codes.get(kind) or ids.get(kind, "x"), path)
        for name, value in others.items():
            address = address.replace(name, value)
        answer = await site.call(method, address, who, body)
        expected = policy(who)
        # Refusals of the right kind: nobody's link or password is right here, and codes are taken.
        fine = (
            answer.status_code == expected
            if expected
            else policy is everyone or answer.status_code not in {401, 403, 404}
        )
        if not fine or answer.status_code >= 500:
            wrong.append(f"{method} {path} by {who}: {answer.status_code}, not {expected or 'heard'}")
    assert not wrong, "\n".join(wrong)
