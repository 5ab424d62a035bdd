"""The form of a counter-offer: the law's line, targets of groups, plans, a second promise on an indicator."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.portal.conftest import REGISTRY
from tests.portal.test_negotiation import main
from tests.portal.town import AT, CODE, SLA, Town, open_town

MONTH = {"kind": "calendar", "unit": "month"}
TIME: dict[str, Any] = {
    "code": "time",
    "indicator": "permit.time",
    "responsible": "land",
    "good": {"comparator": "<=", "value": "P5D"},
    "comparator": ">=",
    "target": "0.9",
    "window": MONTH,
    "count_at": "completion",
    "statutory": {"value": "P7D", "section": "มาตรา 25"},
}
CASES: dict[str, Any] = {
    "code": "cases",
    "indicator": "permit.cases",
    "responsible": "city",
    "comparator": ">=",
    "target": "0.95",
    "window": MONTH,
    "scope": ["ward"],
    "targets": [{"scope": {"ward": "north"}, "target": "0.9"}],
}
UP: dict[str, Any] = {
    "code": "up",
    "indicator": "permit.up",
    "responsible": "city",
    "comparator": ">=",
    "target": "0.99",
    "window": MONTH,
}


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as found:
        yield found


async def draft(town: Town, **changes: Any) -> dict[str, Any]:
    indicator = {
        "service": "permit",
        "code": "permit.cases",
        "kind": "ratio",
        "unit": "case",
        "name": {"en": "Right first time"},
        "labels": {"ward": ["north", "south", "west"]},
    }
    answer = await town.city.browser.post(f"{SLA}/indicators", json=indicator, headers=town.city.rest)
    assert answer.status_code == 201, answer.text
    source = {"code": "gate", "agency": "city", "services": ["permit"]}
    answer = await town.city.browser.post(f"{REGISTRY}/sources", json=source, headers=town.city.rest)
    assert answer.status_code == 201, answer.text
    start = (datetime.now(UTC) + timedelta(days=60)).strftime("%Y-%m-01T00:00:00+07:00")
    document = {
        "code": CODE,
        "title": {"th": "ใบอนุญาต", "en": "Permits"},
        "service": "permit",
        "parties": ["city", "land"],
        "effective_from": start,
        "objectives": [TIME, CASES, UP],
        "composites": [
            {"code": "both", "kind": "all", "members": [{"objective": "time"}, {"objective": "up"}]}
        ],
        "consequences": [
            {
                "code": "fee",
                "objective": "cases",
                "brackets": [{"comparator": "<", "value": "0.9", "cost": "5"}],
                "unit": "percent",
            }
        ],
        **changes,
    }
    answer = await town.city.browser.post(f"{SLA}/agreements", json=document, headers=town.city.rest)
    assert answer.status_code == 201, answer.text
    return document


async def counter(town: Town, **fields: str) -> Any:
    """Sends the whole form as it is shown, with some fields typed otherwise."""
    shown = await town.city.counter_fields()
    unknown = {name for name in fields if name not in shown and not name.endswith("-add")}
    assert not unknown, unknown
    shown = {
        name: value for name, value in shown.items() if not name.endswith(("-add", "-remove", "retroactive"))
    }
    return await town.city.post(
        (await town.city.page(f"{AT}/counter")).text, f"{AT}/counter", act="draft", **{**shown, **fields}
    )


async def made(town: Town) -> dict[str, Any]:
    state = (await town.city.browser.get(f"{SLA}/agreements/{CODE}", headers=town.city.rest)).json()
    digest = state["revisions"][-1]["hash"]
    found = await town.city.browser.get(f"{SLA}/agreements/{CODE}/revisions/{digest}", headers=town.city.rest)
    document: dict[str, Any] = found.json()
    return document


def objective(document: dict[str, Any], code: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in document["objectives"] if each["code"] == code)
    return found


async def test_a_form_sent_as_it_is_shown_changes_nothing(town: Town) -> None:
    await draft(town)
    answer = await counter(town)
    assert answer.status_code == 422
    assert "You have changed nothing yet" in main(answer)


async def test_what_the_law_demands_can_be_changed_and_taken_away(town: Town) -> None:
    await draft(town)
    answer = await counter(
        town,
        **{
            "o-time-law": "4",
            "o-time-section": "Section 26",
            "o-time-lawreason_en": "Until there are more staff",
        },
    )
    assert answer.status_code == 303, main(answer)
    assert objective(await made(town), "time")["statutory"] == {
        "value": "P4D",
        "section": "Section 26",
        "reason": {"en": "Until there are more staff"},
    }
    names = ("law", "section", "lawreason_en")
    answer = await counter(town, **{f"o-time-{name}": "" for name in names})
    assert answer.status_code == 303, main(answer)
    assert "statutory" not in objective(await made(town), "time")
    share = await counter(town, **{"o-cases-law": "90", "o-cases-section": "มาตรา 9"})
    assert share.status_code == 303, main(share)
    assert objective(await made(town), "cases")["statutory"]["value"] == "0.9"


async def test_a_promise_looser_than_the_law_needs_a_reason_at_its_field(town: Town) -> None:
    await draft(town)
    answer = await counter(town, **{"o-time-law": "4"})
    assert answer.status_code == 422
    assert '<a href="#o-time-law">' in answer.text
    nothing = await counter(town, **{"o-time-section": ""})
    assert '<a href="#o-time-section">' in nothing.text
    wrong = await counter(town, **{"o-time-law": "soon"})
    assert "soon" in main(wrong)


async def test_groups_get_change_and_lose_targets_of_their_own(town: Town) -> None:
    await draft(town)
    answer = await counter(
        town,
        **{
            "o-cases-group-0-target": "88.5",
            "o-cases-newgroup-0-ward": "south",
            "o-cases-newgroup-0-target": "99",
            "o-cases-others": "listed",
        },
    )
    assert answer.status_code == 303, main(answer)
    found = objective(await made(town), "cases")
    assert found["targets"] == [
        {"scope": {"ward": "north"}, "target": "0.885"},
        {"scope": {"ward": "south"}, "target": "0.99"},
    ]
    assert found["unknown_group"] == "listed"
    answer = await counter(town, **{"o-cases-group-0-target": "", "o-cases-group-1-target": ""})
    assert answer.status_code == 303, main(answer)
    assert not {"targets", "unknown_group"} & objective(await made(town), "cases").keys()


async def test_a_group_without_its_label_is_told_at_its_field(town: Town) -> None:
    await draft(town)
    answer = await counter(town, **{"o-cases-newgroup-1-target": "70"})
    assert answer.status_code == 422
    assert '<a href="#o-cases-newgroup-1-ward">' in answer.text
    assert 'value="70"' in answer.text
    twice = await counter(town, **{"o-cases-newgroup-0-ward": "north", "o-cases-newgroup-0-target": "70"})
    assert '<a href="#o-cases-groups">' in twice.text


async def test_plans_are_added_changed_and_taken_away(town: Town) -> None:
    await draft(town)
    answer = await counter(
        town,
        **{
            "plan-new-indicator": "permit.cases",
            "plan-new-source": "gate",
            "plan-new-every": "1",
            "plan-new-everyunit": "h",
            "plan-new-volume": "20",
        },
    )
    assert answer.status_code == 303, main(answer)
    [plan] = (await made(town))["plans"]
    assert (plan["indicator"], plan["source"], plan["frequency"]) == ("permit.cases", "gate", "PT1H")
    assert (plan["expected_volume"], plan["silence_after"]) == (20, "PT1H")
    answer = await counter(
        town, **{"plan-0-silence": "3", "plan-0-post": "Head of registry", "plan-0-volume": ""}
    )
    assert answer.status_code == 303, main(answer)
    [plan] = (await made(town))["plans"]
    assert (plan["silence_after"], plan["post"]) == ("PT3H", "Head of registry")
    assert "expected_volume" not in plan
    # What a card says of it is a sentence.
    state = (await town.city.browser.get(f"{SLA}/agreements/{CODE}", headers=town.city.rest)).json()
    first, *_, last = [each["hash"] for each in state["revisions"]]
    shown = main(await town.city.page(f"{AT}/compare?from={first}&to={last}"))
    assert "gate reports every 1 hour; told as silent after 3 hours; Head of registry" in shown
    assert "{" not in shown
    fields = {**(await town.city.counter_fields()), "plan-0-remove": "yes", "act": "draft"}
    fields = {name: value for name, value in fields.items() if not name.endswith(("-add", "retroactive"))}
    fields = {name: value for name, value in fields.items() if not re.match("o-.*-remove", name)}
    gone = await town.city.post((await town.city.page(f"{AT}/counter")).text, f"{AT}/counter", **fields)
    assert gone.status_code == 303, main(gone)
    assert not (await made(town)).get("plans")


async def test_a_plan_half_typed_is_told_and_kept(town: Town) -> None:
    await draft(town)
    answer = await counter(town, **{"plan-new-source": "gate", "plan-new-every": "often"})
    assert answer.status_code == 422
    assert '<a href="#plan-new-indicator">' in answer.text
    assert "often" in main(answer)
    assert 'value="gate"' in answer.text


async def test_another_promise_on_an_indicator_that_is_promised_already(town: Town) -> None:
    await draft(town)
    form = await town.city.page(f"{AT}/counter")
    assert "promised already: this adds another" in main(form)
    fields = {
        "n-permit.time-target": "99",
        "n-permit.time-limit": "9",
        "n-permit.time-window": "quarter",
        "n-permit.time-responsible": "land",
    }
    for number in (2, 3):
        answer = await counter(town, **{**fields, "n-permit.time-add": "yes"})
        assert answer.status_code == 303, main(answer)
        assert len((await made(town))["objectives"]) == number + 2
    codes = [each["code"] for each in (await made(town))["objectives"]]
    assert codes == ["time", "cases", "up", "permit.time", "time-2"]


@pytest.mark.parametrize("lang", ["th", "en"])
async def test_composites_and_consequences_are_shown_and_stay(town: Town, lang: str) -> None:
    await draft(town)
    form = main(await town.city.page(f"{AT}/counter", lang))
    if lang == "th":
        assert "ส่วนนี้แก้ในแบบฟอร์มไม่ได้" in form
        assert "ต้องบรรลุทุกข้อ:" in form
    else:
        assert "These cannot be changed in a form" in form
        assert "where the result is less than 0.9: 5 %" in form
    before = await made(town)
    assert (await counter(town, **{"o-time-target": "91"})).status_code == 303
    after = await made(town)
    assert [after[name] for name in ("composites", "consequences")] == [
        before[name] for name in ("composites", "consequences")
    ]
    # Who signs sees them in words.
    state = (await town.city.browser.get(f"{SLA}/agreements/{CODE}", headers=town.city.rest)).json()
    whole = main(await town.city.page(f"{AT}/revisions/{state['revisions'][-1]['hash']}", lang))
    assert ("ต้องบรรลุทุกข้อ" if lang == "th" else "all of:") in whole.split("{")[0]
