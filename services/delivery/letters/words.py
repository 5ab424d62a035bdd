"""What mails say, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from shared.dates import Lang
from shared.events import delivery, evaluation, metrics, registry, sla


@dataclass(frozen=True, slots=True)
class Text:
    th: str
    en: str

    def __call__(self, lang: Lang, **parts: str) -> str:
        return (self.th if lang == "th" else self.en).format(**parts)


@dataclass(frozen=True, slots=True)
class Notice:
    """The subject's beginning, and the sentence below it. Both may name parts of the fact."""

    subject: Text
    lead: Text


FISCAL_YEAR = Text("ปีงบประมาณ {year}", "fiscal year {year}")
QUARTER = Text("ไตรมาสที่ {n} {year}", "quarter {n} of {year}")

OF: dict[str, Notice] = {
    evaluation.BREACH_OPENED: Notice(
        Text("เกิดเหตุไม่เป็นไปตามข้อตกลง", "Breach opened"),
        Text("ผลของรอบการประเมินไม่บรรลุเป้าหมาย", "A window missed its target."),
    ),
    evaluation.BREACH_CLOSED: Notice(
        Text("เหตุคลี่คลายแล้ว", "Breach closed"),
        Text("ผลของรอบการประเมินกลับมาบรรลุเป้าหมาย", "A window reached its target again."),
    ),
    evaluation.BREACH_WITHDRAWN: Notice(
        Text("เพิกถอนเหตุแล้ว", "Breach withdrawn"),
        Text("เมื่อประเมินใหม่แล้วไม่มีเหตุนี้", "Judged again, there was no breach."),
    ),
    evaluation.BREACH_SUPERSEDED: Notice(
        Text("รวมกับเหตุก่อนหน้า", "Breach superseded"),
        Text("เหตุนี้เป็นส่วนหนึ่งของเหตุก่อนหน้า", "It belongs to a breach before it."),
    ),
    evaluation.BREACH_DISPUTED: Notice(
        Text("มีการโต้แย้งผล", "Breach disputed"),
        Text("{agency} โต้แย้งผลของเหตุนี้", "{agency} disputes this breach."),
    ),
    evaluation.DISPUTE_ANSWERED: Notice(
        Text("มีคำตอบต่อข้อโต้แย้ง", "Dispute answered"),
        Text("ข้อโต้แย้งของ {agency} ได้รับคำตอบแล้ว", "The dispute of {agency} has an answer."),
    ),
    evaluation.ReportReady.type: Notice(
        Text("รายงานระดับการให้บริการพร้อมแล้ว", "Service-level report is ready"),
        Text("รายงานของ {period} จัดทำตามกำหนดแล้ว", "The report of {period} was made on schedule."),
    ),
    evaluation.IMPROVEMENT_OPENED: Notice(
        Text("มีการปรับปรุงใหม่ในทะเบียน", "Improvement entered"),
        Text("{agency} จะดำเนินการปรับปรุง", "{agency} undertakes an improvement."),
    ),
    evaluation.IMPROVEMENT_CHANGED: Notice(
        Text("การปรับปรุงมีความคืบหน้า", "Improvement moved on"),
        Text("{agency} บันทึกความคืบหน้าของการปรับปรุง", "{agency} has moved an improvement on."),
    ),
    evaluation.IMPROVEMENT_DUE: Notice(
        Text("การปรับปรุงใกล้ครบกำหนด", "Improvement falls due"),
        Text("การปรับปรุงของ {agency} ใกล้ครบกำหนด", "An improvement of {agency} falls due."),
    ),
    evaluation.IMPROVEMENT_OVERDUE: Notice(
        Text("การปรับปรุงเกินกำหนด", "Improvement overdue"),
        Text("การปรับปรุงของ {agency} เกินกำหนดแล้ว", "An improvement of {agency} is overdue."),
    ),
    evaluation.IMPROVEMENT_JUDGED: Notice(
        Text("ประเมินผลการปรับปรุงแล้ว", "Improvement judged"),
        Text(
            "ผลก่อนและหลังการปรับปรุงของ {agency} ได้รับการเปรียบเทียบแล้ว",
            "The windows before and after an improvement of {agency} were compared.",
        ),
    ),
    f"{evaluation.AtRisk.type}:entered": Notice(
        Text("มีความเสี่ยง", "At risk"),
        Text(
            "หากเป็นเช่นนี้ต่อไป รอบการประเมินนี้อาจไม่บรรลุเป้าหมาย",
            "If it goes on like this, the open window may miss its target.",
        ),
    ),
    f"{evaluation.AtRisk.type}:left": Notice(
        Text("ไม่อยู่ในความเสี่ยงแล้ว", "No longer at risk"),
        Text("คำเตือนก่อนหน้านี้สิ้นสุดแล้ว", "The warning before this one is over."),
    ),
    f"{evaluation.BurnAlert.type}:fired": Notice(
        Text("ส่วนที่ยอมให้พลาดได้ลดลงเร็ว", "The error budget burns fast"),
        Text(
            "หากเป็นเช่นนี้ต่อไป ส่วนที่ยอมให้พลาดได้จะหมดก่อนปิดรอบ",
            "If it goes on like this, the budget is used up before the window closes.",
        ),
    ),
    f"{evaluation.BurnAlert.type}:cleared": Notice(
        Text("ส่วนที่ยอมให้พลาดได้ไม่ลดลงเร็วแล้ว", "The error budget no longer burns fast"),
        Text("คำเตือนก่อนหน้านี้สิ้นสุดแล้ว", "The warning before this one is over."),
    ),
    evaluation.ResultFinal.type: Notice(
        Text("ผลเป็นที่สุด", "Result final"),
        Text("ผลของรอบการประเมินเป็นที่สุดแล้ว", "The result of a window is final."),
    ),
    evaluation.CORRECTION_PROPOSED: Notice(
        Text("มีข้อเสนอให้แก้ไขผล", "Correction proposed"),
        Text("ผลที่เป็นที่สุดแล้วอาจได้รับการแก้ไข", "A final result may be corrected."),
    ),
    evaluation.CORRECTION_APPROVED: Notice(
        Text("แก้ไขผลแล้ว", "Correction approved"),
        Text("คู่ข้อตกลงเห็นชอบให้แก้ไขผลแล้ว", "The parties agreed to correct a result."),
    ),
    evaluation.CORRECTION_REJECTED: Notice(
        Text("ไม่เห็นชอบให้แก้ไขผล", "Correction rejected"), Text("ผลคงเดิม", "The result stays as it was.")
    ),
    evaluation.CORRECTION_WITHDRAWN: Notice(
        Text("ถอนข้อเสนอให้แก้ไขผล", "Correction withdrawn"), Text("ผลคงเดิม", "The result stays as it was.")
    ),
    sla.EXCLUSION_PROPOSED: Notice(
        Text("มีข้อเสนอช่วงยกเว้น", "Exclusion proposed"),
        Text("{agency} เสนอให้ไม่นับช่วงเวลาหรือเรื่องบางส่วน", "{agency} proposes that something shall not count."),
    ),
    sla.EXCLUSION_APPROVED: Notice(
        Text("เห็นชอบช่วงยกเว้นแล้ว", "Exclusion approved"),
        Text("คู่ข้อตกลงเห็นชอบร่วมกันแล้ว", "The parties agreed to it."),
    ),
    sla.EXCLUSION_REJECTED: Notice(
        Text("ไม่เห็นชอบช่วงยกเว้น", "Exclusion rejected"), Text("ทุกอย่างนับตามเดิม", "All counts as before.")
    ),
    sla.EXCLUSION_WITHDRAWN: Notice(
        Text("ถอนข้อเสนอช่วงยกเว้น", "Exclusion withdrawn"), Text("ทุกอย่างนับตามเดิม", "All counts as before.")
    ),
    sla.EXCLUSION_REVOKED: Notice(
        Text("ยกเลิกช่วงยกเว้น", "Exclusion revoked"),
        Text("คู่ข้อตกลงเห็นชอบให้กลับมานับ", "The parties agreed that it counts again."),
    ),
    sla.AgreementInForce.type: Notice(
        Text("ข้อตกลงมีผลใช้บังคับ", "Agreement in force"),
        Text("ทุกฝ่ายลงนามแล้ว ข้อตกลงมีผลตั้งแต่ {since}", "All parties signed. It is in force from {since}."),
    ),
    sla.AnnouncementPublished.type: Notice(
        Text("ประกาศระดับการให้บริการ", "Service level announcement"),
        Text(
            "มีประกาศระดับการให้บริการฉบับที่ {number} มีผลตั้งแต่ {since}",
            "Announcement {number} was published; what it promises holds from {since}.",
        ),
    ),
    sla.AnnouncementAcknowledged.type: Notice(
        Text("รับทราบประกาศแล้ว", "Announcement acknowledged"),
        Text("{agency} รับทราบประกาศฉบับที่ {number} แล้ว", "{agency} acknowledged announcement {number}."),
    ),
    sla.ACKNOWLEDGEMENT_DUE: Notice(
        Text("โปรดรับทราบประกาศ", "Please acknowledge"),
        Text(
            "{agency} ยังไม่รับทราบประกาศฉบับที่ {number} เหลือเวลา {days} วัน",
            "{agency} has not acknowledged announcement {number}. Days left: {days}.",
        ),
    ),
    sla.ACKNOWLEDGEMENT_OVERDUE: Notice(
        Text("ยังไม่รับทราบประกาศ เกินกำหนด", "Not acknowledged, overdue"),
        Text(
            "{agency} ยังไม่รับทราบประกาศฉบับที่ {number} เกินกำหนด {days} วัน",
            "{agency} has not acknowledged announcement {number}. Days overdue: {days}.",
        ),
    ),
    f"{sla.WATCH_RAISED}:ending": Notice(
        Text("ข้อตกลงใกล้สิ้นสุด", "Agreement about to end"),
        Text("ข้อตกลงจะสิ้นสุด {until}", "The agreement ends {until}."),
    ),
    f"{sla.WATCH_RAISED}:unreviewed": Notice(
        Text("ถึงเวลาทบทวนข้อตกลง", "A review is due"),
        Text("ควรทบทวนข้อตกลงตั้งแต่ {until}", "A review was due {until}."),
    ),
    f"{sla.WATCH_RAISED}:unplanned": Notice(
        Text("ยังไม่มีแผนการวัด", "No measurement plan"),
        Text("ตัวชี้วัดบางตัวยังไม่มีแผนการวัด: {about}", "Some indicators have no measurement plan: {about}."),
    ),
    f"{sla.WATCH_RAISED}:party_left": Notice(
        Text("คู่ข้อตกลงไม่ใช้งานแล้ว", "A party left"),
        Text("หน่วยงานนี้ไม่ใช้งานแล้ว: {about}", "No longer active: {about}."),
    ),
    sla.WATCH_CLEARED: Notice(
        Text("เรื่องที่เตือนไว้เรียบร้อยแล้ว", "No longer needs you"),
        Text("คำเตือนเรื่องวงจรของข้อตกลงสิ้นสุดแล้ว", "What was asked for in its life cycle was done."),
    ),
    sla.ReviewRecorded.type: Notice(
        Text("บันทึกการทบทวนข้อตกลง", "Review recorded"),
        Text("คู่ข้อตกลงทบทวนข้อตกลงเมื่อ {since}", "The parties reviewed the agreement {since}."),
    ),
    metrics.SourceSilent.type: Notice(
        Text("แหล่งข้อมูลขาดการส่ง", "Silent source"),
        Text("แหล่งข้อมูล {source} ไม่ส่งข้อมูลตามแผน", "The source {source} has not reported as planned."),
    ),
    metrics.SourceRecovered.type: Notice(
        Text("แหล่งข้อมูลกลับมาส่งแล้ว", "Source reports again"),
        Text("แหล่งข้อมูล {source} ไม่ขาดการส่งแล้ว", "The source {source} is silent no longer."),
    ),
    registry.AgencyKeysChanged.type: Notice(
        Text("กุญแจลงนามของหน่วยงานเปลี่ยน", "Signing keys changed"),
        Text("กุญแจที่ {agency} ใช้ลงนามเปลี่ยนแล้ว", "The keys that {agency} signs with changed."),
    ),
    delivery.WebhookDisabled.type: Notice(
        Text("หยุดส่งไปยังเว็บฮุก", "Webhook disabled"),
        Text("ปลายทางไม่รับข้อมูลนานเกินกำหนด", "Its receiver did not take what was sent for too long."),
    ),
}

_MOVES: dict[str, tuple[str, str]] = {
    "offered": ("{agency} ยื่นข้อเสนอ", "{agency} made an offer"),
    "accepted": ("{agency} เห็นชอบและลงนามแล้ว", "{agency} accepted and signed"),
    "rejected": ("{agency} ไม่เห็นชอบข้อเสนอ", "{agency} rejected the offer"),
    "expired": ("ข้อเสนอหมดอายุ", "The offer expired"),
    "withdrawn": ("{agency} ถอนข้อเสนอ", "{agency} withdrew the offer"),
    "superseded": ("ข้อเสนอถูกแทนที่ ลายมือชื่อสิ้นผล", "Superseded, signatures void"),
    "commented": ("{agency} ให้ความเห็น", "{agency} commented"),
    "delegated": ("{agency} มอบหมายให้ลงนามแทน", "{agency} lets another agency act for it"),
    "delegation_revoked": ("{agency} ยกเลิกการมอบหมาย", "{agency} revoked a delegation"),
    "termination_proposed": ("{agency} เสนอให้สิ้นสุดข้อตกลง", "{agency} proposes to end the agreement"),
    "termination_signed": ("{agency} เห็นชอบให้สิ้นสุดข้อตกลง", "{agency} agrees to end the agreement"),
    "termination_given": ("{agency} บอกเลิกข้อตกลง", "{agency} gave notice"),
    "termination_withdrawn": ("{agency} ถอนการบอกเลิก", "{agency} withdrew its notice"),
}
OF |= {
    f"{sla.MoveMade.type}:{move}": Notice(
        Text(th, en), Text("มีความเคลื่อนไหวในการเจรจาข้อตกลง", "The negotiation of an agreement moved.")
    )
    for move, (th, en) in _MOVES.items()
}

AGREEMENT = Text("ข้อตกลง", "Agreement")
SERVICE = Text("บริการ", "Service")
OBJECTIVE = Text("เป้าหมาย", "Objective")
GROUP = Text("กลุ่ม", "Group")
RESPONSIBLE = Text("ผู้รับผิดชอบ", "Responsible")
WINDOW = Text("รอบการประเมิน", "Window")
VERDICT = Text("ผล", "Verdict")
BY = Text("ภายใน", "By")
MISSING = Text("ยังไม่รับทราบ", "Not acknowledged")
VERDICTS = {
    "met": Text("บรรลุเป้าหมาย", "Met"),
    "breached": Text("ไม่บรรลุเป้าหมาย", "Breached"),
    "not_determined": Text("สรุปผลไม่ได้", "Not determined"),
}

OPEN = Text("ดูรายละเอียด", "See details")
WHY = Text(
    "ท่านได้รับอีเมลนี้เพราะสมัครรับแจ้งข่าวสารจากระบบสัญญา",
    "You receive this mail because you subscribed to notices of Sanya.",
)
END = Text("เลิกรับ", "Unsubscribe")

CONFIRM_SUBJECT = Text("โปรดยืนยันอีเมลของท่าน", "Please confirm your mail address")
CONFIRM_LEAD = Text(
    "มีผู้ขอรับแจ้งข่าวสารจากระบบสัญญาที่อีเมลนี้ หากเป็นท่าน โปรดยืนยันภายใน {until} "
    "หากไม่ใช่ ไม่ต้องทำอะไร เราจะไม่ส่งอีเมลถึงท่านอีก",
    "Somebody asked for notices of Sanya to this address. If it was you, confirm it by {until}. "
    "If not, do nothing: nothing more will be sent.",
)
CONFIRM = Text("ยืนยัน", "Confirm")
TEST_SUBJECT = Text("อีเมลทดสอบ", "Test mail")
TEST_LEAD = Text("อีเมลถึงท่านแล้ว", "Mail reaches you.")
