"""Reading an event log (CSV, CSV.gz) into journey events."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any


@dataclass(frozen=True)
class Columns:
    """Which column holds what. ``nobody``: values of the agency column that mean that nobody did."""

    case: str
    step: str
    time: str
    agency: str | None = None
    end_time: str | None = None
    nobody: frozenset[str] = frozenset({""})
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Row:
    """A line of the log; ``line`` counts from 1, the header included. Names as they stand in the file."""

    line: int
    case: str
    step: str
    agency: str | None
    at: datetime
    end_at: datetime | None
    labels: dict[str, str]


@dataclass
class Log:
    rows: list[Row] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)
    digest: str = ""


class WrongColumns(Exception):
    """The file lacks a column that was named."""


def read(path: Path, columns: Columns) -> Log:
    """Reads the whole log. A bad line becomes a fault with its number and reason."""
    raw = path.read_bytes()
    if raw[:2] == b"\x1f\x8b":
        raw = gzip.decompress(raw)
    log = Log(digest=hashlib.sha256(raw).hexdigest())
    lines: IO[str] = io.StringIO(raw.decode("utf-8-sig", "surrogateescape"), newline="")
    reader = csv.DictReader(lines, strict=False)
    wanted = [columns.case, columns.step, columns.time, columns.agency, columns.end_time]
    wanted += [column for _, column in columns.labels]
    missing = [name for name in wanted if name and name not in (reader.fieldnames or ())]
    if missing:
        raise WrongColumns(
            f"{path}: no column {', '.join(map(repr, missing))}; "
            f"there are: {', '.join(reader.fieldnames or ()) or 'none'}"
        )
    for found in reader:
        line = reader.line_num
        try:
            log.rows.append(_row(line, found, columns))
        except ValueError as error:
            log.faults.append((line, str(error)))
    return log


def _row(line: int, found: dict[str, Any], columns: Columns) -> Row:
    if None in found or None in found.values():
        raise ValueError("has another number of fields than the header")
    cells = {name: _clean(value, name) for name, value in found.items()}
    case, step = cells[columns.case], cells[columns.step]
    if not case:
        raise ValueError(f"{columns.case} is empty")
    if not step:
        raise ValueError(f"{columns.step} is empty")
    agency = cells[columns.agency] if columns.agency else None
    end = cells[columns.end_time] if columns.end_time else ""
    at = _instant(cells[columns.time], columns.time)
    end_at = _instant(end, columns.end_time or "") if end else None
    if end_at is not None and end_at < at:
        raise ValueError(f"{columns.end_time} lies before {columns.time}")
    return Row(
        line=line,
        case=case,
        step=step,
        agency=None if agency is None or agency in columns.nobody else agency,
        at=at,
        end_at=end_at,
        labels={name: cells[column] for name, column in columns.labels if cells[column]},
    )


def _clean(text: str, name: str) -> str:
    if any(0xDC80 <= ord(char) <= 0xDCFF for char in text):
        raise ValueError(f"{name} is not UTF-8")
    return unicodedata.normalize("NFC", text).strip()


def _instant(text: str, name: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{name} is not an ISO 8601 time: {text[:40]!r}") from None
    if instant.tzinfo is None:
        raise ValueError(f"{name} has no offset from UTC: {text[:40]!r}")
    return instant.astimezone(UTC)


def code_of(name: str, taken: Sequence[str], number: int) -> str:
    """A code made from a name: lower case, other characters to `-`, cut at 64, `-2` on a clash."""
    code = re.sub(r"[^a-z0-9._]+", "-", name.lower()).strip("-._")[:64].rstrip("-._") or f"step-{number}"
    candidate, count = code, 1
    while candidate in taken:
        count += 1
        candidate = f"{code[: 64 - len(str(count)) - 1]}-{count}"
    return candidate


def events(
    log: Log, service: str, source: str, steps: dict[str, str], agencies: dict[str, str]
) -> Iterator[dict[str, Any]]:
    """The journey events of a log. Ids depend on content alone, so a repeated import repeats them.

    A line without an end time is a `point`; one with it is a `start` and an `end`. Equal lines of one case
    are different events: they are numbered.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    for row in log.rows:
        edges = [("point", row.at)] if row.end_at is None else [("start", row.at), ("end", row.end_at)]
        for edge, at in edges:
            identity = (row.case, row.step, row.agency or "", edge, at.isoformat())
            seen[identity] += 1
            text = "\0".join((service, source, *identity, str(seen[identity])))
            yield {
                "id": hashlib.sha256(text.encode()).hexdigest()[:32],
                "journey": row.case,
                "step": steps[row.step],
                "agency": agencies[row.agency] if row.agency is not None else None,
                "edge": edge,
                "at": at.isoformat().replace("+00:00", "Z"),
                "labels": row.labels,
            }
