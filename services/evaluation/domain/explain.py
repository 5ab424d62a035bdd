"""The sum behind a verdict, in words of both languages and with its numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from services.evaluation.domain.amounts import shown
from services.evaluation.domain.composites import ALL, WEIGHTED, Composite
from services.evaluation.domain.objective import Objective, Slice
from services.evaluation.domain.verdict import TIMESLICES
from shared.clock import MINUTE


class Line(NamedTuple):
    th: str
    en: str
    figure: int | None = None


def steps(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Lines as they are shown."""
    return [
        {"number": number, "text": {"th": line.th, "en": line.en}, "count": line.figure}
        for number, line in enumerate(lines, start=1)
    ]


FORMULAS = {
    "share": "good / total {comparator} {target}",
    "mean": "sum of values / number of values {comparator} {target}",
    "sum": "sum of values {comparator} {target}",
    "count": "number of measurements {comparator} {target}",
    "reported": "sum of reported counts {comparator} {target}",
    "minimum": "smallest value {comparator} {target}",
    "maximum": "largest value {comparator} {target}",
    "timeslices": "good slices / slices that count {comparator} {target}",
    "bad timeslices": "bad slices / slices that count {comparator} {target}",
    "ratio-timeslices": "mean of the shares of slices that count {comparator} {target}",
}

_VERDICTS = {
    "met": ("บรรลุเป้าหมาย", "met"),
    "breached": ("ไม่บรรลุเป้าหมาย", "breached"),
    "not_determined": ("สรุปผลไม่ได้", "not determined"),
    "on_track": ("อยู่ในเป้าหมาย", "on track (open)"),
    "at_risk": ("มีความเสี่ยง (ยังไม่ปิดรอบ)", "at risk (open)"),
    "no_data": ("ยังไม่มีข้อมูล", "no data yet (open)"),
}


def formula(objective: Objective) -> str:
    """The comparison that decides, with the target as it was agreed."""
    wanted = objective.aggregation
    if (objective.kind, wanted) == ("count", "count"):
        wanted = "reported"
    elif objective.slice is not None:
        bad = objective.budgeting == TIMESLICES and objective.is_upper
        wanted = f"bad {TIMESLICES}" if bad else objective.budgeting
    return FORMULAS[wanted].format(comparator=objective.comparator, target=_target(objective))


def _target(objective: Objective) -> str:
    of_time = objective.on_journeys and objective.aggregation not in ("share", "count")
    return f"{objective.target_text} s" if of_time else objective.target_text


def lines(objective: Objective, result: dict[str, Any], limit: str | None) -> list[Line]:
    """The steps from what was counted to the verdict."""
    total, good = result["total"], result["good"]
    unit = ("เรื่อง", "cases") if objective.on_journeys else ("รายการ", "measurements")
    found = []
    if objective.slice is None:
        found.append(Line(f"นับได้ทั้งหมด {total} {unit[0]}", f"counted in all: {total} {unit[1]}", total))
    elif result.get("slices") is not None:
        unit = ("ช่วง", "slices")
        found += _slices(objective, objective.slice, result["slices"])
    if result["excluded"]:
        left_out = result["excluded"]
        thai, english = ("เรื่อง", "cases") if objective.on_journeys else ("รายการ", "measurements")
        found.append(
            Line(
                f"ไม่นับตามข้อยกเว้นที่ตกลงกัน {left_out} {thai}",
                f"excluded as agreed, neither good nor bad: {left_out} {english}",
                left_out,
            )
        )
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
    if good is not None and objective.slice is None:
        sign = objective.good[0] if objective.good else ""
        rule = (f"อยู่ในเกณฑ์ {sign} {limit}", f"within {sign} {limit}") if limit else ("ที่ดี", "good")
        found.append(Line(f"{rule[0]} {good} {unit[0]}", f"{rule[1]}: {good} {unit[1]}", good))
    if result["exact"] is not None:
        exact, value = result["exact"], result["value"]
        number = value if exact.endswith("/1") else f"{exact} = {value}"
        compared = f"{number}, {objective.comparator} {_target(objective)}"
        found.append(Line(f"เทียบกับเป้าหมาย: {compared}", f"against the target: {compared}"))
    if objective.unlisted:
        found.append(
            Line(
                "กลุ่มนี้ไม่มีเป้าหมายของตนเอง จึงแสดงไว้โดยไม่ตัดสิน",
                "this group has no target of its own: it is shown, and not judged",
            )
        )
    if total < objective.minimum_total:
        found.append(
            Line(
                f"น้อยกว่าจำนวนขั้นต่ำ {objective.minimum_total}",
                f"fewer than the minimum of {objective.minimum_total}",
            )
        )
    found += _coverage(objective, result)
    found += _outlook(objective, result, unit)
    thai, english = _VERDICTS[result["verdict"]]
    found.append(Line(f"ผล: {thai}", f"verdict: {english}"))
    return found


def _coverage(objective: Objective, result: dict[str, Any]) -> list[Line]:
    """How much was reported as planned, and that nothing was zero because of it."""
    found = []
    for plan in result["basis"].get("plan") or ():
        numbers = f"{plan['reported']} / {plan['slots']}"
        found.append(
            Line(
                f"แหล่งข้อมูล {plan['source']} รายงานตามแผน (ทุก {plan['frequency']}) {numbers} ช่วง",
                f"{plan['source']} reported as planned (every {plan['frequency']}): {numbers} slots",
                plan["reported"],
            )
        )
    floor = objective.coverage_floor
    if floor is not None and result.get("coverage") is not None:
        numbers = f"{result['coverage']} / {shown(floor)}"
        found.append(
            Line(
                f"ความครบถ้วนของข้อมูล {numbers} (เกณฑ์ขั้นต่ำ)",
                f"coverage against the agreed floor: {numbers}",
            )
        )
    if result["total"] == 0 and result["exact"] == "0/1":
        found.append(
            Line(
                "แหล่งข้อมูลรายงานครบแล้วว่าไม่มีเหตุ จึงนับเป็นศูนย์",
                "all was reported, and there was nothing: zero",
            )
        )
    return found


def _slices(objective: Objective, rule: Slice, slices: dict[str, int | None]) -> list[Line]:
    """How many slices count, and how many of these are good."""
    minutes = rule.length // MINUTE
    counted, ignored = slices["counted"], slices["ignored"]
    found = [
        Line(
            f"แบ่งเป็นช่วงละ {minutes} นาที นับ {counted} ช่วง (ไม่มีข้อมูลจึงไม่นับ {ignored} ช่วง)",
            f"slices of {minutes} minutes that count: {counted} (left out for want of data: {ignored})",
            counted,
        )
    ]
    if rule.target is not None:
        sign = f"{'<=' if objective.is_upper else '>='} {shown(rule.target)}"
        found.append(
            Line(
                f"ช่วงที่ดี (สัดส่วน {sign}) {slices['good']} ช่วง ไม่ดี {slices['bad']} ช่วง",
                f"good slices (share {sign}): {slices['good']}, bad: {slices['bad']}",
                slices["good"],
            )
        )
    return found


def _outlook(objective: Objective, result: dict[str, Any], unit: tuple[str, str]) -> list[Line]:
    """What of the error budget is gone, where an open window is heading, and its warning line."""
    found = []
    budget, forecast = result.get("budget"), result.get("forecast")
    if budget is not None:
        numbers = f"{budget['consumed']} / 1"
        found.append(
            Line(
                f"ใช้ส่วนที่ยอมให้พลาดได้ไปแล้ว {numbers} คงเหลือ {budget['remaining']}",
                f"of the error budget consumed: {numbers}, remaining {budget['remaining']}",
            )
        )
    if forecast is not None:
        passed, length = forecast["elapsed_minutes"], forecast["window_minutes"]
        rest, tenth = length - passed, forecast["lookback_minutes"]
        total = f"{forecast['total']} × {length}/{passed} = {forecast['projected_total']}"
        recent = f"{forecast['bad_in_lookback']} × {rest}/{tenth}"
        bad = f"{forecast['bad']} + {recent} = {forecast['projected_bad']}"
        value = f"{forecast['exact']} = {forecast['value']}"
        found.append(
            Line(
                f"คาดการณ์ถึงสิ้นรอบ: ทั้งหมด {total} {unit[0]} ไม่อยู่ในเกณฑ์ {bad} {unit[0]} ผล {value}",
                f"forecast for the window's end: {total} {unit[1]}, of these bad {bad}; value {value}",
            )
        )
    if "warning" in result.get("risks", ()) and objective.warning is not None:
        line = f"{objective.comparator} {shown(objective.warning)}"
        found.append(Line(f"พ้นเส้นเตือนที่ตกลงไว้ ({line})", f"the agreed warning line is crossed ({line})"))
    return found


def composite_formula(composite: Composite) -> str:
    """How the members decide."""
    wanted = {
        ALL: "every member holds",
        WEIGHTED: "sum of weight x value / sum of weights",
    }.get(composite.kind, "worst of the members' values")
    return wanted if composite.kind == ALL else f"{wanted} {composite.comparator} {composite.target_text}"


def composite_lines(composite: Composite, result: dict[str, Any]) -> list[Line]:
    """The steps from the members to the verdict."""
    found = []
    for member in result["members"]:
        thai, english = _VERDICTS[member["verdict"]]
        value = "" if member["value"] is None else f" ({member['exact']} = {member['value']})"
        weight = f" × {member['weight']}" if composite.kind == WEIGHTED else ""
        out = composite.kind != ALL and not member["counts"]
        found.append(
            Line(
                f"{member['objective']}{weight}: {thai}{value}{' ไม่นำมาคิด' if out else ''}",
                f"{member['objective']}{weight}: {english}{value}{', left out' if out else ''}",
            )
        )
    if composite.kind == ALL:
        held = f"{result['good']} / {result['total']}"
        found.append(Line(f"บรรลุ {held}", f"hold: {held}", result["good"]))
    elif result["exact"] is not None:
        compared = f"{result['exact']} = {result['value']}, {composite.comparator} {composite.target_text}"
        found.append(Line(f"เทียบกับเป้าหมาย: {compared}", f"against the target: {compared}"))
    thai, english = _VERDICTS[result["verdict"]]
    found.append(Line(f"ผล: {thai}", f"verdict: {english}"))
    return found
