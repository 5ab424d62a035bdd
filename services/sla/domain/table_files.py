"""Tables as files that a spreadsheet opens: CSV that says it is UTF-8, and XLSX of texts alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

Rows = Sequence[Sequence[str]]


def write_csv(rows: Rows) -> bytes:
    held = io.StringIO()
    csv.writer(held).writerows(rows)
    # Excel reads Thai only where the file begins with a byte order mark.
    return held.getvalue().encode("utf-8-sig")


def write_xlsx(rows: Rows, title: str) -> bytes:
    """The same rows give the same file, but for the time of making, which is none."""
    # Only files need it.
    from datetime import datetime

    import xlsxwriter

    held = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(held, options) as book:
        book.set_properties({"title": title, "created": datetime(2000, 1, 1)})
        sheet = book.add_worksheet("objectives")
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        text = book.add_format({"num_format": "@"})
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell, bold if number == 0 else text)
        sheet.freeze_panes(1, 2)
        sheet.autofit()
    return held.getvalue()
