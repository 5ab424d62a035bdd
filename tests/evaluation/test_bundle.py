"""An evidence bundle proves itself: whatever is changed, left out or moved is found, and said so."""

from __future__ import annotations

import copy
import io
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from docs.verify import verify
from services.evaluation.handlers import sequencing
from services.evaluation.store import evidence as store
from shared.errors import NotFound, Problem
from shared.signatures import new_private
from tests.evaluation.engine import Engine, at, exclusion, open_engine, tick
from tests.evaluation.evidence import (
    LAND,
    NOON,
    Key,
    bundled,
    cosign,
    failed,
    judged,
    later,
    opened,
    resealed,
    sequence,
)

Held = dict[str, Any]


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    found = open_engine(database_url, tmp_path)
    yield found
    found.db.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, bytes]]:
    """One bundle that no test changes."""
    folder = tmp_path_factory.mktemp("bundle")
    found = open_engine(f"sqlite:///{folder}", folder)
    judged(found)
    cosign(found)
    yield found, bundled(found)
    found.db.close()


class TestWhatIsInIt:
    def test_everything_of_the_period_and_it_proves_itself(self, engine: Engine) -> None:
        digest = judged(engine)
        cosign(engine)
        raw = bundled(engine)
        assert failed(raw) == set()
        held = opened(raw)
        assert [one["hash"] for one in held["revisions.json"]] == [digest]
        assert [one["agency"] for one in held["acceptances.json"]] == ["city", "land"]
        decided = sorted((one["id"], one["state"]) for one in held["exclusions.json"])
        assert decided == [("x1", "approved"), ("x1", "revoked")]
        assert [(one["window"]["end"], one["revision"], one["verdict"]) for one in held["results.json"]] == [
            ("2026-01-05T17:00:00Z", 1, "breached"),
            ("2026-01-05T17:00:00Z", 2, "met"),
            ("2026-01-05T17:00:00Z", 3, "breached"),
            ("2026-01-06T17:00:00Z", 1, "breached"),
            ("2026-01-07T17:00:00Z", 1, "met"),
        ]
        assert [each["batch"] for hour in held["batches.json"] for each in hour["batches"]] == [
            "b1",
            "b2",
            "b3",
            "b4",
        ]
        index = held["index.json"]
        assert index["waiting"] == 0
        assert {one["path"] for one in index["files"]} == set(held) - {"index.json"}
        # Batches, and everything else but the keys, the proofs and the checkpoint, has a leaf.
        of_records = [one for one in index["files"] if one["kind"] in verify.KINDS]
        assert sum(one["records"] for one in of_records) == len(held["proofs.json"])

    def test_the_same_question_has_the_same_bytes(self, engine: Engine) -> None:
        judged(engine)
        assert bundled(engine) == bundled(engine)

    def test_what_is_younger_than_the_checkpoint_waits_for_the_next_one(self, engine: Engine) -> None:
        judged(engine)
        engine.feed(exclusion("x2", "2026-01-06T09:00", "2026-01-06T09:01"))
        engine.feed(tick("2026-01-09T00:04"))
        sequence(engine)
        raw = bundled(engine)
        assert failed(raw) == set()
        assert opened(raw)["index.json"]["waiting"] == 2
        engine.db.clock = lambda: later(1)
        sequence(engine)
        raw = bundled(engine)
        assert failed(raw) == set()
        assert opened(raw)["index.json"]["waiting"] == 0
        assert {one["id"] for one in opened(raw)["exclusions.json"]} == {"x1", "x2"}

    def test_a_revision_waits_with_all_that_rests_on_it_until_its_acceptances_are_logged(
        self, engine: Engine
    ) -> None:
        judged(engine)
        with engine.db.engine.begin() as connection:
            last = (store.leaf.c.kind == "acceptance") & store.leaf.c.data.contains('"agency":"land"')
            connection.execute(sa.update(store.leaf).where(last).values(position=None))
            known = sa.text("UPDATE revision SET known_at = :at")
            connection.execute(known, {"at": int(NOON.timestamp()) * 1_000_000})
        held = opened(bundled(engine))
        assert failed(bundled(engine)) == set()
        assert (held["revisions.json"], held["acceptances.json"], held["results.json"]) == ([], [], [])
        assert held["index.json"]["waiting"] == 1 + 2 + 5

    def test_a_period_has_the_windows_that_end_in_it(self, engine: Engine) -> None:
        judged(engine)
        raw = bundled(engine, at("2026-01-06T00:00"), at("2026-01-07T00:00"))
        assert failed(raw) == set()
        held = opened(raw)
        assert [one["window"]["end"] for one in held["results.json"]] == ["2026-01-06T17:00:00Z"]
        assert [each["batch"] for hour in held["batches.json"] for each in hour["batches"]] == ["b3"]

    def test_a_key_that_was_replaced_still_proves_what_it_signed(self, engine: Engine) -> None:
        judged(engine)
        engine.db.clock = lambda: later(1)
        engine.db.transact(lambda _command, uow: sequencing.rotate_key("x", uow))
        assert failed(bundled(engine)) == set()

    def test_it_is_for_parties(self, engine: Engine) -> None:
        judged(engine)
        for agency in ("far", None):
            with pytest.raises(NotFound):
                bundled(engine, agency=agency)  # type: ignore[arg-type]

    def test_no_agency_cosigns_with_what_is_not_its_key_or_not_this_checkpoint(self, engine: Engine) -> None:
        judged(engine)
        stranger = Key(new_private())
        for wrong in (
            {"key": stranger},
            {"agency": "city"},
            {"size": 999},
            {"time": 5},
            {"kid": stranger.kid},
        ):
            with pytest.raises(Problem):
                cosign(engine, **wrong)
        cosign(engine)
        assert opened(bundled(engine))["checkpoint.txt"].count("\u2014") == 2


class TestTheProgram:
    def test_every_flipped_bit_of_a_thousand_is_found(self, made: tuple[Engine, bytes]) -> None:
        raw, chance = made[1], random.Random(6)
        assert failed(raw) == set()
        missed = []
        for place in chance.sample(range(len(raw)), 1000):
            flipped = bytearray(raw)
            flipped[place] ^= 1 << chance.randrange(8)
            if not failed(bytes(flipped)):
                missed.append((place, raw[place - 20 : place + 20]))
        assert missed == []

    def test_a_flipped_bit_inside_a_file_is_found_in_a_zip_that_is_whole(
        self, made: tuple[Engine, bytes]
    ) -> None:
        """Packed anew, so that the checksums of the zip are right: the index finds it."""
        chance, missed = random.Random(7), []
        with zipfile.ZipFile(io.BytesIO(made[1])) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        for name in sorted(files):
            for _ in range(30):
                data = bytearray(files[name])
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
                if not failed(verify.packed({**files, name: bytes(data)})):
                    missed.append((name, bytes(data)))
        assert missed == []

    def test_a_byte_more_or_less_and_another_packing_are_found(self, made: tuple[Engine, bytes]) -> None:
        raw = made[1]
        again = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(raw)) as old:
            files = {name: old.read(name) for name in old.namelist()}
        with zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as new:
            for name, data in files.items():
                new.writestr(name, data)
        fewer = {name: data for name, data in files.items() if name != "exclusions.json"}
        for other in (
            raw[:-1],
            raw + b"\n",
            b"PK" + raw,
            b"P",
            again.getvalue(),
            verify.packed(fewer),
            verify.packed({**files, "more.txt": b""}),
        ):
            assert failed(other) == {"zip"}

    @pytest.mark.parametrize(
        ("what", "checks"),
        [
            ("a result is left out", {"leaves"}),
            ("a judgement between two others is left out", {"leaves", "chain"}),
            ("a verdict is changed", {"leaves", "arithmetic"}),
            ("a target is changed", {"leaves", "agreed", "arithmetic"}),
            ("an exclusion is left out", {"leaves", "basis"}),
            ("a leaf and its record are changed", {"inclusion"}),
            ("two leaves change places", {"inclusion"}),
            ("two leaves stand in another order", {"inclusion"}),
            ("a leaf is left out", {"leaves"}),
            ("a leaf stands twice", {"inclusion", "leaves"}),
            ("a batch is left out", {"batches"}),
            ("a batch is changed", {"batches"}),
            ("a target is agreed afterwards", {"leaves", "hash", "agreed"}),
            ("an acceptance is left out", {"leaves", "parties"}),
            ("somebody else accepted", {"leaves", "statement", "signature", "parties"}),
            ("another root", {"checkpoint", "cosigned", "inclusion"}),
            ("another size", {"checkpoint", "cosigned", "inclusion"}),
            ("another cosigner", {"cosigned"}),
        ],
    )
    def test_not_even_who_holds_the_logs_key_can_hide_a_change(
        self, made: tuple[Engine, bytes], what: str, checks: set[str]
    ) -> None:
        """Sealed anew: what is left to find is found by what it contradicts."""
        engine, raw = made
        held = opened(raw)
        CHANGES[what](held)
        assert failed(resealed(engine, held)) == checks

    def test_without_the_logs_key_nothing_can_be_sealed(self, made: tuple[Engine, bytes]) -> None:
        engine, raw = made
        held = opened(raw)
        assert failed(resealed(engine, held)) == set()
        right = resealed(engine, held)
        held["index.json"]["waiting"] = 1
        files = {**_files(right), "index.json": verify.octets(held["index.json"])}
        assert failed(verify.packed(files)) == {"seal"}

    def test_trust_is_for_named_keys(self, made: tuple[Engine, bytes]) -> None:
        kids = [one["kid"] for one in opened(made[1])["keys.json"]]
        assert LAND.kid in kids
        assert failed(made[1], *kids) == set()
        assert failed(made[1], *kids[1:]) == {"trust"}

    @pytest.mark.parametrize("language", ["en", "th"])
    def test_it_says_what_passed_and_what_a_failure_means(
        self, made: tuple[Engine, bytes], tmp_path: Path, language: str
    ) -> None:
        engine, raw = made
        held = opened(raw)
        CHANGES["a verdict is changed"](held)
        good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
        good.write_bytes(raw)
        bad.write_bytes(resealed(engine, held))
        command = [sys.executable, verify.__file__, "--lang", language]
        found = [
            subprocess.run([*command, str(file)], capture_output=True, text=True, timeout=60, check=False)
            for file in (good, bad)
        ]
        assert [each.returncode for each in found] == [0, 1], found
        place = ("en", "th").index(language)
        assert verify.TEXTS[language]["good"] in found[0].stdout
        for name in ("inclusion", "arithmetic", "batches", "chain", "cosigned"):
            assert verify.WORDS[name][place][0] in found[0].stdout
        for name in ("leaves", "arithmetic"):
            assert verify.WORDS[name][place][1] in found[1].stdout

    def test_every_check_has_words(self, made: tuple[Engine, bytes]) -> None:
        report, _ = verify.verify(made[1], ["x"])
        assert {name for name, _, _ in report.found} <= set(verify.WORDS)

    def test_whatever_is_malformed_is_a_failure_and_no_crash(self, made: tuple[Engine, bytes]) -> None:
        """Sealed by who holds the key: every value of the first record of each file is another one."""
        engine, raw = made
        passed = []
        for name in verify.PATHS:
            if not name.endswith(".json"):
                continue
            first = (opened(raw)[name] or [None])[0]
            for field in first or ():
                for value in (None, 7, "x"):
                    held = opened(raw)
                    if held[name][0][field] in (value, None):
                        continue
                    held[name][0][field] = value
                    if not failed(resealed(engine, held)):
                        passed.append((name, field, value))
        assert passed == []


def _files(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _change(path: str, place: int, **values: Any) -> Callable[[Held], None]:
    def change(held: Held) -> None:
        held[path][place].update(copy.deepcopy(values))

    return change


def _leave_out(path: str, place: int) -> Callable[[Held], None]:
    def change(held: Held) -> None:
        del held[path][place]

    return change


def _without_exclusion(held: Held) -> None:
    """Only that it was taken back is left."""
    held["exclusions.json"] = [one for one in held["exclusions.json"] if one["state"] != "approved"]


def _swap(held: Held) -> None:
    """Their places in the log, so that the file is still in order."""
    first, second = held["proofs.json"][:2]
    first["leaf"], second["leaf"] = second["leaf"], first["leaf"]


def _turn(held: Held) -> None:
    held["proofs.json"][:2] = held["proofs.json"][1::-1]


def _twice(held: Held) -> None:
    held["proofs.json"].insert(1, held["proofs.json"][0])


def _with_its_leaf(held: Held) -> None:
    record = held["exclusions.json"][0]
    old = verify.leaf_of("exclusion", record)
    record["kind"] = "force_majeure"
    proof = next(one for one in held["proofs.json"] if one["leaf"] == old)
    proof["leaf"] = verify.leaf_of("exclusion", record)


def _agree_afterwards(held: Held) -> None:
    held["revisions.json"][0]["document"]["objectives"][0]["target"] = "0.7"


def _somebody_else(held: Held) -> None:
    held["acceptances.json"][0]["statement"]["agency"] = "far"


def _root(held: Held) -> None:
    lines = held["checkpoint.txt"].split("\n")
    lines[2] = "A" * 43 + "="
    held["checkpoint.txt"] = "\n".join(lines)


def _size(held: Held) -> None:
    held["index.json"]["checkpoint"]["size"] += 1
    lines = held["checkpoint.txt"].split("\n")
    lines[1] = str(int(lines[1]) + 1)
    held["checkpoint.txt"] = "\n".join(lines)


def _cosigner(held: Held) -> None:
    held["checkpoint.txt"] = held["checkpoint.txt"].replace("\u2014 land ", "\u2014 city ")


CHANGES: dict[str, Callable[[Held], None]] = {
    "a result is left out": _leave_out("results.json", -1),
    "a judgement between two others is left out": _leave_out("results.json", 1),
    "a verdict is changed": _change("results.json", 3, verdict="met"),
    "a target is changed": _change("results.json", 3, target="0.6"),
    "an exclusion is left out": _without_exclusion,
    "a leaf and its record are changed": _with_its_leaf,
    "two leaves change places": _swap,
    "two leaves stand in another order": _turn,
    "a leaf is left out": _leave_out("proofs.json", 3),
    "a leaf stands twice": _twice,
    "a batch is left out": lambda held: held["batches.json"][0]["batches"].pop(),
    "a batch is changed": lambda held: held["batches.json"][0]["batches"][0].update(hash="0" * 64),
    "a target is agreed afterwards": _agree_afterwards,
    "an acceptance is left out": _leave_out("acceptances.json", 0),
    "somebody else accepted": _somebody_else,
    "another root": _root,
    "another size": _size,
    "another cosigner": _cosigner,
}
