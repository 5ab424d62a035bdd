"""Words of the page on which an agreement's objectives come and go as files of other tools."""

from __future__ import annotations

from services.portal.text.phrase import Text

EXCHANGE = Text("ส่งออกและนำเข้าเป้าหมาย", "Objectives to and from other tools")
EXCHANGE_LEAD = Text(
    "ดาวน์โหลดเป้าหมายเป็นไฟล์ของเครื่องมืออื่น หรือนำไฟล์มาร่างข้อเสนอ ระบบบอกเสมอว่าข้อใดเขียนลงไฟล์ไม่ได้",
    "Take the objectives out as files of other tools, or draft a proposal from a file. "
    "What a file cannot say is always told.",
)
EXCHANGE_OUT = Text("ส่งออก", "Take out")
EXCHANGE_OUT_OF = Text("ส่งออกจาก{revision}", "Take out {revision}")
EXCHANGE_FORMAT = Text("รูปแบบ", "Format")
EXCHANGE_FILES = Text("ไฟล์", "Files")
EXCHANGE_OPENSLO = Text("เอกสาร OpenSLO v1", "OpenSLO v1")
EXCHANGE_OPENSLO_FOR = Text("สำหรับเครื่องมือเฝ้าระวังระบบ", "for monitoring tools")
EXCHANGE_TABLE = Text("ตาราง", "Table")
EXCHANGE_TABLE_FOR = Text("สำหรับโปรแกรมตารางคำนวณ", "for spreadsheets")
EXCHANGE_TMF = Text("ข้อตกลงแบบ TMF623", "TMF623")
EXCHANGE_TMF_FOR = Text("ข้อตกลงระดับการให้บริการของ TM Forum", "service level agreement of TM Forum")
EXCHANGE_LOSSES = Text(
    "{n} ข้อที่ไฟล์นี้บอกไม่ได้", "{n} clauses that the file cannot say", "{n} clause that the file cannot say"
)
EXCHANGE_NO_LOSSES = Text("ไฟล์นี้บอกได้ครบทุกข้อ", "The file says every clause")
EXCHANGE_AWAY = Text("ยังดูไม่ได้ในขณะนี้", "It cannot be seen just now")
EXCHANGE_CLAUSE = Text("ข้อ", "Clause")
EXCHANGE_WHY = Text("เหตุผล", "Reason")
EXCHANGE_IN = Text("นำเข้าเป็นร่างข้อเสนอ", "Draft a proposal from a file")
EXCHANGE_IN_LEAD = Text(
    "ระบบแสดงส่วนที่จะเปลี่ยนทีละข้อก่อน ยังไม่บันทึกจนกว่าท่านยืนยัน และบันทึกทั้งไฟล์หรือไม่บันทึกเลย "
    "ร่างยังไม่ผูกพันใครจนกว่าจะเสนอและลงนามครบ",
    "You see what would change, clause by clause, first. Nothing is stored until you confirm, and then all "
    "of the file or nothing. A draft binds nobody until it is offered and signed.",
)
EXCHANGE_FILE_HINT = Text(
    "OpenSLO (.yaml, .yml) ตาราง (.csv, .xlsx) หรือ TMF623 (.json) ไม่เกิน 512 KB และ 200 เป้าหมาย",
    "OpenSLO (.yaml, .yml), a table (.csv, .xlsx) or TMF623 (.json); at most 512 KB and 200 objectives",
)
EXCHANGE_WRONG_KIND = Text(
    "อ่านได้เฉพาะ .yaml .yml .csv .xlsx และ .json ท่านเลือก “{name}”",
    "Only .yaml, .yml, .csv, .xlsx and .json are read; you chose “{name}”",
)
EXCHANGE_TOO_LARGE = Text("ไฟล์ใหญ่เกิน 512 KB", "The file is larger than 512 KB")
EXCHANGE_OTHERS = Text("เป้าหมายที่ไฟล์ไม่ได้กล่าวถึง", "Objectives that the file does not name")
EXCHANGE_OTHERS_KEPT = Text("คงไว้", "stay")
EXCHANGE_OTHERS_REMOVED = Text("ตัดออกจากข้อเสนอ", "are left out of the proposal")
EXCHANGE_DEFAULTS = Text(
    "ใช้เมื่อไฟล์ไม่ได้ระบุ สำหรับเป้าหมายใหม่", "Where the file does not say it, for new objectives"
)
EXCHANGE_NOT_SAID = Text("ไม่กำหนด", "nothing")
EXCHANGE_COUNT_AT = Text("นับเรื่องในรอบที่", "A case counts in the window in which it")
EXCHANGE_AT_COMPLETION = Text("แล้วเสร็จ", "is completed")
EXCHANGE_AT_START = Text("เริ่มต้น", "starts")
EXCHANGE_AT_DEADLINE = Text("ครบกำหนด", "falls due")
EXCHANGE_BAD = Text(
    "มี {n} จุดที่ต้องแก้ ยังไม่มีการบันทึก",
    "{n} things to correct; nothing was stored",
    "{n} thing to correct; nothing was stored",
)
EXCHANGE_SAME = Text("ไฟล์นี้ไม่เปลี่ยนข้อใดของ {revision}", "The file changes nothing of {revision}")
EXCHANGE_CHANGES = Text(
    "ไฟล์นี้เปลี่ยน {n} เป้าหมาย ยังไม่บันทึก",
    "The file changes {n} objectives; nothing is stored yet",
    "The file changes {n} objective; nothing is stored yet",
)
EXCHANGE_UNDERSTOOD = Text("อ่านได้ {n} เป้าหมาย", "{n} objectives understood", "{n} objective understood")
EXCHANGE_CONFIRM = Text("บันทึกเป็นร่าง", "Store as a draft")
EXCHANGE_MOVED_ON = Text(
    "ข้อตกลงเปลี่ยนไปหลังจากที่ท่านดูตัวอย่าง ยังไม่มีการบันทึก ด้านล่างคือสิ่งที่ไฟล์จะเปลี่ยนในตอนนี้",
    "The agreement moved on after you looked. Nothing was stored; below is what the file would change now",
)
EXCHANGE_LINE = Text("บรรทัด", "Line")
EXCHANGE_PLACE = Text("ที่", "Place")
EXCHANGE_IGNORED = Text(
    "{n} จุดในไฟล์ที่ข้อตกลงบอกไม่ได้ จะไม่นำเข้า",
    "{n} things in the file that an agreement cannot say; they are left out",
    "{n} thing in the file that an agreement cannot say; it is left out",
)
EXCHANGE_MAPPING = Text("คอลัมน์ใดคือข้อมูลใด", "Which column is what")
EXCHANGE_MAPPING_HINT = Text(
    "ระบบเลือกตามชื่อคอลัมน์ โปรดตรวจแล้วกดดูตัวอย่างอีกครั้งหากแก้",
    "Chosen by their names. Look at it again after you change something",
)
EXCHANGE_FIELD_OF = Text("คอลัมน์ “{column}”", "Column “{column}”")
EXCHANGE_LEFT_OUT = Text("ไม่นำเข้า", "left out")
EXCHANGE_INDICATORS = Text("ชื่อในไฟล์คือตัวชี้วัดใด", "Which indicator a name of the file is")
EXCHANGE_INDICATOR_OF = Text("ชื่อ “{name}”", "“{name}”")
EXCHANGE_LOOK_AGAIN = Text("ดูตัวอย่างอีกครั้ง ยังไม่บันทึก", "Look at it again")
EXCHANGE_ROLE = Text(
    "ผู้เจรจาของหน่วยงานคู่ข้อตกลงเท่านั้นที่นำเข้าไฟล์ได้",
    "Only a negotiator of a party may draft from a file.",
)
EXCHANGE_IN_CONSEQUENCES = Text("ผลของการไม่เป็นไปตามเป้าหมาย", "consequences")
EXCHANGE_IN_COMPOSITES = Text("เป้าหมายรวม", "composites")
EXCHANGE_IN_PLANS = Text("แผนการวัด", "measurement plans")
EXCHANGE_FIELD_CODE = Text("รหัสเป้าหมาย", "code")
EXCHANGE_FIELD_INDICATOR = Text("ตัวชี้วัด", "indicator")
EXCHANGE_FIELD_RESPONSIBLE = Text("หน่วยงานที่รับผิดชอบ", "responsible agency")
EXCHANGE_FIELD_LIMIT = Text("เกณฑ์รายเรื่อง", "limit of one case")
EXCHANGE_FIELD_LIMIT_COMPARATOR = Text("การเปรียบเทียบรายเรื่อง", "comparison of the limit")
EXCHANGE_FIELD_COMPARATOR = Text("การเปรียบเทียบ", "comparison of the target")
EXCHANGE_FIELD_TARGET = Text("ค่าเป้าหมาย", "target")
EXCHANGE_FIELD_VALUE = Text("ค่าอ้างอิง", "reference value")
EXCHANGE_FIELD_UNIT = Text("หน่วย", "unit")
EXCHANGE_FIELD_TOLERANCE = Text("ส่วนที่พลาดได้", "share that may miss it")
EXCHANGE_FIELD_WINDOW = Text("รอบการประเมิน", "window")
EXCHANGE_FIELD_AGGREGATION = Text("วิธีรวมค่า", "how values are put together")
EXCHANGE_FIELD_COUNT_AT = Text("นับเรื่องในรอบใด", "in which window a case counts")
EXCHANGE_FIELD_OVERDUE = Text("เรื่องที่เกินกำหนด", "overdue cases")
EXCHANGE_FIELD_GRACE = Text("เวลารอข้อมูล", "time for late data")
EXCHANGE_FIELD_MINIMUM_TOTAL = Text("จำนวนเรื่องขั้นต่ำ", "least number of cases")
EXCHANGE_FIELD_WORDING_TH = Text("ข้อความสำหรับประชาชน (ไทย)", "wording for the public (Thai)")
EXCHANGE_FIELD_WORDING_EN = Text("ข้อความสำหรับประชาชน (อังกฤษ)", "wording for the public (English)")
EXCHANGE_FIELD_CLAUSE = Text("ข้อในเอกสาร", "clause of the paper")
JSON_OPENSLO = Text("เป้าหมายแบบ OpenSLO", "OpenSLO")
JSON_TABLE = Text("ตารางเป้าหมาย", "table")
JSON_TMF623 = Text("เป้าหมายแบบ TMF623", "TMF623")
