"""Who drafts what, and who sees what of it, on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from services.sla.handlers import drafts
from services.sla.store import agreements, names
from shared.errors import Conflict, Forbidden, NotFound, NotYetKnown, Unprocessable
from tests.sla.conftest import Table
from tests.sla.documents import AGREEMENT, CONFIRM, P95, agreement, plain
from tests.sla.test_negotiation import START, STRICTER, refused


class TestDrafting:
    def test_the_drafter_is_a_party(self, table: Table) -> None:
        refused(Unprocessable, "must be one of them", table.draft, AGREEMENT, "province")

    def test_a_code_is_taken_once(self, table: Table) -> None:
        table.draft(AGREEMENT)
        refused(Conflict, "taken", table.draft, AGREEMENT)

    def test_unknown_names_are_not_yet_known(self, table: Table) -> None:
        document = agreement(
            parties=["city", "nobody"], objectives=[{**P95, "indicator": "permit.unheard-of"}]
        )
        with pytest.raises(NotYetKnown) as caught:
            table.draft(document)
        assert {fault.pointer for fault in caught.value.errors} == {"/parties/1", "/objectives/0/indicator"}
        refused(
            NotYetKnown,
            "service",
            table.draft,
            agreement(service="water", objectives=[{**P95, "indicator": "x"}]),
        )

    def test_a_document_is_checked_again_when_it_is_offered(self, table: Table) -> None:
        digest = table.draft(AGREEMENT)
        table.db.transact(
            lambda _, uow: names.keep_service(uow.connection, "permit", 2, "city", [("t01", "city")])
        )
        refused(Unprocessable, "has no step 't05' any more", table.offer, digest)
        assert table.states() == ["draft"]

    def test_a_child_keeps_code_and_service_and_names_its_parent(self, table: Table) -> None:
        first = table.draft(AGREEMENT)

        def revise(document: dict[str, Any]) -> Any:
            command = drafts.Revise(table.caller("city"), "permit-2026", plain(document))
            return table.db.transact(drafts.revise_agreement, command)

        refused(Unprocessable, "address says", revise, agreement(code="other", parent=first))
        refused(Unprocessable, "stays so", revise, agreement(service="water", parent=first))
        refused(Unprocessable, "name the hash", revise, AGREEMENT)
        refused(Conflict, "has no revision", revise, agreement(parent="0" * 64))
        refused(Unprocessable, "follows nothing", table.draft, agreement(code="new", parent=first))

    def test_nobody_follows_a_revision_that_they_are_no_party_of(self, table: Table) -> None:
        first = table.concluded(AGREEMENT)
        refused(NotFound, "open to you", table.revise, STRICTER, first, "province")
        table.now = START
        document = agreement(parties=["city", "land-office", "province"])
        refused(Forbidden, "no party", table.revise, document, first, "province")


class TestVisibility:
    def test_a_negotiation_is_its_parties_own(self, table: Table) -> None:
        digest = table.draft(AGREEMENT)
        table.offer(digest)
        assert table.seen_by("land-office")["state"] == "offered"
        for stranger in ("province", None):
            refused(NotFound, "open to you", table.seen_by, stranger)
        refused(NotFound, "open to you", table.accept, digest, "province")

    def test_what_is_in_force_is_public_without_its_signatories(self, table: Table) -> None:
        first = table.concluded(AGREEMENT)
        refused(NotFound, "open to you", table.seen_by, None)
        table.now = START
        second = table.revise(STRICTER, first)
        table.offer(second)
        seen = table.seen_by(None)
        assert (seen["state"], seen["in_force"]) == ("in_force", first)
        assert [each["hash"] for each in seen["revisions"]] == [first], "an amendment is still theirs"
        assert {each["signatory"] for each in seen["revisions"][0]["acceptances"]} == {None}
        assert {each["signatory"] for each in table.seen_by("city")["revisions"][0]["acceptances"]} != {None}

    def test_parties_may_keep_it_to_themselves(self, table: Table) -> None:
        table.concluded(agreement(visibility="parties"))
        table.now = START
        refused(NotFound, "open to you", table.seen_by, None)
        assert table.seen_by("land-office")["state"] == "in_force"

    def test_lists_show_each_reader_its_part(self, table: Table) -> None:
        table.concluded(AGREEMENT)
        other = agreement(code="secret", visibility="parties", objectives=[CONFIRM])
        table.draft(other)

        def codes(agency: str | None, **chosen: Any) -> list[str]:
            filters = {"service": None, "party": None, "state": None, "after": None, "limit": 10} | chosen
            found = table.db.snapshot(agreements.list_open, agency, table.now, **filters)
            return [each.code for each in found]

        assert codes(None) == []
        table.now = START
        assert codes(None) == ["permit-2026"]
        assert codes("province") == ["permit-2026"]
        assert codes("city") == ["permit-2026", "secret"]
        assert codes("city", state="draft") == ["secret"]
        assert codes("city", after="permit-2026") == ["secret"]
        assert codes("city", limit=1) == ["permit-2026"]
        assert codes("city", service="water") == []
        assert codes(None, party="land-office") == ["permit-2026"]
        assert codes("city", party="province") == []
