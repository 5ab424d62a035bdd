"""Reports: their periods, one object for page, PDF and workbook, and files that say what the page says."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pypdfium2
import pytest

from services.portal.reports.figures import Report, in_force_in, promises_over, report_of
from services.portal.reports.period import read_period
from services.portal.reports.report_pdf import report_pdf
from services.portal.reports.typesetting import drawn
from services.portal.reports.workbook import write_workbook
from services.portal.text.dates import zone_of
from services.portal.text.language import LANGS, Lang
from services.portal.views.words import Agencies, Reader
from tests.portal.test_views import CITY, INDICATORS, NOW, SERVICE, data, month, objective, result

BANGKOK = zone_of("Asia/Bangkok")
BASIS: Mapping[str, Any] = {"calendar": {"code": "office", "version": 2}}


def judged(number: int, verdict: str = "met", **changes: Any) -> dict[str, Any]:
    return result(month(number), verdict, **{"basis": BASIS, **changes})


def report(
    *results: Mapping[str, Any], code: str = "2026-10", lang: Lang = "en", now: datetime = NOW, **changes: Any
) -> Report:
    period = read_period(code, BANGKOK)
    assert period is not None
    agreement = data([], objective(**changes))
    return report_of(
        Reader(lang),
        SERVICE,
        agreement.state,
        {agreement.state["in_force"]: agreement.document},
        {"o": list(results)},
        INDICATORS,
        Agencies(Reader(lang), [CITY]),
        period,
        now,
    )


# --- periods -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "start", "end", "th", "en"),
    [
        ("2026-12", "2026-12-01", "2027-01-01", "ธันวาคม 2569", "December 2026"),
        (
            "fy2027-q1",
            "2026-10-01",
            "2027-01-01",
            "ไตรมาสที่ 1 ปีงบประมาณ 2570",
            "Quarter 1 of fiscal year 2027",
        ),
        (
            "fy2027-q2",
            "2027-01-01",
            "2027-04-01",
            "ไตรมาสที่ 2 ปีงบประมาณ 2570",
            "Quarter 2 of fiscal year 2027",
        ),
        (
            "fy2027-q4",
            "2027-07-01",
            "2027-10-01",
            "ไตรมาสที่ 4 ปีงบประมาณ 2570",
            "Quarter 4 of fiscal year 2027",
        ),
        ("fy2027", "2026-10-01", "2027-10-01", "ปีงบประมาณ 2570", "Fiscal year 2027"),
    ],
)
def test_a_period_is_a_month_or_a_part_of_the_fiscal_year(
    code: str, start: str, end: str, th: str, en: str
) -> None:
    period = read_period(code, BANGKOK)

    assert period is not None
    assert (period.start.date().isoformat(), period.end.date().isoformat()) == (start, end)
    assert plain(period.name(Reader("th"))).startswith(th)
    assert plain(period.name(Reader("en"))).startswith(en)


@pytest.mark.parametrize(
    "code", ["2026-13", "2026-00", "2026", "fy27", "fy2027-q5", "0001-01", "fy9999", "x", ""]
)
def test_what_is_no_period_is_none(code: str) -> None:
    assert read_period(code, BANGKOK) is None


# --- the object --------------------------------------------------------------------------------------


def test_a_report_holds_the_windows_that_ended_in_its_period_and_no_open_one() -> None:
    found = report(judged(11, "on_track"), judged(10, "breached"), judged(9), judged(8))

    (promise,) = found.promises
    assert [row.raw["window"]["start"][:7] for row in promise.rows] == ["2026-10"]
    assert len(promise.strips[0].cells) == 3
    assert plain(found.heading) == "1 result: 0 met, 1 breached, 0 not determined"
    assert found.calendar == "office 2"


def test_what_was_in_force_in_a_period_is_in_its_report() -> None:
    """A promise that a later revision dropped was made all the same; its newest wording counts."""
    period = read_period("2026-10", BANGKOK)
    assert period is not None
    spans = [
        ("gone", "2026-01-01T00:00:00+07:00", "2026-10-01T00:00:00+07:00"),
        ("second", "2026-10-16T00:00:00+07:00", None),
        ("first", "2026-10-01T00:00:00+07:00", "2026-10-16T00:00:00+07:00"),
        ("coming", "2026-11-01T00:00:00+07:00", None),
    ]
    revisions = [{"hash": code, "in_force_from": start, "in_force_to": end} for code, start, end in spans]
    assert in_force_in(period, revisions) == ["first", "second"]

    def document(*objectives: dict[str, Any]) -> dict[str, Any]:
        return {"objectives": list(objectives)}

    first = document(objective(code="a", target="0.5"), objective(code="dropped"))
    second = document(objective(code="b"), objective(code="a", target="0.9"))
    promised = [(each["code"], each["target"]) for each in promises_over([first, second])]
    assert promised == [("b", "0.95"), ("a", "0.9"), ("dropped", "0.95")]


def test_it_says_whether_it_can_still_change() -> None:
    closed = judged(10)
    closed["window"]["state"] = "closed"

    assert not report(judged(10)).open
    assert "may still change" in report(closed).state
    assert "has not ended" in report(judged(10), now=datetime(2026, 10, 20, tzinfo=UTC)).state
    assert "No window" in report(judged(8)).heading


def test_its_basis_changes_with_what_it_was_made_from_and_with_nothing_else() -> None:
    base = report(judged(10), judged(9)).basis

    assert report(judged(9), judged(10), lang="th").basis == base
    assert report(judged(10)).basis != base  # older windows stand in the strip
    assert report(judged(10, revision=2), judged(9)).basis != base
    assert report(judged(10), judged(9), now=datetime(2026, 10, 20, tzinfo=UTC)).basis != base
    assert report(judged(10), code="fy2027-q1").basis != base


# --- PDF ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_a_pdf_says_what_the_page_says_and_gives_its_text_back(lang: Lang) -> None:
    wording = {"th": "ท่านได้รับใบอนุญาตทั่วถึง ตั้งแต่กู้จนที่ญู่ฎุ", "en": "A licence for everybody"}
    found = report(judged(10, "breached"), judged(9), lang=lang, public_wording=wording)
    made = report_pdf(found)

    text = squeezed(text_of(made))
    (promise,) = found.promises
    for said in (
        *(found.service, found.heading, found.period_name, promise.name, promise.target),
        *(promise.rows[0].shown.verdict_words, promise.rows[0].shown.numbers.fraction),
        *(*promise.how, found.state, found.basis, found.agreement.hash),
    ):
        assert squeezed(str(said)) in text, said
    assert made == report_pdf(found)
    assert b"pdfuaid" in made


def test_words_of_people_cannot_end_a_report_or_run_in_it() -> None:
    nasty = '"]) #panic() #read("/etc/passwd") $x$ \\ *b* <tag> @ref =h'
    found = report(judged(10), public_wording={"en": nasty})

    assert squeezed(nasty) in squeezed(text_of(report_pdf(found)))


def test_a_report_without_results_is_whole() -> None:
    assert "No window closed in this period" in " ".join(text_of(report_pdf(report())).split())


def test_every_verdict_is_drawn_as_on_the_page() -> None:
    rows = [judged(10), judged(9, "breached"), judged(8, "not_determined")]
    (promise,) = report(*rows).promises

    for cell in promise.strips[0].cells:
        shapes = drawn(cell.drawing)["shapes"]
        assert [each["kind"] for each in shapes] == ["rect", "path"]
        steps = shapes[1]["steps"]
        assert steps[0][0] == "M"
        assert all(0 <= x <= cell.drawing.width and 0 <= y <= cell.drawing.height for _, x, y in steps)


# --- workbook ----------------------------------------------------------------------------------------


def test_a_workbook_has_numbers_and_formulas_on_them() -> None:
    found = report(judged(10, "breached"), judged(9), code="fy2026", lang="th")
    made = write_workbook(found)

    book = openpyxl.load_workbook(io.BytesIO(made))
    values = openpyxl.load_workbook(io.BytesIO(made), data_only=True)
    assert book.sheetnames == ["สรุป", "o"]
    row = [cell.value for cell in book["o"][2]]
    assert row[1:6] == [datetime(2026, 9, 1), datetime(2026, 10, 1), "บรรลุเป้าหมาย", 98, 100]
    assert row[6] == "=E2/F2"
    assert values["o"]["G2"].value == 0.98
    assert book["o"].freeze_panes == "A2"
    assert book["สรุป"]["B7"].value == found.basis
    assert made == write_workbook(found)


def test_words_of_people_are_no_formulas() -> None:
    wording = {"en": '=HYPERLINK("http://evil.example","x")'}
    made = write_workbook(report(judged(10), public_wording=wording))

    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(made))["Summary"] for cell in row]
    (found,) = [cell for cell in cells if cell.value == wording["en"]]
    assert found.data_type == "s"
    assert found.hyperlink is None


def text_of(pdf: bytes) -> str:
    return "\n".join(pages_of(pdf))


def pages_of(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u00a0\u2060\u200b\ufffe]+", "", text)


def plain(text: object) -> str:
    return re.sub(r"[\u00a0\u2060]", " ", str(text))
