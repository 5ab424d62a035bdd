"""The sum behind a verdict, in words of both languages and with its numbers."""

from __future__ import annotations

from typing import Any, NamedTuple

from services.evaluation.domain.objective import Objective


class Line(NamedTuple):
    th: str
    en: str
    figure: int | None = None


FORMULAS = {
    "share": "good / total {comparator} {target}",
    "mean": "sum of values / number of values {comparator} {target}",
    "sum": "sum of values {comparator} {target}",
    "count": "number of measurements {comparator} {target}",
    "reported": "sum of reported counts {comparator} {target}",
    "minimum": "smallest value {comparator} {target}",
    "maximum": "largest value {comparator} {target}",
}

_VERDICTS = {
    "met": ("บรรลุเป้าหมาย", "met"),
    "breached": ("ไม่บรรลุเป้าหมาย", "breached"),
    "not_determined": ("สรุปผลไม่ได้", "not determined"),
    "on_track": ("อยู่ในเป้าหมาย", "on track (open)"),
    "no_data": ("ยังไม่มีข้อมูล", "no data yet (open)"),
}


def formula(objective: Objective) -> str:
    """The comparison that decides, with the target as it was agreed."""
    reported = (objective.kind, objective.aggregation) == ("count", "count")
    wanted = "reported" if reported else objective.aggregation
    return FORMULAS[wanted].format(comparator=objective.comparator, target=objective.target_text)


def lines(objective: Objective, result: dict[str, Any], limit: str | None) -> list[Line]:
    """The steps from what was counted to the verdict."""
    total, good = result["total"], result["good"]
    unit = ("เรื่อง", "cases") if objective.on_journeys else ("รายการ", "measurements")
    found = [Line(f"นับได้ทั้งหมด {total} {unit[0]}", f"counted in all: {total} {unit[1]}", total)]
    overdue = result["overdue"]
    if objective.on_journeys:
        found.append(
            Line(
                f"ในจำนวนนี้ เกินกำหนดและยังไม่เสร็จ {overdue['counted']} เรื่อง "
                f"(แสดงโดยไม่นับ {overdue['listed']} เรื่อง)",
                f"of these overdue and still open: {overdue['counted']} "
                f"(listed without counting: {overdue['listed']})",
                overdue["counted"],
            )
        )
    if good is not None:
        sign = objective.good[0] if objective.good else ""
        rule = (f"อยู่ในเกณฑ์ {sign} {limit}", f"within {sign} {limit}") if limit else ("ที่ดี", "good")
        found.append(Line(f"{rule[0]} {good} {unit[0]}", f"{rule[1]}: {good} {unit[1]}", good))
    if result["exact"] is not None:
        exact, value = result["exact"], result["value"]
        number = value if exact.endswith("/1") else f"{exact} = {value}"
        compared = f"{number}, {objective.comparator} {objective.target_text}"
        found.append(Line(f"เทียบกับเป้าหมาย: {compared}", f"against the target: {compared}"))
    if total < objective.minimum_total:
        found.append(
            Line(
                f"น้อยกว่าจำนวนขั้นต่ำ {objective.minimum_total}",
                f"fewer than the minimum of {objective.minimum_total}",
            )
        )
    thai, english = _VERDICTS[result["verdict"]]
    found.append(Line(f"ผล: {thai}", f"verdict: {english}"))
    return found
