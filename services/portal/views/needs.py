"""Needs in words: what was said, where, how it weighs, and what stands against it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from services.portal.text import dates, numbers, units
from services.portal.text.breaking import NBSP
from services.portal.text.phrase import Phrase
from services.portal.views.words import Agencies, Moment, Reader, Said, moment

SOURCES = (
    "survey",
    "interview",
    "hearing",
    "complaint",
    "feedback",
    "suggestion",
    "observation",
    "law",
    "other",
)
PRIORITIES = ("must", "should", "could", "wont")
RATINGS = ("frequency", "severity", "legal_weight")
STANDINGS = ("open", "proposed", "promised")
"""Gaps first."""
TITLE = 70
"""Characters of a statement in a title."""


@dataclass(frozen=True, slots=True)
class Need:
    """A need as a page names it. `statement` None: the words were erased."""

    id: str
    href: str
    statement: Said | None
    facts: tuple[str, ...]
    """Source, group, channel: as far as they were said."""
    document: Mapping[str, Any]

    @property
    def words(self) -> str | None:
        return None if self.statement is None else self.statement.text


@dataclass(frozen=True, slots=True)
class Promise:
    """An objective that stands against a need, or that none asked for."""

    name: Said
    href: str | None
    """None: it has no page, for it is not in force."""
    state: Phrase
    indicator: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """A group of needs in the list: what it leads to, and whether somebody promises it."""

    rank: int
    score: str | None
    lacking: Phrase | None
    moscow: Phrase
    need: Need
    merged: Phrase | None
    """How many stand behind it, where some do."""
    standing: str
    standing_words: Phrase
    indicators: tuple[tuple[str, Said], ...]
    promises: tuple[Promise, ...]


class NeedWords:
    """What pages say of the needs of one service."""

    def __init__(
        self, reader: Reader, base: str, agencies: Agencies, indicators: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self.reader = reader
        self.base = base
        self.agencies = agencies
        self.indicators = indicators

    def source(self, name: str) -> Phrase:
        return getattr(self.reader.t, f"need_source_{name}")  # type: ignore[no-any-return]

    def priority(self, name: str | None) -> Phrase:
        return getattr(self.reader.t, f"need_{name or 'unrated'}")  # type: ignore[no-any-return]

    def rating(self, kind: str, value: int) -> Phrase:
        return getattr(self.reader.t, f"need_{kind}_{value}")  # type: ignore[no-any-return]

    def rating_name(self, kind: str) -> Phrase:
        return getattr(self.reader.t, f"need_{kind}")  # type: ignore[no-any-return]

    def standing(self, name: str) -> Phrase:
        return getattr(self.reader.t, f"need_standing_{name}")  # type: ignore[no-any-return]

    def need(self, document: Mapping[str, Any]) -> Need:
        facts = [
            self.source(document["source"]).plain,
            *(document[name] for name in ("recipient_group", "channel") if document[name]),
        ]
        return Need(
            document["id"],
            f"{self.base}/{document['id']}",
            None if document["statement"] is None else self.reader.said(document["statement"]),
            tuple(facts),
            document,
        )

    def indicator(self, code: str) -> Said:
        return self.reader.said(self.indicators.get(code, {}).get("name"), code)

    def promise(self, found: Mapping[str, Any], names: Mapping[tuple[str, str], Said]) -> Promise:
        """``names``: how objectives are called, by agreement and code."""
        in_force = found["state"] == "in_force"
        state: Phrase = getattr(self.reader.t, f"need_state_{found['state']}")
        here = f"/app/agreements/{found['agreement']}"
        return Promise(
            names.get((found["agreement"], found["objective"]), Said(found["objective"])),
            f"{here}/objectives/{found['objective']}" if in_force else here,
            state,
            found["indicator"],
        )

    def merged(self, members: Sequence[str]) -> Phrase | None:
        """``members``: a need and all that stand behind it."""
        return self.reader.t.n("need_stands_for", len(members) - 1) if len(members) > 1 else None

    def moment(self, when: str) -> Moment:
        found = moment(self.reader, when, dates.zone_of(None))
        assert found is not None
        return found

    def formula(self, weights: Mapping[str, Any]) -> Phrase:
        """The score in words: a rating that counts twice stands there twice."""
        t = self.reader.t
        parts = [self.rating_name(name).plain for name in RATINGS for _ in range(weights[name])]
        if not parts:
            return t.need_formula_none
        return t.need_formula(formula=" × ".join(parts).replace(" ×", f"{NBSP}×"))

    def lacking(self, names: Sequence[str]) -> Phrase | None:
        if not names:
            return None
        return self.reader.t.need_lacks(what=", ".join(self.rating_name(each).plain for each in names))

    def amount(self, value: str | None, unit: str | None = None) -> str | None:
        """What was wanted, or what a factor says: 3 days, 95 %, 12 officers."""
        if value is None:
            return None
        if value.startswith("P"):
            return units.duration(value, self.reader.lang)
        number = Fraction(value)
        if unit is None and 0 < number < 1:
            share = numbers.short(number * 100)
            return f"ร้อยละ{NBSP}{share}" if self.reader.lang == "th" else f"{share}%"
        return numbers.short(number) if unit is None else f"{numbers.short(number)}{NBSP}{unit}"


def short(words: str | None, otherwise: str, most: int = TITLE) -> str:
    """A statement for a title or a line of history."""
    if words is None:
        return otherwise
    flat = re.sub(r"\s+", " ", words).strip()
    return flat if len(flat) <= most else f"{flat[: most - 1].rstrip()}…"


# --- the list ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    words: str
    count: int


@dataclass(frozen=True)
class Filter:
    """How the list is narrowed. Empty: not."""

    standing: str = ""
    source: str = ""
    group: str = ""
    channel: str = ""

    def lets(self, row: Row) -> bool:
        document = row.need.document
        return (
            self.standing in ("", row.standing)
            and self.source in ("", document["source"])
            and self.group in ("", document["recipient_group"] or "")
            and self.channel in ("", document["channel"] or "")
        )

    @property
    def active(self) -> bool:
        return any((self.standing, self.source, self.group, self.channel))


def rows(
    words: NeedWords,
    ranking: Iterable[Mapping[str, Any]],
    covers: Iterable[Mapping[str, Any]],
    names: Mapping[tuple[str, str], Said],
) -> list[Row]:
    """The needs, gaps first, then by rank."""
    of_need = {each["need"]: each for each in covers}
    found = []
    for each in ranking:
        cover = of_need.get(each["need"]["id"])
        if cover is None:
            continue
        found.append(
            Row(
                each["rank"],
                None if each["score"] is None else numbers.count(each["score"]),
                words.lacking(each["lacking"]),
                words.priority(each["moscow"]),
                words.need(each["need"]),
                words.merged(each["members"]),
                cover["standing"],
                words.standing(cover["standing"]),
                tuple((code, words.indicator(code)) for code in cover["indicators"]),
                tuple(words.promise(promise, names) for promise in cover["objectives"]),
            )
        )
    found.sort(key=lambda row: (STANDINGS.index(row.standing), row.rank))
    return found


def choices(words: NeedWords, found: Sequence[Row]) -> dict[str, list[Choice]]:
    """What the list can be narrowed to, with how many needs each leaves."""

    def counted(values: Iterable[str]) -> dict[str, int]:
        counts: dict[str, int] = {}
        for value in values:
            counts[value] = counts.get(value, 0) + 1
        return counts

    documents = [row.need.document for row in found]
    standings = counted(row.standing for row in found)
    sources = counted(each["source"] for each in documents)
    groups = counted(each["recipient_group"] for each in documents if each["recipient_group"])
    channels = counted(each["channel"] for each in documents if each["channel"])
    return {
        "standing": [
            Choice(name, words.standing(name).plain, standings[name])
            for name in STANDINGS
            if name in standings
        ],
        "source": [
            Choice(name, words.source(name).plain, sources[name]) for name in SOURCES if name in sources
        ],
        "group": [Choice(name, name, count) for name, count in sorted(groups.items())],
        "channel": [Choice(name, name, count) for name, count in sorted(channels.items())],
    }


def verdict(words: NeedWords, counts: Mapping[str, int]) -> Phrase:
    """The sentence of the first screen."""
    t = words.reader.t
    total = sum(counts.values())
    if counts["open"]:
        return t.n("needs_open", total, open=numbers.count(counts["open"]))
    if counts["proposed"]:
        return t.needs_none_open(proposed=numbers.count(counts["proposed"]))
    return t.needs_all_promised
