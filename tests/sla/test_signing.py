"""Acceptances are signed; what is exported is checked by a program and a library of their own."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.sla.domain.signing import OwnSignature
from services.sla.handlers import exports, signing
from services.sla.store import signatures as store
from shared import words
from shared.db.tables import outbox
from shared.errors import Conflict, Forbidden, NotYetKnown, Unprocessable
from shared.signatures import (
    new_private,
    own_key_statement,
    sign,
    thumbprint,
)
from tests.sla.conftest import Table
from tests.sla.documents import agreement
from tests.sla.signing import CODE, SOMCHAI, Agency, accept, export, failed, forged, offered
from tests.sla.test_ending_and_delegating import delegate


class TestWitnessed:
    def test_what_all_accepted_passes_every_check(self, table: Table) -> None:
        digest = offered(table)
        table.wait(hours=1)
        accept(table, digest, SOMCHAI)
        table.accept(digest, "land-office")
        raw = export(table, digest)
        assert failed(raw) == set()
        found = json.loads(raw)
        city, land = found["acceptances"]
        assert city["name"]["text"] == SOMCHAI.name
        said = city["statement"]
        assert (said["agreement"], said["revision"], said["agency"]) == (CODE, digest, "city")
        assert (said["signatory"]["id"], said["signatory"]["kind"]) == ("p_1", "person")
        assert (said["role"], said["how"], said["own_key"]) == ("signatory", "witnessed", None)
        assert (said["at"], said["offer_expires_at"]) == ("2026-01-15T06:00:00Z", "2026-01-18T05:00:00Z")
        assert land["statement"]["signatory"] == {
            "id": "client-of-land-office",
            "kind": "client",
            "name_hash": None,
        }

    def test_a_name_is_for_the_parties_in_no_event_and_can_be_erased(self, table: Table) -> None:
        digest = offered(table, visibility="public")
        accept(table, digest, SOMCHAI)
        table.accept(digest, "land-office")
        table.wait(days=400)
        public = export(table, digest, None)
        assert SOMCHAI.name is not None
        assert SOMCHAI.name.encode() not in public
        assert failed(public) == set()
        told = table.db.snapshot(lambda c: c.execute(sa.select(outbox.c.data)).scalars().all())
        assert all(SOMCHAI.name not in data.decode() for data in told)
        assert SOMCHAI.name.encode() in export(table, digest)
        (kept,) = table.db.snapshot(lambda c: c.execute(sa.select(words.free_text)).all())
        table.db.transact(lambda _, uow: words.erase(uow.connection, kept.id))
        erased = export(table, digest)
        assert SOMCHAI.name.encode() not in erased
        assert failed(erased) == set()

    def test_an_offer_that_some_accepted_is_not_concluded(self, table: Table) -> None:
        digest = offered(table)
        table.accept(digest, "city")
        assert failed(export(table, digest)) == {"parties"}

    def test_an_acceptance_of_before_there_were_signatures_proves_nothing(self, table: Table) -> None:
        digest = offered(table)
        table.accept(digest, "city", "land-office")
        table.db.transact(lambda _, uow: uow.connection.execute(sa.delete(store.acceptance_signature)))
        assert failed(export(table, digest)) == {"parties", "signature"}

    def test_who_may_not_see_the_revision_gets_no_export(self, table: Table) -> None:
        digest = offered(table)
        for agency in ("province", None):
            wanted = exports.Wanted(CODE, digest, agency, table.now)
            assert table.db.snapshot(exports.signed_revision, wanted) is None

    def test_a_refused_acceptance_leaves_no_signature(self, table: Table) -> None:
        digest = offered(table)
        table.wait(days=4)
        with pytest.raises(Conflict):
            table.accept(digest, "city")
        assert table.db.snapshot(store.signatures_of, digest) == {}


class TestTheDeploymentsKeys:
    def test_the_first_acceptance_makes_and_tells_the_first(self, table: Table) -> None:
        digest = offered(table)
        table.accept(digest, "city", "land-office")
        (key,) = table.db.snapshot(store.witness_keys)
        assert key.kid == thumbprint(key.jwk)
        (told,) = keys_told(table)
        assert (told["kid"], told["jwk"], told["valid_until"]) == (key.kid, key.jwk, None)
        assert key.private is not None
        assert key.private not in json.dumps(told)

    def test_a_rotation_erases_the_old_private_half_and_keeps_what_it_signed(self, table: Table) -> None:
        digest = offered(table)
        table.accept(digest, "city")
        table.wait(hours=1)
        new = table.db.transact(signing.rotate_key)
        table.accept(digest, "land-office")
        old, now = table.db.snapshot(store.witness_keys)
        assert (old.private, now.kid) == (None, new.kid)
        assert [each["kid"] for each in keys_told(table)] == [old.kid, old.kid, new.kid]
        table.wait(days=1)
        raw = export(table, digest)
        assert failed(raw) == set()
        assert {each["statement"]["kid"] for each in json.loads(raw)["acceptances"]} == {old.kid, new.kid}
        assert failed(raw, old.kid, new.kid) == set()
        assert failed(raw, new.kid) == {"trust"}


class TestAnAgencysOwnKey:
    def test_it_signs_the_hash_itself(self, table: Table) -> None:
        land, digest = Agency(table, "land-office"), offered(table)
        land.accept(digest)
        table.accept(digest, "city")
        raw = export(table, digest)
        assert failed(raw) == set()
        said = json.loads(raw)["acceptances"][1]["statement"]
        assert (said["how"], said["own_key"]["kid"]) == ("own_key", land.kid)
        assert {key["agency"] for key in json.loads(raw)["keys"]} == {None, "land-office"}

    def test_the_deployment_alone_can_not_make_it(self, table: Table) -> None:
        """Its key signs whatever it likes; the agency's signature it does not have."""
        land, digest = Agency(table, "land-office"), offered(table)
        land.accept(digest)
        table.accept(digest, "city")
        with forged(table.db, export(table, digest)) as made:
            own = sign(new_private(), own_key_statement("land-office", CODE, digest, land.kid))
            made["acceptances"][1]["statement"]["own_key"]["signature"] = own
        assert failed(made["raw"]) == {"own", "parties"}

    def test_once_required_nothing_else_is_heard(self, table: Table) -> None:
        land, digest = Agency(table, "land-office", required=True), offered(table)
        with pytest.raises(Forbidden, match="own key only") as refused:
            table.accept(digest, "land-office")
        assert refused.value.slug == "own-key-required"
        assert table.seen_by("city")["revisions"][0]["acceptances"] == []
        land.accept(digest)

    @pytest.mark.parametrize(
        "change",
        [
            {"hash": "0" * 64},
            {"agency": "city"},
            {"agreement": "another"},
            {"type": "sanya.key-registration.v1"},
            {"kid": "x" * 43},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_a_signature_of_anything_else_is_refused(self, table: Table, change: dict[str, str]) -> None:
        land, digest = Agency(table, "land-office"), offered(table)
        with pytest.raises(Unprocessable) as refused:
            land.accept(digest, land.own(digest, **change))
        assert refused.value.errors[0].pointer == "/signature"
        own = land.own(digest)
        stranger = OwnSignature(
            own.kid, sign(new_private(), own_key_statement("land-office", CODE, digest, own.kid))
        )
        with pytest.raises(Unprocessable):
            land.accept(digest, stranger)
        assert table.db.snapshot(store.signatures_of, digest) == {}

    def test_another_agencys_key_and_an_unknown_one_are_not_known(self, table: Table) -> None:
        land, digest = Agency(table, "land-office"), offered(table)
        statement = own_key_statement("city", CODE, digest, land.kid)
        with pytest.raises(NotYetKnown):
            accept(table, digest, table.caller("city"), OwnSignature(land.kid, sign(land.private, statement)))
        with pytest.raises(NotYetKnown):
            land.accept(digest, replace(land.own(digest), kid="x" * 43))

    def test_a_key_that_ended_signs_no_more_and_what_it_signed_stays(self, table: Table) -> None:
        land, digest = Agency(table, "land-office"), offered(table)
        land.accept(digest)
        table.accept(digest, "city")
        table.wait(hours=1)
        land.tell(until=table.now)
        # What is told late is older: it changes nothing.
        land.tell(version=1)
        assert failed(export(table, digest)) == set()
        table.wait(days=20)
        amended = table.revise(
            agreement(title={"en": "amended"}, effective_from="2026-03-01T00:00:00+07:00"), digest
        )
        table.offer(amended)
        with pytest.raises(Conflict, match="ended"):
            land.accept(amended)

    def test_a_key_that_had_ended_when_it_signed_is_found(self, table: Table) -> None:
        land, digest = Agency(table, "land-office"), offered(table)
        table.wait(hours=1)
        land.accept(digest)
        table.accept(digest, "city")
        # The registry told the end only afterwards.
        land.tell(until=table.now - timedelta(minutes=1))
        assert failed(export(table, digest)) == {"valid", "parties"}


class TestForAnother:
    def test_the_statement_says_who_acted_for_whom_and_whose_key_it_was(self, table: Table) -> None:
        province, digest = Agency(table, "province"), offered(table)
        delegate(table)
        accept(table, digest, table.caller("province"), province.own(digest), "city")
        table.accept(digest, "land-office")
        raw = export(table, digest)
        assert failed(raw) == set()
        said = json.loads(raw)["acceptances"][0]["statement"]
        assert (said["agency"], said["by_agency"], said["own_key"]["kid"]) == (
            "city",
            "province",
            province.kid,
        )
        assert said["delegation"]

    def test_who_requires_its_own_key_is_signed_for_by_nobody(self, table: Table) -> None:
        province, digest = Agency(table, "province"), offered(table)
        delegate(table)
        Agency(table, "city", required=True)
        for own in (None, province.own(digest)):
            with pytest.raises(Forbidden, match="under a delegation"):
                accept(table, digest, table.caller("province"), own, "city")

    def test_who_signs_for_another_needs_the_key_it_requires_of_itself(self, table: Table) -> None:
        Agency(table, "province", required=True)
        digest = offered(table)
        delegate(table)
        with pytest.raises(Forbidden, match="province accepts with its own key only"):
            accept(table, digest, table.caller("province"), None, "city")


def keys_told(table: Table) -> list[dict[str, Any]]:
    query = sa.select(outbox.c.data).where(outbox.c.topic == "sla.key.v1").order_by(outbox.c.id)
    return [json.loads(data) for data in table.db.snapshot(lambda c: c.execute(query).scalars().all())]
