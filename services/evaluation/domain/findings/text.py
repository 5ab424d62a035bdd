"""A finding in words, Thai and English: made of its numbers by templates, with no number of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from services.evaluation.domain.amounts import shown
from services.evaluation.domain.findings import finding as kinds
from services.evaluation.domain.findings.finding import Finding
from shared.clock import SECOND

Texts = dict[str, str]

WEEKDAYS = (
    ("วันจันทร์", "Mondays"),
    ("วันอังคาร", "Tuesdays"),
    ("วันพุธ", "Wednesdays"),
    ("วันพฤหัสบดี", "Thursdays"),
    ("วันศุกร์", "Fridays"),
    ("วันเสาร์", "Saturdays"),
    ("วันอาทิตย์", "Sundays"),
)
DAY = 1440


@dataclass(frozen=True, slots=True)
class Told:
    """What the words need besides: whether cases are journeys, whether their clock is working time, and of
    what kind the values are that are compared with the target."""

    journeys: bool
    working: bool
    target: Fraction
    share: bool

    @property
    def cases(self) -> str:
        return "เรื่อง" if self.journeys else "รายการ"

    def values(self, number: Fraction) -> tuple[str, str]:
        """A value as the target is written, Thai and English."""
        if self.share:
            text = percent(number, self.target)
            return f"ร้อยละ {text}", f"{text}%"
        return shown(number), shown(number)


def percent(part: Fraction, target: Fraction | None = None) -> str:
    """Two decimals; more while the rounded number would be 0, 100 or the target, and the exact one is not."""
    whole = [Fraction(0), Fraction(1), *([] if target is None else [target])]
    digits = 2
    while part not in whole and round(part, digits + 2) in whole:
        digits += 1
    units, rest = divmod(round(part * 10 ** (digits + 2)), 10**digits)
    return f"{units}.{rest:0{digits}d}"


def duration(micros: int, *, working: bool) -> tuple[str, str]:
    """In two units at most; working time has no days."""
    minutes = micros // (60 * SECOND)
    if minutes == 0:
        seconds = shown(Fraction(micros, SECOND), 1)
        return f"{seconds} วินาที", f"{seconds} s"
    days, rest = (0, minutes) if working else divmod(minutes, DAY)
    hours, left = divmod(rest, 60)
    units = [(days, "วัน", "days" if days != 1 else "day"), (hours, "ชั่วโมง", "h"), (left, "นาที", "min")]
    kept = [one for one in units if one[0]][:2]
    thai = " ".join(f"{number:,} {name}" for number, name, _ in kept)
    english = " ".join(f"{number:,} {name}" for number, _, name in kept)
    return (f"{thai} (เวลาทำการ)", f"{english} of working time") if working else (thai, english)


SLOTS = (kinds.STEP, kinds.AGENCY, kinds.QUEUE, kinds.HANDOVER)


def named(found: Finding, told: Told) -> dict[str, dict[str, str]] | None:
    """The same sentences with a place for each name, ``{step}``, ``{agency}``, ``{from}``, ``{to}``, and the
    codes that stand for them: whoever knows the names puts them in. None: no code is in the sentences."""
    if found.kind not in SLOTS:
        return None
    codes = {name: str(code) for name, code in found.subject.items() if code is not None and name in PLACES}
    if found.agency is not None:
        codes["agency"] = found.agency
    slots = {**found.subject, **{name: f"{{{name}}}" for name in codes if name in found.subject}}
    text, action = sentences(
        replace(found, subject=slots, agency=None if found.agency is None else "{agency}"), told
    )
    return {"text": text, "action": action, "codes": codes}


PLACES = ("step", "agency", "from", "to")


def sentences(found: Finding, told: Told) -> tuple[Texts, Texts]:
    """What was found, and what is proposed."""
    match found.kind:
        case kinds.HOUR | kinds.WEEKDAY | kinds.LABEL:
            return _facet(found, told)
        case kinds.STEP | kinds.AGENCY:
            return _overrun(found, told)
        case kinds.QUEUE:
            return _queue(found)
        case kinds.HANDOVER | kinds.UNASSIGNED:
            return _waiting(found, told)
    return _promise(found, told)


def _supposed(found: Finding, told: Told, thai: str, english: str) -> Texts:
    """The what-if of an action: if so, what share would have been in time or within the limit."""
    if found.what_if is None:
        return {"th": "", "en": ""}
    share, good, total = percent(found.what_if.share, told.target), found.what_if.good, found.what_if.total
    kept_th, kept_en = ("ทันกำหนด", "on time") if told.journeys else ("อยู่ในเกณฑ์", "within the limit")
    return {
        "th": f" {thai} จะ{kept_th}ร้อยละ {share} ({good:,} จาก {total:,} {told.cases})",
        "en": f" {english}, {share}% would have been {kept_en} ({good:,} of {total:,}).",
    }


def _with(action: Texts, more: Texts) -> Texts:
    return {lang: (text + more[lang]).strip() for lang, text in action.items()}


def _where(found: Finding) -> tuple[str, str]:
    subject = found.subject
    if found.kind == kinds.HOUR:
        hour = int(subject["hour"])
        thai = f"เวลา {hour:02}.00–{hour + 1:02}.00 น."
        return thai, f"between {hour:02}:00 and {hour + 1:02}:00"
    if found.kind == kinds.WEEKDAY:
        thai, english = WEEKDAYS[int(subject["weekday"]) - 1]
        return thai, f"on {english}"
    if subject["value"] is None:
        return f"{subject['label']} ไม่ระบุ", f"where {subject['label']} is not given"
    return f"{subject['label']} = {subject['value']}", f"where {subject['label']} is {subject['value']}"


def _facet(found: Finding, told: Told) -> tuple[Texts, Texts]:
    thai, english = _where(found)
    n = {name: int(number) for name, number in found.numbers.items()}
    mine = percent(Fraction(n["bad"], n["total"]))
    others = percent(Fraction(n["rest_bad"], n["rest_total"]))
    explained = percent(found.explains or Fraction(0))
    text = {
        "th": f"{thai}: ไม่อยู่ในเกณฑ์ร้อยละ {mine} ({n['bad']:,} จาก {n['total']:,} {told.cases}) "
        f"ส่วนอื่นร้อยละ {others} ({n['rest_bad']:,} จาก {n['rest_total']:,}) "
        f"ส่วนที่เกินคิดเป็นร้อยละ {explained} ของที่ไม่อยู่ในเกณฑ์ทั้งหมด",
        "en": f"{english[0].upper()}{english[1:]}, {mine}% did not keep the limit "
        f"({n['bad']:,} of {n['total']:,}), elsewhere {others}% ({n['rest_bad']:,} of {n['rest_total']:,}). "
        f"What is more explains {explained}% of all that did not keep it.",
    }
    action = {"th": f"ตรวจดูว่าอะไรต่างจากส่วนอื่น ({thai})", "en": f"Look at what is different {english}."}
    return text, _with(action, _supposed(found, told, "หากเหมือนส่วนอื่น", "Had it been as elsewhere"))


def _overrun(found: Finding, told: Told) -> tuple[Texts, Texts]:
    n = {name: int(number) for name, number in found.numbers.items()}
    over = duration(n["over"], working=told.working)
    explained = percent(found.explains or Fraction(0))
    step = found.kind == kinds.STEP
    if step:
        who = f"ขั้นตอน {found.subject['step']}", f"Step {found.subject['step']}"
        if found.agency is not None:
            who = f"{who[0]} ({found.agency})", f"{who[1]} ({found.agency})"
    else:
        who = f"ขั้นตอนของ {found.subject['agency']}", f"The steps of {found.subject['agency']}"
    beyond = ("เกินที่จัดสรร", "allotted") if n["allotted"] else ("เกินกว่าปกติ", "usual")
    text = {
        "th": f"{who[0]} ใช้เวลา{beyond[0]}รวม {over[0]} คิดเป็นร้อยละ {explained} ของเวลาที่เกินทั้งหมด "
        f"ใน {n['late']:,} เรื่องที่ไม่ทันกำหนด "
        f"และเกินมากกว่าขั้นตอนอื่นใน {n['most']:,} จาก {n['asked']:,} เรื่องที่มีขั้นตอนเกิน",
        "en": f"{who[1]} took {over[1]} more than {beyond[1]} in {n['late']:,} late cases, {explained}% of "
        f"their overrun; of {n['asked']:,} cases in which a step overran it overran most in {n['most']:,}.",
    }
    if step:
        limit = duration(n["measure"], working=told.working)
        held = f"หากขั้นตอนนี้ใช้ไม่เกิน {limit[0]}", f"Had this step kept its {limit[1]}"
        action = {"th": f"ลดเวลาของขั้นตอน {found.subject['step']}", "en": f"Shorten {who[1].lower()}."}
    else:
        held = "หากทุกขั้นตอนของหน่วยงานนี้ใช้เวลาไม่เกินนั้น", "Had each of its steps kept its measure"
        action = {
            "th": f"ทบทวนขั้นตอนของ {found.subject['agency']}",
            "en": f"Go through the steps of {found.subject['agency']}.",
        }
    return text, _with(action, _supposed(found, told, *held))


def _queue(found: Finding) -> tuple[Texts, Texts]:
    n = {name: int(number) for name, number in found.numbers.items()}
    step = found.subject["step"]
    text = {
        "th": f"ขั้นตอน {step}: เข้ามา {n['came']:,} เรื่อง ออกไป {n['went']:,} เรื่อง "
        f"งานค้างเพิ่มจาก {n['opening']:,} เป็น {n['closing']:,} เรื่อง",
        "en": f"Step {step}: {n['came']:,} cases came in and {n['went']:,} went out; "
        f"those in it rose from {n['opening']:,} to {n['closing']:,}.",
    }
    action = {
        "th": f"เพิ่มกำลังที่ขั้นตอน {step} จนออกไม่น้อยกว่าเข้า",
        "en": f"Strengthen step {step} until no fewer go out than come in.",
    }
    return text, action


def _waiting(found: Finding, told: Told) -> tuple[Texts, Texts]:
    n = {name: int(number) for name, number in found.numbers.items()}
    waited = duration(n["waited"], working=told.working)
    explained = percent(found.explains or Fraction(0))
    if found.kind == kinds.UNASSIGNED:
        text = {
            "th": f"ไม่มีผู้ถือเรื่องรวม {waited[0]} ใน {n['journeys']:,} เรื่องที่ไม่ทันกำหนด "
            f"คิดเป็นร้อยละ {explained} ของเวลาทั้งหมดของเรื่องเหล่านั้น",
            "en": f"Nobody held the case for {waited[1]} in {n['journeys']:,} late cases: "
            f"{explained}% of the time of all late cases.",
        }
        action = {"th": "กำหนดผู้ถือเรื่องทุกช่วง", "en": "Say who holds the case at every moment."}
    else:
        giver, taker = found.subject["from"], found.subject["to"]
        taker_th, taker_en = (taker, taker) if taker else ("หน่วยงานถัดไป", "the next agency")
        text = {
            "th": f"การส่งต่อจาก {giver} ถึง {taker_th} รอรวม {waited[0]} ใน {n['journeys']:,} เรื่องที่ไม่ทันกำหนด "
            f"คิดเป็นร้อยละ {explained} ของเวลาทั้งหมดของเรื่องเหล่านั้น",
            "en": f"Hand-over from {giver} to {taker_en} waited {waited[1]} in {n['journeys']:,} late cases: "
            f"{explained}% of the time of all late cases.",
        }
        action = {
            "th": f"ตกลงวิธีและเวลาส่งต่อจาก {giver} ถึง {taker_th}",
            "en": f"Agree how and when {giver} hands over to {taker_en}.",
        }
    return text, _with(action, _supposed(found, told, "หากไม่ต้องรอ", "Without this wait"))


def _promise(found: Finding, told: Told) -> tuple[Texts, Texts]:
    windows, met, kept = (int(found.numbers[name]) for name in ("windows", "met", "kept"))
    best, worst, suggested = (
        told.values(Fraction(found.numbers[name])) for name in ("best", "worst", "suggested")
    )
    target = told.values(told.target)
    if found.kind == kinds.TOO_EASY:
        text = {
            "th": f"บรรลุเป้าหมาย {target[0]} ทั้ง {windows} รอบ ผลต่ำสุด {worst[0]}",
            "en": f"The target of {target[1]} was met in all of {windows} windows; the worst was {worst[1]}.",
        }
    else:
        text = {
            "th": f"ไม่บรรลุเป้าหมาย {target[0]} เลยใน {windows} รอบ ผลดีที่สุด {best[0]}",
            "en": f"The target of {target[1]} was met in {met} of {windows} windows; the best was {best[1]}.",
        }
    action = {
        "th": f"เสนอทบทวนค่าเป้าหมาย: ที่ {suggested[0]} จะบรรลุ {kept} จาก {windows} รอบ",
        "en": f"Propose another target: {suggested[1]} would have been met in {kept} of {windows} windows.",
    }
    return text, action
