"""The examples of docs/examples, run as an integrator would: each hears of a breach, and resumes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.instance import SERVICE, Instance, Party, agree, eventually, found_agency, objective

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


class Example:
    """One of the programs, with what it printed."""

    def __init__(self, name: str, argument: str, **environment: str) -> None:
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, EXAMPLES / name, argument],
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(line.strip() for line in self.process.stdout)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()
        self._reader.join(10)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def instance(tmp_path: Path, postgres_url: str, kafka_url: str) -> Iterator[Instance]:
    found = Instance({"data_dir": tmp_path, "database_url": postgres_url, "bus_url": kafka_url})
    done = found.command("migrate")
    assert done.returncode == 0, done.stderr
    found.start()
    yield found
    found.close()


def report(land: Party, key: str, value: int) -> None:
    row = {"indicator": "permit.response-time", "at": datetime.now(UTC).isoformat(), "value": value}
    body = {"source": "land-api", "service": SERVICE, "measurements": [row]}
    land.systems.post("/api/metrics/v1/measurements", body, key=key)


def test_each_example_hears_of_a_breach_and_goes_on_where_it_stopped(
    instance: Instance, tmp_path: Path, kafka_url: str
) -> None:
    city, land = found_agency(instance, "city"), found_agency(instance, "land")
    slowest = {"aggregation": "maximum", "comparator": "<=", "target": "800"}
    for_each_day = {"kind": "calendar", "unit": "day", "count": 1}
    agree(city, land, objective("slowest", "permit.response-time", window=for_each_day, **slowest))
    who = {
        "SANYA_URL": instance.url,
        "SANYA_CLIENT_ID": str(land.office.client_id),
        "SANYA_CLIENT_SECRET": str(land.office.client_secret),
    }
    cursor = tmp_path / "cursor"
    cursor.write_text("0")
    broker = kafka_url.removeprefix("kafka://")

    def stream() -> Example:
        return Example("follow_stream.py", str(cursor), **who)

    def topic() -> Example:
        return Example("consume_topic.py", "integrator", SANYA_KAFKA=broker)

    followers = [stream(), topic()]
    report(land, "0", 801)
    for follower in followers:
        eventually(lambda: follower.lines, lambda lines: len(lines) == 1, seconds=60)  # noqa: B023
        follower.stop()
    listed = Example("read_list.py", str(tmp_path / "other"), **who)
    listed.process.wait(30)
    listed.stop()
    assert listed.lines == followers[0].lines == followers[1].lines
    assert listed.lines[0].startswith("sanya.evaluation.breach.opened.v1 ")

    # While nobody listens the breach is taken back (the only value of the window is voided).
    batches: dict[str, Any] = land.systems.get("/api/metrics/v1/batches")
    address = f"/api/metrics/v1/batches/{batches['items'][0]['id']}/void"
    land.systems.post(address, {"reason": "a test"}, key="void")
    again = [stream(), topic()]
    for follower in again:
        eventually(lambda: follower.lines, lambda lines: len(lines) == 1, seconds=60)  # noqa: B023
        follower.stop()
        assert follower.lines[0].startswith("sanya.evaluation.breach.withdrawn.v1 ")
        assert follower.lines[0].endswith(" 2")
