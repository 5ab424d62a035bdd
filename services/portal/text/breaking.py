"""Where lines may not break: inside a term, and between a number and its unit.

Browsers part Thai compounds at the words that they are made of (ใบ|อนุญาต). A short list of terms is kept
whole by a no-wrap span; a number and its unit are joined by U+00A0.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

NBSP = "\u00a0"

TERMS = (
    "การเปลี่ยนแปลง",
    "ข้อตกลงระดับการให้บริการ",
    "ข้อตกลง",
    "ข้อเสนอ",
    "ข้อมูล",
    "คำขอ",
    "ค่าเป้าหมาย",
    "จัดสรร",
    "ชั่วโมงทำการ",
    "เข้าสู่ระบบ",
    "ใบอนุญาต",
    "หลักฐาน",
    "มิลลิวินาที",
    "บรรลุเป้าหมาย",
    "เป้าหมาย",
    "เป็นที่สุด",
    "ไม่บรรลุเป้าหมาย",
    "ผู้รับบริการ",
    "ผู้รับผิดชอบ",
    "รอบการประเมิน",
    "ระดับการให้บริการ",
    "พลาดได้",
    "ร้อยละ",
    "วันทำการ",
    "สรุปผลไม่ได้",
    "สิ้นสุด",
    "หน่วยงาน",
    "อยู่ในเป้าหมาย",
    "อย่างน้อย",
)
# A term inside another is found with the longer one.
_TERM = re.compile("|".join(sorted(map(re.escape, TERMS), key=len, reverse=True)))

_UNITS = (
    "วัน|สัปดาห์|เดือน|ปี|ชั่วโมง|นาที|วินาที|มิลลิวินาที|เรื่อง|ครั้ง|คน|คะแนน|ข้อ|รอบ|ขั้นตอน|หน่วยงาน|น\\."
    "|days?|hours?|minutes?|seconds?|ms|weeks?|months?|years?|cases?|requests?|measurements?|times|people"
    "|points?|promises?|windows?|steps?"
)
# `}` ends a placeholder that a number will take.
_UNIT = re.compile(rf"([\d}}]) (?=(?:{_UNITS})(?![A-Za-z]))")
_BEFORE = re.compile(r"(ร้อยละ|ฉบับที่|[≥≤<>=]) (?=[\d{])")


def joined(text: str) -> str:
    """``text`` with U+00A0 between a number and what belongs to it."""
    return _BEFORE.sub(rf"\1{NBSP}", _UNIT.sub(rf"\1{NBSP}", text))


def parted(text: object) -> list[tuple[str, bool]]:
    """The text in pieces; True: a term, to be kept whole on a line."""
    found: list[tuple[str, bool]] = []
    plain, place = joined(str(text)), 0
    for term in _TERM.finditer(plain):
        found += [(plain[place : term.start()], False), (term[0], True)]
        place = term.end()
    return [piece for piece in [*found, (plain[place:], False)] if piece[0]]


def nb(text: object) -> Markup:
    """HTML of a text whose terms and quantities stay whole on a line."""
    if isinstance(text, Markup):
        return text
    html = str(escape(joined(str(text))))
    return Markup(_TERM.sub(lambda term: f'<span class="nb">{term[0]}</span>', html))
