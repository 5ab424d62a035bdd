"""Words of the pages themselves."""

from __future__ import annotations

from services.portal.text.phrase import Text

HOME_TITLE = Text("เราสัญญาอะไรกับท่าน และทำได้ตามนั้นหรือไม่", "What are you promised, and is it kept?")
HOME_LEAD = Text(
    "หน่วยงานที่ให้บริการร่วมกันตกลงระดับการให้บริการไว้ ที่นี่ท่านเห็นคำสัญญาและผลจริงทุกรอบ",
    "Agencies that run a service together agree what you can expect. Here you see the promise "
    "and what came of it.",
)
SEARCH_LABEL = Text("ค้นหาบริการ", "Find a service")
SEARCH_HINT = Text("เช่น ใบอนุญาต ทะเบียน", "Such as: licence, register")
SEARCH = Text("ค้นหา", "Search")
FOUND_FOR = Text(
    "พบ {n} บริการสำหรับ “{query}”",
    "{n} services found for “{query}”",
    "{n} service found for “{query}”",
)
FOUND_NONE = Text(
    "ไม่พบบริการที่มีคำว่า “{query}” โปรดลองคำอื่น หรือดูบริการทั้งหมด",
    "No service has “{query}” in its name. Try another word, or see all services.",
)
NOT_KEEPING = Text("บริการที่ยังทำไม่ได้ตามสัญญา", "Services not keeping a promise")
ALL_KEPT = Text(
    "ทุกบริการที่มีผลแล้วบรรลุเป้าหมายในรอบล่าสุด",
    "Every service with a result kept its promises in the last closed window.",
)
SERVICES_A_TO_Z = Text("บริการทั้งหมด ก–ฮ", "All services, A–Z")
NO_SERVICES = Text("ยังไม่มีบริการที่ประกาศ", "Nothing is announced yet")
NO_SERVICES_STAFF = Text("เจ้าหน้าที่ลงทะเบียนบริการได้ผ่าน API", "Staff register services through the API")
MORE_SERVICES = Text("ดูบริการถัดไป", "More services")
BY_AGENCY = Text("โดย {agency}", "by {agency}")
PROMISES_KEPT = Text("รอบล่าสุด: บรรลุ {kept} จาก {total} ข้อ", "Last window: {kept} of {total} promises kept")
NO_PROMISES = Text("ยังไม่มีคำสัญญาที่ประกาศ", "No promise announced yet")
NO_RESULT_YET = Text("ยังไม่มีรอบที่ปิด", "No window closed yet")

STEPS_LEAD = Text(
    "ยื่นเรื่องเดียว {n} หน่วยงานดำเนินการต่อให้",
    "One application, {n} agencies do the rest",
    "One application, one agency does the rest",
)
KEPT_HEADLINE = Text(
    "{window}: บรรลุเป้าหมาย {kept} จาก {total} ข้อ", "{window}: {kept} of {total} promises kept"
)
KEPT_HEADLINE_ONE = Text("{window}: บรรลุเป้าหมาย", "{window}: the promise was kept")
BROKEN_HEADLINE_ONE = Text("{window}: ไม่บรรลุเป้าหมาย", "{window}: the promise was not kept")
UNKNOWN_HEADLINE_ONE = Text("{window}: สรุปผลไม่ได้", "{window}: could not be determined")
LAST_WINDOWS = Text("รอบล่าสุดที่ปิดแล้ว", "Last closed windows")
ANNOUNCED = Text("เริ่มใช้แล้ว ยังไม่มีรอบที่ปิด", "In force; no window has closed yet")
FIRST_RESULT_ON = Text("ผลรอบแรกจะออกหลัง {date}", "First result after {date}")
NEXT_RESULT_ON = Text("กำลังอยู่ในรอบ {window} ผลจะออกหลัง {date}", "{window} is under way, result after {date}")
WHAT_WE_PROMISE = Text("สิ่งที่เราสัญญากับท่าน", "What we promise you")
NO_PROMISE_HERE = Text(
    "บริการนี้ยังไม่มีข้อตกลงที่มีผลใช้บังคับและเปิดเผยต่อสาธารณะ",
    "This service has no agreement in force that is open to the public.",
)
SINCE_THEN_NOTHING = Text(
    "ตั้งแต่ {date} ไม่มีข้อมูล จึงสรุปผลไม่ได้",
    "Since {date} there has been no data: nothing can be determined",
)
HOW_COUNTED = Text("นับอย่างไร", "How it is counted")
HOW_SHARE_WITHIN = Text(
    "นับเรื่องที่ใช้เวลา{limit} เทียบกับเรื่องทั้งหมดในรอบ",
    "Counted is the share of cases that took {limit}, of all cases in the window.",
)
HOW_SHARE_GOOD = Text(
    "นับจำนวน{unit}ที่เป็นไปตามเกณฑ์ เทียบกับทั้งหมดในรอบ",
    "Counted is the share of {unit} that were good, of all in the window.",
)
HOW_SHARE_VALUE = Text(
    "นับจำนวนครั้งที่วัดได้{limit} เทียบกับที่วัดทั้งหมดในรอบ",
    "Counted is the share of measurements that were {limit}, of all in the window.",
)
HOW_SLICES = Text(
    "แบ่งรอบเป็นช่วงละ{length} แล้วนับช่วงที่ดี เทียบกับทุกช่วงที่นับ",
    "The window is cut into slices of {length}; counted is the share of slices that were good.",
)
HOW_SLICE_MEAN = Text(
    "แบ่งรอบเป็นช่วงละ{length} แล้วเฉลี่ยสัดส่วนของทุกช่วงโดยให้น้ำหนักเท่ากัน",
    "The window is cut into slices of {length}; their shares are averaged, each with the same weight.",
)
HOW_MEAN = Text("ค่าเฉลี่ยของทุกค่าที่วัดได้ในรอบ", "The mean of all measurements in the window.")
HOW_SUM = Text("ผลรวมของทุกค่าที่วัดได้ในรอบ", "The sum of all measurements in the window.")
HOW_MINIMUM = Text("ค่าต่ำสุดที่วัดได้ในรอบ", "The lowest measurement in the window.")
HOW_MAXIMUM = Text("ค่าสูงสุดที่วัดได้ในรอบ", "The highest measurement in the window.")
HOW_COUNT = Text("จำนวนครั้งที่เกิดขึ้นในรอบ", "How often it happened in the window.")
AT_COMPLETION = Text("เรื่องหนึ่งนับในรอบที่เสร็จ", "A case counts in the window in which it ended.")
AT_START = Text("เรื่องหนึ่งนับในรอบที่เริ่ม", "A case counts in the window in which it started.")
AT_DEADLINE = Text("เรื่องหนึ่งนับในรอบที่ครบกำหนด", "A case counts in the window in which its limit fell.")
OVERDUE_COUNTED = Text(
    "เรื่องที่เกินกำหนดและยังไม่เสร็จนับเป็นไม่บรรลุ", "A case that is overdue and still open counts as late."
)
OVERDUE_LISTED = Text(
    "เรื่องที่เกินกำหนดและยังไม่เสร็จแสดงไว้ แต่ไม่นับ",
    "A case that is overdue and still open is listed but not counted.",
)
ELAPSED = Text("นับเวลาต่อเนื่องทุกวัน", "Time runs on all days.")
WHO_DOES_WHAT = Text("ใครทำขั้นตอนใด", "Who does what")
AGREEMENTS = Text("ข้อตกลง", "Agreement")
CONTACT = Text("ติดต่อ", "Contact")
OWNER = Text("หน่วยงานเจ้าของบริการ", "Agency that owns the service")
TABLE_OF = Text("ผลรายรอบ: {what}", "Results by window: {what}")

APP_TITLE = Text("เป้าหมายและเหตุไม่เป็นไปตามข้อตกลง", "Objectives and breaches")
APP_BREACHED = Text("{n} เป้าหมายต้องดำเนินการ", "{n} objectives need action", "{n} objective needs action")
APP_AT_RISK = Text("{n} เป้าหมายมีความเสี่ยง", "{n} objectives are at risk", "{n} objective is at risk")
APP_OPEN_BREACHES = Text("มีเหตุที่ยังไม่คลี่คลาย {n} เหตุ", "{n} breaches are open", "{n} breach is open")
APP_TALLY = Text(
    "{n} เป้าหมาย: อยู่ในเป้าหมาย {well} ต้องดูแล {ill} ยังสรุปไม่ได้ {unknown}",
    "{n} objectives: {well} as agreed, {ill} to look after, {unknown} unknown",
    "{n} objective: {well} as agreed, {ill} to look after, {unknown} unknown",
)
APP_ALL_WELL = Text("ทุกเป้าหมายเป็นไปตามข้อตกลง", "Every objective is as agreed")
APP_NO_DATA = Text("ยังไม่มีผลของเป้าหมายใด", "No objective has a result yet")
APP_NOTHING = Text(
    "หน่วยงานของท่านยังไม่มีข้อตกลง เมื่อมีข้อตกลงที่มีผลใช้บังคับ เป้าหมายจะแสดงที่นี่",
    "Your agency is party to no agreement yet. Its objectives appear here once one is in force.",
)
NO_OPEN_BREACHES = Text("ไม่มีเหตุที่ยังไม่คลี่คลาย", "No breach is open.")
WORST_FIRST = Text("เรียงจากที่ต้องดูแลก่อน", "Worst first")
HISTORY = Text("รอบที่ผ่านมา", "History")
YOU = Text("ของท่าน", "you")

DEVELOPERS_TITLE = Text("ส่งข้อมูลการวัด และรับแจ้งเหตุ", "Send a measurement, hear of a breach")
DEVELOPERS_LEAD = Text(
    "ทุกอย่างทำได้ด้วย REST ตัวอย่างต่อไปนี้ใช้กับระบบนี้ได้ทันทีเมื่อแทนรหัสลูกข่ายของท่าน",
    "Everything works over REST. These examples run against this installation with your own client's secret.",
)
DEV_TOKEN = Text("1. ขอโทเค็น", "1. Get a token")
DEV_TOKEN_WHY = Text(
    "โทเค็นมีอายุ 10 นาที ผู้ดูแลระบบของหน่วยงานออก client_id และ client_secret ให้ท่าน",
    "A token lives 10 minutes. Your agency's administrator gives you client_id and client_secret.",
)
DEV_SEND = Text("2. ส่งข้อมูลการวัด", "2. Send a measurement")
DEV_SEND_WHY = Text(
    "Idempotency-Key ทำให้ส่งซ้ำได้โดยไม่นับซ้ำ เติม ?dry_run=1 เพื่อทดลองโดยไม่บันทึก",
    "With an Idempotency-Key you can send again and it counts once. Add ?dry_run=1 to try without storing.",
)
DEV_HEAR = Text("3. รับแจ้งเหตุ", "3. Hear of a breach")
DEV_HEAR_WHY = Text(
    "เมื่อสายขาด ให้ต่อใหม่พร้อม Last-Event-ID แล้วไม่มีเหตุใดตกหล่น",
    "After a break reconnect with Last-Event-ID: no event is lost.",
)
DEV_LIST = Text("หรืออ่านเป็นรายการ", "Or read them as a list")
DEV_CATALOGUE = Text(
    "รายการข้อตกลงสำหรับพอร์ทัลข้อมูลเปิด (JSON-LD)", "The catalogue for open-data portals (JSON-LD)"
)
DEV_APIS = Text("เอกสาร OpenAPI ของทุกบริการ", "OpenAPI documents of all services")
GLOSSARY_LEAD = Text("คำหนึ่งคำใช้กับสิ่งเดียวทุกหน้า", "One word per thing, on every page.")
