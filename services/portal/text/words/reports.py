"""Words of reports."""

from __future__ import annotations

from services.portal.text.phrase import Text

REPORT = Text("รายงานระดับการให้บริการ", "Service-level report")
FISCAL_QUARTER = Text("ไตรมาสที่ {n} ปีงบประมาณ {year} ({days})", "Quarter {n} of fiscal year {year} ({days})")
FISCAL_YEAR = Text("ปีงบประมาณ {year} ({days})", "Fiscal year {year} ({days})")
REPORT_SENTENCE = Text(
    "ผลการประเมิน {n} รายการ: บรรลุเป้าหมาย {met} ไม่บรรลุเป้าหมาย {breached} สรุปผลไม่ได้ {unknown}",
    "{n} results: {met} met, {breached} breached, {unknown} not determined",
    "{n} result: {met} met, {breached} breached, {unknown} not determined",
)
REPORT_NOTHING = Text("ยังไม่มีรอบที่ปิดในช่วงเวลานี้", "No window closed in this period")
REPORT_GOING_ON = Text(
    "ช่วงเวลานี้ยังไม่สิ้นสุด: มีเฉพาะรอบที่ปิดแล้ว", "This period has not ended: only closed windows stand here"
)
REPORT_MAY_CHANGE = Text(
    "ช่วงเวลาสิ้นสุดแล้ว ผลบางรายการยังอาจเปลี่ยนได้", "The period has ended; some results may still change"
)
REPORT_COVERS = Text("รายงานนี้ครอบคลุม", "What this report covers")
REPORT_PERIOD = Text("ช่วงเวลา", "Period")
REPORT_STATE = Text("สถานะของผล", "State")
REPORT_CALENDAR = Text("ปฏิทินวันทำการ", "Calendar of working time")
REPORT_DATA = Text("ข้อมูลถึง", "Data up to")
REPORT_BASIS = Text("ค่าแฮชของที่มา (SHA-256)", "Hash of its basis (SHA-256)")
REPORT_BASIS_WHY = Text(
    "รายงานที่มีค่าแฮชเดียวกันทำจากผลชุดเดียวกัน",
    "Reports with the same hash were made from the same results.",
)
REPORT_PROMISES = Text("ผลรายข้อ", "Results by promise")
REPORT_HOW = Text("นับอย่างไร", "How it was counted")
REPORT_NONE_HERE = Text("ไม่มีรอบที่ปิดในช่วงเวลานี้", "No window closed in this period.")
REPORT_TWELVE = Text("รอบที่ปิดล่าสุด ถึงสิ้นช่วงเวลา", "Last closed windows, up to the period's end")
REPORT_FILE_PDF = Text("ไฟล์ PDF", "PDF")
REPORT_FILE_XLSX = Text("แผ่นงาน (XLSX)", "Workbook (XLSX)")
REPORT_DOWNLOAD = Text("เก็บไว้", "Keep it")
REPORT_GROUP = Text("กลุ่ม", "Group")
REPORT_PAGE_OF = Text("หน้า {n} จาก {total}", "Page {n} of {total}")
REPORT_NOTE = Text("หมายเหตุ", "Note")
REPORT_SUMMARY_SHEET = Text("สรุป", "Summary")
REPORT_GOOD = Text("ดี", "Good")
REPORT_TOTAL = Text("ทั้งหมด", "Total")
REPORT_FROM = Text("ตั้งแต่", "From")
REPORT_UNTIL = Text("ก่อน", "Before")
REPORT_EXACT = Text("ค่าที่ใช้ตัดสิน", "Exact value")
REPORT_REVISION_N = Text("ฉบับแก้ไข", "Revision")
EARLIER_PERIOD = Text("ช่วงก่อนหน้า", "Earlier period")
LATER_PERIOD = Text("ช่วงถัดไป", "Later period")
REPORT_LAST_MONTH = Text("รายงานเดือนที่แล้ว", "Last month's report")
REPORT_PROMISE = Text("สิ่งที่สัญญา", "Promise")
ANNEX = Text("ฉบับพิมพ์ (PDF)", "To print (PDF)")
ANNEX_SIGNATURES = Text("การลงนาม", "Signatures")
ANNEX_SIGNATURES_WHY = Text(
    "การเห็นชอบในระบบมีผลโดยไม่ต้องลงนามบนกระดาษ ช่องด้านล่างมีไว้สำหรับหน่วยงานที่เก็บสำเนากระดาษ",
    "An acceptance in the system needs no paper. The lines below are for agencies that keep a paper copy.",
)
ANNEX_SIGN_HERE = Text("ลายมือชื่อ ตำแหน่ง วันที่", "Signature, post, date")
ANNEX_HASH_WHY = Text(
    "ค่าแฮชของข้อความที่ลงนาม ฉบับพิมพ์ที่มีค่าแฮชต่างกันเป็นคนละฉบับ",
    "The hash of the text that is signed. A paper with another hash is another revision.",
)
REPORTS = Text("รายงาน", "Reports")
REPORTS_KEPT = Text("รายงานที่จัดทำตามกำหนด", "Made on schedule")
REPORTS_KEPT_WHY = Text(
    "จัดทำในวันทำการแรกของเดือน เมื่อผลของช่วงเวลานั้นครบแล้ว ทำซ้ำได้ตรงตามเดิมทุกเมื่อ",
    "Made on the first working day of the month, once the period is judged. Each can be made again.",
)
REPORTS_NONE = Text("ยังไม่มีรายงานที่จัดทำตามกำหนด", "No report has been made on schedule yet.")
REPORTS_NEW = Text("จัดทำรายงานเดี๋ยวนี้", "Make a report now")
REPORTS_MAKE = Text("เปิดรายงาน", "Open the report")
REPORTS_MADE_AT = Text("จัดทำเมื่อ", "Made at")
REPORTS_NO_AGREEMENT = Text("หน่วยงานของท่านยังไม่มีข้อตกลงที่มีผล", "No agreement of your agency is in force yet.")
REPORT_KEPT_ON = Text("ฉบับที่จัดทำตามกำหนดเมื่อ {when}", "As made on schedule, {when}")
REPORT_AS_NOW = Text("รายงานตามผลปัจจุบัน", "The report as it is now")
KEPT_SAME = Text("ผลไม่เปลี่ยนแปลงตั้งแต่จัดทำ", "Nothing has changed since")
KEPT_CHANGED = Text(
    "มี {n} รอบที่เปลี่ยนแปลงตั้งแต่จัดทำ", "{n} windows have changed since", "{n} window has changed since"
)
KEPT_OTHERWISE = Text(
    "ข้อตกลงของช่วงเวลานี้เปลี่ยนแปลงตั้งแต่จัดทำ", "What was in force in the period has changed since"
)
CHANGED_REVISED = Text("ผลถูกแก้ไข", "Revised")
CHANGED_FINAL = Text("เป็นที่สุดแล้ว", "Became final")
CHANGED_ADDED = Text("มีผลเพิ่ม", "Came to it")
CHANGED_GONE = Text("ไม่ประเมินแล้ว", "No longer judged")
CHANGED_WHAT = Text("สิ่งที่เปลี่ยน", "What changed")
RESULT_THEN = Text("ผลเดิม", "Then")
RESULT_NOW = Text("ผลปัจจุบัน", "Now")
JSON_REPORT = Text("รายงานนี้", "Report")
JSON_REPORTS = Text("รายงาน", "Reports")
PART_REPORTS = Text("รายงานที่จัดทำตามกำหนด", "reports made on schedule")
