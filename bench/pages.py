"""How fast pages are, and how large on the wire, in an instance of many agreements and years.

    python -m bench pages [--services 10] [--agreements 5] [--objectives 10] [--months 36] [--times 60]

The whole product is one process on one core (embedded); the reader is on the other, one request after
another, as a browser asks: with its cookie, and for compressed pages. By default there are 50 agreements with
500 objectives and 36 months of closed windows; the reader's agency is a party to all of them. The floor is
`/livez` of the same server in the same run: the road of a request that has nothing to do. `processor` is what
the server used for each page, which is steadier than the clock where others use the machine.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil

from bench.delay import at_share, pin
from bench.intake import LOAD_CORE, SERVER_CORE
from bench.report import Figures
from tests.e2e.instance import Instance, Party, eventually, found_agency, month_start

AGENCIES = ("city", "health", "business")
EMAIL, PASSWORD = "officer@city.example", "rain on a tin roof"
STEPS = (("receive", "city"), ("inspect", "health"), ("register", "business"), ("issue", "city"))
CASES_A_MONTH = 30
PER_BATCH = 5_000
WARM_UP = 5
JUDGED_SECONDS = 900
FLOOR = "/livez"
GOAL_MS, GOAL_KB = 100, 150
GOALS = ("owner overview", "objective")
"""Whose p95 has to stay under ``GOAL_MS``."""


@dataclass(frozen=True)
class Size:
    services: int
    agreements: int
    objectives: int
    months: int

    @property
    def windows(self) -> int:
        return self.services * self.agreements * self.objectives * self.months


def service_code(number: int) -> str:
    return f"service-{number:02}"


def agreement_code(service: int, number: int) -> str:
    return f"agreement-{service:02}-{number:02}"


# --- an instance with years behind it ------------------------------------------------------------------


def settle(instance: Instance, size: Size) -> None:
    """Agencies, services, agreements, and every month's data; waits until the windows are judged."""
    parties = [found_agency(instance, code) for code in AGENCIES]
    city = parties[0]
    _invite(city)
    for service in range(size.services):
        _service(city, service, size)
        for number in range(size.agreements):
            _agree(parties, service, number, size)
        _history(city, service, size)
    eventually(
        lambda: _judged(city, size),
        lambda found: found >= size.services * size.agreements * size.objectives,
        JUDGED_SECONDS,
    )


def _invite(city: Party) -> None:
    invited = city.admin.post(
        "/api/registry/v1/agencies/city/people",
        {"email": EMAIL, "name": "สมศรี ใจดี", "roles": ["negotiator", "viewer"]},
    )
    token = invited["invitation"]["token"]
    city.admin.post(f"/api/registry/v1/invitations/{token}/acceptance", {"password": PASSWORD})


def _service(city: Party, service: int, size: Size) -> None:
    code = service_code(service)
    city.admin.post(
        "/api/registry/v1/services",
        {
            "code": code,
            "name": {"th": f"ขออนุญาตประเภทที่ {service + 1}", "en": f"Permit of kind {service + 1}"},
            "owner": "city",
            "steps": [
                {"code": step, "name": {"th": f"ขั้นตอน {step}", "en": f"Step {step}"}, "agency": agency}
                for step, agency in STEPS
            ],
        },
    )
    city.admin.post("/api/registry/v1/sources", {"code": code, "agency": "city", "services": [code]})
    for number in range(size.objectives):
        body: dict[str, Any] = {"kind": "ratio", "unit": "request"}
        if number == 0:
            body = {
                "kind": "duration",
                "unit": "s",
                "from": {"step": "receive", "occurrence": "first", "edge": "start"},
                "to": {"step": "issue", "occurrence": "first", "edge": "end"},
                "clock": "elapsed",
            }
        name = {"th": f"ตัวชี้วัดที่ {number + 1}", "en": f"Indicator {number + 1}"}
        indicator = {"service": code, "code": f"{code}.i{number}", "name": name, **body}
        city.office.post("/api/sla/v1/indicators", indicator)


def _agree(parties: list[Party], service: int, number: int, size: Size) -> None:
    code, city = agreement_code(service, number), parties[0]
    document = {
        "code": code,
        "title": {"th": f"ข้อตกลงระดับการให้บริการที่ {number + 1}", "en": f"Service level {number + 1}"},
        "service": service_code(service),
        "parties": list(AGENCIES),
        "legal_form": "informal",
        "visibility": "public",
        "retroactive": True,
        "time_zone": "Asia/Bangkok",
        "effective_from": month_start(size.months).isoformat(),
        "effective_until": None,
        "objectives": [_objective(service, number, each) for each in range(size.objectives)],
    }
    drafted = city.office.post("/api/sla/v1/agreements", document)
    digest = drafted["revisions"][-1]["hash"]
    address = f"/api/sla/v1/agreements/{code}/revisions/{digest}"
    city.office.post(f"{address}/offer")
    for party in parties:
        party.office.post(f"{address}/acceptances", {"hash": digest})


def _objective(service: int, agreement: int, number: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "code": f"objective-{number}",
        "indicator": f"{service_code(service)}.i{number}",
        "responsible": AGENCIES[number % len(AGENCIES)],
        "public_wording": {
            "th": f"ท่านได้รับบริการตามที่สัญญาไว้ในข้อที่ {number + 1} ของข้อตกลงนี้",
            "en": f"You are served as promised in clause {number + 1} of this agreement",
        },
        "headline": number == 0,
        "comparator": ">=",
        "target": f"0.{90 + (agreement + number) % 10}",
        "window": {"kind": "calendar", "unit": "month", "count": 1},
        "grace": "P3D",
    }
    if number == 0:
        found |= {
            "good": {"comparator": "<=", "value": "P5D"},
            "allotments": {"receive": "P1D", "inspect": "P2D", "register": "P1D", "issue": "P1D"},
            "count_at": "completion",
            "overdue": "listed",
        }
    return found


def _history(city: Party, service: int, size: Size) -> None:
    """What came in every month: through a backfill what is over, as usual what is not."""
    code, start, now = service_code(service), month_start(size.months), datetime.now(UTC)
    opened = city.systems.post(
        "/api/metrics/v1/backfills",
        {
            "source": code,
            "service": code,
            "from": start.isoformat(),
            "to": month_start(0).isoformat(),
            "reason": "history",
        },
    )
    chance = random.Random(service)
    for number in range(1, size.objectives):
        old, new = [], []
        for day in range((now - start).days):
            at = start + timedelta(days=day, hours=9)
            total = chance.randrange(50, 150)
            row = (int(at.timestamp() * 1_000_000), total - round(total * chance.uniform(0, 0.12)), total)
            (new if at >= month_start(0) else old).append(row)
        for rows, more in ((old, {"backfill": opened["id"]}), (new, {})):
            if rows:
                at_, good, total_ = (list(each) for each in zip(*rows, strict=True))
                columns = {"indicator": f"{code}.i{number}", "at": at_, "good": good, "total": total_}
                city.systems.post(
                    "/api/metrics/v1/measurements",
                    {"source": code, "service": code, "columns": columns, **more},
                    key=f"{code}-{number}-{len(more)}",
                )
    events = list(_cases(code, size, chance))
    for first in range(0, len(events), PER_BATCH):
        body = {"source": code, "service": code, "events": events[first : first + PER_BATCH]}
        body["backfill"] = opened["id"]
        city.systems.post("/api/metrics/v1/journey-events", body, key=f"{code}-cases-{first}")
    city.systems.post(f"/api/metrics/v1/backfills/{opened['id']}/seal")


def _cases(code: str, size: Size, chance: random.Random) -> Iterator[dict[str, Any]]:
    last = month_start(0)
    for month in range(size.months, 0, -1):
        begin = month_start(month)
        for number in range(CASES_A_MONTH):
            at = begin + timedelta(minutes=chance.randrange(20 * 1440))
            case = f"{code}-{month}-{number}"
            for step, agency in STEPS:
                for edge in ("start", "end"):
                    if edge == "end":
                        at += timedelta(minutes=chance.randrange(300, 2200))
                    if at < last:
                        yield {
                            "id": f"{case}-{step}-{edge}",
                            "journey": case,
                            "step": step,
                            "agency": agency,
                            "edge": edge,
                            "at": at.isoformat(),
                            "labels": {},
                        }


def _judged(city: Party, size: Size) -> int:
    """How many objectives have a result of last month."""
    end = month_start(0)
    span = {"from": end.isoformat(), "to": (end + timedelta(minutes=1)).isoformat()}
    found = city.office.items("/api/evaluation/v1/results", **span)
    return sum(each["verdict"] in ("met", "breached") for each in found)


# --- reading -------------------------------------------------------------------------------------------


def pages(http: httpx.Client, size: Size) -> dict[str, str]:
    """What is read, by name: the owner's pages, the public's, and what they lead to."""
    service, agreement = service_code(0), agreement_code(0, 0)
    last = month_start(1).strftime("%Y-%m")
    found = {
        "owner overview": f"/app/services/{service}",
        "objective": f"/app/agreements/{agreement}/objectives/objective-1",
        "objective on cases": f"/app/agreements/{agreement}/objectives/objective-0",
        "my objectives": "/app",
        "public service": f"/services/{service}",
        "home": "/",
        "services": "/services",
        "agreement": f"/agreements/{agreement}",
        "agreements": "/app/agreements",
        "negotiation": f"/app/agreements/{agreement}/negotiation",
        "report": f"/reports/{agreement}/{last}",
        "glossary": "/glossary",
        "help": "/help",
    }
    for name, query in (("result", "results"), ("breach", "breaches")):
        answer = http.get(f"/app/api/evaluation/v1/{query}?limit=1&agreement={agreement}").json()
        if answer["items"]:
            found[name] = f"/app/{query}/{answer['items'][0]['id']}"
    return found


def signed_in(url: str) -> httpx.Client:
    http = httpx.Client(base_url=url, timeout=120, headers={"Accept-Language": "th"})
    form = http.get("/sign-in").text
    token = form.split('name="form_token" value="')[1].split('"')[0]
    body = {"form_token": token, "next": "/app", "email": EMAIL, "password": PASSWORD}
    answer = http.post("/sign-in", data=body)
    if answer.status_code != 303:
        raise SystemExit(f"signing in was answered {answer.status_code}")
    return http


@dataclass(frozen=True)
class Timed:
    """Milliseconds; ``processor`` of the server for each; bytes of the body as sent and as it is."""

    p50: float
    p95: float
    processor: float
    wire: int
    whole: int


def timed(http: httpx.Client, process: psutil.Process, path: str, times: int) -> Timed:
    for _ in range(WARM_UP):
        wire, whole = read(http, path)
    used = process.cpu_times()
    took = []
    for _ in range(times):
        began = time.perf_counter()
        read(http, path)
        took.append((time.perf_counter() - began) * 1000)
    now = process.cpu_times()
    busy = (now.user + now.system - used.user - used.system) * 1000 / times
    return Timed(statistics.median(took), at_share(took, 0.95), busy, wire, whole)


def read(http: httpx.Client, path: str) -> tuple[int, int]:
    """The bytes of a page's body, as sent and as they are."""
    with http.stream("GET", path) as answer:
        whole = len(answer.read())
        if answer.status_code != 200:
            raise SystemExit(f"{path} was answered {answer.status_code}")
        return answer.num_bytes_downloaded, whole


def main(arguments: list[str], figures: Figures) -> None:
    parser = argparse.ArgumentParser(prog="bench.pages", description=__doc__)
    parser.add_argument("--services", type=int, default=10)
    parser.add_argument("--agreements", type=int, default=5, help="of a service")
    parser.add_argument("--objectives", type=int, default=10, help="of an agreement")
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--times", type=int, default=60, help="that each page is read")
    parser.add_argument("--data", type=Path, help="a data folder to keep and use again")
    options = parser.parse_args(arguments)
    size = Size(options.services, options.agreements, options.objectives, options.months)
    count = size.services * size.agreements
    print(
        f"pages, with {count} agreements, {count * size.objectives} objectives, {size.windows:,} closed "
        "windows (embedded, one core)"
    )
    with tempfile.TemporaryDirectory(prefix="sanya-bench-", dir=os.environ.get("SANYA_BENCH_DIR")) as text:
        folder = options.data or Path(text)
        there = (folder / "settled").exists()
        folder.mkdir(parents=True, exist_ok=True)
        instance = Instance({"data_dir": folder}, extra={"SANYA_METRICS_TICK_SECONDS": "10"})
        try:
            instance.launch()
            assert instance.process is not None
            pin(instance.process.pid, SERVER_CORE)
            pin(os.getpid(), LOAD_CORE)
            instance.wait_until_ready()
            if not there:
                began = time.monotonic()
                settle(instance, size)
                print(f"  made and judged in {time.monotonic() - began:.0f} s")
                (folder / "settled").touch()
            _report(instance, size, options.times, figures)
        finally:
            instance.close()


def _report(instance: Instance, size: Size, times: int, figures: Figures) -> None:
    assert instance.process is not None
    process = psutil.Process(instance.process.pid)
    with closing(signed_in(instance.url)) as http:
        floor = timed(http, process, FLOOR, times)
        print(
            f"  {'':<20} {'p50 ms':>8} {'p95 ms':>8} {'processor':>9} {'floors':>7} {'KB':>7} {'unpacked':>9}"
        )
        print(f"  {'floor: ' + FLOOR:<20} {floor.p50:>8.1f} {floor.p95:>8.1f} {floor.processor:>9.1f}")
        for name, path in pages(http, size).items():
            one = timed(http, process, path, times)
            missed = [f"p95 over {GOAL_MS} ms"] if name in GOALS and one.p95 >= GOAL_MS else []
            missed += [f"over {GOAL_KB} KB"] if one.wire > GOAL_KB * 1000 else []
            print(
                f"  {name:<20} {one.p50:>8.1f} {one.p95:>8.1f} {one.processor:>9.1f} "
                f"{one.p50 / floor.p50:>7.0f} {one.wire / 1000:>7.1f} {one.whole / 1000:>9.1f}  "
                + ", ".join(missed)
            )
            figures.add(
                "pages",
                page=name,
                objectives=size.services * size.agreements * size.objectives,
                p50=round(one.p50, 1),
                p95=round(one.p95, 1),
                processor=round(one.processor, 1),
                floor=round(floor.p50, 2),
                wire=one.wire,
                whole=one.whole,
            )
