"""People: invited, signed in and out, locked out, disabled, erased."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from services.registry.handlers import sessions
from services.registry.store.tables import failure, link, personal, session, subject
from shared.db.tables import idempotency
from shared.timers import Timer
from tests.registry.conftest import CITY, LAND, OPERATOR, PASSWORD, ROOT, Site
from tests.registry.test_clients import part

MAIL = "somchai@city.example"


@pytest.fixture
async def city(site: Site) -> Site:
    await site.agency("city")
    await site.agency("land")
    return site


class TestInvitations:
    async def test_a_person_takes_up_an_invitation_and_signs_in(self, city: Site) -> None:
        invited = await city.done(
            "POST",
            "/agencies/city/people",
            CITY,
            {"email": "Somchai@City.example", "name": "สมชาย", "roles": ["signatory", "negotiator"]},
        )
        assert invited["person"]["state"] == "invited"
        token = invited["invitation"]["token"]
        assert invited["invitation"]["path"] == f"/invitations/{token}"
        assert (await city.done("GET", f"/invitations/{token}"))["email"] == "Somchai@City.example"
        assert (await city.sign_in()).status_code == 401
        person = await city.done("POST", f"/invitations/{token}/acceptance", None, {"password": PASSWORD})
        assert person["state"] == "active"
        answer = await city.sign_in("SOMCHAI@city.example ")
        made = answer.json()
        assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
        assert made["person"] == {
            "id": person["id"],
            "name": "สมชาย",
            "agency": "city",
            "roles": ["negotiator", "signatory"],
        }
        claims = part(made["access_token"], 1)
        assert (claims["kind"], claims["agency"]) == ("person", "city")
        assert claims["auth_time"] == int(city.time.now.timestamp())
        assert (await city.done("GET", f"/people/{person['id']}", made["access_token"]))["email"]

    async def test_an_invitation_works_once_and_not_for_ever(self, city: Site) -> None:
        await city.person()
        invited = await city.done(
            "POST", "/agencies/city/people", CITY, {"email": "a@b.c", "name": "A", "roles": ["viewer"]}
        )
        old = invited["invitation"]["token"]
        again = await city.done("POST", f"/people/{invited['person']['id']}/invitation", CITY)
        assert (await city.call("GET", f"/invitations/{old}")).status_code == 404
        assert (await city.call("GET", f"/resets/{again['token']}")).status_code == 404
        city.time.wait(days=8)
        late = await city.call(
            "POST", f"/invitations/{again['token']}/acceptance", None, {"password": PASSWORD}
        )
        assert late.status_code == 404

    @pytest.mark.parametrize(
        ("password", "why"),
        [
            ("short", "too short"),
            ("x" * 201, "too long"),
            ("password1234", "anybody would guess"),
            ("ABABABABABABABA", "anybody would guess"),
            ("my somchai@city.example", "mail address"),
            ("somchai is my name", "mail address"),
        ],
    )
    async def test_a_poor_password_is_refused_with_the_reason(
        self, city: Site, password: str, why: str
    ) -> None:
        invited = await city.done(
            "POST", "/agencies/city/people", CITY, {"email": MAIL, "name": "S", "roles": ["viewer"]}
        )
        path = f"/invitations/{invited['invitation']['token']}"
        refused = await city.call("POST", f"{path}/acceptance", None, {"password": password})
        assert refused.status_code == 422
        assert why in refused.json()["errors"][0]["detail"]
        assert (await city.call("GET", path)).status_code == 200

    async def test_an_address_belongs_to_one_account(self, city: Site) -> None:
        await city.person()
        body = {"email": MAIL.upper(), "name": "Other", "roles": ["viewer"]}
        again = await city.call("POST", "/agencies/land/people", LAND, body)
        assert (again.status_code, again.json()["errors"][0]["pointer"]) == (409, "/email")

    async def test_the_operator_invites_the_first_admin(self, city: Site) -> None:
        body = {"email": MAIL, "name": "S", "roles": ["agency_admin"]}
        invited = await city.done("POST", "/agencies/city/people", OPERATOR, body)
        second = await city.call("POST", "/agencies/city/people", OPERATOR, {**body, "email": "b@c.d"})
        assert second.status_code == 409
        listed = await city.done("GET", "/agencies/city/people", OPERATOR)
        assert [person["id"] for person in listed["items"]] == [invited["person"]["id"]]


class TestSessions:
    async def test_a_session_gives_fresh_tokens_until_it_ends(self, city: Site) -> None:
        await city.person()
        made = (await city.sign_in()).json()
        city.time.wait(hours=11)
        fresh = await city.done("POST", "/sessions/token", None, {"session": made["session"]})
        assert part(fresh["access_token"], 1)["auth_time"] < part(fresh["access_token"], 1)["iat"]
        assert (await city.call("GET", "/sources", fresh["access_token"])).status_code == 200
        city.time.wait(hours=2)
        over = await city.call("POST", "/sessions/token", None, {"session": made["session"]})
        assert over.status_code == 401

    @pytest.mark.parametrize("by_header", [True, False])
    async def test_signing_out_ends_it(self, city: Site, by_header: bool) -> None:
        await city.person()
        secret = (await city.sign_in()).json()["session"]
        if by_header:
            answer = await city.call("DELETE", "/sessions/current", Sanya_Session=secret)
        else:
            answer = await city.call("DELETE", "/sessions/current", None, {"session": secret})
        assert (answer.status_code, answer.content) == (204, b"")
        assert (await city.call("POST", "/sessions/token", None, {"session": secret})).status_code == 401
        assert (await city.call("DELETE", "/sessions/current")).status_code == 422

    @pytest.mark.usefixtures("real_passwords")
    async def test_secrets_are_stored_as_hashes_and_no_hash_of_a_password_is_fast(self, city: Site) -> None:
        await city.person()
        made = (
            await city.call(
                "POST", "/sessions", None, {"email": MAIL, "password": PASSWORD}, Idempotency_Key="k"
            )
        ).json()
        rows = [
            str(row) for table in (session, link, subject, personal, idempotency) for row in city.rows(table)
        ]
        assert all(made["session"] not in row and PASSWORD not in row for row in rows)
        # RFC 9106, section 4: the second recommended option.
        assert any("$argon2id$v=19$m=65536,t=3,p=4$" in row for row in rows)
        assert city.rows(idempotency) == []

    async def test_after_five_wrong_passwords_the_right_one_has_to_wait(self, city: Site) -> None:
        await city.person()
        for _ in range(5):
            assert (await city.sign_in(password="wrong wrong wrong")).status_code == 401
        locked = await city.sign_in()
        assert locked.status_code == 429
        assert int(locked.headers["Retry-After"]) == 30
        city.time.wait(seconds=31)
        assert (await city.sign_in(password="wrong wrong wrong")).status_code == 401
        assert int((await city.sign_in()).headers["Retry-After"]) == 60
        city.time.wait(seconds=61)
        assert (await city.sign_in()).status_code == 201
        assert (await city.sign_in(password="wrong wrong wrong")).status_code == 401
        assert (await city.sign_in()).status_code == 201

    async def test_guesses_sent_at_once_are_counted_one_by_one(self, city: Site) -> None:
        await city.person()
        answers = await asyncio.gather(*(city.sign_in(password=f"wrong wrong {n}") for n in range(12)))
        assert sorted(answer.status_code for answer in answers) == [401] * 5 + [429] * 7

    async def test_an_unknown_address_answers_like_a_known_one(self, city: Site) -> None:
        await city.person()
        known = [await city.sign_in(password="wrong wrong wrong") for _ in range(6)]
        strange = [await city.sign_in("nobody@city.example", "wrong wrong wrong") for _ in range(6)]
        for one, other in zip(known, strange, strict=True):
            assert one.status_code == other.status_code
            assert one.json()["detail"] == other.json()["detail"]
        kept = city.rows(failure)
        assert len(kept) == 2
        assert "nobody" not in str(kept)

    @pytest.mark.usefixtures("real_passwords")
    async def test_the_loop_answers_while_passwords_are_hashed(self, city: Site) -> None:
        await city.person()
        guesses = [asyncio.create_task(city.sign_in(f"x{n}@y.z", "wrong wrong wrong")) for n in range(8)]
        turns = 0
        while not all(guess.done() for guess in guesses):
            await asyncio.sleep(0)
            turns += 1
        assert {guess.result().status_code for guess in guesses} == {401}
        # Hashed on the loop they would be answered within a few dozen.
        assert turns > 1000


class TestChanges:
    async def test_a_disabled_person_is_out_everywhere(self, city: Site) -> None:
        person = await city.person()
        made = (await city.sign_in()).json()
        city.time.wait(seconds=2)
        await city.done("PATCH", f"/people/{person['id']}", CITY, {"state": "disabled"})
        assert (await city.call("GET", "/sources", made["access_token"])).status_code == 401
        session = {"session": made["session"]}
        assert (await city.call("POST", "/sessions/token", None, session)).status_code == 401
        assert (await city.sign_in()).status_code == 401
        fact = city.told("registry.key.v1")[-1]
        assert (fact["subject"], fact["agency"]) == (person["id"], "city")
        await city.done("PATCH", f"/people/{person['id']}", CITY, {"state": "active"})
        again = (await city.sign_in()).json()
        assert (await city.call("GET", "/sources", again["access_token"])).status_code == 200

    async def test_a_reset_replaces_the_password_once_and_signs_out(self, city: Site) -> None:
        person = await city.person()
        made = (await city.sign_in()).json()
        for _ in range(6):
            await city.sign_in(password="wrong wrong wrong")
        offered = await city.done("POST", f"/people/{person['id']}/reset", CITY)
        other = "a bowl of boat noodles"
        await city.done("POST", f"/resets/{offered['token']}", None, {"password": other})
        used = await city.call("POST", f"/resets/{offered['token']}", None, {"password": other})
        assert used.status_code == 404
        session = {"session": made["session"]}
        assert (await city.call("POST", "/sessions/token", None, session)).status_code == 401
        assert (await city.call("GET", "/sources", made["access_token"])).status_code == 401
        assert (await city.sign_in(password=other)).status_code == 201
        assert (await city.sign_in()).status_code == 401

    async def test_two_uses_of_a_link_at_once_are_one(self, city: Site) -> None:
        person = await city.person()
        offered = await city.done("POST", f"/people/{person['id']}/reset", CITY)
        path = f"/resets/{offered['token']}"
        answers = await asyncio.gather(
            *(city.call("POST", path, None, {"password": f"a bowl of noodles {n}"}) for n in range(4))
        )
        assert sorted(answer.status_code for answer in answers) == [200, 404, 404, 404]

    async def test_an_erased_person_leaves_an_id_only(self, city: Site) -> None:
        person = await city.person()
        made = (await city.sign_in()).json()
        await city.done("DELETE", f"/people/{person['id']}", CITY)
        left = await city.done("GET", f"/people/{person['id']}", CITY)
        assert (left["name"], left["email"], left["roles"], left["state"]) == (None, None, [], "erased")
        assert (await city.done("GET", "/agencies/city/people", CITY))["items"] == []
        assert (await city.call("GET", "/sources", made["access_token"])).status_code == 401
        assert (await city.call("PATCH", f"/people/{person['id']}", CITY, {"name": "x"})).status_code == 409
        rows = [str(city.rows(table)) for table in (subject, personal, session, link)]
        assert "omchai" not in "".join(rows)
        assert await city.person()

    async def test_another_agency_and_colleagues_see_nothing(self, city: Site) -> None:
        person = await city.person()
        for who in (LAND, ("city", "negotiator"), OPERATOR):
            assert (await city.call("GET", f"/people/{person['id']}", who)).status_code == 404

    async def test_no_personal_data_is_told(self, city: Site) -> None:
        person = await city.person()
        await city.done("PATCH", f"/people/{person['id']}", CITY, {"name": "Somsri", "roles": ["viewer"]})
        told = city.everything_told()
        assert person["id"] in told
        assert not any(word in told for word in ("omchai", "omsri", "@"))

    async def test_pages_and_stale_changes(self, city: Site) -> None:
        for name in ("c", "a", "b"):
            await city.person(f"{name}@city.example")
        page = await city.done("GET", "/agencies/city/people?limit=2", CITY)
        rest = await city.done("GET", f"/agencies/city/people?after={page['next']}", CITY)
        people = page["items"] + rest["items"]
        assert len({person["id"] for person in people}) == 3
        path = f"/people/{people[0]['id']}"
        stale = await city.call("PATCH", path, CITY, {"name": "x"}, If_Match='"1"')
        assert stale.status_code == 412
        assert (await city.call("PATCH", path, CITY, {"name": "x"}, If_Match='"2"')).status_code == 200


async def test_what_has_no_effect_any_more_is_deleted(city: Site) -> None:
    await city.person()
    await city.sign_in()
    await city.sign_in(password="wrong wrong wrong")
    await city.done(
        "POST", "/agencies/city/people", CITY, {"email": "a@b.c", "name": "A", "roles": ["viewer"]}
    )
    city.time.wait(days=8)
    city.db.transact(lambda _, uow: sessions.tidy(Timer("tidy", "", city.time.now), uow))
    for table in (session, link, failure):
        assert city.rows(table) == []


async def test_a_token_in_an_address_does_not_reach_the_log(city: Site) -> None:
    with capture_logs() as told:
        await city.call("GET", "/invitations/very-secret-token")
    assert "very-secret-token" not in str(told)
    assert f"{ROOT}/invitations/{{token}}" in [line.get("path") for line in told]
