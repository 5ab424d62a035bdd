"""A file of needs, in words: how it was understood, and what has to be corrected where."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.portal.text import numbers
from services.portal.text.phrase import Phrase
from services.portal.views.needs import PRIORITIES, RATINGS, SOURCES, NeedWords
from services.portal.views.refusals import detail_words
from services.portal.views.words import Reader, Said

COLUMNS = {
    "statement": "ความต้องการ",
    "statement_th": "ความต้องการ (ไทย)",
    "statement_en": "ความต้องการ (อังกฤษ)",
    "source": "แหล่งที่มา",
    "recipient_group": "กลุ่มผู้รับบริการ",
    "channel": "ช่องทาง",
    "priority": "ลำดับความสำคัญ",
    "frequency": "ความถี่",
    "severity": "ความรุนแรง",
    "legal_weight": "น้ำหนักทางกฎหมาย",
    "wanted": "ค่าที่ต้องการ",
    "evidence": "หลักฐาน",
    "theme": "ประเด็น",
}
"""The columns that the import reads, in English and Thai."""
THAI_SOURCES = (
    "แบบสำรวจ",
    "สัมภาษณ์",
    "รับฟังความคิดเห็น",
    "ร้องเรียน",
    "ความคิดเห็น",
    "ข้อเสนอแนะ",
    "สังเกต",
    "กฎหมาย",
    "อื่น ๆ",
)
THAI_PRIORITIES = ("ต้องมี", "ควรมี", "อาจมี", "ไม่ต้องมี")
SHOWN = 50


@dataclass(frozen=True, slots=True)
class RowFault:
    row: str
    column: str
    said: Phrase


@dataclass(frozen=True, slots=True)
class Understood:
    row: int
    statement: Said
    facts: tuple[str, ...]
    priority: str
    ratings: str
    wanted: str
    theme: str


@dataclass(frozen=True)
class Preview:
    heading: Phrase
    counted: Phrase
    encoding: Phrase | None
    faults: tuple[RowFault, ...]
    more: Phrase | None
    rows: tuple[Understood, ...]
    caption: Phrase
    confirm: Phrase | None
    """None: it cannot be taken in as it is."""


def column_name(reader: Reader, column: str) -> str:
    return COLUMNS[column] if reader.lang == "th" and column in COLUMNS else column


SIMPLE = tuple(each for each in COLUMNS if not each.startswith("statement_"))
"""What a file to fill in has: one column for the words, in whichever language."""
WHOLE = tuple(each for each in COLUMNS if each != "statement")
"""What a file of all that is kept has."""


def titles(reader: Reader, columns: Sequence[str]) -> list[str]:
    return [column_name(reader, each) for each in columns]


def takes(reader: Reader, column: str) -> Phrase:
    """What may stand in a column."""
    t = reader.t
    if column.startswith("statement"):
        return t.import_takes_statement if column == "statement" else t.import_takes_words
    if column in RATINGS:
        return t.import_takes_rating
    match column:
        case "source":
            sources: Sequence[str] = THAI_SOURCES if reader.lang == "th" else SOURCES
            return t.import_takes_source(values=", ".join(sources))
        case "priority":
            classes: Sequence[str] = THAI_PRIORITIES if reader.lang == "th" else PRIORITIES
            return t.import_takes_one_of(values=", ".join(classes))
        case "wanted":
            return t.import_takes_wanted
        case "evidence":
            return t.import_takes_links
    return t.import_takes_text


def preview_of(words: NeedWords, found: Mapping[str, Any]) -> Preview:
    """``found``: the service's answer to a dry run."""
    t = words.reader.t
    wrong = len(found["errors"]) + found["more_errors"]
    rows = tuple(_understood(words, each) for each in found["preview"][:SHOWN])
    return Preview(
        heading=t.n("import_bad", wrong) if wrong else t.n("import_good", found["good"]),
        counted=t.import_rows(good=numbers.count(found["good"]), rows=numbers.count(found["rows"])),
        encoding=t.import_encoded(encoding=found["encoding"].upper()) if found["encoding"] else None,
        faults=tuple(
            row_fault(words.reader, each["row"], each["column"], each["detail"], each["given"])
            for each in found["errors"]
        ),
        more=t.import_more(n=numbers.count(found["more_errors"])) if found["more_errors"] else None,
        rows=rows,
        caption=t.n("import_preview", len(rows)),
        confirm=None if wrong else t.n("import_confirm", found["good"]),
    )


def _understood(words: NeedWords, found: Mapping[str, Any]) -> Understood:
    need = found["need"]
    facts = [
        words.source(need["source"]).plain,
        *(need[name] for name in ("recipient_group", "channel") if need[name]),
    ]
    return Understood(
        found["row"],
        words.reader.said(need["statement"]),
        tuple(facts),
        words.priority(need["priority"]).plain if need["priority"] else "–",
        " · ".join(str(need[name] or "–") for name in RATINGS),
        words.amount(need["wanted"]) or "–",
        need["theme"] or "–",
    )


def row_fault(
    reader: Reader, row: int, column: str | None, detail: str, given: str | None = None
) -> RowFault:
    t = reader.t
    field = (column or "").partition("/")[0]
    said = _said(reader, field, detail)
    if given is not None:
        said = t.import_given(takes=said, given=given)
    return RowFault(
        t.import_title_row.plain if row == 1 else str(row),
        column_name(reader, field) if field else "–",
        said,
    )


_HEADER = (
    (re.compile(r"column \d+ \('(?P<name>.*)'\) is unknown"), "import_unknown"),
    (re.compile(r"(?P<name>\w+) stands twice"), "import_twice"),
    (re.compile(r"no column `statement`"), "import_no_statement"),
    (re.compile(r"only a header"), "import_no_rows"),
    (re.compile(r"is empty$"), "import_no_header"),
    (re.compile(r"\d+ cells under"), "import_more_cells"),
    (re.compile(r"a formula"), "import_formula"),
)


def _said(reader: Reader, field: str, detail: str) -> Phrase:
    """In our words, as far as we have some."""
    for pattern, words in _HEADER:
        match = pattern.match(detail)
        if match:
            said: Phrase = getattr(reader.t, words)
            return said(**match.groupdict()) if match.groupdict() else said
    return takes(reader, field) if field in COLUMNS else detail_words(reader, detail)


_FILE = (
    (re.compile(r"the file is UTF-16"), "import_utf16"),
    (re.compile(r"the file is neither UTF-8"), "import_not_thai"),
    (re.compile(r"the file is not (utf|tis|cp)"), "import_not_so_encoded"),
)


def refused_file(
    reader: Reader, status: int, problem: Mapping[str, Any]
) -> tuple[Phrase, Sequence[RowFault]]:
    """Why a file as a whole cannot be read, and where, as far as rows are named."""
    t = reader.t
    detail = str(problem.get("detail") or status)
    faults = []
    for error in problem.get("errors") or ():
        parts = str(error.get("pointer", "")).strip("/").split("/")
        row = int(parts[1]) if parts[1:] and parts[0] == "rows" and parts[1].isdecimal() else 1
        faults.append(row_fault(reader, row, parts[2] if parts[2:] else None, str(error.get("detail", ""))))
    if status == 413:
        return t.import_too_large, faults
    if status == 409:
        return t.import_known, faults
    if status == 403:
        return t.need_not_allowed, faults
    if faults:
        return t.n("import_bad", len(faults)), faults
    for pattern, words in _FILE:
        if pattern.match(detail):
            return getattr(t, words), faults
    return t.import_unreadable(detail=detail_words(reader, detail)), faults
