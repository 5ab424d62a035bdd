"""Subscriptions: nothing before the address said yes, only one's own, and gone with all that is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.delivery.domain import Audience
from services.delivery.domain.mail import About, address_fault, ask_again_after
from services.delivery.handlers import naming, notices, subscribing
from services.delivery.handlers.subscribing import Follow, Named, Wanted
from services.delivery.settings import DeliverySettings
from services.delivery.store import mail as store
from shared.auth import Principal, Role
from shared.errors import Conflict, NotFound, NotYetKnown, TooManyRequests, Unprocessable
from shared.events.registry import SubjectChanged
from shared.timers import Timer
from tests.delivery.desk import CITY, FAR, MailDesk
from tests.delivery.mailing import MailServer
from tests.delivery.test_feed import record
from tests.delivery.test_mail import announced, breach, desk, in_force, move, server
from tests.delivery.working import until

__all__ = ["desk", "server"]

OPERATOR = Principal("operator", None, frozenset({Role.OPERATOR}))
HOME = "somchai@home.example"


def follow(desk: MailDesk, address: str = HOME, *services: str, hourly: int = 200) -> None:
    desk.db.transact(subscribing.follow, Follow(address, "en", services or ("permit",), hourly))


def of_public(desk: MailDesk, address: str = HOME) -> list[store.Subscriber]:
    return desk.db.snapshot(store.of_address, address, None)


async def test_nothing_but_the_request_to_confirm_goes_out_before_the_address_says_yes(
    desk: MailDesk, server: MailServer
) -> None:
    made = desk.ask("breaches")
    desk.hear(breach(), "e1")
    async with desk.posting():
        await desk.settled(made.id)
        assert [str(each.message["Subject"]) for each in server.mails] == ["โปรดยืนยันอีเมลของท่าน"]
        assert str(made.confirm) in server.mails[0].text
        # It ends nothing: somebody else may have typed the address, or its holder waits for the mail.
        assert made.key not in server.mails[0].text
        assert server.mails[0].message["List-Unsubscribe"] is None
        assert made.confirm is not None
        desk.db.transact(subscribing.confirm, made.confirm)
        desk.hear(breach(number=2), "e2")
        await desk.settled(made.id)
    assert [each.event_id for each in desk.notices(made.id)] == ["e2"]


async def test_a_link_confirms_once_and_in_time(desk: MailDesk) -> None:
    made = desk.ask("breaches")
    assert made.confirm is not None
    with pytest.raises(NotFound):
        desk.db.transact(subscribing.confirm, made.key)
    desk.now += timedelta(days=2)
    with pytest.raises(NotFound):
        desk.db.transact(subscribing.confirm, made.confirm)
    again = desk.db.transact(subscribing.ask_again, Named(CITY, made.id))
    assert again.confirm not in (None, made.confirm)
    with pytest.raises(NotFound):
        desk.db.transact(subscribing.confirm, made.confirm)
    assert again.confirm is not None
    assert desk.db.transact(subscribing.confirm, again.confirm).state == "active"
    with pytest.raises(NotFound):
        desk.db.transact(subscribing.confirm, again.confirm)
    with pytest.raises(Conflict):
        desk.db.transact(subscribing.ask_again, Named(CITY, made.id))


async def test_an_address_is_asked_less_and_less_often_whoever_types_it(desk: MailDesk) -> None:
    for times in range(1, 5):
        desk.ask("breaches", address=HOME)
        wait = ask_again_after(times)
        desk.now += wait - timedelta(seconds=1)
        with pytest.raises(TooManyRequests) as refused:
            desk.ask("breaches", address=HOME.upper(), caller=FAR)
        assert refused.value.retry_after == pytest.approx(1, abs=0.1)
        follow(desk, HOME)
        assert of_public(desk) == []
        desk.now += timedelta(seconds=1)
    assert ask_again_after(4) == ask_again_after(9) == timedelta(hours=36)


async def test_a_confirmed_address_is_not_asked_by_the_same_person_again(desk: MailDesk) -> None:
    desk.subscribe("breaches")
    assert desk.ask("announcements").state == "active"
    # Another person's yes is not this one's.
    with pytest.raises(TooManyRequests):
        desk.ask("breaches", caller=FAR)


async def test_a_subscription_is_its_owners_alone(desk: MailDesk) -> None:
    subscription = desk.subscribe("breaches")
    wanted = Wanted(None, None, None, None)
    change = subscribing.Change(FAR, subscription, "en", None, wanted, lambda _: None)
    for handler, command in (
        (subscribing.change, change),
        (subscribing.remove, Named(FAR, subscription)),
        (subscribing.ask_test, Named(FAR, subscription)),
        (subscribing.ask_again, Named(FAR, subscription)),
    ):
        with pytest.raises(NotFound):
            desk.db.transact(handler, command)
    assert desk.db.snapshot(store.of_owner, FAR.subject, None, 10) == []
    assert desk.db.snapshot(store.mails_of, FAR.subject, None, None, None, 10) == []


async def test_what_is_not_open_to_the_caller_answers_as_what_there_is_not(desk: MailDesk) -> None:
    desk.hear(in_force(), "e1")
    said = set()
    for code in ("permit-2026", "nothing"):
        with pytest.raises(NotYetKnown) as refused:
            desk.ask("breaches", caller=FAR, address="fai@far.example", agreements=(code,))
        said.add(refused.value.detail.replace(code, "…"))
    assert len(said) == 1
    for narrow in ({"services": ("nothing",)}, {"agencies": ("nothing",)}):
        with pytest.raises(NotYetKnown):
            desk.ask("breaches", **narrow)
    with pytest.raises(Unprocessable):
        desk.ask("announcements", caller=OPERATOR)
    assert desk.ask("announcements", caller=OPERATOR, services=("permit",)).agency is None


async def test_there_are_not_more_than_the_setting_says(desk: MailDesk) -> None:
    for _ in range(50):
        desk.subscribe("breaches")
    with pytest.raises(Conflict):
        desk.ask("breaches")


async def test_the_public_hears_what_is_announced_to_everybody_and_no_more(
    desk: MailDesk, server: MailServer
) -> None:
    follow(desk)
    (asked,) = of_public(desk)
    assert asked.confirm is not None
    async with desk.posting():
        await until(lambda: server.mails)
        desk.db.transact(subscribing.confirm, asked.confirm)
        desk.hear(announced("parties"), "e1")
        desk.hear(breach(), "e2")
        desk.hear(announced("public"), "e3")
        await until(lambda: len(server.mails) == 2)
        _, told = server.mails
        assert "/services/permit" in told.text
        key = str(told.message["List-Unsubscribe"]).rsplit("/", 1)[1].rstrip(">")
        desk.db.transact(subscribing.end, key)
        desk.db.transact(subscribing.end, key)
        assert of_public(desk) == []
    with desk.db.reader.connect() as connection:  # what stays is nobody's
        rows = [
            str(tuple(row))
            for table in ("subscription", "mail_address", "mail", "mail_asked")
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}")
        ]
    assert [row for row in rows if HOME in row] == []
    assert len(rows) == 1


async def test_a_public_fact_is_looked_up_and_not_everybody_is_asked(desk: MailDesk) -> None:
    ours = desk.subscribe("agreements", caller=CITY, address="a@city.example")
    by_service = desk.subscribe("agreements", caller=FAR, address="b@far.example", services=["permit"])
    by_agency = desk.subscribe("agreements", caller=FAR, address="c@far.example", agencies=["city"])
    for number in range(5):
        desk.subscribe("agreements", caller=FAR, address=f"d{number}@far.example")

    def heard(public: bool = True) -> set[str]:
        about = About("agreements", Audience(("city", "land"), public), "permit", "permit-2026")
        return {each.id for each in desk.db.snapshot(store.listening, about)}

    assert heard() == {ours, by_service, by_agency}
    assert heard(public=False) == {ours}
    # What is named changes with the subscription, and goes with it.
    wanted = Wanted(None, None, (), None)
    version = desk.find(by_service).version
    change = subscribing.Change(FAR, by_service, None, None, wanted, lambda _version: None)
    desk.db.transact(subscribing.change, change)
    assert desk.find(by_service).version == version + 1
    assert heard() == {ours, by_agency}
    desk.db.transact(lambda _, uow: store.remove(uow.connection, by_agency))
    assert heard() == {ours}
    rows = sa.select(sa.func.count()).select_from(store.subscription_wish)
    assert desk.db.snapshot(lambda connection: connection.execute(rows).scalar_one()) == 0


async def test_a_second_wish_of_the_public_joins_the_first(desk: MailDesk) -> None:
    from shared.events.registry import ServiceChanged

    name = {"en": "Licence"}
    desk.hear(ServiceChanged(version=1, code="licence", name=name, owner="city", steps=[]).event(), "s2")
    for service in ("permit", "licence"):
        follow(desk, HOME, service)
        asked = of_public(desk)[-1]
        assert asked.confirm is not None
        desk.db.transact(subscribing.confirm, asked.confirm)
        desk.now += timedelta(hours=2)
    (found,) = of_public(desk)
    assert found.services == ("licence", "permit")


async def test_many_addresses_at_once_are_not_asked(desk: MailDesk) -> None:
    for number in range(3):
        follow(desk, f"a{number}@home.example", hourly=3)
    with pytest.raises(TooManyRequests):
        follow(desk, "b@home.example", hourly=3)
    desk.now += timedelta(hours=1)
    follow(desk, "b@home.example", hourly=3)


async def test_an_address_of_the_public_that_is_refused_is_erased(desk: MailDesk, server: MailServer) -> None:
    follow(desk)
    (asked,) = of_public(desk)
    assert asked.confirm is not None
    desk.db.transact(subscribing.confirm, asked.confirm)
    server.at_recipient = lambda before: "550 gone"
    desk.hear(announced(), "e1")
    async with desk.posting():
        await until(lambda: not of_public(desk))


async def test_who_did_not_confirm_never_was_here(desk: MailDesk) -> None:
    made = desk.ask("breaches")
    kept = desk.subscribe("breaches", caller=FAR, address="fai@far.example")
    desk.now += timedelta(days=31)
    desk.db.transact(lambda _, uow: notices.forget(Timer("forget-mail", "", uow.now), uow))
    assert desk.db.snapshot(store.find, made.id) is None
    assert desk.find(kept).state == "active"
    assert desk.mails(kept) == []


async def test_the_link_of_who_is_disabled_confirms_nothing(desk: MailDesk) -> None:
    made = desk.ask("breaches")
    disabled = SubjectChanged(version=1, subject=CITY.subject, agency="city", state="disabled")
    desk.hear(disabled.event(), "s1")
    assert made.confirm is not None
    with pytest.raises(NotFound):
        desk.db.transact(subscribing.confirm, made.confirm)


async def test_what_was_sent_stays_sent_for_who_lost_the_lead(desk: MailDesk, server: MailServer) -> None:
    subscription = desk.subscribe("breaches")
    desk.hear(breach(), "e1")
    async with desk.posting():
        await desk.settled(subscription)
    (sent,) = desk.notices(subscription)
    # Another postman, frozen since before, finds it on its list, and no longer to be sent.
    assert desk.db.snapshot(notices.post_of, sent.id) is None
    desk.db.transact(notices.drop, sent.id)
    assert desk.notices(subscription) == [sent]


async def test_a_move_that_is_read_before_its_agreement_hides_no_title(desk: MailDesk) -> None:
    desk.db.transact(lambda _, uow: naming.on_move(replace(record(move("commented"), "m1"), at=2), uow))
    desk.db.transact(lambda _, uow: naming.on_agreement(replace(record(in_force(), "e1"), at=1), uow))
    known = desk.db.snapshot(store.name_of, "agreement", "permit-2026")
    assert known is not None
    assert known.name["th"] == "ข้อตกลงใบอนุญาต"


async def test_a_test_mail_goes_to_a_confirmed_address(desk: MailDesk, server: MailServer) -> None:
    made = desk.ask("breaches")
    with pytest.raises(Conflict):
        desk.db.transact(subscribing.ask_test, Named(CITY, made.id))
    assert made.confirm is not None
    desk.db.transact(subscribing.confirm, made.confirm)
    desk.db.transact(subscribing.ask_test, Named(CITY, made.id))
    with pytest.raises(Conflict):
        desk.db.transact(subscribing.ask_test, Named(CITY, made.id))
    async with desk.posting():
        await desk.settled(made.id)
    assert [str(each.message["Subject"]) for each in server.mails] == ["อีเมลทดสอบ"]


@pytest.mark.parametrize(
    "address",
    [
        "ploy", "@city.example", "ploy@", "ploy@city", "a b@city.example", "a@b@city.example",
        "ploy@city.example\nBcc: all@city.example", "ploy@-city.example", "ปลอย@city.example",
        ".ploy@city.example", "ploy..a@city.example", "x" * 65 + "@city.example", "<ploy@city.example>",
        "ploy@city.example,all@city.example",
    ],
)  # fmt: skip
def test_what_is_no_mail_address_is_refused(address: str) -> None:
    assert address_fault(address) is not None


@given(st.text(alphabet="abz09.+-_", min_size=1, max_size=20).filter(str.isalnum))
def test_plain_addresses_are_taken(local: str) -> None:
    assert address_fault(f"{local}@sub.city.example") is None


def test_mail_without_a_sender_or_an_address_for_its_links_does_not_start(tmp_path: Path) -> None:
    whole = {"delivery_mail_from": "sanya@city.example", "public_url": "https://sanya.example"}
    for missing in whole:
        rest = {name: value for name, value in whole.items() if name != missing}
        with pytest.raises(ValidationError, match="SANYA_DELIVERY_SMTP_HOST needs"):
            DeliverySettings(data_dir=tmp_path, delivery_smtp_host="mail.example", **rest)
    with pytest.raises(ValidationError, match="go together"):
        DeliverySettings(data_dir=tmp_path, delivery_smtp_user="sanya")
