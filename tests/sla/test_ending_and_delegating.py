"""Delegation, termination with notice, comments, what the law demands, and the history of it all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.sla.domain import statutory
from services.sla.domain.clauses import names_a_clause, words_of
from services.sla.handlers import comments, delegations, moves, terminations
from services.sla.handlers.history import OFFER_EXPIRY, offer_expired
from services.sla.store import comments as comment_store
from services.sla.store import history
from shared.auth import Principal, Role
from shared.clock import from_micros, rfc3339
from shared.errors import Conflict, Forbidden, NotFound, Unprocessable
from shared.timers import fire_due
from tests.sla.conftest import NOON, Table
from tests.sla.documents import AGREEMENT, agreement, objective
from tests.sla.test_negotiation import refused

THREE = agreement(parties=["city", "land-office", "province"], terms={"notice": "P90D"})
MARCH = datetime(2026, 3, 1, tzinfo=UTC)
CODE = "permit-2026"


def delegate(table: Table, by: str = "city", to: str = "province", **changes: Any) -> dict[str, Any]:
    given = {
        "person": None,
        "scope": "agreement",
        "moves": ("accept",),
        "ends_at": table.now + timedelta(days=7),
    }
    command = delegations.Give(table.caller(by), CODE, to, **{**given, **changes})
    return table.db.transact(delegations.give, command)


def revoke(table: Table, found: dict[str, Any], by: str = "city") -> dict[str, Any]:
    return table.db.transact(delegations.revoke, delegations.Revoke(table.caller(by), CODE, found["id"]))


def accept_for(table: Table, digest: str, giver: str, by: str) -> Any:
    command = moves.Accept(table.caller(by), CODE, digest, digest, giver)
    return table.db.transact(moves.accept_revision, command)


def notice(table: Table, digest: str, by: str = "city", **changes: Any) -> dict[str, Any]:
    given = {"kind": "termination", "effective_at": None, "reason": None}
    command = terminations.Propose(table.caller(by), CODE, digest, **{**given, **changes})
    return table.db.transact(terminations.propose, command)


def sign(table: Table, found: dict[str, Any], by: str, named: str | None = None) -> dict[str, Any]:
    command = terminations.Sign(table.caller(by), CODE, found["id"], None, named or found["id"])
    return table.db.transact(terminations.sign_off, command)


def take_back(table: Table, found: dict[str, Any], by: str = "city") -> dict[str, Any]:
    return table.db.transact(terminations.withdraw, terminations.Move(table.caller(by), CODE, found["id"]))


def kept(table: Table, *agencies: str) -> list[history.Move]:
    return table.db.snapshot(
        lambda connection: history.list_of(connection, CODE, agencies, after=0, limit=100)
    )


class TestDelegation:
    def test_nobody_signs_for_another_without_one(self, table: Table) -> None:
        digest = table.draft(AGREEMENT)
        table.offer(digest)
        refused(Forbidden, "has not delegated to city", accept_for, table, digest, "land-office", "city")
        refused(NotFound, "open to you", accept_for, table, digest, "city", "province")
        assert table.seen_by("city")["revisions"][0]["acceptances"] == []

    def test_a_signature_under_one_says_so_and_counts(self, table: Table) -> None:
        digest = table.draft(AGREEMENT)
        table.offer(digest)
        given = delegate(table)
        assert table.seen_by("province")["revisions"][0]["hash"] == digest, "who acts for a party sees it"
        table.accept(digest, "land-office")
        found = accept_for(table, digest, "city", "province")
        assert found["state"] == "accepted"
        signed = found["revisions"][0]["acceptances"][0]
        assert (signed["agency"], signed["by_agency"], signed["delegation"]) == (
            "city",
            "province",
            given["id"],
        )
        assert signed["signatory"] == "client-of-province"
        last = next(each for each in kept(table, "city") if each.agency == "city" and each.move == "accepted")
        assert (last.by_agency, last.delegation, last.revision) == ("province", given["id"], digest)

    def test_revoked_in_between_is_refused_and_ended_at_its_instant(self, table: Table) -> None:
        digest = table.draft(AGREEMENT)
        table.offer(digest)
        given = delegate(table)
        assert revoke(table, given)["state"] == "revoked"
        refused(Forbidden, "revoked its delegation", accept_for, table, digest, "city", "province")
        with pytest.raises(NotFound):
            table.seen_by("province")
        refused(Conflict, "revoked; nothing was changed", revoke, table, given)
        table.wait(minutes=1)
        delegate(table, ends_at=NOON + timedelta(hours=1))
        table.now = NOON + timedelta(hours=1)
        refused(Forbidden, "ended at", accept_for, table, digest, "city", "province")

    def test_only_the_moves_the_person_and_the_scope_that_were_given(self, table: Table) -> None:
        digest = table.draft(AGREEMENT)
        table.offer(digest)
        given = delegate(table, moves=("reject",))
        refused(Forbidden, "not to accept", accept_for, table, digest, "city", "province")
        refused(Forbidden, "city gave this", revoke, table, given, "land-office")
        revoke(table, given)
        delegate(table, person="p_1", scope="service")
        refused(Forbidden, "another person", accept_for, table, digest, "city", "province")
        named = Principal("p_1", "province", frozenset({Role.SIGNATORY}))
        command = moves.Accept(named, CODE, digest, digest, "city")
        assert len(table.db.transact(moves.accept_revision, command)["revisions"][0]["acceptances"]) == 1
        refused(Conflict, "delegated already", delegate, table, person="p_1", scope="service")
        refused(Unprocessable, "/to", delegate, table, to="city")
        refused(Unprocessable, "/ends_at", delegate, table, ends_at=table.now)


class TestTermination:
    def test_one_party_ends_it_with_the_notice_that_was_agreed(self, table: Table) -> None:
        digest = table.concluded(agreement(terms={"notice": "P90D"}))
        table.now = MARCH
        refused(
            Unprocessable,
            "the notice is kept from",
            notice,
            table,
            digest,
            effective_at=MARCH + timedelta(days=89),
        )
        found = notice(table, digest, reason="the law changed")
        end = MARCH + timedelta(days=90)
        assert (found["state"], found["effective_at"], found["notice"]) == ("given", rfc3339(end), "P90D")
        assert found["reason"] == "the law changed"
        assert from_micros(table.told()[-1]["effective_to"]) == end
        assert table.states() == ["in_force"]
        refused(Conflict, "there is one already", notice, table, digest, "land-office")
        table.now = end
        assert table.states() == ["ended"]
        refused(Conflict, "effective", take_back, table, found)

    def test_taken_back_before_its_effect_it_never_was(self, table: Table) -> None:
        digest = table.concluded(agreement(terms={"notice": "P90D"}, effective_until="2027-01-01T00:00:00Z"))
        table.now = MARCH
        found = notice(table, digest)
        refused(Forbidden, "city gave this notice", take_back, table, found, "land-office")
        assert take_back(table, found)["state"] == "withdrawn"
        told = table.told()
        assert [each["version"] for each in told] == [1, 2, 3]
        assert from_micros(told[-1]["effective_to"]) == datetime(2027, 1, 1, tzinfo=UTC)

    def test_where_all_have_to_sign_it_waits_for_them(self, table: Table) -> None:
        digest = table.concluded(AGREEMENT)
        table.now = MARCH
        found = notice(table, digest, effective_at=MARCH + timedelta(days=2))
        assert (found["state"], len(table.told())) == ("proposed", 1)
        refused(Conflict, "already", sign, table, found, "city")
        refused(Conflict, "sign the hash", sign, table, found, "land-office", "0" * 64)
        table.wait(days=2)
        refused(Conflict, "expired", sign, table, found, "land-office")
        again = notice(table, digest, effective_at=table.now + timedelta(days=2))
        assert sign(table, again, "land-office")["state"] == "given"
        assert len(table.told()) == 2

    def test_one_of_three_leaves_and_the_others_may_go_on(self, table: Table) -> None:
        digest = table.concluded(THREE)
        table.now = MARCH
        without = agreement(effective_from="2026-05-30T00:00:00Z", retroactive=None)
        second = table.revise(without, digest)
        refused(Unprocessable, "province signed", table.offer, second)
        found = notice(table, digest, "province", kind="leaving")
        assert found["effective_at"] == "2026-05-30T00:00:00Z"
        table.offer(second)
        table.accept(second, "city", "land-office")
        spans = [(each["in_force_from"], each["in_force_to"]) for each in table.seen_by("city")["revisions"]]
        assert spans[0][1] == spans[1][0] == "2026-05-30T00:00:00Z"
        refused(Conflict, "the others have agreed", take_back, table, found, "province")

    def test_two_parties_do_not_leave_and_an_offer_is_not_terminated(self, table: Table) -> None:
        digest = table.draft(agreement(terms={"notice": "P90D"}))
        table.offer(digest)
        refused(Conflict, "only what is in force", notice, table, digest)
        table.accept(digest, "city", "land-office")
        refused(Unprocessable, "/kind", notice, table, digest, kind="leaving")

    def test_an_amendment_signed_while_the_notice_runs_ends_with_it(self, table: Table) -> None:
        digest = table.concluded(agreement(terms={"notice": "P90D"}))
        table.now = MARCH
        found = notice(table, digest)
        second = table.revise(objective(target="0.9") | {"effective_from": "2026-04-01T00:00:00Z"}, digest)
        table.offer(second)
        shown = table.accept(second, "city", "land-office")["revisions"][1]
        assert shown["in_force_to"] == found["effective_at"]
        take_back(table, found)
        assert table.seen_by("city")["revisions"][1]["in_force_to"] is None

    @pytest.mark.parametrize(
        "terms", [{"notice": "soon"}, {"notice": 3}, {"notice": "PT1S"}, {"termination": "x"}]
    )
    def test_terms_that_nobody_could_keep_are_refused(self, table: Table, terms: dict[str, Any]) -> None:
        refused(Unprocessable, "/terms/", table.draft, agreement(terms=terms))


class TestComments:
    def write(self, table: Table, digest: str, clause: str, by: str = "city") -> dict[str, Any]:
        command = comments.Write(table.caller(by), CODE, digest, clause, "too strict", None)
        return table.db.transact(comments.write, command)

    def test_on_a_clause_resolved_reopened_and_erased(self, table: Table) -> None:
        digest = table.draft(AGREEMENT)
        clause = "/objectives/confirm-3-days/target"
        made = self.write(table, digest, clause)
        assert made["words"]["en"] == "Objective confirm-3-days: target"
        refused(Unprocessable, "/clause", self.write, table, digest, "/objectives/none")
        refused(NotFound, "open to you", self.write, table, digest, clause, "province")
        move = comments.Move(table.caller("land-office"), CODE, made["id"])
        assert table.db.transact(comments.resolve, move)["state"] == "resolved"
        refused(Conflict, "already", table.db.transact, comments.resolve, move)
        assert table.db.transact(comments.reopen, move)["state"] == "open"
        refused(Forbidden, "city wrote", table.db.transact, comments.erase, move)
        own = comments.Move(table.caller("city"), CODE, made["id"])
        assert table.db.transact(comments.erase, own)["text"] is None
        ((found, words),) = table.db.snapshot(
            lambda connection: comment_store.list_of(
                connection, CODE, [digest], clause=clause, resolved=False, after=None, limit=9
            )
        )
        assert (found.id, words) == (made["id"], None)
        assert [each.move for each in kept(table, "land-office")] == [
            "drafted",
            "commented",
            "comment_resolved",
            "comment_reopened",
            "comment_erased",
        ]
        assert kept(table, "province") == []

    def test_what_is_over_is_not_commented(self, table: Table) -> None:
        digest = table.draft(AGREEMENT)
        table.withdraw(digest)
        refused(Conflict, "withdrawn", self.write, table, digest, "")


class TestHistory:
    def test_every_move_stands_in_it_and_the_expiry_at_its_instant(self, table: Table) -> None:
        digest = table.draft(AGREEMENT)
        table.offer(digest, expires_at=NOON + timedelta(hours=1))
        table.accept(digest, "city")
        table.now = NOON + timedelta(hours=1)
        assert table.states() == ["expired"]
        table.wait(seconds=3)
        assert table.db.transact(lambda _, uow: fire_due({OFFER_EXPIRY: offer_expired}, uow)) == 1
        found = kept(table, "land-office")
        assert [(each.number, each.move, each.agency) for each in found] == [
            (1, "drafted", "city"),
            (2, "offered", "city"),
            (3, "accepted", "city"),
            (4, "expired", None),
        ]
        assert found[3].at == NOON + timedelta(hours=1)
        assert (found[2].person, found[2].role) == ("client-of-city", "signatory")

    def test_an_offer_that_was_answered_does_not_expire(self, table: Table) -> None:
        digest = table.draft(AGREEMENT)
        table.offer(digest, expires_at=NOON + timedelta(hours=1))
        table.accept(digest, "city", "land-office")
        table.wait(hours=2)
        table.db.transact(lambda _, uow: fire_due({OFFER_EXPIRY: offer_expired}, uow))
        assert kept(table, "city")[-1].move == "concluded"


class TestLaw:
    @pytest.mark.parametrize(
        ("value", "flag"),
        [
            ("P3D", None),
            ("P5D", None),
            ("P2D", "looser_than_the_law"),
            ({"working_days": 3}, "not_comparable_with_the_law"),
            ("0.8", None),
            ("0.9", "looser_than_the_law"),
        ],
    )
    def test_a_looser_promise_is_flagged_and_says_why(
        self, table: Table, value: Any, flag: str | None
    ) -> None:
        law = {"value": value, "section": "Licensing Act 2015, s. 10"}
        if flag is not None:
            refused(Unprocessable, "/objectives/0/statutory/reason", table.draft, objective(statutory=law))
            law["reason"] = {"en": "until the register is online"}
        table.draft(objective(statutory=law))
        shown = table.seen_by("land-office")["revisions"][0]["flags"]
        assert [each["flag"] for each in shown] == ([] if flag is None else [flag])

    def test_a_law_that_cannot_be_read_is_refused(self, table: Table) -> None:
        law = {"value": "P1M", "section": "s. 10"}
        refused(Unprocessable, "/objectives/0/statutory/value", table.draft, objective(statutory=law))
        assert statutory.flags({"objectives": [{"code": "x"}]}) == []


def test_an_informal_agreement_says_so(table: Table) -> None:
    table.draft(agreement(legal_form="informal"))
    assert table.seen_by("city")["revisions"][0]["legal_form"] == "informal"


def test_pointers_and_words_of_clauses() -> None:
    document = {"objectives": [{"code": "a/b", "scope": ["x"]}], "composites": [], "consequences": []}
    assert names_a_clause("", document)
    assert names_a_clause("/objectives/a~1b/scope/0", document)
    assert not names_a_clause("/objectives/a~1b/scope/1", document)
    assert not names_a_clause("objectives", document)
    assert words_of("") == {"th": "ข้อตกลงทั้งฉบับ", "en": "The whole agreement"}
    assert words_of("/effective_from")["en"] == "In force from"
