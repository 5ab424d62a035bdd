"""Words of the pages of sources: who reports as planned, and who is silent."""

from __future__ import annotations

from services.portal.text.phrase import Text

SOURCES = Text("แหล่งข้อมูล", "Sources")
SOURCES_LEAD = Text(
    "แหล่งข้อมูลในข้อตกลงที่หน่วยงานของท่านเป็นคู่ข้อตกลง แหล่งที่ขาดการส่งอยู่ก่อน",
    "The sources of the agreements that your agency is party to, silent ones first.",
)
SOURCES_SILENT = Text(
    "แหล่งข้อมูลขาดการส่ง {n} รายการ จากที่วางแผนไว้ {of} รายการ",
    "{n} of {of} planned sources are silent",
    "{n} of {of} planned sources is silent",
)
SOURCES_ON_TIME = Text(
    "ส่งข้อมูลตรงเวลาครบทั้ง {n} รายการ",
    "All {n} planned sources report on time",
    "The planned source reports on time",
)
SOURCES_HEARD_AND_WAITING = Text(
    "ไม่มีแหล่งข้อมูลขาดการส่ง ส่งแล้ว {n} รายการ ยังไม่ถึงกำหนดส่งครั้งแรก {waiting} รายการ",
    "No source is silent: {n} report, {waiting} are not yet due",
)
SOURCES_NONE_PLANNED = Text("ข้อตกลงที่มีผลใช้บังคับยังไม่มีแผนการวัด", "No agreement in force has a measurement plan")
SOURCES_CALL = Text("โปรดติดต่อผู้ที่ระบุในแถวที่ขาดการส่ง", "Call whoever stands in the row of a silent source.")
SOURCE_SILENT = Text("ขาดการส่ง", "Silent")
SOURCE_WAITING = Text("รอการส่งครั้งแรก", "First report not yet due")
SOURCE_REPORTING = Text("ส่งตามแผน", "Reports as planned")
SOURCE_SILENT_SINCE = Text("ตั้งแต่ {when}", "since {when}")
SOURCE_LAST_SEEN = Text("ได้รับครั้งล่าสุด", "Last seen")
SOURCE_NEVER_SEEN = Text("ยังไม่เคยได้รับ", "never yet")
SOURCE_EVERY = Text("ทุก {length}", "every {length}")
SOURCE_WHOM = Text("ติดต่อ", "Whom to call")
SOURCE_OF_PROMISE = Text("รับผิดชอบเป้าหมาย", "responsible for the objective")
SOURCE_COVERAGE_UNKNOWN = Text("ยังไม่มีผล", "no result yet")
SOURCES_OURS = Text("แหล่งข้อมูลของหน่วยงานท่าน", "Your agency's own sources")
SOURCES_OURS_NONE = Text("หน่วยงานของท่านยังไม่ได้จดทะเบียนแหล่งข้อมูล", "Your agency has registered no source.")
SOURCE_ACTIVE = Text("ใช้งาน", "Active")
SOURCE_DISABLED = Text("ปิดใช้งาน", "Disabled")
SOURCE_REPORTS_FOR = Text("รายงานให้บริการ", "Reports for")
SOURCE_NEXT_HOLDER = Text("เรื่องระหว่างขั้นตอนอยู่กับ", "Between steps a case is with")
SOURCE_HOLDER_NEXT = Text("หน่วยงานของขั้นตอนถัดไป", "the agency of the next step")
SOURCE_HOLDER_PREVIOUS = Text("หน่วยงานของขั้นตอนก่อนหน้า", "the agency of the step before")
SOURCE_PLANNED = Text("แผนการวัดที่ใช้อยู่", "Plans in force")
SOURCE_NOT_PLANNED = Text(
    "ไม่มีข้อตกลงที่มีผลใช้บังคับระบุแหล่งข้อมูลนี้ในแผนการวัด จึงไม่แจ้งเมื่อขาดการส่ง",
    "No agreement in force names this source in a measurement plan, so its silence is not watched.",
)
SOURCE_BATCHES = Text("ข้อมูลที่ได้รับล่าสุด", "Received last")
SOURCE_BATCHES_NONE = Text("ยังไม่เคยได้รับข้อมูลจากแหล่งนี้", "Nothing has been received from this source.")
SOURCE_RECEIPT = Text("ใบรับ", "Receipt")
SOURCE_TIMES = Text("เวลาที่เกิดเหตุการณ์", "Event times")
SOURCE_ACCEPTED = Text("รับไว้ (แถว)", "Accepted (rows)")
SOURCE_ASIDE = Text("พักไว้ (แถว)", "Set aside (rows)")
SOURCE_VOIDED = Text("ยกเลิกแล้ว", "taken out again")
SOURCE_ASIDE_UNKNOWN_INDICATOR = Text("ไม่รู้จักตัวชี้วัด {n}", "unknown indicator {n}")
SOURCE_ASIDE_UNKNOWN_LABEL = Text("ไม่รู้จักป้ายกลุ่ม {n}", "unknown label {n}")
SOURCE_ASIDE_UNKNOWN_STEP = Text("ไม่รู้จักขั้นตอน {n}", "unknown step {n}")
SOURCE_ASIDE_TOO_LATE = Text("มาช้าเกินกำหนด {n}", "too late {n}")
SOURCE_ASIDE_DOES_NOT_FIT = Text("ไม่ตรงกับตัวชี้วัด {n}", "does not fit the indicator {n}")
SOURCE_ASIDE_WAITS = Text("รอนำเข้าเมื่อรู้จัก", "taken in once it is known")
SOURCE_BY_WINDOW = Text("ความครบถ้วนรายรอบ", "Coverage by window")
SOURCE_BY_WINDOW_LEAD = Text(
    "ของเป้าหมายที่ใช้ตัวชี้วัดซึ่งแหล่งนี้รายงาน นับทุกแหล่งของตัวชี้วัดนั้นรวมกัน",
    "Of the objectives on the indicators that this source reports; all sources of an indicator together.",
)
SOURCE_BY_WINDOW_NONE = Text("ยังไม่มีรอบที่คำนวณความครบถ้วน", "No window has a coverage yet.")
PART_SOURCES = Text("แผนและการส่งข้อมูล", "plans and reports")
PART_BATCHES = Text("ข้อมูลที่ได้รับ", "what was received")
JSON_SOURCES = Text("แหล่งข้อมูล", "Sources")
JSON_SOURCES_STATUS = Text("แผนและการส่งข้อมูล", "Plans and reports")
JSON_BATCHES = Text("ข้อมูลที่ได้รับ", "Batches")
JSON_SOURCE = Text("แหล่งข้อมูลนี้", "Source")
