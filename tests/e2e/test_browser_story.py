"""The story of an agreement as two agencies live it, each at their own browser: from what recipients need,
over a counter-offer and two signatures, to an announcement that both acknowledge, and a case judged by what
they agreed. Only what machines do (registering the service, reporting a case) goes over REST.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.instance import Instance, Party, eventually, found_agency, month_start

PASSWORD = "rain on a tin roof"
ROLES = ["negotiator", "signatory", "viewer"]
PERMIT, CODE = "permit", "permit-story"
AT = f"/app/agreements/{CODE}"
SLOT = "permit.end-to-end-time"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    found = Instance({"data_dir": tmp_path})
    found.start()
    yield found
    found.close()


@pytest.fixture
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield found
        found.close()


@dataclass
class Officer:
    """A person at a browser of their own, without scripts, in English."""

    page: Page
    url: str
    pictures: Path

    def open(self, path: str) -> str:
        answer = self.page.goto(self.url + path)
        assert answer is not None
        assert answer.status == 200, (path, answer.status)
        return self.main()

    def main(self) -> str:
        """What the main part says, with plain spaces."""
        return re.sub(r"\s+", " ", self.page.inner_text("main"))

    def fill(self, **fields: str) -> None:
        for name, text in fields.items():
            self.page.locator(f'[id="{name}"]').fill(text)

    def choose(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.locator(f'[id="{name}"]').select_option(value)

    def press(self, words: str, picture: str | None = None) -> str:
        """Presses a button, or follows a link that looks like one; keeps a picture of where it leads."""
        button = self.page.locator(f'main button:has-text("{words}"), main a.button:has-text("{words}")')
        button.first.click()
        assert not self.page.locator(".errors").count(), self.page.locator(".errors").inner_text()
        if picture is not None:
            self.page.screenshot(path=self.pictures / f"{picture}.png", full_page=True)
        return self.main()


def officer(
    browser: Browser, instance: Instance, party: Party, name: str, pictures: Path, *, width: int
) -> Officer:
    """Invited by the agency's administrator; takes the invitation up and signs in as people do."""
    email = f"{name}@{party.code}.example"
    invited = party.admin.post(
        f"/api/registry/v1/agencies/{party.code}/people", {"email": email, "name": name, "roles": ROLES}
    )
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale="en-GB", java_script_enabled=False
    )
    found = Officer(context.new_page(), instance.url, pictures)
    found.page.set_default_timeout(15_000)
    found.open(invited["invitation"]["path"])
    found.fill(password=PASSWORD)
    found.page.locator("main form button").click()
    found.fill(email=email, password=PASSWORD)
    found.page.locator("main form button").click()
    assert found.page.url == f"{instance.url}/app"
    return found


def register(instance: Instance, city: Party, land: Party) -> None:
    """What the operator's systems do beforehand: the service, its steps, and who reports."""
    city.admin.post(
        "/api/registry/v1/services",
        {
            "code": PERMIT,
            "name": {"th": "ขอใบอนุญาต", "en": "Apply for a permit"},
            "owner": "city",
            "steps": [
                {"code": "receive", "name": {"th": "รับคำขอ", "en": "Receive"}, "agency": "city"},
                {"code": "confirm", "name": {"th": "ยืนยัน", "en": "Confirm"}, "agency": "land"},
            ],
        },
    )
    source = {"code": "land-api", "agency": "land", "services": [PERMIT]}
    land.admin.post("/api/registry/v1/sources", source)


def report_a_case(land: Party) -> None:
    """A case of last month that took two days."""
    fifth = month_start(1) + timedelta(days=4, hours=10)
    events: list[dict[str, Any]] = [
        {
            "id": f"e-{step}",
            "journey": "case-1",
            "step": step,
            "agency": agency,
            "edge": "point",
            "labels": {},
        }
        | {"at": at.isoformat()}
        for step, agency, at in (
            ("receive", "city", fifth - timedelta(days=2)),
            ("confirm", "land", fifth),
        )
    ]
    body = {"source": "land-api", "service": PERMIT, "events": events}
    land.systems.post("/api/metrics/v1/journey-events", body, key="case-1")


def test_from_a_need_to_an_acknowledged_announcement_and_a_judged_case(
    instance: Instance, browser: Browser, tmp_path: Path
) -> None:
    city_agency, land_agency = found_agency(instance, "city"), found_agency(instance, "land")
    register(instance, city_agency, land_agency)
    pictures = tmp_path / "pictures"
    city = officer(browser, instance, city_agency, "somsri", pictures, width=1280)
    land = officer(browser, instance, land_agency, "malee", pictures, width=360)

    # What recipients need, and the indicator that answers it.
    city.open(f"/app/services/{PERMIT}/needs/new")
    city.fill(statement_en="The permit takes too long, we wait for weeks", wanted="3", theme="Time")
    city.choose(source="survey", wanted_unit="d")
    city.press("Save", "1-need")
    assert "The permit takes too long" in city.open(f"/app/services/{PERMIT}/needs")
    city.open(f"/app/services/{PERMIT}/needs/indicators")
    city.page.locator("a.button[href$='end-to-end-time']").click()
    city.fill(code=SLOT, name_en="Time until the permit")
    city.choose(**{"from": "receive", "to": "confirm"})
    city.press("Make the indicator", "2-indicator")

    # A first draft, offered.
    since = month_start(1)
    city.open("/app/new-agreement")
    city.choose(service=PERMIT)
    city.press("Continue")
    city.fill(
        code=CODE,
        title_th="ข้อตกลงใบอนุญาต",
        title_en="Permits in time",
        **{
            "from": f"{since.day}/{since.month}/{since.year}",
            f"n-{SLOT}-target": "95",
            f"n-{SLOT}-limit": "5",
            f"n-{SLOT}-wording_en": "Your permit in days",
        },
    )
    city.choose(**{f"n-{SLOT}-unit": "d", f"n-{SLOT}-responsible": "land", f"n-{SLOT}-window": "month"})
    city.page.locator("#retroactive").check()
    city.page.locator(f'[id="n-{SLOT}-add"]').check()
    said = city.press("Save draft", "3-draft")
    assert "Proposal 1 is your draft" in said
    assert "Recipients asked for 3 days (1 need): this falls short of it" in said
    city.press("Offer it to all parties")

    # The other agency finds it waiting, says why, and proposes something else.
    assert "To sign or answer: Permits in time" in land.open("/app")
    land.page.locator("a", has_text="To sign or answer").click()
    assert "Proposal 1 waits for your agency" in land.main()
    land.press("Counter-propose", "4-counter-form")
    land.fill(**{"o-end-to-end-time-target": "90", "o-end-to-end-time-limit": "3", "why": "Three days it is"})
    said = land.press("Send the counter-offer", "5-counter-made")
    assert "Proposal 2 waits for your agency" in said

    # Both read what changed, and sign with their passwords once more.
    said = city.open(f"{AT}/negotiation")
    city.page.screenshot(path=pictures / "6-what-changed.png", full_page=True)
    assert "Changed: 1 of 1 objectives" in said
    assert city.page.locator("del").first.inner_text().replace("\u00a0", " ") == "at least 95%"
    assert city.page.locator("ins").first.inner_text().replace("\u00a0", " ") == "at least 90%"
    assert "Recipients asked for 3 days (1 need): this gives it" in said
    assert "Three days it is" in said
    for person, agency in ((city, "city"), (land, "land")):
        person.open(f"{AT}/negotiation")
        said = person.press("Accept and sign", f"7-sign-{agency}")
        assert f"You sign for {agency} as signatory" in said
        person.page.locator("#read").check()
        person.fill(password=PASSWORD)
        assert "Receipt of your signature" in person.press("Sign", f"8-receipt-{agency}")
    assert "All parties have signed" in land.main()
    in_force = eventually(
        lambda: city_agency.office.get(f"/api/sla/v1/agreements/{CODE}"), lambda one: one["in_force"]
    )
    assert in_force["in_force"] == in_force["revisions"][-1]["hash"]

    # Announced, for everybody to read; both acknowledge.
    announced(instance, browser, city, land)

    # A case is reported, and judged by what they agreed.
    report_a_case(land_agency)
    results = "/api/evaluation/v1/results"
    eventually(
        lambda: city_agency.office.get(results, agreement=CODE)["items"],
        lambda items: any(each["verdict"] == "met" and each["total"] == 1 for each in items),
    )
    land.open(f"{AT}/objectives/end-to-end-time")
    land.page.screenshot(path=pictures / "11-judged.png", full_page=True)
    row = re.sub(r"\s+", " ", land.page.locator("main table tbody tr").first.inner_text())
    assert "Met" in row
    assert "1 / 1" in row
    assert "at least 90%" in land.main()
    said = city.open(f"/services/{PERMIT}")
    city.page.screenshot(path=pictures / "12-public.png", full_page=True)
    assert "Met" in said
    assert "100.00% (1 of 1 case)" in said


def announced(instance: Instance, browser: Browser, city: Officer, land: Officer) -> None:
    """What came into force is announced, at the latest by itself; everybody reads who acknowledged."""
    items = eventually(
        lambda: instance.api().get("/api/sla/v1/announcements", agreement=CODE)["items"], lambda found: found
    )
    address = f"/announcements/{items[0]['id']}"
    public = Officer(browser.new_context(locale="th-TH").new_page(), instance.url, city.pictures)
    assert "รับทราบแล้ว 0 จาก 2 หน่วยงาน" in public.open(address)
    for person, agency in ((city, "city"), (land, "land")):
        assert "To acknowledge: Permits in time" in person.open("/app")
        person.page.locator("a", has_text="To acknowledge").click()
        said = person.press(f"Acknowledge for {agency}", f"9-acknowledged-{agency}")
        assert "Your acknowledgement is recorded" in said
    assert "รับทราบแล้ว 2 จาก 2 หน่วยงาน" in public.open(address)
    public.page.screenshot(path=city.pictures / "10-announcement.png", full_page=True)
