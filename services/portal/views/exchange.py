"""Objectives as files of other tools, in words: what one cannot say, would change, has wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.portal.text.phrase import Phrase
from services.portal.views.clauses import Card, Wording, changed_cards
from services.portal.views.refusals import detail_words, refusal_words
from services.portal.views.words import Reader, Said

Found = Mapping[str, Any]

FIELDS = (
    "code",
    "indicator",
    "responsible",
    "limit",
    "limit_comparator",
    "comparator",
    "target",
    "value",
    "unit",
    "tolerance",
    "window",
    "aggregation",
    "count_at",
    "overdue",
    "grace",
    "minimum_total",
    "wording_th",
    "wording_en",
    "clause",
)
"""What a column may be."""
LEFT_OUT = "-"


@dataclass(frozen=True, slots=True)
class Loss:
    """A clause, or a place of a file, that the other side cannot say."""

    clause: Said
    reason: Said
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A format in which objectives go out. ``losses`` None: it could not be asked."""

    title: Phrase
    use: Phrase
    files: tuple[tuple[str, str], ...]
    """(address, what it is called)"""
    losses: tuple[tuple[Said, tuple[Said, ...]], ...] | None
    """Clauses by the reason for which they are lost."""

    @property
    def lost(self) -> int:
        return sum(len(clauses) for _, clauses in self.losses or ())


@dataclass(frozen=True, slots=True)
class Wrong:
    line: str
    place: str
    said: Phrase


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    field: str
    """`-`: left out; empty: nobody has said it yet."""


@dataclass(frozen=True)
class Preview:
    """What a file would do. ``hash`` None: it cannot be stored as it is."""

    hash: str | None
    heading: Phrase
    counted: Phrase
    encoding: str | None
    wrong: tuple[Wrong, ...]
    more: Phrase | None
    losses: tuple[Loss, ...]
    cards: tuple[Card, ...]
    columns: tuple[Column, ...]
    unnamed: tuple[str, ...]


def forms_of(
    reader: Reader, at: str, openslo: Found | None, table: Found | None, tmf: Found | None
) -> tuple[Form, ...]:
    """``at``: where the files are."""
    t = reader.t
    return (
        Form(
            t.exchange_table,
            t.exchange_table_for,
            ((f"{at}/table.xlsx", "XLSX"), (f"{at}/table.csv", "CSV")),
            _losses(reader, table),
        ),
        Form(
            t.exchange_openslo,
            t.exchange_openslo_for,
            ((f"{at}/openslo.yaml", "YAML"),),
            _losses(reader, openslo),
        ),
        Form(t.exchange_tmf, t.exchange_tmf_for, ((f"{at}/tmf623.json", "JSON"),), _losses(reader, tmf)),
    )


def _losses(reader: Reader, found: Found | None) -> tuple[tuple[Said, tuple[Said, ...]], ...] | None:
    if found is None:
        return None
    by_reason: dict[Said, list[Said]] = {}
    for each in found["not_expressed"]:
        by_reason.setdefault(reader.said(each["reason"]), []).append(reader.said(each["words"], each["path"]))
    return tuple((reason, tuple(clauses)) for reason, clauses in by_reason.items())


def preview_of(wording: Wording, before: Found | None, found: Found, parent: Phrase) -> Preview:
    """``found``: what the service said of a file; ``before``: the revision that it would follow."""
    reader = wording.reader
    t = reader.t
    wrong = len(found["errors"]) + found["more_errors"]
    cards: tuple[Card, ...] = ()
    if found["document"] is not None and before is not None and found["differences"]:
        cards = changed_cards(wording, before, found["document"], found["differences"])
    if wrong:
        heading = t.n("exchange_bad", wrong)
    elif found["hash"] is None:
        heading = t.exchange_same(revision=parent)
    else:
        heading = t.n("exchange_changes", sum(each.code is not None for each in cards))
    mapping = found["mapping"] or {}
    return Preview(
        hash=found["hash"],
        heading=heading,
        counted=t.n("exchange_understood", len(found["objectives"])),
        encoding=found["encoding"],
        wrong=tuple(
            Wrong(
                "–" if each["line"] is None else str(each["line"]),
                place_words(reader, each["path"]),
                detail_words(reader, each["detail"]),
            )
            for each in found["errors"]
        ),
        more=t.import_more(n=found["more_errors"]) if found["more_errors"] else None,
        losses=tuple(
            Loss(Said(place_words(reader, each["path"])), reader.said(each["reason"]), each["line"])
            for each in found["not_expressed"]
        ),
        cards=cards,
        columns=tuple(
            Column(name, (mapping[name] or LEFT_OUT) if name in mapping else "")
            for name in found["columns"] or ()
        ),
        unnamed=tuple(found["unnamed"]),
    )


def field_name(reader: Reader, name: str) -> str:
    return str(getattr(reader.t, f"exchange_field_{name}").plain)


def place_words(reader: Reader, path: str) -> str:
    """Where in a file: of a table the column, of an agreement the objective and its clause."""
    parts = [each.replace("~1", "/").replace("~0", "~") for each in path.split("/")[1:]]
    if len(parts) > 1 and parts[0] == "rows":
        return " ".join(_named(reader, each) for each in parts[2:]) or "–"
    if len(parts) > 1 and parts[0] == "rule":
        return " ".join([f"rule {parts[1]}", *parts[2:]])
    if len(parts) > 1 and parts[0] == "objectives":
        return ": ".join([parts[1], *(_named(reader, each) for each in parts[2:3])])
    if parts and parts[0] in ("consequences", "composites", "plans"):
        return str(getattr(reader.t, f"exchange_in_{parts[0]}").plain)
    return path or "–"


def _named(reader: Reader, part: str) -> str:
    return field_name(reader, part) if part in FIELDS else part


_FILE = (
    (re.compile(r"the file is UTF-16"), "import_utf16"),
    (re.compile(r"the file is neither UTF-8"), "import_not_thai"),
    (re.compile(r"the file is not (utf|tis|cp)"), "import_not_so_encoded"),
)


def unreadable(reader: Reader, status: int, problem: Found) -> tuple[Phrase, tuple[Wrong, ...]]:
    """Why a file cannot be read as a whole, and where, as far as that is said."""
    detail = str(problem.get("detail") or "")
    rows = tuple(
        Wrong(_line(str(each.get("pointer", ""))), place_words(reader, str(each.get("pointer", ""))), said)
        for each in problem.get("errors") or ()
        for said in [detail_words(reader, each.get("detail", ""))]
    )
    for pattern, words in _FILE:
        if pattern.match(detail):
            found: Phrase = getattr(reader.t, words)
            return found, rows
    return refusal_words(reader, status, problem), rows


def _line(pointer: str) -> str:
    found = re.match(r"/rows/(\d+)", pointer)
    return found[1] if found else "–"


def choices(reader: Reader) -> Sequence[tuple[str, str]]:
    """What a column can be chosen to be."""
    return [
        (LEFT_OUT, reader.t.exchange_left_out.plain),
        *((each, field_name(reader, each)) for each in FIELDS),
    ]
