"""Mail: to whoever subscribed and may hear of it, in their language, once, as long as it takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.delivery.domain.mail import DELAYS
from services.delivery.handlers import subscribing
from services.delivery.store import mail as store
from shared.auth import Principal, Role
from shared.clock import to_micros
from shared.events import evaluation, sla
from shared.events.envelope import Event
from shared.events.evaluation import (
    BREACH_CLOSED,
    BREACH_OPENED,
    IMPROVEMENT_OVERDUE,
    BreachTold,
    ImprovementTold,
    ReportReady,
)
from shared.events.registry import AgencyChanged, AgencyKeysChanged, ServiceChanged, SubjectChanged
from shared.events.sla import AcknowledgementAwaited, AgreementInForce, AnnouncementPublished, MoveMade
from tests.delivery.desk import CITY, FAR, PUBLIC, SENDER, MailDesk, open_desk
from tests.delivery.mailing import OK, PASSWORD, USER, MailServer, mail_server
from tests.delivery.working import until

BUSY = "451 come again"
NEVER = "550 no such mailbox"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as found:
        yield found


@pytest.fixture
def desk(database_url: str, tmp_path: Path, server: MailServer) -> Iterator[MailDesk]:
    found = open_desk(database_url, tmp_path, server)
    for code, th, en in (("city", "เทศบาล", "City"), ("land", "สำนักงานที่ดิน", "Land Office")):
        found.hear(AgencyChanged(version=1, code=code, name={"th": th, "en": en}).event(), f"a-{code}")
    name = {"th": "ใบอนุญาต", "en": "Permit"}
    found.hear(ServiceChanged(version=1, code="permit", name=name, owner="city", steps=[]).event(), "s")
    yield found
    found.db.close()


def in_force(**document: Any) -> Event:
    return AgreementInForce(
        version=1,
        agreement="permit-2026",
        hash="a" * 64,
        parent=None,
        service="permit",
        parties=["city", "land"],
        visibility="parties",
        effective_from=to_micros(datetime.fromisoformat("2026-10-01T00:00:00+07:00")),
        effective_to=None,
        document={
            "title": {"th": "ข้อตกลงใบอนุญาต", "en": "Permit agreement"},
            "objectives": [
                {"code": "fast", "public_wording": {"th": "เสร็จใน 3 วัน", "en": "Done in 3 days"}},
                {"code": "up"},
            ],
            **document,
        },
    ).event()


def breach(kind: str = BREACH_OPENED, objective: str = "fast", number: int = 1) -> Event:
    return BreachTold(
        version=number,
        kind=kind,
        agreement="permit-2026",
        parties=["city", "land"],
        visibility="parties",
        breach={
            "id": "b1",
            "objective": objective,
            "scope": {"province": "50"},
            "responsible": "land",
            "window": {"start": "2026-10-01T00:00:00+07:00", "end": "2026-11-01T08:30:00+07:00"},
        },
    ).event()


def move(name: str, parties: tuple[str, ...] = ("city", "land"), **more: Any) -> Event:
    values: dict[str, Any] = {"revision": "a" * 64, "by_agency": None, "delegation": None, "role": None}
    return MoveMade(
        version=1,
        agreement="permit-2026",
        number=1,
        service="permit",
        move=name,
        agency="land",
        about=None,
        details={},
        parties=list(parties),
        at=0,
        **{**values, **more},
    ).event()


def announced(visibility: str = "public") -> Event:
    return AnnouncementPublished(
        version=1,
        id="c" * 64,
        number=3,
        agreement="permit-2026",
        service="permit",
        revision="a" * 64,
        title={"th": "ข้อตกลงใบอนุญาต"},
        parties=["city", "land"],
        visibility=visibility,
        announced_by="city",
        announced_at=0,
        effective_from=to_micros(datetime.fromisoformat("2026-12-01T00:00:00+07:00")),
        acknowledge_by=0,
        supersedes=None,
    ).event()


async def test_a_notice_says_in_thai_what_happened_and_where_to_look(
    desk: MailDesk, server: MailServer
) -> None:
    subscription = desk.subscribe("breaches")
    desk.hear(in_force(), "e1")
    desk.hear(breach(), "e2")
    async with desk.posting():
        await desk.settled(subscription)
    (mail,) = server.mails
    assert mail.message["Subject"] == "เกิดเหตุไม่เป็นไปตามข้อตกลง: เสร็จใน 3 วัน"
    assert (mail.recipient, mail.message["To"]) == ("ploy@city.example", "ploy@city.example")
    assert mail.message["From"] == f"Sanya <{SENDER}>"
    for body in (mail.text, mail.html):
        assert "ผลของรอบการประเมินไม่บรรลุเป้าหมาย" in body
        for part in ("ข้อตกลงใบอนุญาต", "ใบอนุญาต", "สำนักงานที่ดิน", f"{PUBLIC}/app/breaches/b1"):
            assert part in body
        assert "1 ต.ค. 2569 – 1 พ.ย. 2569 08.30 น." in body.replace("\u00a0", " ")
    assert mail.message["Content-Language"] == "th"
    key = desk.find(subscription).key
    assert mail.message["List-Unsubscribe"].strip() == f"<{PUBLIC}/mail/{key}>"
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert key in mail.text
    assert key in mail.html
    (noted,) = desk.notices(subscription)
    assert (noted.status, noted.attempts, noted.code, noted.next_at) == ("sent", 1, 250, None)
    assert mail.id == f"<{noted.id}@city.example>"


async def test_in_english_with_gregorian_years(desk: MailDesk, server: MailServer) -> None:
    desk.subscribe("breaches", "agreements", "announcements", language="en")
    desk.hear(in_force(), "e1")
    desk.hear(breach(BREACH_CLOSED, "up"), "e2")
    desk.hear(announced(), "e3")
    async with desk.posting():
        await until(lambda: len(server.mails) == 3)
    first, second, third = server.mails
    assert first.message["Subject"] == "Agreement in force: Permit agreement"
    assert "It is in force from 1 Oct 2026." in first.text.replace("\u00a0", " ")
    # No public wording: its code.
    assert second.message["Subject"] == "Breach closed: up"
    assert "Responsible: Land Office" in second.text
    # No English title: the Thai one.
    assert third.message["Subject"] == "Service level announcement: ข้อตกลงใบอนุญาต"


async def test_only_what_was_asked_for_and_may_be_heard_of(desk: MailDesk) -> None:
    desk.hear(in_force(), "e0")
    kinds = ("breaches", "negotiation", "announcements", "keys")
    everything = desk.subscribe(*kinds)
    of_service = desk.subscribe("breaches", services=("permit",))
    of_agency = desk.subscribe("breaches", "keys", agencies=("land",))
    of_agreement = desk.subscribe("negotiation", agreements=("permit-2026",))
    stranger = desk.subscribe(*kinds, caller=FAR, address="fai@far.example")
    follower = desk.subscribe(*kinds, caller=FAR, address="fai@far.example", services=("permit",))
    desk.hear(breach(), "e1")
    desk.hear(move("offered"), "e2")
    desk.hear(move("drafted"), "e3")
    desk.hear(announced(), "e4")
    desk.hear(AgencyKeysChanged(version=1, agency="land", required=True, keys=[]).event(), "e5")

    def heard(subscription: str) -> list[str]:
        return sorted(str(each.event_id) for each in desk.notices(subscription))

    assert heard(everything) == ["e1", "e2", "e4"]
    assert heard(of_service) == ["e1"]
    assert heard(of_agency) == ["e1", "e5"]
    assert heard(of_agreement) == ["e2"]
    # Public facts of others come to who asked for them by name, and never more than those.
    assert heard(stranger) == []
    assert heard(follower) == ["e4"]


async def test_a_fact_that_is_told_twice_is_mailed_once(desk: MailDesk) -> None:
    subscription = desk.subscribe("breaches")
    desk.hear(breach(), "e1")
    desk.hear(breach(), "e1")
    assert len(desk.notices(subscription)) == 1


async def test_who_shall_acknowledge_is_reminded_and_nobody_else(desk: MailDesk, server: MailServer) -> None:
    officer = Principal("p_land", "land", frozenset({Role.VIEWER}), "person", "Lek")
    land = desk.subscribe("acknowledgements", caller=officer, address="lek@land.example", language="en")
    city = desk.subscribe("acknowledgements")
    overdue = AcknowledgementAwaited(
        version=1, id="c" * 64, number=3, agreement="permit-2026", service="permit", title={"en": "Permits"},
        parties=["city", "land"], agency="land", acknowledge_by=0, days=3, overdue=True, reminder=2,
    )  # fmt: skip
    desk.hear(overdue.event(), "e1")
    assert desk.notices(city) == []
    async with desk.posting():
        await desk.settled(land)
    (mail,) = server.mails
    assert mail.message["Subject"] == "Not acknowledged, overdue: Permits"
    assert "Land Office has not acknowledged announcement 3. Days overdue: 3." in mail.text
    assert [each.status for each in desk.notices(land)] == ["sent"]


async def test_what_the_server_does_not_take_now_comes_again_under_the_same_name(
    desk: MailDesk, server: MailServer
) -> None:
    server.at_data = lambda before: BUSY if before < 2 else OK
    subscription = desk.subscribe("breaches")
    desk.hear(breach(), "e1")
    async with desk.posting():
        for attempt, delay in enumerate(DELAYS[:2], 1):
            await until(lambda: desk.notices(subscription)[0].attempts == attempt)  # noqa: B023
            (noted,) = desk.notices(subscription)
            assert (noted.status, noted.code, noted.next_at) == ("retrying", 451, desk.now + delay)
            desk.now += delay
        await until(lambda: desk.notices(subscription)[0].status == "sent")
    assert len(server.mails) == 3
    assert len({each.id for each in server.mails}) == 1
    assert len({str(each.message["Date"]) for each in server.mails}) == 1
    assert [each.answer for each in server.mails] == [BUSY, BUSY, OK]


async def test_after_its_time_a_mail_has_failed_and_is_listed(desk: MailDesk, server: MailServer) -> None:
    server.at_data = lambda before: BUSY
    subscription = desk.subscribe("breaches")
    desk.hear(breach(), "e1")
    began = desk.now
    async with desk.posting():
        await until(lambda: desk.notices(subscription)[0].attempts == 1)
        desk.now = began + desk.settings.delivery_mail_give_up
        await until(lambda: desk.notices(subscription)[0].status == "failed")
    assert len(server.mails) == 2
    failed = desk.db.snapshot(store.mails_of, CITY.subject, None, "failed", None, 10)
    assert [(each.event_id, each.error) for each in failed] == [("e1", "the mail was refused with 451")]
    assert desk.find(subscription).state == "active"


async def test_a_mail_that_is_refused_for_good_is_not_sent_again(desk: MailDesk, server: MailServer) -> None:
    server.at_data = lambda before: "554 looks like spam" if before == 0 else OK
    subscription = desk.subscribe("breaches")
    desk.hear(breach(), "e1")
    desk.hear(breach(BREACH_CLOSED, number=2), "e2")
    async with desk.posting():
        await until(lambda: desk.notices(subscription)[1].status == "sent")
    first, _ = desk.notices(subscription)
    assert (first.status, first.attempts, first.code, first.next_at) == ("failed", 1, 554, None)
    assert desk.find(subscription).state == "active"


async def test_an_address_that_is_refused_is_not_written_to_until_its_owner_says_so(
    desk: MailDesk, server: MailServer
) -> None:
    server.at_recipient = lambda before: NEVER if before == 0 else OK
    subscription = desk.subscribe("breaches")
    desk.hear(breach(), "e1")
    async with desk.posting():
        await until(lambda: desk.find(subscription).state == "suspended")
        assert desk.find(subscription).because == "refused"
        desk.hear(breach(BREACH_CLOSED, number=2), "e2")
        wanted = subscribing.Wanted(None, None, None, None)
        command = subscribing.Change(CITY, subscription, None, "active", wanted, lambda _: None)
        desk.db.transact(subscribing.change, command)
        desk.hear(breach(number=3), "e3")
        await desk.settled(subscription)
    # What was told while it was suspended did not wait.
    assert [(each.event_id, each.status) for each in desk.notices(subscription)] == [
        ("e1", "failed"),
        ("e3", "sent"),
    ]
    (mail,) = server.mails
    assert "550" not in mail.text


async def test_while_nobody_answers_mails_wait_and_then_they_go(database_url: str, tmp_path: Path) -> None:
    with mail_server() as first:
        port = first.port
    desk = open_desk(database_url, tmp_path, first)
    subscription = desk.subscribe("breaches")
    for number in range(3):
        desk.hear(breach(number=number + 1), f"e{number}")
    async with desk.posting():
        await until(lambda: any(each.attempts for each in desk.notices(subscription)))
        assert any("no connection" in str(each.error) for each in desk.notices(subscription))
        with mail_server(port=port) as server:
            desk.now += DELAYS[0]
            await until(lambda: len(server.mails) == 3)
            await until(lambda: {each.status for each in desk.notices(subscription)} == {"sent"})
    desk.db.close()


async def test_starttls_and_signing_in(database_url: str, tmp_path: Path) -> None:
    with mail_server(tmp_path, auth=True) as server:
        secure = {
            "delivery_smtp_tls": "starttls",
            "delivery_smtp_ca": str(server.ca),
            "delivery_smtp_user": USER,
            "delivery_smtp_password": PASSWORD,
        }
        desk = open_desk(database_url, tmp_path, server, **secure)
        subscription = desk.subscribe("breaches")
        desk.hear(breach(), "e1")
        async with desk.posting():
            await until(lambda: desk.notices(subscription)[0].status == "sent")
        assert [(each.tls, each.user) for each in server.mails] == [(True, USER)]
        desk.db.close()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"delivery_smtp_password": "guessed"}, "does not let us sign in"),
        ({"delivery_smtp_ca": ""}, "certificate"),
        ({"delivery_smtp_tls": "none"}, "the mail server"),
    ],
)
async def test_what_is_wrong_with_the_settings_is_said_and_loses_no_mail(
    tmp_path: Path, wrong: dict[str, str], said: str
) -> None:
    with mail_server(tmp_path, auth=True) as server:
        right = {
            "delivery_smtp_tls": "starttls",
            "delivery_smtp_ca": str(server.ca),
            "delivery_smtp_user": USER,
            "delivery_smtp_password": PASSWORD,
        }
        desk = open_desk(f"sqlite:///{tmp_path}", tmp_path, server, **{**right, **wrong})
        subscription = desk.subscribe("breaches")
        desk.hear(breach(), "e1")
        async with desk.posting():
            await until(lambda: desk.notices(subscription)[0].attempts)
        (noted,) = desk.notices(subscription)
        assert noted.status == "retrying"
        assert said in str(noted.error)
        assert server.mails == []
        desk.db.close()


async def test_one_fact_that_cannot_be_told_stops_no_other_mail(desk: MailDesk, server: MailServer) -> None:
    subscription = desk.subscribe("breaches")
    strange = {"id": "b1", "window": {"start": "yesterday", "end": "today"}}
    nothing = BreachTold(
        version=1, kind=BREACH_OPENED, agreement="x", parties=["city"], visibility="parties", breach=strange
    )
    desk.hear(nothing.event(), "e1")
    desk.hear(breach(), "e2")
    async with desk.posting():
        await desk.settled(subscription)
    assert [each.status for each in desk.notices(subscription)] == ["failed", "sent"]


async def test_a_title_with_a_line_break_stays_one_header(desk: MailDesk, server: MailServer) -> None:
    desk.subscribe("agreements", language="en")
    desk.hear(in_force(title={"en": "Permits\nBcc: everybody@far.example"}), "e1")
    async with desk.posting():
        await until(lambda: server.mails)
    (mail,) = server.mails
    assert mail.message["Subject"] == "Agreement in force: Permits Bcc: everybody@far.example"
    assert mail.message["Bcc"] is None


def told_of(state: str) -> Event:
    return SubjectChanged(version=1, subject=CITY.subject, agency="city", state=state).event()


async def test_who_is_disabled_gets_none_and_who_is_erased_has_no_address_here(desk: MailDesk) -> None:
    subscription = desk.subscribe("breaches")
    desk.hear(told_of("disabled"), "s1")
    assert (desk.find(subscription).state, desk.find(subscription).because) == ("suspended", "disabled")
    desk.hear(breach(), "e1")
    assert desk.notices(subscription) == []
    disabled = desk.find(subscription).version
    desk.hear(told_of("active"), "s2")
    assert desk.find(subscription).state == "active"
    # Who read it while it was suspended has read another one.
    assert 1 < disabled < desk.find(subscription).version
    desk.hear(breach(), "e2")
    desk.hear(told_of("erased"), "s3")
    assert desk.db.snapshot(store.find, subscription) is None
    assert desk.db.snapshot(store.address_of, subscription) is None


async def test_an_improvement_says_whose_it_is_and_none_of_its_words(
    desk: MailDesk, server: MailServer
) -> None:
    subscription = desk.subscribe("improvements")
    desk.hear(in_force(), "e1")
    overdue = ImprovementTold(
        version=3,
        kind=IMPROVEMENT_OVERDUE,
        agreement="permit-2026",
        parties=["city", "land"],
        improvement={
            "id": "i1",
            "agreement": "permit-2026",
            "objective": "fast",
            "scope": {},
            "agency": "land",
            "action": {"id": "t1", "hash": "0" * 64},
        },
        days=-1,
    )
    desk.hear(overdue.event(), "e2")
    async with desk.posting():
        await desk.settled(subscription)
    (mail,) = server.mails
    assert mail.message["Subject"] == "การปรับปรุงเกินกำหนด: เสร็จใน 3 วัน"
    assert "การปรับปรุงของ สำนักงานที่ดิน เกินกำหนดแล้ว" in mail.text
    assert f"{PUBLIC}/app/agreements/permit-2026/objectives/fast" in mail.text
    assert "0" * 64 not in mail.text


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ("2026-10", "รายงานของ ตุลาคม 2569 จัดทำตามกำหนดแล้ว"),
        ("fy2027-q1", "รายงานของ ไตรมาสที่ 1 ปีงบประมาณ 2570 จัดทำตามกำหนดแล้ว"),
        ("fy2027", "รายงานของ ปีงบประมาณ 2570 จัดทำตามกำหนดแล้ว"),
    ],
)
async def test_a_report_that_is_ready_comes_with_its_link(
    desk: MailDesk, server: MailServer, period: str, said: str
) -> None:
    subscription = desk.subscribe("reports")
    desk.hear(in_force(), "e1")
    ready = ReportReady(
        version=1,
        agreement="permit-2026",
        parties=["city", "land"],
        visibility="parties",
        report={"id": "5" * 32, "agreement": "permit-2026", "period": period, "basis": "0" * 64},
    )
    desk.hear(ready.event(), "e2")
    async with desk.posting():
        await desk.settled(subscription)
    (mail,) = server.mails
    assert str(mail.message["Subject"]).startswith("รายงานระดับการให้บริการพร้อมแล้ว: ")
    assert said in mail.text.replace("\u00a0", " ")
    assert f"{PUBLIC}/reports/{'5' * 32}" in mail.text


async def test_every_kind_of_fact_that_is_mailed_has_its_words() -> None:
    from services.delivery.domain.mail import MOVES, OF_TYPE
    from services.delivery.letters import words

    told = {name.split(":")[0] for name in words.OF}
    assert set(OF_TYPE) | {sla.MoveMade.type} == told
    assert {f"{sla.MoveMade.type}:{each}" for each in MOVES} == {
        name for name in words.OF if name.startswith(sla.MoveMade.type)
    }
    assert evaluation.BREACH_REVISED not in told
    assert timedelta(0) < DELAYS[0]
