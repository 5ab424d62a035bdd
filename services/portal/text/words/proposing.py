"""Words of proposing and answering exclusions and corrections."""

from __future__ import annotations

from services.portal.text.phrase import Text

EXCLUSIONS_LEAD = Text(
    "สิ่งที่หน่วยงานขอไม่นับในการประเมิน ผลเปลี่ยนเมื่อทุกฝ่ายเห็นชอบแล้วเท่านั้น",
    "What agencies ask to leave out of the judgement. Results change only once all parties approve.",
)
ALL_CORRECTIONS = Text("การแก้ไขผล", "Corrections")
CORRECTIONS_LEAD = Text(
    "ข้อเสนอให้ผลที่เป็นที่สุดนับข้อมูลที่มาช้า หรือใช้ปฏิทินฉบับย้อนหลัง ผลเดิมยังอ่านได้เสมอ",
    "Proposals that final results count what came late, or follow a calendar published for the past. "
    "The earlier results can always be read.",
)
NO_EXCLUSIONS = Text("ยังไม่มีใครขอไม่นับสิ่งใด", "Nobody has asked to leave anything out.")
NO_CORRECTIONS = Text("ยังไม่มีข้อเสนอแก้ไขผล", "Nobody has proposed a correction.")
ALL_OF_THEM = Text("ดูทั้งหมด", "Show all")
WAITS_FOR_US = Text("รอคำตอบจากหน่วยงานของท่าน", "waits for your agency")
JSON_CORRECTIONS = Text("การแก้ไขผล", "Corrections")

EXCLUDE_TITLE = Text("ขอไม่นับช่วงเวลาหรือเรื่อง", "Ask to leave something out")
EXCLUDE_LEAD = Text(
    "ข้อมูลในช่วงนี้จะไม่นับ ทั้งที่ทันและไม่ทันเป้าหมาย เมื่อทุกฝ่ายเห็นชอบ",
    "Once all parties approve, what lies in it counts neither as good nor as bad.",
)
EXCLUDE_FROM_DAY = Text("ตั้งแต่วันที่", "From (date)")
EXCLUDE_FROM_TIME = Text("ตั้งแต่เวลา", "From (time)")
EXCLUDE_TO_DAY = Text("ถึงวันที่", "To (date)")
EXCLUDE_TO_TIME = Text("ถึงเวลา", "To (time)")
EXCLUDE_TIME_HINT = Text(
    "เช่น 08:30 เว้นว่างคือ 00:00 ของวันนั้น", "such as 08:30; left empty it is 00:00 of that day"
)
EXCLUDE_END_HINT = Text(
    "เช่น 16:30 เว้นว่างคือ 24:00 ของวันนั้น", "such as 16:30; left empty it is 24:00 of that day"
)
EXCLUDE_OBJECTIVES = Text("เป้าหมายที่เกี่ยวข้อง", "Which objectives")
EXCLUDE_OBJECTIVES_HINT = Text("ไม่เลือกข้อใดคือทุกข้อ", "None ticked: all of them")
EXCLUDE_SCOPE = Text("เฉพาะกลุ่ม {label}", "Only the group of {label}")
EXCLUDE_CASES = Text("เฉพาะเรื่อง (เลขที่เรื่อง)", "Single cases (their numbers)")
EXCLUDE_CASES_HINT = Text(
    "บรรทัดละหนึ่งเรื่อง ถ้าไม่ระบุช่วงเวลา ให้ระบุเรื่อง", "One on each line. Name a time, or cases, or both."
)
EXCLUDE_REASON_TH = Text("เหตุผล (ไทย)", "Reason (Thai)")
EXCLUDE_REASON_EN = Text("เหตุผล (อังกฤษ)", "Reason (English)")
EXCLUDE_REASON_HINT = Text(
    "เป็นส่วนหนึ่งของสิ่งที่ทุกฝ่ายลงนาม อย่าใส่ชื่อบุคคล",
    "It is part of what all parties sign: a cause, never a person's name.",
)
EXCLUDE_UNTIL = Text("ให้ตอบภายในวันที่", "To be answered by (date)")
EXCLUDE_UNTIL_HINT = Text("เว้นว่างคือไม่มีกำหนด", "Left empty there is no deadline.")
EXCLUDE_SEE = Text("ดูว่าผลใดจะเปลี่ยน", "See what would change")
EXCLUDE_CHECK = Text("ตรวจก่อนเสนอ", "Check before you propose it")
EXCLUDE_CHANGE_IT = Text("แก้ไขข้อความ", "Change it")
PROPOSE_IT = Text("เสนอต่อทุกฝ่าย", "Propose it to all parties")
PROPOSE_EXCLUSION = Text("ขอไม่นับช่วงเวลาหรือเรื่อง", "Ask to leave something out")
NOT_A_TIME = Text("ใส่เวลาแบบ 08:30 ท่านใส่ “{given}”", "Enter a time such as 08:30; you entered “{given}”")
END_BEFORE_START = Text("เวลาสิ้นสุดต้องหลังเวลาเริ่ม", "The end must be later than the start")
DAY_MISSING = Text("โปรดใส่วันที่", "Enter the date")
SPAN_OR_CASES = Text("โปรดระบุช่วงเวลา หรือเรื่อง หรือทั้งสอง", "Name a time, or cases, or both")
REASON_MISSING = Text("โปรดบอกเหตุผล", "Say why")

CORRECT_TITLE = Text("ขอให้นับข้อมูลที่มาช้า", "Ask to count what came late")
CORRECT_LEAD = Text(
    "ผลนี้เป็นที่สุดแล้ว ข้อมูลต่อไปนี้มาทีหลังจึงไม่นับ ถ้าทุกฝ่ายเห็นชอบ ระบบจะประเมินรอบนี้ใหม่และเก็บผลเดิมไว้",
    "This result is final. What follows came later, so it does not count. If all parties approve, this "
    "window is judged again, and the result as it stands is kept.",
)
CORRECT_WHICH = Text("ข้อมูลที่ขอให้นับ", "What shall count")
CORRECT_ROWS = Text("{n} แถว", "{n} rows", "{n} row")
CORRECT_REPORT = Text("รายงานว่าไม่มีข้อมูล", "a report of nothing")
CORRECT_NOTHING = Text("ไม่มีข้อมูลที่มาหลังผลเป็นที่สุด", "Nothing came after this result was final.")
CORRECT_CHOOSE = Text("โปรดเลือกอย่างน้อยหนึ่งชุด", "Choose at least one")
CORRECT_REASON = Text("เหตุผล", "Why")
CORRECT_REASON_HINT = Text("คู่ข้อตกลงจะได้อ่าน", "The parties read it.")

ADOPT_TITLE = Text("ใช้ปฏิทินฉบับนี้กับรอบที่ผ่านมา", "Apply this version to the past")
ADOPT_LEAD = Text(
    "ปฏิทินที่ประกาศย้อนหลังยังไม่เปลี่ยนผลใด ด้านล่างคือผลที่จะเปลี่ยน ถ้าทุกฝ่ายของข้อตกลงเห็นชอบ",
    "A version published for the past changes no result by itself. Below is what would change if all "
    "parties of the agreement approve.",
)
ADOPT_AGREEMENT = Text("ข้อตกลง", "Agreement")
ADOPT_SHOW = Text("ดูผลที่จะเปลี่ยน", "Show what would change")
ADOPT_NONE = Text("ไม่มีข้อตกลงของหน่วยงานท่านที่ใช้ปฏิทินนี้", "No agreement of your agency uses this calendar.")
ADOPT_WHICH = Text("ฉบับที่ {n} ({why})", "Version {n} ({why})")
ADOPT_LINK = Text("ดูว่าจะเปลี่ยนผลใด", "See what it would change")
NOT_RETROACTIVE = Text(
    "ฉบับนี้ไม่ได้ประกาศย้อนหลัง จึงไม่เปลี่ยนผลที่ผ่านมา",
    "This version was not published for the past: it changes no earlier result.",
)

ANSWER_TITLE = Text("คำตอบของหน่วยงานท่าน", "Your agency's answer")
APPROVE_TICK = Text("ข้าพเจ้าอ่านแล้ว และเห็นชอบในนาม {agency}", "I have read it and approve it for {agency}")
APPROVE_DO = Text("เห็นชอบ", "Approve")
ANSWER_REJECT_REASON = Text("เหตุผลที่ไม่เห็นชอบ", "Why you reject it")
ANSWER_REJECT_DO = Text("ไม่เห็นชอบ", "Reject it")
ANSWER_OR = Text("หรือไม่เห็นชอบ พร้อมบอกเหตุผล", "Or reject it, and say why")
TAKE_BACK_TITLE = Text("ถอนข้อเสนอ", "Take the proposal back")
TAKE_BACK_DO = Text("ถอนข้อเสนอ", "Take it back")
TAKE_BACK_TICK = Text("ข้าพเจ้าขอถอนข้อเสนอนี้", "I take this proposal back")
REVOKE_TITLE = Text("ขอเพิกถอนการยกเว้น", "Revoke the exclusion")
REVOKE_LEAD = Text(
    "เมื่อทุกฝ่ายขอเพิกถอน สิ่งที่ไม่นับจะกลับมานับ และผลจะประเมินใหม่",
    "When every party has, what it left out counts again, and the results are judged anew.",
)
REVOKE_TICK = Text("ข้าพเจ้าขอเพิกถอนในนาม {agency}", "I revoke it for {agency}")
REVOKE_DO = Text("เพิกถอน", "Revoke it")
TICK_FIRST = Text("โปรดทำเครื่องหมายยืนยันก่อน", "Tick the box first")
BY_SOFTWARE = Text("ตอบด้วยโปรแกรม", "Answer by software")
DONE_PROPOSED = Text("เสนอแล้ว ทุกฝ่ายได้รับแจ้ง", "It is proposed, and the parties are told")
DONE_APPROVALS = Text("บันทึกความเห็นชอบแล้ว", "Your approval is recorded")
DONE_REJECTIONS = Text("บันทึกว่าไม่เห็นชอบแล้ว", "Your rejection is recorded")
DONE_WITHDRAWAL = Text("ถอนแล้ว", "It is taken back")
DONE_REVOCATIONS = Text("บันทึกการขอเพิกถอนแล้ว", "Your revocation is recorded")

DISPUTE_TITLE = Text("โต้แย้งผลนี้", "Dispute this result")
DISPUTE_LEAD = Text(
    "คู่ข้อตกลงฝ่ายอื่นมีเวลา 15 วันทำการที่จะรับ ไม่รับ หรือบันทึกข้อโต้แย้งไว้ ไม่มีฝ่ายใดตัดสินเพียงลำพัง",
    "The other parties have 15 working days to uphold it, to decline it, or to leave it noted. "
    "Nobody decides alone.",
)
DISPUTE_WHAT = Text("สิ่งที่โต้แย้ง", "What you dispute")
DISPUTE_CASES = Text("บางเรื่อง (ระบุเลขที่เรื่องด้านล่าง)", "some cases (name them below)")
DISPUTE_CASES_FIELD = Text("เลขที่เรื่อง", "Numbers of the cases")
DISPUTE_CASES_HINT = Text("บรรทัดละหนึ่งเรื่อง", "One on each line")
DISPUTE_CASES_MISSING = Text("โปรดระบุเลขที่เรื่อง", "Name the cases")
DISPUTE_REASON = Text("เหตุผลของท่าน", "Your reason")
DISPUTE_REASON_HINT = Text(
    "คู่ข้อตกลงจะได้อ่าน อย่าใส่ข้อมูลของผู้รับบริการ", "The parties read it. Nothing about recipients, please."
)
DISPUTE_DO = Text("ส่งข้อโต้แย้ง", "Dispute it")
DISPUTE_ANSWER = Text("คำตอบของหน่วยงานท่าน", "Your agency's answer")
DISPUTE_ANSWER_HINT = Text(
    "คำตอบเปลี่ยนไม่ได้ ถ้ารับ ต้องแก้ไขผลหรือยกเว้นช่วงเวลาต่อไป",
    "It cannot be changed. If all uphold it, a correction or an exclusion has to follow.",
)
DISPUTE_UPHOLD_DO = Text("รับข้อโต้แย้ง", "Uphold it")
DISPUTE_NOTE_DO = Text("บันทึกไว้", "Leave it noted")
DISPUTE_DECLINE_DO = Text("ไม่รับข้อโต้แย้ง", "Decline it")
DISPUTE_ANSWER_REASON = Text("เหตุผล (ต้องมีถ้าไม่รับ)", "Reason (needed to decline)")
DISPUTED_DONE = Text("ส่งข้อโต้แย้งแล้ว", "Your dispute is sent")
ANSWERED_DONE = Text("บันทึกคำตอบแล้ว", "Your answer is recorded")
