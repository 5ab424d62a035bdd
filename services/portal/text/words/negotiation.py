"""Words of negotiations: what lies on the table, what changed, who waits, every move there was."""

from __future__ import annotations

from services.portal.text.phrase import Text

NOT_TAKEN = Text("ระบบยังไม่รับ: {detail}", "This was not taken: {detail}")
ROLE_MISSING = Text(
    "บัญชีของท่านไม่มีสิทธิทำรายการนี้ โปรดติดต่อผู้ดูแลระบบของหน่วยงานท่าน",
    "Your account may not do this. Ask your agency's administrator.",
)

MY_AGREEMENTS = Text("ข้อตกลงของหน่วยงาน", "My agency's agreements")
NO_AGREEMENTS = Text("หน่วยงานของท่านยังไม่มีข้อตกลง", "Your agency has no agreement yet.")
NEGOTIATION = Text("การเจรจา", "Negotiation")
SEE_NEGOTIATION = Text("ดูการเจรจา", "See the negotiation")
WHAT_IS_PROMISED = Text("สิ่งที่ตกลงกันไว้", "What was agreed")
HOW_IT_GOES = Text("ผลเป็นอย่างไร", "How it goes")
MORE_TO_DO = Text("รายการอื่น", "What else can be done")
ON_THE_TABLE = Text("ข้อเสนอ", "On the table")
DAY_PASSED = Text("วันนี้ผ่านไปแล้ว โปรดเลือกวันหลังจากวันนี้", "This day has passed: choose a later one")
DELEGATIONS = Text("การมอบอำนาจลงนาม", "Delegations")
TERMINATE = Text("บอกเลิกข้อตกลง", "Terminate")
DRAFT_NEW = Text("ร่างข้อตกลงใหม่", "Draft a new agreement")
SEE_AGREEMENT = Text("ดูข้อตกลง", "See the agreement")
PROPOSAL_N = Text("ข้อเสนอที่ {n}", "Proposal {n}")
REVISION_N = Text("ฉบับที่ {n}", "Revision {n}")
WAITS_FOR_YOU = Text("ข้อเสนอที่ {n} รอหน่วยงานของท่านลงนาม", "Proposal {n} waits for your agency")
WAITS_FOR = Text("ข้อเสนอที่ {n} รอ {who}", "Proposal {n} waits for {who}")
SIGNED_BY_OF = Text("ลงนามแล้ว {n} จาก {of} หน่วยงาน", "Signed by {n} of {of}")
TIME_LEFT = Text("เหลือเวลา {length}", "{length} left")
ENDS_AT = Text("สิ้นสุด", "ends")
OFFER_WITHOUT_END = Text("ไม่กำหนดวันหมดอายุ", "The offer has no end date.")
DRAFT_YOURS = Text("ข้อเสนอที่ {n} เป็นร่างของท่าน", "Proposal {n} is your draft")
DRAFT_OF = Text("ข้อเสนอที่ {n} เป็นร่างของ {who}", "Proposal {n} is a draft of {who}")
DRAFT_BINDS_NOBODY = Text(
    "ทุกฝ่ายเห็นร่างนี้แล้ว แต่ยังไม่ผูกพันใครจนกว่าจะเสนอและลงนามครบ",
    "All parties see it. It binds nobody until it is offered and signed.",
)
NOTHING_ON_THE_TABLE = Text("ไม่มีข้อเสนอที่รอลงนาม", "Nothing waits for a signature")
REJECTED_BY = Text("{who} ไม่เห็นชอบ เหตุผล: {reason}", "{who} rejected it: {reason}")
STAYS_IN_FORCE = Text("ระหว่างนี้ฉบับที่ {n} ยังมีผลใช้บังคับ", "Revision {n} stays in force meanwhile")
IS_IN_FORCE = Text("ฉบับที่ {n} มีผลใช้บังคับ", "Revision {n} is in force")
NOTHING_IN_FORCE = Text("ยังไม่มีฉบับใดมีผลใช้บังคับ", "Nothing is in force yet")
WILL_BE_IN_FORCE = Text("ลงนามครบแล้ว เริ่มมีผล {when}", "All have signed: in force from {when}")

REVISION_DRAFT = Text("ร่าง", "Draft")
REVISION_OFFERED = Text("รอลงนาม", "Waiting for signature")
REVISION_ACCEPTED = Text("ลงนามครบแล้ว รอวันเริ่มมีผล", "Signed by all, not yet in force")
REVISION_IN_FORCE_NOW = Text("มีผลใช้บังคับ", "In force")
REVISION_ENDED = Text("สิ้นสุดแล้ว", "Ended")
REVISION_REJECTED = Text("ไม่เห็นชอบ", "Rejected")
REVISION_EXPIRED = Text("หมดอายุ", "Expired")
REVISION_WITHDRAWN = Text("ถอนข้อเสนอแล้ว", "Withdrawn")
REVISION_SUPERSEDED = Text("ถูกแทนที่", "Superseded")
SUPERSEDED_VOID = Text("ถูกแทนที่ ลายมือชื่อสิ้นผล", "Superseded, signatures void")
VOIDED_SIGNATURES = Text("ลายมือชื่อของ {who} สิ้นผล", "The signatures of {who} are void")

SIGNED = Text("ลงนามแล้ว", "Signed")
REJECTED = Text("ไม่เห็นชอบ", "Rejected")
OPENED = Text("เปิดอ่านแล้ว", "Opened")
OPENED_NOT_SIGNED = Text("เปิดอ่านแล้ว รอลงนาม", "Opened, not signed")
NOT_OPENED = Text("ยังไม่เปิดอ่าน", "Not opened")
ON_BEHALF = Text("{by} ลงนามแทน {agency}", "{by} on behalf of {agency}")
BY_ON_BEHALF = Text("โดย {by} (ลงนามแทน)", "by {by}, on its behalf")

CHANGED_OF = Text("เปลี่ยน {n} จาก {of} เป้าหมาย", "Changed: {n} of {of} objectives")
CHANGED_TERMS_ONLY = Text("เปลี่ยนเฉพาะเงื่อนไขทั่วไป", "Only general terms changed")
WHAT_IS_PROPOSED = Text("สิ่งที่เสนอ", "What is proposed")
WHAT_STAYS = Text("ส่วนที่ไม่เปลี่ยน", "What stays as it is")
COMPARED_WITH = Text("เทียบกับ{name}", "Compared with {name}")
BEFORE = Text("เดิม", "Before")
AFTER = Text("แก้เป็น", "After")
NOT_THERE = Text("ไม่มี", "not in it")
CARD_ADDED = Text("เพิ่มใหม่", "Added")
CARD_REMOVED = Text("ตัดออก", "Removed")
CARD_CHANGED = Text("แก้ไข", "Changed")
FULL_TEXT = Text("ดูฉบับเต็ม", "The full text")
CLAUSE_GOOD = Text("เกณฑ์รายเรื่อง", "What is good")
CLAUSE_LAW = Text("เพดานตามกฎหมาย", "Statutory ceiling")
CLAUSE_TITLE = Text("ชื่อข้อตกลง", "Title")
CLAUSE_FROM = Text("เริ่มมีผล", "In force from")
CLAUSE_UNTIL = Text("มีผลถึง", "In force until")
CLAUSE_REVIEW = Text("ทบทวนเมื่อ", "Review")
CLAUSE_FORM = Text("รูปแบบ", "Form")
CLAUSE_SEEN_BY = Text("ผู้ที่ดูได้", "Who may see it")
CLAUSE_NOTICE = Text("ระยะเวลาบอกกล่าว", "Notice period")
SEEN_BY_ALL = Text("ทุกคน", "everybody")
SEEN_BY_PARTIES = Text("เฉพาะคู่ข้อตกลง", "its parties only")
GENERAL_TERMS = Text("เงื่อนไขทั่วไป", "General terms")
RESPONSIBLE_AGENCY = Text("หน่วยงานที่รับผิดชอบ", "Responsible agency")
TIME_ALLOTTED = Text("เวลาที่จัดสรร", "Time allotted")
YES = Text("ใช่", "yes")
NO = Text("ไม่ใช่", "no")

FLAG_LOOSER = Text(
    "{name}: ผ่อนปรนกว่ากฎหมาย ({section}) เหตุผล: {reason}", "{name}: looser than the law ({section}): {reason}"
)
FLAG_UNLIKE = Text(
    "{name}: เทียบกับกฎหมายโดยตรงไม่ได้ ({section}) เหตุผล: {reason}",
    "{name}: cannot be compared with the law ({section}): {reason}",
)
TO_KNOW_BEFORE = Text("ควรทราบก่อนลงนาม", "To know before signing")
LATE_START = Text(
    "วันเริ่มมีผลผ่านไปแล้ว ข้อตกลงจะมีผลในนาทีถัดจากลายมือชื่อสุดท้าย",
    "Its start has passed: it will be in force from the minute after the last signature.",
)
TOO_LATE_TO_OFFER = Text(
    "วันเริ่มมีผลผ่านไปแล้ว โปรดแก้วันที่ก่อนเสนอ", "Its start has passed: change the date before you offer it."
)
BINDS_THE_PAST = Text("ข้อตกลงนี้มีผลย้อนหลัง", "It binds the past as well.")

TARGET_HELP = Text("ข้อมูลประกอบการตัดสินใจ", "To help you decide")
ASKED_KEPT = Text(
    "ผู้รับบริการขอ {value} ({n} ความต้องการ): ค่านี้ให้ได้",
    "Recipients asked for {value} ({n} needs): this gives it",
    "Recipients asked for {value} ({n} need): this gives it",
)
ASKED_MISSED = Text(
    "ผู้รับบริการขอ {value} ({n} ความต้องการ): ค่านี้ยังให้ไม่ได้",
    "Recipients asked for {value} ({n} needs): this falls short of it",
    "Recipients asked for {value} ({n} need): this falls short of it",
)
ASKED_UNLIKE = Text(
    "ผู้รับบริการขอ {value} ({n} ความต้องการ): วัดคนละแบบ เทียบโดยตรงไม่ได้",
    "Recipients asked for {value} ({n} needs): measured otherwise, not to be compared",
    "Recipients asked for {value} ({n} need): measured otherwise, not to be compared",
)
LAW_KEPT = Text("กฎหมายกำหนด {value} ({section}): เป็นไปตามกฎหมาย", "The law says {value} ({section}): kept")
LAW_MISSED = Text(
    "กฎหมายกำหนด {value} ({section}): ค่านี้ผ่อนปรนกว่ากฎหมาย",
    "The law says {value} ({section}): this is looser than the law",
)
LAW_UNLIKE = Text(
    "กฎหมายกำหนด {value} ({section}): วัดคนละแบบ เทียบโดยตรงไม่ได้",
    "The law says {value} ({section}): measured otherwise, not to be compared",
)
STEPS_FIT = Text(
    "เวลาของทุกขั้นตอนรวม {sum} อยู่ในคำสัญญา {limit} เหลือ {left}",
    "The steps take {sum} together, within the promised {limit}: {left} left",
)
STEPS_TOO_LONG = Text(
    "เวลาของทุกขั้นตอนรวม {sum} เกินคำสัญญา {limit} อยู่ {over} หน่วยงานที่ต้องปรับขั้นตอน: {who}",
    "The steps take {sum} together, {over} more than the promised {limit}. Who would have to change: {who}",
)
STEPS_UNLIKE = Text(
    "เวลาของทุกขั้นตอนรวม {sum} นับคนละแบบกับคำสัญญา เทียบโดยตรงไม่ได้",
    "The steps take {sum} together; the promise is counted otherwise, so the two cannot be compared",
)
STEPS_WITHOUT = Text("ขั้นตอนที่ยังไม่มีเวลา: {steps}", "Steps without a time: {steps}")
TRIED_KEPT = Text(
    "ถ้าใช้ค่านี้ใน 12 เดือนที่ผ่านมา จะบรรลุ {met} จาก {all} รอบ",
    "In the last 12 months it would have been met in {met} of {all} windows",
)
GROUP_KEPT = Text(
    "กลุ่ม {group} (ค่าเป้าหมาย {target}): ใน 12 เดือนที่ผ่านมาจะบรรลุ {met} จาก {all} รอบ ค่ากลาง {median}",
    "Group {group} (target {target}): in the last 12 months met in {met} of {all} windows, median {median}",
)
GROUPS_MORE = Text("และอีก {n} กลุ่มที่บรรลุมากกว่านี้", "and {n} more groups, which kept it more often")
TRIED_AGREED = Text("ตามที่ตกลงไว้ บรรลุ {met} จาก {all} รอบ", "As agreed now, it was met in {met} of {all}")
ACHIEVED = Text(
    "ผลของ 12 เดือนที่ผ่านมา: ต่ำสุด {least} ค่ากลาง {median} สูงสุด {greatest}",
    "The last 12 months: least {least}, median {median}, greatest {greatest}",
)
START_FROM = Text(
    "ค่าเป้าหมายตั้งต้นจากผลที่ผ่านมา: {targets}",
    "Targets to start from, by what was achieved: {targets}",
)
START = Text("{value} (บรรลุ {met} จาก {all} รอบ)", "{value} (met in {met} of {all})")
STEPS_FIT_EXACTLY = Text(
    "เวลาของทุกขั้นตอนรวม {sum} พอดีกับคำสัญญา {limit}",
    "The steps take {sum} together, exactly the promised {limit}",
)
SEE_NEEDS = Text("ดูความต้องการของผู้รับบริการ", "See the recipients' needs")

COMMENTS = Text("ความเห็น", "Comments")
COMMENTS_COUNT = Text("{n} ความเห็น", "{n} comments", "{n} comment")
COMMENT_ADD = Text("แสดงความเห็น", "Comment")
COMMENT_ON = Text("ความเห็นเรื่อง {clause}", "Comment on: {clause}")
COMMENT_TEXT = Text("ความเห็นของท่าน", "Your comment")
COMMENT_SEEN = Text("ทุกฝ่ายจะเห็นความเห็นนี้ทันที", "All parties see it at once.")
COMMENT_SEND = Text("ส่งความเห็น", "Send the comment")
COMMENT_EMPTY = Text("โปรดพิมพ์ความเห็น", "Write your comment")
COMMENT_DONE = Text("ดำเนินการแล้ว", "It is done")
COMMENT_OPEN_AGAIN = Text("เปิดอีกครั้ง", "Open it again")
COMMENT_ERASE = Text("ลบข้อความ", "Erase the text")
COMMENT_ERASED = Text("ข้อความนี้ถูกลบแล้ว", "This text was erased")
COMMENT_RESOLVED_BY = Text("{who} แจ้งว่าดำเนินการแล้ว", "done, says {who}")
NO_COMMENTS = Text("ยังไม่มีความเห็น", "No comments yet")
PART_COMMENTS = Text("ความเห็น", "comments")
PART_HISTORY = Text("ประวัติ", "history")
MOVES = Text("ประวัติทุกขั้นตอน", "Every move")
YOUR_DECISION = Text("การตัดสินใจของท่าน", "Your decision")
NOTHING_TO_DECIDE = Text("ขณะนี้ไม่มีเรื่องที่ท่านต้องตัดสินใจ", "There is nothing for you to decide now.")
NEEDS_ROLE = Text("ต้องใช้บัญชีที่มีสิทธิ “{role}”", "This takes an account with the role “{role}”")
ACCEPT_AND_SIGN = Text("เห็นชอบและลงนาม", "Accept and sign")
COUNTER_PROPOSE = Text("เสนอแก้ไข", "Counter-propose")
AMEND = Text("เสนอแก้ไขข้อตกลง", "Propose an amendment")
REJECT = Text("ไม่เห็นชอบ", "Reject")
WITHDRAW_OFFER = Text("ถอนข้อเสนอ", "Withdraw offer")
WITHDRAW_DRAFT = Text("ทิ้งร่าง", "Discard the draft")
EDIT_DRAFT = Text("แก้ร่าง", "Change the draft")
OFFER_IT = Text("ส่งข้อเสนอให้ทุกฝ่าย", "Offer it to all parties")
OFFER_UNTIL = Text("ให้ตอบภายในวันที่", "Answer until")
OFFER_UNTIL_HINT = Text(
    "วัน/เดือน/ปี เช่น {example} ถึง 24.00 น. เว้นว่าง: ไม่กำหนด",
    "day/month/year, such as {example}, until 24:00; empty: no end",
)
OFFERED_DONE = Text("ส่งข้อเสนอแล้ว", "The offer is made")
COMMENTED_DONE = Text("ส่งความเห็นแล้ว", "Your comment is there")
WITHDRAWN_DONE = Text("ถอนแล้ว", "It is withdrawn")
REJECTED_DONE = Text("บันทึกว่าไม่เห็นชอบแล้ว", "Your rejection is recorded")
DRAFTED_DONE = Text("บันทึกร่างแล้ว", "The draft is saved")

ROLE_NEGOTIATOR = Text("ผู้เจรจา", "negotiator")
ROLE_SIGNATORY = Text("ผู้มีอำนาจลงนาม", "signatory")
ROLE_AGENCY_ADMIN = Text("ผู้ดูแลระบบของหน่วยงาน", "agency administrator")
ROLE_OPERATOR = Text("ผู้ดูแลระบบกลาง", "operator")
ROLE_REPORTER = Text("ผู้ส่งข้อมูล", "reporter")
ROLE_VIEWER = Text("ผู้ดู", "viewer")

MOVE_DRAFTED = Text("ร่างข้อเสนอ", "Drafted")
MOVE_OFFERED = Text("ส่งข้อเสนอ", "Offered")
MOVE_OPENED = Text("เปิดอ่าน", "Opened")
MOVE_ACCEPTED = Text("ลงนาม", "Signed")
MOVE_REJECTED = Text("ไม่เห็นชอบ", "Rejected")
MOVE_WITHDRAWN = Text("ถอนข้อเสนอ", "Withdrawn")
MOVE_SUPERSEDED = Text("ถูกแทนที่ ลายมือชื่อสิ้นผล", "Superseded, signatures void")
MOVE_EXPIRED = Text("หมดอายุ", "Expired")
MOVE_CONCLUDED = Text("ลงนามครบทุกฝ่าย", "Signed by all")
MOVE_COMMENTED = Text("แสดงความเห็น", "Commented")
MOVE_COMMENT_RESOLVED = Text("แจ้งว่าดำเนินการตามความเห็นแล้ว", "Marked a comment as done")
MOVE_COMMENT_REOPENED = Text("เปิดความเห็นอีกครั้ง", "Opened a comment again")
MOVE_COMMENT_ERASED = Text("ลบข้อความของความเห็น", "Erased the text of a comment")
MOVE_DELEGATED = Text("มอบอำนาจ", "Delegated")
MOVE_DELEGATION_REVOKED = Text("ถอนการมอบอำนาจ", "Revoked a delegation")
MOVE_TERMINATION_PROPOSED = Text("ขอบอกเลิกข้อตกลง", "Asked to terminate")
MOVE_TERMINATION_SIGNED = Text("ลงนามการบอกเลิก", "Signed the termination")
MOVE_TERMINATION_GIVEN = Text("บอกเลิกข้อตกลงแล้ว", "Notice given")
MOVE_TERMINATION_WITHDRAWN = Text("ถอนการบอกเลิก", "Withdrew the notice")
MOVE_ANNOUNCED = Text("ประกาศระดับการให้บริการ", "Announced")
MOVE_ACKNOWLEDGED = Text("รับทราบประกาศ", "Acknowledged the announcement")
MOVE_REVIEWED = Text("บันทึกการทบทวน", "Reviewed")
MOVE_OTHER = Text("เหตุการณ์อื่น", "Another move")

REVISIONS = Text("ทุกฉบับ", "All revisions and proposals")
REVISION_COLUMN = Text("ฉบับ", "Revision")
MADE_BY = Text("เสนอโดย", "Made by")
MADE_AT = Text("เมื่อ", "When")
IN_FORCE_SPAN = Text("มีผล", "In force")
COMPARE = Text("เปรียบเทียบสองฉบับ", "Compare two revisions")
COMPARE_FROM = Text("เดิม", "Before")
COMPARE_TO = Text("แก้เป็น", "After")
COMPARE_DO = Text("เปรียบเทียบ", "Compare")
COMPARE_SAME = Text("สองฉบับนี้เหมือนกัน", "The two say the same.")
COMPARE_CHOOSE = Text("โปรดเลือกสองฉบับที่ต่างกัน", "Choose two different ones.")
PRINTED_TEXT = Text("ข้อความตามที่ลงนาม", "The text as it is signed")
TEXT_OF = Text("ข้อความของ {name}", "The text of {name}")
SIGNED_EXPORT = Text("ดาวน์โหลดฉบับลงนาม (JSON)", "Download the signed revision (JSON)")
HOW_TO_VERIFY = Text(
    "ตรวจสอบได้ด้วยโปรแกรม docs/verify/verify.py โดยไม่ต้องใช้ระบบนี้",
    "Anybody can check it with docs/verify/verify.py, without this system.",
)
STALE_TITLE = Text("ข้อเสนอนี้ถูกแทนที่แล้ว โปรดดูฉบับล่าสุด", "Superseded; see the newest")
STALE_CHANGED = Text("สถานะเปลี่ยนไปแล้ว", "It stands otherwise by now")
STALE_LEAD = Text(
    "ระหว่างที่ท่านอ่าน มีการเปลี่ยนแปลง รายการของท่านยังไม่ถูกบันทึก ท่านเห็น{old} ขณะนี้เป็น{new}",
    "It changed while you were reading. Nothing of yours was recorded. You saw {old}; now it is {new}.",
)
STALE_SAME = Text(
    "สิ่งที่ท่านเห็นไม่เปลี่ยน แต่สถานะเปลี่ยนไปแล้ว: {state}", "What you read is the same, but its state is now: {state}"
)
STALE_YOURS = Text("ที่ท่านเห็น: {name}", "What you saw: {name}")
STALE_NOW = Text("ขณะนี้: {name}", "Now: {name}")
STALE_GO_ON = Text("ไปยังฉบับล่าสุด", "Go on with the newest")
JSON_AGREEMENT = Text("ข้อตกลงนี้", "Agreement")
JSON_REVISION = Text("ข้อความ", "Text")
JSON_COMMENTS = Text("ความเห็น", "Comments")
JSON_HISTORY = Text("ประวัติ", "History")
JSON_TARGETS = Text("ข้อมูลประกอบค่าเป้าหมาย", "Help with targets")
JSON_DIFF = Text("ส่วนที่ต่าง", "Differences")
