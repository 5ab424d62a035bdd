"""`sanya export openslo` and `sanya import openslo|objectives`: files are looked at first, then stored."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import typer
import yaml
from rich.table import Table

from services.cli.apply import SLA, read_yaml
from services.cli.client import EXIT_REFUSED, Api, say, write_file, wrong
from services.cli.reading import out

FORMATS = {".csv": "csv", ".xlsx": "xlsx", ".json": "tmf"}


def export_openslo(api: Api, agreement: str, digest: str | None, file: Path | None, *, as_json: bool) -> None:
    """Writes the file; what OpenSLO cannot say is told beside it."""
    if digest is None:
        found = api.get(f"{SLA}/agreements/{agreement}")
        digest = found["in_force"] or found["revisions"][-1]["hash"]
    exported = api.get(f"{SLA}/agreements/{agreement}/revisions/{digest}/openslo")
    text = json.dumps(exported, ensure_ascii=False, indent=2) if as_json else exported["yaml"]
    if file is None:
        print(text, end="" if text.endswith("\n") else "\n")
    else:
        write_file(file, text.encode())
    _tell_losses(exported["not_expressed"], "OpenSLO")


def import_file(
    api: Api,
    file: Path,
    kind: str | None,
    *,
    agreement: str | None,
    parent: str | None,
    frame: Path | None,
    defaults: Path | None,
    indicators: list[str],
    mapping: list[str],
    others: str,
    store: str | None,
    as_json: bool,
) -> None:
    """Shows what would come of a file; with ``store``, the hash that was shown, stores it as a draft."""
    if kind is None and file.suffix.lower() not in FORMATS:
        raise wrong(f"{file}: a table is .csv or .xlsx, rules of TMF623 are .json")
    body: dict[str, Any] = {
        "format": kind or FORMATS[file.suffix.lower()],
        "content_base64": base64.b64encode(_bytes(file)).decode(),
        "indicators": dict(_pair(text) for text in indicators),
        "others": others,
    }
    if mapping:
        body["mapping"] = {name: field or None for name, field in (_pair(text) for text in mapping)}
    body |= {name: value for name, value in (("agreement", agreement), ("parent", parent)) if value}
    body |= {name: _mapping(path) for name, path in (("frame", frame), ("defaults", defaults)) if path}
    if store is not None:
        made = api.post(f"{SLA}/agreement-imports", {**body, "hash": store})
        say.print(f"stored as a draft of {made['code']}: {store}", markup=False)
        return
    found = api.post(f"{SLA}/agreement-imports/preview", body)
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _show(found)
    if found["errors"]:
        raise typer.Exit(EXIT_REFUSED)


def _show(found: dict[str, Any]) -> None:
    for column, field in (found["mapping"] or {}).items():
        say.print(f"column {column!r}: {field or 'left out'}", markup=False)
    _tell_losses(found["not_expressed"], found["agreement"])
    for each in found["errors"]:
        line = "" if each["line"] is None else f"line {each['line']}, "
        say.print(f"{line}{each['path']}: {each['detail']}", markup=False)
    if found["more_errors"]:
        say.print(f"... and {found['more_errors']} more")
    if found["errors"]:
        say.print("refused: mend them; nothing can be stored before")
        return
    table = Table(title=f"{found['agreement']}: what would change", header_style="bold")
    for name in ("clause", "change", "before", "after"):
        table.add_column(name)
    for each in found["differences"]:
        table.add_row(each["clause"], each["change"], _short(each["before"]), _short(each["after"]))
    out.print(table)
    if found["hash"] is None:
        say.print("the file changes nothing")
    else:
        say.print(f"nothing is stored yet; store it with --store {found['hash']}", markup=False)


def _tell_losses(losses: list[dict[str, Any]], side: str) -> None:
    for each in losses:
        reason = each["reason"].get("en") or each["reason"]["th"]
        line = f" (line {each['line']})" if each.get("line") else ""
        say.print(f"{side} cannot say {each['path']}{line}: {reason}", markup=False)


def _short(value: Any) -> str:
    return "-" if value is None else json.dumps(value, ensure_ascii=False)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.rpartition("=")
    if not name or not equals:
        raise wrong(f"{text!r} is not NAME=VALUE")
    return name, value


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise wrong(f"{file}: {error.strerror}") from None


def _mapping(file: Path) -> dict[str, Any]:
    try:
        found = read_yaml(_bytes(file).decode("utf-8"))
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise wrong(f"{file}: {error}") from None
    if not isinstance(found, dict):
        raise wrong(f"{file}: expected a mapping")
    return found
