"""Words of the forms of a counter-offer and of a first draft."""

from __future__ import annotations

from services.portal.text.phrase import Text

COUNTER_TITLE = Text("เสนอแก้ไข", "Counter-propose")
AMEND_TITLE = Text("เสนอแก้ไขข้อตกลง", "Propose an amendment")
EDIT_TITLE = Text("แก้ร่างข้อเสนอ", "Change the draft")
COUNTER_LEAD = Text(
    "แก้เฉพาะค่าที่ต้องการเปลี่ยน ส่วนที่ไม่แก้จะคงเดิม ทุกฝ่ายเห็นส่วนที่เปลี่ยนทีละข้อ",
    "Change what you want to be different; the rest stays. All parties see the differences clause by clause.",
)
COUNTER_VOIDS = Text(
    "เมื่อส่งข้อเสนอแก้ไข ลายมือชื่อของ {who} ในข้อเสนอปัจจุบันจะสิ้นผล ทุกฝ่ายต้องลงนามใหม่",
    "When you send it, the signatures of {who} to the present proposal become void: all have to sign anew.",
)
COUNTER_REPLACES = Text(
    "ข้อเสนอปัจจุบันจะถูกแทนที่ ยังไม่มีฝ่ายใดลงนาม",
    "It replaces the present proposal, which nobody has signed yet.",
)
COUNTER_MEANWHILE = Text(
    "ฉบับที่ {n} ยังมีผลใช้บังคับจนกว่าข้อเสนอใหม่จะลงนามครบ",
    "Revision {n} stays in force until all have signed the new one.",
)
PROMISES = Text("เป้าหมาย", "Objectives")
NEW_PROMISES = Text("เพิ่มเป้าหมาย", "Add an objective")
NEW_PROMISES_NONE = Text(
    "บริการนี้ไม่มีตัวชี้วัดอื่น เพิ่มตัวชี้วัดได้ที่หน้าความต้องการ",
    "The service has no other indicator. Add one on the page of its needs.",
)
PROMISE_THIS = Text("ให้คำสัญญาตามตัวชี้วัดนี้", "Make a promise on this indicator")
PROMISE_REMOVE = Text("ตัดเป้าหมายนี้ออก", "Leave this objective out")
LIMIT = Text("เกณฑ์รายเรื่อง ไม่เกิน", "What is good: at most")
LIMIT_UNIT = Text("หน่วยของเกณฑ์", "Unit")
TARGET_PLAIN = Text("ค่าเป้าหมาย ({unit})", "Target ({unit})")
IS_NOW = Text("ปัจจุบัน {value}", "now: {value}")
WINDOW_OTHER = Text("คงเดิม", "as it is")
WORDING_TH = Text("ข้อความสำหรับประชาชน (ไทย)", "Wording for the public (Thai)")
WORDING_EN = Text("ข้อความสำหรับประชาชน (อังกฤษ)", "Wording for the public (English)")
STEP_TIMES = Text("เวลาที่จัดสรรแต่ละขั้นตอน", "Time allotted to each step")
STEP_TIME = Text("เวลาของ {step}", "Time for: {step}")
UNIT_OF_TIME = Text("หน่วยเวลา", "Unit")
TITLE_TH = Text("ชื่อข้อตกลง (ไทย)", "Title (Thai)")
TITLE_EN = Text("ชื่อข้อตกลง (อังกฤษ)", "Title (English)")
FIELD_FROM = Text("เริ่มมีผลวันที่", "In force from")
FIELD_UNTIL = Text("มีผลถึงวันที่", "In force until")
FIELD_UNTIL_HINT = Text("รวมวันนั้นด้วย เว้นว่าง: ไม่กำหนด", "that day included; empty: without end")
FIELD_REVIEW = Text("ทบทวนวันที่", "Review on")
FIELD_NOTICE = Text("บอกเลิกล่วงหน้ากี่วัน", "Notice of termination, in days")
FIELD_NOTICE_HINT = Text("เว้นว่าง: ทุกฝ่ายต้องลงนามการบอกเลิก", "empty: every party has to sign a termination")
FIELD_CALENDAR = Text("ปฏิทินเวลาทำการ", "Working calendar")
NO_CALENDAR = Text("ไม่ใช้", "none")
FIELD_RETROACTIVE = Text(
    "มีผลย้อนหลัง: ผูกพันตั้งแต่วันเริ่มมีผล แม้วันนั้นผ่านไปแล้ว",
    "It binds the past: from its start on, also where that day has passed",
)
FIELD_CODE = Text("รหัสข้อตกลง", "Code of the agreement")
FIELD_CODE_HINT = Text(
    "a–z 0–9 . _ - เปลี่ยนภายหลังไม่ได้ เช่น {example}", "a–z 0–9 . _ - and for ever, such as {example}"
)
FIELD_CODE_WRONG = Text(
    "ใช้ได้เฉพาะ a–z 0–9 . _ - ท่านกรอก “{given}”", "Only a–z 0–9 . _ - may be used; you entered “{given}”"
)
FIELD_PARTIES = Text("คู่ข้อตกลง", "Parties")
PARTIES_TOO_FEW = Text(
    "เลือกอย่างน้อยสองหน่วยงาน รวมหน่วยงานของท่าน", "Choose two agencies or more, yours among them"
)
OTHER_AGENCIES = Text("หน่วยงานอื่น", "Other agencies")
FIELD_WHY = Text("เหตุผลของข้อเสนอ", "Why you propose it")
FIELD_WHY_HINT = Text("ทุกฝ่ายเห็นเป็นความเห็น เว้นว่างได้", "All parties see it as a comment; may be empty")
FIELD_EMPTY = Text("โปรดกรอกช่องนี้", "Fill this in")
TITLE_EMPTY = Text("โปรดกรอกชื่ออย่างน้อยหนึ่งภาษา", "Enter a title in one language at least")
RESPONSIBLE_EMPTY = Text("โปรดเลือกหน่วยงานที่รับผิดชอบ", "Choose the responsible agency")
START_PASSED = Text(
    "วันเริ่มมีผลต้องเป็นวันหลังจากนี้ เพราะไม่มีใครผูกพันก่อนลงนาม",
    "The start must lie ahead: nobody is bound for a time before they signed",
)
NO_PROMISE = Text("เลือกอย่างน้อยหนึ่งเป้าหมาย", "Choose one objective at least")
NOTHING_CHANGED = Text("ท่านยังไม่ได้เปลี่ยนข้อใด", "You have changed nothing yet")
COUNTER_SEND = Text("ส่งข้อเสนอแก้ไขให้ทุกฝ่าย", "Send the counter-offer to all parties")
SAVE_DRAFT = Text("บันทึกร่าง", "Save draft")
AGAIN_ON_NEWEST = Text("ใช้ค่าที่กรอกไว้กับฉบับล่าสุด", "Use what I typed on the newest")
CHOOSE = Text("โปรดเลือก", "choose")
NEW_TITLE = Text("ร่างข้อตกลงใหม่", "Draft a new agreement")
NEW_LEAD = Text(
    "เลือกบริการ คู่ข้อตกลง และเป้าหมาย ร่างยังไม่ผูกพันใครจนกว่าจะเสนอและลงนามครบ",
    "Choose the service, the parties and the promises. A draft binds nobody until it is offered and signed.",
)
NEW_SERVICE = Text("บริการ", "Service")
NEW_NO_INDICATORS = Text(
    "บริการนี้ยังไม่มีตัวชี้วัด โปรดเพิ่มตัวชี้วัดที่หน้าความต้องการของบริการก่อน",
    "The service has no indicators yet. Add one on the page of its needs first.",
)
NEXT = Text("ต่อไป", "Continue")
GENERAL_FIELDS = Text("เงื่อนไขทั่วไป", "General terms")
