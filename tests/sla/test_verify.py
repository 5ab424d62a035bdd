"""The program that checks signed revisions: it finds every flipped bit, and says what a failure means."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from docs.verify import verify
from shared.signatures import (
    new_private,
    public_of,
    sign,
    statement_bytes,
)
from tests.sla.conftest import Table
from tests.sla.signing import SOMCHAI, Agency, accept, export, failed, forged, offered


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

    def test_a_key_that_begins_with_a_dash_can_be_trusted(self) -> None:
        words = ["--trust", "-k1", "file", "--trust", "k2", "--lang", "th", "--trust"]
        assert list(verify.joined(words)) == ["--trust=-k1", "file", "--trust=k2", "--lang", "th", "--trust"]

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
