"""Words of an objective's page and of explanations."""

from __future__ import annotations

from services.portal.text.phrase import Text

HOW_WORKING = Text(
    "นับเฉพาะเวลาทำการตามปฏิทินของข้อตกลง", "Only working time counts, by the agreement's calendar."
)
ALL_MEMBERS = Text("ทุกข้อต้องบรรลุ", "every one of them is kept")
HOW_ALL = Text("บรรลุเมื่อทุกข้อที่รวมอยู่บรรลุ", "It is kept when every promise in it is kept.")
HOW_WEIGHTED = Text(
    "ค่าเฉลี่ยถ่วงน้ำหนักของผลทุกข้อที่สรุปได้", "The weighted mean of the promises that could be determined."
)
HOW_WORST = Text("ผลที่แย่ที่สุดในข้อที่สรุปได้", "The worst of the promises that could be determined.")
MEMBERS = Text("คำสัญญาที่รวมอยู่", "Promises in it")
MEMBER_OF = Text("เป็นส่วนหนึ่งของ", "Part of")
WEIGHT = Text("น้ำหนัก", "Weight")
VALUE = Text("ค่า", "Value")
NOT_COUNTED_MEMBER = Text("ไม่นับ เพราะสรุปผลไม่ได้", "does not count: not determined")

NOT_COUNTED_AS_AGREED = Text("ไม่นับตามที่ตกลงกัน {number}\u00a0{unit}", "{number}\u00a0{unit} left out as agreed")
COVERAGE_IS = Text("ข้อมูลครบร้อยละ {share}", "{share}% of the data came")
WHY_NO_DATA = Text("สรุปผลไม่ได้ เพราะไม่มีข้อมูลในรอบนี้", "Not determined because no data came in this window")
WHY_COVERAGE = Text(
    "สรุปผลไม่ได้ เพราะข้อมูลครบร้อยละ {share} ต่ำกว่าร้อยละ {floor} ที่ตกลงไว้",
    "Not determined because {share}% of the data came, less than the {floor}% agreed",
)
WHY_FEW = Text(
    "สรุปผลไม่ได้ เพราะนับได้ {number}\u00a0{unit} น้อยกว่าขั้นต่ำ {least}\u00a0{unit}",
    "Not determined because {number}\u00a0{unit} is less than the minimum of {least}",
)
WHY_MEMBERS = Text(
    "สรุปผลไม่ได้ เพราะข้อที่รวมอยู่ยังสรุปผลไม่ได้", "Not determined because promises in it could not be determined"
)
WHY_UNKNOWN_GROUP = Text(
    "สรุปผลไม่ได้ เพราะกลุ่มนี้ไม่มีค่าเป้าหมายของตนเอง", "Not determined because this group has no target of its own"
)

OBJECTIVE_PAGE = Text("ดูเป้าหมายนี้", "See this objective")
BY_WINDOW = Text("ผลรายรอบ", "Window by window")
CHANGES = Text("ผลที่ประเมินใหม่", "Results judged again")
PLAN = Text("แผนการวัด", "Measurement plan")
PLAN_EVERY = Text("ส่งทุก {length}", "reports every {length}")
PLAN_VOLUME = Text(
    "คาดว่าส่งครั้งละ {n} รายการ", "about {n} measurements each time", "about {n} measurement each time"
)
PLAN_POST = Text("ผู้รับผิดชอบการวัด", "Responsible for measuring")
SLOTS = Text("ช่วงที่ควรส่ง", "Reports due")
REPORTED = Text("ช่วงที่ส่งจริง", "Reports that came")
WORKING_CALENDAR = Text("ปฏิทินเวลาทำการ", "Working calendar")
CALENDAR_VERSION = Text("ฉบับที่ {n}", "version {n}")
GROUPS = Text("แยกตามกลุ่ม", "By group")
WORST_GROUP_FIRST = Text("กลุ่มที่ต้องดูแลก่อนอยู่บนสุด", "The group to look after comes first")

FORMULA = Text("สูตร", "Formula")
WHICH_COUNTS = Text("ข้อมูลที่นับ", "What counts")
COUNTS_INDICATOR = Text("ตัวชี้วัด {indicator} ในช่วง {span}", "{indicator} in {span}")
COUNTS_WITHOUT = Text("ไม่รวม {span}", "without {span}")
SLICES = Text("ช่วงเวลาย่อย", "Time slices")
SLICES_SUM = Text(
    "ดี {good} ไม่ดี {bad} รวมที่นับ {counted} ไม่มีข้อมูลและไม่นับ {ignored}",
    "{good} good, {bad} bad, {counted} counted; {ignored} without data and not counted",
)
SLICES_AVERAGED = Text(
    "เฉลี่ยจาก {counted} ช่วง ไม่มีข้อมูลและไม่นับ {ignored}",
    "averaged over {counted}; {ignored} without data and not counted",
)
BURN = Text("อัตราการใช้ส่วนที่ยอมให้พลาดได้", "How fast the error budget burns")
LOOKBACK = Text("มองย้อนหลัง", "Lookback")
BURN_RATE = Text("อัตรา (เท่า)", "Burn rate (times)")
BURN_LIMIT = Text("เตือนเมื่อถึง (เท่า)", "Alerts at (times)")
BURN_REACHED = Text("ถึงเกณฑ์เตือน", "Alert")
BURN_QUIET = Text("ยังไม่ถึงเกณฑ์", "Quiet")
BURN_UNKNOWN = Text("ไม่มีข้อมูลพอ", "not enough data")
APPROVED_BY = Text("เห็นชอบโดย", "Approved by")
APPROVAL_ON = Text("{agency} เมื่อ {when}", "{agency}, {when}")
CORRECTIONS = Text("การแก้ไขที่ใช้กับผลนี้", "Corrections applied here")
WORKING_TIME = Text("เวลาทำการที่ใช้", "Working time")
DEADLINE = Text("ครบกำหนด", "Due")
CASES_NOT_COUNTED = Text("เรื่องที่ไม่นับในรอบนี้ และเหตุผล", "Cases that do not count here, and why")
BATCHES_NOT_COUNTED = Text("ชุดข้อมูลที่ไม่นับ และเหตุผล", "Batches that do not count, and why")
WHY_NOT = Text("เหตุที่ไม่นับ", "Why not")
NOT_EXCLUDED = Text("ยกเว้นตามที่ตกลงกัน", "left out as agreed")
NOT_PENDING = Text("ยังไม่เสร็จและยังไม่ครบกำหนด", "not ended, limit not reached")
NOT_OVERDUE_LISTED = Text("เกินกำหนดและยังไม่เสร็จ แสดงโดยไม่นับ", "overdue and still open: listed, not counted")
NOT_UNCOUNTED = Text("ไม่มีจุดเริ่มที่กำหนดไว้", "its declared start is missing")

NOT_VOIDED = Text("ผู้ส่งเพิกถอนแล้ว", "voided by its sender")
NOT_WAITS_FOR_SEAL = Text("รอปิดการนำเข้าย้อนหลัง", "waits for its backfill to be sealed")
NOT_OTHER_REVISION = Text("อยู่ในช่วงของข้อตกลงฉบับอื่น", "belongs to another revision of the agreement")
NOT_NOT_YET_APPLIED = Text("ยังไม่ได้นำมาคำนวณ", "not applied yet")
NOT_FOR_ANOTHER_REASON = Text("ไม่นับ ({state})", "does not count ({state})")
MORE_EVIDENCE = Text("หลักฐานถัดไป", "More evidence")
FIRST_EVIDENCE = Text("กลับไปหลักฐานส่วนแรก", "Back to the first evidence")
CONSEQUENCES = Text("ผลที่ตามมาตามข้อตกลง", "Consequences as agreed")
CONSEQUENCES_SHOWN = Text(
    "คำนวณเพื่อแสดงเท่านั้น ระบบไม่เรียกเก็บหรือหักให้เอง", "Computed and shown, never applied by the system."
)
CONSEQUENCE = Text("ข้อกำหนด", "Clause")
BRACKET = Text("เกณฑ์", "Bracket")
DUE = Text("ตามเกณฑ์", "By bracket")
COST = Text("หลังเพดานและข้อยกเว้น", "After caps")
UNIT_PERCENT = Text("ร้อยละ {number}", "{number}%")
UNIT_POINTS = Text("{number} คะแนน", "{number} points")
UNIT_THB = Text("{number} บาท", "{number} baht")
JSON_EXPLANATION = Text("คำอธิบายผลนี้", "Explanation")
