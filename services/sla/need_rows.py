"""Needs out of the rows of a file: columns and values in English or Thai."""

from __future__ import annotations

import re
from typing import Any

from pydantic import ValidationError

from services.sla.domain.spreadsheets import Sheet
from services.sla.schemas.needs import NeedBody
from shared.errors import Fault, Unprocessable
from shared.http import faults_of

COLUMNS = {
    "statement": ("ความต้องการ", "ข้อความ"),
    "statement_th": ("ความต้องการ (ไทย)",),
    "statement_en": ("ความต้องการ (อังกฤษ)",),
    "source": ("แหล่งที่มา", "ที่มา"),
    "recipient_group": ("กลุ่มผู้รับบริการ",),
    "channel": ("ช่องทาง",),
    "priority": ("ลำดับความสำคัญ", "ความสำคัญ"),
    "frequency": ("ความถี่",),
    "severity": ("ความรุนแรง",),
    "legal_weight": ("น้ำหนักทางกฎหมาย",),
    "wanted": ("ค่าที่ต้องการ",),
    "evidence": ("หลักฐาน",),
    "theme": ("ประเด็น",),
}
SOURCES = {
    "แบบสำรวจ": "survey",
    "สัมภาษณ์": "interview",
    "รับฟังความคิดเห็น": "hearing",
    "ร้องเรียน": "complaint",
    "ความคิดเห็น": "feedback",
    "ข้อเสนอแนะ": "suggestion",
    "สังเกต": "observation",
    "กฎหมาย": "law",
    "อื่นๆ": "other",
    "อื่น ๆ": "other",
}
PRIORITIES = {"ต้องมี": "must", "ควรมี": "should", "อาจมี": "could", "ไม่ต้องมี": "wont", "won't": "wont"}
RATINGS = ("frequency", "severity", "legal_weight")

_NAMES = {alias: name for name, aliases in COLUMNS.items() for alias in (name, *aliases)}
_THAI = re.compile("[\u0e01-\u0e5b]")


def columns_of(sheet: Sheet) -> list[str]:
    """The fields that the header names; Unprocessable for what is unknown, missing or there twice."""
    found: list[str] = []
    faults: list[Fault] = []
    for place, title in enumerate(sheet.header, 1):
        name = _NAMES.get(" ".join(title.casefold().split()), "")
        if not name:
            known = ", ".join(COLUMNS)
            faults.append(Fault("/rows/1", f"column {place} ({title[:60]!r}) is unknown; known: {known}"))
        elif name in found:
            faults.append(Fault("/rows/1", f"{name} stands twice (column {place})"))
        found.append(name)
    if not faults and not {"statement", "statement_th", "statement_en"} & set(found):
        faults.append(
            Fault("/rows/1", "no column `statement` (ความต้องการ), `statement_th` or `statement_en`")
        )
    if faults:
        raise Unprocessable("the first row does not name columns of needs", errors=faults)
    if not sheet.rows:
        raise Unprocessable("the file has no needs", errors=[Fault("/rows", "only a header")])
    return found


def understand(sheet: Sheet, service: str) -> tuple[list[tuple[int, NeedBody]], list[Fault]]:
    """The rows as needs, with their numbers, and what is wrong with the others."""
    columns = columns_of(sheet)
    good: list[tuple[int, NeedBody]] = []
    faults: list[Fault] = []
    for number, cells in sheet.rows:
        given = {name: cell for name, cell in zip(columns, cells, strict=True) if cell}
        try:
            good.append((number, NeedBody.model_validate(_body(given, service))))
        except ValidationError as error:
            faults += [
                Fault(f"/rows/{number}{fault.pointer}", fault.detail) for fault in faults_of(_wire(error))
            ]
    return good, faults


def _wire(error: ValidationError) -> list[dict[str, Any]]:
    """Pydantic's errors as those of a body."""
    return [{"loc": ("body", *each["loc"]), "msg": each["msg"]} for each in error.errors()]


def _body(given: dict[str, str], service: str) -> dict[str, Any]:
    body: dict[str, Any] = {name: text for name, text in given.items() if not name.startswith("statement")}
    words = {name: given[f"statement_{name}"] for name in ("th", "en") if f"statement_{name}" in given}
    if "statement" in given:
        words.setdefault("th" if _THAI.search(given["statement"]) else "en", given["statement"])
    body |= {"service": service, "statement": words}
    for name in RATINGS:
        if name in body and body[name].isdecimal():
            # Thai digits too.
            body[name] = int(body[name])
    if "evidence" in body:
        body["evidence"] = [link for link in re.split(r"[\s|]+", body["evidence"]) if link]
    for name, values in (("source", SOURCES), ("priority", PRIORITIES)):
        if name in body:
            body[name] = values.get(body[name], body[name].casefold())
    return body
