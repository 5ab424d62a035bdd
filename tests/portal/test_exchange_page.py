"""Objectives as files, on the page: what would change is shown first, and stored as shown or not at all."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.portal.conftest import HTML
from tests.portal.test_negotiation import main
from tests.portal.town import AT, CODE, SLA, Officer, Town, drafted, newest, open_town

PAGE = f"{AT}/exchange"
HEAD = "code,indicator,limit,target,comparator,window,responsible,count_at\n"
CSV = HEAD + "time,permit.time,P4D,90%,>=,quarter,land,completion\nup,permit.up,,99.5%,>=,month,city,\n"


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as found:
        assert (await drafted(found)).status_code == 303
        yield found


async def upload(
    officer: Officer, name: str, body: bytes | str, lang: str = "en", **fields: str
) -> httpx.Response:
    page = (await officer.page(PAGE)).text
    hidden = dict(re.findall(r'<input type="hidden" name="(form_token|key)" value="([^"]*)"', page))
    return await officer.browser.post(
        PAGE,
        data={**hidden, "step": "look", **fields},
        files={"file": (name, body.encode() if isinstance(body, str) else body)},
        headers={**HTML, "accept-language": lang},
    )


async def again(officer: Officer, shown: httpx.Response, step: str, lang: str = "en", **fields: str) -> Any:
    """Sends a form of a preview: to look again, or to store."""
    forms = re.findall(r"<form.*?</form>", shown.text, re.S)
    inside = next(each for each in forms if f'name="step" value="{step}"' in each)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', inside))
    for name, options in re.findall(r'<select id="([^"]+)".*?>(.*?)</select>', inside, re.S):
        marked = re.search(r'<option value="([^"]*)" selected', options)
        hidden[name] = (marked or re.search(r'<option value="([^"]*)"', options))[1]  # type: ignore[index]
    data = {**hidden, **fields}
    return await officer.browser.post(PAGE, data=data, headers={**HTML, "accept-language": lang})


async def revisions(town: Town) -> list[Any]:
    found = await town.city.browser.get(f"{SLA}/agreements/{CODE}", headers=town.city.rest)
    items: list[Any] = found.json()["revisions"]
    return items


@pytest.mark.parametrize(
    ("name", "kind", "start"),
    [
        ("openslo.yaml", "application/yaml", b"# not expressed"),
        ("table.csv", "text/csv; charset=utf-8", "\ufeffcode,indicator".encode()),
        (
            "table.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            b"PK",
        ),
        ("tmf623.json", "application/json", b"{"),
    ],
)
async def test_objectives_go_out_and_come_back_changing_nothing(
    town: Town, name: str, kind: str, start: bytes
) -> None:
    page = await town.city.page(PAGE)
    href = re.search(f'href="({PAGE}/[0-9a-f]+/{re.escape(name)})"', page.text)
    assert href is not None
    file = await town.city.page(href[1])

    assert file.status_code == 200
    assert file.headers["content-type"] == kind
    assert file.headers["cache-control"] == "no-store"
    assert file.content.startswith(start)
    shown = await upload(town.city, name, file.content)
    assert "The file changes nothing of proposal 1" in main(shown).replace("Proposal", "proposal")
    assert 'value="store"' not in shown.text


async def test_what_a_file_cannot_say_is_told_in_both_languages(town: Town) -> None:
    english, thai = main(await town.city.page(PAGE)), main(await town.city.page(PAGE, "th"))

    assert "clauses that the file cannot say" in english
    assert "OpenSLO has no time budgets of steps" in english
    assert "a rule of TMF623 has no place for this clause" in english
    assert "Objective permit.time: Window" in english or "window" in english
    assert "ข้อที่ไฟล์นี้บอกไม่ได้" in thai
    assert "ตารางไม่มีคอลัมน์สำหรับข้อนี้" in thai
    assert (
        "OpenSLO" not in thai.replace("OpenSLO v1", "").split("นำเข้าเป็นร่างข้อเสนอ")[0] or "OpenSLO ไม่มี" in thai
    )


async def test_a_file_is_shown_clause_by_clause_and_stored_as_it_was_shown(town: Town) -> None:
    before = await revisions(town)
    shown = await upload(town.city, "objectives.csv", CSV)
    said = main(shown)

    assert shown.status_code == 200, said
    assert "The file changes 2 objectives; nothing is stored yet" in said
    assert "New" in said or "Added" in said
    assert "at least 99.5%" in said
    assert await revisions(town) == before
    sent = [await again(town.city, shown, "store") for _ in range(2)]
    assert [each.status_code for each in sent] == [303, 303], main(sent[0])
    assert sent[0].headers["location"] == sent[1].headers["location"]
    after = await revisions(town)
    assert len(after) == len(before) + 1
    assert sent[0].headers["location"] == f"{AT}/negotiation?done=drafted&revision={after[-1]['hash']}"
    assert "permit.up" in (await town.city.page(f"{AT}/revisions/{after[-1]['hash']}")).text


async def test_in_thai_the_same_is_said_in_thai(town: Town) -> None:
    shown = await upload(town.city, "objectives.csv", CSV, "th")
    assert "ไฟล์นี้เปลี่ยน 2 เป้าหมาย ยังไม่บันทึก" in main(shown)
    assert "บันทึกเป็นร่าง" in main(shown)
    wrong = await upload(town.city, "objectives.csv", HEAD + "x,permit.up,,a lot,>=,month,city,\n", "th")
    said = main(wrong)
    assert "มี 1 จุดที่ต้องแก้ ยังไม่มีการบันทึก" in said
    assert "ค่าเป้าหมาย" in said
    assert re.search(r'<span class="under" lang="en">[^<]*a lot', wrong.text.replace('<span class="nb">', ""))


async def test_another_revision_meanwhile_is_shown_anew_and_not_stored(town: Town) -> None:
    shown = await upload(town.city, "objectives.csv", CSV)
    fields = await town.land.counter_fields()
    prefix = next(each for each in fields if each.endswith("-target")).removesuffix("-target")
    await town.land.post(
        (await town.land.page(f"{AT}/counter")).text,
        f"{AT}/counter",
        **{**fields, f"{prefix}-target": "91", "act": "draft"},
    )
    before = await revisions(town)
    assert len(before) == 2
    refused = await again(town.city, shown, "store")

    assert refused.status_code == 409
    said = main(refused)
    assert "The agreement moved on after you looked. Nothing was stored" in said
    assert "The file changes" in said
    assert await revisions(town) == before
    assert (await again(town.city, refused, "store")).status_code == 303


async def test_columns_and_indicators_of_other_names_are_chosen_on_the_page(town: Town) -> None:
    table = "name,what,goal,remark\nup,Uptime,99%,from the meeting\n"
    shown = await upload(town.city, "x.csv", table, responsible="city", window="month")
    said = main(shown)
    assert "the column" not in said.split("Which column is what")[1][:20]
    assert "Column “remark”" in said
    assert 'value="store"' not in shown.text
    chosen = {"field-1": "code", "field-2": "indicator", "field-3": "target", "field-4": "-"}
    second = await again(town.city, shown, "look", **chosen)
    assert "Which indicator a name of the file is" in main(second)
    assert "“Uptime”" in main(second)
    third = await again(town.city, second, "look", **{"indicator-1": "permit.up"})
    assert "The file changes 1 objective; nothing is stored yet" in main(third), main(third)
    assert "this column is left out" in main(third)
    assert (await again(town.city, third, "store")).status_code == 303


async def test_promises_that_the_file_does_not_name_stay_unless_asked(town: Town) -> None:
    table = HEAD + "up,permit.up,,99.5%,>=,month,city,\n"
    kept = await upload(town.city, "x.csv", table)
    removed = await again(town.city, kept, "look", others="removed")
    assert "The file changes 1 objective;" in main(kept)
    assert "The file changes 2 objectives;" in main(removed)
    assert 'name="others" value="removed"' in removed.text


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.pdf", b"%PDF", "Only .yaml, .yml, .csv, .xlsx and .json are read; you chose “x.pdf”"),
        ("x.csv", b"", "Choose a file"),
        ("x.csv", b"\xff" * 40, "neither UTF-8 nor TIS-620"),
        ("x.csv", b"a" * ((512 << 10) + 1), "The file is larger than 512 KB"),
        ("x.csv", b"code,indicator\n" + b"a,b\n" * 50_000, "objectives"),
        ("x.csv", (HEAD + "=1+1,permit.up,,,,,,\n").encode(), "a formula"),
        ("x.yaml", b"a: &b 1\nc: *b\n", "This was not taken"),
        ("x.json", b"[", "This was not taken"),
        ("x.xlsx", b"PK no", "This was not taken"),
    ],
)
async def test_what_cannot_be_read_is_told_and_nothing_is_stored(
    town: Town, name: str, content: bytes, said: str
) -> None:
    before = await revisions(town)
    answer = await upload(town.city, name, content)

    assert answer.status_code in (200, 422)
    assert said in main(answer)
    assert 'value="store"' not in answer.text
    assert await revisions(town) == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874"])
async def test_thai_tables_in_their_encodings(town: Town, encoding: str) -> None:
    table = "รหัส,ตัวชี้วัด,ค่าเป้าหมาย,รอบ,หน่วยงานที่รับผิดชอบ,ข้อความ\nup,permit.up,๙๙.๕%,เดือน,city,ใช้งานได้เสมอ\n"
    shown = await upload(town.city, "ไฟล์.csv", table.encode(encoding), "th")
    assert "ไฟล์นี้เปลี่ยน 1 เป้าหมาย ยังไม่บันทึก" in main(shown), main(shown)


async def test_a_tampered_form_stores_nothing(town: Town) -> None:
    shown = await upload(town.city, "x.csv", CSV)
    before = await revisions(town)
    cut = await again(town.city, shown, "store", content="AAAA")
    other = await again(town.city, shown, "store", hash="0" * 64, key="k1")
    forged = await again(town.city, shown, "store", form_token="x")

    assert (cut.status_code, other.status_code, forged.status_code) == (422, 409, 400)
    assert await revisions(town) == before


async def test_another_agency_finds_nothing_and_who_signs_may_only_read(town: Town) -> None:
    digest = await newest(town)
    from tests.portal.conftest import operator
    from tests.portal.town import new_officer

    other = await new_officer(town.site, await operator(town.site), "other")
    for path in (
        PAGE,
        f"{PAGE}/{digest}/table.csv",
        f"{PAGE}/{'0' * 64}/table.csv",
        f"{PAGE}/{digest}/x.csv",
    ):
        assert (await other.page(path)).status_code == 404
    assert (await town.city.page(f"{PAGE}/{'0' * 64}/tmf623.json")).status_code == 404
    await other.browser.aclose()


async def test_the_json_twins_and_the_tmf_file_are_whole(town: Town) -> None:
    digest = await newest(town)
    for each in ("openslo", "table", "tmf623"):
        twin = await town.city.page(f"/app/api/sla/v1/agreements/{CODE}/revisions/{digest}/{each}")
        assert twin.status_code == 200
    file = await town.city.page(f"{PAGE}/{digest}/tmf623.json")
    assert json.loads(file.content)["id"] == CODE
