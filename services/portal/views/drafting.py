"""The forms of a counter-offer and of a first draft: what they show, and the agreement that was typed."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from services.portal.text import dates, numbers, units
from services.portal.text.phrase import Phrase
from services.portal.views.clauses import Wording
from services.portal.views.drafting_more import (
    More,
    apply_more,
    apply_plans,
    filled_more,
    filled_plans,
    more_of,
)
from services.portal.views.typed_limits import LENGTHS, NUMBER, limit_parts, limit_value
from services.portal.views.words import Reader, Said

Found = Mapping[str, Any]
WINDOWS = ("day", "week", "month", "quarter", "half_year", "year")
KINDS = ("ratio", "duration", "value", "rating", "count")
_NOTICE = re.compile(r"P(\d+)D")
POINTERS = {
    "effective_from": "from",
    "effective_until": "until",
    "review_at": "review",
    "title": "title_th",
    "code": "code",
    "parties": "parties",
    "calendar": "calendar",
    "terms": "notice",
    "plans": "plans",
}
FIELDS_OF = {
    "good": "limit",
    "window": "window",
    "responsible": "responsible",
    "allotments": "limit",
    "public_wording": "wording_th",
    "statutory": "law",
    "targets": "groups",
}


@dataclass(frozen=True, slots=True)
class Slot:
    """One promise of the form: what stands already, or an indicator on which one may be made.

    `key` begins the names of its fields. `limit` is None where none can be typed.
    """

    key: str
    code: str
    title: Said
    kind: str
    share: bool
    new: bool
    unit: str
    timed: bool
    """Its limit is a time: a number with a unit to choose."""
    limited: bool
    target_timed: bool
    agreed_target: str | None
    agreed_limit: str | None
    steps: tuple[tuple[str, str], ...]
    again: bool = False
    """A promise on this indicator stands already: this would be another."""
    more: More | None = None


def slots_of(wording: Wording, document: Found | None) -> tuple[Slot, ...]:
    """The promises of a document, then the service's indicators: first those on which none is made."""
    objectives = (document or {}).get("objectives") or ()
    found = [
        replace(slot, more=more_of(wording, slot, each))
        for each in objectives
        for slot in [_standing(wording, each, document or {})]
    ]
    used = {each["indicator"] for each in objectives}
    fresh = [
        _fresh(wording, each, code in used)
        for code, each in sorted(wording.indicators.items())
        if each["kind"] in KINDS
    ]
    found += [replace(each, more=more_of(wording, each, None)) for each in sorted(fresh, key=_again)]
    return tuple(found)


def _again(slot: Slot) -> bool:
    return slot.again


def _standing(wording: Wording, objective: Found, document: Found) -> Slot:
    words = wording.words(objective, document)
    good = objective.get("good")
    parts = None if good is None else limit_parts(good["value"])
    limit = words.limit()
    steps = tuple((step, wording.step(step)) for step in objective.get("allotments") or {})
    return Slot(
        key=f"o-{objective['code']}",
        code=objective["code"],
        title=words.name(),
        kind=str((words.indicator or {}).get("kind") or ""),
        share=words.share,
        new=False,
        unit=str((words.indicator or {}).get("unit") or ""),
        timed=parts is not None and parts[1] != NUMBER,
        limited=parts is not None,
        target_timed=str(objective["target"]).startswith("P"),
        agreed_target=words.target_words().plain,
        agreed_limit=None if limit is None else limit.plain,
        steps=steps,
    )


def _fresh(wording: Wording, indicator: Found, again: bool) -> Slot:
    kind = indicator["kind"]
    steps = (wording.service or {}).get("steps") or ()
    return Slot(
        key=f"n-{indicator['code']}",
        code=indicator["code"],
        title=wording.reader.said(indicator.get("name"), indicator["code"]),
        kind=kind,
        share=kind in ("ratio", "duration", "value"),
        new=True,
        unit=str(indicator.get("unit") or ""),
        timed=kind == "duration",
        limited=kind in ("duration", "value"),
        target_timed=False,
        agreed_target=None,
        agreed_limit=None,
        steps=tuple((each["code"], wording.step(each["code"])) for each in steps)
        if kind == "duration"
        else (),
        again=again,
    )


def as_day(text: str | None, zone: tzinfo, reader: Reader, *, last: bool = False) -> str:
    """An instant of the document as a day is typed; an end is the day before its midnight."""
    if text is None:
        return ""
    local = dates.instant(text).astimezone(zone)
    if last and (local.hour, local.minute, local.second) == (0, 0, 0):
        local -= timedelta(days=1)
    return dates.written_day(local.date(), reader.lang)


def filled(
    wording: Wording, document: Found | None, slots: Sequence[Slot], now: datetime, *, bound: bool = False
) -> dict[str, str]:
    """What stands in the fields before anybody types. ``bound``: the document has been signed by all."""
    reader = wording.reader
    given: dict[str, str] = {}
    found = document or {}
    zone = dates.zone_of(found.get("time_zone"))
    title = found.get("title") or {}
    given["title_th"], given["title_en"] = title.get("th") or "", title.get("en") or ""
    began = given["from"] = as_day(found.get("effective_from"), zone, reader)
    passed = document is None or dates.instant(document["effective_from"]) < now
    if passed and (bound or not found.get("retroactive")):
        # Nobody is bound for a time before they signed: the next month, unless something else is typed.
        local = now.astimezone(zone)
        months = local.year * 12 + local.month
        given["from"] = dates.written_day(date(months // 12, months % 12 + 1, 1), reader.lang)
    given["until"] = as_day(found.get("effective_until"), zone, reader, last=True)
    given["review"] = as_day(found.get("review_at"), zone, reader)
    notice = _NOTICE.fullmatch(str((found.get("terms") or {}).get("notice") or ""))
    given["notice"] = notice[1] if notice else ""
    given["legal_form"] = found.get("legal_form") or "formal"
    given["visibility"] = found.get("visibility") or "public"
    given["calendar"] = found.get("calendar") or ""
    given["retroactive"] = "yes" if found.get("retroactive") and given["from"] == began else ""
    objectives = {each["code"]: each for each in found.get("objectives") or ()}
    for slot in slots:
        standing = objectives.get(slot.code) if not slot.new else None
        given |= _filled_slot(slot, standing, reader) | filled_more(slot, standing)
    return given | filled_plans(document)


def _filled_slot(slot: Slot, objective: Found | None, reader: Reader) -> dict[str, str]:
    key = slot.key
    if objective is None:
        given = {f"{key}-target": "", f"{key}-limit": "", f"{key}-window": "month", f"{key}-responsible": ""}
        given |= {f"{key}-unit": "d", f"{key}-wording_th": "", f"{key}-wording_en": ""}
        return given | {f"{key}-allot-{step}": "" for step, _ in slot.steps}
    target = str(objective["target"])
    if slot.share:
        target = numbers.short(units.amount(target) * 100).replace(",", "")
    wording = objective.get("public_wording") or {}
    given = {
        f"{key}-target": target,
        f"{key}-window": objective["window"].get("unit") or "",
        f"{key}-responsible": objective["responsible"],
        f"{key}-wording_th": wording.get("th") or "",
        f"{key}-wording_en": wording.get("en") or "",
    }
    parts = limit_parts(objective["good"]["value"]) if slot.limited else None
    if parts is not None:
        given[f"{key}-limit"], given[f"{key}-unit"] = parts
    for step, value in (objective.get("allotments") or {}).items():
        allotted = limit_parts(value)
        if allotted is not None:
            given[f"{key}-allot-{step}"], given[f"{key}-allotunit-{step}"] = allotted
    return given


class Typed:
    """Reads the form on top of a document; collects what is wrong, by field."""

    def __init__(
        self,
        wording: Wording,
        base: Found | None,
        slots: Sequence[Slot],
        fields: Mapping[str, str],
        now: datetime,
        *,
        bound: bool = False,
    ) -> None:
        self.wording = wording
        self.base = base
        self.slots = slots
        self.fields = fields
        self.now = now
        self.before = filled(wording, base, slots, now, bound=bound)
        self.zone = dates.zone_of((base or {}).get("time_zone"))
        self.faults: list[tuple[str, Phrase]] = []
        self.places: list[str] = []
        """The slot of each objective of the document, in its order."""

    @property
    def t(self) -> Any:
        return self.wording.reader.t

    def text(self, name: str) -> str:
        return self.fields.get(name, "").strip()

    def same(self, name: str) -> bool:
        return self.text(name) == self.before.get(name, "").strip()

    def fault(self, field: str, said: Phrase) -> None:
        self.faults.append((field, said))

    def number(self, field: str, *, whole: bool = False) -> str | None:
        given = self.text(field)
        try:
            value = Decimal(given.replace(",", "").replace(numbers.MINUS, "-").removesuffix("%"))
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or abs(value) > 9_000_000_000 or (whole and (value % 1 or value < 0)):
            self.fault(field, self.t.not_a_number(given=given[:40]) if given else self.t.field_empty)
            return None
        return f"{value.normalize():f}"

    def day(self, field: str) -> date | None:
        given = self.text(field)
        found = dates.read_day(given) if given else None
        if given and found is None:
            example = dates.written_day(self.now.astimezone(self.zone).date(), self.wording.reader.lang)
            self.fault(field, self.t.not_a_date(example=example, given=given[:40]))
        return found

    def midnight(self, when: date) -> str:
        return datetime(when.year, when.month, when.day, tzinfo=self.zone).isoformat()

    def document(self) -> dict[str, Any]:
        """What was typed, whole; it may be sent where there are no faults."""
        made: dict[str, Any] = copy.deepcopy(dict(self.base)) if self.base else {"objectives": []}
        self._general(made)
        old = {each["code"]: each for each in made["objectives"]}
        made["objectives"] = []
        for slot in self.slots:
            if slot.new:
                if self.text(f"{slot.key}-add"):
                    self._add(made, self._fresh(slot), slot)
            elif not self.text(f"{slot.key}-remove"):
                self._add(made, self._changed(slot, dict(old[slot.code])), slot)
        if not made["objectives"]:
            self.fault("promises", self.t.no_promise)
        if self.base:
            apply_plans(self, made)
        return made

    def _add(self, made: dict[str, Any], objective: dict[str, Any], slot: Slot) -> None:
        made["objectives"].append(objective)
        self.places.append(slot.key)

    def _general(self, made: dict[str, Any]) -> None:
        title = {lang: self.text(f"title_{lang}") for lang in ("th", "en")}
        made["title"] = {lang: text for lang, text in title.items() if text}
        if not made["title"]:
            self.fault("title_th", self.t.title_empty)
        self._start(made)
        if not self.same("until"):
            last = self.day("until")
            made["effective_until"] = self.midnight(last + timedelta(days=1)) if last else None
        if not self.same("review"):
            review = self.day("review")
            made["review_at"] = self.midnight(review) if review else None
        if not self.same("notice"):
            terms = dict(made.get("terms") or {})
            days = self.number("notice", whole=True) if self.text("notice") else None
            terms.pop("notice", None)
            made["terms"] = terms | ({"notice": f"P{days}D"} if days else {})
        for name, allowed in (("legal_form", ("formal", "informal")), ("visibility", ("public", "parties"))):
            if self.text(name) in allowed:
                made[name] = self.text(name)
        made["calendar"] = self.text("calendar") or None

    def _start(self, made: dict[str, Any]) -> None:
        if (
            self.same("from")
            and self.base
            and self.before["from"] == as_day(self.base["effective_from"], self.zone, self.wording.reader)
        ):
            start = dates.instant(self.base["effective_from"])
        else:
            first = self.day("from")
            if first is None:
                if not self.text("from"):
                    self.fault("from", self.t.field_empty)
                return
            start = dates.instant(self.midnight(first))
            made["effective_from"] = start.isoformat()
        made["retroactive"] = bool(self.text("retroactive"))
        if start < self.now and not made["retroactive"]:
            self.fault("from", self.t.start_passed)

    def target(self, slot: Slot, field: str) -> str | None:
        if slot.target_timed:
            # A length of time is left as it stands: another number of the same unit is typed as ISO 8601.
            return self.text(field) or None
        given = self.number(field)
        return given if given is None or not slot.share else self.share(field, given)

    def share(self, field: str, given: str) -> str | None:
        """A percentage as a share."""
        share = Decimal(given) / 100
        if not 0 <= share <= 1:
            self.fault(field, self.t.not_a_share(given=self.text(field)[:40]))
            return None
        return f"{share.normalize():f}"

    def _limit(self, slot: Slot, field: str, unit: str) -> Any:
        chosen = self.text(unit) if slot.timed else NUMBER
        if slot.timed and chosen not in (*LENGTHS, "s"):
            chosen = "d"
        number = self.number(field, whole=chosen != NUMBER)
        return None if number is None else limit_value(number, chosen)

    def length(self, field: str, unit: str, known: Sequence[str] = LENGTHS) -> Any:
        """A length of time, in one of the known units; None: what was typed is none."""
        chosen = self.text(unit) if self.text(unit) in (*known, "s") else "d"
        number = self.number(field, whole=True)
        return None if number is None else limit_value(number, chosen)

    def _allotments(self, slot: Slot) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for step, _ in slot.steps:
            field = f"{slot.key}-allot-{step}"
            if self.text(field):
                value = self._limit(slot, field, f"{slot.key}-allotunit-{step}")
                if value is not None:
                    found[step] = value
        return found

    def _wording(self, slot: Slot) -> dict[str, str]:
        texts = {lang: self.text(f"{slot.key}-wording_{lang}") for lang in ("th", "en")}
        return {lang: text for lang, text in texts.items() if text}

    def _changed(self, slot: Slot, objective: dict[str, Any]) -> dict[str, Any]:
        key = slot.key
        if not self.same(f"{key}-target"):
            objective["target"] = self.target(slot, f"{key}-target") or objective["target"]
        if slot.limited and not (self.same(f"{key}-limit") and self.same(f"{key}-unit")):
            value = self._limit(slot, f"{key}-limit", f"{key}-unit")
            if value is not None:
                objective["good"] = {**objective["good"], "value": value}
        window = self.text(f"{key}-window")
        if window in WINDOWS and not self.same(f"{key}-window"):
            objective["window"] = {"kind": "calendar", "unit": window, "count": 1}
        objective["responsible"] = self.text(f"{key}-responsible") or objective["responsible"]
        if not (self.same(f"{key}-wording_th") and self.same(f"{key}-wording_en")):
            objective["public_wording"] = self._wording(slot) or None
        touched = [f"{key}-{name}-{step}" for step, _ in slot.steps for name in ("allot", "allotunit")]
        if not all(self.same(each) for each in touched):
            kept = {
                step: value
                for step, value in (objective.get("allotments") or {}).items()
                if limit_parts(value) is None
            }
            objective["allotments"] = kept | self._allotments(slot) or None
        apply_more(self, slot, objective)
        return objective

    def _fresh(self, slot: Slot) -> dict[str, Any]:
        key = slot.key
        objective: dict[str, Any] = {
            "code": slot.code.rsplit(".", 1)[-1],
            "indicator": slot.code,
            "responsible": self.text(f"{key}-responsible"),
            "comparator": "<=" if slot.kind == "count" else ">=",
            "target": self.target(slot, f"{key}-target"),
            "window": {"kind": "calendar", "unit": self.text(f"{key}-window") or "month", "count": 1},
        }
        if slot.limited:
            objective["good"] = {
                "comparator": "<=",
                "value": self._limit(slot, f"{key}-limit", f"{key}-unit"),
            }
        if slot.kind == "duration":
            objective["count_at"] = "completion"
            allotments = self._allotments(slot)
            if allotments:
                objective["allotments"] = allotments
        if not slot.share:
            objective["aggregation"] = "mean" if slot.kind == "rating" else "sum"
        wording = self._wording(slot)
        if wording:
            objective["public_wording"] = wording
        if not objective["responsible"]:
            self.fault(f"{key}-responsible", self.t.responsible_empty)
        objective["code"] = self._free_code(objective["code"], slot.code)
        apply_more(self, slot, objective)
        return objective

    def _free_code(self, *wanted: str) -> str:
        """A code that no promise of the document has."""
        taken = {each["code"] for each in (self.base or {}).get("objectives") or ()}
        numbered = (f"{wanted[0][:60]}-{number}" for number in range(2, len(taken) + 3))
        return next(each for each in (*wanted, *numbered) if each not in taken)

    def field_of(self, pointer: str) -> str:
        """The field that a pointer into the document is about."""
        parts = pointer.strip("/").split("/")
        if parts[0] == "objectives" and len(parts) > 1 and parts[1].isdigit():
            place = int(parts[1])
            if place < len(self.places):
                name = FIELDS_OF.get(parts[2], "target") if len(parts) > 2 else "target"
                return f"{self.places[place]}-{name}"
        return POINTERS.get(parts[0], "form")
