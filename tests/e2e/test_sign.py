"""An agency signs where its key is, and whoever likes checks it without the server, in both modes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer

from docs.verify import verify
from services.cli.client import Api
from services.cli.signing import make_key, read_key
from tests.e2e.instance import (
    AGREEMENT,
    Instance,
    Party,
    agree,
    eventually,
    found_agency,
    objective,
)

REGISTRY = "/api/registry/v1"
PROMISE = objective("fast", "permit.response-time", good={"comparator": "<=", "value": "500"})


@pytest.fixture
def instance(seam: dict[str, Any]) -> Iterator[Instance]:
    found = Instance(seam)
    if "bus_url" in seam:
        done = found.command("migrate")
        assert done.returncode == 0, done.stderr
    found.start()
    yield found
    found.close()


def sanya(instance: Instance, who: Api, *words: str) -> subprocess.CompletedProcess[str]:
    """`sanya sign WORDS` as a client of land."""
    assert who.client_id is not None
    assert who.client_secret is not None
    credentials = ("--client-id", who.client_id, "--client-secret", who.client_secret)
    return instance.command("sign", *words, "--agency", "land", *credentials)


def amended(city: Party, digest: str) -> str:
    """The hash of an amendment that city has offered."""
    at = f"/api/sla/v1/agreements/{AGREEMENT}/revisions"
    document = city.office.get(f"{at}/{digest}")
    body = {**document, "title": {"en": "Amended"}, "parent": digest}
    made: str = city.office.post(at, body)["revisions"][-1]["hash"]
    city.office.post(f"{at}/{made}/offer")
    return made


def test_a_revision_is_signed_by_the_command_and_checked_by_the_program(
    instance: Instance, tmp_path: Path
) -> None:
    city, land = found_agency(instance, "city"), found_agency(instance, "land")
    first = agree(city, land, PROMISE)
    digest = amended(city, first)
    key = tmp_path / "land.pem"
    made = sanya(instance, land.admin, "--new-key", "--key", str(key))
    assert (made.returncode, key.stat().st_mode & 0o777) == (0, 0o600), made.stderr
    (kept,) = land.admin.get(f"{REGISTRY}/agencies/land/keys")["keys"]
    assert kept["kid"] in made.stderr
    again = sanya(instance, land.admin, "--new-key", "--key", str(key))
    assert (again.returncode, "registered before" in again.stderr) == (1, True), again.stderr

    address = f"/api/sla/v1/agreements/{AGREEMENT}/revisions/{digest}"
    signed = sanya(instance, land.office, AGREEMENT, digest, "--key", str(key))
    assert signed.returncode == 0, signed.stderr
    assert digest in signed.stderr
    stale = sanya(instance, land.office, AGREEMENT, digest, "--key", str(key))
    assert (stale.returncode, "already" in stale.stderr) == (1, True)
    city.office.post(f"{address}/acceptances", {"hash": digest})

    file = tmp_path / "signed.json"
    public = eventually(lambda: httpx.get(f"{instance.url}{address}/signed"), lambda found: found.is_success)
    file.write_bytes(public.content)
    witness = httpx.get(f"{instance.url}/api/sla/v1/keys").json()["items"][0]["kid"]
    trusted = ("--trust", kept["kid"], "--trust", witness)
    checked = subprocess.run(
        [sys.executable, verify.__file__, str(file), *trusted], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
    assert "FAILED" not in checked.stdout
    land_said = next(each for each in public.json()["acceptances"] if each["agency"] == "land")
    assert land_said["statement"]["own_key"]["kid"] == kept["kid"]
    # The first revision was witnessed, before there was a key; it was never in force, so only parties see it.
    old = city.office.answer("GET", f"/api/sla/v1/agreements/{AGREEMENT}/revisions/{first}/signed")
    assert verify.verify(old.content)[0].failures == []


class TestKeyFiles:
    @pytest.mark.parametrize("name", ["key.pem", "key.jwk"])
    def test_what_is_made_is_read(self, tmp_path: Path, name: str) -> None:
        file = tmp_path / name
        private = make_key(file)
        assert read_key(file) == private
        assert file.stat().st_mode & 0o777 == 0o600

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
    def test_one_that_others_can_read_is_refused(
        self, tmp_path: Path, mode: int, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = tmp_path / "key.pem"
        make_key(file)
        file.chmod(mode)
        assert refusal(file, capsys).startswith(f"{file} can be read by others")

    @pytest.mark.parametrize("text", ["", "{}", '{"crv": "Ed25519", "d": "x"}', "not a key", "[1]"])
    def test_what_is_no_key_is_refused(
        self, tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = tmp_path / "key.pem"
        file.write_text(text)
        file.chmod(0o600)
        assert "no private Ed25519 key" in refusal(file, capsys)

    def test_a_public_half_of_another_key_is_refused(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        first, second = tmp_path / "a.jwk", tmp_path / "b.jwk"
        make_key(first)
        make_key(second)
        public = first.read_text().split('"x": "')[1][:43]
        other = second.read_text().split('"x": "')[1][:43]
        second.write_text(second.read_text().replace(other, public))
        assert "no private Ed25519 key" in refusal(second, capsys)

    def test_a_missing_file_is_a_sentence(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert "No such file" in refusal(tmp_path / "none", capsys)


def refusal(file: Path, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(typer.Exit) as refused:
        read_key(file)
    assert refused.value.exit_code == 2
    return capsys.readouterr().err
