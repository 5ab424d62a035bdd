"""Needs from files: encodings of Thai offices, bad files, and nothing half taken in."""

# ruff: noqa: F811 - a fixture is used by its name

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
import xlsxwriter

from services.sla.domain import spreadsheets
from shared.errors import Problem
from tests.sla.test_api import CITY, LAND, ROOT, Site
from tests.sla.test_needs import FAR, VIEWER, get, site, told  # noqa: F401

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
THAI = (
    "ความต้องการ,แหล่งที่มา,ช่องทาง,ความถี่,severity,legal_weight,ลำดับความสำคัญ,หลักฐาน\r\n"
    "ขอให้ออกใบอนุญาตเร็วขึ้น,แบบสำรวจ,เคาน์เตอร์,๔,3,2,ต้องมี,https://city.example/a https://city.example/b\r\n"
    "\r\n"
    '"น้ำไม่ไหล, ทุกเช้า",ร้องเรียน,,1,1,,,\r\n'
)


async def send(
    site: Site,
    body: bytes,
    who: tuple[Any, ...] = CITY,
    kind: str = "text/csv",
    query: str = "",
    **headers: str,
) -> Any:
    sent = {"content-type": kind, **site.token(*who)}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return await site.client.post(f"{ROOT}/needs/imports?service=permit{query}", content=body, headers=sent)


async def stored(site: Site) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await get(site, "/needs?limit=1000"))["items"]
    return items


def workbook(rows: list[list[Any]], **cells: str) -> bytes:
    """A workbook as a real writer makes it; ``cells``: formulas by their place."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("ความต้องการ")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        for place, formula in cells.items():
            sheet.write_formula(place, formula, value="42")
    return held.getvalue()


def altered(body: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """The workbook with something in one of its parts replaced."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as book, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as out:
        for name in book.namelist():
            content = book.read(name)
            if name == part:
                assert old in content
                content = content.replace(old, new)
            out.writestr(name, content)
    return held.getvalue()


TABLE: list[list[Any]] = [
    ["statement", "source", "frequency", "severity", "legal_weight", "wanted"],
    ["ขอให้เร็วขึ้น", "survey", 4, 3, 2, "P3D"],
    ["Open at noon", "interview", 1.0, 2, "๕", 0.95],
]
SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("cp874", None),
        ("tis-620", None),
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("cp874", "cp874"),
        ("tis-620", "tis-620"),
    ],
)
async def test_thai_is_read_in_each_encoding(
    site: Site,
    encoding: str,
    declared: str | None,
) -> None:
    query = f"&encoding={declared}" if declared else ""
    body = THAI.encode(encoding)
    preview = (await send(site, body, query=f"{query}&dry_run=1")).json()
    assert (preview["import"], preview["rows"], preview["good"], preview["errors"]) == (None, 2, 2, [])
    assert [each["row"] for each in preview["preview"]] == [2, 4]
    assert preview["preview"][0]["need"]["statement"] == {"th": "ขอให้ออกใบอนุญาตเร็วขึ้น", "en": None}
    assert await stored(site) == []
    answer = await send(site, body, query=query)
    assert answer.status_code == 201, answer.text
    assert preview["hash"] == answer.json()["hash"]
    first, second = await stored(site)
    assert first["statement"] == {"th": "ขอให้ออกใบอนุญาตเร็วขึ้น"}
    assert (first["source"], first["frequency"], first["priority"]) == ("survey", 4, "must")
    assert first["evidence"] == ["https://city.example/a", "https://city.example/b"]
    assert second["statement"] == {"th": "น้ำไม่ไหล, ทุกเช้า"}
    assert first["import"] == second["import"] == answer.json()["import"]
    assert [fact["type"] for fact in told(site)] == ["sanya.sla.needs.imported.v1"]


async def test_a_workbook_says_the_same(site: Site) -> None:
    answer = await send(site, workbook(TABLE), kind=XLSX)
    assert answer.status_code == 201, answer.text
    first, second = await stored(site)
    assert (first["statement"], first["wanted"], first["frequency"]) == ({"th": "ขอให้เร็วขึ้น"}, "P3D", 4)
    assert (second["statement"], second["wanted"]) == ({"en": "Open at noon"}, "0.95")
    assert (second["frequency"], second["legal_weight"]) == (1, 5)


async def test_wrong_rows_are_named_and_nothing_is_stored(site: Site) -> None:
    text = (
        "statement,source,frequency,evidence,wanted\n"
        "Fine,survey,3,,\n"
        "Bad,gossip,9,ftp://x,soon\n"
        ",survey,,,\n"
        "Many,survey,three,,\n"
    )
    preview = await send(site, text.encode(), query="&dry_run=true")
    assert preview.status_code == 200
    found = {(each["row"], (each["column"] or "").split("/")[0]) for each in preview.json()["errors"]}
    assert found == {
        (3, "source"),
        (3, "frequency"),
        (3, "evidence"),
        (3, "wanted"),
        (4, "statement"),
        (5, "frequency"),
    }
    shown = {(each["row"], each["given"]) for each in preview.json()["errors"]}
    assert shown == {(3, "gossip"), (3, "9"), (3, "ftp://x"), (3, "soon"), (4, None), (5, "three")}
    assert (preview.json()["rows"], preview.json()["good"]) == (4, 1)
    answer = await send(site, text.encode())
    assert answer.status_code == 422
    assert "/rows/3/source" in {each["pointer"] for each in answer.json()["errors"]}
    assert await stored(site) == []
    assert told(site) == []


async def test_the_same_file_is_taken_in_once(site: Site) -> None:
    body = THAI.encode()
    first = await send(site, body, idempotency_key="k")
    replayed = await send(site, body, idempotency_key="k")
    assert (replayed.status_code, replayed.json()) == (201, first.json())
    again = await send(site, body)
    assert again.status_code == 409
    assert first.json()["import"] in again.json()["detail"]
    assert len(await stored(site)) == 2
    # Another agency may have heard the same.
    assert (await send(site, body, LAND)).status_code == 201


async def test_only_who_provides_the_service_sends_files(site: Site) -> None:
    for query in ("", "&dry_run=1"):
        assert (await send(site, THAI.encode(), FAR, query=query)).status_code == 403
        assert (await send(site, THAI.encode(), VIEWER, query=query)).status_code == 403
    assert await stored(site) == []


async def test_ten_thousand_rows_are_taken_in_and_fifty_thousand_refused(site: Site) -> None:
    def rows(count: int) -> bytes:
        return ("statement,source\n" + "".join(f"ข้อ {number},law\n" for number in range(count))).encode()

    answer = await send(site, rows(50_000))
    assert answer.status_code == 413
    assert "10000" in answer.json()["detail"]
    many = workbook([["statement", "source"], *[[f"n {number}", "law"] for number in range(50_000)]])
    answer = await send(site, many, kind=XLSX)
    assert answer.status_code == 413
    assert "10000" in answer.json()["detail"]
    assert await stored(site) == []
    assert (await send(site, rows(10_000))).json()["rows"] == 10_000
    first = (await get(site, "/needs?limit=2"))["items"]
    assert [each["statement"]["th"] for each in first] == ["ข้อ 0", "ข้อ 1"]
    page = await get(site, "/needs/duplicates?service=permit&limit=5")
    assert len(page["items"]) <= 5


async def test_four_mebibytes_are_the_limit_of_files_alone(site: Site) -> None:
    text = "statement,source\n" + "\n".join(f"{'ก' * 1000},law" for _ in range(700))
    assert 1 << 20 < len(text.encode()) < 4 << 20
    assert (await send(site, text.encode(), query="&dry_run=1")).status_code == 200
    assert (await send(site, b" " * (4 << 20) + b"x")).status_code == 413
    answer = await site.call("POST", "/needs", CITY, b" " * (1 << 20) + b"{}")
    assert answer.status_code == 413


BAD: list[tuple[str, bytes, str, int, str]] = [
    ("empty", b"", "text/csv", 422, "name the columns"),
    ("header only", b"statement,source\n", "text/csv", 422, "no needs"),
    ("no statement", b"source\nlaw\n", "text/csv", 422, "does not name columns"),
    ("unknown column", b"statement,source,mood\nx,law,good\n", "text/csv", 422, "mood"),
    ("column twice", b"statement,source,source\nx,law,law\n", "text/csv", 422, "twice"),
    ("too many cells", b"statement,source\nx,law,more\n", "text/csv", 422, "3 cells"),
    ("formula", b"statement,source\n=1+1,law\n", "text/csv", 422, "formula"),
    ("open quote", b'statement,source\n"x,law\n', "text/csv", 400, "no CSV"),
    ("UTF-16", "statement,source\nx,law\n".encode("utf-16"), "text/csv", 400, "UTF-16"),
    ("no encoding", b"statement,source\n\xff\xfe\x81,law\n", "text/csv", 400, "line 2"),
    ("not the declared one", "statement\nก".encode("cp874"), "text/csv; charset=utf-8", 400, "line 2"),
    ("unknown encoding", b"statement,source\nx,law\n", "text/csv; charset=utf-7", 415, "utf-7"),
    ("no table", b"{}", "application/json", 415, "text/csv"),
    ("no workbook", THAI.encode(), XLSX, 400, "no whole XLSX"),
    ("half a workbook", workbook(TABLE)[:-100], XLSX, 400, "no whole XLSX"),
    ("formula in a workbook", workbook(TABLE, A3="=HYPERLINK(1)"), XLSX, 422, "/rows/3"),
    ("text that looks like a formula", workbook([*TABLE, ["=1+1", "law"]]), XLSX, 422, "/rows/4/statement"),
    (
        "a cell far away",
        altered(workbook(TABLE), SHEET, b'r="B3"', b'r="XFD1048576"'),
        XLSX,
        413,
        "rows",
    ),
    ("a cell far right", altered(workbook(TABLE), SHEET, b'r="B3"', b'r="XFD3"'), XLSX, 413, "column 16384"),
    ("broken XML", altered(workbook(TABLE), SHEET, b"</sheetData>", b""), XLSX, 400, "cannot be read"),
    (
        "entities",
        altered(workbook(TABLE), SHEET, b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet'),
        XLSX,
        400,
        "document type",
    ),
    ("no workbook inside", altered(workbook(TABLE), SHEET, b"<worksheet", b"<sheetwork"), XLSX, 400, ""),
]


@pytest.mark.parametrize(
    ("body", "kind", "status", "said"),
    [row[1:] for row in BAD],
    ids=[row[0] for row in BAD],
)
async def test_a_bad_file_is_refused_with_what_is_wrong(
    site: Site,
    body: bytes,
    kind: str,
    status: int,
    said: str,
) -> None:
    for query in ("&dry_run=1", ""):
        answer = await send(site, body, kind=kind, query=query)
        assert answer.status_code == status, answer.text
        assert said in answer.text
    assert await stored(site) == []


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
        book.writestr(SHEET, b" " * (spreadsheets.MOST_UNPACKED + 1))
    assert len(held.getvalue()) < 1 << 20
    with pytest.raises(Problem, match="unpacks"):
        spreadsheets.read_xlsx(held.getvalue())


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    body = bytearray(workbook(TABLE))
    # The size of the first part as the central directory has it.
    place = body.index(b"PK\x01\x02") + 24
    body[place : place + 4] = (5).to_bytes(4, "little")
    with pytest.raises(Problem, match="whole"):
        spreadsheets.read_xlsx(bytes(body))
