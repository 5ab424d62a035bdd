"""Promises out of rows: of a table that people keep, or the rules of a TMF623 service level agreement.

Which column is which field is a mapping, that is shown and may be given. Numbers stay exact; Thai digits,
percent signs and the usual words for windows and comparisons are understood, what is ambiguous is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from services.sla.domain.canonical import shortest
from services.sla.domain.openslo.importing import Into
from services.sla.domain.openslo.naming import code_from
from services.sla.domain.openslo.said import Said
from services.sla.domain.openslo.spans import seconds_text
from services.sla.domain.proposed import Taken, laid_over
from services.sla.domain.units import duration_micros, read_number
from shared.clock import SECOND
from shared.errors import Fault

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": ("รหัส", "id"),
    "indicator": ("ตัวชี้วัด", "metric"),
    "responsible": ("หน่วยงานที่รับผิดชอบ", "ผู้รับผิดชอบ"),
    "limit": ("เกณฑ์รายเรื่อง", "เกณฑ์"),
    "limit_comparator": ("การเปรียบเทียบรายเรื่อง",),
    "comparator": ("การเปรียบเทียบ", "operator"),
    "target": ("ค่าเป้าหมาย", "เป้าหมาย"),
    "value": ("ค่าอ้างอิง", "referencevalue"),
    "unit": ("หน่วย",),
    "tolerance": ("ส่วนที่พลาดได้",),
    "window": ("รอบการวัด", "รอบ"),
    "aggregation": ("วิธีรวมค่า",),
    "count_at": ("นับเรื่องในรอบใด",),
    "overdue": ("เรื่องที่เกินกำหนด",),
    "grace": ("เวลารอข้อมูล",),
    "minimum_total": ("จำนวนขั้นต่ำ",),
    "wording_th": ("ข้อความสำหรับประชาชน", "ข้อความ"),
    "wording_en": ("ข้อความสำหรับประชาชน (อังกฤษ)",),
    "clause": ("ข้อ", "ข้อในเอกสาร"),
}
"""The fields, and how else a column of each may be called."""
AS_IS = ("responsible", "aggregation", "count_at", "overdue", "grace", "clause")

_NAMES = {alias.casefold(): name for name, aliases in COLUMNS.items() for alias in (name, *aliases)}
_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_COMPARATORS = {
    ">=": (
        ">=",
        "≥",
        "gte",
        "ge",
        ".ge",
        ".gte",
        "greater_equal",
        "at least",
        "อย่างน้อย",
        "ไม่น้อยกว่า",
        "ไม่ต่ำกว่า",
    ),
    "<=": ("<=", "≤", "lte", "le", ".le", ".lte", "less_equal", "at most", "ไม่เกิน", "ไม่มากกว่า"),
    ">": (">", "gt", ".gt", "greater", "more than", "มากกว่า", "เกิน"),
    "<": ("<", "lt", ".lt", "less", "less than", "น้อยกว่า", "ต่ำกว่า"),
}
_COMPARATOR = {word: ours for ours, words in _COMPARATORS.items() for word in words}
_WINDOWS = {
    "hour": ("hour", "hourly", "ชั่วโมง", "รายชั่วโมง"),
    "day": ("day", "daily", "วัน", "รายวัน"),
    "week": ("week", "weekly", "สัปดาห์", "รายสัปดาห์"),
    "month": ("month", "monthly", "เดือน", "รายเดือน"),
    "quarter": ("quarter", "quarterly", "ไตรมาส", "รายไตรมาส"),
    "half_year": ("half_year", "half year", "ครึ่งปี", "รายครึ่งปี"),
    "year": ("year", "yearly", "ปี", "รายปี"),
}
_WINDOW: dict[str, dict[str, Any]] = {
    word: {"kind": "calendar", "unit": unit} for unit, words in _WINDOWS.items() for word in words
}
_FISCAL: dict[str, Any] = {"kind": "calendar", "unit": "year", "count": 1, "anchor": "2025-10-01"}
_WINDOW |= dict.fromkeys(("fiscal year", "ปีงบประมาณ", "รายปีงบประมาณ"), _FISCAL)
_TIMES = {
    1: ("s", "sec", "second", "seconds", "วินาที"),
    60: ("min", "minute", "minutes", "นาที"),
    3600: ("h", "hr", "hour", "hours", "ชั่วโมง"),
    86_400: ("24h", "day (24 h)"),
}
_SECONDS = {word: seconds for seconds, words in _TIMES.items() for word in words}
_PERCENT = ("%", "percent", "ร้อยละ", "เปอร์เซ็นต์")
_DAYS = re.compile(r"(\d{1,4})\s*(วันทำการ|working days?|วันปฏิทิน|calendar days?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """Cells by column. ``place``: a pointer into the file."""

    place: str
    cells: Mapping[str, str]


class _Wrong(Exception):
    def __init__(self, column: str, detail: str, unnamed: str | None = None) -> None:
        self.column, self.detail, self.unnamed = column, detail, unnamed


def mapping_of(
    header: Sequence[str], given: Mapping[str, str | None] | None, place: str
) -> tuple[dict[str, str | None], list[Fault]]:
    """Which field each column is; None: it is left out. ``given`` goes before what names say."""
    found: dict[str, str | None] = {}
    faults: list[Fault] = []
    for name in given or {}:
        if name not in header:
            faults.append(Fault(f"/mapping/{name}", f"no such column; there are: {', '.join(header)}"))
    for name in header:
        if given is not None and name in given:
            field = given[name]
        else:
            field = _NAMES.get(" ".join(name.casefold().split()))
            if field is None:
                known = ", ".join(COLUMNS)
                faults.append(
                    Fault(place, f"column {name[:60]!r} is unknown; map it to null, or to one of: {known}")
                )
        if field is not None and field in found.values():
            faults.append(Fault(place, f"two columns are `{field}`"))
        found[name] = field
    named = set(found.values())
    for field in ("code", "indicator"):
        if field not in named and not faults:
            faults.append(Fault(place, f"no column is `{field}`; say which in `mapping`"))
    return found, faults


def take(rows: Iterable[Row], mapping: Mapping[str, str | None], into: Into) -> Taken:
    """The promises of rows, and what is wrong with each of the others."""
    taken = Taken(time_zone=into.time_zone)
    columns = {field: column for column, field in mapping.items() if field is not None}
    for row in rows:
        cells = {
            field: row.cells[column].strip()
            for field, column in columns.items()
            if row.cells.get(column, "").strip()
        }
        try:
            code, made = _promise(cells, into)
        except _Wrong as wrong:
            name = columns.get(wrong.column, wrong.column)
            taken.faults.append(Fault(f"{row.place}/{name}", wrong.detail))
            if wrong.unnamed is not None:
                taken.unnamed[wrong.unnamed] = None
            continue
        for field in ("unit", "tolerance"):
            if field in cells and field not in made.used:
                taken.said.append(_unused(f"{row.place}/{columns[field]}", field))
        kind = into.indicators[made.fields["indicator"]]["kind"]
        taken.add(code, laid_over(into.before.get(code), into.defaults, made.fields, kind), row.place)
    return taken


@dataclass(slots=True)
class _Made:
    fields: dict[str, Any]
    used: set[str]


def _promise(cells: Mapping[str, str], into: Into) -> tuple[str, _Made]:
    code = _needed(cells, "code")
    code = code if re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", code) else code_from(code)
    named = (
        cells.get("indicator") or into.before.get(code, {}).get("indicator") or _needed(cells, "indicator")
    )
    indicator = into.indicators.get(into.named.get(named, named))
    if indicator is None:
        known = ", ".join(sorted(into.indicators)) or "none"
        detail = f"say in `indicators` what {named[:80]!r} stands for; known: {known}"
        raise _Wrong("indicator", detail, named)
    base: Mapping[str, Any] = into.before.get(code) or into.defaults
    made = _Made({"code": code, "indicator": indicator["code"]}, set())
    made.fields |= {name: cells[name] for name in AS_IS if name in cells}
    if "minimum_total" in cells:
        made.fields["minimum_total"] = _whole(cells, "minimum_total")
    if "window" in cells:
        made.fields["window"] = _window(cells["window"])
    words = {name: cells[f"wording_{name}"] for name in ("th", "en") if f"wording_{name}" in cells}
    if words:
        # A wording in the language that the file does not have stays.
        made.fields["public_wording"] = {**(base.get("public_wording") or {}), **words}
    aggregation = cells.get("aggregation") or base.get("aggregation") or "share"
    _numbers(cells, indicator, aggregation, base, made)
    return code, made


def _numbers(
    cells: Mapping[str, str],
    indicator: Mapping[str, Any],
    aggregation: str,
    base: Mapping[str, Any],
    made: _Made,
) -> None:
    """Target and limit. Where a share of cases is promised a `value` is the limit of one, else the target."""
    single = indicator["kind"] != "ratio" and aggregation == "share"
    limited = "value" in cells and single
    comparator = _comparator(cells, "comparator")
    if "limit" in cells or limited:
        name = "limit" if "limit" in cells else "value"
        own = _comparator(cells, "limit_comparator") or (comparator if name == "value" else None)
        if own is None:
            own = (base.get("good") or {}).get("comparator") or (
                "<=" if indicator["kind"] == "duration" else None
            )
        if own is None:
            raise _Wrong("limit_comparator", "say whether a value is good up to or from the limit")
        made.fields["good"] = {"comparator": own, "value": _limit(cells, name, indicator, made)}
        if name == "value":
            comparator = None
    if "target" in cells or ("value" in cells and not limited):
        name = "target" if "target" in cells else "value"
        made.fields["target"] = _target(cells, name, indicator, aggregation, made)
    elif "tolerance" in cells and limited:
        # The share of cases that may miss the limit.
        made.used.add("tolerance")
        made.fields["target"] = shortest(1 - _share(cells, "tolerance"))
        comparator = ">="
    if comparator is not None:
        made.fields["comparator"] = comparator
    elif "comparator" not in base:
        if aggregation != "share":
            raise _Wrong("comparator", "say whether the target is a least or a most")
        made.fields["comparator"] = ">="
    if "target" not in made.fields and "target" not in base:
        raise _Wrong("target", "say what share has to be good, or what the value has to be")


def _limit(cells: Mapping[str, str], name: str, indicator: Mapping[str, Any], made: _Made) -> Any:
    text = cells[name].translate(_DIGITS)
    if indicator["kind"] != "duration":
        _same_unit(cells, indicator, made)
        return _number(cells, name)
    days = _DAYS.fullmatch(text)
    if days is not None:
        working = days[2].lower() in ("วันทำการ", "working day", "working days")
        return {"working_days" if working else "calendar_days": int(days[1])}
    return _time(cells, name, indicator, made)


def _time(cells: Mapping[str, str], name: str, indicator: Mapping[str, Any], made: _Made) -> str:
    text = cells[name].translate(_DIGITS)
    if text.startswith("P"):
        try:
            duration_micros(text)
        except ValueError as error:
            raise _Wrong(name, f"{text[:60]!r} {error}") from None
        return text
    unit = cells.get("unit", "").casefold()
    if unit not in _SECONDS:
        raise _Wrong(
            name if not unit else "unit",
            f"write a time as `P3D`, `PT4H`, `3 working days` or `3 calendar days`, or its unit as one of: "
            f"{', '.join(words[0] for words in _TIMES.values())}",
        )
    made.used.add("unit")
    seconds = Decimal(_number(cells, name)) * _SECONDS[unit]
    if seconds != seconds.to_integral_value():
        raise _Wrong(name, "a time is in whole seconds")
    return seconds_text(int(seconds), working=indicator.get("clock") == "working")


def _target(
    cells: Mapping[str, str], name: str, indicator: Mapping[str, Any], aggregation: str, made: _Made
) -> str:
    if aggregation == "share":
        if name == "value" and cells.get("unit", "").casefold() in _PERCENT:
            made.used.add("unit")
            return shortest(Decimal(_number(cells, name)) / 100)
        if name == "value" and "unit" in cells:
            raise _Wrong("unit", f"a share is in {_PERCENT[0]}, or has no unit: 0.95")
        return shortest(_share(cells, name))
    if indicator["kind"] == "duration":
        text = _time(cells, name, indicator, made)
        return text if aggregation != "count" else str(duration_micros(text) // SECOND)
    _same_unit(cells, indicator, made)
    return _number(cells, name)


def _same_unit(cells: Mapping[str, str], indicator: Mapping[str, Any], made: _Made) -> None:
    unit = cells.get("unit")
    if unit is not None and unit.casefold() != str(indicator.get("unit")).casefold():
        raise _Wrong(
            "unit", f"{indicator['code']} is measured in {indicator.get('unit')}, not in {unit[:40]}"
        )
    made.used.add("unit")


def _share(cells: Mapping[str, str], name: str) -> Decimal:
    text = cells[name].translate(_DIGITS).strip()
    percent = next((each for each in _PERCENT if text.endswith(each) or text.startswith(each)), None)
    if percent is None:
        return Decimal(_number(cells, name))
    return Decimal(_number({name: text.removesuffix(percent).removeprefix(percent).strip()}, name)) / 100


def _number(cells: Mapping[str, str], name: str) -> str:
    text = cells[name].translate(_DIGITS)
    try:
        return shortest(read_number(text))
    except ValueError as error:
        raise _Wrong(name, f"{text[:60]!r} {error}") from None


def _whole(cells: Mapping[str, str], name: str) -> int:
    number = Decimal(_number(cells, name))
    if number != number.to_integral_value():
        raise _Wrong(name, "a whole number")
    return int(number)


def _comparator(cells: Mapping[str, str], name: str) -> str | None:
    if name not in cells:
        return None
    found = _COMPARATOR.get(" ".join(cells[name].casefold().split()))
    if found is None:
        raise _Wrong(name, f"{cells[name][:40]!r} is no comparison: write {', '.join(_COMPARATORS)}")
    return found


def _window(text: str) -> dict[str, Any]:
    if text.startswith("P"):
        return {"kind": "rolling", "duration": text}
    found = _WINDOW.get(" ".join(text.casefold().split()))
    if found is None:
        known = ", ".join(_WINDOWS)
        raise _Wrong("window", f"{text[:40]!r} is no window: {known}, or a rolling one as `P30D`")
    return dict(found)


def _needed(cells: Mapping[str, str], name: str) -> str:
    if name not in cells:
        raise _Wrong(name, "is missing")
    return cells[name]


def _unused(path: str, field: str) -> Said:
    if field == "unit":
        return Said(path, "หน่วยมาจากตัวชี้วัด", "the indicator says the unit")
    return Said(
        path,
        "ส่วนที่พลาดได้มีเฉพาะเกณฑ์รายเรื่อง ไม่ใช่ค่าเป้าหมาย",
        "only the limit of single cases may be missed by some; a target is kept or not",
    )


def rows_of(header: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[Row]:
    """The rows of a sheet."""
    for number, cells in rows:
        yield Row(f"/rows/{number}", dict(zip(header, cells, strict=True)))
