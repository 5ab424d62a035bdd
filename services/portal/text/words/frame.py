"""Words of the frame around every page, of errors and of signing in."""

from __future__ import annotations

from services.portal.text.phrase import Text

BRAND = Text("สัญญา", "Sanya")
TAGLINE = Text("ระดับการให้บริการที่หน่วยงานตกลงร่วมกัน", "Service levels that agencies promise together")
SKIP = Text("ข้ามไปยังเนื้อหา", "Skip to content")
MENU = Text("เมนู", "Menu")
MAIN_NAVIGATION = Text("เมนูหลัก", "Main menu")
TRAIL = Text("ตำแหน่งในเว็บไซต์", "You are here")
HOME = Text("หน้าแรก", "Home")
ALL_SERVICES = Text("บริการทั้งหมด", "All services")
DEVELOPERS = Text("สำหรับนักพัฒนา", "For developers")
GLOSSARY = Text("คำศัพท์", "Glossary")
SIGN_IN = Text("เข้าสู่ระบบ", "Sign in")
SIGN_OUT = Text("ออกจากระบบ", "Sign out")
MY_OBJECTIVES = Text("เป้าหมายของหน่วยงาน", "My agency's objectives")
OTHER_LANGUAGE = Text("English", "ภาษาไทย")
SIGNED_IN_AS = Text("เข้าสู่ระบบในนาม {name}", "Signed in as {name}")
FOOTER = Text("ท้ายหน้า", "About this page")

DATA_UNTIL = Text("ข้อมูลถึง {when}", "Data up to {when}")
COMPUTED_AT = Text("ประเมินเมื่อ {when}", "Computed {when}")
SHOWN_AT = Text("แสดงเมื่อ {when}", "Shown {when}")
JSON = Text("ข้อมูลของหน้านี้ (JSON)", "This page as data (JSON)")
JSON_OF = Text("ข้อมูล{what} (JSON)", "{what} as data (JSON)")
JSON_SHORT = Text("ข้อมูล JSON", "JSON data")
JSON_SERVICE = Text("บริการ", "Service")
JSON_AGREEMENTS = Text("ข้อตกลง", "Agreements")
JSON_RESULTS = Text("ผลการประเมิน", "Results")
JSON_RESULT = Text("ผลนี้", "Result")
JSON_BREACH = Text("เหตุนี้", "Breach")
JSON_BREACHES = Text("เหตุไม่เป็นไปตามข้อตกลง", "Breaches")

NOT_FOUND_TITLE = Text("ไม่พบหน้านี้ หรือท่านไม่มีสิทธิเข้าถึง", "Not found, or not open to you")
NOT_FOUND = Text(
    "โปรดตรวจสอบที่อยู่ของหน้า หรือค้นหาจากบริการทั้งหมด หากเป็นหน้าของหน่วยงาน โปรดเข้าสู่ระบบก่อน",
    "Check the address, or look for the service in the list. If the page belongs to an agency, "
    "sign in first.",
)
AWAY_TITLE = Text("ระบบยังไม่พร้อมให้บริการในขณะนี้", "Not available at the moment")
AWAY = Text(
    "โปรดลองใหม่อีกครั้งในอีกสักครู่ ข้อมูลที่ส่งเข้ามาแล้วไม่สูญหาย",
    "Please try again in a moment. Nothing that was sent in is lost.",
)
REFUSED_TITLE = Text("ไม่สามารถรับคำขอนี้ได้", "This request could not be taken")
REFUSED = Text(
    "แบบฟอร์มนี้หมดอายุหรือไม่ได้ส่งจากเว็บไซต์นี้ โปรดเปิดหน้านี้ใหม่แล้วส่งอีกครั้ง ยังไม่มีการบันทึกข้อมูลใด",
    "The form has expired or was not sent from this site. Open the page again and send it anew. "
    "Nothing was stored.",
)
BROKEN_TITLE = Text("เกิดข้อผิดพลาดในระบบของเรา", "Something went wrong on our side")
BROKEN = Text(
    "โปรดลองใหม่อีกครั้ง หากยังเกิดขึ้น โปรดแจ้งรหัส {trace} แก่ผู้ดูแลระบบ",
    "Please try again. If it happens again, tell the operator this number: {trace}",
)
PART_AWAY = Text(
    "ขณะนี้ยังแสดง{what}ไม่ได้ โปรดลองใหม่อีกครั้งในอีกสักครู่",
    "The {what} cannot be shown at the moment. Please try again shortly.",
)
PART_AGREEMENTS = Text("ข้อตกลง", "agreements")
PART_RESULTS = Text("ผลการประเมิน", "results")
PART_BREACHES = Text("เหตุไม่เป็นไปตามข้อตกลง", "breaches")

SIGN_IN_LEAD = Text(
    "สำหรับเจ้าหน้าที่ของหน่วยงาน ประชาชนดูข้อมูลได้โดยไม่ต้องเข้าสู่ระบบ",
    "For officers of agencies. Public pages need no sign-in.",
)
EMAIL = Text("อีเมล", "E-mail address")
PASSWORD = Text("รหัสผ่าน", "Password")
TO_CORRECT = Text("มีข้อมูลที่ต้องแก้ไข {n} จุด", "{n} things to correct", "{n} thing to correct")
EMAIL_EMPTY = Text("โปรดกรอกอีเมล", "Enter your e-mail address")
PASSWORD_EMPTY = Text("โปรดกรอกรหัสผ่าน", "Enter your password")
CREDENTIALS_WRONG = Text(
    "อีเมลหรือรหัสผ่านไม่ถูกต้อง โปรดตรวจสอบแล้วกรอกรหัสผ่านอีกครั้ง",
    "The e-mail address or the password is not right. Check both and enter the password again.",
)
LOCKED = Text(
    "กรอกรหัสผ่านผิดหลายครั้ง บัญชีนี้จึงถูกพักชั่วคราว โปรดลองใหม่ภายหลัง หรือติดต่อผู้ดูแลระบบของหน่วยงานท่าน",
    "Too many failed attempts: the account is locked for a while. Try again later, "
    "or ask your agency's administrator.",
)
SIGN_IN_AWAY = Text(
    "ขณะนี้ยังเข้าสู่ระบบไม่ได้ โปรดลองใหม่อีกครั้งในอีกสักครู่",
    "Signing in does not work at the moment. Please try again shortly.",
)
NEW_PASSWORD = Text("ตั้งรหัสผ่านใหม่", "Set a new password")
INVITED = Text("เริ่มใช้บัญชีของท่าน", "Start using your account")
PASSWORD_FOR = Text("สำหรับ {name} ({email})", "For {name} ({email})")
PASSWORD_HINT = Text(
    "อย่างน้อย {n} ตัวอักษร คำหลายคำเรียงกันจำง่าย วางจากโปรแกรมจัดการรหัสผ่านได้",
    "At least {n} characters. A few words in a row are easy to remember; a password manager may paste.",
)
PASSWORD_WEAK = Text(
    "รหัสผ่านนี้เดาได้ง่ายหรือสั้นเกินไป โปรดใช้อย่างน้อย {n} ตัวอักษรและไม่มีอีเมลของท่านอยู่ในนั้น",
    "This password is too short or easy to guess. Use at least {n} characters, without your e-mail address.",
)
SAVE_PASSWORD = Text("ตั้งรหัสผ่าน", "Set the password")
PASSWORD_SAVED = Text("ตั้งรหัสผ่านแล้ว โปรดเข้าสู่ระบบด้วยรหัสผ่านใหม่", "Your password is set. Sign in with it.")
LINK_OVER_TITLE = Text("ลิงก์นี้ใช้ไม่ได้แล้ว", "This link no longer works")
LINK_OVER = Text(
    "ลิงก์นี้ถูกใช้แล้วหรือหมดอายุ โปรดขอลิงก์ใหม่จากผู้ดูแลระบบของหน่วยงานท่าน",
    "It was used or has expired. Ask your agency's administrator for a new one.",
)
SIGN_OUT_ASK = Text("ต้องการออกจากระบบหรือไม่", "Do you want to sign out?")
SIGNED_OUT = Text("ออกจากระบบแล้ว", "You are signed out")
SIGN_IN_FIRST = Text("โปรดเข้าสู่ระบบเพื่อดูหน้านี้", "Sign in to see this page")
