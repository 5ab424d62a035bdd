"""A report as XLSX: a summary and a sheet for each promise; counts are numbers, percents formulas on them."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import TYPE_CHECKING

from services.portal.reports.figures import Promise, Report, Row
from services.portal.text import dates, units

if TYPE_CHECKING:
    import xlsxwriter
    import xlsxwriter.worksheet

MOST_NAME = 31
"""Characters that a sheet's name may have."""
_REFUSED = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def write_workbook(report: Report) -> bytes:
    """The file's bytes; the same report gives the same."""
    # Only reports need it.
    import xlsxwriter

    file = io.BytesIO()
    # Texts of people stay texts: nothing that begins with = is taken for a formula, nothing for a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, {**options, "remove_timezone": True})
    book.set_properties({"title": f"{report.service} {report.period_name.plain}", "created": report.dated})
    sheets = _Sheets(book, report)
    sheets.summary()
    for promise in report.promises:
        sheets.promise(promise)
    book.close()
    return file.getvalue()


class _Sheets:
    def __init__(self, book: xlsxwriter.Workbook, report: Report) -> None:
        self._book = book
        self._report = report
        self._names: set[str] = set()
        self._head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._date = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._percent = book.add_format({"num_format": "0.00%"})
        self._count = book.add_format({"num_format": "#,##0"})
        self._value = book.add_format({"num_format": "#,##0.######"})
        self._bold = book.add_format({"bold": True})

    def summary(self) -> None:
        report, t = self._report, self._report.reader.t
        sheet = self._book.add_worksheet(self._name(t.report_summary_sheet.plain))
        about = [
            (t.report, report.service),
            (t.report_period, report.period_name),
            (t.report_state, report.state),
            (
                t.agreement,
                f"{report.agreement.title}, {t.revision_in_force(n=report.agreement.number).plain}",
            ),
            (t.parties, ", ".join(map(str, report.parties))),
            (t.content_hash, report.agreement.hash),
            (t.report_basis, report.basis),
        ]
        for line, (name, value) in enumerate(about):
            sheet.write_string(line, 0, str(name), self._bold)
            sheet.write_string(line, 1, str(value))
        first = len(about) + 1
        heads = (t.report_promise, t.target, t.responsible, t.met, t.breached, t.not_determined)
        for column, head in enumerate(heads):
            sheet.write_string(first, column, str(head), self._head)
        for line, promise in enumerate(report.promises, start=first + 1):
            for column, text in enumerate((promise.name, promise.target, promise.responsible)):
                sheet.write_string(line, column, str(text))
            for column, verdict in enumerate(("met", "breached", "not_determined"), start=3):
                n = sum(row.shown.verdict == verdict for row in promise.rows)
                sheet.write_number(line, column, n, self._count)
        sheet.set_column(0, 0, 48)
        sheet.set_column(1, 2, 32)
        sheet.set_column(3, 5, 16)

    def promise(self, promise: Promise) -> None:
        t, zone = self._report.reader.t, str(self._report.zone)
        sheet = self._book.add_worksheet(self._name(promise.code))
        heads = (
            t.report_group.plain,
            f"{t.report_from.plain} ({zone})",
            f"{t.report_until.plain} ({zone})",
            t.verdict.plain,
            f"{t.report_good.plain} ({promise.unit})",
            f"{t.report_total.plain} ({promise.unit})",
            t.percent_column.plain if promise.share else t.result.plain,
            t.report_exact.plain,
            f"{t.target.plain} {promise.target_short}",
            t.state.plain,
            t.report_revision_n.plain,
            t.report_note.plain,
        )
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, self._head)
        for line, row in enumerate(promise.rows, start=1):
            self._row(sheet, line, promise, row)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(heads) - 1, 18)
        sheet.set_column(len(heads) - 1, len(heads) - 1, 60)

    def _row(
        self,
        sheet: xlsxwriter.worksheet.Worksheet,
        line: int,
        promise: Promise,
        row: Row,
    ) -> None:
        raw, shown = row.raw, row.shown
        sheet.write_string(line, 0, row.scope)
        for column, edge in ((1, "start"), (2, "end")):
            at = dates.instant(raw["window"][edge]).astimezone(self._report.zone)
            sheet.write_datetime(line, column, at, self._date)
        sheet.write_string(line, 3, shown.verdict_words.plain)
        if raw["good"] is not None:
            sheet.write_number(line, 4, raw["good"], self._count)
        sheet.write_number(line, 5, raw["total"], self._count)
        if raw["exact"] is not None:
            exact = Fraction(raw["exact"])
            if raw["good"] is not None and exact == Fraction(raw["good"], raw["total"]):
                sheet.write_formula(
                    line, 6, f"=E{line + 1}/F{line + 1}", self._percent, raw["good"] / raw["total"]
                )
            else:
                form = self._percent if promise.share else self._value
                sheet.write_number(line, 6, float(exact), form)
            sheet.write_string(line, 7, raw["exact"])
        target = units.amount(raw["target"])
        sheet.write_number(line, 8, float(target), self._percent if promise.share else self._value)
        sheet.write_string(line, 9, shown.state_words.plain)
        sheet.write_number(line, 10, shown.revision)
        notes = [str(each) for each in (shown.reason, shown.overdue, shown.excluded) if each is not None]
        sheet.write_string(line, 11, "; ".join(notes))

    def _name(self, wanted: str) -> str:
        """A sheet's name: short, of allowed characters, and there once."""
        base = wanted.translate(_REFUSED)[:MOST_NAME].strip() or "–"
        name, number = base, 1
        while name.lower() in self._names:
            number += 1
            name = f"{base[: MOST_NAME - 4]} {number}"
        self._names.add(name.lower())
        return name
