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
