"""Words that stand on paper only: posters, the text of an announcement, breach reports."""

from __future__ import annotations

from services.portal.text.phrase import Text

POSTER = Text("โปสเตอร์ A4 (PDF)", "A4 poster (PDF)")
POSTER_OF = Text("โปสเตอร์ของประกาศฉบับที่ {n} (PDF)", "Poster of announcement no. {n} (PDF)")
ANNOUNCEMENT_PDF = Text("ข้อความตามประกาศ (PDF)", "The formal text (PDF)")
POSTER_CONTACT = Text("ไม่ได้รับตามที่ประกาศ โปรดแจ้งเรา", "Not as promised? Tell us")
POSTER_ASK = Text("ติดต่อหรือร้องเรียนได้ที่ {agency}", "Ask or complain at {agency}")
POSTER_ADDRESS = Text("อ่านผลการให้บริการได้ที่", "Read how it goes at")
POSTER_CODE = Text("รหัสคิวอาร์ไปยัง {address}", "QR code that leads to {address}")
POSTER_MORE = Text(
    "และอีก {n} ข้อตามที่อยู่ด้านล่าง", "and {n} more at the address below", "and 1 more at the address below"
)
ANNOUNCEMENT_HASH = Text("รหัสของประกาศ (SHA-256)", "Hash of the announcement (SHA-256)")

BREACH_REPORT = Text("รายงานเหตุไม่เป็นไปตามข้อตกลง", "Breach report")
BREACH_REPORT_PDF = Text("รายงานเหตุนี้ (PDF)", "Report of this breach (PDF)")
BREACH_REPORT_XLSX = Text("แผ่นงานของเหตุนี้ (XLSX)", "Workbook of this breach (XLSX)")
BREACH_TIMELINE = Text("ลำดับเหตุการณ์", "What happened when")
BREACH_WHEN = Text("เวลา", "When")
BREACH_WHAT = Text("เหตุการณ์", "What")
BREACH_TOLD = Text("ผู้ที่ได้รับแจ้งเหตุ", "Who is told of it")
BREACH_TOLD_WHY = Text(
    "คู่ข้อตกลงทุกหน่วยงานเห็นเหตุนี้บนหน้าของตนตั้งแต่พบเหตุ และได้รับทางเว็บฮุกหรืออีเมลหากสมัครไว้",
    "Each party sees the breach on its pages once it is found, and by webhook or mail if it subscribed.",
)
BREACH_FOUND = Text("พบเหตุ", "The breach was found")
BREACH_ENDED = Text("เหตุคลี่คลาย", "The breach was closed")
BREACH_WINDOW_ENDED = Text("สิ้นสุดรอบการประเมิน", "The window ended")
BREACH_ACTIONS = Text("สิ่งที่ต้องทำต่อ", "What follows")
BREACH_ACTION = Text("มาตรการ", "Action")
BREACH_ACTION_OWNER = Text("ผู้ดำเนินการ", "Owner")
BREACH_ACTION_DUE = Text("กำหนดเสร็จ", "Due")
BREACH_ACTION_STATE = Text("สถานะและผล", "State and effect")
BREACH_NO_ACTION = Text("ยังไม่มีมาตรการที่บันทึกจากเหตุนี้", "No action is recorded for this breach yet.")
BREACH_ACTION_OPENED = Text("บันทึกมาตรการ: {what}", "Action entered: {what}")
BREACH_DISPUTED = Text("{agency} โต้แย้ง", "{agency} disputes it")
BREACH_COSTS = Text(
    "คำนวณได้ {cost} (แสดงเท่านั้น ระบบไม่เรียกเก็บ)", "{cost} as computed (shown, never charged by the system)"
)
PART_REGISTER = Text("ทะเบียนการปรับปรุง", "improvement register")
PART_CONSEQUENCES = Text("ผลตามข้อตกลง", "consequences")
BREACH_COST = Text("ผลตามข้อตกลงที่คำนวณได้", "Consequences as computed")
BREACH_NO_COST = Text("ข้อตกลงไม่ได้กำหนดผลสำหรับรอบนี้", "The agreement attaches no consequence to this window.")
PAPER_PLANNED = Text("วางแผนไว้", "Planned")
PAPER_IN_PROGRESS = Text("อยู่ระหว่างดำเนินการ", "In progress")
PAPER_DONE = Text("เสร็จแล้ว", "Done")
PAPER_DROPPED = Text("ยกเลิก", "Dropped")
PAPER_OVERDUE = Text("เกินกำหนด {n} วัน", "{n} days overdue", "{n} day overdue")
PAPER_HELPED = Text("ได้ผล", "Helped")
PAPER_WORSENED = Text("แย่ลง", "Worsened")
PAPER_NO_EFFECT = Text("ไม่เห็นผล", "No effect")
PAPER_TOO_EARLY = Text("ยังไม่ถึงเวลาประเมินผล", "Too early to say")
PAPER_CANNOT_SAY = Text("เปรียบเทียบไม่ได้", "Cannot be compared")
PAPER_BEFORE_AFTER = Text("ก่อน {before} หลัง {after}", "before {before}, after {after}")

JSON_ACTIONS = Text("มาตรการปรับปรุง", "Actions")
LESSONS_REPORT = Text("บทเรียนประจำปีงบประมาณ", "Lessons learnt")
LESSONS_PDF = Text("บทเรียนประจำปี (PDF)", "Lessons learnt (PDF)")
LESSONS_HELD = Text("สิ่งที่ทำได้ตามสัญญา", "What held")
LESSONS_HELD_NONE = Text("ไม่มีข้อใดที่ทำได้ทุกรอบ", "No promise was kept in every window.")
LESSONS_FAILED = Text("สิ่งที่ทำไม่ได้ตามสัญญา และสาเหตุ", "What failed, and why")
LESSONS_FAILED_NONE = Text("ทุกข้อที่สรุปผลได้เป็นไปตามสัญญา", "Every promise that could be judged was kept.")
LESSONS_MET = Text("บรรลุเป้าหมาย {n} จาก {of} รอบ", "met in {n} of {of} windows")
LESSONS_MISSED = Text("ไม่บรรลุเป้าหมาย {n} จาก {of} รอบ", "breached in {n} of {of} windows")
LESSONS_ACTIONS = Text("มาตรการและผล (ก่อน หลัง)", "Which actions helped (before, after)")
LESSONS_ACTIONS_NONE = Text("ไม่มีมาตรการในช่วงเวลานี้", "There was no action in this period.")
LESSONS_USE = Text("สิ่งที่หน่วยงานอื่นนำไปใช้ได้", "What others can use")
LESSONS_USE_NONE = Text("ยังไม่มีบทเรียนที่เขียนไว้", "No lesson is written yet.")
LESSONS_PROPOSALS = Text("ข้อเสนอสำหรับปีถัดไป", "Proposals for next year")
LESSONS_PROPOSALS_NONE = Text("ไม่มีข้อเสนอจากผลล่าสุด", "The latest results suggest nothing.")
LESSONS_LINK = Text("บทเรียนของปีงบประมาณนี้", "Lessons learnt of this fiscal year")

FINDINGS_THREE = Text("ข้อค้นพบสำคัญ", "Main findings")
FINDINGS_THREE_WHY = Text(
    "สำหรับคู่ข้อตกลง คำนวณจากรอบล่าสุดที่ไม่บรรลุเป้าหมาย ไม่อยู่ในรายงานที่จัดทำตามกำหนด",
    "For the parties, computed from the last windows that were breached. Not in the report made on schedule.",
)
FINDINGS_THREE_NONE = Text("ไม่มีข้อค้นพบจากรอบที่ไม่บรรลุเป้าหมาย", "No finding explains a window of this period.")
FINDING_ACT = Text("ควรทำ", "What could be done")
FINDING_CALL = Text("ติดต่อ", "Whom to call")
DONE_SINCE = Text("สิ่งที่ทำเสร็จในช่วงเวลานี้", "Done in this period")
PART_CAUSES = Text("ข้อค้นพบ", "findings")
COST_LINE = Text("{promise} รอบ {window}: {cost}", "{promise}, {window}: {cost}")
COST_TOTAL = Text("รวม {cost}", "{cost} in all")
COST_NONE = Text(
    "ไม่มีผลตามข้อตกลงที่คำนวณได้ในช่วงเวลานี้", "The agreement attaches no consequence to this period's windows."
)
