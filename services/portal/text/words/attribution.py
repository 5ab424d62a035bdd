"""Words of whose time it was, and of disputes."""

from __future__ import annotations

from services.portal.text.phrase import Text

WHOSE_TIME = Text("เวลาอยู่กับหน่วยงานใด", "Whose time it was")
TIME_HELD = Text("เวลาที่เรื่องอยู่ด้วย", "Time held")
SHARE_OF_TIME = Text("ร้อยละของเวลา", "Share (%)")
ALLOTTED = Text("เวลาที่จัดสรร", "Time allotted")
EXCEEDED_BY = Text("เกินเวลาที่จัดสรร", "Over what was allotted")
CASES_EXCEEDED = Text("เรื่องที่เกิน", "Cases over")
NOBODY_KNOWN = Text("ไม่ทราบว่าอยู่กับใคร", "Nobody known")
HANDED_OVER = Text("จาก{had} ถึง{taker}", "{had} to {taker}")
NOT_TAKEN_OVER = Text("ผู้รับที่ยังไม่ปรากฏ", "nobody yet")
SUMMED_UP = Text("รวมจาก {n} เรื่อง ในทั้งหมด {all} เรื่อง", "{n} of {all} cases are summed up")
CANNOT_ATTRIBUTE = Text(
    "ยังบอกไม่ได้ว่าเวลาอยู่กับหน่วยงานใด เพราะเหตุนี้ไม่มีเรื่องที่แยกเวลาได้",
    "Whose time it was cannot be said: no case of this breach can be split.",
)
WHO_HELD = Text("อยู่กับใคร นานเท่าใด", "Who held it, for how long")
JSON_ATTRIBUTION = Text("เวลาของแต่ละหน่วยงาน", "Whose time")
CASES_AS_EVIDENCE = Text("เรื่องที่เป็นหลักฐาน", "Cases as evidence")

DISPUTES = Text("ข้อโต้แย้ง", "Disputes")
NO_DISPUTES = Text("ยังไม่มีหน่วยงานใดโต้แย้งผล", "No agency disputes this breach.")
DISPUTE_OPEN = Text("อยู่ระหว่างพิจารณาข้อโต้แย้ง", "Under review")
DISPUTE_UPHELD = Text("รับข้อโต้แย้ง", "Dispute upheld")
DISPUTE_DECLINED = Text("ไม่รับข้อโต้แย้ง", "Dispute declined")
DISPUTE_NOTED = Text("บันทึกไว้", "Dispute noted")
DISPUTE_EXPIRED = Text("พ้นกำหนดโดยไม่มีคำตอบ", "Expired without an answer")
DISPUTE_DUE = Text("ตอบได้ถึง {when}", "May be answered until {when}")
ABOUT_ALL = Text("ทั้งเหตุ", "the whole breach")
ABOUT_CASES = Text("{n} เรื่อง", "{n} cases", "{n} case")
ABOUT_TIME_OF = Text("เวลาของ{agency}", "the time of {agency}")
DISPUTED_BY = Text("{agency} โต้แย้ง: {about}", "{agency} disputes: {about}")
SAID_UPHOLD = Text("{agency} รับข้อโต้แย้ง", "{agency} upholds it")
SAID_DECLINE = Text("{agency} ไม่รับข้อโต้แย้ง", "{agency} declines it")
SAID_NOTE = Text("{agency} บันทึกไว้", "{agency} leaves it noted")
NOT_ANSWERED = Text("{agency} ยังไม่ตอบ", "{agency} has not answered yet")
REMEDY_DUE = Text("ต้องแก้ผลหรือยกเว้นช่วงตามข้อโต้แย้งนี้", "A correction or an exclusion has to follow.")
WORDS_ERASED = Text("ข้อความถูกลบแล้ว", "The words were erased.")
