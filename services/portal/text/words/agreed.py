"""Words of exclusions, corrections, what waits for an answer, and why a result changed."""

from __future__ import annotations

from services.portal.text.phrase import Text

WAITING_FOR_YOU = Text("รอคำตอบจากหน่วยงานของท่าน", "Waiting for your agency")
WAITING_COUNT = Text(
    "มี {n} รายการรอคำตอบจากหน่วยงานของท่าน",
    "{n} things wait for your agency",
    "{n} thing waits for your agency",
)
NOTHING_WAITS = Text("ไม่มีรายการที่รอหน่วยงานของท่าน", "Nothing waits for your agency.")
PART_WAITING = Text("รายการที่รอคำตอบ", "list of what waits for you")
ASKED_BY = Text("เสนอโดย", "Proposed by")
ASKED_AT = Text("เสนอเมื่อ", "Proposed")
ANSWER_UNTIL = Text("ตอบภายใน", "Answer until")
NO_DEADLINE = Text("ไม่มีกำหนด", "no deadline")
WHAT_IS_ASKED = Text("เรื่องที่รอคำตอบ", "What is asked")
EXCLUSION_ASKED = Text("ขอไม่นับ: {what}", "To leave out: {what}")
CORRECTION_ASKED = Text("ขอแก้ไขผล: {what}", "To correct results: {what}")
DISPUTE_ASKED = Text("โต้แย้งผล: {what}", "Dispute: {what}")

EXCLUSIONS = Text("ช่วงยกเว้นที่ตกลงกัน", "Agreed exclusions")
KIND_MAINTENANCE = Text("ปิดปรับปรุงระบบตามแผน", "Planned maintenance")
KIND_FORCE_MAJEURE = Text("เหตุสุดวิสัย", "Force majeure")
KIND_AGREED_PAUSE = Text("หยุดพักตามที่ตกลงกัน", "Agreed pause")
KIND_OTHER = Text("เหตุอื่น", "Another reason")
KIND = Text("ประเภท", "Kind")
REASON = Text("เหตุผล", "Reason")
PERIOD = Text("ช่วงเวลา", "Period")
LEAVES_OUT = Text("สิ่งที่ไม่นับ", "What is left out")
LEAVES_OUT_SPAN = Text("ข้อมูลในช่วง {span}", "What was measured in {span}")
LEAVES_OUT_CASES = Text("เรื่อง {cases}", "The cases {cases}")
CONCERNS = Text("เป้าหมายที่เกี่ยวข้อง", "Objectives concerned")
ALL_OBJECTIVES = Text("ทุกเป้าหมายของข้อตกลง", "All objectives of the agreement")
STATE_PROPOSED = Text("รอความเห็นชอบ", "Waiting for approval")
STATE_APPROVED = Text("ทุกฝ่ายเห็นชอบแล้ว", "Approved by all")
STATE_REJECTED = Text("ไม่เห็นชอบ", "Rejected")
STATE_WITHDRAWN = Text("ถอนแล้ว", "Withdrawn")
STATE_EXPIRED = Text("หมดอายุ", "Expired")
STATE_REVOKED = Text("เพิกถอนแล้ว", "Revoked")
EXCLUSION_PROPOSED = Text("ยังนับตามเดิม จนกว่าทุกฝ่ายจะเห็นชอบ", "Everything counts until all parties approve")
EXCLUSION_APPROVED = Text("ทุกฝ่ายเห็นชอบแล้ว จึงไม่นับ", "All parties approved: it does not count")
EXCLUSION_OVER = Text("ไม่มีผล ทุกอย่างนับตามเดิม", "Without effect: everything counts")
WHO_SAID_WHAT = Text("คำตอบของแต่ละฝ่าย", "What the parties said")
SAID_APPROVED = Text("{agency} เห็นชอบ", "{agency} approved")
SAID_PROPOSED = Text("{agency} เสนอ", "{agency} proposed it")
SAID_REJECTED = Text("{agency} ไม่เห็นชอบ", "{agency} rejected it")
SAID_REVOKED = Text("{agency} ขอเพิกถอน", "{agency} agreed to take it back")
SAID_NOTHING = Text("{agency} ยังไม่ตอบ", "{agency} has not answered")
WOULD_CHANGE = Text("ถ้าเห็นชอบ ผลจะเปลี่ยนดังนี้", "What would change if it is approved")
WOULD_CHANGE_NOTHING = Text("ไม่มีรอบใดเปลี่ยน", "No window would change.")
WOULD_CHANGE_UNKNOWN = Text(
    "ยังคำนวณล่วงหน้าไม่ได้ เพราะข้อเสนอนี้ระบุเป็นรายเรื่อง",
    "This cannot be reckoned beforehand: the proposal names single cases.",
)
CHANGED_ALREADY = Text("ผลที่เปลี่ยนแล้วอยู่ในประวัติของเป้าหมาย", "What changed stands in the objective's history.")
NOW = Text("ปัจจุบัน", "Now")
THEN = Text("ถ้าเห็นชอบ", "If approved")
HOW_TO_ANSWER = Text("วิธีตอบ", "How to answer")
ANSWER_BY_REST = Text(
    "ผู้มีอำนาจลงนามของหน่วยงานตอบผ่าน REST ได้ดังนี้ ค่า hash คือข้อความที่ท่านอ่านอยู่นี้",
    "A signatory of your agency answers over REST; the hash names exactly what you read here.",
)
TO_APPROVE = Text("เห็นชอบ", "To approve")
TO_REJECT = Text("ไม่เห็นชอบ พร้อมเหตุผล", "To reject, with the reason")

CORRECTION = Text("การแก้ไขผล", "Correction")
CORRECTION_CALENDAR = Text(
    "ใช้ปฏิทิน {calendar} ฉบับที่ {version} กับรอบที่ผ่านมา",
    "Apply version {version} of the calendar {calendar} to the past",
)
CORRECTION_BATCHES = Text(
    "นับข้อมูล {n} ชุดที่มาหลังผลเป็นที่สุด",
    "Count {n} batches that came after the results were final",
    "Count {n} batch that came after the results were final",
)
CORRECTION_PROPOSED = Text("ผลยังไม่เปลี่ยน จนกว่าทุกฝ่ายจะเห็นชอบ", "No result changes until all parties approve")
CORRECTION_APPROVED = Text(
    "ทุกฝ่ายเห็นชอบแล้ว ผลประเมินใหม่แล้ว", "All parties approved: the results were judged again"
)
CORRECTION_OVER = Text("ไม่มีผล ผลเดิมยังคงอยู่", "Without effect: the results stand")
RESULTS_CONCERNED = Text("ผลที่เกี่ยวข้อง", "Results concerned")
SEE_CALENDAR = Text("ดูปฏิทิน", "See the calendar")
AND_MORE = Text("และอีก {n} รอบ", "and {n} more windows", "and {n} more window")
JSON_EXCLUSION = Text("ข้อยกเว้นนี้", "Exclusion")
JSON_EXCLUSIONS = Text("ข้อยกเว้นที่รอคำตอบ", "Exclusions")
JSON_CORRECTION = Text("การแก้ไขนี้", "Correction")
JSON_IMPACT = Text("ผลที่จะเปลี่ยน", "Impact")

WHY_CHANGED = Text("ทำไมผลจึงเปลี่ยน", "Why it changed")
CAUSE_LATE_DATA = Text("มีข้อมูลมาถึงภายหลัง", "Data came late")
CAUSE_VOID = Text("ชุดข้อมูลถูกเพิกถอน", "A batch was voided")
CAUSE_EXCLUSION = Text("ข้อยกเว้นที่ตกลงกัน", "An agreed exclusion")
CAUSE_CORRECTION = Text("การแก้ไขที่ทุกฝ่ายเห็นชอบ", "A correction that all approved")
CAUSE_CALENDAR = Text("ปฏิทินเวลาทำการเปลี่ยน", "The working calendar changed")
CAUSE_REVISION = Text("ข้อตกลงฉบับใหม่มีผล", "A new revision of the agreement")
CAUSE_BACKFILL = Text("มีการนำเข้าข้อมูลย้อนหลัง", "Past data was brought in")
BY = Text("โดย {name}", "by {name}")
SAID_BEFORE = Text("ผลก่อนหน้า: {said}", "before: {said}")
MORE_CAUSES = Text("และอีก {n} เหตุ", "and {n} more causes", "and {n} more cause")
