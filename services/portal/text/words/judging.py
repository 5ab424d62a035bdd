"""Words of verdicts, windows, objectives and breaches; the same on all pages."""

from __future__ import annotations

from services.portal.text.phrase import Text

MET = Text("บรรลุเป้าหมาย", "Met")
BREACHED = Text("ไม่บรรลุเป้าหมาย", "Breached")
NOT_DETERMINED = Text("สรุปผลไม่ได้", "Not determined")
ON_TRACK = Text("อยู่ในเป้าหมาย", "On track")
AT_RISK = Text("มีความเสี่ยง", "At risk")
NO_DATA = Text("ยังไม่มีข้อมูล", "No data yet")

WINDOW = Text("รอบการประเมิน", "Window")
WINDOW_OPEN = Text("ระหว่างรอบ", "Open")
WINDOW_CLOSED = Text("ปิดรอบแล้ว", "Closed")
FINAL = Text("ผลเป็นที่สุด", "Final")
MAY_CHANGE = Text("ปิดรอบแล้ว ผลอาจเปลี่ยนได้ถึง {when}", "Closed; may change until {when}")
RESULT_REVISION = Text("ผลฉบับแก้ไขที่ {n}", "Result revision {n}")
TARGET = Text("ค่าเป้าหมาย", "Target")
TARGET_INSIDE = Text("ค่าเป้าหมาย", "target")
"""Inside a sentence."""
RESULT = Text("ผล", "Result")
PERCENT = Text("ร้อยละ {number}", "{number}%")
PERCENT_COLUMN = Text("ผล (ร้อยละ)", "Result (%)")
FRACTION_COLUMN = Text("จำนวน", "Count")
OF = Text("{good} จาก {total}\u00a0{unit}", "{good} of {total}\u00a0{unit}")
COUNTED_FROM = Text("จาก {total}\u00a0{unit}", "from {total}\u00a0{unit}")
VERDICT = Text("ผลการประเมิน", "Verdict")
AT_LEAST = Text("ไม่น้อยกว่า{value}", "at least {value}")
MORE_THAN = Text("มากกว่า{value}", "more than {value}")
AT_MOST = Text("ไม่เกิน{value}", "at most {value}")
LESS_THAN = Text("น้อยกว่า{value}", "less than {value}")
NO_TOTAL = Text("ไม่มีข้อมูลในรอบนี้", "no data in this window")
OVERDUE = Text(
    "เกินกำหนดและยังไม่เสร็จ {n} เรื่อง", "{n} cases overdue, still open", "{n} case overdue, still open"
)

ERROR_BUDGET = Text("ส่วนที่ยอมให้พลาดได้", "Error budget")
BUDGET_USED = Text("ใช้ไปแล้วร้อยละ {used}", "{used}% used")
FORECAST_CLOSE = Text(
    "คาดว่าเมื่อสิ้นรอบ ไม่อยู่ในเกณฑ์ {bad}\u00a0{unit} ยอมให้ได้ {allowed}\u00a0{unit}",
    "Forecast for the close: {bad}\u00a0{unit} not good, {allowed} allowed",
)
WARNING_CROSSED = Text("พ้นเส้นเตือน {line}", "Beyond its warning line, {line}")
BUDGET_LEFT = Text("คงเหลือร้อยละ {left}", "{left}% remaining")
RESPONSIBLE = Text("ผู้รับผิดชอบ", "Responsible")
RESPONSIBLE_INSIDE = Text("ผู้รับผิดชอบ", "responsible:")
TWELVE_SUM = Text(
    "{n} รอบล่าสุด: บรรลุ {met} ไม่บรรลุ {breached} สรุปผลไม่ได้ {unknown}",
    "Last {n} windows: met {met}, breached {breached}, not determined {unknown}",
)
TWO_REVISIONS = Text("ประเมินตามข้อตกลงสองฉบับ", "judged under two revisions")
VIEW_AS_TABLE = Text("ดูเป็นตาราง", "View as table")

BREACH = Text("เหตุไม่เป็นไปตามข้อตกลง", "Breach")
BREACHES = Text("เหตุไม่เป็นไปตามข้อตกลง", "Breaches")
BREACH_OPEN = Text("ยังไม่คลี่คลาย", "Open")
BREACH_CLOSED = Text("คลี่คลายแล้ว", "Closed")
BREACH_WITHDRAWN = Text("เพิกถอนเหตุแล้ว", "Withdrawn")
BREACH_SUPERSEDED = Text("รวมกับเหตุก่อนหน้า", "Superseded")
OPEN_BREACHES = Text("เหตุที่ยังไม่คลี่คลาย", "Open breaches")
OPENED_AT = Text("พบเมื่อ", "Found at")
STATE = Text("สถานะ", "State")
EVIDENCE = Text("หลักฐาน", "Evidence")
WHY_WINDOW = Text("ทำไม {window} จึงเป็นผลนี้", "Why {window} ended so")
WHY = Text("ทำไมจึงเป็นผลนี้", "Why this verdict")
THIS_BREACH = Text("ดูเหตุนี้", "See this breach")
STARTED = Text("เริ่ม", "Started")
ENDED = Text("เสร็จ", "Ended")
TOOK = Text("ใช้เวลา", "Took")
CASES = Text("เรื่องที่นับในรอบนี้", "Cases counted in this window")
BATCHES = Text("ชุดข้อมูลที่ใช้", "Batches that count")
SOURCE = Text("แหล่งข้อมูล", "Source")
ROWS = Text("จำนวนแถว", "Rows")
RECEIVED_AT = Text("ได้รับเมื่อ", "Received")
WITHIN_LIMIT = Text("ภายในกำหนด", "Within the limit")
BEYOND_LIMIT = Text("เกินกำหนด", "Beyond the limit")
OVERDUE_ONE = Text("เกินกำหนดและยังไม่เสร็จ", "Overdue, still open")
CASE_PENDING = Text("ยังไม่ครบกำหนด", "Limit not reached yet")
AFTER_FINAL = Text(
    "มีข้อมูล {n} แถวที่มาถึงหลังผลเป็นที่สุด เก็บไว้แต่ไม่นับ",
    "{n} rows came after the result was final: kept, not counted",
    "{n} row came after the result was final: kept, not counted",
)
EARLIER_RESULTS = Text("ผลฉบับก่อนหน้า", "Earlier revisions of this result")
BREACH_REVISION = Text("ฉบับที่ {n}", "revision {n}")
CLOSED_AT = Text("คลี่คลายเมื่อ", "Closed at")
SUPERSEDED_BY = Text("รวมกับเหตุ {id}", "Superseded by {id}")
SAME_NUMBER = Text("รหัสเหตุ", "Number")

OBJECTIVE = Text("เป้าหมาย", "Objective")
OBJECTIVES = Text("เป้าหมาย", "Objectives")
INDICATOR = Text("ตัวชี้วัด", "Indicator")
SCOPE = Text("ขอบเขต", "Scope")
AGREEMENT = Text("ข้อตกลงระดับการให้บริการ", "Service level agreement")
REVISION_IN_FORCE = Text("ฉบับที่ {n} มีผลใช้บังคับ", "Revision {n} in force")
IN_FORCE_SINCE = Text("ตั้งแต่ {date}", "since {date}")
FORMAL = Text("เป็นทางการ (มีผลทางกฎหมาย)", "Formal (legally binding)")
INFORMAL = Text("ไม่เป็นทางการ", "Informal")
CONTENT_HASH = Text("รหัสกำกับเนื้อหา (sha-256)", "Content hash (sha-256)")
PARTIES = Text("คู่ข้อตกลง", "Parties")
STEP = Text("ขั้นตอน", "Step")
STEPS = Text("ขั้นตอน", "Steps")
AGENCY = Text("หน่วยงาน", "Agency")
SERVICE = Text("บริการ", "Service")
SERVICES = Text("บริการ", "Services")

CASE = Text("เรื่อง", "Case")
COVERAGE = Text("ความครบถ้วนของข้อมูล", "Coverage")
EXCLUSION = Text("ช่วงยกเว้นที่ตกลงกัน", "Agreed exclusion")
HANDOVER = Text("ช่วงส่งต่อ", "Hand-over gap")
