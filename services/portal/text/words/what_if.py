"""Words of what-ifs."""

from __future__ import annotations

from services.portal.text.phrase import Text

WHAT_IF = Text("ถ้าตกลงไว้เป็นอย่างอื่น", "What if it had been agreed otherwise")
WHAT_IF_LINK = Text("ลองเปลี่ยนค่าเป้าหมาย รอบ หรือช่วงที่นับ", "Try another target, window or period")
WHAT_IF_LEAD = Text(
    "ลองดูจากข้อมูลจริงที่ผ่านมา ไม่มีผลใดเปลี่ยนจากการลองนี้",
    "Reckoned from what really happened. Nothing is changed by trying.",
)
AS_AGREED_KEPT = Text("ตามที่ตกลงไว้ บรรลุ {met} จาก {all} รอบ", "As agreed, {met} of {all} windows were met")
SUPPOSED_KEPT = Text(
    "ถ้าเปลี่ยนตามนี้ บรรลุ {met} จาก {all} รอบ", "Supposed otherwise, {met} of {all} windows would have been met"
)
ALSO_UNKNOWN = Text(
    "สรุปผลไม่ได้ {n} รอบ", "{n} windows could not be determined", "{n} window could not be determined"
)
NO_WINDOWS = Text("ไม่มีรอบที่ปิดในช่วงนี้ โปรดเลือกช่วงที่กว้างขึ้น", "No window ends in this period. Choose a longer one.")
SUPPOSE = Text("สิ่งที่ลองเปลี่ยน", "What is supposed")
TARGET_PERCENT = Text("ค่าเป้าหมาย (ร้อยละ)", "Target (%)")
AGREED_IS = Text("ตกลงไว้ {value}", "agreed: {value}")
BOUND = Text("เกณฑ์ที่นับว่าดี ({unit})", "What is good ({unit})")
BOUND_HINT = Text(
    "ตกลงไว้ {value} เกณฑ์อื่นต้องอ่านข้อมูลใหม่ทั้งหมด จึงใช้เวลา",
    "agreed: {value}; another one reads everything again, which takes time",
)
LENGTH_OF_WINDOW = Text("ความยาวของรอบ", "Length of a window")
WINDOW_AS_AGREED = Text("ตามที่ตกลงไว้", "as agreed")
UNIT_HOUR = Text("ชั่วโมง", "hour")
UNIT_DAY = Text("วัน", "day")
UNIT_WEEK = Text("สัปดาห์", "week")
UNIT_MONTH = Text("เดือน", "month")
UNIT_QUARTER = Text("ไตรมาส", "quarter")
UNIT_HALF_YEAR = Text("ครึ่งปี", "half year")
UNIT_YEAR = Text("ปี", "year")
WINDOW_LONG = Text(
    "รอบอื่นของเรื่องต้องอ่านข้อมูลใหม่ จึงใช้เวลา", "other windows for cases read everything again, which takes time"
)
ENDS_FROM = Text("รอบที่สิ้นสุดตั้งแต่", "Windows that end from")
ENDS_TO = Text("รอบที่สิ้นสุดถึง", "Windows that end until")
DATE_HINT = Text("วัน/เดือน/ปี เช่น {example}", "day/month/year, such as {example}")
LEAVE_OUT = Text("ไม่นับช่วงนี้", "Leave this period out")
LEAVE_OUT_FROM = Text("ไม่นับตั้งแต่วันที่", "Leave out from")
LEAVE_OUT_TO = Text("ไม่นับถึงวันที่", "Leave out until")
GROUP = Text("กลุ่ม", "Group")
ALL_GROUPS = Text("ทุกกลุ่ม", "all groups")
TRY = Text("ลองดู", "Try it")
RESET = Text("กลับไปตามที่ตกลงไว้", "Back to what was agreed")
CURVE_TITLE = Text(
    "ค่าเป้าหมาย {target}: บรรลุ {met} จาก {all} รอบ", "A target of {target}: {met} of {all} windows met"
)
CURVE_KEY = Text("ร้อยละของรอบที่บรรลุ ตามค่าเป้าหมายแต่ละค่า", "Share of windows met (%), for each target")
CURVE_SAID = Text(
    "ตั้งแต่เป้าหมาย {first} บรรลุ {met_first} รอบ จนถึง {last} บรรลุ {met_last} รอบ",
    "From a target of {first}, met in {met_first}, to {last}, met in {met_last}.",
)
MARK_AGREED = Text("ตกลงไว้ {value}", "agreed {value}")
MARK_SUPPOSED = Text("ที่ลอง {value}", "supposed {value}")
WINDOWS_MET = Text("รอบที่บรรลุ", "Windows met")
WINDOWS_MISSED = Text("รอบที่ไม่บรรลุ", "Windows breached")
SHARE_MET = Text("ร้อยละที่บรรลุ", "Met (%)")
WINDOWS_COMPARED = Text("รอบต่อรอบ", "Window by window")
AS_AGREED = Text("ตามที่ตกลงไว้", "As agreed")
SUPPOSED = Text("ตามที่ลอง", "Supposed")
NEWEST_OF = Text("แสดง {shown} รอบล่าสุดจาก {all} รอบ", "The newest {shown} of {all} windows are shown")
DIFFERS = Text("ต่างจากเดิม", "differs")
JOB_TITLE = Text("กำลังคำนวณ", "Being reckoned")
JOB_DONE_OF = Text("อ่านแล้ว {done} จาก {total} {unit}", "{done} of {total} {unit} read")
JOB_WAITS = Text("รอเริ่มคำนวณ", "Waiting to start")
JOB_LEAVE = Text(
    "ท่านออกจากหน้านี้ได้ คำตอบอยู่ที่ที่อยู่นี้ 7 วัน หน้านี้ปรับปรุงเองทุก 5 วินาที",
    "You may leave: the answer stays at this address for 7 days. The page renews itself every 5 seconds.",
)
JOB_LOOK = Text("ดูอีกครั้ง", "Look again")
UNIT_BATCHES = Text("ชุดข้อมูล", "batches")
TOO_MANY_JOBS = Text(
    "หน่วยงานของท่านมีงานคำนวณค้างอยู่ครบ 5 งาน โปรดรอให้เสร็จก่อน",
    "Five such jobs of your agency are on the way. Wait until one is done.",
)
NOT_A_NUMBER = Text("ต้องเป็นตัวเลข ท่านกรอก “{given}”", "This must be a number; you entered “{given}”")
NOT_A_SHARE = Text(
    "ต้องเป็นตัวเลข 0 ถึง 100 ท่านกรอก “{given}”", "This must be a number from 0 to 100; you entered “{given}”"
)
NOT_A_DATE = Text(
    "ต้องเป็นวัน/เดือน/ปี เช่น {example} ท่านกรอก “{given}”",
    "This must be day/month/year, such as {example}; you entered “{given}”",
)
DATE_MISSING = Text("โปรดกรอกทั้งวันเริ่มและวันสิ้นสุด", "Enter both the first and the last day")
ENDS_BEFORE = Text("วันสิ้นสุดต้องไม่อยู่ก่อนวันเริ่ม", "The last day lies before the first")
NOT_JUDGED = Text("ลองตามนี้ไม่ได้: {detail}", "This cannot be tried: {detail}")
OVER_REST = Text("คำขอเดียวกันผ่าน REST", "The same request over REST")
JSON_JOB = Text("งานนี้", "Job")
