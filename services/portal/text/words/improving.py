"""Words of the improvement register: what is undertaken, how far it is, and whether it helped."""

from __future__ import annotations

from services.portal.text.phrase import Text

IMPROVEMENTS = Text("ทะเบียนการปรับปรุง", "Improvement register")
IMPROVEMENTS_LEAD = Text(
    "สิ่งที่หน่วยงานในข้อตกลงของท่านจะดำเนินการหรือดำเนินการแล้ว และผลที่ระบบเปรียบเทียบก่อนกับหลัง",
    "What the agencies of your agreements undertake, and what the comparison of before and after says.",
)
IMPROVEMENTS_TALLY = Text(
    "เสร็จแล้ว {n}: ได้ผล {helped} ไม่เห็นผล {no_effect} แย่ลง {worsened} ยังไม่ถึงเวลาประเมินผล {too_early} "
    "เปรียบเทียบไม่ได้ {unsaid}",
    "{n} done: {helped} helped, {no_effect} no effect, {worsened} worsened, {too_early} too early, "
    "{unsaid} cannot be compared",
)
IMPROVEMENTS_UNDER_WAY = Text(
    "ยังไม่เสร็จ {n} รายการ ในจำนวนนี้เกินกำหนด {late} รายการ", "{n} not done yet, {late} of them overdue"
)
IMPROVEMENTS_NONE = Text("ยังไม่มีรายการปรับปรุง", "No improvement is registered yet.")
IMPROVEMENTS_NO_MATCH = Text("ไม่มีรายการที่ตรงกับที่ค้นหา", "No improvement matches.")
IMPROVEMENTS_FOUND = Text("{n} รายการ", "{n} improvements", "{n} improvement")
IMPROVEMENTS_SEARCH = Text("ค้นหา", "Search")
IMPROVEMENTS_SEARCH_HINT = Text("มาตรการ ผู้ดำเนินการ หน่วยงาน หรือบทเรียน", "Action, owner, agency or lesson")
IMPROVEMENTS_ALL = Text("ทุกสถานะ", "All")
IMPROVEMENTS_OVERDUE = Text("เกินกำหนด", "Overdue")
IMPROVEMENT_ADD = Text("เพิ่มรายการปรับปรุง", "Add an improvement")
IMPROVEMENT_ADD_LEAD = Text(
    "หน่วยงานของท่านเป็นผู้ดำเนินการ คู่ข้อตกลงทุกหน่วยงานอ่านได้ ระบบจะเตือนก่อนครบกำหนด "
    "และเปรียบเทียบผลก่อนกับหลังให้เมื่อเสร็จแล้ว",
    "Your agency undertakes it, and all parties can read it. It is reminded before the due day; once it is "
    "done, before and after are compared.",
)
IMPROVEMENT_SAVE = Text("บันทึก", "Save")
IMPROVEMENT_FROM = Text("ที่มา", "Comes from")
IMPROVEMENT_FROM_BREACH = Text("เหตุไม่เป็นไปตามข้อตกลง", "A breach")
IMPROVEMENT_FROM_RECOMMENDATION = Text("ข้อเสนอแนะในการปรับปรุง", "A recommendation")
IMPROVEMENT_FROM_NOTHING = Text("หน่วยงานเริ่มเอง", "The agency's own idea")
IMPROVEMENT_PROMISE = Text("ตัวชี้วัดที่จะปรับปรุง", "The objective it is to improve")
IMPROVEMENT_CHOOSE = Text("โปรดเลือก", "Choose one")
IMPROVEMENT_OWNER = Text("ผู้ดำเนินการ (ตำแหน่ง)", "Owner (a post)")
IMPROVEMENT_OWNER_HINT = Text("ตำแหน่ง ไม่ใช่ชื่อบุคคล เช่น หัวหน้างานทะเบียน", "A post, not a person's name")
IMPROVEMENT_WORDS_HINT = Text("อย่าใส่ชื่อหรือข้อมูลของบุคคล", "No names or data of persons")
IMPROVEMENT_WINDOWS = Text("เปรียบเทียบกี่รอบก่อนกับหลัง", "Windows to compare, before and after")
IMPROVEMENT_WINDOWS_HINT = Text("ยิ่งมากยิ่งแน่ชัด แต่ต้องรอนานขึ้น", "More are surer and take longer")
IMPROVEMENT_DUE = Text("กำหนดเสร็จ", "Due")
IMPROVEMENT_DAY_HINT = Text("เช่น {example}", "Such as {example}")
IMPROVEMENT_STARTED = Text("วันที่เริ่ม", "Started on")
IMPROVEMENT_STARTED_OPTIONAL = Text("วันที่เริ่ม (ถ้าเริ่มแล้ว)", "Started on (if it has)")
IMPROVEMENT_DONE_ON = Text("วันที่เสร็จ", "Done on")
IMPROVEMENT_MISSING_PROMISE = Text("โปรดเลือกตัวชี้วัด", "Choose the objective")
IMPROVEMENT_MISSING = Text("โปรดกรอก{what}", "Enter: {what}")
IMPROVEMENT_BAD_WINDOWS = Text(
    "จำนวนรอบต้องเป็นเลขจำนวนเต็มตั้งแต่ 1 ท่านกรอก “{given}”", "Windows: a whole number from 1, not “{given}”"
)
IMPROVEMENT_CHANGED = Text(
    "มีผู้แก้ไขรายการนี้ระหว่างที่ท่านกรอก ยังไม่ได้บันทึกของท่าน ด้านบนคือข้อมูลปัจจุบัน ด้านล่างคือที่ท่านกรอก ส่งอีกครั้งเพื่อบันทึก",
    "Somebody changed this improvement meanwhile; yours is not stored. What stands now is shown first, "
    "what you typed in the form below: send it again to store it.",
)
IMPROVEMENT_MOVE = Text("ดำเนินการต่อ", "Move it on")
IMPROVEMENT_START = Text("เริ่มดำเนินการ", "Start")
IMPROVEMENT_FINISH = Text("ดำเนินการเสร็จแล้ว", "It is done")
IMPROVEMENT_CHANGE = Text("แก้ไข", "Change")
IMPROVEMENT_CANCEL = Text("ยกเลิกรายการนี้", "Cancel it")
IMPROVEMENT_CANCEL_WHY = Text("เหตุผลที่ยกเลิก", "Why it is cancelled")
IMPROVEMENT_WRITE_LESSON = Text("บทเรียนที่ได้รับ", "Lessons learnt")
IMPROVEMENT_LESSON_HINT = Text(
    "บทเรียนของรายการที่เสร็จแล้วเปิดเผยต่อสาธารณะ หากข้อตกลงเป็นสาธารณะ อย่าใส่ชื่อบุคคล",
    "Everybody can read the lesson of what is done where the agreement is public: no names of persons.",
)
IMPROVEMENT_SAVE_LESSON = Text("บันทึกบทเรียน", "Save the lesson")
IMPROVEMENT_LESSON_WRITTEN = Text("บันทึกบทเรียนแล้ว", "Lesson written")
IMPROVEMENT_NO_LESSON = Text("ยังไม่ได้บันทึกบทเรียน", "No lesson written yet")
IMPROVEMENT_ONLY_OWN = Text(
    "{agency} เป็นผู้ดำเนินการ หน่วยงานอื่นอ่านได้อย่างเดียว", "{agency} undertakes it; other parties read."
)
IMPROVEMENT_EFFECT = Text("ได้ผลหรือไม่", "Did it help?")
IMPROVEMENT_NO_EFFECT_YET = Text(
    "เมื่อเสร็จแล้วจะเปรียบเทียบ {n} รอบก่อนเริ่มกับ {n} รอบหลังเสร็จ ของตัวชี้วัดเดียวกัน",
    "Once it is done, the {n} windows before its start are compared with the {n} after its end, of the same "
    "objective.",
    "Once it is done, the window before its start is compared with the one after its end, of the same "
    "objective.",
)
IMPROVEMENT_BEFORE = Text("ก่อนเริ่ม", "Before it began")
IMPROVEMENT_AFTER = Text("หลังเสร็จ", "After it was done")
IMPROVEMENT_TEST_FISHER = Text(
    "วิธีทดสอบ: Fisher's exact test สองทาง p = {p} ถือว่าต่างกันเมื่อ p ต่ำกว่า {alpha}",
    "Test: Fisher's exact test, two-sided, p = {p}; a difference is claimed below {alpha}.",
)
IMPROVEMENT_TEST_PERMUTATION = Text(
    "วิธีทดสอบ: สลับค่าของแต่ละรอบ (permutation test) p = {p} ถือว่าต่างกันเมื่อ p ต่ำกว่า {alpha}",
    "Test: permutation of the windows' values, p = {p}; a difference is claimed below {alpha}.",
)
IMPROVEMENT_LEAST_P = Text("ค่าต่ำสุดที่ข้อมูลเท่านี้ให้ได้คือ {p}", "The smallest p that so little can give is {p}.")
IMPROVEMENT_EXPECTED = Text("ประเมินได้เมื่อ {when}", "It can be said on {when}.")
IMPROVEMENT_TOO_FEW = Text("รอบก่อนเริ่มที่สรุปผลได้มีไม่พอ", "Too few windows before it began have a result.")
IMPROVEMENT_REDEFINED = Text(
    "วิธีนับของตัวชี้วัดเปลี่ยนไประหว่างนั้น", "The objective was counted in another way meanwhile."
)
IMPROVEMENT_NO_PROOF = Text(
    "ความต่างระหว่างสองช่วงไม่ได้พิสูจน์สาเหตุ เพราะสิ่งอื่นก็เปลี่ยนด้วย",
    "A difference between two periods is no proof of its cause: other things change too.",
)
IMPROVEMENT_NOT_FINAL = Text("บางรอบยังไม่เป็นที่สุด ผลอาจเปลี่ยน", "Some windows are not final; it may change.")
IMPROVEMENT_UNSAID = Text("เปรียบเทียบไม่ได้", "Cannot be compared")
IMPROVEMENT_HELPED = Text("ได้ผล", "Helped")
IMPROVEMENT_WORSENED = Text("แย่ลง", "Worsened")
IMPROVEMENT_NO_EFFECT = Text("ไม่เห็นผล", "No effect")
IMPROVEMENT_TOO_EARLY = Text("ยังไม่ถึงเวลาประเมินผล", "Too early to say")
IMPROVEMENT_PLANNED = Text("วางแผนไว้", "Planned")
IMPROVEMENT_IN_PROGRESS = Text("อยู่ระหว่างดำเนินการ", "In progress")
IMPROVEMENT_DONE = Text("เสร็จแล้ว", "Done")
IMPROVEMENT_DROPPED = Text("ยกเลิก", "Dropped")
IMPROVEMENT_LATE = Text("เกินกำหนด {n} วัน", "{n} days overdue", "{n} day overdue")
IMPROVEMENT_LEFT = Text("เหลือเวลา {n} วัน", "{n} days left", "{n} day left")
IMPROVEMENT_OPENED_DONE = Text("บันทึกรายการปรับปรุงแล้ว", "The improvement is registered")
IMPROVEMENT_MOVED_DONE = Text("บันทึกแล้ว", "Stored")
IMPROVEMENT_MAKE = Text("บันทึกมาตรการจากเหตุนี้", "Make an improvement of this breach")
IMPROVEMENT_DATES = Text("กำหนดและวันที่", "Dates")
IMPROVED = Text("สิ่งที่ปรับปรุงแล้ว", "What we improved")
IMPROVED_LEAD = Text(
    "การปรับปรุงที่เสร็จแล้วภายใต้ข้อตกลงที่เปิดเผย ผลก่อนกับหลัง และบทเรียนที่ได้รับ",
    "Improvements that are done under public agreements: before and after, and what was learnt.",
)
IMPROVED_NONE = Text("ยังไม่มีการปรับปรุงที่เสร็จและบันทึกบทเรียนแล้ว", "None is done with its lesson written yet.")
IMPROVED_ON = Text("เสร็จเมื่อ {day}", "Done on {day}")
IMPROVED_OF_SERVICE = Text("แสดงเฉพาะบริการนี้", "Of this service only")
JSON_IMPROVEMENTS = Text("ทะเบียนการปรับปรุง", "Improvements")
JSON_IMPROVEMENT = Text("รายการปรับปรุงนี้", "Improvement")
IMPROVEMENT_CHART_KEY = Text(
    "วงโปร่งคือก่อน จุดทึบคือหลัง ขีดคือค่าเป้าหมาย", "Ring: before. Dot: after. Line: the target."
)
