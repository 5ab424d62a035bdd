"""Words of announcements and of who has acknowledged them."""

from __future__ import annotations

from services.portal.text.phrase import Text

ANNOUNCEMENTS = Text("ประกาศระดับการให้บริการ", "Service level announcements")
ANNOUNCEMENTS_LEAD = Text(
    "สิ่งที่หน่วยงานประกาศว่าท่านจะได้รับ เรียงจากใหม่ไปเก่า ประกาศที่ถูกแทนที่ยังอ่านได้",
    "What agencies announce that you can expect, newest first. Those that were replaced can still be read.",
)
NO_ANNOUNCEMENTS = Text("ยังไม่มีประกาศ", "Nothing is announced yet.")
ANNOUNCEMENT = Text("ประกาศระดับการให้บริการ", "Service level announcement")
ANNOUNCEMENT_NO = Text("ประกาศระดับการให้บริการ ฉบับที่ {n}", "Service level announcement no. {n}")
ANNOUNCED_DATED = Text("ลงวันที่ {date} มีผล {start}", "dated {date}, in force {start}")
ANNOUNCED_UNTIL = Text("ถึง {end}", "until {end}")
ANNOUNCED_BY = Text("ประกาศโดย {who}", "Announced by {who}")
ANNOUNCED_BY_SYSTEM = Text("ประกาศโดยระบบเมื่อข้อตกลงเริ่มมีผล", "Announced by the system when it came into force")
ANNOUNCEMENT_UPCOMING = Text("ยังไม่ถึงวันเริ่มมีผล", "Not yet in force")
ANNOUNCEMENT_IN_FORCE = Text("มีผลใช้บังคับ", "In force")
ANNOUNCEMENT_SUPERSEDED = Text("ถูกแทนที่", "Superseded")
ANNOUNCEMENT_ENDED = Text("สิ้นสุดแล้ว", "Ended")
ANNOUNCEMENT_NEWER = Text("ประกาศนี้ถูกแทนที่แล้ว โปรดดูฉบับล่าสุด", "Superseded; see the newest")
ANNOUNCEMENT_OLDER = Text("ประกาศฉบับก่อนหน้า", "The announcement before it")
YOU_WILL_GET = Text("สิ่งที่ท่านจะได้รับ", "What you will get")
ANNOUNCED_WHO = Text("ผู้รับผิดชอบ", "Who")
FORMAL_TEXT = Text("ข้อความตามประกาศ", "The formal text")
ANNOUNCER_NOTE = Text("หมายเหตุของผู้ประกาศ", "Note of the announcer")
ACKNOWLEDGED_OF = Text("รับทราบแล้ว {n} จาก {of} หน่วยงาน", "Acknowledged: {n} of {of}")
ACKNOWLEDGE_BY = Text("รับทราบภายใน {when}", "To be acknowledged by {when}")
ACKNOWLEDGED_AT = Text("รับทราบแล้ว", "Acknowledged")
ACKNOWLEDGED_LATE = Text("ช้า {n} วัน", "{n} days late", "{n} day late")
NOT_ACKNOWLEDGED = Text("ยังไม่รับทราบ", "Not acknowledged yet")
NOT_ACKNOWLEDGED_LATE = Text(
    "ยังไม่รับทราบ เกินกำหนด {n} วัน", "Not acknowledged, {n} days overdue", "Not acknowledged, {n} day overdue"
)
ACKNOWLEDGE = Text("รับทราบ", "Acknowledge")
ACKNOWLEDGE_FOR = Text("รับทราบในนาม {agency}", "Acknowledge for {agency}")
ACKNOWLEDGE_SAID = Text(
    "การรับทราบจะบันทึกว่าหน่วยงานของท่านได้อ่านประกาศนี้ พร้อมเวลา ทุกคนเห็นว่าหน่วยงานใดรับทราบแล้ว",
    "It records that your agency has read this announcement, with the time. Everybody sees which agency has.",
)
ACKNOWLEDGED_DONE = Text("บันทึกการรับทราบแล้ว", "Your acknowledgement is recorded")
ANNOUNCED_DONE = Text("ประกาศแล้ว", "It is announced")
CHECK_IT = Text("ตรวจสอบความถูกต้อง", "Verify")
CHECK_HASH = Text(
    "รหัสนี้คือ SHA-256 ของเนื้อหาประกาศ ใครก็คำนวณซ้ำได้: {command}",
    "This is the SHA-256 of what was announced. Anybody can compute it again: {command}",
)
ANNOUNCED_TEXT_HASH = Text("รหัสของข้อความที่ลงนาม", "Hash of the signed text")
SIGNED_DOWNLOAD = Text("ดาวน์โหลดฉบับลงนาม (JSON)", "Download the signed text (JSON)")
SEE_RESULTS = Text("ดูผลของบริการนี้", "See how it goes")
ANNOUNCE_TITLE = Text("ประกาศระดับการให้บริการ", "Announce the service level")
ANNOUNCE_LEAD = Text(
    "ประกาศให้ทุกคนอ่านได้ และแจ้งคู่ข้อตกลงให้รับทราบ ถ้าไม่มีใครประกาศ ระบบจะประกาศเองเมื่อเริ่มมีผล",
    "Everybody can read it, and the parties are asked to acknowledge it. "
    "What nobody announces, the system announces when it comes into force.",
)
ANNOUNCE_DAYS = Text("ให้รับทราบภายในกี่วัน", "Days to acknowledge it")
ANNOUNCE_DAYS_HINT = Text("ปกติ 7 วัน", "usually 7")
ANNOUNCE_NOTE_TH = Text("หมายเหตุ (ไทย)", "Note (Thai)")
ANNOUNCE_NOTE_EN = Text("หมายเหตุ (อังกฤษ)", "Note (English)")
ANNOUNCE_NOTE_HINT = Text(
    "ทุกคนอ่านได้ อย่าใส่ชื่อบุคคล เว้นว่างได้", "Everybody reads it: no names of persons. May be empty"
)
ANNOUNCE_DO = Text("ประกาศ", "Announce")
ANNOUNCE_THIS = Text("ประกาศฉบับนี้", "Announce it")
ANNOUNCE_NOTHING = Text("ไม่มีฉบับที่รอประกาศ", "Nothing waits to be announced.")
ANNOUNCE_ALREADY = Text("ประกาศแล้ว", "It is announced already")
SEE_ANNOUNCEMENT = Text("ดูประกาศ", "See the announcement")
JSON_ANNOUNCEMENT = Text("ประกาศนี้", "Announcement")
JSON_ANNOUNCEMENTS = Text("ประกาศ", "Announcements")

TASK_OFFER = Text("ลงนามหรือตอบข้อเสนอ: {what}", "To sign or answer: {what}")
TASK_EXCLUSION = Text("ตอบข้อยกเว้น: {what}", "To answer an exclusion: {what}")
TASK_TERMINATION = Text("ลงนามการบอกเลิก: {what}", "To sign off a termination: {what}")
TASK_ANNOUNCEMENT = Text("ประกาศข้อตกลง: {what}", "To announce: {what}")
TASK_ACKNOWLEDGEMENT = Text("รับทราบประกาศ: {what}", "To acknowledge: {what}")
TASK_ENDING = Text("ข้อตกลงใกล้สิ้นสุด: {what}", "About to end: {what}")
TASK_UNREVIEWED = Text("ถึงเวลาทบทวน: {what}", "To be reviewed: {what}")
TASK_UNPLANNED = Text("ยังไม่มีแผนการวัด: {what}", "Without a measurement plan: {what}")
TASK_PARTY_LEFT = Text("คู่ข้อตกลงไม่อยู่แล้ว: {what}", "A party has left: {what}")
TASK_LATE = Text("เกินกำหนด {n} วัน", "{n} days overdue", "{n} day overdue")
JSON_TASKS = Text("เรื่องที่รอท่าน", "What waits")
TASK_OTHER = Text("เรื่องอื่น: {what}", "To look at: {what}")
ASKED_BY_SYSTEM = Text("ระบบ", "the system")
MENU_ANNOUNCEMENTS = Text("ประกาศ", "Announcements")
MENU_AGREEMENTS = Text("ข้อตกลง", "Agreements")
NEWEST_ANNOUNCEMENTS = Text("ประกาศล่าสุด", "Newest announcements")
PART_ANNOUNCEMENTS = Text("ประกาศ", "announcements")
