"""Frames of the longer texts, and the links that lead to them."""

from __future__ import annotations

from services.portal.text.phrase import Text

HELP = Text("คู่มือ", "Guide")
HELP_TITLE = Text("คู่มือข้อตกลงระดับการให้บริการ", "A guide to service-level agreements")
HELP_LEAD = Text(
    "สำหรับเจ้าหน้าที่ที่จะทำข้อตกลง และผู้ที่อยากรู้ว่าผลในหน้าเหล่านี้มาจากอะไร",
    "For officials about to make an agreement, and whoever wonders where the results come from.",
)
PRIVACY = Text("ความเป็นส่วนตัว", "Privacy")
PRIVACY_LEAD = Text(
    "ข้อมูลใดของท่านที่ระบบนี้เก็บ และไม่เก็บ",
    "What this software keeps of you, and what it does not.",
)
ACCESSIBILITY = Text("การเข้าถึงสำหรับทุกคน", "Accessibility")
ACCESSIBILITY_LEAD = Text(
    "ทุกคนต้องอ่านได้ว่าตนได้รับคำสัญญาอะไร",
    "Everybody has to be able to read what they are promised.",
)
CONTENTS = Text("เนื้อหา", "Contents")
HOW_WE_JUDGE = Text("เราตัดสินผลอย่างไร", "How we judge")
GOOD_INDICATOR = Text("เขียนตัวชี้วัดที่ดีอย่างไร", "How to write a good indicator")
FORMAL_OR_NOT = Text("เป็นทางการหรือไม่เป็นทางการ ต่างกันอย่างไร", "Formal or informal: what is the difference?")
