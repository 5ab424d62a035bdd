"""Tables that people send: CSV in the encodings that Thai offices use, and XLSX. Everything is text here.

Bounded before anything is unpacked or allocated, and nothing is ever calculated: a formula is refused with
its row. A row has the number that a spreadsheet shows; the header is row 1.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.parsers import expat

from python_calamine import CalamineError, load_workbook

from shared.errors import Fault, TooLarge, Unprocessable, Unreadable

MOST_BYTES = 4 << 20
MOST_ROWS = 10_000
MOST_COLUMNS = 100
MOST_UNPACKED = 48 << 20
MOST_PARTS = 500

ENCODINGS = {"utf-8": "utf-8", "utf-8-sig": "utf-8-sig", "tis-620": "cp874", "cp874": "cp874"}
"""What may be declared. CP874 is TIS-620 and a few characters more."""

_THAI = re.compile("[\u0e01-\u0e5b]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """`rows`: the number of each and its cells, as many as the header has; empty rows are left out."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    encoding: str | None


def too_many(rows: int | str) -> TooLarge:
    return TooLarge(f"the file has {rows} rows; at most {MOST_ROWS} are read at once: split it")


# --- CSV ---------------------------------------------------------------------------------------------


def decoded(body: bytes, declared: str | None) -> tuple[str, str]:
    """Text and encoding of a file: as declared, else found out."""
    if declared is not None:
        return _decode(body, declared), declared
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("the file is UTF-16; save it as CSV UTF-8")
    if body.startswith(b"\xef\xbb\xbf"):
        return _decode(body, "utf-8-sig"), "utf-8-sig"
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        not_utf8 = error
    try:
        text = body.decode("cp874")
    except UnicodeDecodeError:
        text = ""
    if not _THAI.search(text):
        line = body[: not_utf8.start].count(b"\n") + 1
        raise Unreadable(
            f"the file is neither UTF-8 (a wrong byte in line {line}) nor Thai in TIS-620/CP874; "
            "save it as CSV UTF-8"
        )
    return text, "cp874"


def _decode(body: bytes, declared: str) -> str:
    try:
        return body.decode(ENCODINGS[declared])
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        raise Unreadable(f"the file is not {declared}: a wrong byte in line {line}") from None


def read_csv(body: bytes, declared: str | None = None) -> Sheet:
    """A CSV file. Commas, semicolons or tabs: whichever the header has most of."""
    text, encoding = decoded(body, declared)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)

    def records() -> Iterator[list[str]]:
        try:
            yield from reader
        except csv.Error as error:
            raise Unreadable(f"the file is no CSV from line {reader.line_num} on: {error}") from None

    return _sheet(records(), encoding)


def _sheet(records: Iterator[Sequence[str]], encoding: str | None) -> Sheet:
    header: tuple[str, ...] | None = None
    rows: list[tuple[int, tuple[str, ...]]] = []
    faults: list[Fault] = []
    for number, record in enumerate(records, 1):
        cells = [cell.replace("\r\n", "\n").replace("\r", "\n").strip() for cell in record]
        while cells and not cells[-1]:
            cells.pop()
        if number == 1:
            header = tuple(cells)
            if len(header) > MOST_COLUMNS:
                raise Unprocessable(f"the file has {len(header)} columns; at most {MOST_COLUMNS} are read")
            continue
        if not cells:
            continue
        if len(rows) >= MOST_ROWS:
            raise too_many(f"more than {MOST_ROWS}")
        assert header is not None
        if len(cells) > len(header):
            faults.append(Fault(f"/rows/{number}", f"{len(cells)} cells under {len(header)} columns"))
            continue
        for name, cell in zip(header, cells, strict=False):
            if cell.startswith("="):
                faults.append(Fault(f"/rows/{number}/{name}", "a formula; write what it comes to"))
        rows.append((number, (*cells, *[""] * (len(header) - len(cells)))))
    if not header:
        raise Unprocessable("the first row has to name the columns", errors=[Fault("/rows/1", "is empty")])
    if faults:
        raise Unprocessable("the file cannot be read as a table", errors=faults)
    return Sheet(header, tuple(rows), encoding)


# --- XLSX --------------------------------------------------------------------------------------------


def read_xlsx(body: bytes) -> Sheet:
    """The first sheet of a workbook."""
    _check_workbook(body)
    try:
        with load_workbook(io.BytesIO(body)) as book:
            if not book.sheet_names:
                raise Unreadable("the workbook has no sheet")
            values = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise Unreadable(f"the workbook cannot be read: {error}") from None
    return _sheet(([_text(value) for value in row] for row in values), None)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def _check_workbook(body: bytes) -> None:
    """Refuses what would unpack to too much, what is not whole, and formulas."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            parts = book.infolist()
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names or len(names) != len(parts):
                raise Unreadable("the file is no XLSX workbook")
            unpacked = sum(part.file_size for part in parts)
            if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED:
                raise TooLarge(
                    f"the workbook unpacks to {len(parts)} parts of {unpacked} bytes; at most {MOST_PARTS} "
                    f"of {MOST_UNPACKED} are read: save its one sheet as CSV"
                )
            faults: list[Fault] = []
            for part in parts:
                # Reading to the end compares size and checksum with what the file says of itself.
                content = book.read(part)
                if part.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in content:
                    raise Unreadable(f"{part.filename} declares a document type; no workbook needs one")
                if re.fullmatch(r"xl/worksheets/[^/]+\.xml", part.filename):
                    faults += _formulas(part.filename, content)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        raise Unreadable(f"the file is no whole XLSX workbook: {error}") from None
    except expat.ExpatError as error:
        raise Unreadable(f"the workbook cannot be read: {error}") from None
    if faults:
        raise Unprocessable("the workbook has formulas; paste their values instead", errors=faults)


class _Cells:
    """Where the cells of a worksheet stand. A cell far outside would make its reader allocate all between."""

    def __init__(self, part: str) -> None:
        self.part = part
        self.row = self.column = 0
        self.formulas: list[Fault] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "row":
            self.row = int(attributes["r"]) if attributes.get("r", "").isdecimal() else self.row + 1
            self.column = 0
        elif name == "c":
            place = re.fullmatch(r"([A-Z]{1,4})([0-9]{1,9})", attributes.get("r", ""))
            self.column += 1
            if place is not None:
                self.row = int(place[2])
                self.column = 0
                for letter in place[1]:
                    self.column = self.column * 26 + ord(letter) - 64
        elif name in ("v", "is", "f"):
            if self.row > MOST_ROWS + 1:
                raise too_many(f"at least {self.row - 1}")
            if self.column > MOST_COLUMNS:
                raise TooLarge(f"row {self.row} has a cell in column {self.column}; {MOST_COLUMNS} are read")
            if name == "f":
                self.formulas.append(Fault(f"/rows/{self.row}", f"a formula (in {self.part})"))


def _formulas(part: str, content: bytes) -> list[Fault]:
    cells = _Cells(part)
    parser = expat.ParserCreate()
    parser.StartElementHandler = cells.start
    parser.Parse(content, True)
    return cells.formulas
