"""`sanya results` and `sanya breaches`: what the evaluator says, for the terminal or for programs."""

from __future__ import annotations

import json
import sys
import time
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from rich.console import Console
from rich.table import Table

from services.cli.client import Api, say

EVALUATION = "/api/evaluation/v1"
DELIVERY = "/api/delivery/v1"
# A table that goes into a file or a pipe is as wide as it has to be.
out = Console(highlight=False, width=None if sys.stdout.isatty() else 220)


def show_results(api: Api, agreement: str, objective: str | None, *, as_json: bool) -> None:
    found = list(api.items(f"{EVALUATION}/results", agreement=agreement, objective=objective))
    found.sort(key=lambda one: (one["objective"], json.dumps(one["scope"]), one["window"]["end"]))
    breaches = (
        [
            one
            for one in api.items(f"{EVALUATION}/breaches", agreement=agreement)
            if objective is None or one["objective"] == objective
        ]
        if api.client_id
        else []
    )
    if as_json:
        print(json.dumps({"results": found, "breaches": breaches}, ensure_ascii=False, indent=2))
        return
    zone = ZoneInfo(_time_zone(api, agreement))
    table = Table(title=f"{agreement}: results", header_style="bold")
    for name in ("objective", "scope", "from", "to"):
        table.add_column(name)
    for name in ("good", "total", "share or value", "exact", "target", "overdue"):
        table.add_column(name, justify="right")
    for name in ("window", "verdict"):
        table.add_column(name)
    for one in found:
        table.add_row(
            one["objective"],
            _scope(one["scope"]),
            _local(one["window"]["start"], zone),
            _local(one["window"]["end"], zone),
            _number(one["good"]),
            _number(one["total"]),
            one["value"] or "-",
            one["exact"] or "-",
            f"{one['comparator']} {one['target']}",
            _overdue(one.get("overdue")),
            one["window"]["state"],
            one["verdict"],
        )
    out.print(table)
    if not api.client_id:
        say.print("breaches are shown to parties: name a client")
        return
    second = Table(title=f"{agreement}: breaches", header_style="bold")
    for name in ("breach", "objective", "scope", "responsible", "window", "state", "revision"):
        second.add_column(name)
    for one in sorted(breaches, key=lambda one: (one["objective"], one["window"]["end"])):
        second.add_row(
            one["id"],
            one["objective"],
            _scope(one["scope"]),
            one["responsible"],
            f"{_local(one['window']['start'], zone)} - {_local(one['window']['end'], zone)}",
            one["state"],
            str(one["revision"]),
        )
    out.print(second)


def follow_breaches(api: Api, after: str | None, *, follow: bool, as_json: bool) -> None:
    """Lists told breaches from a cursor on; ``follow``: goes on with the stream, resuming when it ends."""
    cursor = after
    while True:
        query = [("type", name) for name in BREACH_TYPES] + [("limit", "1000")]
        if cursor is not None:
            query.append(("after", cursor))
        page = api.call("GET", f"{DELIVERY}/events", params=query)
        for event in page["items"]:
            _tell(event, as_json=as_json)
        behind = len(page["items"]) == 1000
        cursor = page["next"]
        if not behind:
            break
    while follow:
        try:
            cursor = _stream(api, cursor, as_json=as_json)
        except httpx.TransportError:
            time.sleep(1)


BREACH_TYPES = tuple(
    f"sanya.evaluation.breach.{name}.v1"
    for name in ("opened", "revised", "closed", "withdrawn", "superseded")
)


def _stream(api: Api, cursor: str, *, as_json: bool) -> str:
    url = f"{api.url}{DELIVERY}/events/stream"
    params = {"type": list(BREACH_TYPES)}
    headers = {"Last-Event-ID": cursor, **api.authorization()}
    with httpx.stream("GET", url, params=params, headers=headers, timeout=httpx.Timeout(30)) as response:
        response.raise_for_status()
        for line in response.iter_lines():
            if line.startswith("id: "):
                cursor = line.removeprefix("id: ")
            elif line.startswith("data: "):
                _tell(json.loads(line.removeprefix("data: ")), as_json=as_json)
    return cursor


def _tell(event: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(event, ensure_ascii=False), flush=True)
        return
    breach = event["data"]["breach"]
    out.print(
        event["time"],
        event["type"].split(".")[3],
        breach["id"],
        f"{breach['agreement']}/{breach['objective']}",
        _scope(breach["scope"]),
        f"responsible {breach['responsible']}, revision {breach['revision']}",
    )


def _time_zone(api: Api, agreement: str) -> str:
    found = api.get(f"/api/sla/v1/agreements/{agreement}")
    digest = found["in_force"] or found["revisions"][-1]["hash"]
    document = api.get(f"/api/sla/v1/agreements/{agreement}/revisions/{digest}")
    document = document.get("document", document)
    return str(document.get("time_zone", "Asia/Bangkok"))


def _local(instant: str, zone: ZoneInfo) -> str:
    local = datetime.fromisoformat(instant).astimezone(zone)
    return local.strftime("%Y-%m-%d" if (local.hour, local.minute) == (0, 0) else "%Y-%m-%d %H:%M")


def _scope(scope: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in scope.items()) or "all"


def _number(value: Any) -> str:
    return "-" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def _overdue(found: dict[str, int] | None) -> str:
    return f"{found['counted']} counted, {found['listed']} listed" if found else "-"
