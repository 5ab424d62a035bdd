"""How long it takes from an accepted measurement to the breach it makes, heard on SSE.

    python -m bench delay [--breaches 300] [--mode embedded|kafka]

The whole product is one process on one core; the client is on the other, over Kafka together with the broker
and PostgreSQL. The objective is a maximum over days in groups of two labels; each measurement is the first
of its group, so that each opens a breach. The floors are the flushes that the road cannot do without, and a
round trip to an ASGI application that answers at once.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import socket
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from bench.intake import HOST, LOAD_CORE, SERVER_CORE, serve_echo
from bench.report import Figures
from tests.e2e.instance import Instance, Party, eventually, found_agency, free_port
from tests.servers.kafka import KafkaServer
from tests.servers.postgres import PostgresServer

SIDE = 60
WARM_UP = 20
FLUSHES_BEHIND = 2
"""Commits between the answer and the event: the evaluator's and the feed's."""
PINNED = hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1
INDICATOR = "permit.response-time"


@dataclass(frozen=True)
class Delays:
    """Milliseconds: from the answer (accepted) and from the first byte of the request to the event.

    ``busy``: processor time of the server for each, whoever else uses the machine.
    """

    accepted: list[float]
    sent: list[float]
    busy: float = 0.0


def at_share(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


# --- the product ---------------------------------------------------------------------------------------


@contextmanager
def product(mode: str, folder: Path) -> Iterator[Instance]:
    """A running instance on the server's core."""
    if mode == "embedded":
        yield from _started({"data_dir": folder}, migrate=False)
        return
    with KafkaServer() as kafka, PostgresServer() as postgres:
        settings = {"data_dir": folder, "database_url": postgres.new_database(), "bus_url": kafka.url}
        yield from _started(settings, migrate=True)


def _started(settings: dict[str, Any], *, migrate: bool) -> Iterator[Instance]:
    instance = Instance(settings, extra={"SANYA_METRICS_TICK_SECONDS": "10"})
    try:
        if migrate:
            done = instance.command("migrate")
            if done.returncode:
                raise SystemExit(done.stderr)
        instance.launch()
        assert instance.process is not None
        pin(instance.process.pid, SERVER_CORE)
        instance.wait_until_ready()
        yield instance
    finally:
        instance.close()


def pin(process: int, core: int) -> None:
    if PINNED:
        os.sched_setaffinity(process, {core})


def set_up(instance: Instance) -> Party:
    """Two agencies that promise that no response takes longer than 800 ms, in any of 3,600 groups."""
    party, other = found_agency(instance, "land"), found_agency(instance, "city")
    party.admin.post(
        "/api/registry/v1/services",
        {
            "code": "permit",
            "name": {"th": "ใบอนุญาต", "en": "Permit"},
            "owner": "land",
            "steps": [{"code": "t01", "name": {"en": "Receive"}, "agency": "land"}],
        },
    )
    party.admin.post("/api/registry/v1/sources", {"code": "api", "agency": "land", "services": ["permit"]})
    labels = {"a": [f"a{i}" for i in range(SIDE)], "b": [f"b{i}" for i in range(SIDE)]}
    party.office.post(
        "/api/sla/v1/indicators",
        {
            "service": "permit",
            "code": INDICATOR,
            "name": {"en": "Response time"},
            "kind": "value",
            "unit": "ms",
            "labels": labels,
        },
    )
    day = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0).isoformat()
    drafted = party.office.post(
        "/api/sla/v1/agreements",
        {
            "code": "permit-2026",
            "title": {"th": "ข้อตกลง", "en": "Agreement"},
            "service": "permit",
            "parties": ["city", "land"],
            "legal_form": "informal",
            "visibility": "public",
            "retroactive": True,
            "time_zone": "UTC",
            "effective_from": day,
            "effective_until": None,
            "objectives": [
                {
                    "code": "slowest",
                    "indicator": INDICATOR,
                    "responsible": "land",
                    "aggregation": "maximum",
                    "comparator": "<=",
                    "target": "800",
                    "scope": ["a", "b"],
                    "window": {"kind": "calendar", "unit": "day", "count": 1},
                }
            ],
        },
    )
    digest = drafted["revisions"][-1]["hash"]
    address = f"/api/sla/v1/agreements/permit-2026/revisions/{digest}"
    party.office.post(f"{address}/offer")
    for one in (party, other):
        one.office.post(f"{address}/acceptances", {"hash": digest})
    eventually(
        lambda: party.office.get("/api/evaluation/v1/results", agreement="permit-2026", limit=1),
        lambda found: "items" in found,
        60,
    )
    return party


# --- the client ----------------------------------------------------------------------------------------


async def measure(instance: Instance, party: Party, count: int) -> Delays:
    """Posts one measurement after the other; each waits for its breach."""
    heard: dict[str, asyncio.Future[float]] = {}
    authorization = party.systems.authorization()["Authorization"]
    streaming = asyncio.create_task(
        _listen(instance.port, party.office.authorization()["Authorization"], heard)
    )
    await asyncio.sleep(1)
    reader, writer = await asyncio.open_connection(HOST, instance.port)
    accepted_ms: list[float] = []
    sent_ms: list[float] = []
    assert instance.process is not None
    process = psutil.Process(instance.process.pid)
    used = 0.0
    for number in range(WARM_UP + count):
        if number == WARM_UP:
            used = _busy(process)
        a, b = f"a{number % SIDE}", f"b{number // SIDE}"
        breach = heard[f"{a}/{b}"] = asyncio.get_running_loop().create_future()
        row = {
            "indicator": INDICATOR,
            "at": datetime.now(UTC).isoformat(),
            "value": 900,
            "labels": {"a": a, "b": b},
        }
        body = json.dumps({"source": "api", "service": "permit", "measurements": [row]}).encode()
        sent = time.perf_counter()
        await _post(reader, writer, "/api/metrics/v1/measurements", authorization, f"k{number}", body)
        accepted = time.perf_counter()
        done, _ = await asyncio.wait({breach, streaming}, timeout=30, return_when=asyncio.FIRST_COMPLETED)
        if breach not in done:
            raise SystemExit(f"no breach was heard of measurement {number}")
        if number >= WARM_UP:
            accepted_ms.append((breach.result() - accepted) * 1000)
            sent_ms.append((breach.result() - sent) * 1000)
    used = _busy(process) - used
    streaming.cancel()
    await asyncio.gather(streaming, return_exceptions=True)
    writer.close()
    return Delays(accepted_ms, sent_ms, used / count * 1000)


def _busy(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


async def _post(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    path: str,
    authorization: str,
    key: str,
    body: bytes,
) -> None:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: {authorization}\r\n"
        f"Idempotency-Key: {key}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    answer = await reader.readuntil(b"\r\n\r\n")
    length = int(answer.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    content = await reader.readexactly(length)
    if b" 202 " not in answer[:16]:
        raise SystemExit(f"the server answered {answer[:80]!r} {content[:300]!r}")


async def _listen(port: int, authorization: str, heard: dict[str, asyncio.Future[float]]) -> None:
    reader, writer = await asyncio.open_connection(HOST, port, limit=1 << 20)
    path = "/api/delivery/v1/events/stream"
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: {authorization}\r\n\r\n".encode())
    while line := await reader.readline():
        now = time.perf_counter()
        if line.startswith(b"data: ") and b".breach.opened." in line:
            scope = json.loads(line.removeprefix(b"data: "))["data"]["breach"]["scope"]
            heard[f"{scope['a']}/{scope['b']}"].set_result(now)
    writer.close()


# --- floors ----------------------------------------------------------------------------------------------


def flushes(folder: Path, count: int = 200) -> list[float]:
    """Milliseconds that 4 KiB take to be appended and flushed, the server's core alone."""
    found = []
    with (folder / "floor").open("ab", buffering=0) as file:
        for _ in range(count):
            began = time.perf_counter()
            file.write(bytes(4096))
            os.fdatasync(file.fileno())
            found.append((time.perf_counter() - began) * 1000)
    return found


def echoes(count: int = 300) -> list[float]:
    """Milliseconds of a round trip to an application that answers at once."""
    port = free_port()
    process = multiprocessing.get_context("fork").Process(target=serve_echo, args=("", port, PINNED))
    process.start()
    try:
        for _ in range(400):
            with socket.socket() as probe:
                if probe.connect_ex((HOST, port)) == 0:
                    break
            time.sleep(0.05)
        return asyncio.run(_round_trips(port, count))
    finally:
        process.terminate()
        process.join(15)


async def _round_trips(port: int, count: int) -> list[float]:
    reader, writer = await asyncio.open_connection(HOST, port)
    found = []
    for _ in range(WARM_UP + count):
        began = time.perf_counter()
        await _post(reader, writer, "/", "none", "k", b"{}")
        found.append((time.perf_counter() - began) * 1000)
    writer.close()
    return found[WARM_UP:]


# --- report ----------------------------------------------------------------------------------------------


def main(arguments: list[str], figures: Figures) -> None:
    parser = argparse.ArgumentParser(prog="bench delay", description=__doc__)
    parser.add_argument("--breaches", type=int, default=300)
    parser.add_argument("--mode", choices=("embedded", "kafka"))
    options = parser.parse_args(arguments)
    if options.breaches + WARM_UP > SIDE * SIDE:
        parser.error(f"at most {SIDE * SIDE - WARM_UP} breaches")
    pin(0, LOAD_CORE)
    for mode in ("embedded", "kafka"):
        if options.mode in (None, mode):
            _report(mode, options.breaches, figures)


def _report(mode: str, count: int, figures: Figures) -> None:
    with tempfile.TemporaryDirectory(prefix="sanya-bench-", dir=os.environ.get("SANYA_BENCH_DIR")) as text:
        folder = Path(text)
        with product(mode, folder) as instance:
            found = asyncio.run(measure(instance, set_up(instance), count))
        flush = flushes(folder)
    echo = echoes()
    figures.add(
        "delay",
        mode=mode,
        p50=at_share(found.accepted, 0.5),
        p99=at_share(found.accepted, 0.99),
        sent=at_share(found.sent, 0.5),
        busy=found.busy,
        flush=at_share(flush, 0.5),
        echo=at_share(echo, 0.5),
    )
    print(f"delay to the breach on SSE, {mode}: {count} breaches (ms)")
    for name, values in (("from accepted", found.accepted), ("from sent", found.sent)):
        print(
            f"  {name:<16} p50 {at_share(values, 0.5):>7.2f}   p99 {at_share(values, 0.99):>7.2f}"
            f"   mean {statistics.fmean(values):>7.2f}"
        )
    print(f"  processor time of the server for each: {found.busy:.2f}")
    above = at_share(found.accepted, 0.5) - FLUSHES_BEHIND * at_share(flush, 0.5)
    print(
        f"  floors: flush    p50 {at_share(flush, 0.5):>7.2f}   p99 {at_share(flush, 0.99):>7.2f}"
        f"   ({FLUSHES_BEHIND} on the road from accepted: {above:.2f} above them)\n"
        f"          echo     p50 {at_share(echo, 0.5):>7.2f}   p99 {at_share(echo, 0.99):>7.2f}"
        f"   ({at_share(found.accepted, 0.5) / at_share(echo, 0.5):.1f} round trips)"
    )
