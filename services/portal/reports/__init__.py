"""Reports: page, PDF, workbook and JSON of one object, so that they say the same numbers.

`figures` makes the object from what the other services say, `typesetting` sets it as PDF (Typst), `workbook`
as XLSX. Only closed windows stand in a report: it can be public, and made again it says the same until one
of its results is revised, which its basis shows.
"""
