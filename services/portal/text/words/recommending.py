"""Words of findings and of the recommendations that follow from them."""

from __future__ import annotations

from services.portal.text.phrase import Text

FINDINGS = Text("สิ่งที่พบจากผล", "Findings")
FINDINGS_LEAD = Text(
    "สิ่งที่อธิบายผลของรอบที่ปิดแล้ว คำนวณจากข้อมูลทั้งหมด เรียงจากที่อธิบายได้มากที่สุดในแต่ละตัวชี้วัด",
    "What explains closed windows (the last ones, unless a day is chosen), computed from all cases; of each "
    "objective what explains most first.",
)
FINDINGS_OF = Text("สิ่งที่พบจากผลของรอบที่มีวันที่ {day}", "Findings of the windows that hold {day}")
FINDINGS_DAY = Text("รอบที่มีวันที่", "Windows that hold the day")
FINDINGS_SHOW = Text("แสดง", "Show")
FINDINGS_NONE = Text(
    "ไม่พบสิ่งที่แน่ชัดพอจะกล่าวได้ในรอบนี้", "Nothing was found that is sure enough to be said of these windows."
)
FINDINGS_HOW = Text("เราหาสิ่งที่พบอย่างไร", "How findings are made")
FINDING_EVIDENCE = Text("ดูหลักฐาน", "See the evidence")
RECOMMENDATIONS = Text("ข้อเสนอแนะในการปรับปรุง", "Recommendations")
RECOMMENDATION = Text("ข้อเสนอแนะในการปรับปรุง", "Recommendation")
RECOMMENDATIONS_LEAD = Text(
    "สิ่งที่ระบบเสนอจากผลของรอบที่ปิดล่าสุด หน่วยงานเลือกทำเป็นรายการปรับปรุง หรือไม่ทำโดยบอกเหตุผล",
    "What the last closed windows suggest. Make it an improvement, or decline it and say why.",
)
RECOMMENDATIONS_NONE = Text("ไม่มีข้อเสนอแนะ", "There is no recommendation.")
RECOMMENDATIONS_OPEN = Text("รอการตัดสินใจ {n} ข้อ", "{n} wait for a decision", "{n} waits for a decision")
RECOMMENDATIONS_DECIDED = Text("ตัดสินใจแล้ว {n} ข้อ", "{n} decided")
RECOMMENDATION_OPEN = Text("รอการตัดสินใจ", "Not decided")
RECOMMENDATION_TAKEN_UP = Text("ทำเป็นรายการปรับปรุงแล้ว", "Made an improvement")
RECOMMENDATION_DECLINED = Text("ไม่รับข้อเสนอแนะ", "Declined")
RECOMMENDATION_DECIDED_BY = Text("{agency} ตัดสินใจเมื่อ {when}", "Decided by {agency}, {when}")
RECOMMENDATION_PROPOSED = Text("ข้อเสนอ", "What is proposed")
RECOMMENDATION_WHO = Text("ผู้ที่ทำได้", "Who could act")
RECOMMENDATION_WHAT_IF = Text("ถ้าทำแล้วจะเป็นอย่างไร", "What it would have made of the window")
RECOMMENDATION_WHAT_IF_NONE = Text("ประมาณผลเป็นตัวเลขไม่ได้", "Its effect cannot be put in a number.")
RECOMMENDATION_VERDICT = Text("จะ{verdict}", "It would have been: {verdict}")
RECOMMENDATION_NUMBERS = Text("ตัวเลขที่ใช้", "The numbers")
RECOMMENDATION_EXPLAINS = Text("ส่วนที่อธิบายได้", "What it explains")
RECOMMENDATION_EXACT = Text("ร้อยละ {percent} เท่ากับ {exact}", "{percent}% = {exact}")
RECOMMENDATION_SURE = Text("แน่ชัดเพียงใด", "How sure")
RECOMMENDATION_COUNTED = Text("เป็นการนับ ไม่ได้อ้างว่าเป็นสาเหตุ", "It states what was counted, and claims no more.")
RECOMMENDATION_P = Text(
    "p = {p} เมื่อคิดรวมทุกการเปรียบเทียบ {looks} ครั้งแล้ว p = {adjusted} กล่าวอ้างเมื่อต่ำกว่า {alpha}",
    "p = {p}; with all {looks} looks at the window reckoned, p = {adjusted}. Claimed below {alpha}.",
)
SURE_BINOMIAL = Text("การทดสอบทวินามแบบแม่นตรง", "Exact binomial test")
SURE_FISHER = Text(
    "Fisher's exact test และการสลับค่า (permutation) ใช้ค่าที่มากกว่า",
    "Fisher's exact test and a permutation; the larger p of both",
)
RECOMMENDATION_RESULTS = Text("ผลที่ใช้", "The results")
RECOMMENDATION_CASES = Text("เรื่องที่เป็นหลักฐาน (บางส่วน)", "Cases it rests on (some)")
RECOMMENDATION_LOOKED_AT = Text("ดู {n} จาก {of} เรื่อง", "{n} of {of} cases were looked at")
RECOMMENDATION_MAKE = Text("ทำเป็นรายการปรับปรุง", "Make it an improvement")
RECOMMENDATION_DECLINE = Text("ไม่รับข้อเสนอแนะนี้", "Decline it")
RECOMMENDATION_WHY = Text("เหตุผลที่ไม่รับ", "Why it is declined")
RECOMMENDATION_DECLINED_DONE = Text("บันทึกแล้วว่าไม่รับข้อเสนอแนะนี้", "It is recorded as declined")
RECOMMENDATION_SEE_IMPROVEMENT = Text("ดูรายการปรับปรุง", "See the improvement")
RECOMMENDATION_ERASE = Text("ลบเหตุผลอย่างถาวร", "Erase the reason for good")
RECOMMENDATION_ERASED_DONE = Text("ลบเหตุผลแล้ว", "The reason was erased")
RECOMMENDATION_ONLY_FINDING = Text(
    "สิ่งที่พบนี้ไม่เป็นข้อเสนอแนะ เพราะรอบนี้ยังบรรลุเป้าหมาย",
    "No recommendation: the promise was kept in this window.",
)
IMPROVED_AND_LESSONS = Text("ผลก่อนกับหลัง และบทเรียน", "Before, after and lessons")
NUMBER_BAD = Text("ไม่อยู่ในเกณฑ์", "Did not keep the limit")
NUMBER_TOTAL = Text("ทั้งหมดในกลุ่มนี้", "All of this group")
NUMBER_REST_BAD = Text("ส่วนอื่นที่ไม่อยู่ในเกณฑ์", "Elsewhere: did not keep it")
NUMBER_REST_TOTAL = Text("ส่วนอื่นทั้งหมด", "Elsewhere: all")
NUMBER_EXCESS = Text("ส่วนที่เกินกว่าส่วนอื่น", "More than as elsewhere")
NUMBER_ALL_OVER = Text("เวลาที่เกินของทุกขั้นตอน", "Time over of all steps")
NUMBER_SAVED = Text("เรื่องที่จะทันกำหนดหากไม่เกิน", "Cases that would have been on time without it")
NUMBER_CHANCE = Text("ส่วนที่คาดไว้หากทุกขั้นตอนเกินเท่ากัน", "Share expected if all steps overran alike")
NUMBER_TIME = Text("เวลาทั้งหมดของเรื่องเหล่านี้", "All time of the late cases")
NUMBER_OVER = Text("เวลาที่เกิน", "Time over its measure")
NUMBER_LATE = Text("เรื่องที่ไม่ทันกำหนด", "Late cases")
NUMBER_MOST = Text("เรื่องที่เกินมากกว่าขั้นตอนอื่น", "Cases in which it overran most")
NUMBER_ASKED = Text("เรื่องที่มีขั้นตอนเกิน", "Cases in which a step overran")
NUMBER_MEASURE = Text("เวลาที่ใช้เทียบ", "Its measure")
NUMBER_CAME = Text("เข้ามา", "Came in")
NUMBER_WENT = Text("ออกไป", "Went out")
NUMBER_OPENING = Text("ค้างต้นรอบ", "In it when the window began")
NUMBER_CLOSING = Text("ค้างปลายรอบ", "In it when the window ended")
NUMBER_WAITED = Text("เวลาที่รอ", "Time waited")
NUMBER_JOURNEYS = Text("เรื่อง", "Cases")
NUMBER_WINDOWS = Text("รอบ", "Windows")
NUMBER_MET = Text("รอบที่บรรลุเป้าหมาย", "Windows that were met")
NUMBER_BEST = Text("ผลดีที่สุด", "The best result")
NUMBER_WORST = Text("ผลต่ำสุด", "The worst result")
NUMBER_SUGGESTED = Text("ค่าเป้าหมายที่เสนอ", "The target that is suggested")
NUMBER_KEPT = Text("รอบที่จะบรรลุค่านั้น", "Windows that would have met it")
JSON_FINDINGS = Text("สิ่งที่พบ", "Findings")
JSON_RECOMMENDATIONS = Text("ข้อเสนอแนะ", "Recommendations")
JSON_RECOMMENDATION = Text("ข้อเสนอแนะนี้", "Recommendation")
