"""What one side says and the other cannot, with the reason in words for people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """``path``: a clause of ours (`/objectives/up/grace`), or a place in the file (`/2/spec/description`)."""

    path: str
    th: str
    en: str

    def answer(self) -> dict[str, object]:
        return {"path": self.path, "reason": {"th": self.th, "en": self.en}}


_OF_OURS: dict[str, tuple[str, str]] = {
    "parties": ("OpenSLO ไม่มีคู่สัญญา", "OpenSLO knows no parties"),
    "legal_form": ("OpenSLO ไม่มีรูปแบบของข้อตกลง", "OpenSLO knows no legal form"),
    "visibility": ("OpenSLO ไม่บอกว่าใครเห็นได้", "OpenSLO does not say who may see it"),
    "retroactive": ("OpenSLO ไม่มีวันมีผล", "OpenSLO knows no time in force"),
    "effective_from": ("OpenSLO ไม่มีวันมีผล", "OpenSLO knows no time in force"),
    "effective_until": ("OpenSLO ไม่มีวันมีผล", "OpenSLO knows no time in force"),
    "review_at": ("OpenSLO ไม่มีวันทบทวน", "OpenSLO knows no review"),
    "calendar": ("OpenSLO ไม่มีปฏิทินวันทำการ", "OpenSLO knows no working calendar"),
    "time_zone": (
        "OpenSLO บอกเขตเวลาเฉพาะรอบการประเมินตามปฏิทิน",
        "OpenSLO names a time zone only in calendar windows",
    ),
    "plans": ("OpenSLO มีแหล่งข้อมูลแต่ไม่มีแผนการวัด", "OpenSLO has data sources, and no measurement plans"),
    "composites": (
        "OpenSLO รวมตัวชี้วัด ไม่ได้รวมเป้าหมาย",
        "OpenSLO composes indicators, not promises",
    ),
    "consequences": ("OpenSLO ไม่มีผลของการไม่เป็นไปตามเป้าหมาย", "OpenSLO knows no consequences"),
    "terms": ("OpenSLO ไม่มีเงื่อนไข", "OpenSLO knows no terms"),
    "aggregation": (
        "เป้าหมายของ OpenSLO เป็นสัดส่วนเท่านั้น ไม่ใช่ค่าเฉลี่ย ผลรวม หรือจำนวน",
        "OpenSLO promises shares only, no mean, sum, least, greatest or count",
    ),
    "target": (
        "ค่าเป้าหมายของ OpenSLO ต้องต่ำกว่า 100 %",
        "a target of OpenSLO lies below 100 %",
    ),
    "comparator": (
        "ค่าเป้าหมายของ OpenSLO คืออย่างน้อยเสมอ จึงเขียนเป็นอย่างน้อยหรือไม่เกิน",
        "a target of OpenSLO is always an `at least`: it is written as `>=`, of a bad share as `<=`",
    ),
    "window": (
        "OpenSLO ไม่บอกว่าประเมินรอบต่อเนื่องบ่อยเพียงใด",
        "OpenSLO does not say how often a rolling window is judged",
    ),
    "slice": (
        "OpenSLO ไม่บอกว่าช่วงที่ไม่มีข้อมูลนับเป็นอะไร",
        "OpenSLO does not say what a slice without data counts as",
    ),
    "alerts": (
        "OpenSLO มีช่วงย้อนดูช่วงเดียวต่อการเตือน และบอกไม่ได้ว่าไม่มีการเตือน",
        "an alert of OpenSLO looks back over one span, not two; and it cannot say that there are none",
    ),
    "grace": ("OpenSLO ไม่มีเวลารอข้อมูล", "OpenSLO has no time for late data"),
    "minimum_total": ("OpenSLO ไม่มีจำนวนขั้นต่ำ", "OpenSLO has no least number of cases"),
    "coverage_floor": ("OpenSLO ไม่มีเกณฑ์ความครบถ้วนของข้อมูล", "OpenSLO has no coverage floor"),
    "scope": ("OpenSLO ไม่แยกตามกลุ่ม", "OpenSLO judges no groups by themselves"),
    "targets": ("OpenSLO ไม่มีค่าเป้าหมายรายกลุ่ม", "OpenSLO has no targets of groups"),
    "unknown_group": ("OpenSLO ไม่มีค่าเป้าหมายรายกลุ่ม", "OpenSLO has no targets of groups"),
    "scope_at": ("OpenSLO ไม่แยกตามกลุ่ม", "OpenSLO judges no groups by themselves"),
    "warning": ("OpenSLO ไม่มีเส้นเตือน", "OpenSLO has no warning line"),
    "allotments": ("OpenSLO ไม่มีเวลาที่จัดสรรให้แต่ละขั้นตอน", "OpenSLO has no time budgets of steps"),
    "statutory": ("OpenSLO ไม่มีเพดานตามกฎหมาย", "OpenSLO does not say what the law demands"),
    "headline": ("OpenSLO ไม่มีเป้าหมายเด่น", "OpenSLO has no headline"),
    "clause": ("OpenSLO ไม่อ้างข้อในเอกสาร", "OpenSLO names no clause of a paper"),
    "public_wording": (
        "คำอธิบายของ OpenSLO ไม่เกิน 1,050 ตัวอักษร และไม่บอกภาษา",
        "a description of OpenSLO has at most 1,050 characters, and no language",
    ),
}
_OTHERWISE = ("OpenSLO ไม่มีที่สำหรับสิ่งนี้", "OpenSLO has no place for it")

_OF_OPENSLO: dict[str, tuple[str, str]] = {
    "labels": ("ข้อตกลงไม่มีป้ายกำกับเช่นนี้", "an agreement has no such labels"),
    "annotations": ("เป็นหมายเหตุของโปรแกรมอื่น", "notes of another program"),
    "displayName": ("เป้าหมายมีรหัส ไม่มีชื่อที่แสดง", "a promise has a code, and no display name"),
    "connectionDetails": (
        "แหล่งข้อมูลรายงานเข้ามาเอง จึงไม่มีการเชื่อมต่อ",
        "sources report by themselves: nothing connects to them",
    ),
    "metricSource": (
        "ไม่มีการสืบค้น: ตัวชี้วัดบอกว่าวัดอะไร",
        "no query is run: the indicator says what is measured",
    ),
    "DataSource": (
        "แหล่งข้อมูลจดทะเบียนไว้ต่างหาก",
        "sources are registered by themselves, and report",
    ),
    "counter": (
        "จำนวนที่รายงานคือของแต่ละช่วงเสมอ",
        "what is reported are counts of their time, never running totals",
    ),
    "severity": ("การเตือนไม่มีระดับ", "alerts have no severity"),
    "alertAfter": ("เตือนทันทีที่ถึง", "an alert is told at once when it is reached"),
    "alertWhenNoData": (
        "แหล่งข้อมูลขาดการส่งแจ้งตามแผนการวัด",
        "silence is told by the measurement plan",
    ),
    "alertWhenResolved": ("แจ้งเมื่อพ้นแล้วเสมอ", "that it is over is always told"),
    "alertWhenBreaching": ("แจ้งเมื่อถึงเสมอ", "that it is reached is always told"),
    "notificationTargets": (
        "ใครได้รับแจ้งไม่อยู่ในข้อตกลง แต่อยู่ในการสมัครรับ",
        "who is told stands in subscriptions, not in the agreement",
    ),
    "description": ("ไม่มีที่สำหรับคำอธิบายนี้", "there is no place for this description"),
    "service": ("ข้อตกลงเป็นของบริการของตน", "the agreement is about its own service"),
    "timeZone": ("ข้อตกลงหนึ่งมีเขตเวลาเดียว", "an agreement has one time zone"),
    "op": ("สัดส่วนเทียบกับค่าเป้าหมายเป็นอย่างน้อยเสมอ", "a share is always `at least` its target"),
    "timeSliceTarget": ("ไม่ใช้กับวิธีนับนี้", "this way of counting does not use it"),
    "timeSliceWindow": ("ไม่ใช้กับวิธีนับนี้", "this way of counting does not use it"),
    "raw": (
        "สัดส่วนที่คำนวณไว้แล้วสรุปผลให้แน่นอนไม่ได้ ต้องมีจำนวน",
        "a ratio without its counts cannot be judged exactly",
    ),
    "composite": (
        "ตัวชี้วัดหลายตัวใน SLO เดียวไม่นำเข้า ให้เขียนเป็นเป้าหมายรวม",
        "an SLO of several indicators is not taken in: write it as a composite",
    ),
    "unused": ("ไม่มีอะไรอ้างถึง", "nothing refers to it"),
    "condition": (
        "การเตือนของเราคือเมื่ออัตราใช้ถึงหรือเกินค่าที่กำหนด",
        "an alert here is: the budget burns at a factor or faster",
    ),
}
_UNKNOWN = ("ไม่อยู่ใน OpenSLO v1 หรือไม่มีที่ในข้อตกลง", "not of OpenSLO v1, or without a place in an agreement")


def of_ours(path: str, name: str) -> Said:
    """A clause of ours that OpenSLO cannot say."""
    return Said(path, *_OF_OURS.get(name, _OTHERWISE))


def of_openslo(path: str, name: str) -> Said:
    """Something in a file that an agreement cannot say."""
    return Said(path, *_OF_OPENSLO.get(name, _UNKNOWN))
