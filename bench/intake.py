"""Accepted and durable measurements a second: the server on one core, the load on the other.

    python -m bench intake [--seconds 4] [--rows 1000 10000] [--only rows]

Beside it, in the same run: an ASGI application that reads the same body and answers (what HTTP costs), and
the same packed bytes appended to a file with fsync (what durability costs), one by one and eight at a time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import uvicorn
from joserfc import jwt
from joserfc.jwk import OKPKey

from bench.report import Figures
from services.metrics.app import service
from services.metrics.domain.columns import packed
from services.metrics.domain.prepared import new_id
from services.metrics.wire.measurements import read
from shared.auth import ALGORITHM, ALGORITHMS, on_key_changed
from shared.clock import to_micros
from shared.db import Database, UnitOfWork
from shared.events.envelope import Fact, Record
from shared.events.metrics import Batch, pack
from shared.events.registry import KeyChanged, ServiceChanged, SourceChanged, StepState
from shared.events.sla import IndicatorChanged
from shared.service import run

HOST = "127.0.0.1"
SERVER_CORE, LOAD_CORE = 0, 1
CONNECTIONS = 16
BODIES = 16
KEY = OKPKey.generate_key("Ed25519", {"kid": "bench"})


@dataclass(frozen=True)
class Load:
    """What is sent: bodies of one form, with some number of different label sets."""

    form: str
    rows: int
    series: int

    @property
    def name(self) -> str:
        return f"{self.form:<8} n={self.rows} series={self.series}"


def bodies(load: Load) -> list[bytes]:
    """Some different bodies: response times of two labels, a second apart."""
    chance = random.Random(load.series)
    side = round(load.series**0.5)
    found = []
    for number in range(BODIES):
        start = datetime.now(UTC) - timedelta(hours=number + 4)
        rows: list[dict[str, Any]] = [
            {
                "indicator": "permit.response-time",
                "at": (start + timedelta(seconds=i)).isoformat(timespec="seconds"),
                "value": round(chance.expovariate(1 / 300), 3),
                "labels": {"province": f"p{chance.randrange(side)}", "office": f"o{chance.randrange(side)}"},
            }
            for i in range(load.rows)
        ]
        content: dict[str, Any] = {"source": "bench", "service": "permit"}
        if load.form == "rows":
            content["measurements"] = rows
        else:
            content["columns"] = {
                "indicator": "permit.response-time",
                "at": [to_micros(datetime.fromisoformat(row["at"])) for row in rows],
                "value": [row["value"] for row in rows],
                "labels": {name: [row["labels"][name] for row in rows] for name in ("province", "office")},
            }
        found.append(json.dumps(content, separators=(",", ":")).encode())
    return found


# --- servers -----------------------------------------------------------------------------------------


def prepare(folder: Path) -> None:
    """A data folder that knows the bench's source, service, indicator and key."""
    settings = service.settings(data_dir=folder)
    service.migrate(settings)
    db: Database = service.open_database(settings)
    values = {"province": [f"p{i}" for i in range(100)], "office": [f"o{i}" for i in range(100)]}
    facts: list[Fact] = [
        KeyChanged(version=1, kid="bench", jwk=KEY.as_dict(private=False)),
        ServiceChanged(
            version=1,
            code="permit",
            name={"en": "permit"},
            owner="bench",
            steps=[StepState(code="t01", name={"en": "t01"}, agency="bench")],
        ),
        SourceChanged(version=1, code="bench", agency="bench", services=["permit"]),
        IndicatorChanged(
            version=1,
            code="permit.response-time",
            service="permit",
            kind="value",
            document={"labels": values},
        ),
    ]

    def tell(_command: Any, uow: UnitOfWork) -> None:
        for fact in facts:
            event = fact.event()
            handlers = {**service.subscription.handlers, KeyChanged.type: on_key_changed}
            record = Record(
                topic=event.topic,
                partition=0,
                offset=0,
                key=event.key,
                type=event.type,
                id=uuid4().hex,
                source="bench",
                subject=event.subject,
                version=1,
                at=0,
                trace=None,
                data=event.data,
            )
            handlers[event.type](record, uow)

    db.transact(tell)
    db.close()


def serve_intake(folder: str, port: int, pinned: bool) -> None:
    """The service as `sanya serve metrics --role api` runs it, its log thrown away."""
    _pin(SERVER_CORE if pinned else None)
    os.environ |= {"SANYA_DATA_DIR": folder, "SANYA_PORT": str(port), "SANYA_LOG_FORMAT": "json"}
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    sys.exit(run(service, role="api"))


def serve_echo(_folder: str, port: int, pinned: bool) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        while (await receive()).get("more_body"):
            continue
        headers = [(b"content-length", b"2"), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 202, "headers": headers})
        await send({"type": "http.response.body", "body": b"{}"})

    _pin(SERVER_CORE if pinned else None)
    uvicorn.run(app, host=HOST, port=port, log_level="warning", access_log=False, lifespan="off")


def _pin(core: int | None) -> None:
    if core is not None:
        os.sched_setaffinity(0, {core})


# --- load --------------------------------------------------------------------------------------------


async def _connection(port: int, requests: Callable[[], bytes], until: float) -> int:
    """Sends one request after the other; returns how many were answered 202."""
    reader, writer = await asyncio.open_connection(HOST, port, limit=1 << 20)
    done = 0
    while time.monotonic() < until:
        writer.write(requests())
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        body = await reader.readexactly(length)
        if b" 202 " not in head[:16]:
            raise SystemExit(f"the server answered {head[:80]!r} {body[:300]!r}")
        done += 1
    writer.close()
    return done


def _requests(load: Load) -> Callable[[], bytes]:
    issued = int(time.time())
    claims = {
        "iss": "sanya",
        "sub": "bench",
        "agency": "bench",
        "roles": ["reporter"],
        "kind": "client",
        "iat": issued,
        "exp": issued + 600,
    }
    token = jwt.encode({"alg": ALGORITHM, "kid": "bench"}, claims, KEY, registry=ALGORITHMS)
    chosen = bodies(load)
    heads = [
        (
            f"POST /api/metrics/v1/measurements HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        ).encode()
        for body in chosen
    ]
    count = 0

    def one() -> bytes:
        nonlocal count
        count += 1
        i = count % len(chosen)
        return heads[i] + f"Idempotency-Key: {count}-{issued}\r\n\r\n".encode() + chosen[i]

    return one


@dataclass(frozen=True)
class Measured:
    """``per_core``: rows for each second of processor time the server used, whoever else uses the machine."""

    rows: float
    per_core: float


async def _measure(process: psutil.Process, port: int, load: Load, seconds: float) -> Measured:
    """After a short warm-up."""
    requests = _requests(load)
    await asyncio.gather(*(_connection(port, requests, time.monotonic() + 0.5) for _ in range(CONNECTIONS)))
    began, used = time.monotonic(), process.cpu_times()
    until = began + seconds
    done = await asyncio.gather(*(_connection(port, requests, until) for _ in range(CONNECTIONS)))
    took, now = time.monotonic() - began, process.cpu_times()
    busy = now.user + now.system - used.user - used.system
    rows = sum(done) * load.rows
    return Measured(rows / took, rows / max(busy, 0.01))


def against(serve: Callable[[str, int, bool], None], folder: Path, load: Load, seconds: float) -> Measured:
    """Starts a server of its own process, runs the load, and ends it."""
    pinned = hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    process = multiprocessing.get_context("fork").Process(target=serve, args=(str(folder), port, pinned))
    process.start()
    _pin(LOAD_CORE if pinned else None)
    try:
        for _ in range(400):
            with socket.socket() as probe:
                if probe.connect_ex((HOST, port)) == 0:
                    break
            time.sleep(0.05)
        return asyncio.run(_measure(psutil.Process(process.pid), port, load, seconds))
    finally:
        process.terminate()
        process.join(15)


def appended(folder: Path, load: Load, together: int, seconds: float) -> float:
    """Rows a second when the packed bytes of such batches are appended to a file with fsync."""
    records = [_record(body) for body in bodies(load)]
    count = 0
    with (folder / "floor").open("ab", buffering=0) as file:
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            for i in range(together):
                file.write(records[(count + i) % len(records)])
            os.fsync(file.fileno())
            count += together
        return count * load.rows / (time.monotonic() - began)


def _record(body: bytes) -> bytes:
    groups = [packed(group) for group in read(body).groups]
    return pack(Batch(new_id(0), "permit", "bench", "bench", 0, 0, 0, 0, groups))


# --- report ------------------------------------------------------------------------------------------


def main(arguments: list[str], figures: Figures) -> None:
    parser = argparse.ArgumentParser(prog="bench.intake", description=__doc__)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--rows", type=int, nargs="*", default=[1_000, 10_000], help="of a batch")
    parser.add_argument("--only", choices=("rows", "columns"))
    options = parser.parse_args(arguments)
    print("accepted and durable measurements a second (embedded, one core)")
    for form in ("rows", "columns"):
        if options.only not in (None, form):
            continue
        for rows in options.rows:
            for series in (100, 10_000):
                _report(Load(form, rows, series), options.seconds, figures)


def _report(load: Load, seconds: float, figures: Figures) -> None:
    with tempfile.TemporaryDirectory(prefix="sanya-bench-", dir=os.environ.get("SANYA_BENCH_DIR")) as text:
        folder = Path(text)
        prepare(folder)
        accepted = against(serve_intake, folder, load, seconds)
        echo = against(serve_echo, folder, load, min(seconds, 2.0))
        alone = appended(folder, load, 1, 1.0)
        eight = appended(folder, load, 8, 1.0)
    size = len(bodies(load)[0]) / 1024
    figures.add(
        "intake",
        form=load.form,
        batch=load.rows,
        series=load.series,
        rows=accepted.rows,
        rows_core=accepted.per_core,
        echo=echo.rows,
        append=alone,
    )
    print(
        f"  {load.name:<32} {accepted.rows:>12,.0f} rows/s\n"
        f"    for each second of processor  {accepted.per_core:>12,.0f}   body {size:.0f} KiB\n"
        f"    floors: HTTP echo             {echo.rows:>12,.0f}   ({accepted.rows / echo.rows:.0%} of it;"
        f" {echo.per_core:,.0f} for each second of processor)\n"
        f"            append and fsync      {alone:>12,.0f}   ({accepted.rows / alone:.0%}); eight at a time"
        f" {eight:,.0f}"
    )
