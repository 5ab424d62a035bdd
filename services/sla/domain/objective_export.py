"""Promises out as rows of a table, and as rules of TMF623; what would not come back from either is told.

What is lost is not listed by hand: the rows are read again as a stranger would read them, and every clause
that is missing then, or means something else, is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from services.sla.domain import objective_rows, tmf
from services.sla.domain.canonical import shortest, stored
from services.sla.domain.objective_rows import COLUMNS, Row
from services.sla.domain.objectives import SHARE, completed
from services.sla.domain.openslo.exporting import FRAME
from services.sla.domain.openslo.importing import Into, rest_of
from services.sla.domain.openslo.said import Said
from services.sla.domain.proposed import meaning
from services.sla.domain.units import duration_micros
from shared.clock import SECOND

Objective = Mapping[str, Any]
Indicators = Mapping[str, Mapping[str, Any]]

TABLE = tuple(name for name in COLUMNS if name not in ("value", "unit", "tolerance"))
"""The columns of a table that we write: a value with a unit is what other tools call limit or target."""
FISCAL = {"kind": "calendar", "unit": "year", "count": 1, "anchor": "2025-10-01"}
NEEDED = ("window", "target", "responsible", "indicator", "comparator")
"""Clauses that no promise is without."""
_LONGER = ((3600, "hours"), (60, "minutes"), (1, "seconds"))

_REASONS: Mapping[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "table": (
        ("ตารางไม่มีคอลัมน์สำหรับข้อนี้", "a table has no column for this clause"),
        ("ตารางเขียนข้อนี้ให้ครบไม่ได้", "a table cannot write all of this clause"),
    ),
    "tmf": (
        ("กฎของ TMF623 ไม่มีที่สำหรับข้อนี้", "a rule of TMF623 has no place for this clause"),
        ("กฎของ TMF623 เขียนข้อนี้ให้ครบไม่ได้", "a rule of TMF623 cannot write all of this clause"),
    ),
}
"""Of a format: that it has no place at all, and that it has too small a one."""


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as texts, by column."""

    rows: tuple[Mapping[str, str], ...]
    said: tuple[Said, ...]

    def titled(self, lang: str) -> list[list[str]]:
        """With names of columns that the import knows."""
        head = [COLUMNS[name][0] if lang == "th" else name for name in TABLE]
        return [head, *([row.get(name, "") for name in TABLE] for row in self.rows)]


@dataclass(frozen=True, slots=True)
class Rules:
    document: dict[str, Any]
    said: tuple[Said, ...]


def table(document: Mapping[str, Any], indicators: Indicators) -> Table:
    """A document in stored form, its promises in the columns that the import reads."""
    rows = [_row(each, indicators) for each in document["objectives"]]
    mapping: dict[str, str | None] = {name: name for name in TABLE}
    read = [Row(f"/rows/{number}", cells) for number, cells in enumerate(rows, 2)]
    return Table(tuple(rows), tuple(_lost("table", document, indicators, read, mapping)))


def rules(document: Mapping[str, Any], digest: str, indicators: Indicators) -> Rules:
    """A document in stored form as a service level agreement of TMF623."""
    made = [_rule(each, indicators) for each in document["objectives"]]
    title = document["title"]
    until = document.get("effective_until")
    found: dict[str, Any] = {
        "@type": "SLA",
        "id": document["code"],
        "name": title.get("th") or title.get("en"),
        "description": f"{document['code']} {digest}",
        "validFor": {
            "startDateTime": document["effective_from"],
            **({} if until is None else {"endDateTime": until}),
        },
        "relatedParty": [{"id": each, "role": "SLAParty"} for each in document["parties"]],
        "rule": made,
    }
    read = [Row(f"/rule/{index}", cells) for index, cells in enumerate(made)]
    names = {name for cells in made for name in cells}
    mapping = {name: field for name, field in tmf.MAPPING.items() if name in names}
    return Rules(found, tuple(_lost("tmf", document, indicators, read, mapping)))


def _row(objective: Objective, indicators: Indicators) -> dict[str, str]:
    wording = objective.get("public_wording") or {}
    good = objective.get("good")
    cells = {
        "code": objective["code"],
        "indicator": objective["indicator"],
        "responsible": objective["responsible"],
        "limit": None if good is None else _limit(good["value"]),
        "limit_comparator": None if good is None else good["comparator"],
        "comparator": objective["comparator"],
        "target": _target(objective, indicators),
        "window": _window(objective["window"]),
        "aggregation": objective["aggregation"],
        "count_at": objective.get("count_at"),
        "overdue": objective.get("overdue"),
        "grace": objective["grace"],
        "minimum_total": str(objective["minimum_total"]),
        "wording_th": wording.get("th"),
        "wording_en": wording.get("en"),
        "clause": objective.get("clause"),
    }
    # What begins as a formula would be run by a spreadsheet, and is refused on the way back.
    return {
        name: text
        for name, text in cells.items()
        if text is not None and not (text.startswith(("=", "+", "@", "\t", "\r")) or _dashed(name, text))
    }


def _dashed(name: str, text: str) -> bool:
    """A minus that is no number's: the beginning of a formula, too."""
    return text.startswith("-") and name not in ("limit", "target")


def _rule(objective: Objective, indicators: Indicators) -> dict[str, str]:
    found = {"id": objective["code"], "metric": objective["indicator"]}
    indicator = indicators.get(objective["indicator"])
    unit = None if indicator is None else indicator.get("unit")
    good = objective.get("good")
    if good is None:
        # Of a ratio, a mean and the like what is promised is one value.
        share = objective["aggregation"] == SHARE
        value, unit = _amount(objective["target"], unit, share=share, kind=(indicator or {}).get("kind"))
        operator = objective["comparator"]
    elif objective["comparator"] == ">=":
        value, unit = _amount(good["value"], unit, share=False, kind=(indicator or {}).get("kind"))
        operator = good["comparator"]
        if value is not None:
            found["tolerance"] = shortest(rest_of(Decimal(objective["target"])))
    else:
        # A share that has to lie below its target is no tolerance.
        return found
    if value is None:
        return found
    found |= {"referenceValue": value, "operator": operator}
    return found if unit is None else {**found, "unit": unit}


def _amount(value: Any, unit: str | None, *, share: bool, kind: str | None) -> tuple[str | None, str | None]:
    """A value and its unit; no value: it cannot be written so."""
    if isinstance(value, Mapping):
        return _limit(value), None
    if share:
        return shortest(Decimal(value) * 100), "percent"
    if value.startswith("P"):
        micros = duration_micros(value)
        if micros % SECOND:
            return None, None
        seconds = micros // SECOND
        length, name = next(each for each in _LONGER if seconds % each[0] == 0)
        return str(seconds // length), name
    return value, "seconds" if kind == "duration" else unit


def _limit(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    if value.get("by", "clock") != "clock" or value.get("roll", False):
        return None
    if "working_days" in value:
        return f"{value['working_days']} working days"
    return f"{value['calendar_days']} calendar days"


def _target(objective: Objective, indicators: Indicators) -> str | None:
    target: str = objective["target"]
    kind = indicators.get(objective["indicator"], {}).get("kind")
    if kind != "duration" or objective["aggregation"] == SHARE or target.startswith("P"):
        return target
    # A number of seconds: a table writes every time with its unit.
    return f"PT{target}S" if target.isdecimal() else None


def _window(window: Mapping[str, Any]) -> str | None:
    if window["kind"] == "rolling":
        return str(window["duration"])
    if meaning("window", window) == meaning("window", FISCAL):
        return "fiscal year"
    return str(window["unit"])


def _lost(
    form: str,
    document: Mapping[str, Any],
    indicators: Indicators,
    rows: Sequence[Row],
    mapping: Mapping[str, str | None],
) -> Iterator[Said]:
    nowhere, too_small = _REASONS[form]
    for name in (*FRAME, "time_zone"):
        if document.get(name) not in (None, [], {}, False):
            yield Said(f"/{name}", *nowhere)
    for objective, row in zip(document["objectives"], rows, strict=True):
        place = f"/objectives/{objective['code']}"
        aggregation = objective["aggregation"]
        # How values are put together is told of a form that does not say it; the rest is read with it.
        told = {} if "aggregation" in mapping else {"aggregation": aggregation}
        taken = objective_rows.take([row], mapping, Into(document["service"], indicators, defaults=told))
        if not taken.objectives:
            yield Said(place, *too_small)
            continue
        if told and aggregation != SHARE:
            yield Said(f"{place}/aggregation", *nowhere)
        found = taken.objectives[0]
        kind = indicators[objective["indicator"]]["kind"]
        for name in sorted(set(objective) | set(found)):
            if name not in found:
                if not _usual(objective, name):
                    yield Said(f"{place}/{name}", *nowhere)
            elif _meant(objective, name, kind) != _meant(_whole(objective, found), name, kind):
                yield Said(f"{place}/{name}", *too_small)


def _whole(objective: Objective, found: Objective) -> dict[str, Any]:
    """What was read, with the defaults of an agreement; what it leaves open as it was."""
    made: dict[str, Any] = stored(completed({**objective, **found}))
    return made


def _usual(objective: Objective, name: str) -> bool:
    """Whether a clause says only what holds without it."""
    if name in NEEDED:
        return False
    without = stored(completed({each: value for each, value in objective.items() if each != name}))
    return bool(meaning(name, without.get(name)) == meaning(name, objective.get(name)))


def _meant(objective: Objective, name: str, kind: str) -> Any:
    target = objective.get(name)
    if name == "target" and kind == "duration" and objective["aggregation"] not in (SHARE, "count"):
        # A time may be written as a number of seconds.
        return meaning(name, target if str(target).startswith("P") else f"PT{target}S")
    return meaning(name, target)
