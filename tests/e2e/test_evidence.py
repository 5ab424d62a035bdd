"""Evidence is taken with the command, checked without the server, and cosigned by who saw the log before."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from docs.verify import verify
from services.cli.client import Api
from tests.e2e.instance import AGREEMENT, Instance, agree, eventually, found_agency, objective
from tests.evaluation.evidence import opened

PROMISE = objective("fast", "permit.response-time", good={"comparator": "<=", "value": "500"})


@pytest.fixture
def instance(seam: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Instance]:
    monkeypatch.setenv("SANYA_EVIDENCE_CHECKPOINT_EVERY", "PT1S")
    found = Instance(seam)
    if "bus_url" in seam:
        done = found.command("migrate")
        assert done.returncode == 0, done.stderr
    found.start()
    yield found
    found.close()


def sanya(instance: Instance, who: Api, *words: str) -> subprocess.CompletedProcess[str]:
    assert who.client_id is not None
    assert who.client_secret is not None
    return instance.command(*words, "--client-id", who.client_id, "--client-secret", who.client_secret)


def test_a_bundle_is_taken_and_checked_and_the_log_is_cosigned(instance: Instance, tmp_path: Path) -> None:
    city, land = found_agency(instance, "city"), found_agency(instance, "land")
    agree(city, land, PROMISE)
    file, key, seen = tmp_path / "evidence.zip", tmp_path / "land.pem", tmp_path / "seen"

    def taken() -> int:
        done = sanya(instance, land.office, "evidence", AGREEMENT, "-o", str(file))
        assert done.returncode == 0, done.stdout + done.stderr
        return len(opened(file.read_bytes())["acceptances.json"])

    eventually(taken, lambda number: number == 2)
    done = subprocess.run(
        [sys.executable, verify.__file__, str(file)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout
    made = sanya(instance, land.admin, "sign", "--agency", "land", "--new-key", "--key", str(key))
    assert made.returncode == 0, made.stderr

    def cosigned() -> subprocess.CompletedProcess[str]:
        return sanya(
            instance, land.office, "cosign", "--agency", "land", "--key", str(key), "--seen", str(seen)
        )

    # The key travels by an event.
    eventually(lambda: cosigned().returncode, lambda code: code == 0)
    assert cosigned().returncode == 0
    # A log that is another one than was seen: the server cannot talk it away.
    origin, size, _ = seen.read_text().split("\n")[:3]
    seen.write_text(f"{origin}\n{size}\n{base64.b64encode(b'x' * 32).decode()}\n")
    assert cosigned().returncode == 2
    seen.write_text(f"{origin}\n1000000\n{base64.b64encode(b'x' * 32).decode()}\n")
    assert cosigned().returncode == 2
