"""Dates as an official writes them: Buddhist years and "น." in Thai, Gregorian in English.

Month names are our own, so no locale has to be installed. Used by pages and by mails.
"""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from typing import Literal

Lang = Literal["th", "en"]

BUDDHIST = 543
NBSP = "\u00a0"
DEFAULT_ZONE = "Asia/Bangkok"

MONTHS: dict[Lang, tuple[str, ...]] = {
    "th": (
        "มกราคม",
        "กุมภาพันธ์",
        "มีนาคม",
        "เมษายน",
        "พฤษภาคม",
        "มิถุนายน",
        "กรกฎาคม",
        "สิงหาคม",
        "กันยายน",
        "ตุลาคม",
        "พฤศจิกายน",
        "ธันวาคม",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
SHORT_MONTHS: dict[Lang, tuple[str, ...]] = {
    "th": ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}


def year(number: int, lang: Lang) -> str:
    return str(number + BUDDHIST if lang == "th" else number)


def day(when: date, lang: Lang, *, short: bool = False) -> str:
    """22 พฤศจิกายน 2569, 22 November 2026; short: 22 พ.ย. 2569, 22 Nov 2026."""
    names = (SHORT_MONTHS if short else MONTHS)[lang]
    return NBSP.join((str(when.day), names[when.month - 1], year(when.year, lang)))


def month(when: date, lang: Lang) -> str:
    return f"{MONTHS[lang][when.month - 1]}{NBSP}{year(when.year, lang)}"


def clock(hour: int, minute: int, lang: Lang) -> str:
    return f"{hour:02}.{minute:02}{NBSP}น." if lang == "th" else f"{hour:02}:{minute:02}"


def moment(when: datetime, zone: tzinfo, lang: Lang) -> str:
    """22 พ.ย. 2569 09.15 น., 22 Nov 2026, 09:15."""
    local = when.astimezone(zone)
    comma = "" if lang == "th" else ","
    return f"{day(local, lang, short=True)}{comma} {clock(local.hour, local.minute, lang)}"
