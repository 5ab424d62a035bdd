"""Files of needs: looked at first, then taken in whole, or listed with what is to correct."""

from __future__ import annotations

import io
from typing import Any

import pytest
import xlsxwriter

from tests.portal import desk
from tests.portal.conftest import HTML
from tests.portal.desk import BASE, Office, hidden, plain

office, settled = desk.office, desk.settled

CSV = (
    "ความต้องการ,แหล่งที่มา,ช่องทาง,ความถี่,ความรุนแรง,น้ำหนักทางกฎหมาย\r\n"
    "อยากยื่นเรื่องออนไลน์,แบบสำรวจ,เคาน์เตอร์,5,3,1\r\n"
    "เจ้าหน้าที่ควรอธิบายให้ชัด,สัมภาษณ์,โทรศัพท์,2,2,1\r\n"
)


def book(*rows: list[Any]) -> bytes:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as made:
        sheet = made.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return held.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874"])
async def test_a_file_is_looked_at_and_then_taken_in_whole(office: Office, encoding: str) -> None:
    looked = await office.upload("needs.csv", CSV.encode(encoding))
    text = plain(looked.text)

    assert looked.status_code == 200
    assert "All 2 needs were understood" in text
    assert "อยากยื่นเรื่องออนไลน์" in text
    assert await office.needs() == []
    data = {name: hidden(looked.text, name) for name in ("form_token", "key", "name", "encoding", "content")}
    sent = [
        await office.site.browser.post(f"{BASE}/import", data={**data, "step": "confirm"}, headers=HTML)
        for _ in range(2)
    ]
    assert [answer.status_code for answer in sent] == [303, 303]
    assert sent[0].headers["location"] == f"{BASE}?done=need-imported"
    assert [each["statement"]["th"] for each in await office.needs()] == [
        "อยากยื่นเรื่องออนไลน์",
        "เจ้าหน้าที่ควรอธิบายให้ชัด",
    ]
    data["key"] = "another"
    again = await office.site.browser.post(f"{BASE}/import", data={**data, "step": "confirm"}, headers=HTML)
    assert again.status_code == 409
    assert "This very file was taken in already" in plain(again.text)
    exported = (await office.page(f"{BASE}/all.csv", **{"accept-language": "th"})).content.decode("utf-8-sig")
    assert "อยากยื่นเรื่องออนไลน์,,survey,,เคาน์เตอร์,,5,3,1,,," in exported


async def test_wrong_rows_are_listed_with_a_file_to_correct_by_and_nothing_is_stored(office: Office) -> None:
    body = CSV + "ที่จอดรถไม่พอ,ฝัน,เคาน์เตอร์,9,1,1\r\n"
    looked = await office.upload("needs.csv", body.encode())
    text = plain(looked.text)
    data = {name: hidden(looked.text, name) for name in ("form_token", "key", "name", "encoding", "content")}
    listed = await office.site.browser.post(f"{BASE}/import", data={**data, "step": "faults"}, headers=HTML)
    data["name"] = 'of "May".csv'
    quoted = await office.site.browser.post(f"{BASE}/import", data={**data, "step": "faults"}, headers=HTML)
    forced = await office.site.browser.post(f"{BASE}/import", data={**data, "step": "confirm"}, headers=HTML)

    assert "2 things to correct in the file; nothing was stored" in text
    assert "A number from 1 to 5, or empty; you entered “9”" in text
    assert "Take in all" not in text
    assert listed.headers["content-disposition"] == 'attachment; filename="needs-corrections.csv"'
    assert quoted.headers["content-disposition"] == 'attachment; filename="ofMay-corrections.csv"'
    assert [line.split(",")[:2] for line in listed.content.decode("utf-8-sig").splitlines()[1:]] == [
        ["4", "source"],
        ["4", "frequency"],
    ]
    assert forced.status_code == 422
    assert await office.needs() == []


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("needs.pdf", b"%PDF", "Only .csv and .xlsx files are read"),
        ("needs.csv", b"a,b\r\n1,2\r\n", "The column “a” is not known"),
        ("needs.csv", b"statement,source\r\n", "The file has column names but no needs"),
        ("needs.csv", CSV.encode("utf-16"), "The file is UTF-16"),
        ("needs.csv", b"statement,source\r\n=1+1,survey\r\n", "A formula"),
        ("needs.xlsx", b"PK\x03\x04 torn", "The file cannot be read"),
        ("needs.csv", b"statement,source\r\n" + b"x,survey\r\n" * 10_001, "The file is too large"),
        ("needs.csv", b"x" * ((4 << 20) + 1), "The file is too large"),
        ("", b"", "Choose a file"),
    ],
)
async def test_a_file_that_cannot_be_read_says_why(office: Office, name: str, body: bytes, said: str) -> None:
    answer = await office.upload(name, body)

    assert answer.status_code == 422
    assert said in plain(answer.text)
    assert await office.needs() == []


async def test_a_workbook_is_read_too(office: Office) -> None:
    looked = await office.upload("needs.xlsx", book(["statement", "source"], ["Open at noon", "hearing"]))

    assert looked.status_code == 200
    assert "The one need was understood" in looked.text
    data = {name: hidden(looked.text, name) for name in ("form_token", "key", "name", "content")}
    spoilt = {**data, "content": data["content"][:40], "step": "confirm"}
    assert (await office.site.browser.post(f"{BASE}/import", data=spoilt, headers=HTML)).status_code == 422
    sent = await office.site.browser.post(f"{BASE}/import", data={**data, "step": "confirm"}, headers=HTML)
    assert sent.status_code == 303
    assert (await office.needs())[0]["source"] == "hearing"
