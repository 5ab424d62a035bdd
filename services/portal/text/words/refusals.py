"""What the services refuse, by the stable names of docs/problems.md, and their commonest sentences."""

from __future__ import annotations

from services.portal.text.phrase import Text

# By type of problem
PROBLEM_UNREADABLE = Text("ระบบอ่านข้อมูลที่ส่งมาไม่ได้", "What was sent cannot be read.")
PROBLEM_UNAUTHENTICATED = Text("ท่านออกจากระบบแล้ว โปรดเข้าสู่ระบบอีกครั้ง", "You are signed out. Sign in again.")
PROBLEM_INVALID_REQUEST = Text("คำขอเข้าใช้ระบบไม่ถูกต้อง", "The request for access is not valid.")
PROBLEM_INVALID_SCOPE = Text("ขอสิทธิที่ไม่มีให้", "A right was asked for that there is not.")
PROBLEM_UNSUPPORTED_GRANT_TYPE = Text("ระบบไม่รับวิธีขอสิทธินี้", "This way of asking for access is not known.")
PROBLEM_INVALID_CLIENT = Text(
    "รหัสโปรแกรมหรือรหัสลับไม่ถูกต้อง หรือถูกระงับ", "The client's id or secret is wrong, or it is disabled."
)
PROBLEM_FORBIDDEN = Text(
    "บัญชีของท่านไม่มีสิทธิทำรายการนี้ โปรดติดต่อผู้ดูแลระบบของหน่วยงานท่าน",
    "Your account may not do this. Ask your agency's administrator.",
)
PROBLEM_NOT_FOUND = Text(
    "ไม่พบรายการนี้ หรือเป็นของหน่วยงานอื่น", "There is no such thing, or it is another agency's."
)
PROBLEM_METHOD_NOT_ALLOWED = Text("ทำรายการเช่นนี้ที่นี่ไม่ได้", "This cannot be done here.")
PROBLEM_CONFLICT = Text(
    "ทำรายการนี้ในสถานะปัจจุบันไม่ได้ อาจมีผู้ทำรายการไปก่อน โปรดเปิดหน้านี้ใหม่แล้วตรวจสอบ",
    "As it stands now this cannot be done; somebody may have acted before. Open the page again and look.",
)
PROBLEM_NOT_YET_KNOWN = Text(
    "มีรหัสที่ระบบยังไม่รู้จัก หากเพิ่งสร้าง โปรดรอสักครู่แล้วส่งอีกครั้ง",
    "It names something not known yet. If it was just made, wait a moment and send again.",
)
PROBLEM_IDEMPOTENCY_KEY_REUSED = Text(
    "แบบฟอร์มนี้ส่งไปแล้วด้วยข้อมูลอื่น โปรดเปิดหน้านี้ใหม่",
    "This form was sent before with something else in it. Open the page again.",
)
PROBLEM_STALE_HASH = Text(
    "ข้อตกลงเปลี่ยนไปหลังจากที่ท่านเปิดดู โปรดตรวจฉบับล่าสุดก่อน",
    "The agreement changed after you looked at it. Read the newest first.",
)
PROBLEM_SIGN_IN_AGAIN = Text("โปรดกรอกรหัสผ่านอีกครั้งก่อนลงนาม", "Give your password again just before you sign.")
PROBLEM_OWN_KEY_REQUIRED = Text(
    "หน่วยงานของท่านลงนามด้วยกุญแจของตนเองเท่านั้น", "Your agency accepts with its own key only."
)
PROBLEM_KEY_ENDED = Text("กุญแจนี้ถูกเพิกถอนหรือเปลี่ยนแล้ว", "The key was revoked or replaced.")
PROBLEM_OIDC_OFF = Text(
    "ที่นี่ไม่มีระบบยืนยันตัวตนภายนอก โปรดใช้รหัสผ่าน", "No identity provider is set here. Use a password."
)
PROBLEM_OIDC_NOT_LINKED = Text(
    "ยังไม่มีบัญชีที่ผูกกับตัวตนนี้ โปรดเข้าสู่ระบบด้วยรหัสผ่านแล้วผูกที่หน้าบัญชี",
    "No account is linked to that identity. Sign in with the password and link it on your account's page.",
)
PROBLEM_MAIL_OFF = Text(
    "ระบบนี้ไม่มีเครื่องส่งอีเมล โปรดใช้ฟีดหรือเว็บฮุค", "This installation sends no mail. Use the feed or a webhook."
)
PROBLEM_ALREADY_ACCEPTED = Text("หน่วยงานของท่านลงนามแล้ว", "Your agency signed before.")
PROBLEM_ALREADY_ANNOUNCED = Text("ฉบับนี้ประกาศแล้ว", "This revision was announced before.")
PROBLEM_ALREADY_ACKNOWLEDGED = Text("หน่วยงานของท่านรับทราบแล้ว", "Your agency acknowledged it before.")
PROBLEM_ALREADY_APPROVED = Text("หน่วยงานของท่านเห็นชอบแล้ว", "Your agency approved it before.")
PROBLEM_ALREADY_REVOKED = Text("เพิกถอนแล้ว", "It was revoked before.")
PROBLEM_ALREADY_VOIDED = Text("ชุดข้อมูลนี้ถูกนำออกแล้ว", "The batch was taken out before.")
PROBLEM_BACKFILL_SEALED = Text(
    "การส่งข้อมูลย้อนหลังนี้ปิดแล้ว โปรดเปิดรายการใหม่", "The backfill is sealed. Open another one."
)
PROBLEM_NO_BREACH = Text("การไม่เป็นไปตามเป้าหมายนี้ถูกถอนแล้ว", "The breach was withdrawn.")
PROBLEM_DISPUTED_ALREADY = Text("หน่วยงานของท่านโต้แย้งเรื่องนี้แล้ว", "Your agency disputes this already.")
PROBLEM_ANSWERED_ALREADY = Text("หน่วยงานของท่านตอบข้อโต้แย้งนี้แล้ว", "Your agency answered this dispute before.")
PROBLEM_DISPUTE_CLOSED = Text("ข้อโต้แย้งนี้ปิดแล้ว", "The dispute is no longer open.")
PROBLEM_NOT_UPHELD = Text(
    "แก้ไขผลได้เฉพาะข้อโต้แย้งที่ฟังขึ้น", "Only a dispute that was upheld is followed by a remedy."
)
PROBLEM_REMEDIED = Text("ข้อโต้แย้งนี้แก้ไขผลแล้ว", "The dispute was remedied before.")
PROBLEM_RECOMMENDATION_DECIDED = Text(
    "ข้อเสนอแนะนี้รับหรือไม่รับไปแล้ว", "The recommendation was taken up or declined before."
)
PROBLEM_IMPROVEMENT_FIXED = Text(
    "การปรับปรุงเริ่มหรือสิ้นสุดแล้ว เกณฑ์ที่ใช้ตัดสินแก้ไม่ได้",
    "The improvement has started or is over: what it is judged by stays.",
)
PROBLEM_NOTHING_WRITTEN = Text("ไม่มีข้อความให้ลบ", "Nothing was written there.")
PROBLEM_GONE = Text("ข้อมูลส่วนนี้เก่าเกินกว่าที่เก็บไว้", "This is older than what is kept.")
PROBLEM_PRECONDITION_FAILED = Text(
    "มีผู้แก้ไขรายการนี้ระหว่างที่ท่านกรอก โปรดเปิดหน้านี้ใหม่",
    "Somebody changed it meanwhile. Open the page again.",
)
PROBLEM_TOO_LARGE = Text("ข้อมูลที่ส่งมาใหญ่เกินไป โปรดแบ่งส่ง", "What was sent is too large. Split it.")
PROBLEM_UNSUPPORTED_MEDIA_TYPE = Text("ระบบไม่รับไฟล์ชนิดนี้", "This kind of file is not taken.")
PROBLEM_UNPROCESSABLE = Text("มีค่าที่ใช้ไม่ได้ โปรดตรวจแก้แล้วส่งอีกครั้ง", "Something in it is wrong. Correct it.")
PROBLEM_TOO_MANY_REQUESTS = Text(
    "มีคำขอมากเกินไปในขณะนี้ ยังไม่มีการบันทึก โปรดรอสักครู่แล้วส่งอีกครั้ง",
    "Too many requests just now; nothing was stored. Wait a moment and send again.",
)
PROBLEM_OTHER = Text("ระบบไม่รับรายการนี้ ยังไม่มีการบันทึก", "This was not taken; nothing was stored.")
PROBLEM_PAGE = Text("ทำรายการนี้ไม่ได้", "This could not be done")

# By sentence
FAULT_MISSING = Text("ต้องกรอก", "has to be given")
FAULT_TOO_LONG = Text("ยาวเกินไป ไม่เกิน {most} ตัวอักษร", "too long: at most {most} characters")
FAULT_TOO_SHORT = Text("สั้นเกินไป อย่างน้อย {least} ตัวอักษร", "too short: at least {least} characters")
FAULT_PATTERN = Text("รูปแบบไม่ถูกต้อง", "not of the right form")
FAULT_AT_LEAST = Text("ต้องไม่น้อยกว่า {least}", "has to be {least} or more")
FAULT_AT_MOST = Text("ต้องไม่เกิน {most}", "has to be {most} or less")
FAULT_ONE_OF = Text("ต้องเป็นค่าใดค่าหนึ่งต่อไปนี้: {known}", "has to be one of: {known}")
FAULT_UNKNOWN_FIELD = Text("ระบบไม่รู้จักช่องนี้", "this field is not known")
FAULT_NO_PARTY = Text("{name} ไม่ใช่คู่ข้อตกลง", "{name} is no party")
FAULT_NOT_KNOWN = Text("ระบบไม่รู้จักรหัสนี้", "is not known")
FAULT_TAKEN = Text("รหัสนี้มีผู้ใช้แล้ว โปรดใช้รหัสอื่น", "the code is taken; choose another")
FAULT_TWICE = Text("ซ้ำกัน", "stands there twice")
FAULT_SHARE = Text("สัดส่วนต้องอยู่ระหว่าง 0 ถึง 100 %", "a share lies between 0 and 100%")
FAULT_NUMBER = Text("ต้องเป็นตัวเลข", "has to be a number")
FAULT_FORMULA = Text("เป็นสูตร โปรดใส่ค่าที่ได้แทน", "a formula; write what it comes to")
FAULT_WHOLE_MINUTES = Text("ต้องเป็นนาทีเต็ม", "whole minutes only")
FAULT_COLUMN = Text("ไม่รู้จักคอลัมน์ {name} โปรดเลือกว่าเป็นข้อมูลใด", "the column {name} is not known; say what it is")
FAULT_NO_COLUMN = Text("ไม่มีคอลัมน์ของ {name} โปรดเลือกว่าเป็นคอลัมน์ใด", "no column is {name}; say which")
FAULT_TWO_COLUMNS = Text("มีสองคอลัมน์เป็นข้อมูลเดียวกัน", "two columns are the same field")
FAULT_UNNAMED = Text(
    "ไม่รู้ว่า {name} คือตัวชี้วัดใด โปรดเลือกด้านล่าง", "it is not said which indicator {name} is; choose it below"
)
FAULT_CONTRADICTS = Text(
    "ขัดกับค่าเป้าหมายใหม่ โปรดแก้ผลของการไม่เป็นไปตามเป้าหมายด้วย",
    "it contradicts the new target; change the consequence too",
)
FAULT_TIME = Text(
    "โปรดระบุหน่วยของเวลา เช่น P3D, PT4H, 3 วันทำการ, 3 วันปฏิทิน",
    "write a time with its unit: P3D, PT4H, 3 working days, 3 calendar days",
)
FAULT_WINDOW = Text(
    "ไม่รู้จักรอบการวัดนี้ ใช้ เดือน ไตรมาส ปีงบประมาณ หรือ P30D",
    "not a known window: month, quarter, fiscal year, or P30D",
)
FAULT_COMPARISON = Text("ไม่รู้จักการเปรียบเทียบนี้ ใช้ >= <= > <", "not a known comparison: >= <= > <")
FAULT_ONLY_HEADER = Text("มีแต่ชื่อคอลัมน์ ไม่มีข้อมูล", "only names of columns, and no rows")
FAULT_PASSED = Text("เวลานี้ผ่านไปแล้ว", "this time has passed")
