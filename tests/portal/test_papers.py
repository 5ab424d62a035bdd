"""Papers: the poster and the text of an announcement, the report of a breach, the lessons of a year."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pypdfium2
import pytest
import segno

from services.portal.reports.announcement_pdf import ON_A_POSTER, Announced, announcement_pdf, poster_pdf
from services.portal.reports.breach_pdf import BreachReport, breach_pdf
from services.portal.reports.lessons import Lessons, breached_windows, lessons_of, lessons_pdf
from services.portal.reports.report_pdf import report_pdf
from services.portal.text.language import LANGS, Lang
from services.portal.views.announcing import announcement_page
from services.portal.views.breach_story import story_of
from services.portal.views.evidence import breach_page
from services.portal.views.lessons import Beside, actions_of, costs_of, finding_of, in_period
from services.portal.views.recommending import Names
from services.portal.views.words import Agencies, Reader, Said
from tests.portal.test_attribution import AGENCIES, BREACH
from tests.portal.test_reports import judged, pages_of, report, squeezed, text_of
from tests.portal.test_views import INDICATORS, objective

ADDRESS = "https://sanya.example.go.th/services/permit"
POINTS_OF_A_CM = 72 / 2.54


def announced(
    lang: Lang, promises: int = 2, wording: str = "ได้ใบอนุญาตทั่วถึง กู้จนที่ญู่", **changes: Any
) -> Announced:
    reader = Reader(lang)
    agencies = Agencies(reader, AGENCIES)
    found = {
        "id": "a" * 64,
        "number": 3,
        "service": "permit",
        "agreement": "permit-1",
        "revision": "b" * 64,
        "state": "in_force",
        "visibility": "public",
        "legal_form": "formal",
        "parties": ["city", "land"],
        "title": {"th": "ข้อตกลงใบอนุญาต", "en": "Permits"},
        "text": {"th": "จึงประกาศให้ทราบโดยทั่วกัน", "en": "All are told hereby."},
        "note": {"th": "บริการทุกวันทำการ", "en": "On working days"},
        "announced_by": "city",
        "announced_at": "2026-09-25T02:00:00Z",
        "effective_from": "2026-10-01T00:00:00+07:00",
        "effective_until": None,
        "acknowledge_by": "2026-10-02T17:00:00Z",
        "supersedes": None,
        "superseded_by": None,
        "acknowledged": 0,
        "acknowledgements": [],
        "document": {"time_zone": "Asia/Bangkok"},
        "promises": [
            {
                **objective(),
                "objective": f"o{n}",
                "wording": {"th": f"{wording} {n}", "en": f"Promise {n}"},
                "headline": False,
                "aggregation": None,
            }
            for n in range(1, promises + 1)
        ],
        **changes,
    }
    return Announced(
        reader,
        announcement_page(reader, found, None, agencies, INDICATORS),
        service=Said("ขอใบอนุญาต"),
        owner=Said("เทศบาลเมืองตัวอย่าง"),
        contact=("02-000-0001",),
        address=ADDRESS,
        parties=tuple(agencies.name(each) for each in found["parties"]),
        dated=datetime(2026, 9, 25, 2, tzinfo=UTC),
    )


@pytest.mark.parametrize("lang", LANGS)
def test_a_poster_says_what_is_promised_and_where_to_turn_to(lang: Lang) -> None:
    found = announced(lang)
    made = poster_pdf(found)

    text = squeezed(text_of(made))
    for said in (
        *(found.service, found.owner, *found.contact, ADDRESS, found.page.heading, found.page.dated),
        *(each.what for each in found.page.promises),
        *(each.target for each in found.page.promises),
    ):
        assert squeezed(str(said)) in text, said
    assert made == poster_pdf(found)
    assert b"pdfuaid" in made


@pytest.mark.parametrize(
    ("promises", "wording"),
    [(0, "x"), (1, "สั้น"), (ON_A_POSTER, "ท่านได้รับใบอนุญาต" * 12), (ON_A_POSTER + 3, "ก")],
)
def test_a_poster_is_one_page_however_much_is_promised(promises: int, wording: str) -> None:
    found = announced("th", promises, wording)
    (page,) = pages_of(poster_pdf(found))

    for n, promise in enumerate(found.page.promises):
        assert (squeezed(str(promise.what)) in squeezed(page)) == (n < ON_A_POSTER)
    assert ("และอีก" in page) == (promises > ON_A_POSTER)
    assert squeezed(ADDRESS) in squeezed(page)


def test_the_code_on_a_poster_is_that_of_its_address() -> None:
    """Seen: the page is drawn, and each of the code's squares looked at in its middle."""
    scale = 4
    page = pypdfium2.PdfDocument(poster_pdf(announced("en")))[0]
    grey = page.render(scale=scale, grayscale=True).to_numpy()
    side = 4.2 * POINTS_OF_A_CM * scale
    left = 1.8 * POINTS_OF_A_CM * scale
    strip = grey[:, int(left + 2) : int(left + side - 2)]
    bottom = max(row for row in range(len(strip)) if strip[row].min() < 60)
    expected = segno.make(ADDRESS, error="m", micro=False).matrix
    unit = side / len(expected)
    top = bottom + 1 - side
    seen = [
        [grey[int(top + (y + 0.5) * unit), int(left + (x + 0.5) * unit)] < 128 for x in range(len(expected))]
        for y in range(len(expected))
    ]
    assert seen == [[bool(each) for each in row] for row in expected]


@pytest.mark.parametrize("lang", LANGS)
def test_the_formal_text_says_who_promises_what_to_whom(lang: Lang) -> None:
    found = announced(lang, 8)
    made = announcement_pdf(found)

    text = squeezed(text_of(made))
    for said in (
        *(found.page.title, found.page.text, found.page.note, found.page.by, found.page.form),
        *(each.what for each in found.page.promises),
        *(found.page.id, found.page.revision, *found.parties),
    ):
        assert squeezed(str(said)) in text, said
    assert all(squeezed(found.page.id) in squeezed(page) for page in pages_of(made))
    assert b"pdfuaid" in made


def test_words_of_people_cannot_end_a_poster_or_run_in_it() -> None:
    nasty = '"]) #panic() $x$ \\ *b* <tag> @ref =h'
    found = announced("th", 1, nasty, title={"th": nasty}, note={"th": nasty})

    assert squeezed(nasty) in squeezed(text_of(poster_pdf(found)))
    assert squeezed(text_of(announcement_pdf(found))).count(squeezed(nasty)) >= 3


# --- a breach ----------------------------------------------------------------------------------------

DISPUTE = {
    "id": "d1",
    "agency": "land",
    "about": {"kind": "breach"},
    "reason": "เอกสารไม่ครบ",
    "state": "declined",
    "opened_at": "2026-11-03T02:00:00Z",
    "due_at": "2026-11-23T17:00:00Z",
    "answers": [
        {"agency": "city", "answer": "decline", "reason": "ครบแล้ว", "answered_at": "2026-11-05T02:00:00Z"}
    ],
    "awaiting": [],
    "remedy_due": False,
}
ACTION = {
    "id": "1" * 32,
    "action": "เพิ่มเจ้าหน้าที่ตรวจ",
    "owner": "หัวหน้างานตรวจ",
    "agency": "land",
    "state": "done",
    "due_on": "2026-12-01",
    "days_left": None,
    "overdue": False,
    "opened_at": "2026-11-06T02:00:00Z",
    "started_on": "2026-11-09",
    "effect": {
        "outcome": "helped",
        "before": {"exact": "1040/1140", "good": 1040, "total": 1140},
        "after": {"exact": "1120/1171", "good": 1120, "total": 1171},
    },
}
FOUND = {
    **BREACH,
    "id": "b1",
    "state": "open",
    "revision": 2,
    "agreement": "permit-1",
    "objective": "o",
    "scope": {},
    "responsible": "land",
    "opened_at": "2026-11-01T02:00:00Z",
    "closed_at": None,
    "superseded_by": None,
    "window": {"start": "2026-10-01T00:00:00+07:00", "end": "2026-11-01T00:00:00+07:00"},
    "result": "r1",
    "disputes": [DISPUTE],
}
DOCUMENT = {"time_zone": "Asia/Bangkok", "parties": ["city", "land"]}


def breach_report(lang: Lang, *improvements: dict[str, Any], **changes: Any) -> BreachReport:
    reader = Reader(lang)
    agencies = Agencies(reader, AGENCIES)
    costs = {
        "items": [
            {"result": "r1", "cost": "3", "unit": "point"},
            {"result": "other", "cost": "9", "unit": "point"},
        ]
    }
    found = {**FOUND, **changes}
    result = judged(10, "breached", id="r1")
    explanation = {
        "result": result,
        "objective": objective(public_wording={"th": "ได้ใบอนุญาตใน 3 วัน", "en": "A permit in 3 days"}),
        "indicator": INDICATORS["time"],
    }
    return BreachReport(
        reader,
        breach_page(reader, found, explanation, DOCUMENT, None, agencies),
        service=Said("ขอใบอนุญาต"),
        agreement=Said("ข้อตกลงใบอนุญาต"),
        story=story_of(reader, found, DOCUMENT, improvements, costs, agencies),
        dated=datetime(2026, 11, 1, 2, tzinfo=UTC),
    )


@pytest.mark.parametrize("lang", LANGS)
def test_a_report_of_a_breach_says_what_its_page_says(lang: Lang) -> None:
    found = breach_report(lang, ACTION)
    made = breach_pdf(found)

    text = squeezed(text_of(made))
    page, story = found.page, found.story
    assert page.judged is not None
    assert page.whose_time is not None
    assert story.actions is not None
    for said in (
        *(page.objective, page.judged.verdict_words, page.judged.numbers.fraction, page.target, page.state),
        *(each.name for each in page.whose_time.holders),
        *(each.what for each in story.happened),
        *(each.at.text for each in story.happened),
        *(story.told),
        *(page.disputes[0].heading, page.disputes[0].state, DISPUTE["reason"], "ครบแล้ว"),
        *(story.actions[0].what, story.actions[0].owner, story.actions[0].due, story.actions[0].state),
        "1,120/1,171",
        *(story.costs or ()),
    ):
        assert squeezed(str(said)) in text, said
    assert made == breach_pdf(found)
    assert b"pdfuaid" in made


def test_what_happened_stands_in_order_and_only_what_this_window_costs() -> None:
    story = breach_report("en", ACTION).story

    assert [each.what.plain for each in story.happened] == [
        "The window ended",
        "The breach was found",
        "Land disputes it",
        "City declines it",
        "Action entered: เพิ่มเจ้าหน้าที่ตรวจ",
    ]
    (cost,) = story.costs or ()
    assert "3" in cost.plain
    assert story.happened[0].at.text.endswith("24.00") or "24" in story.happened[0].at.text


def test_a_report_says_what_is_missing() -> None:
    found = breach_report(
        "en", disputes=[], attributed={"seconds": "0", "journeys": 0, "summed": 0}, attribution=[]
    )
    without = replace(found, story=replace(found.story, actions=None, costs=None))

    text = " ".join(text_of(breach_pdf(found)).split())
    assert "Whose time it was cannot be said" in text
    assert "No agency disputes this breach." in text
    assert "No action is recorded for this breach yet." in text
    away = squeezed(text_of(breach_pdf(without)))
    assert "improvementregister" in away


# --- what a year taught ------------------------------------------------------------------------------

WHY = {
    "text": {"th": "ขั้นตอนตรวจใช้เวลาเกินที่จัดสรร", "en": "The step check overran its allotment"},
    "action": {"text": {"th": "ลดเวลาของขั้นตอนตรวจ", "en": "Shorten the step check"}, "agency": "land"},
    "evidence": {"results": [{"id": "r1"}]},
}
OCTOBER = FOUND["window"]
COSTS = {
    "items": [
        {"objective": "o", "window": OCTOBER, "cost": "3", "unit": "points"},
        {"objective": "o", "window": OCTOBER, "cost": "0", "unit": "points"},
    ],
    "totals": [{"unit": "points", "cost": "3"}],
}
DESK = {"name": "งานตรวจ", "phone": "02-000-0002"}
DONE = {**ACTION, "id": "i1", "done_on": "2026-12-01", "lesson": "ตรวจพร้อมกันสองคนเร็วกว่า"}


def lessons(lang: Lang, *, party: bool = True, **changes: Any) -> Lessons:
    code, now = "fy2027", datetime(2027, 10, 5, tzinfo=UTC)
    missed = [judged(10, "breached"), judged(11)]
    found = report(*missed, code=code, lang=lang, now=now)
    given: dict[str, Any] = {
        "findings": {"o": [WHY]},
        "improvements": [DONE, {**DONE, "action": "ของปีก่อน", "done_on": "2026-09-30"}],
        "recommendations": [{"finding": WHY}],
        **changes,
    }
    return lessons_of(found, Agencies(found.reader, AGENCIES), party=party, **given)


@pytest.mark.parametrize("lang", LANGS)
def test_the_lessons_of_a_year_say_what_failed_and_why_and_what_helped(lang: Lang) -> None:
    found = lessons(lang)
    made = lessons_pdf(found)

    (failed,) = found.failed
    assert found.held == ()
    assert failed.why is not None
    text = squeezed(text_of(made))
    for said in (
        *(failed.promise, failed.counted, WHY["text"][lang], WHY["action"]["text"][lang]),
        *("1,120/1,171", DONE["action"], DONE["lesson"], found.report.basis),
    ):
        assert squeezed(str(said)) in text, said
    assert squeezed("ของปีก่อน") not in text
    assert made == lessons_pdf(found)
    assert b"pdfuaid" in made


def test_why_and_proposals_are_for_the_parties() -> None:
    found = lessons("en", party=False, findings={}, recommendations=[], improvements=None)

    text = " ".join(text_of(lessons_pdf(found)).split())
    assert "Proposals for next year" not in text
    assert "improvement register" in text


def test_the_promise_that_was_missed_most_is_explained_in_its_last_missed_window() -> None:
    found = report(judged(10, "breached"), judged(11, "breached"), judged(12), code="fy2027")

    assert breached_windows(found, 3) == {"o": "2026-11-01T00:00:00+07:00"}
    assert breached_windows(report(judged(10)), 3) == {}


@pytest.mark.parametrize("lang", LANGS)
def test_a_finding_in_a_report_names_its_step_and_agency(lang: Lang) -> None:
    named = {
        "text": {"th": "ขั้นตอน {step} ({agency}) ช้า", "en": "Step {step} ({agency}) is slow"},
        "action": {"th": "เร่ง {step}", "en": "Hurry {step}"},
        "codes": {"step": "a", "agency": "land"},
    }
    slow = {**WHY, "agreement": "a", "named": named}
    found = lessons(lang, findings={"o": [slow]}, recommendations=[{"finding": slow}])
    why = found.failed[0].why
    assert why is not None
    assert found.proposals == (why,)
    step, agency = found.report.steps["a"].text, Agencies(found.report.reader, AGENCIES).name("land").text
    assert step == "Receive"
    assert why.text == named["text"][lang].replace("{step}", step).replace("{agency}", agency)
    assert why.action == named["action"][lang].replace("{step}", step)


def test_what_was_begun_in_the_period_is_in_it_however_late_it_was_entered() -> None:
    late = {**DONE, "opened_at": "2027-11-05T00:00:00Z", "started_on": "2026-11-02"}
    after = {**late, "started_on": "2027-10-01", "done_on": None}
    unstarted = {**late, "started_on": None, "done_on": None}
    span = datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 10, 1, tzinfo=UTC)
    assert in_period([late, after, unstarted], *span) == [late]


@pytest.mark.parametrize("lang", LANGS)
def test_the_parties_report_says_what_was_found_and_done(lang: Lang) -> None:
    found = report(judged(10, "breached"), lang=lang)
    agencies = Agencies(
        found.reader, [{**AGENCIES[1], "contact": {"name": "งานตรวจ", "phone": "02-000-0002"}}]
    )
    costs = costs_of(found.reader, COSTS, {}, found.zone)
    aside = Beside(
        (finding_of(WHY, Names(found.reader, agencies, {})),),
        actions_of(found.reader, [DONE], agencies),
        costs,
    )
    assert len(costs) == 2  # one window, and the total

    text = squeezed(text_of(report_pdf(found, aside)))
    for said in (
        WHY["text"][lang],
        WHY["action"]["text"][lang],
        "งานตรวจ, 02-000-0002",
        DONE["action"],
        *costs,
    ):
        assert squeezed(str(said)) in text
    assert squeezed(WHY["text"][lang]) not in squeezed(text_of(report_pdf(found)))
    away = report_pdf(found, Beside(None, None, None))
    assert squeezed(found.reader.t.part_causes.plain) in squeezed(text_of(away))
