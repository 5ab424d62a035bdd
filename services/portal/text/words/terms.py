"""The glossary: what the words of the pages mean."""

from __future__ import annotations

from services.portal.text.phrase import Text

TERM_AGREEMENT = Text(
    "สิ่งที่หน่วยงานสองแห่งขึ้นไปตกลงร่วมกันว่าผู้รับบริการจะได้รับ แต่ละฉบับแก้ไขไม่ได้ การเปลี่ยนแปลงทำเป็นฉบับใหม่",
    "What two or more agencies promise together to the recipients of a service. A revision never changes; "
    "a change is a new revision.",
)
TERM_OBJECTIVE = Text(
    "ตัวชี้วัดหนึ่งตัวกับค่าที่ต้องทำให้ได้ในแต่ละรอบ และหน่วยงานที่รับผิดชอบ",
    "An indicator, the value it has to reach in each window, and the agency responsible.",
)
TERM_INDICATOR = Text("สิ่งที่วัด พร้อมหน่วยและวิธีนับ", "What is measured, with its unit and how it is counted.")
TERM_WINDOW = Text(
    "ช่วงเวลาที่ใช้ประเมิน เช่น หนึ่งเดือน ผลออกเมื่อปิดรอบ และเป็นที่สุดหลังพ้นเวลารับข้อมูลล่าช้า",
    "The span that is judged, such as a month. The verdict falls when it closes, and is final once the time "
    "for late data has passed.",
)
TERM_MET = Text("ผลของรอบเป็นไปตามค่าเป้าหมาย", "The result of the window reached its target.")
TERM_BREACHED = Text("ผลของรอบไม่ถึงค่าเป้าหมาย", "The result of the window missed its target.")
TERM_NOT_DETERMINED = Text(
    "ข้อมูลไม่มีหรือไม่พอ จึงไม่ถือว่าบรรลุและไม่ถือว่าไม่บรรลุ",
    "There was no data, or too little: neither met nor breached.",
)
TERM_BREACH = Text(
    "ช่วงที่คำสัญญาไม่เป็นไปตามที่ตกลง มีรหัสเดียวตลอด เริ่มเมื่อรอบหนึ่งไม่บรรลุ และสิ้นสุดเมื่อกลับมาบรรลุ",
    "An episode of a broken promise under one number: it opens with a breached window and closes with "
    "the next that is met.",
)
TERM_BUDGET = Text(
    "จำนวนที่พลาดได้โดยยังบรรลุเป้าหมาย ใช้เกินร้อยละ 100 แปลว่าไม่บรรลุ",
    "How many may fail while the target is still reached; more than 100% used means breached.",
)
TERM_CASE = Text("การเดินเรื่องหนึ่งครั้งผ่านขั้นตอนของบริการ", "One passage through the steps of a service.")
TERM_COVERAGE = Text("ข้อมูลที่ควรส่งมา มาถึงจริงเท่าใด", "How much of the data that should have come has come.")
TERM_EXCLUSION = Text(
    "เวลาหรือเหตุการณ์ที่คู่ข้อตกลงเห็นชอบร่วมกันว่าไม่นับ พร้อมเหตุผล",
    "Time or events that the parties agreed not to count, with the reason.",
)
TERM_HANDOVER = Text(
    "เวลาระหว่างที่ขั้นตอนหนึ่งเสร็จและขั้นตอนถัดไปเริ่ม",
    "The time between the end of one step and the start of the next.",
)
