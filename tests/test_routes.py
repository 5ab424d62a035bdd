"""Every route says who may use it, and keeps to it: route x role x agency."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from services.catalogue import SERVICES
from shared import health
from shared.auth import Role, access_of, public
from shared.http import PROBLEM_JSON, StrictRoute
from tests.e2e.instance import AGREEMENT
from tests.whole import (
    DELEGATION,
    FACTOR,
    HOURS,
    INDICATORS,
    NEED,
    OF_AN_AGENCY,
    PERMIT,
    REVIEW,
    SERVICE,
    Whole,
    agreement,
    exclusion_of,
    key_of,
    open_whole,
    termination_of,
)

WORDS = {"public", "signed-in", *(str(role) for role in Role)}


def routes(router: APIRouter) -> Iterator[RouteContext]:
    """The routes of a router as they answer, those of routers inside it included."""
    for context in iter_route_contexts(router.routes):
        if isinstance(context.original_route, APIRoute):
            yield context


def addresses(name: str) -> set[str]:
    """Every address of a service, as its OpenAPI document has it."""
    return set(health.openapi_of(SERVICES[name])["paths"])


def declared(route: RouteContext) -> tuple[str, ...] | None:
    return access_of(route.dependant)


ALL = [(name, route) for name, service in SERVICES.items() for route in routes(service.router)]


@pytest.mark.parametrize(("name", "route"), ALL, ids=lambda value: getattr(value, "path", value))
def test_a_route_declares_who_may_use_it(name: str, route: RouteContext) -> None:
    access = declared(route)
    assert access is not None, f"{route.methods} {route.path} forgot to say who may use it"
    assert set(access) <= WORDS


@pytest.mark.parametrize(("name", "route"), ALL, ids=lambda value: getattr(value, "path", value))
def test_a_route_reads_strictly(name: str, route: RouteContext) -> None:
    if SERVICES[name].migrations is not None:
        assert isinstance(route.original_route, StrictRoute)


@pytest.mark.parametrize("name", [name for name, one in SERVICES.items() if one.migrations is not None])
def test_addresses_stand_under_their_service(name: str) -> None:
    strange = [path for path in addresses(name) if not re.match(rf"^(/api/{name}/v1/|/\.well-known/)", path)]
    assert strange == []
    assert len(addresses(name)) > 1


def test_what_a_process_says_of_itself_is_public_by_purpose() -> None:
    assert all(declared(route) == ("public",) for route in routes(health.router))


def test_a_route_that_forgot_is_found() -> None:
    router = APIRouter()

    @router.get("/open")
    async def left_open() -> dict[str, Any]:
        return {}

    @router.get("/said", dependencies=[public])
    async def said() -> dict[str, Any]:
        return {}

    assert [declared(route) for route in routes(router)] == [None, ("public",)]


# --- every route x role x agency ---------------------------------------------------------------------

WALK = [
    (method, route.path_format, declared(route) or ())
    for name, route in ALL
    if SERVICES[name].migrations is not None
    for method in sorted(route.methods or ())
]
GUARDED = [turn for turn in WALK if turn[2] != ("public",)]
ENDLESS = "/api/delivery/v1/events/stream"
# Objects that everybody may know of; another agency may not change them, and not see what they keep.
KNOWN = re.compile(r"/(agencies|services|indicators|calendars)/{")
# Objects that others must not learn of.
HIDDEN = re.compile(
    r"/(agreements|sources|clients|people|batches|backfills|results|breaches"
    r"|announcements|exclusions|disputes|corrections|jobs|webhooks|subscriptions|needs|factors"
    r"|improvements|recommendations|reports)/{"
)
# Whoever holds the link is whom it is for.
LINKS = re.compile(r"/(invitations|resets|mail-links)/{token}")
MISSING = {
    "agreements": "nothing",
    "revisions": "0" * 64,
    "sources": "nothing",
    "clients": "c_0",
    "people": "p_0",
    "batches": "0" * 32,
    "backfills": "0" * 32,
    "results": "nothing",
    "reports": "0" * 32,
    "breaches": "nothing",
    "disputes": "nothing",
    "comments": "0" * 32,
    "delegations": "0" * 32,
    "terminations": "0" * 64,
    "reviews": "0" * 32,
    "announcements": "0" * 64,
    "exclusions": "0" * 64,
    "corrections": "0" * 64,
    "needs": "0" * 32,
    "factors": "0" * 32,
    "improvements": "0" * 32,
    "recommendations": "0" * 24,
    "jobs": "0" * 32,
    "webhooks": "0" * 32,
    "subscriptions": "0" * 32,
}
# Right bodies, so that it is not they that are refused; "{digest}" is the one of the address.
BODIES: dict[tuple[str, str], Any] = {
    ("PUT", "/agencies/{code}"): {"name": {"en": "mine"}},
    ("PATCH", "/agencies/{code}"): {"contact": None},
    ("POST", "/agencies/{code}/keys"): key_of("land"),
    ("PATCH", "/agencies/{code}/keys"): {"required": False},
    ("POST", "/agencies/{code}/clients"): {"name": "mine", "roles": ["viewer"]},
    ("POST", "/agencies/{code}/people"): {"email": "a@far.example", "name": "A", "roles": ["viewer"]},
    ("PUT", "/services/{code}"): {"name": {"en": "mine"}, "steps": PERMIT["steps"]},
    ("PATCH", "/services/{code}"): {"name": {"en": "mine"}},
    ("PUT", "/sources/{code}"): {"services": [SERVICE]},
    ("PATCH", "/sources/{code}"): {"state": "disabled"},
    ("PATCH", "/clients/{id}"): {"state": "disabled"},
    ("PATCH", "/people/{id}"): {"state": "disabled"},
    ("PUT", "/indicators/{code}"): INDICATORS[0],
    ("POST", "/agreements/{code}/revisions"): {
        **{name: value for name, value in agreement().items() if name != "code"},
        "parent": "{digest}",
    },
    ("POST", "/agreements/{code}/revisions/{digest}/acceptances"): {"hash": "{digest}"},
    ("POST", "/agreements/{code}/revisions/{digest}/rejections"): {"reason": "not mine"},
    ("POST", "/agreements/{code}/exclusions"): exclusion_of(),
    ("POST", "/agreements/{code}/comments"): {"revision": "{digest}", "text": "not mine"},
    ("POST", "/agreements/{code}/delegations"): DELEGATION,
    ("POST", "/agreements/{code}/reviews"): REVIEW,
    ("POST", "/agreements/{code}/terminations"): termination_of("{digest}"),
    ("POST", "/agreements/{code}/terminations/{termination}/acceptances"): {"hash": "{digest}"},
    ("PUT", "/needs/{need}"): NEED,
    ("PUT", "/needs/{need}/theme"): {"theme": "mine"},
    ("POST", "/needs/{need}/merge"): {"needs": ["1" * 32]},
    ("POST", "/needs/{need}/links"): {"indicator": "permit.availability"},
    ("PUT", "/factors/{factor}"): FACTOR,
    ("POST", "/corrections/{correction_id}/approvals"): {"hash": "{digest}"},
    ("POST", "/corrections/{correction_id}/rejections"): {"reason": "not mine"},
    ("POST", "/announcements/{announcement}/acknowledgements"): {"hash": "{digest}"},
    ("POST", "/exclusions/{exclusion}/approvals"): {"hash": "{digest}"},
    ("POST", "/exclusions/{exclusion}/rejections"): {"reason": "not mine"},
    ("POST", "/calendars/{code}/versions"): {**HOURS, "effective_from": "2199-01-01"},
    ("PATCH", "/webhooks/{webhook}"): {"state": "disabled"},
    ("PATCH", "/subscriptions/{subscription}"): {"language": "en"},
    ("POST", "/batches/{id}/void"): {"reason": "not mine"},
    ("PATCH", "/improvements/{improvement}"): {"lesson": "not mine"},
    ("POST", "/recommendations/{recommendation}/declination"): {
        "agreement": AGREEMENT,
        "reason": "not mine",
    },
    ("POST", "/breaches/{breach_id}/disputes"): {"reason": "not mine", "about": {"kind": "breach"}},
    ("POST", "/disputes/{dispute_id}/answers"): {"answer": "note"},
    ("POST", "/disputes/{dispute_id}/remedy"): {"kind": "correction", "id": "1"},
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with open_whole(tmp_path_factory.mktemp("whole")) as found:
        yield found


def body_of(method: str, path: str, digest: str) -> Any:
    body = BODIES.get((method, re.sub(r"^/api/\w+/v1", "", path)))
    return None if body is None else json.loads(json.dumps(body).replace("{digest}", digest))


def address(whole: Whole, path: str, **others: str) -> str:
    """The path with the objects there are, or with ``others`` of some collections."""
    return path.format(**whole.parameters(path, **others), token="x" * 40)


def lacks_a_role(answer: Any) -> bool:
    return answer.status_code == 403 and "this needs one of the roles" in answer.json()["detail"]


def test_every_object_of_an_address_is_one_of_a_kind() -> None:
    strange = [path for _, path, _ in WALK if "{" in path and not re.search(KNOWN, path)]
    assert [path for path in strange if not (re.search(HIDDEN, path) or re.search(LINKS, path))] == []


def test_without_a_token_only_what_is_public_answers(whole: Whole) -> None:
    for method, path, _ in GUARDED:
        for header in ({}, {"Authorization": "Bearer "}, {"Authorization": "Basic eDp5"}):
            answer = whole.call(method, address(whole, path), **header)
            assert answer.status_code == 401, (method, path, answer.text)
            assert answer.headers["www-authenticate"] == "Bearer"
            assert answer.headers["content-type"] == PROBLEM_JSON


def test_a_role_that_is_not_declared_is_not_heard(whole: Whole) -> None:
    tokens = {role: whole.token(None if role is Role.OPERATOR else "land", role) for role in Role}
    for method, path, access in GUARDED:
        if access != ("signed-in",):
            for role in set(Role) - set(access):
                answer = whole.call(method, address(whole, path), tokens[role])
                assert lacks_a_role(answer), (method, path, role, answer.text)


def told(answer: Any, *names: str) -> tuple[int, str, Any]:
    """What an answer tells, but for the request's own trace and the names the caller sent."""
    text = answer.text
    for name in names:
        text = text.replace(name, "…")
    body = json.loads(text)
    body.pop("trace_id", None)
    return answer.status_code, answer.headers["content-type"], body


def test_another_agencys_object_answers_as_a_missing_one(whole: Whole) -> None:
    far = whole.token("far", *OF_AN_AGENCY)
    for method, path, access in WALK:
        if not re.search(HIDDEN, path):
            continue
        for token in (far, None) if access == ("public",) else (far,):
            theirs, missing = (
                told(
                    whole.call(method, address(whole, path, **others), token, body_of(method, path, digest)),
                    *whole.parameters(path, **others).values(),
                )
                for others, digest in (({}, whole.objects["revisions"]), (MISSING, MISSING["revisions"]))
            )
            assert theirs[0] == 404, (method, path, theirs)
            assert theirs == missing, (method, path)


def test_what_everybody_may_know_of_is_not_changed_by_another_agency(whole: Whole) -> None:
    far = whole.token("far", *OF_AN_AGENCY)
    for method, path, access in GUARDED:
        if re.search(KNOWN, path) and access != ("signed-in",):
            answer = whole.call(method, address(whole, path), far, body_of(method, path, ""))
            # Agencies themselves are the operator's.
            assert answer.status_code == 403, (method, path, access, answer.text)


def test_no_list_shows_what_another_agency_has(whole: Whole) -> None:
    # What is listed under the address of an agency or an agreement, the walk above has tried. Jobs are not
    # listed.
    below = {"jobs", "clients", "people", "comments", "delegations", "terminations", "reviews"}
    names = [whole.objects[collection] for collection in MISSING if collection not in below]
    lists = [path for method, path, _ in WALK if method == "GET" and "{" not in path and path != ENDLESS]
    shown = {path: whole.call("GET", path, whole.token("land", *Role)).text for path in lists}
    assert {name for name in names if any(name in text for text in shown.values())} == set(names)
    for token in (whole.token("far", *OF_AN_AGENCY), None):
        for path in lists:
            text = whole.call("GET", path, token).text
            assert [name for name in names if name in text] == [], (path, text)


def test_a_role_that_is_declared_is_heard(whole: Whole) -> None:
    # Last, since what is heard may change things; what it erases comes at the end.
    for method, path, access in sorted(GUARDED, key=lambda turn: turn[0] == "DELETE"):
        for role in Role if access == ("signed-in",) else access:
            if path != ENDLESS:
                token = whole.token(None if role == Role.OPERATOR else "land", role)
                answer = whole.call(method, address(whole, path), token)
                assert answer.status_code not in {401, 500}, (method, path, role, answer.text)
                assert not lacks_a_role(answer), (method, path, role)
