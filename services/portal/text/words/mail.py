"""Words of the pages that a mail leads to, and of following a service."""

from __future__ import annotations

from services.portal.text.phrase import Text

MAIL_CONFIRM_TITLE = Text("ยืนยันอีเมล", "Confirm your mail address")
MAIL_CONFIRM_LEAD = Text(
    "กดยืนยันเพื่อเริ่มรับแจ้งข่าวสารทางอีเมล", "Confirm, and notices will be sent to your address."
)
MAIL_CONFIRM = Text("ยืนยัน", "Confirm")
MAIL_CONFIRMED_TITLE = Text("ยืนยันแล้ว", "Confirmed")
MAIL_CONFIRMED = Text(
    "เราจะแจ้งข่าวสารถึงท่านทางอีเมล ทุกฉบับมีลิงก์สำหรับเลิกรับ",
    "Notices will come by mail. Each of them carries a link that ends them.",
)
MAIL_END_TITLE = Text("เลิกรับข่าวสารทางอีเมล", "Unsubscribe")
MAIL_END_LEAD = Text(
    "กดเลิกรับ แล้วเราจะไม่ส่งอีเมลตามคำขอนี้อีก และจะลบอีเมลของท่าน",
    "Nothing more will be sent for this subscription, and its address will be erased.",
)
MAIL_END = Text("เลิกรับ", "Unsubscribe")
MAIL_ENDED_TITLE = Text("เลิกรับแล้ว", "Unsubscribed")
MAIL_ENDED = Text("เราจะไม่ส่งอีเมลตามคำขอนี้อีก", "Nothing more will be sent for this subscription.")
MAIL_SERVICES = Text("บริการ: {services}", "Services: {services}")
FOLLOW = Text("รับข่าวประกาศของบริการนี้ทางอีเมล", "Follow this service's announcements by mail")
FOLLOW_LEAD = Text(
    "เราจะส่งอีเมลให้ท่านยืนยันก่อน และจะส่งเฉพาะเมื่อมีประกาศใหม่",
    "We send you a mail to confirm first, and then one whenever something is announced.",
)
FOLLOW_SEND = Text("ขอรับข่าว", "Follow")
FOLLOW_ASKED_TITLE = Text("โปรดตรวจสอบอีเมลของท่าน", "Please look into your mailbox")
FOLLOW_ASKED = Text(
    "หากอีเมลถูกต้อง ท่านจะได้รับอีเมลพร้อมลิงก์สำหรับยืนยัน",
    "If the address is right, a mail with a link to confirm is on its way.",
)
FOLLOW_OFF = Text(
    "ขณะนี้ระบบยังไม่ส่งอีเมล โปรดติดตามจากหน้าของบริการ",
    "This installation sends no mail. Please look at the service's page.",
)
FOLLOW_WRONG = Text("กรอกอีเมลในรูปแบบ name@example.com", "Write a mail address such as name@example.com.")
FOLLOW_BUSY = Text(
    "มีผู้ขอรับข่าวจำนวนมาก โปรดลองใหม่ภายหลัง", "Many people ask at the moment. Please try again later."
)

MAIL_TITLE = Text("การแจ้งข่าวสารทางอีเมล", "Notices by mail")
MAIL_LEAD = Text(
    "เลือกเรื่องที่ต้องการทราบ เราจะส่งอีเมลให้ยืนยันก่อนเริ่มแจ้ง",
    "Choose what you want to hear of. We send a mail to confirm before anything else.",
)
MAIL_OFF = Text("ระบบนี้ยังไม่ส่งอีเมล โปรดติดต่อผู้ดูแลระบบ", "This installation sends no mail. Ask its operator.")
MAIL_MINE = Text("ที่รับอยู่", "Your subscriptions")
MAIL_NONE = Text("ยังไม่ได้รับแจ้งข่าวสารทางอีเมล", "No notices come to you by mail yet.")
MAIL_NEW = Text("รับแจ้งเพิ่ม", "Subscribe")
MAIL_KINDS = Text("เรื่องที่ต้องการทราบ", "What to hear of")
MAIL_KINDS_EMPTY = Text("เลือกอย่างน้อยหนึ่งเรื่อง", "Choose at least one.")
MAIL_ABOUT = Text("ขอบเขต", "Of what")
MAIL_ALL = Text("ทุกข้อตกลงของหน่วยงาน", "All of my agency's agreements")
MAIL_LANGUAGE = Text("ภาษาของอีเมล", "Language of the mails")
MAIL_SUBSCRIBE = Text("รับแจ้ง", "Subscribe")
MAIL_TEST = Text("ส่งอีเมลทดสอบ", "Send a test mail")
MAIL_ASK_AGAIN = Text("ส่งอีเมลยืนยันอีกครั้ง", "Send the mail to confirm again")
MAIL_WAKE = Text("เริ่มแจ้งอีกครั้ง", "Start again")
MAIL_STATE_UNCONFIRMED = Text("รอยืนยันอีเมล", "Waits for the address to confirm")
MAIL_STATE_ACTIVE = Text("กำลังแจ้ง", "Active")
MAIL_STATE_SUSPENDED = Text("หยุดแจ้งไว้", "Suspended")
MAIL_STATE_REFUSED = Text(
    "หยุดแจ้ง เพราะเซิร์ฟเวอร์อีเมลไม่รับที่อยู่นี้", "Suspended: the mail server refuses this address"
)
MAIL_LATER = Text(
    "เพิ่งส่งอีเมลยืนยันไป โปรดตรวจสอบกล่องจดหมาย หรือลองใหม่ภายหลัง",
    "The mail to confirm was sent a while ago. Look into the mailbox, or try again later.",
)
MAIL_DONE = Text("ดำเนินการแล้ว", "Done.")
MAIL_TO = Text("ถึง {address}", "To {address}")

KIND_BREACHES = Text("เหตุไม่เป็นไปตามข้อตกลง", "Breaches")
KIND_DISPUTES = Text("การโต้แย้งผล", "Disputes")
KIND_OUTLOOKS = Text("ความเสี่ยงก่อนปิดรอบ", "Risks before a window closes")
KIND_REPORTS = Text("รายงานตามกำหนด", "Reports on schedule")
KIND_RESULTS = Text("ผลที่เป็นที่สุด", "Final results")
KIND_NEGOTIATION = Text("การเจรจาข้อตกลง", "Moves of negotiations")
KIND_AGREEMENTS = Text("ข้อตกลงมีผลใช้บังคับ", "Agreements in force")
KIND_EXCLUSIONS = Text("ช่วงยกเว้นและการแก้ไขผล", "Exclusions and corrections")
KIND_IMPROVEMENTS = Text("ทะเบียนการปรับปรุง", "Improvement register")
KIND_ANNOUNCEMENTS = Text("ประกาศระดับการให้บริการ", "Service level announcements")
KIND_ACKNOWLEDGEMENTS = Text("การรับทราบประกาศ", "Acknowledgements")
KIND_LIFE_CYCLE = Text("ข้อตกลงที่ใกล้สิ้นสุดหรือควรทบทวน", "Agreements about to end, or to be reviewed")
KIND_SOURCES = Text("แหล่งข้อมูลขาดการส่ง", "Silent sources")
KIND_KEYS = Text("กุญแจลงนามของหน่วยงาน", "Signing keys")
KIND_WEBHOOKS = Text("เว็บฮุกที่หยุดส่ง", "Webhooks that were disabled")
