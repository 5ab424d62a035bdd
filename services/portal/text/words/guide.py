"""Longer texts for everybody: the guide to agreements between agencies, privacy, accessibility.

The two stories are those of the example that `sanya demo` loads (tests/portal/test_guide.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from services.portal.text.phrase import Text


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading with an address of its own (`/help#anchor`), paragraphs, and points below them."""

    anchor: str
    title: Text
    paragraphs: tuple[Text, ...]
    points: tuple[Text, ...] = ()


GUIDE = (
    Chapter(
        "agreement",
        Text("ข้อตกลงระดับการให้บริการระหว่างหน่วยงานคืออะไร", "What an agreement between agencies is"),
        (
            Text(
                "บริการหนึ่งมักผ่านหลายหน่วยงาน ผู้รับบริการเห็นเป็นเรื่องเดียว แต่แต่ละหน่วยงานเห็นเฉพาะขั้นตอนของตน "
                "ข้อตกลงระดับการให้บริการทำให้ทุกหน่วยงานสัญญาสิ่งเดียวกันกับผู้รับบริการ "
                "และตกลงกันไว้ก่อนว่าจะวัดอย่างไร ใครรับผิดชอบขั้นตอนใด และใช้เวลาได้เท่าใด",
                "One service often passes through several agencies. The recipient sees one case; each "
                "agency sees its own step. An agreement makes all of them promise the recipient the "
                "same, and settles beforehand how it is measured, who is responsible for which step, and "
                "how long it may take.",
            ),
            Text(
                "คำสัญญาที่ดีต่อผู้รับบริการเริ่มจากความต้องการของผู้รับบริการ ไม่ใช่จากสิ่งที่ระบบวัดได้ง่าย "
                "จึงควรรวบรวมความต้องการก่อน แล้วดูว่าความต้องการใดยังไม่มีคำสัญญารองรับ",
                "A good promise begins with what recipients need, not with what is easy to measure. So "
                "gather needs first, and see which of them no promise answers yet.",
            ),
        ),
        (
            Text("ผู้รับบริการรู้ว่าจะได้รับอะไร เมื่อใด", "Recipients know what they get, and when."),
            Text(
                "แต่ละหน่วยงานรู้ว่าต้องทำอะไร และมีเวลาเท่าใดในเวลารวม",
                "Each agency knows what it has to do, and its part of the whole time.",
            ),
            Text(
                "เมื่อไม่เป็นไปตามที่สัญญา ทุกฝ่ายเห็นหลักฐานชุดเดียวกันว่าเกิดจากขั้นตอนใด",
                "Where a promise was not kept, all see from the same evidence which step it was.",
            ),
        ),
    ),
    Chapter(
        "formal",
        Text("เป็นทางการหรือไม่เป็นทางการ", "Formal or informal"),
        (
            Text(
                "ข้อตกลงที่เป็นทางการมีผู้มีอำนาจลงนามและมีผลผูกพันตามที่หน่วยงานกำหนด "
                "เหมาะกับบริการที่มีกฎหมายกำหนดเวลา หรือมีค่าตอบแทนระหว่างกัน",
                "A formal agreement is signed by those with the authority and binds as the agencies have "
                "laid down. It suits services with statutory times, or where agencies pay each other.",
            ),
            Text(
                "ข้อตกลงที่ไม่เป็นทางการใช้ขั้นตอนเดียวกันทุกอย่าง ต่างกันที่ไม่มีผลทางกฎหมาย "
                "เหมาะกับการเริ่มต้น: ลองวัดสามถึงหกเดือน แล้วจึงตั้งค่าเป้าหมายที่ลงนามได้",
                "An informal one takes the same path and has no legal force. It suits a beginning: "
                "measure for three to six months, then set targets that can be signed.",
            ),
            Text(
                "ทั้งสองแบบแก้ไขข้อความเดิมไม่ได้ การเปลี่ยนแปลงเป็นฉบับใหม่ที่ทุกฝ่ายเห็นชอบ ฉบับเดิมยังอ่านได้เสมอ",
                "In both, a text that was accepted never changes. A change is a new revision that all "
                "accept; the old one can always be read.",
            ),
        ),
    ),
    Chapter(
        "indicator",
        Text("เขียนตัวชี้วัดที่ดีอย่างไร", "How to write a good indicator"),
        (
            Text(
                "ถามห้าข้อ ถ้าตอบไม่ได้แม้ข้อเดียว ตัวชี้วัดนั้นยังใช้ตัดสินไม่ได้",
                "Ask five questions. If one has no answer, the indicator cannot decide anything yet.",
            ),
        ),
        (
            Text(
                "วัดอะไรของใคร: “ตั้งแต่ยื่นคำขอครบถ้วนจนได้รับใบอนุญาต” ไม่ใช่ “ความรวดเร็ว”",
                "What of whose? “From the complete application to the licence”, not “speed”.",
            ),
            Text(
                "เริ่มและสิ้นสุดที่เหตุการณ์ใด: เหตุการณ์ต้องมีบันทึกเวลาในระบบ และเวลาที่รอการแก้เอกสารนับหรือไม่",
                "Which events begin and end it? They have to be recorded with their time; and does "
                "waiting for missing papers count?",
            ),
            Text(
                "อย่างไรจึงเรียกว่าดี: “ภายใน 5 วัน” แล้วนับสัดส่วนของเรื่องที่ดี "
                "อย่าใช้ค่าเฉลี่ย เพราะเรื่องที่ช้ามากถูกกลบด้วยเรื่องที่เร็ว",
                "What is good? “Within 5 days”, and then the share of good cases. Not the mean: quick "
                "cases hide the very slow ones.",
            ),
            Text(
                "เท่าใด ในรอบใด: “อย่างน้อยร้อยละ 90 ของแต่ละเดือน” ร้อยละ 100 ไม่ใช่เป้าหมายแต่เป็นความหวัง",
                "How many, in which window? “At least 90% of each month.” 100% is a hope, not a target.",
            ),
            Text(
                "ถ้าไม่มีข้อมูลจะสรุปอย่างไร: ไม่มีข้อมูลไม่ใช่บรรลุ และไม่ใช่ไม่บรรลุ",
                "And without data? No data is neither met nor breached.",
            ),
        ),
    ),
    Chapter(
        "judging",
        Text("เราตัดสินผลอย่างไร และที่อื่นทำอย่างไร", "How we judge, and how others do"),
        (
            Text(
                "เรานับเป็นเศษส่วนที่แน่นอน เช่น 842 จาก 893 เรื่อง แล้วเทียบกับค่าเป้าหมายก่อนปัดเศษ "
                "ร้อยละ 94.996 จึงไม่ถึงร้อยละ 95 แม้ปัดแล้วจะดูเท่ากัน",
                "We count an exact fraction, such as 842 of 893 cases, and compare it with the target "
                "before anything is rounded: 94.996% does not reach 95%, though rounded it looks the "
                "same.",
            ),
            Text(
                "ผลออกเมื่อปิดรอบ ข้อมูลที่มาช้าภายในเวลาที่ตกลงไว้ยังนับ และผลเดิมกลายเป็นผลฉบับแก้ไขที่บอกว่าเปลี่ยนเพราะอะไร "
                "หลังจากนั้นผลเป็นที่สุด จะเปลี่ยนได้ต่อเมื่อคู่ข้อตกลงเห็นชอบการแก้ไขร่วมกัน",
                "The verdict falls when the window closes. Late data within the agreed time still count, "
                "and the result gets a new revision that says why it changed. After that it is final and "
                "changes only by a correction that the parties agree on.",
            ),
            Text(
                "เครื่องมือดูแลระบบส่วนใหญ่เฉลี่ยค่าทุกนาที จึงถือว่านาทีที่มีคนใช้หนึ่งคนเท่ากับนาทีที่มีหนึ่งพันคน "
                "เราทำเช่นนั้นเฉพาะเมื่อข้อตกลงเขียนไว้ว่าให้นับเป็นช่วงเวลา โต๊ะบริการมักหยุดนาฬิกาเมื่อรอผู้อื่น "
                "เราหยุดเฉพาะเหตุที่ตกลงไว้ และแสดงเวลาที่ไม่มีใครถือเรื่องแยกไว้ต่างหาก",
                "Most tools for running systems take the mean of every minute: one with a single user "
                "weighs as much as one with a thousand. We do that only where the agreement says so. "
                "Service desks often stop the clock while they wait for others. We stop it only for what "
                "was agreed, and show the time in which nobody held the case apart.",
            ),
        ),
    ),
    Chapter(
        "success",
        Text("เรื่องที่สำเร็จ: การตรวจสถานที่", "A success: the inspection"),
        (
            Text(
                "ในตัวอย่างที่มากับระบบ หน่วยงานสาธารณสุขสัญญาว่าจะตรวจสถานที่ภายใน 2 วัน อย่างน้อยร้อยละ 90 ของเดือน "
                "เดือนหนึ่งตรวจทันไม่ถึง 3 ใน 4 เรื่อง ผลแสดงว่าเวลาเกินอยู่ที่ขั้นตอนนี้ขั้นตอนเดียว "
                "จึงแก้ที่ขั้นตอนเดียว เดือนถัดมาตรวจทันเกิน 95 ใน 100 เรื่อง",
                "In the example that comes with the software, the health office promises to inspect "
                "within 2 days, in at least 90% of a month. One month fewer than 3 in 4 inspections were "
                "in time. The time lay in this step alone, so this step alone was mended: the month "
                "after, more than 95 in 100 were.",
            ),
            Text(
                "สิ่งที่ทำให้สำเร็จคือเห็นขั้นตอนที่เป็นเหตุภายในเดือนเดียว และไม่ต้องถกเถียงว่าตัวเลขของใครถูก",
                "What made the difference: the step was seen within a month, and nobody had to argue "
                "whose figures were right.",
            ),
        ),
    ),
    Chapter(
        "failure",
        Text("เรื่องที่ล้มเหลว: หนึ่งสัปดาห์ที่ไม่มีข้อมูล", "A failure: a week without data"),
        (
            Text(
                "ในตัวอย่างเดียวกัน ระบบยื่นคำขอออนไลน์ไม่ได้ส่งข้อมูลหนึ่งสัปดาห์เต็ม ผลของสัปดาห์นั้นจึงสรุปไม่ได้ "
                "แม้ระบบอาจทำงานได้ดี ก็ไม่มีใครพิสูจน์ได้ และผู้รับบริการไม่รู้ว่าคำสัญญาเป็นจริงหรือไม่",
                "In the same example the online application sent no data for a whole week, so that week "
                "could not be judged. It may have worked well: nobody can prove it, and recipients do "
                "not know whether the promise was kept.",
            ),
            Text(
                "บทเรียนคือให้ข้อตกลงเขียนแผนการวัดไว้ด้วย: ใครส่ง บ่อยเท่าใด และเงียบได้นานเท่าใดก่อนมีผู้โทรถาม",
                "The lesson: let the agreement hold a measurement plan: who sends, how often, and how "
                "long silence may last before somebody calls.",
            ),
        ),
    ),
    Chapter(
        "disagree",
        Text("ถ้าไม่เห็นด้วยกับผล", "If you disagree with a result"),
        (
            Text(
                "หน้าของผลทุกหน้ามีคำอธิบายทีละขั้น ลงไปถึงข้อมูลที่นับและไม่นับ หน่วยงานที่เป็นคู่ข้อตกลงโต้แย้งผลได้ภายใน 15 วันทำการ "
                "อีกฝ่ายต้องตอบพร้อมเหตุผล ไม่มีฝ่ายใดตัดสินเพียงลำพัง และทั้งข้อโต้แย้งและคำตอบอยู่คู่กับผลตลอดไป",
                "Each result explains itself step by step, down to what counted and what did not. A "
                "party may dispute it within 15 working days; the others answer with their reasons, "
                "nobody decides alone, and both stay beside the result.",
            ),
        ),
    ),
)

PRIVACY = (
    Chapter(
        "reading",
        Text("เมื่อท่านอ่านหน้าเว็บ", "When you read these pages"),
        (
            Text(
                "หน้าสาธารณะอ่านได้โดยไม่ต้องบอกว่าท่านเป็นใคร ไม่มีการติดตาม ไม่มีสิ่งใดจากเว็บไซต์อื่น "
                "คุกกี้มีเพียงที่จำเป็น: ภาษาที่เลือก และเมื่อกรอกแบบหรือเข้าสู่ระบบ รหัสสุ่มที่หมดอายุเอง",
                "Public pages can be read without saying who you are. Nothing tracks you, and nothing "
                "comes from other sites. There are only the cookies it takes: your language and, with "
                "forms and sign-in, a random code that expires.",
            ),
        ),
    ),
    Chapter(
        "kept",
        Text("ข้อมูลส่วนบุคคลที่เก็บ", "Personal data that are kept"),
        (Text("เก็บเท่าที่ต้องใช้ และแยกจากข้อมูลที่ใช้ตัดสินผล", "As little as is needed, apart from what is judged:"),),
        (
            Text(
                "ผู้ใช้ของหน่วยงาน: ชื่อ อีเมล หน่วยงาน บทบาท และรหัสผ่านที่แปลงแล้ว (Argon2)",
                "people of agencies: name, e-mail, agency, roles, and the password only as an Argon2 hash;",
            ),
            Text(
                "ผู้ลงนาม: ชื่ออยู่คู่กับการเห็นชอบตลอดไป เพราะเป็นหลักฐาน",
                "signatories: their name stays with the acceptance, since it is evidence;",
            ),
            Text(
                "ข้อความที่มีผู้เขียนและข้อมูลติดต่อ: อยู่ในที่เดียวของแต่ละบริการ ลบได้ และไม่อยู่ในเหตุการณ์ บันทึกระบบ หรือหลักฐาน",
                "what people write, and contacts: in one erasable place of each service, never in "
                "events, logs or evidence;",
            ),
            Text(
                "รหัสเรื่อง: ต้องไม่ระบุตัวบุคคล เลขประจำตัวประชาชน 13 หลักถูกปฏิเสธ",
                "numbers of cases: must not identify a person; Thai national IDs of 13 digits are refused.",
            ),
        ),
    ),
    Chapter(
        "groups",
        Text("กลุ่มเล็ก", "Small groups"),
        (
            Text(
                "ผลของกลุ่มที่มีน้อยกว่าจำนวนที่กำหนดไม่แสดง และหาจากการลบกันไม่ได้",
                "Results of groups below a set size are not shown, and cannot be found by subtraction.",
            ),
        ),
    ),
    Chapter(
        "rights",
        Text("สิทธิของท่าน", "Your rights"),
        (
            Text(
                "ท่านขอดู ขอแก้ หรือขอลบข้อมูลส่วนบุคคลของท่านได้ที่หน่วยงานเจ้าของบริการ ซึ่งมีชื่ออยู่ในหน้าของบริการนั้น",
                "Ask the agency that owns the service, named on the service's page, to see, correct or "
                "erase what is kept of you.",
            ),
        ),
    ),
)

ACCESSIBILITY = (
    Chapter(
        "aim",
        Text("สิ่งที่ตั้งใจให้เป็น", "What we aim at"),
        (
            Text(
                "ทุกหน้าใช้ได้ด้วยแป้นพิมพ์อย่างเดียว ด้วยโปรแกรมอ่านจอ ที่ความกว้าง 320 จุดภาพ เมื่อขยายตัวอักษรเป็นสองเท่า "
                "ในแบบมืดและแบบสว่าง บนกระดาษ และโดยไม่มี JavaScript ตามแนวทาง WCAG 2.2 ระดับ AA",
                "Every page works with the keyboard alone, with a screen reader, at a width of 320 "
                "pixels, with text at twice its size, dark and light, on paper, and without JavaScript, "
                "as WCAG 2.2 level AA asks.",
            ),
        ),
        (
            Text(
                "ผลไม่เคยบอกด้วยสีอย่างเดียว มีคำและรูปเสมอ",
                "A verdict is never told by colour alone: there is always a word and a shape.",
            ),
            Text(
                "กราฟทุกกราฟมีตารางที่มีค่าครบทุกค่า",
                "Every chart has a table with each of its values.",
            ),
        ),
    ),
    Chapter(
        "tested",
        Text("ทดสอบแล้วอย่างไร", "How it was tested"),
        (
            Text(
                "การทดสอบอัตโนมัติในเบราว์เซอร์จริงตรวจความกว้าง จุดเน้นของแป้นพิมพ์ และความต่างของสีทุกครั้งที่แก้โปรแกรม "
                "ยังไม่มีหน่วยงานภายนอกประเมิน",
                "Automatic tests in a real browser check widths, the keyboard's focus and contrast with "
                "every change of the software. No outside body has assessed it yet.",
            ),
            Text(
                "หากหน้าใดใช้ไม่ได้สำหรับท่าน โปรดแจ้งหน่วยงานเจ้าของบริการ และบอกที่อยู่ของหน้านั้น",
                "If a page does not work for you, please tell the agency that owns the service, with the "
                "page's address.",
            ),
        ),
    ),
)
