"""Clauses of an agreement in words: what a revision says of each promise, and what another said before."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

from services.portal.text import dates, numbers, units
from services.portal.text.phrase import Phrase
from services.portal.views.further_clauses import KEYED, key_of, lines_of
from services.portal.views.further_clauses import said as further_said
from services.portal.views.objective import ObjectiveWords
from services.portal.views.words import Agencies, Reader, Said, moment, until

Found = Mapping[str, Any]
PROMISED = ("target", "good", "window", "responsible", "allotments", "statutory")
"""What of an objective has words of its own, in the order in which a card says it."""
LONGEST = 400


@dataclass(frozen=True, slots=True)
class Row:
    """One clause. ``before`` None: it was not there, or nothing came before; ``after`` None: it is gone."""

    clause: str
    label: str
    before: str | None
    after: str | None
    changed: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A promise, or the general terms: its clauses. ``change``: added, removed, changed, or nothing."""

    anchor: str
    clause: str
    title: Said
    change: str | None
    rows: tuple[Row, ...]
    code: str | None = None
    comments: tuple[Any, ...] = field(default=())


@dataclass(frozen=True)
class Wording:
    """What is needed to put clauses in words."""

    reader: Reader
    agencies: Agencies
    indicators: Mapping[str, Found]
    service: Found | None

    def words(self, objective: Found, document: Found) -> ObjectiveWords:
        zone = dates.zone_of(document.get("time_zone"))
        return ObjectiveWords(self.reader, objective, self.indicators.get(objective["indicator"]), zone)

    def step(self, code: str) -> str:
        for each in (self.service or {}).get("steps") or ():
            if each["code"] == code:
                owner = self.agencies.name(each["agency"]).text
                return f"{self.reader.said(each['name'], code).text} ({owner})"
        return code

    def window(self, window: Found) -> str:
        if window["kind"] == "rolling":
            return units.duration(window["duration"], self.reader.lang)
        unit = getattr(self.reader.t, f"unit_{window['unit']}").plain
        count = window.get("count") or 1
        if count == 1:
            return str(unit)
        return f"{count} {unit}{'s' if self.reader.lang == 'en' else ''}"

    def of_objective(self, objective: Found, document: Found, name: str) -> str | None:
        """What an objective says under a name; None: nothing."""
        words = self.words(objective, document)
        found = objective.get(name)
        match name:
            case "target":
                return words.target_words().plain
            case "good":
                limit = words.limit()
                return None if limit is None else limit.plain
            case "responsible":
                return self.agencies.name(objective["responsible"]).text
            case "window":
                return self.window(objective["window"])
            case "statutory" if found:
                value = found["value"]
                length = units.limit(value, self.reader.lang)
                said = length if length is not None else str(value)
                reason = self.reader.said(found.get("reason")).text
                return f"{said}, {found['section']}" + (f" ({reason})" if reason else "")
            case "warning" if found:
                return words.short(found)
        return None if found is None else self.plain(found, words.zone)

    def allotment(self, value: Any) -> str:
        length = units.limit(value, self.reader.lang)
        return str(value) if length is None else length

    def of_document(self, document: Found, name: str) -> str | None:
        """What an agreement says in its general terms under a name; None: nothing."""
        found = document.get(name)
        t, zone = self.reader.t, dates.zone_of(document.get("time_zone"))
        if found is None:
            return None
        match name:
            case "parties":
                return ", ".join(self.agencies.name(each).text for each in found)
            case "effective_from" | "review_at":
                shown = moment(self.reader, found, zone)
                return shown.text if shown else None
            case "effective_until":
                ended = until(self.reader, dates.instant(found), zone)
                return ended.text if ended else None
            case "legal_form":
                return str((t.formal if found == "formal" else t.informal).plain)
            case "visibility":
                return str((t.seen_by_all if found == "public" else t.seen_by_parties).plain)
            case "title":
                return self.reader.said(found).text
            case "plans" | "composites" | "consequences":
                lines = (line for line in lines_of(self, document) if line[0] == name)
                return " · ".join(f"{label}: {said}" for _, _, label, said in lines) or None
        return self.plain(found, zone)

    def plain(self, value: Any, zone: tzinfo) -> str:
        """Anything else, as close to words as it comes."""
        t = self.reader.t
        if isinstance(value, bool):
            return str((t.yes if value else t.no).plain)
        if isinstance(value, str):
            length = units.limit(value, self.reader.lang)
            return value if length is None else length
        if isinstance(value, int):
            return numbers.count(value)
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return ", ".join(value) or "–"
        if isinstance(value, Mapping) and set(value) <= {"th", "en"}:
            return self.reader.said(value).text
        length = units.limit(value, self.reader.lang) if isinstance(value, Mapping) else None
        return length or json.dumps(value, ensure_ascii=False)[:LONGEST]


def by_code(document: Found | None) -> dict[str, Found]:
    return {each["code"]: each for each in (document or {}).get("objectives") or ()}


def parts_of(clause: str) -> list[str]:
    return [each.replace("~1", "/").replace("~0", "~") for each in clause.split("/")[1:]]


def anchor_of(clause: str) -> str:
    return "clause" + "-".join(["", *parts_of(clause)])


def changed_cards(
    wording: Wording, before: Found, after: Found, differences: Sequence[Found]
) -> tuple[Card, ...]:
    """One card for each promise that says something else, then one for the general terms."""
    old, new = by_code(before), by_code(after)
    order = {code: place for place, code in enumerate(new)}
    places: dict[str | None, dict[tuple[str, ...], Found]] = {}
    for each in differences:
        parts = parts_of(each["clause"])
        if parts[0] == "objectives" and len(parts) > 1:
            place = tuple(parts[2:4]) if parts[2:3] == ["allotments"] else tuple(parts[2:3])
            if place == ("comparator",):
                place = ("target",)
            places.setdefault(parts[1], {}).setdefault(place, each)
        else:
            # A field that holds a list or more is said whole, but what has a code under it by its code.
            keyed = parts[0] in ("composites", "consequences", "plans", "terms")
            places.setdefault(None, {}).setdefault(tuple(parts[: 2 if keyed else 1]), each)
    cards = [
        _of_objective(wording, code, old.get(code), new.get(code), before, after, found)
        for code, found in sorted(places.items(), key=lambda each: order.get(each[0] or "", len(order)))
        if code is not None
    ]
    if None in places:
        cards.append(_of_terms(wording, before, after, places[None]))
    return tuple(cards)


def _of_objective(
    wording: Wording,
    code: str,
    old: Found | None,
    new: Found | None,
    before: Found,
    after: Found,
    places: Mapping[tuple[str, ...], Found],
) -> Card:
    shown = new or old
    assert shown is not None
    document = after if new else before
    title = wording.words(shown, document).name()
    clause = f"/objectives/{code}"
    if old is None or new is None:
        rows = tuple(
            Row(each.clause, each.label, None if new else each.after, each.after if new else None, True)
            for each in said_rows(wording, shown, document)
        )
        return Card(anchor_of(clause), clause, title, "added" if new else "removed", rows, code)
    rows = tuple(
        Row(
            "/".join([clause, *place]),
            label_of(wording, place, found),
            _said(wording, old, before, place, found["before"]),
            _said(wording, new, after, place, found["after"]),
            True,
        )
        for place, found in sorted(places.items(), key=lambda each: _order(each[0]))
    )
    return Card(anchor_of(clause), clause, title, "changed", rows, code)


def _order(place: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    name = place[0] if place else ""
    return (PROMISED.index(name) if name in PROMISED else len(PROMISED)), place


def _said(
    wording: Wording, objective: Found, document: Found, place: tuple[str, ...], raw: Any
) -> str | None:
    if place[0] == "allotments":
        given = objective.get("allotments") or {}
        if len(place) == 1:
            return (
                "; ".join(f"{wording.step(step)} {wording.allotment(v)}" for step, v in given.items()) or None
            )
        return wording.allotment(given[place[1]]) if place[1] in given else None
    return wording.of_objective(objective, document, place[0])


def label_of(wording: Wording, place: tuple[str, ...], found: Found | None) -> str:
    t = wording.reader.t
    known = {
        "target": t.target,
        "good": t.clause_good,
        "window": t.window,
        "responsible": t.responsible_agency,
        "statutory": t.clause_law,
    }.get(place[0] if place else "")
    if known is not None:
        return str(known.plain)
    if place[:1] == ("allotments",):
        said = str(t.time_allotted.plain)
        return f"{said}: {wording.step(place[1])}" if len(place) > 1 else said
    return wording.reader.said((found or {}).get("words"), place[-1] if place else "").text


def said_rows(wording: Wording, objective: Found, document: Found) -> tuple[Row, ...]:
    """What an objective says, without a before."""
    clause = f"/objectives/{objective['code']}"
    rows: list[Row] = []
    for name in PROMISED:
        if name == "allotments":
            for step, value in (objective.get("allotments") or {}).items():
                place = ("allotments", step)
                said = wording.allotment(value)
                rows.append(
                    Row(f"{clause}/allotments/{step}", label_of(wording, place, None), None, said, False)
                )
            continue
        found = wording.of_objective(objective, document, name)
        if found is not None:
            rows.append(Row(f"{clause}/{name}", label_of(wording, (name,), None), None, found, False))
    return tuple(rows)


def _of_terms(wording: Wording, before: Found, after: Found, places: Mapping[tuple[str, ...], Found]) -> Card:
    rows: list[Row] = []
    for place, found in places.items():
        clause = "/" + "/".join(place)
        label = wording.reader.said(found["words"], place[-1]).text
        zone = dates.zone_of(after.get("time_zone"))
        if len(place) > 1:
            whole = found["clause"] == clause
            old = _under(before, place) if not whole else found["before"]
            new = _under(after, place) if not whole else found["after"]
            said = (
                None if old is None else _keyed(wording, before, place[0], old, zone),
                None if new is None else _keyed(wording, after, place[0], new, zone),
            )
        else:
            said = wording.of_document(before, place[0]), wording.of_document(after, place[0])
            if found["clause"] != clause:
                label = str(terms_label(wording.reader, place[0]))
        rows.append(Row(clause, label, *said, True))
    return Card(anchor_of(""), "", Said(wording.reader.t.general_terms.plain), "changed", tuple(rows))


def _keyed(wording: Wording, document: Found, name: str, value: Any, zone: tzinfo) -> str:
    """A composite, a consequence, a plan or a term."""
    if name in KEYED and isinstance(value, Mapping):
        return further_said(wording, document, name, value)
    return wording.plain(value, zone)


def _under(document: Found, place: tuple[str, ...]) -> Any:
    found = document.get(place[0])
    if isinstance(found, Mapping):
        return found.get(place[1])
    return {key_of(each): each for each in found or ()}.get(place[1])


def terms_label(reader: Reader, name: str) -> Phrase | str:
    known = {
        "title": reader.t.clause_title,
        "parties": reader.t.parties,
        "effective_from": reader.t.clause_from,
        "effective_until": reader.t.clause_until,
        "review_at": reader.t.clause_review,
        "legal_form": reader.t.clause_form,
        "visibility": reader.t.clause_seen_by,
        "calendar": reader.t.working_calendar,
    }
    found = known.get(name)
    return name if found is None else found


TERMS = ("parties", "effective_from", "effective_until", "review_at", "legal_form", "visibility", "calendar")


def terms_card(wording: Wording, document: Found) -> Card:
    """The general terms of one revision, without a before."""
    rows = []
    for name in TERMS:
        found = wording.of_document(document, name)
        if found is not None:
            rows.append(Row(f"/{name}", str(terms_label(wording.reader, name)), None, found, False))
    for kind, name, label, said in lines_of(wording, document):
        rows.append(Row(f"/{kind}/{name}", label, None, said, False))
    for name, value in (document.get("terms") or {}).items():
        zone = dates.zone_of(document.get("time_zone"))
        rows.append(
            Row(f"/terms/{name}", _term(wording.reader, name), None, wording.plain(value, zone), False)
        )
    return Card(anchor_of(""), "", Said(wording.reader.t.general_terms.plain), None, tuple(rows))


def _term(reader: Reader, name: str) -> str:
    return str(reader.t.clause_notice.plain) if name == "notice" else name


def promise_cards(wording: Wording, document: Found, without: Sequence[str] = ()) -> tuple[Card, ...]:
    """Each promise of a revision as it stands, but for some."""
    return tuple(
        Card(
            anchor_of(f"/objectives/{each['code']}"),
            f"/objectives/{each['code']}",
            wording.words(each, document).name(),
            None,
            said_rows(wording, each, document),
            each["code"],
        )
        for each in document["objectives"]
        if each["code"] not in without
    )
