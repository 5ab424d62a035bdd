"""Acceptances are signed; what is exported is checked by a program and a library of their own."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from docs.verify import verify
from services.sla.domain.signing import OwnSignature
from services.sla.handlers import exports, moves, signing
from services.sla.handlers.signing import keep_agency_keys
from services.sla.store import signatures as store
from services.sla.store import words
from shared.auth import Principal, Role
from shared.clock import to_micros
from shared.db import Database
from shared.db.tables import outbox
from shared.errors import Conflict, Forbidden, NotYetKnown, Unprocessable
from shared.events.envelope import Record
from shared.events.registry import AgencyKeysChanged, AgencySigningKey
from shared.signatures import (
    new_private,
    own_key_statement,
    public_of,
    sign,
    statement_bytes,
    thumbprint,
)
from tests.sla.conftest import Table
from tests.sla.documents import AGREEMENT, agreement
from tests.sla.test_ending_and_delegating import delegate

CODE = AGREEMENT["code"]
SOMCHAI = Principal("p_1", "city", frozenset({Role.SIGNATORY}), "person", "สมชาย ใจดี")


class Agency:
    """An agency with a key of its own, told as the registry tells it."""

    def __init__(self, table: Table, code: str, *, required: bool = False) -> None:
        self.table, self.code, self.private, self.version = table, code, new_private(), 0
        self.jwk = public_of(self.private)
        self.kid = thumbprint(self.jwk)
        self.since = table.now - timedelta(days=1)
        self.tell(required=required)

    def tell(self, *, required: bool = False, until: Any = None, version: int | None = None) -> None:
        self.version = version or self.version + 1
        key = AgencySigningKey(
            kid=self.kid,
            jwk=self.jwk,
            valid_from=to_micros(self.since),
            valid_until=None if until is None else to_micros(until),
        )
        fact = AgencyKeysChanged(version=self.version, agency=self.code, required=required, keys=[key])
        event = fact.event()
        record = Record(
            event.topic, 0, 0, event.key, event.type, "1", "registry", event.subject, event.version, 0, None,
            event.data,
        )  # fmt: skip
        self.table.db.transact(keep_agency_keys, record)

    def own(self, digest: str, **changes: str) -> OwnSignature:
        statement = {**own_key_statement(self.code, CODE, digest, self.kid), **changes}
        return OwnSignature(self.kid, sign(self.private, statement))

    def accept(self, digest: str, own: OwnSignature | None = None) -> Any:
        return accept(self.table, digest, self.table.caller(self.code), own or self.own(digest))


def accept(
    table: Table, digest: str, who: Principal, own: OwnSignature | None = None, acting_for: str | None = None
) -> Any:
    command = moves.Accept(who, CODE, digest, digest, acting_for, own)
    return table.db.transact(moves.accept_revision, command)


def export(table: Table, digest: str, agency: str | None = "city") -> bytes:
    wanted = exports.Wanted(CODE, digest, agency, table.now)
    found = table.db.snapshot(exports.signed_revision, wanted)
    assert found is not None
    return statement_bytes(found)


def failed(raw: bytes, *trusted: str) -> set[str]:
    """The checks that a file does not pass."""
    report, _ = verify.verify(raw, trusted)
    return {name for name, _, wrong in report.found if wrong is not None}


def offered(table: Table, **changes: Any) -> str:
    digest = table.draft(agreement(**changes))
    table.offer(digest, expires_at=table.now + timedelta(days=3))
    return digest


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


# --- the program -------------------------------------------------------------------------------------


@pytest.fixture
def signed(open_table: Callable[[str], Table]) -> tuple[Table, bytes]:
    """An export with a person, a client and an own key."""
    table = open_table("sqlite")
    land, digest = Agency(table, "land-office"), offered(table)
    accept(table, digest, SOMCHAI)
    land.accept(digest)
    return table, export(table, digest)


class TestTheProgram:
    def test_a_flipped_bit_in_any_byte_is_found(self, signed: tuple[Table, bytes]) -> None:
        raw, chance = signed[1], random.Random(7)
        missed = []
        for place in range(len(raw)):
            flipped = bytearray(raw)
            flipped[place] ^= 1 << chance.randrange(8)
            if not failed(bytes(flipped)):
                missed.append((place, raw[place - 20 : place + 20]))
        assert missed == []

    def test_a_byte_more_or_less_is_found(self, signed: tuple[Table, bytes]) -> None:
        raw = signed[1]
        for other in (
            raw[1:],
            raw[:-1],
            raw + b" ",
            raw + b"\n",
            raw.replace(b",", b", ", 1),
            b"",
            b"{}",
            b"[]",
        ):
            assert failed(other)

    @pytest.mark.parametrize(
        ("what", "where", "value", "checks"),
        [
            ("the text", ("document", "title"), {"en": "another"}, {"hash"}),
            ("who must sign", ("document", "parties"), ["city"], {"hash", "parties"}),
            ("who accepted", ("acceptances", 0, "agency"), "province", {"statement", "parties"}),
            ("when", ("acceptances", 0, "at"), "2026-01-15T05:00:01Z", {"statement", "parties"}),
            ("whose name", ("acceptances", 0, "name", "text"), "สมหญิง", {"name", "parties"}),
            (
                "that it was in time",
                ("acceptances", 0, "statement", "offer_expires_at"),
                "2026-01-15T05:00:00Z",
                {"in_time", "parties"},
            ),
            ("the role", ("acceptances", 0, "statement", "role"), "viewer", {"statement", "parties"}),
            (
                "which revision",
                ("acceptances", 0, "statement", "revision"),
                "0" * 64,
                {"statement", "parties"},
            ),
            ("that a key ended", ("keys", 1, "valid_until"), "2026-01-15T05:00:00Z", {"valid", "parties"}),
            ("that a key began", ("keys", 1, "valid_from"), "2026-01-15T06:00:00Z", {"valid", "parties"}),
            ("whose key it is", ("keys", 1, "agency"), "city", {"own", "parties"}),
            ("how it was signed", ("acceptances", 1, "statement", "own_key"), None, {"statement", "parties"}),
            ("that one signed", ("acceptances", 1, "statement"), None, {"signature", "parties"}),
        ],
        ids=lambda each: each if isinstance(each, str) else "",
    )
    def test_even_who_holds_the_deployments_key_can_not_hide_a_change(
        self, signed: tuple[Table, bytes], what: str, where: tuple[Any, ...], value: Any, checks: set[str]
    ) -> None:
        """Sealed and witnessed anew: what is left to find is found by what it contradicts."""
        table, raw = signed
        with forged(table.db, raw) as made:
            place = made
            for step in where[:-1]:
                place = place[step]
            place[where[-1]] = value
        assert failed(made["raw"]) == checks

    def test_without_the_deployments_key_nothing_can_be_sealed(self, signed: tuple[Table, bytes]) -> None:
        made = json.loads(signed[1])
        made["exported_at"] = "2026-01-15T05:00:01Z"
        assert failed(statement_bytes(made)) == {"seal"}
        made["seal"] = sign(new_private(), {name: made[name] for name in made if name != "seal"})
        assert failed(statement_bytes(made)) == {"seal"}
        made["keys"][0]["jwk"] = public_of(new_private())
        assert failed(statement_bytes(made)) == {"keys"}

    @pytest.mark.parametrize("language", ["en", "th"])
    def test_it_says_what_passed_and_what_a_failure_means(
        self, signed: tuple[Table, bytes], tmp_path: Path, language: str
    ) -> None:
        raw = signed[1]
        good, bad = tmp_path / "good.json", tmp_path / "bad.json"
        good.write_bytes(raw)
        bad.write_bytes(raw.replace(SOMCHAI.name.encode(), "สมหญิง ใจดี".encode()))  # type: ignore[union-attr]
        found = [run(file, language) for file in (good, bad)]
        assert [each.returncode for each in found] == [0, 1], found
        words = verify.TEXTS[language]
        assert words["good"] in found[0].stdout
        assert words["fail"] not in found[0].stdout
        assert all(key["kid"] in found[0].stdout for key in json.loads(raw)["keys"])
        place = ("en", "th").index(language)
        assert verify.WORDS["name"][place][1] in found[1].stdout
        assert verify.WORDS["seal"][place][1] in found[1].stdout
        assert run(tmp_path / "none.json", language).returncode == 2

    def test_it_stands_alone(self) -> None:
        """Whoever checks trusts this one file and one signature library."""
        source = Path(verify.__file__).read_text(encoding="utf-8")
        imported = {
            line.split()[1].partition(".")[0]
            for line in source.splitlines()
            if line.startswith(("import ", "from "))
        }
        assert imported - set(sys.stdlib_module_names) == {"nacl"}

    def test_its_canonical_form_is_the_servers(self) -> None:
        tricky = {
            "\u20ac": 1,
            "\r": [],
            "\ufb33": '\x1f\x7f"\\/\u2028',
            "1": -(2**53) + 1,
            "\U0001f600": {"ก": None, "a": True},
            "\x80": "\U0001f600",
        }
        assert verify.octets(tricky) == statement_bytes(tricky)
        for wrong in (2**53, 0.5):
            with pytest.raises(verify.Wrong):
                verify.octets(wrong)


def run(file: Path, language: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, verify.__file__, str(file), "--lang", language]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def keys_told(table: Table) -> list[dict[str, Any]]:
    query = sa.select(outbox.c.data).where(outbox.c.topic == "sla.key.v1").order_by(outbox.c.id)
    return [json.loads(data) for data in table.db.snapshot(lambda c: c.execute(query).scalars().all())]


@contextmanager
def forged(db: Database, raw: bytes) -> Iterator[dict[str, Any]]:
    """An export that somebody with the deployment's key changes: witnessed and sealed anew."""
    key = db.snapshot(store.signing_key)
    assert key is not None
    made = json.loads(raw)
    yield made
    for one in made["acceptances"]:
        if one["statement"] is not None:
            one["signature"] = signing.signed_with(key, one["statement"])
    body = {name: made[name] for name in made if name != "seal"}
    made["raw"] = statement_bytes({**body, "seal": signing.signed_with(key, body)})
