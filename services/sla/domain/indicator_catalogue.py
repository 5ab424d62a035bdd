"""Indicators to start from, with their formulas, and those that a service's needs ask for.

A proposal follows from words: an entry has words in Thai and English that a need of its kind is put in. It is
shown with the needs that gave rise to it, and a person decides. Starting targets come from what recipients
asked (`wanted`) and what the law allows (a factor of kind `law` with a value).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from services.sla.domain.indicators import KnownService
from services.sla.domain.units import read_amount

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """`direction`: which way is better. `objective`: how a promise on it is usually put."""

    code: str
    name: Words
    about: Words
    formula: Words
    kind: str
    unit: str
    direction: str
    objective: Mapping[str, Any]
    theme: Words
    thai: tuple[str, ...]
    english: tuple[str, ...]

    def answer(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "name": dict(self.name),
            "about": dict(self.about),
            "formula": dict(self.formula),
            "kind": self.kind,
            "unit": self.unit,
            "direction": self.direction,
            "objective": dict(self.objective),
            "theme": dict(self.theme),
        }


SPEED = {"th": "ความรวดเร็ว", "en": "Speed"}
ACCESS = {"th": "การเข้าถึง", "en": "Access"}
QUALITY = {"th": "ความถูกต้องครบถ้วน", "en": "Quality"}
VOICE = {"th": "เสียงของผู้รับบริการ", "en": "Recipients' voice"}
SHARE = {"comparator": ">=", "target": "0.9"}

CATALOGUE: tuple[Entry, ...] = (
    Entry(
        "end-to-end-time",
        {"th": "ระยะเวลาให้บริการตั้งแต่ต้นจนจบ", "en": "End-to-end time"},
        {
            "th": "เวลาตั้งแต่ยื่นเรื่องจนได้รับผล ข้ามทุกหน่วยงาน",
            "en": "From the application to its result, across all agencies",
        },
        {
            "th": "เวลาสิ้นสุดขั้นตอนสุดท้าย − เวลาเริ่มขั้นตอนแรก",
            "en": "end of the last step − start of the first step",
        },
        "duration",
        "s",
        "lower",
        {"aggregation": "mean", "comparator": "<=", "target": "P7D"},
        SPEED,
        ("รวดเร็ว", "เร็ว", "นาน", "ช้า", "รอคิว", "ระยะเวลา"),
        ("fast", "slow", "wait", "quick", "too long", "takes long"),
    ),
    Entry(
        "on-time-share",
        {"th": "สัดส่วนที่เสร็จตามกำหนด", "en": "On-time share"},
        {
            "th": "สัดส่วนเรื่องที่เสร็จภายในเวลาที่สัญญา",
            "en": "The share of cases finished within the promised time",
        },
        {
            "th": "จำนวนเรื่องที่เสร็จภายในกำหนด ÷ จำนวนเรื่องที่ครบกำหนด",
            "en": "cases finished in time ÷ cases due",
        },
        "duration",
        "s",
        "higher",
        {"good": {"comparator": "<=", "value": "P7D"}, "comparator": ">=", "target": "0.9"},
        SPEED,
        ("กำหนด", "ตรงเวลา", "ตามเวลา", "ทันเวลา", "ล่าช้า"),
        ("on time", "in time", "deadline", "overdue", "punctual", "delay", "too late"),
    ),
    Entry(
        "availability",
        {"th": "ความพร้อมใช้งานของระบบ", "en": "Availability"},
        {
            "th": "สัดส่วนคำขอที่ระบบตอบได้สำเร็จ",
            "en": "The share of requests that the system answered well",
        },
        {"th": "จำนวนคำขอที่สำเร็จ ÷ จำนวนคำขอทั้งหมด", "en": "requests answered well ÷ all requests"},
        "ratio",
        "request",
        "higher",
        {"comparator": ">=", "target": "0.995"},
        ACCESS,
        ("ระบบล่ม", "ใช้งานไม่ได้", "เข้าไม่ได้", "ตลอดเวลา", "24 ชั่วโมง"),
        ("is down", "was down", "unavailable", "outage", "24 hours", "crash"),
    ),
    Entry(
        "first-time-right",
        {"th": "ถูกต้องครบถ้วนในครั้งแรก", "en": "First time right"},
        {
            "th": "สัดส่วนเรื่องที่ไม่ต้องแก้ไขหรือขอเอกสารเพิ่ม",
            "en": "The share of cases that needed no correction and no further document",
        },
        {
            "th": "จำนวนเรื่องที่ผ่านในครั้งแรก ÷ จำนวนเรื่องที่พิจารณา",
            "en": "cases passed at the first attempt ÷ cases decided",
        },
        "ratio",
        "case",
        "higher",
        SHARE,
        QUALITY,
        ("เอกสาร", "ถูกต้อง", "ผิดพลาด", "แก้ไข", "หลายรอบ", "ครั้งเดียว"),
        ("document", "mistake", "error", "correct", "once", "again and again"),
    ),
    Entry(
        "satisfaction",
        {"th": "ความพึงพอใจ", "en": "Satisfaction"},
        {"th": "คะแนนเฉลี่ยที่ผู้รับบริการให้", "en": "The mean rating that recipients gave"},
        {"th": "ผลรวมคะแนน ÷ จำนวนผู้ให้คะแนน", "en": "sum of ratings ÷ number of ratings"},
        "rating",
        "rating",
        "higher",
        {"aggregation": "mean", "comparator": ">=", "target": "4"},
        VOICE,
        ("พอใจ", "สุภาพ", "บริการดี", "ยิ้มแย้ม", "มารยาท"),
        ("satisf", "polite", "friendly", "rude", "helpful"),
    ),
    Entry(
        "digital-take-up",
        {"th": "สัดส่วนการใช้ช่องทางดิจิทัล", "en": "Digital take-up"},
        {"th": "สัดส่วนเรื่องที่ยื่นทางออนไลน์", "en": "The share of applications made online"},
        {"th": "จำนวนเรื่องที่ยื่นออนไลน์ ÷ จำนวนเรื่องทั้งหมด", "en": "applications made online ÷ all applications"},
        "ratio",
        "application",
        "higher",
        {"comparator": ">=", "target": "0.5"},
        ACCESS,
        ("ออนไลน์", "เว็บ", "แอปพลิเคชัน", "มือถือ", "ดิจิทัล", "ไม่ต้องเดินทาง"),
        ("online", "website", "mobile", "digital", "without travel", "from home"),
    ),
    Entry(
        "completion",
        {"th": "อัตราการทำสำเร็จ", "en": "Completion"},
        {
            "th": "สัดส่วนเรื่องที่เริ่มแล้วดำเนินการจนจบ",
            "en": "The share of begun applications that reached their end",
        },
        {"th": "จำนวนเรื่องที่จบ ÷ จำนวนเรื่องที่เริ่ม", "en": "cases completed ÷ cases begun"},
        "ratio",
        "case",
        "higher",
        SHARE,
        QUALITY,
        ("ซับซ้อน", "ยุ่งยาก", "หลายขั้นตอน", "ไม่สำเร็จ", "กลางคัน"),
        ("complicated", "give up", "gave up", "too many steps", "abandon", "complete"),
    ),
    Entry(
        "complaint-resolution",
        {"th": "การแก้ไขข้อร้องเรียน", "en": "Complaint resolution"},
        {
            "th": "สัดส่วนข้อร้องเรียนที่แก้ไขภายในกำหนด",
            "en": "The share of complaints resolved in time",
        },
        {
            "th": "จำนวนข้อร้องเรียนที่แก้ไขในกำหนด ÷ จำนวนข้อร้องเรียนที่ครบกำหนด",
            "en": "complaints resolved in time ÷ complaints due",
        },
        "ratio",
        "complaint",
        "higher",
        SHARE,
        VOICE,
        ("ร้องเรียน", "ร้องทุกข์", "ไม่มีใครตอบ"),
        ("complain", "grievance", "no answer", "nobody answers"),
    ),
)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


# Thai words stand anywhere, for nothing is between them; English ones begin where a word does.
_WORDS = {
    entry.code: re.compile(
        "|".join(
            [re.escape(_folded(word)) for word in entry.thai]
            + [r"\b" + re.escape(_folded(word)) for word in entry.english]
        )
    )
    for entry in CATALOGUE
}


def asked_for(texts: Iterable[str]) -> list[str]:
    """The codes of the entries whose words stand in a need's statement or theme."""
    plain = "\n".join(_folded(text) for text in texts)
    return [code for code, words in _WORDS.items() if words.search(plain)]


def draft(entry: Entry, service: KnownService) -> dict[str, Any]:
    """The indicator as it could be made for a service: a body of `POST /indicators`."""
    found: dict[str, Any] = {
        "code": f"{service.code}.{entry.code}"[:64],
        "service": service.code,
        "name": dict(entry.name),
        "description": dict(entry.formula),
        "kind": entry.kind,
    }
    if entry.kind == "duration":
        steps = list(service.steps) or ["*"]
        return found | {
            "from": {"step": steps[0], "occurrence": "first", "edge": "start"},
            "to": {"step": steps[-1], "occurrence": "last", "edge": "end"},
        }
    return found | {"unit": entry.unit}


def starting_targets(entry: Entry, wanted: Sequence[str], allowed: Sequence[str]) -> dict[str, str | None]:
    """What may be promised to begin with: the middle and the strictest of what was asked, and what the law
    allows at most (or demands at least). Only what is of the entry's own kind: times, or numbers."""
    asked, law = ([each for each in given if _fits(entry, each)] for given in (wanted, allowed))
    best = min if entry.direction == "lower" or entry.kind == "duration" else max
    return {
        "asked_median": _middle(asked) if asked else None,
        "asked_strictest": best(asked, key=_size) if asked else None,
        "law": best(law, key=_size) if law else None,
    }


def _middle(asked: Sequence[str]) -> str:
    ordered = sorted(asked, key=_size)
    return ordered[(len(ordered) - 1) // 2]


def _size(text: str) -> Decimal:
    return read_amount(text)


def _fits(entry: Entry, text: str) -> bool:
    return text.startswith("P") == (entry.kind == "duration")
