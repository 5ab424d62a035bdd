"""Files taken in on both databases: by the handlers themselves, and by two at once."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import xlsxwriter

from services.sla.handlers import exchange
from services.sla.handlers.exchange import Import
from shared.errors import Problem, TooLarge
from tests.sla.conftest import Table
from tests.sla.documents import AVAILABLE, P95, agreement


def workbook(*rows: list[Any]) -> bytes:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        sheet = book.add_worksheet("SLA")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return held.getvalue()


def previewed(table: Table, command: Import) -> dict[str, Any]:
    found: dict[str, Any] = table.db.snapshot(exchange.preview, command, table.now)
    return found


def test_out_of_one_agreement_and_into_a_signed_one(table: Table) -> None:
    signed = table.concluded(agreement(objectives=[AVAILABLE, P95]))
    exported = table.db.snapshot(exchange.export_openslo, "permit-2026", signed, "land-office", table.now)
    assert [each["kind"] for each in exported.documents] == ["Service", "SLI", "SLI", "SLO", "SLO"]
    assert table.db.snapshot(exchange.export_openslo, "permit-2026", signed, "city", table.now) == exported

    rows = workbook(
        ["code", "indicator", "target"],
        ["p95", "permit.response-time", 0.97],
        ["up", "permit.availability", "99%"],
    )
    command = Import(
        table.caller("land-office"),
        "xlsx",
        rows,
        agreement="permit-2026",
        defaults={"responsible": "city", "window": {"kind": "calendar", "unit": "month"}},
    )
    before = table.seen_by("city")
    found = previewed(table, command)
    assert (found["errors"], found["parent"]) == ([], signed)
    assert [each["clause"] for each in found["differences"]] == ["/objectives/p95/target", "/objectives/up"]
    assert table.seen_by("city") == before
    made = table.db.transact(exchange.store_import, replace(command, hash=found["hash"]))
    assert made["revisions"][-1]["hash"] == found["hash"]
    assert table.states()[-1] == "draft"
    # It is offered and signed like any other.
    table.offer(found["hash"], "land-office")
    table.accept(found["hash"], "city", "land-office")
    assert table.seen_by("city")["revisions"][-1]["state"] in ("accepted", "in_force")


def test_two_store_the_same_file_at_once(table: Table) -> None:
    table.draft(agreement(objectives=[AVAILABLE, P95]))
    rows = b"code,indicator,target\np95,permit.response-time,97%\n"
    command = Import(table.caller("city"), "csv", rows, agreement="permit-2026")
    command = replace(command, hash=previewed(table, command)["hash"])

    def store(_: int) -> str:
        try:
            table.db.transact(exchange.store_import, command)
        except Problem as problem:
            return problem.slug
        return "stored"

    with ThreadPoolExecutor(2) as pool:
        found = sorted(pool.map(store, range(2)))
    assert found == ["stale-hash", "stored"]
    assert len(table.seen_by("city")["revisions"]) == 2


def test_a_file_of_fifty_thousand_rows_is_refused_before_it_is_read(table: Table) -> None:
    table.draft(agreement(objectives=[AVAILABLE]))
    rows = b"code,indicator\n" + b"x,permit.availability\n" * 50_000
    command = Import(table.caller("city"), "csv", rows, agreement="permit-2026")
    with pytest.raises(TooLarge, match="at most 10000"):
        previewed(table, command)
    few = Import(table.caller("city"), "csv", rows[: 22 * 250], agreement="permit-2026")
    assert "at most 200" in previewed(table, few)["errors"][0]["detail"]
