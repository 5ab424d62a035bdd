"""Words of signing, rejecting, withdrawing, delegating and terminating."""

from __future__ import annotations

from services.portal.text.phrase import Text

SIGN_TITLE = Text("ลงนามข้อตกลง", "Sign the agreement")
SIGN_WHAT = Text("สิ่งที่ท่านจะลงนาม", "What you are about to sign")
SIGN_CHANGES = Text("สิ่งที่เปลี่ยนจาก{name}", "What changes from {name}")
SIGN_STATEMENT = Text(
    "ท่านลงนามในนาม {agency} ในฐานะ{role}",
    "You sign for {agency} as {role}",
)
SIGN_EFFECT = Text(
    "ข้อตกลงเริ่มมีผล {when} เมื่อทุกฝ่ายลงนามครบ", "It takes effect {when}, once all parties have signed"
)
SIGN_EFFECT_LAST = Text(
    "ท่านเป็นฝ่ายสุดท้าย ข้อตกลงเริ่มมีผล {when}", "You are the last to sign: it takes effect {when}"
)
SIGN_NEXT_MINUTE = Text("นาทีถัดจากลายมือชื่อสุดท้าย", "the minute after the last signature")
SIGN_WAITS = Text("ฝ่ายที่ยังไม่ลงนาม: {who}", "Not signed yet: {who}")
SIGN_FOR = Text("ลงนามในนาม", "You sign for")
SIGN_OWN = Text("{agency} (หน่วยงานของท่าน)", "{agency} (your agency)")
SIGN_DELEGATED = Text("{agency} (ได้รับมอบอำนาจ)", "{agency} (delegated to you)")
SIGN_TICK = Text("ข้าพเจ้าอ่านแล้วและเห็นชอบตามข้อความนี้", "I have read it and agree to this very text")
SIGN_TICK_EMPTY = Text("โปรดทำเครื่องหมายว่าท่านอ่านและเห็นชอบแล้ว", "Tick that you have read it and agree")
SIGN_AGAIN = Text("รหัสผ่านของท่านอีกครั้ง", "Your password, once more")
SIGN_AGAIN_HINT = Text(
    "เพื่อยืนยันว่าเป็นท่าน ลายมือชื่อจะผูกกับชื่อ หน่วยงาน เวลา และรหัสของข้อความ",
    "To be sure that it is you. It is bound to you, your agency, the time and the hash of the text.",
)
SIGN_PASSWORD_WRONG = Text("รหัสผ่านไม่ถูกต้อง ยังไม่มีการลงนาม", "The password is wrong. Nothing was signed.")
SIGN_DO = Text("ลงนาม", "Sign")
SIGN_BACK = Text("กลับไปยังการเจรจา", "Back to the negotiation")
SIGN_OWN_KEY = Text(
    "หน่วยงานของท่านกำหนดให้ลงนามด้วยกุญแจของหน่วยงานเอง โปรดใช้คำสั่ง: {command}",
    "Your agency accepts with its own key only. Use the command: {command}",
)
SIGN_NOTHING = Text("ข้อเสนอนี้ไม่รอลายมือชื่อของท่านแล้ว", "This does not wait for your signature any more.")
RECEIPT = Text("หลักฐานการลงนาม", "Receipt of your signature")
RECEIPT_DONE = Text("ลงนามแล้ว", "Signed")
RECEIPT_BY = Text("{name} ในนาม {agency}", "{name} for {agency}")
RECEIPT_WHO = Text("ผู้ลงนาม", "Signatory")
RECEIPT_WHEN = Text("เวลา", "Time")
RECEIPT_ROLE = Text("ในฐานะ", "As")
RECEIPT_PAPER = Text("พิมพ์หน้านี้เก็บไว้ได้", "You may print this page.")
RECEIPT_ALL_SIGNED = Text("ทุกฝ่ายลงนามครบแล้ว เริ่มมีผล {when}", "All parties have signed. In force from {when}.")
RECEIPT_NEXT = Text("ยังรอ {who}", "It still waits for {who}")

REJECT_TITLE = Text("ไม่เห็นชอบข้อเสนอ", "Reject the proposal")
REJECT_LEAD = Text(
    "ข้อเสนอนี้จะสิ้นสุดลง ทุกฝ่ายจะเห็นเหตุผลของท่าน และเสนอใหม่ได้ ถ้าต้องการเปลี่ยนบางข้อ ให้เสนอแก้ไขแทน",
    "This ends the proposal. All parties see your reason, and may propose anew. "
    "If only a clause is in the way, counter-propose instead.",
)
REJECT_REASON = Text("เหตุผล", "Why")
REJECT_REASON_EMPTY = Text("โปรดบอกเหตุผล", "Say why")
REJECT_CLAUSE = Text("เพราะข้อใด", "Because of which clause")
REJECT_WHOLE = Text("ทั้งฉบับ", "the whole")
REJECT_DO = Text("ยืนยันไม่เห็นชอบ", "Reject it")
WITHDRAW_TITLE = Text("ถอนข้อเสนอหรือไม่", "Withdraw the proposal?")
WITHDRAW_LEAD = Text(
    "ข้อเสนอจะไม่รอลงนามอีก ลายมือชื่อที่ให้แล้วสิ้นผล แต่ประวัติยังอยู่",
    "It waits for nobody any more. Signatures given to it are void; its history stays.",
)
WITHDRAW_VOIDS = Text("ลายมือชื่อที่จะสิ้นผล: {who}", "Signatures that become void: {who}")
WITHDRAW_DO = Text("ยืนยันการถอน", "Withdraw it")

DELEGATION_LEAD = Text(
    "ให้ผู้มีอำนาจลงนามของอีกหน่วยงานลงนามแทนได้ ทุกฝ่ายเห็นการมอบอำนาจ และถอนได้ทุกเมื่อ",
    "Lets the signatories of another agency act for yours. All parties see it; you may revoke it any time.",
)
DELEGATION_NONE = Text("ยังไม่มีการมอบอำนาจ", "Nothing is delegated.")
DELEGATION_FROM_TO = Text("{giver} มอบอำนาจให้ {taker}", "{giver} to {taker}")
DELEGATION_TO = Text("มอบอำนาจให้", "To which agency")
DELEGATION_MOVES = Text("ทำแทนได้", "What it may do for you")
DELEGATION_ACCEPT = Text("ลงนาม", "sign")
DELEGATION_REJECT = Text("ไม่เห็นชอบ", "reject")
DELEGATION_TERMINATE = Text("บอกเลิก", "terminate")
DELEGATION_MOVES_EMPTY = Text("โปรดเลือกอย่างน้อยหนึ่งอย่าง", "Choose at least one")
DELEGATION_SCOPE = Text("ขอบเขต", "For which agreements")
DELEGATION_THIS = Text("ข้อตกลงนี้", "this one")
DELEGATION_SERVICE = Text("ทุกข้อตกลงของบริการนี้", "all of this service")
DELEGATION_UNTIL = Text("มอบอำนาจถึงวันที่", "Until")
DELEGATION_UNTIL_EMPTY = Text("โปรดกรอกวันสิ้นสุด", "Enter the last day")
DELEGATION_DO = Text("มอบอำนาจ", "Delegate")
DELEGATION_REVOKE = Text("ถอนการมอบอำนาจ", "Revoke")
DELEGATION_ACTIVE = Text("มีผลอยู่", "Active")
DELEGATION_ENDED = Text("สิ้นสุดแล้ว", "Ended")
DELEGATION_REVOKED = Text("ถอนแล้ว", "Revoked")
DELEGATION_NEW = Text("มอบอำนาจใหม่", "Delegate")
JSON_DELEGATIONS = Text("การมอบอำนาจ", "Delegations")

TERMINATE_LEAD = Text(
    "ข้อตกลงจะสิ้นสุดในวันที่บอกเลิกมีผล จนถึงวันนั้นทุกข้อยังผูกพัน",
    "The agreement ends on the day on which the notice has effect. Until then every clause binds.",
)
TERMINATE_NOTICE = Text("ต้องบอกกล่าวล่วงหน้า {length}", "The notice period is {length}.")
TERMINATE_ALL = Text("ทุกฝ่ายต้องลงนามการบอกเลิก", "Every party has to sign it off.")
TERMINATE_KIND = Text("สิ่งที่บอกเลิก", "What ends")
TERMINATE_WHOLE = Text("ข้อตกลงทั้งฉบับ", "the whole agreement")
TERMINATE_LEAVE = Text("เฉพาะส่วนของหน่วยงานเรา (ฝ่ายอื่นยังอยู่)", "our part in it (the others go on)")
TERMINATE_WHEN = Text("ให้มีผลในวันที่", "With effect at the end of")
TERMINATE_WHEN_HINT = Text(
    "วัน/เดือน/ปี เช่น {example} ถึง 24.00 น. เว้นว่าง: เร็วที่สุดเท่าที่ระยะบอกกล่าวให้",
    "day/month/year, such as {example}, until 24:00; empty: as soon as the notice period allows",
)
TERMINATE_CHECK = Text("ตรวจสอบก่อนบอกเลิก", "Check before you give notice")
TERMINATE_ASK = Text("ต้องการบอกเลิกข้อตกลงนี้หรือไม่", "Do you want to give notice?")
TERMINATE_FROM = Text("มีผล {when}", "with effect {when}")
TERMINATE_SOONEST = Text("เร็วที่สุดเท่าที่ระยะบอกกล่าวให้", "as soon as the notice period allows")
TERMINATE_DO = Text("ยืนยันการบอกเลิก", "Give notice")
TERMINATE_NEXT = Text("ต่อไป", "Continue")
TERMINATIONS = Text("การบอกเลิก", "Notices")
TERMINATION_BY = Text("{who} บอกเลิก มีผล {when}", "{who} gave notice with effect {when}")
TERMINATION_PROPOSED = Text("รอลงนาม", "Waits for signatures")
TERMINATION_GIVEN = Text("บอกเลิกแล้ว รอมีผล", "Given, not yet in effect")
TERMINATION_EFFECTIVE = Text("มีผลแล้ว", "In effect")
TERMINATION_EXPIRED = Text("หมดอายุ", "Expired")
TERMINATION_WITHDRAWN = Text("ถอนแล้ว", "Withdrawn")
TERMINATION_SIGN = Text("ลงนามการบอกเลิก", "Sign it off")
TERMINATION_WITHDRAW = Text("ถอนการบอกเลิก", "Withdraw it")
TERMINATION_NOTHING = Text("ไม่มีฉบับที่มีผลใช้บังคับให้บอกเลิก", "Nothing is in force that could be terminated.")
JSON_TERMINATIONS = Text("การบอกเลิก", "Notices")
JSON_SIGNED = Text("ฉบับลงนาม", "Signed revision")

PERSON_GONE = Text("บุคคลที่ไม่มีข้อมูลแล้ว", "a person no longer known")
DELEGATION_PERSON = Text("เฉพาะบุคคล (รหัสบุคคล)", "Only this person (their id)")
DELEGATION_PERSON_HINT = Text(
    "เว้นว่าง: ผู้ลงนามทุกคนของหน่วยงานนั้น รหัสบุคคลอยู่ในหน้าบัญชีของผู้นั้น",
    "empty: every signatory of that agency; the id stands on the person's own account page",
)
DELEGATION_PERSON_WRONG = Text(
    "รหัสบุคคลใช้ได้เฉพาะ a–z 0–9 และ _ . : @ - ท่านกรอก “{given}”",
    "An id has only letters, digits and _ . : @ -; you entered “{given}”",
)
DELEGATION_ONLY = Text("เฉพาะ {person}", "only {person}")
MY_ID = Text("รหัสบุคคลของท่าน (ใช้เมื่อหน่วยงานอื่นมอบอำนาจให้ท่าน)", "Your id, for an agency that lets you act for it")
