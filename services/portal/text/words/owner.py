"""Words of a service's overview for the agencies that share it."""

from __future__ import annotations

from services.portal.text.phrase import Text

SERVICE_MAP = Text("บริการและหน่วยงาน", "Services and agencies")
MAP_LEAD = Text(
    "บริการที่หน่วยงานของท่านร่วมให้ หน่วยงานใดทำขั้นตอนใด และตกลงกันไว้อย่างไร",
    "The services that your agency shares: who does which step, and what was agreed.",
)
MAP_OWNS = Text("เจ้าของบริการ", "Owner")
MAP_OTHERS = Text("หน่วยงานอื่น", "Other agencies")
MAP_NO_AGREEMENT = Text("ยังไม่มีข้อตกลง", "No agreement yet")
MAP_NONE = Text("หน่วยงานของท่านยังไม่ได้ร่วมให้บริการใด", "Your agency shares no service yet.")
SERVICE_OVERVIEW = Text("ภาพรวมของบริการ", "Overview of the service")
JOURNEY = Text("เส้นทางของเรื่อง", "The journey of a case")
MAP_OF = Text("เวลาเฉลี่ยต่อเรื่อง ใน{window}", "Mean time of a case, {window}")
MAP_NO_RESULT = Text(
    "ยังไม่มีรอบที่ปิดซึ่งนับเป็นเรื่อง จึงยังไม่มีเวลาของแต่ละขั้นตอน",
    "No window that counts cases has closed yet, so there are no times of the steps.",
)
MAP_CASES = Text("{n} เรื่อง", "{n} cases", "{n} case")
MAP_BEYOND = Text("{n} เรื่องเกินเวลาที่จัดสรร", "{n} cases over their time", "{n} case over its time")
MAP_ALLOTTED = Text("จัดสรร {length}", "allotted {length}")
MAP_NOT_PASSED = Text("ไม่มีเรื่องผ่านขั้นตอนนี้", "no case passed it")
MAP_GAP = Text(
    "ไม่มีผู้ถือเรื่องเฉลี่ย {length} ต่อเรื่อง (จาก {cases} เรื่อง)",
    "Nobody held a case for {length} on average (of {cases} cases).",
)
MAP_TOGETHER = Text(
    "ทุกขั้นตอนได้รับจัดสรรรวม {length} สัญญากับผู้รับบริการไว้ {promised}",
    "The steps are allotted {length} together; recipients are promised {promised}.",
)
GO_ON_TO = Text("ไปต่อที่", "Go on to")
PUBLIC_PAGE = Text("หน้าสำหรับผู้รับบริการ", "The page for recipients")
ROWS_SHOWN = Text("แสดงรายการที่ {first}–{last} จาก {of} รายการ", "Rows {first}–{last} of {of}")
ROWS_BEFORE = Text("รายการก่อนหน้า", "Rows before")
ROWS_NEXT = Text("รายการถัดไป", "Next rows")
