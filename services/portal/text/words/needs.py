"""Words of the pages about recipients' needs, and of what follows from them."""

from __future__ import annotations

from services.portal.text.phrase import Text

NEEDS = Text("ความต้องการของผู้รับบริการ", "Recipients' needs")
NEED = Text("ความต้องการ", "Need")
NEEDS_OF = Text("ความต้องการ: {service}", "Needs: {service}")
NEEDS_OPEN = Text(
    "ความต้องการ {open} จาก {n} ข้อ ยังไม่มีคำสัญญารองรับ",
    "{open} of {n} needs have no promise yet",
    "The one need here has no promise yet",
)
NEEDS_ALL_PROMISED = Text("ทุกความต้องการมีคำสัญญารองรับแล้ว", "Every need has a promise")
NEEDS_NONE_OPEN = Text(
    "ไม่มีความต้องการที่ยังไม่ได้รับการเสนอ แต่ยังมี {proposed} ข้อที่อยู่ระหว่างตกลงกัน",
    "No need is left without an offer; {proposed} are still being negotiated",
)
NEEDS_TALLY = Text(
    "มีคำสัญญาแล้ว {promised} อยู่ระหว่างตกลงกัน {proposed} ยังไม่มีคำสัญญา {open}",
    "Promised {promised}, being negotiated {proposed}, no promise yet {open}",
)
NEEDS_EMPTY = Text("ยังไม่มีความต้องการที่รวบรวมไว้", "No need has been gathered yet")
NEEDS_EMPTY_HINT = Text(
    "เริ่มจากสิ่งที่ผู้รับบริการพูดไว้ในแบบสำรวจ ข้อร้องเรียน หรือการรับฟังความคิดเห็น กรอกทีละข้อ หรือนำเข้าจากไฟล์",
    "Start from what recipients said in a survey, a complaint or a hearing: one by one, or from a file.",
)
NEEDS_ONLY_READ = Text(
    "ท่านดูได้อย่างเดียว ผู้เจรจาของหน่วยงานที่ให้บริการนี้เป็นผู้เพิ่มและจัดลำดับ",
    "You may read. Negotiators of the agencies that provide this service add and order needs.",
)
NEED_ADD = Text("เพิ่มความต้องการ", "Add a need")
NEED_FROM_FILE = Text("นำเข้าจากไฟล์", "Take in a file")
NEED_TEMPLATE = Text("ดาวน์โหลดแบบไฟล์ (CSV)", "Download the file template (CSV)")
NEED_EXPORT = Text("ดาวน์โหลดทั้งหมด (CSV)", "Download all (CSV)")
NEED_SECTIONS = Text("หน้าของความต้องการ", "Pages about needs")
NEED_LIST = Text("รายการ", "List")
NEED_COVERAGE = Text("ตารางความครอบคลุม", "Coverage")
NEED_THEMES = Text("ประเด็น", "Themes")
NEED_DUPLICATES = Text("ข้อที่อาจซ้ำกัน", "Likely duplicates")
NEED_INDICATORS = Text("ตัวชี้วัดที่แนะนำ", "Suggested indicators")
NEED_RANKING = Text("การจัดลำดับ", "Ranking")
NEED_IMPORT = Text("นำเข้าจากไฟล์", "From a file")
FACTORS = Text("ปัจจัยที่เกี่ยวข้อง", "Related factors")

NEED_STANDING = Text("คำสัญญา", "Promise")
NEED_STANDING_OPEN = Text("ยังไม่มีคำสัญญา", "No promise yet")
NEED_STANDING_PROPOSED = Text("อยู่ระหว่างตกลงกัน", "Being negotiated")
NEED_STANDING_PROMISED = Text("มีคำสัญญาแล้ว", "Promised")
NEED_STATE_DRAFT = Text("ร่าง", "draft")
NEED_STATE_OFFERED = Text("เสนอแล้ว", "offered")
NEED_STATE_ACCEPTED = Text("ตกลงแล้ว รอวันเริ่มใช้", "agreed, not yet in force")
NEED_STATE_IN_FORCE = Text("มีผลใช้บังคับ", "in force")
NEED_VIA_INDICATOR = Text("ผ่านตัวชี้วัด", "through its indicator")
NEED_NO_INDICATOR = Text("ยังไม่มีตัวชี้วัด", "No indicator yet")
NEED_FIND_INDICATOR = Text("หาตัวชี้วัด", "Find an indicator")
NEED_RANK = Text("ลำดับ", "Rank")
NEED_SCORE = Text("คะแนน", "Score")
NEED_INDICATOR = Text("ตัวชี้วัด", "Indicator")
NEED_SHOWN_OF = Text(
    "แสดง {first}–{last} จาก {n} ข้อ", "Showing {first}–{last} of {n} needs", "Showing the one need there is"
)
NEED_WEIGHTIEST = Text(
    "แสดงเฉพาะ {n} ข้อที่มีน้ำหนักมากที่สุด ดูทั้งหมดได้จากข้อมูล JSON",
    "Only the {n} weightiest needs are shown; the JSON has all",
)
NEED_NEXT = Text("หน้าถัดไป", "Next page")
NEED_PREVIOUS = Text("หน้าก่อน", "Previous page")
NEED_FILTER = Text("กรองรายการ", "Filter the list")
NEED_ANY = Text("ทั้งหมด", "all")
NEED_NOT_SAID = Text("ไม่ได้ระบุ", "not said")
NEED_FILTERED_NONE = Text("ไม่มีความต้องการตามที่กรอง", "No need matches the filter")
NEED_FILTER_CLEAR = Text("ล้างตัวกรอง", "Clear the filter")
NEED_WITHOUT = Text("คำสัญญาที่ไม่มีความต้องการรองรับ", "Promises that no need asked for")
NEED_WITHOUT_NONE = Text("ทุกคำสัญญามีความต้องการรองรับ", "Every promise was asked for by a need")
NEED_WITHOUT_HINT = Text(
    "หากมีความต้องการที่ตรงกัน โปรดเปิดความต้องการข้อนั้นแล้วเชื่อมกับคำสัญญา",
    "If a need asked for it, open the need and link it to the promise.",
)
NEED_FORMULA = Text("คะแนน = {formula}", "score = {formula}")
NEED_FORMULA_NONE = Text("ทุกข้อได้คะแนนเท่ากัน", "every need scores the same")
NEED_HOW_RANKED = Text("วิธีจัดลำดับ", "How they are ranked")
NEED_LACKS = Text("ยังไม่มีคะแนน เพราะไม่ได้ให้ค่า{what}", "No score: {what} not rated")

# A need, its form
NEED_STATEMENT = Text("ความต้องการ ในคำพูดของผู้รับบริการ", "The need, in the recipients' words")
NEED_STATEMENT_TH = Text("ภาษาไทย", "In Thai")
NEED_STATEMENT_EN = Text("ภาษาอังกฤษ", "In English")
NEED_STATEMENT_HINT = Text(
    "กรอกอย่างน้อยหนึ่งภาษา อย่าระบุชื่อบุคคลหรือข้อมูลส่วนตัว เพราะทุกหน่วยงานของบริการนี้อ่านได้",
    "At least one language. Name no person: all agencies of this service read it.",
)
NEED_SOURCE = Text("ได้มาจาก", "Source")
NEED_SOURCE_HINT = Text("ได้ยินความต้องการนี้จากที่ใด", "Where the need was heard")
NEED_SOURCE_SURVEY = Text("แบบสำรวจ", "Survey")
NEED_SOURCE_INTERVIEW = Text("สัมภาษณ์", "Interview")
NEED_SOURCE_HEARING = Text("รับฟังความคิดเห็น", "Hearing")
NEED_SOURCE_COMPLAINT = Text("ร้องเรียน", "Complaint")
NEED_SOURCE_FEEDBACK = Text("ความคิดเห็น", "Feedback")
NEED_SOURCE_SUGGESTION = Text("ข้อเสนอแนะ", "Suggestion")
NEED_SOURCE_OBSERVATION = Text("สังเกตการณ์", "Observation")
NEED_SOURCE_LAW = Text("กฎหมาย", "Law")
NEED_SOURCE_OTHER = Text("อื่น ๆ", "Other")
NEED_GROUP = Text("กลุ่มผู้รับบริการ", "Recipient group")
NEED_GROUP_HINT = Text("เช่น ผู้ประกอบการรายใหม่ ผู้สูงอายุ", "Such as: new businesses, older people")
NEED_CHANNEL = Text("ช่องทาง", "Channel")
NEED_CHANNEL_HINT = Text("เช่น เคาน์เตอร์ ออนไลน์", "Such as: counter, online")
NEED_THEME = Text("ประเด็น", "Theme")
NEED_THEME_HINT = Text("เช่น ความรวดเร็ว เว้นว่างได้", "Such as: speed; may stay empty")
NEED_PRIORITY = Text("ความสำคัญ ตามที่ผู้รับบริการบอก", "Priority, as people said")
NEED_PRIORITY_HINT = Text("เลือกเมื่อมีผู้บอกไว้ ไม่ต้องเดา", "Only where they said so; do not guess")
NEED_PRIORITY_SHORT = Text("ความสำคัญ", "Priority")
NEED_MUST = Text("ต้องมี", "Must have")
NEED_SHOULD = Text("ควรมี", "Should have")
NEED_COULD = Text("มีก็ดี", "Could have")
NEED_WONT = Text("ยังไม่ต้องมี", "Not now")
NEED_UNRATED = Text("ยังไม่จัดระดับ", "Not rated")
NEED_FROM_DECLARED = Text("ตามที่ผู้รับบริการบอก", "as people said")
NEED_FROM_LAW = Text("เพราะกฎหมายกำหนด", "because the law demands it")
NEED_FROM_SCORE = Text("ตามคะแนน", "by its score")
NEED_FREQUENCY = Text("ความถี่", "Frequency")
NEED_FREQUENCY_HINT = Text("พบบ่อยเพียงใด", "How often it comes up")
NEED_SEVERITY = Text("ความรุนแรง", "Severity")
NEED_SEVERITY_HINT = Text("กระทบผู้รับบริการเพียงใด", "How hard it hits people")
NEED_LEGAL_WEIGHT = Text("น้ำหนักทางกฎหมาย", "Legal weight")
NEED_LEGAL_WEIGHT_HINT = Text("กฎหมายกำหนดไว้เพียงใด", "How far the law demands it")
NEED_FREQUENCY_1 = Text("1 แทบไม่พบ", "1 hardly ever")
NEED_FREQUENCY_2 = Text("2 นาน ๆ ครั้ง", "2 now and then")
NEED_FREQUENCY_3 = Text("3 บางครั้ง", "3 sometimes")
NEED_FREQUENCY_4 = Text("4 บ่อย", "4 often")
NEED_FREQUENCY_5 = Text("5 แทบทุกเรื่อง", "5 nearly every case")
NEED_SEVERITY_1 = Text("1 รำคาญเล็กน้อย", "1 a nuisance")
NEED_SEVERITY_2 = Text("2 ไม่สะดวก", "2 inconvenient")
NEED_SEVERITY_3 = Text("3 เสียเวลาหรือค่าใช้จ่าย", "3 costs time or money")
NEED_SEVERITY_4 = Text("4 เสียหายมาก", "4 does much harm")
NEED_SEVERITY_5 = Text("5 ร้ายแรง", "5 grave")
NEED_LEGAL_WEIGHT_1 = Text("1 ไม่มีกฎหมายกำหนด", "1 no law asks for it")
NEED_LEGAL_WEIGHT_2 = Text("2 มีแนวปฏิบัติ", "2 guidance")
NEED_LEGAL_WEIGHT_3 = Text("3 มีระเบียบ", "3 a regulation")
NEED_LEGAL_WEIGHT_4 = Text("4 กฎหมายกล่าวถึง", "4 a law mentions it")
NEED_LEGAL_WEIGHT_5 = Text("5 กฎหมายกำหนดให้ทำ", "5 the law demands it")
NEED_NOT_RATED = Text("ยังไม่ให้ค่า", "not rated yet")
NEED_WANTED = Text("ค่าที่ผู้รับบริการต้องการ", "What they would have promised")
NEED_WANTED_HINT = Text("เช่น 3 วัน หรือร้อยละ 95 เว้นว่างได้", "Such as: 3 days, or 95%; may stay empty")
NEED_WANTED_NUMBER = Text("จำนวนที่ต้องการ", "Number wanted")
NEED_WANTED_UNIT = Text("หน่วย", "Unit")
NEED_UNIT_MIN = Text("นาที", "minutes")
NEED_UNIT_H = Text("ชั่วโมง", "hours")
NEED_UNIT_D = Text("วัน", "days")
NEED_UNIT_PERCENT = Text("ร้อยละ", "percent")
NEED_UNIT_NUMBER = Text("จำนวน ไม่มีหน่วย", "a plain number")
NEED_UNIT_WRITTEN = Text("ระยะเวลาตามที่เขียน", "a duration as written")
NEED_EVIDENCE = Text("หลักฐาน", "Evidence")
NEED_EVIDENCE_HINT = Text(
    "ลิงก์ บรรทัดละหนึ่งลิงก์ ไม่เกิน 20 ลิงก์ เช่น https://example.go.th/survey.pdf",
    "Links, one on each line, at most 20, such as https://example.go.th/survey.pdf",
)
NEED_MORE_ABOUT = Text("ใครบอก บอกที่ใด", "Who said it, and where")
NEED_WEIGHING = Text("หนักเบาเพียงใด", "How much it weighs")
NEED_SAVE = Text("บันทึก", "Save")
NEED_SAVE_ANOTHER = Text("บันทึกแล้วเพิ่มอีกข้อ", "Save and add another")
NEED_CANCEL = Text("ยกเลิก", "Cancel")
NEED_CHOOSE = Text("โปรดเลือก", "Choose")
NEED_EDIT = Text("แก้ไขความต้องการ", "Change this need")
NEED_EDIT_SHORT = Text("แก้ไข", "Change")
NEED_NO_STATEMENT = Text("โปรดกรอกความต้องการอย่างน้อยหนึ่งภาษา", "Enter the need in at least one language")
NEED_TOO_LONG = Text("ยาวได้ไม่เกิน {most} ตัวอักษร ท่านกรอก {n}", "At most {most} characters; you entered {n}")
NEED_NO_SOURCE = Text("โปรดเลือกว่าได้มาจากที่ใด", "Choose where the need was heard")
NEED_NO_UNIT = Text("โปรดเลือกหน่วยของจำนวนที่ต้องการ", "Choose the unit of the number wanted")
NEED_WANTED_WRONG = Text(
    "จำนวนที่ต้องการต้องเป็นตัวเลขมากกว่า 0 ท่านกรอก “{given}”",
    "What is wanted must be a number above 0; you entered “{given}”",
)
NEED_WANTED_WHOLE = Text(
    "ระยะเวลาต้องเป็นจำนวนเต็ม ท่านกรอก “{given}” โปรดใช้หน่วยที่เล็กลง",
    "A duration must be a whole number; you entered “{given}”. Use a smaller unit",
)
NEED_NO_LINK = Text(
    "หลักฐานต้องเป็นลิงก์ที่ขึ้นต้นด้วย https:// ท่านกรอก “{given}”",
    "Evidence must be a link that begins with https://; you entered “{given}”",
)
NEED_MANY_LINKS = Text("หลักฐานมีได้ไม่เกิน {most} ลิงก์", "At most {most} links of evidence")
NEED_WRONG_VALUE = Text("{field}: ค่านี้ใช้ไม่ได้ ({detail})", "{field}: this cannot be taken ({detail})")
NEED_REFUSED = Text("ยังบันทึกไม่ได้: {detail}", "Not stored: {detail}")
NEED_NOT_ALLOWED = Text(
    "ยังบันทึกไม่ได้ ต้องเป็นผู้เจรจาของหน่วยงานที่รวบรวมความต้องการข้อนี้",
    "Not stored: only a negotiator of the agency that gathered it may do this",
)

# Changed meanwhile
NEED_CHANGED = Text("มีผู้แก้ไขความต้องการนี้ระหว่างที่ท่านกรอก", "Somebody changed this need while you did")
NEED_CHANGED_HINT = Text(
    "ยังไม่มีการบันทึกของท่าน ตรวจดูทั้งสองฉบับ แล้วบันทึกทับ หรือใช้ฉบับที่บันทึกไว้",
    "Yours is not stored yet. Look at both, then save yours over it, or keep what is stored.",
)
NEED_STORED_NOW = Text("ที่บันทึกไว้ขณะนี้", "Stored now")
NEED_YOURS = Text("ที่ท่านกรอก", "Yours")
NEED_SAVE_OVER = Text("บันทึกของท่านทับ", "Save yours over it")
NEED_KEEP_STORED = Text("ใช้ฉบับที่บันทึกไว้", "Keep what is stored")
NEED_FIELD = Text("ช่อง", "Field")

# One need
NEED_ERASED = Text("ข้อความนี้ถูกลบแล้ว", "The words were erased")
NEED_PANEL_OPEN = Text("ยังไม่มีคำสัญญารองรับความต้องการนี้", "No promise covers this need yet")
NEED_PANEL_PROPOSED = Text(
    "คำสัญญาสำหรับความต้องการนี้อยู่ระหว่างตกลงกัน", "A promise for this need is being negotiated"
)
NEED_PANEL_PROMISED = Text("ความต้องการนี้มีคำสัญญารองรับแล้ว", "This need is promised")
NEED_PANEL_BEHIND = Text("ข้อนี้รวมอยู่กับความต้องการอื่น", "This need stands behind another")
NEED_RANK_IS = Text("ลำดับที่ {rank}", "Rank {rank}")
NEED_SCORE_IS = Text("คะแนน {sum}", "score {sum}")
NEED_GATHERED = Text("รวบรวมโดย {agency} เมื่อ {when}", "Gathered by {agency}, {when}")
NEED_CHANGED_AT = Text("แก้ไขล่าสุดเมื่อ {when}", "Last changed {when}")
NEED_LEADS_TO = Text("สิ่งที่ตอบความต้องการนี้", "What answers this need")
NEED_LEADS_NOWHERE = Text("ยังไม่ได้เชื่อมกับตัวชี้วัดหรือคำสัญญาใด", "It leads to no indicator and no promise yet.")
NEED_UNLINK = Text("เลิกเชื่อม", "Remove the link")
NEED_LINK_TO = Text("เชื่อมกับ", "Link it to")
NEED_LINK_INDICATORS = Text("ตัวชี้วัดของบริการ", "Indicators of the service")
NEED_LINK_OBJECTIVES = Text("คำสัญญาในข้อตกลง", "Promises in agreements")
NEED_LINK = Text("เชื่อม", "Link")
NEED_NO_TARGET = Text("โปรดเลือกตัวชี้วัดหรือคำสัญญา", "Choose an indicator or a promise")
NEED_SAME = Text("ความต้องการที่พูดเรื่องเดียวกัน", "Needs that say the same")
NEED_SAME_NONE = Text("ไม่พบข้อที่คล้ายกัน", "No need with alike words was found.")
NEED_ALIKE = Text("คล้ายกันร้อยละ {percent}", "{percent}% alike")
NEED_MERGE_HERE = Text("รวมไว้กับข้อนี้", "Merge into this one")
NEED_STANDS_BEHIND = Text("อยู่หลังข้อนี้", "Stands behind this one")
NEED_STANDS_FOR = Text(
    "รวมอีก {n} ข้อที่พูดเรื่องเดียวกัน", "with {n} more that say the same", "with one more that says the same"
)
NEED_SPLIT = Text("แยกออก", "Split it out again")
NEED_FRONT = Text("ข้อที่แสดงแทน", "The need that stands for it")
NEED_HISTORY = Text("ประวัติ", "History")
NEED_WAS_GATHERED = Text("รวบรวมโดย {agency}", "Gathered by {agency}")
NEED_WAS_IMPORTED = Text("นำเข้าจากไฟล์โดย {agency}", "Taken in from a file by {agency}")
NEED_WAS_MERGED = Text(
    "“{need}” รวมเข้ากับ “{into}” โดย {agency}", "“{need}” was merged into “{into}” by {agency}"
)
NEED_WAS_SPLIT = Text(
    "“{need}” แยกออกจาก “{into}” โดย {agency}", "“{need}” was split from “{into}” by {agency}"
)
NEED_WAS_LINKED = Text("เชื่อมกับ {what} โดย {agency}", "Linked to {what} by {agency}")
NEED_WAS_CHANGED = Text("แก้ไขล่าสุด (ฉบับที่ {version})", "Last changed (version {version})")
NEED_THIS = Text("ข้อนี้", "this need")
NEED_SET_THEME = Text("จัดเข้าประเด็น", "Put to the theme")
NEED_ERASE = Text("ลบข้อความนี้อย่างถาวร", "Erase the words for good")
NEED_ERASE_ASK = Text("ลบข้อความของความต้องการนี้อย่างถาวรหรือไม่", "Erase the words of this need for good?")
NEED_ERASE_HINT = Text(
    "ใช้เมื่อข้อความระบุตัวบุคคล ข้อความจะกู้คืนไม่ได้ คะแนน ลำดับ และการเชื่อมยังคงอยู่",
    "For words that name a person. They cannot be brought back. Ratings, rank and links stay.",
)
NEED_ERASE_DO = Text("ลบข้อความ", "Erase the words")
NEED_MEANWHILE = Text(
    "ทำไม่ได้ เพราะมีผู้เปลี่ยนความต้องการนี้ไปก่อน ด้านล่างคือสภาพปัจจุบัน",
    "Not done: somebody changed it meanwhile. Below is how it stands now.",
)

DONE_NEED_ADDED = Text("เพิ่มความต้องการแล้ว", "The need was added")
DONE_NEED_CHANGED = Text("บันทึกการแก้ไขแล้ว", "Your change was stored")
DONE_NEED_MERGED = Text(
    "รวมแล้ว แยกออกได้ภายหลังจากหน้าของความต้องการ", "Merged. It can be split again on the need's page"
)
DONE_NEED_SPLIT = Text("แยกออกแล้ว", "Split out again")
DONE_NEED_LINKED = Text("เชื่อมแล้ว", "Linked")
DONE_NEED_UNLINKED = Text("เลิกเชื่อมแล้ว", "The link was removed")
DONE_NEED_THEMED = Text("จัดเข้าประเด็นแล้ว", "Put to the theme")
DONE_NEED_ERASED = Text("ลบข้อความแล้ว", "The words were erased")
DONE_NEED_WEIGHTS = Text(
    "บันทึกน้ำหนักใหม่แล้ว ลำดับด้านล่างคิดตามน้ำหนักนี้", "The new weights are stored; the ranking below follows them"
)
DONE_NEED_INDICATOR = Text(
    "เสนอตัวชี้วัดและเชื่อมกับความต้องการแล้ว", "The indicator was made and linked to its needs"
)
DONE_NEED_IMPORTED = Text("นำเข้าความต้องการทั้งไฟล์แล้ว", "All needs of the file were taken in")
DONE_FACTOR_ADDED = Text("เพิ่มปัจจัยแล้ว", "The factor was added")
DONE_FACTOR_CHANGED = Text("บันทึกปัจจัยแล้ว", "The factor was stored")
DONE_FACTOR_ERASED = Text("ลบข้อความของปัจจัยแล้ว", "The words of the factor were erased")

JSON_NEEDS = Text("ความต้องการ", "Needs")
JSON_NEED = Text("ความต้องการนี้", "Need")
JSON_NEED_RANKING = Text("การจัดลำดับ", "Ranking")
JSON_NEED_COVERAGE = Text("ความครอบคลุม", "Coverage")
JSON_NEED_THEMES = Text("ประเด็น", "Themes")
JSON_NEED_DUPLICATES = Text("ข้อที่อาจซ้ำกัน", "Duplicates")
JSON_NEED_PROPOSALS = Text("ตัวชี้วัดที่แนะนำ", "Suggested indicators")
JSON_NEED_WEIGHTS = Text("น้ำหนัก", "Weights")
JSON_NEED_MERGES = Text("การรวม", "Merges")
JSON_FACTORS = Text("ปัจจัย", "Factors")
JSON_FACTOR = Text("ปัจจัยนี้", "Factor")
