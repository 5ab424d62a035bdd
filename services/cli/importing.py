"""`sanya import case-log FILE`: an event log becomes journeys, as a backfill."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from services.cli.case_log import Log, code_of, events
from services.cli.client import EXIT_REFUSED, Api, say

REGISTRY = "/api/registry/v1"
METRICS = "/api/metrics/v1"
PER_BATCH = 2_000
SETTLE_SECONDS = 120


def match_names(
    api: Api, log: Log, service_code: str, *, create_missing: bool
) -> tuple[dict[str, str], dict[str, str]]:
    """Names in the log -> codes of steps and agencies; by code, then by name. Ends when some are unknown."""
    service = api.get(f"{REGISTRY}/services/{service_code}")
    agencies = list(api.items(f"{REGISTRY}/agencies"))
    wanted_steps = list(dict.fromkeys(row.step for row in log.rows))
    wanted_agencies = list(dict.fromkeys(row.agency for row in log.rows if row.agency is not None))
    steps = _matched(wanted_steps, service["steps"])
    known = _matched(wanted_agencies, agencies)
    lost_steps = [name for name in wanted_steps if name not in steps]
    lost_agencies = [name for name in wanted_agencies if name not in known]
    if not lost_steps and not lost_agencies:
        return steps, known
    if not create_missing:
        for kind, names in (("steps", lost_steps), ("agencies", lost_agencies)):
            if names:
                say.print(f"unknown {kind}: " + "; ".join(names))
        say.print("register them first, or repeat with --create-missing")
        raise typer.Exit(EXIT_REFUSED)
    taken = [agency["code"] for agency in agencies]
    for number, name in enumerate(lost_agencies, start=1):
        code = code_of(name, taken, number)
        taken.append(code)
        api.post(f"{REGISTRY}/agencies", {"code": code, "name": {"en": name}})
        known[name] = code
        say.print(f"registered agency {code} ({name})")
    if lost_steps:
        _add_steps(api, service, steps, lost_steps, log, known)
    return steps, known


def _matched(names: Iterable[str], objects: Iterable[dict[str, Any]]) -> dict[str, str]:
    by_code = {found["code"]: found["code"] for found in objects}
    by_name = {text: found["code"] for found in objects for text in (found["name"] or {}).values() if text}
    return {name: by_code.get(name) or by_name[name] for name in names if name in by_code or name in by_name}


def _add_steps(
    api: Api, service: dict[str, Any], steps: dict[str, str], lost: list[str], log: Log, known: dict[str, str]
) -> None:
    """Adds steps behind those there are; the agency that performed most of a step is responsible."""
    new = [dict(step) for step in service["steps"]]
    for number, name in enumerate(lost, start=len(new) + 1):
        code = code_of(name, [step["code"] for step in new], number)
        performed = [known[row.agency] for row in log.rows if row.step == name and row.agency]
        agency = max(sorted(set(performed)), key=performed.count) if performed else service["owner"]
        new.append({"code": code, "name": {"en": name}, "agency": agency})
        steps[name] = code
        say.print(f"registered step {code} ({name}), responsible: {agency}")
    body = {
        "name": service["name"],
        "steps": [{name: step[name] for name in ("code", "name", "agency")} for step in new],
    }
    api.call("PUT", f"{REGISTRY}/services/{service['code']}", json=body)


def send(
    api: Api,
    log: Log,
    *,
    service: str,
    source: str,
    steps: dict[str, str],
    agencies: dict[str, str],
    reason: str,
    start: datetime | None,
    end: datetime | None,
) -> tuple[str, int]:
    """Opens a backfill, sends the events in batches with a progress bar, seals it. -> (id, events)."""
    instants = [at for row in log.rows for at in (row.at, row.end_at) if at is not None]
    span = {
        "from": _text(start or min(instants)),
        "to": _text(end or min(max(instants) + timedelta(microseconds=1), datetime.now(UTC))),
    }
    opened = api.post(
        f"{METRICS}/backfills", {"source": source, "service": service, "reason": reason, **span}
    )
    backfill: str = opened["id"]
    total = sum(1 if row.end_at is None else 2 for row in log.rows)
    sent = 0
    aside: dict[str, int] = {}
    with progress_bar() as progress:
        task = progress.add_task("events", total=total)
        for chunk in _chunks(events(log, service, source, steps, agencies), PER_BATCH):
            body = {"source": source, "service": service, "backfill": backfill, "events": chunk}
            answer = api.post(f"{METRICS}/journey-events", body, key=_key(body))
            sent += answer["accepted"]
            for entry in answer["set_aside"]:
                aside[entry["reason"]] = aside.get(entry["reason"], 0) + entry["rows"]
            progress.advance(task, len(chunk))
    for reason_code, count in aside.items():
        say.print(f"set aside: {count} events ({reason_code})")
    api.post(f"{METRICS}/backfills/{backfill}/seal")
    return backfill, sent


def settle(api: Api) -> bool:
    """Waits until the evaluator has consumed what was sent. False when it takes too long."""
    until = time.monotonic() + SETTLE_SECONDS
    quiet = 0
    while time.monotonic() < until:
        services = api.get("/readyz")["services"]
        quiet = quiet + 1 if not any(found.get("lag") for found in services.values()) else 0
        # The lag is measured every two seconds: twice zero in three seconds means it has been seen.
        if quiet >= 6:
            return True
        time.sleep(0.5)
    return False


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f}/s" if task.speed else "")


def progress_bar() -> Progress:
    """How many of how many, the rate, and the time left."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
        console=say,
    )


def _key(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _chunks(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
