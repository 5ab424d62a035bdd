"""A reader: the language, the words, and texts of the API in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from services.portal.text import dates
from services.portal.text.language import Lang, said
from services.portal.text.words import Speech, speech


@dataclass(frozen=True, slots=True)
class Said:
    """A text of the API; `lang` is set where it is not in the page's language."""

    text: str
    lang: Lang | None = None

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Reader:
    lang: Lang

    @property
    def t(self) -> Speech:
        return speech(self.lang)

    def said(self, words: Mapping[str, str | None] | None, otherwise: str = "") -> Said:
        text, lang = said(words, self.lang, otherwise)
        return Said(text, None if lang == self.lang else lang)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time for `<time>`: what a person reads, and what a machine reads."""

    text: str
    machine: str


def moment(reader: Reader, when: str | datetime | None, zone: tzinfo) -> Moment | None:
    if when is None:
        return None
    at = dates.instant(when) if isinstance(when, str) else when
    return Moment(dates.moment(at, zone, reader.lang), at.astimezone(zone).isoformat(timespec="seconds"))


def until(reader: Reader, when: datetime | None, zone: tzinfo) -> Moment | None:
    """As `moment`, for what ends there: a midnight is 24.00 of the day before."""
    if when is None:
        return None
    return Moment(dates.last_moment(when, zone, reader.lang), when.astimezone(zone).isoformat())


class Agencies:
    """Names (and, for who may see them, contacts) of agencies by code."""

    def __init__(self, reader: Reader, found: list[dict[str, Any]] | None) -> None:
        self._reader = reader
        self._by_code = {each["code"]: each for each in found or ()}

    def name(self, code: str) -> Said:
        known = self._by_code.get(code)
        return Said(code) if known is None else self._reader.said(known["name"], code)

    def contact(self, code: str) -> dict[str, Any] | None:
        contact: dict[str, Any] | None = self._by_code.get(code, {}).get("contact")
        return contact
