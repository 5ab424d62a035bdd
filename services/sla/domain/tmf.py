"""TMF623 (TM Forum, SLA Management API): the rules of a service level agreement as rows.

A rule: `id`, `metric`, `unit`, `referenceValue`, `operator`, `tolerance`, `consequence`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from services.sla.domain.canonical import escaped, shortest
from services.sla.domain.objective_rows import Row
from services.sla.domain.openslo.said import Said
from shared.errors import Fault
from shared.strict_json import parse_json

MAPPING: Mapping[str, str | None] = {
    "id": "code",
    "name": None,
    "description": None,
    "metric": "indicator",
    "unit": "unit",
    "referenceValue": "value",
    "operator": "comparator",
    "tolerance": "tolerance",
    "consequence": None,
}
"""The fields of a rule, unless a mapping says otherwise."""
PLUMBING = ("@type", "@baseType", "@schemaLocation", "href", "id")

_REASONS = {
    "consequence": (
        "ผลของการไม่เป็นไปตามเป้าหมายเขียนเป็นขั้นในข้อตกลง",
        "consequences are brackets of the agreement: write them there",
    ),
    "relatedParty": ("คู่สัญญาเป็นรหัสของหน่วยงานในข้อตกลง", "parties are codes of agencies, in the agreement"),
    "validFor": ("วันมีผลอยู่ในข้อตกลง", "the agreement says from when it is in force"),
    "template": ("ไม่มีแม่แบบ", "there are no templates"),
}
_OTHERWISE = ("ไม่มีที่ในข้อตกลง", "an agreement has no place for it")


def read(body: bytes) -> tuple[list[Row], list[str], list[Said], list[Fault]]:
    """Rows, their columns, what is not taken in, and what is wrong. Unreadable: it is no JSON."""
    found = parse_json(body)
    rules = found.get("rule") if isinstance(found, dict) else None
    if not isinstance(rules, list) or not rules:
        return [], [], [], [Fault("/rule", "expected an SLA of TMF623: an object with a list of `rule`")]
    rows: list[Row] = []
    faults: list[Fault] = []
    columns: dict[str, None] = {}
    for index, rule in enumerate(rules):
        if not isinstance(rule, dict):
            faults.append(Fault(f"/rule/{index}", "expected an object"))
            continue
        cells: dict[str, str] = {}
        for name, value in rule.items():
            if name in PLUMBING and name != "id":
                continue
            text = _text(value)
            if text is None:
                faults.append(Fault(f"/rule/{index}/{escaped(name)}", "expected a text or a number"))
            cells[name] = text or ""
        columns |= dict.fromkeys(cells)
        rows.append(Row(f"/rule/{index}", cells))
    said = [
        unsaid(f"/{escaped(name)}", name)
        for name, value in found.items()
        if name != "rule" and name not in PLUMBING and value not in (None, "", [], {})
    ]
    return rows, list(columns), said, faults


def unsaid(path: str, name: str) -> Said:
    return Said(path, *_REASONS.get(name, _OTHERWISE))


def _text(value: Any) -> str | None:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return shortest(Decimal(value))
    return None
