"""What a clause is, in words that people read; and whether a pointer names one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from services.sla.domain.differences import Difference, by_code

# (th, en)
_WHOLE = ("ข้อตกลงทั้งฉบับ", "The whole agreement")
_GROUPS = {
    "objectives": ("เป้าหมาย", "Objective"),
    "composites": ("เป้าหมายรวม", "Composite"),
    "consequences": ("ผลของการไม่เป็นไปตามเป้าหมาย", "Consequence"),
    "plans": ("แผนการวัด", "Measurement plan"),
    "terms": ("เงื่อนไข", "Term"),
}
_NAMES = {
    "aggregation": ("วิธีรวมค่า", "how values are put together"),
    "alerts": ("การเตือนล่วงหน้า", "burn alerts"),
    "allotments": ("เวลาที่แบ่งให้แต่ละขั้นตอน", "time budgets of the steps"),
    "brackets": ("ขั้นของผล", "brackets"),
    "budgeting": ("วิธีนับส่วนที่พลาดได้", "how the error budget is counted"),
    "calendar": ("ปฏิทินวันทำการ", "working calendar"),
    "cap": ("เพดาน", "cap"),
    "clause": ("ข้อในเอกสาร", "clause of the paper"),
    "code": ("รหัส", "code"),
    "comparator": ("การเปรียบเทียบ", "comparison"),
    "composites": ("เป้าหมายรวม", "composites"),
    "consequences": ("ผลของการไม่เป็นไปตามเป้าหมาย", "consequences"),
    "cost": ("จำนวน", "cost"),
    "count_at": ("นับเรื่องในรอบใด", "in which window a case counts"),
    "coverage_floor": ("ข้อมูลขั้นต่ำ", "coverage floor"),
    "effective_from": ("วันเริ่มมีผล", "in force from"),
    "effective_until": ("วันสิ้นสุด", "in force until"),
    "en": ("ภาษาอังกฤษ", "English"),
    "exclusive_with": ("ไม่ใช้พร้อมกับ", "not together with"),
    "expected_volume": ("จำนวนที่คาด", "expected volume"),
    "frequency": ("ความถี่", "frequency"),
    "good": ("เกณฑ์รายเรื่อง", "what is good"),
    "grace": ("เวลารอข้อมูล", "time for late data"),
    "headline": ("เป้าหมายเด่น", "headline"),
    "indicator": ("ตัวชี้วัด", "indicator"),
    "kind": ("ชนิด", "kind"),
    "legal_form": ("รูปแบบ (ทางการหรือไม่ทางการ)", "form (formal or informal)"),
    "members": ("รายการที่รวม", "members"),
    "method": ("วิธีวัด", "method"),
    "minimum_total": ("จำนวนเรื่องขั้นต่ำ", "least number of cases"),
    "notice": ("ระยะเวลาบอกกล่าว", "notice period"),
    "objective": ("เป้าหมาย", "objective"),
    "objectives": ("เป้าหมาย", "objectives"),
    "overdue": ("เรื่องที่เกินกำหนด", "overdue cases"),
    "parties": ("คู่สัญญา", "parties"),
    "pauses": ("ช่วงที่หยุดนับเวลา", "pauses"),
    "plans": ("แผนการวัด", "measurement plans"),
    "post": ("ผู้รับผิดชอบการวัด", "post"),
    "public_wording": ("ข้อความสำหรับประชาชน", "wording for the public"),
    "reason": ("เหตุผล", "reason"),
    "recurrence": ("การเกิดซ้ำ", "recurrence"),
    "responsible": ("หน่วยงานที่รับผิดชอบ", "responsible agency"),
    "retroactive": ("มีผลย้อนหลัง", "binds the past"),
    "review_at": ("วันทบทวน", "review"),
    "scope": ("แยกตามกลุ่ม", "groups"),
    "scope_at": ("กลุ่มดูจากต้นหรือปลายทาง", "labels at start or end"),
    "section": ("มาตราของกฎหมาย", "section of the law"),
    "service": ("บริการ", "service"),
    "silence_after": ("เงียบนานเท่าใดจึงแจ้ง", "told as silent after"),
    "slice": ("ช่วงย่อย", "slices"),
    "source": ("แหล่งข้อมูล", "source"),
    "statutory": ("เพดานตามกฎหมาย", "what the law demands"),
    "target": ("ค่าเป้าหมาย", "target"),
    "targets": ("ค่าเป้าหมายรายกลุ่ม", "targets of groups"),
    "termination": ("ผู้ต้องลงนามเมื่อเลิก", "who signs a termination"),
    "terms": ("เงื่อนไข", "terms"),
    "th": ("ภาษาไทย", "Thai"),
    "time_zone": ("เขตเวลา", "time zone"),
    "title": ("ชื่อ", "title"),
    "unit": ("หน่วย", "unit"),
    "unknown_group": ("กลุ่มที่ไม่มีเป้าหมายของตน", "groups without a target of their own"),
    "value": ("ค่า", "value"),
    "visibility": ("ใครเห็นได้", "who may see it"),
    "warning": ("เส้นเตือน", "warning line"),
    "weight": ("น้ำหนัก", "weight"),
    "window": ("รอบการวัด", "window"),
}


def words_of(pointer: str) -> dict[str, str]:
    """What stands at a pointer, in Thai and English: names this software gives, codes as they are."""
    parts = _parts(pointer)
    if not parts:
        return dict(zip(("th", "en"), _WHOLE, strict=True))
    if len(parts) > 1 and parts[0] in _GROUPS:
        th, en = _GROUPS[parts[0]]
        rest = parts[2:]
        if parts[0] == "terms":
            name = _NAMES.get(parts[1], (parts[1], parts[1]))
            return {"th": ": ".join((th, name[0], *rest)), "en": ": ".join((en, name[1], *rest))}
        head = {"th": f"{th} {parts[1]}", "en": f"{en} {parts[1]}"}
    else:
        head, rest = {"th": "", "en": ""}, parts
    found = {}
    for place, language in enumerate(("th", "en")):
        names = [_NAMES[each][place] if each in _NAMES else each for each in rest]
        found[language] = ": ".join(filter(None, (head[language], ", ".join(names))))
    return {language: text[:1].upper() + text[1:] for language, text in found.items()}


def answers(found: Iterable[Difference]) -> list[dict[str, Any]]:
    """Differences as they are answered, each with the words for its clause."""
    return [
        {
            "clause": each.clause,
            "words": words_of(each.clause),
            "change": each.change,
            "before": each.before,
            "after": each.after,
        }
        for each in found
    ]


def names_a_clause(pointer: str, document: Mapping[str, Any]) -> bool:
    """Whether a pointer, in which what has a code stands under it, leads to something in a document."""
    if pointer and not pointer.startswith("/"):
        return False
    here: Any = by_code(document)
    for part in _parts(pointer):
        if isinstance(here, Mapping) and part in here:
            here = here[part]
        elif isinstance(here, list) and part.isascii() and part.isdigit() and int(part[:6]) < len(here):
            here = here[int(part)]
        else:
            return False
    return True


def _parts(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
