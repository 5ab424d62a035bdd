"""The moves of a negotiation (SEMANTICS.md, "Negotiation"), on both databases."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.sla.handlers import moves
from services.sla.store import agreements
from shared.clock import from_micros, rfc3339
from shared.errors import Conflict, Forbidden, Problem, Unprocessable
from tests.sla.conftest import NOON, Table
from tests.sla.documents import AGREEMENT, agreement, objective

START = datetime(2026, 1, 31, 17, 0, tzinfo=UTC)
"""`effective_from` of the document, in UTC."""

STRICTER = objective(target="0.9")


def refused(problem: type[Problem], text: str, move: Callable[..., Any], *given: Any, **named: Any) -> None:
    with pytest.raises(problem, match=text):
        move(*given, **named)


class TestWayIntoForce:
    def test_it_is_in_force_once_all_have_accepted_and_its_instant_has_come(self, table: Table) -> None:
        digest = table.draft(AGREEMENT)
        assert table.states() == ["draft"]
        found = table.offer(digest)
        assert (found["state"], found["in_force"]) == ("offered", None)
        assert found["revisions"][0]["standing"] == {"city": "opened", "land-office": "not_opened"}
        assert table.opened(digest, "land-office")["revisions"][0]["standing"]["land-office"] == "opened"
        assert table.accept(digest, "land-office")["state"] == "offered"
        assert table.told() == []
        found = table.accept(digest, "city")
        assert (found["state"], found["in_force"]) == ("accepted", None)
        table.now = START - timedelta(microseconds=1)
        assert table.seen_by("city")["state"] == "accepted"
        table.now = START
        assert table.seen_by("city")["state"] == "in_force"
        assert table.seen_by("city")["in_force"] == digest

    def test_the_last_acceptance_tells_the_whole_revision_and_its_span_once(self, table: Table) -> None:
        digest = table.concluded(agreement(effective_until="2027-01-01T00:00:00Z"))
        (fact,) = table.told()
        assert (fact["agreement"], fact["hash"], fact["version"]) == ("permit-2026", digest, 1)
        assert from_micros(fact["effective_from"]) == START
        assert from_micros(fact["effective_to"]) == datetime(2027, 1, 1, tzinfo=UTC)
        assert fact["parties"] == ["city", "land-office"]
        assert fact["document"]["objectives"][0]["target"] == "0.8"

    def test_effective_until_ends_it_at_its_instant(self, table: Table) -> None:
        table.concluded(agreement(effective_until="2027-01-01T00:00:00Z"))
        table.now = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
        assert table.states() == ["in_force"]
        table.now += timedelta(seconds=1)
        assert table.states() == ["ended"]
        assert table.seen_by("city")["in_force"] is None

    def test_the_stored_document_is_what_was_hashed_to_the_byte(self, table: Table) -> None:
        digest = table.draft(AGREEMENT)
        text = table.db.snapshot(agreements.document, digest)
        assert hashlib.sha256(text.encode()).hexdigest() == digest
        assert json.loads(text)["parties"] == ["city", "land-office"]

    def test_an_acceptance_names_party_signatory_role_hash_and_time(self, table: Table) -> None:
        digest = table.draft(AGREEMENT)
        table.offer(digest)
        (accepted,) = table.accept(digest, "land-office")["revisions"][0]["acceptances"]
        assert accepted == {
            "agency": "land-office",
            "hash": digest,
            "at": rfc3339(NOON),
            "signatory": "client-of-land-office",
            "role": "signatory",
            "by_agency": None,
            "delegation": None,
        }


class TestSpan:
    def test_late_acceptance_starts_at_the_next_whole_minute_and_says_so(self, table: Table) -> None:
        digest = table.draft(AGREEMENT)
        table.offer(digest)
        table.now = START + timedelta(hours=1, seconds=1)
        assert "next whole minute" in table.seen_by("city")["revisions"][0]["notes"][0]
        found = table.accept(digest, "city", "land-office")
        assert found["revisions"][0]["in_force_from"] == "2026-01-31T18:01:00Z"
        assert "2026-01-31T18:01:00Z" in found["revisions"][0]["notes"][0]
        assert found["state"] == "accepted"
        assert table.told()[0]["effective_from"] == 1769882460000000

    def test_acceptance_at_the_very_instant_starts_at_it(self, table: Table) -> None:
        digest = table.draft(AGREEMENT)
        table.offer(digest)
        table.now = START
        found = table.accept(digest, "city", "land-office")
        assert found["revisions"][0]["in_force_from"] == rfc3339(START)
        assert found["revisions"][0]["notes"] == []

    def test_one_for_the_past_is_not_offered_unless_it_says_retroactive(self, table: Table) -> None:
        digest = table.draft(AGREEMENT)
        table.now = START + timedelta(microseconds=1)
        assert "cannot be offered" in table.seen_by("city")["revisions"][0]["notes"][0]
        refused(Unprocessable, "/effective_from", table.offer, digest)
        assert table.states() == ["draft"]
        table.now = START
        table.offer(digest)

    def test_a_retroactive_revision_binds_the_past_that_all_accepted(self, table: Table) -> None:
        digest = table.draft(agreement(effective_from="2011-01-01T00:00:00+01:00", retroactive=True))
        table.offer(digest)
        found = table.accept(digest, "city", "land-office")
        assert (found["state"], found["revisions"][0]["in_force_from"]) == (
            "in_force",
            "2010-12-31T23:00:00Z",
        )

    def test_what_would_be_over_before_it_began_is_neither_offered_nor_accepted(self, table: Table) -> None:
        digest = table.draft(agreement(effective_until="2026-02-01T00:00:00Z"))
        table.offer(digest)
        table.accept(digest, "city")
        table.now = datetime(2026, 1, 31, 23, 59, 1, tzinfo=UTC)
        refused(Conflict, "effective_until has passed", table.accept, digest, "land-office")
        other = table.revise(agreement(effective_until="2026-02-01T00:00:00Z"), digest)
        refused(Conflict, "effective_until has passed", table.offer, other)


class TestAcceptance:
    def test_nobody_signs_twice(self, table: Table) -> None:
        digest = table.draft(AGREEMENT)
        table.offer(digest)
        before = table.accept(digest, "city")
        table.wait(minutes=1)
        refused(Conflict, "nothing was changed", table.accept, digest, "city")
        assert table.seen_by("city") == before
        table.accept(digest, "land-office")
        refused(Conflict, "already", table.accept, digest, "land-office")
        assert len(table.told()) == 1

    def test_an_acceptance_that_names_another_hash_is_stale(self, table: Table) -> None:
        digest = table.draft(AGREEMENT)
        table.offer(digest)
        refused(Conflict, "sign the hash", table.accept, digest, "city", named="0" * 64)
        assert table.seen_by("city")["revisions"][0]["standing"]["city"] == "opened"

    def test_a_draft_cannot_be_accepted(self, table: Table) -> None:
        digest = table.draft(AGREEMENT)
        refused(Conflict, "draft", table.accept, digest, "city")
        refused(Conflict, "draft", table.opened, digest, "land-office")

    def test_only_a_party_signs(self, table: Table) -> None:
        digest = table.concluded(AGREEMENT)
        table.now = START
        refused(Forbidden, "no party", table.accept, digest, "province")

    def test_the_operator_signs_for_nobody(self, table: Table) -> None:
        digest = table.draft(AGREEMENT)
        command = moves.Accept(table.caller(None), "permit-2026", digest, digest)
        refused(Forbidden, "operator", table.db.transact, moves.accept_revision, command)

    def test_an_offer_can_be_accepted_before_it_expires_and_not_at_the_instant(self, table: Table) -> None:
        end = NOON + timedelta(days=1)
        digest = table.draft(AGREEMENT)
        table.offer(digest, expires_at=end)
        table.now = end - timedelta(microseconds=1)
        table.accept(digest, "city")
        table.now = end
        assert table.states() == ["expired"]
        refused(Conflict, "expired since 2026-01-16T05:00:00Z", table.accept, digest, "land-office")
        refused(Conflict, "expired", table.reject, digest, "land-office")
        refused(Conflict, "expired", table.withdraw, digest)
        assert table.told() == []

    def test_an_accepted_revision_does_not_expire(self, table: Table) -> None:
        digest = table.draft(AGREEMENT)
        table.offer(digest, expires_at=NOON + timedelta(days=1))
        table.accept(digest, "city", "land-office")
        table.now = START
        assert table.states() == ["in_force"]

    def test_an_offer_that_has_expired_already_is_refused(self, table: Table) -> None:
        digest = table.draft(AGREEMENT)
        refused(Unprocessable, "expired already", table.offer, digest, expires_at=NOON)


class TestCounterOffer:
    def test_it_voids_the_acceptances_of_its_parent_which_stay_as_history(self, table: Table) -> None:
        first = table.draft(AGREEMENT)
        table.offer(first)
        table.accept(first, "city")
        second = table.revise(STRICTER, first, "land-office")
        assert table.states() == ["offered", "draft"], "a draft moves nothing"
        table.offer(second, "land-office")
        assert table.states() == ["superseded", "offered"]
        refused(Conflict, f"superseded by {second}", table.accept, first, "land-office")
        found = table.seen_by("city")["revisions"]
        assert found[0]["acceptances"][0]["agency"] == "city"
        assert found[1]["standing"] == {"city": "not_opened", "land-office": "opened"}
        table.accept(second, "city", "land-office")
        table.now = START
        assert table.seen_by("city")["in_force"] == second
        assert [fact["hash"] for fact in table.told()] == [second]

    def test_it_follows_what_is_on_the_table(self, table: Table) -> None:
        first = table.draft(AGREEMENT)
        table.offer(first)
        second = table.revise(STRICTER, first)
        table.offer(second)
        refused(Conflict, second, table.revise, objective(target="0.7"), first, "land-office")

    def test_of_two_that_were_written_at_once_the_later_offered_is_stale(self, table: Table) -> None:
        first = table.draft(AGREEMENT)
        table.offer(first)
        mine = table.revise(STRICTER, first)
        theirs = table.revise(objective(target="0.7"), first, "land-office")
        table.offer(theirs, "land-office")
        refused(Conflict, "stale", table.offer, mine)

    def test_a_new_party_sees_its_revision_and_not_what_went_before(self, table: Table) -> None:
        first = table.draft(AGREEMENT)
        table.offer(first)
        second = table.revise(agreement(parties=["city", "land-office", "province"]), first)
        table.offer(second)
        assert [each["hash"] for each in table.seen_by("province")["revisions"]] == [second]
        table.accept(second, "city", "land-office")
        assert table.told() == []
        table.accept(second, "province")
        assert len(table.told()) == 1

    def test_the_same_words_after_a_counter_offer_are_a_revision_of_their_own(self, table: Table) -> None:
        first = table.draft(AGREEMENT)
        table.offer(first)
        second = table.revise(STRICTER, first)
        table.offer(second)
        third = table.revise(AGREEMENT, second)
        assert third != first
        refused(Conflict, "exists", table.revise, AGREEMENT, second)

    def test_the_first_draft_is_stale_once_a_child_was_offered(self, table: Table) -> None:
        first = table.draft(AGREEMENT)
        second = table.revise(STRICTER, first)
        table.offer(second)
        refused(Conflict, "stale", table.offer, first)


class TestEndingAnOffer:
    def test_a_rejected_revision_never_revives(self, table: Table) -> None:
        digest = table.draft(AGREEMENT)
        table.offer(digest)
        table.accept(digest, "city")
        found = table.reject(digest, "land-office")
        assert found["state"] == "rejected"
        assert found["revisions"][0]["standing"] == {"city": "accepted", "land-office": "rejected"}
        assert found["revisions"][0]["rejections"][0]["reason"] == "too strict"
        refused(Conflict, "rejected", table.accept, digest, "land-office")
        refused(Conflict, "rejected", table.offer, digest)

    def test_after_a_rejection_a_child_opens_the_negotiation_again(self, table: Table) -> None:
        first = table.draft(AGREEMENT)
        table.offer(first)
        table.reject(first, "land-office")
        second = table.revise(STRICTER, first, "land-office")
        table.offer(second, "land-office")
        table.accept(second, "city", "land-office")
        assert table.states() == ["rejected", "accepted"]

    def test_what_a_party_accepted_it_does_not_reject(self, table: Table) -> None:
        digest = table.draft(AGREEMENT)
        table.offer(digest)
        table.accept(digest, "land-office")
        refused(Conflict, "counter-offer", table.reject, digest, "land-office")

    def test_who_wrote_it_withdraws_it_and_nobody_else(self, table: Table) -> None:
        digest = table.draft(AGREEMENT)
        refused(Forbidden, "city wrote", table.offer, digest, "land-office")
        table.offer(digest)
        refused(Forbidden, "city wrote", table.withdraw, digest, "land-office")
        table.withdraw(digest)
        assert table.states() == ["withdrawn"]
        refused(Conflict, "withdrawn", table.accept, digest, "city")

    def test_what_all_have_accepted_cannot_be_withdrawn_or_rejected(self, table: Table) -> None:
        digest = table.concluded(AGREEMENT)
        refused(Conflict, "accepted", table.withdraw, digest)
        refused(Conflict, "accepted", table.reject, digest, "city")


class TestAmendment:
    def test_the_old_revision_stays_in_force_until_the_cut_over(self, table: Table) -> None:
        first = table.concluded(AGREEMENT)
        table.now = datetime(2026, 3, 1, tzinfo=UTC)
        second = table.revise(agreement(effective_from="2026-04-01T00:00:00+07:00"), first, "land-office")
        table.offer(second, "land-office")
        assert table.states() == ["in_force", "offered"]
        table.accept(second, "city", "land-office")
        assert table.states() == ["in_force", "accepted"]
        cut = datetime(2026, 3, 31, 17, tzinfo=UTC)
        table.now = cut - timedelta(microseconds=1)
        assert table.seen_by("city")["in_force"] == first
        table.now = cut
        assert table.seen_by("city")["in_force"] == second
        assert table.states() == ["ended", "in_force"]

    def test_the_parent_is_told_again_with_its_end_and_then_the_child(self, table: Table) -> None:
        first = table.concluded(AGREEMENT)
        table.now = datetime(2026, 3, 1, tzinfo=UTC)
        second = table.revise(agreement(effective_from="2026-04-01T00:00:00+07:00"), first)
        table.offer(second)
        table.accept(second, "city", "land-office")
        told = [(fact["hash"], fact["version"], fact["effective_to"]) for fact in table.told()]
        assert told == [(first, 1, None), (first, 2, 1774976400000000), (second, 1, None)]
        assert table.told()[-1]["parent"] == first

    def test_a_rejected_amendment_changes_nothing(self, table: Table) -> None:
        first = table.concluded(AGREEMENT)
        table.now = datetime(2026, 3, 1, tzinfo=UTC)
        later = {"effective_from": "2026-04-01T00:00:00Z"}
        second = table.revise(STRICTER | later, first)
        table.offer(second)
        table.reject(second, "land-office")
        assert table.seen_by("city")["in_force"] == first
        third = table.revise(objective(target="0.85") | later, first)
        table.offer(third)
        assert len(table.told()) == 1

    def test_one_with_a_past_instant_cuts_over_at_the_next_minute_unless_retroactive(
        self, table: Table
    ) -> None:
        first = table.concluded(AGREEMENT)
        table.now = datetime(2026, 3, 1, tzinfo=UTC)
        second = table.revise(STRICTER | {"effective_from": rfc3339(table.now)}, first)
        table.offer(second)
        table.wait(seconds=1)
        found = table.accept(second, "city", "land-office")
        assert found["revisions"][0]["in_force_to"] == "2026-03-01T00:01:00Z"
        assert found["revisions"][1]["in_force_from"] == "2026-03-01T00:01:00Z"

    def test_a_retroactive_one_replaces_the_past(self, table: Table) -> None:
        first = table.concluded(AGREEMENT)
        table.now = datetime(2026, 3, 1, tzinfo=UTC)
        second = table.revise(agreement(effective_from="2026-02-15T00:00:00Z", retroactive=True), first)
        table.offer(second)
        found = table.accept(second, "city", "land-office")
        assert found["revisions"][0]["in_force_to"] == "2026-02-15T00:00:00Z"
        assert (found["state"], found["in_force"]) == ("in_force", second)

    def test_one_that_starts_before_its_parent_leaves_it_an_empty_span(self, table: Table) -> None:
        first = table.concluded(AGREEMENT)
        second = table.revise(objective(target="0.9") | {"effective_from": "2026-01-20T00:00:00Z"}, first)
        table.offer(second)
        table.accept(second, "city", "land-office")
        table.now = datetime(2026, 3, 1, tzinfo=UTC)
        assert table.states() == ["superseded", "in_force"]
        emptied = table.told()[1]
        assert (emptied["hash"], emptied["effective_to"]) == (first, emptied["effective_from"])

    def test_an_amendment_of_what_was_amended_meanwhile_is_stale(self, table: Table) -> None:
        first = table.concluded(AGREEMENT)
        late = table.revise(objective(target="0.7"), first, "land-office")
        second = table.revise(STRICTER, first)
        table.offer(second)
        table.accept(second, "city", "land-office")
        refused(Conflict, f"stale: {second}", table.offer, late, "land-office")
        refused(Conflict, f"stale: {second}", table.revise, objective(target="0.75"), first)

    def test_several_amendments_leave_no_gap_and_no_overlap(self, table: Table) -> None:
        digest = table.concluded(AGREEMENT)
        for month in (3, 5, 4, 6):
            digest = table.revise(agreement(effective_from=f"2026-0{month}-01T00:00:00Z"), digest)
            table.offer(digest)
            table.accept(digest, "city", "land-office")
        spans = [(each["in_force_from"], each["in_force_to"]) for each in table.seen_by("city")["revisions"]]
        assert spans == [
            (rfc3339(START), "2026-03-01T00:00:00Z"),
            ("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"),
            ("2026-05-01T00:00:00Z", "2026-05-01T00:00:00Z"),
            ("2026-04-01T00:00:00Z", "2026-06-01T00:00:00Z"),
            ("2026-06-01T00:00:00Z", None),
        ]
