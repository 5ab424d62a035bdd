"""The forms of a need and of a factor: what was typed, what is wrong with it, and the body that it makes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any
from urllib.parse import urlsplit

from services.portal.client import Refused
from services.portal.text import numbers
from services.portal.text.phrase import Phrase
from services.portal.views.needs import PRIORITIES, RATINGS, SOURCES, NeedWords
from services.portal.views.refusals import detail_words
from services.portal.views.words import Reader

MOST_STATEMENT = 4000
MOST_LABEL = 100
MOST_LINKS = 20
UNITS = ("d", "h", "min", "percent", "number")
"""What an amount is typed in. `written`: a duration of several units, kept as it is."""
KINDS = ("law", "capacity", "volume", "season", "budget")
_SIMPLE = re.compile(r"P(?:(\d+)D|T(?:(\d+)H|(\d+)M))")
_DURATION = re.compile(r"P(?=.)(?:\d+[YMWD])*(?:T(?=.)(?:\d+[HM])*(?:\d+(?:\.\d+)?S)?)?")
_LARGEST = 9_000_000_000

NEED_FIELDS = (
    "statement_th",
    "statement_en",
    "source",
    "recipient_group",
    "channel",
    "theme",
    "priority",
    *RATINGS,
    "wanted",
    "wanted_unit",
    "evidence",
)
FACTOR_FIELDS = ("kind", "text_th", "text_en", "section", "value", "value_unit", "unit", "indicator")

Fault = tuple[str, Phrase]


@dataclass(frozen=True)
class Typed:
    """``fields``: as they came; ``faults``: (field, what is wrong), in the order of the form."""

    fields: Mapping[str, str]
    faults: tuple[Fault, ...]
    body: Mapping[str, Any]


def split_amount(value: str | None) -> tuple[str, str]:
    """A stored amount as it is typed: number and unit."""
    if value is None:
        return "", "d"
    found = _SIMPLE.fullmatch(value)
    if found is not None:
        number, unit = next(
            (text, unit) for text, unit in zip(found.groups(), ("d", "h", "min"), strict=True) if text
        )
        return number, unit
    if value.startswith("P"):
        return value, "written"
    number = Fraction(value)
    return (numbers.short(number * 100), "percent") if 0 < number < 1 else (numbers.short(number), "number")


class Reading:
    """Reads a form's fields; collects what is wrong."""

    def __init__(self, reader: Reader, given: Mapping[str, str], fields: Sequence[str]) -> None:
        self.reader = reader
        self.typed = {name: given.get(name, "") for name in fields}
        self.faults: list[Fault] = []
        self._order = list(fields)

    def fault(self, field: str, said: Phrase) -> None:
        self.faults.append((field, said))

    def text(self, field: str, most: int) -> str | None:
        given = self.typed[field].strip()
        if len(given) > most:
            self.fault(
                field, self.reader.t.need_too_long(most=numbers.count(most), n=numbers.count(len(given)))
            )
        return given or None

    def words(self, stem: str, missing: Phrase) -> dict[str, str]:
        found = {}
        for lang in ("th", "en"):
            given = self.text(f"{stem}_{lang}", MOST_STATEMENT)
            if given is not None:
                found[lang] = given
        if not found:
            self.fault(f"{stem}_{self.reader.lang}", missing)
        return found

    def one_of(self, field: str, values: Sequence[str]) -> str | None:
        given = self.typed[field]
        return given if given in values else None

    def rating(self, field: str) -> int | None:
        given = self.one_of(field, ("1", "2", "3", "4", "5"))
        return None if given is None else int(given)

    def amount(self, field: str, unit_field: str) -> str | None:
        t = self.reader.t
        given, unit = self.typed[field].strip(), self.typed[unit_field]
        if not given:
            return None
        if unit == "written" and _DURATION.fullmatch(given):
            return given
        if unit not in UNITS:
            self.fault(unit_field, t.need_no_unit)
            return None
        try:
            value = Decimal(given.replace(",", "").removesuffix("%"))
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or not 0 < value <= _LARGEST:
            self.fault(field, t.need_wanted_wrong(given=given[:40]))
            return None
        match unit:
            case "percent":
                return f"{(value / 100).normalize():f}"
            case "number":
                return f"{value.normalize():f}"
        if value % 1:
            self.fault(field, t.need_wanted_whole(given=given[:40]))
            return None
        return f"P{int(value)}D" if unit == "d" else f"PT{int(value)}{'H' if unit == 'h' else 'M'}"

    def links(self, field: str, most: int) -> list[str]:
        t = self.reader.t
        found = self.typed[field].split()
        for link in found:
            parts = _parts(link)
            if parts is None or "@" in parts.netloc or len(link) > 2000:
                self.fault(field, t.need_no_link(given=link[:60]))
                break
        if len(found) > most:
            self.fault(field, t.need_many_links(most=most))
        return found

    def done(self, body: Mapping[str, Any]) -> Typed:
        faults = sorted(self.faults, key=lambda each: self._order.index(each[0]))
        return Typed(self.typed, tuple(faults), body)


def _parts(link: str) -> Any:
    try:
        found = urlsplit(link)
        return found if found.scheme in ("http", "https") and found.hostname else None
    except ValueError:
        return None


# --- a need ------------------------------------------------------------------------------------------


def read_need(reader: Reader, service: str, given: Mapping[str, str]) -> Typed:
    t = reader.t
    form = Reading(reader, given, NEED_FIELDS)
    statement = form.words("statement", t.need_no_statement)
    source = form.one_of("source", SOURCES)
    if source is None:
        form.fault("source", t.need_no_source)
    body = {
        "service": service,
        "statement": statement,
        "source": source,
        "recipient_group": form.text("recipient_group", MOST_LABEL),
        "channel": form.text("channel", MOST_LABEL),
        "theme": form.text("theme", MOST_LABEL),
        "priority": form.one_of("priority", PRIORITIES),
        **{name: form.rating(name) for name in RATINGS},
        "wanted": form.amount("wanted", "wanted_unit"),
        "evidence": form.links("evidence", MOST_LINKS),
    }
    return form.done(body)


def need_as_typed(need: Mapping[str, Any]) -> dict[str, str]:
    """A stored need as the form has it."""
    number, unit = split_amount(need["wanted"])
    return {
        "statement_th": (need["statement"] or {}).get("th") or "",
        "statement_en": (need["statement"] or {}).get("en") or "",
        **{name: need[name] or "" for name in ("source", "recipient_group", "channel", "theme", "priority")},
        **{name: str(need[name] or "") for name in RATINGS},
        "wanted": number,
        "wanted_unit": unit,
        "evidence": "\n".join(need["evidence"]),
    }


def differences(
    words: NeedWords, stored: Mapping[str, Any], body: Mapping[str, Any]
) -> list[tuple[Phrase, str, str]]:
    """(field, as it is stored now, as it was typed): only what differs."""
    pairs = zip(_in_words(words, stored), _in_words(words, body), strict=True)
    return [(name, now or "–", typed or "–") for (name, now), (_, typed) in pairs if now != typed]


def _in_words(words: NeedWords, need: Mapping[str, Any]) -> list[tuple[Phrase, str]]:
    t = words.reader.t
    statement = need["statement"] or {}
    return [
        (t.need_statement_th, statement.get("th") or ""),
        (t.need_statement_en, statement.get("en") or ""),
        (t.need_source, words.source(need["source"]).plain),
        (t.need_group, need["recipient_group"] or ""),
        (t.need_channel, need["channel"] or ""),
        (t.need_theme, need["theme"] or ""),
        (t.need_priority_short, words.priority(need["priority"]).plain if need["priority"] else ""),
        *(
            (words.rating_name(name), words.rating(name, need[name]).plain if need[name] else "")
            for name in RATINGS
        ),
        (t.need_wanted, words.amount(need["wanted"]) or ""),
        (t.need_evidence, "\n".join(need["evidence"])),
    ]


# --- a factor ----------------------------------------------------------------------------------------


def read_factor(reader: Reader, service: str, given: Mapping[str, str], indicators: Sequence[str]) -> Typed:
    t = reader.t
    form = Reading(reader, given, FACTOR_FIELDS)
    kind = form.one_of("kind", KINDS)
    if kind is None:
        form.fault("kind", t.factor_no_kind)
    value = form.amount("value", "value_unit")
    body = {
        "service": service,
        "kind": kind,
        "text": form.words("text", t.factor_no_text),
        "section": form.text("section", MOST_LABEL),
        "value": value,
        "unit": form.text("unit", MOST_LABEL) if form.typed["value_unit"] == "number" else None,
        "indicator": form.one_of("indicator", indicators),
    }
    return form.done(body)


def factor_as_typed(factor: Mapping[str, Any]) -> dict[str, str]:
    number, unit = split_amount(factor["value"])
    if factor["unit"] is not None and unit == "percent":
        number, unit = numbers.short(Fraction(factor["value"])), "number"
    return {
        "text_th": (factor["text"] or {}).get("th") or "",
        "text_en": (factor["text"] or {}).get("en") or "",
        **{name: factor[name] or "" for name in ("kind", "section", "unit", "indicator")},
        "value": number,
        "value_unit": unit,
    }


# --- what the service says of it ---------------------------------------------------------------------

_FIELD_OF = {"statement": "statement_th", "text": "text_th"}


def refused(refusal: Refused, typed: Typed, reader: Reader, labels: Mapping[str, Phrase]) -> Typed:
    """The form with what the service found wrong, at its fields; the rest stands at the first one."""
    t = reader.t
    first = next(iter(typed.fields))
    faults: list[Fault] = []
    for error in refusal.problem.get("errors") or ():
        parts = str(error.get("pointer", "")).strip("/").split("/")
        field = _FIELD_OF.get(parts[0], parts[0])
        if field == "statement_th" or field == "text_th":
            field = f"{field[:-2]}{parts[1] if parts[1:] and parts[1] in ('th', 'en') else reader.lang}"
        if field in typed.fields:
            label = labels.get(field, labels.get(parts[0], t.need_field))
            faults.append(
                (field, t.need_wrong_value(field=label, detail=detail_words(reader, error.get("detail", ""))))
            )
    if not faults:
        detail = detail_words(reader, refusal.problem.get("detail") or refusal.status)
        faults.append((first, t.need_refused(detail=detail)))
    return Typed(typed.fields, tuple(faults), typed.body)
