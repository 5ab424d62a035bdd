"""Wire models of subscriptions and mail. An answer to a write never holds the address: answers are kept for a
day where an `Idempotency-Key` came with the request, and addresses stand in one erasable table."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from services.delivery.domain.mail import Kind
from shared.http import CodeText, Page, Wire

Language = Literal["th", "en"]
Email = Annotated[str, Field(min_length=3, max_length=320, examples=["name@agency.go.th"])]
Kinds = Annotated[list[Kind], Field(min_length=1, max_length=20)]
Codes = Annotated[list[CodeText], Field(max_length=100)]


class SubscriptionBody(Wire):
    """Where to, and of what. Without agencies, services and agreements: all of your agency's; with some of
    them: what concerns any of these, as far as you may hear of it."""

    email: Email
    language: Language = "th"
    kinds: Kinds
    agencies: Codes = Field(default_factory=list)
    services: Codes = Field(default_factory=list)
    agreements: Codes = Field(default_factory=list)


class SubscriptionChange(Wire):
    """What is to be otherwise. Another address is another subscription. `active` again: the next mail goes
    out anew."""

    language: Language | None = None
    kinds: Kinds | None = None
    agencies: Codes | None = None
    services: Codes | None = None
    agreements: Codes | None = None
    state: Literal["active", "suspended"] | None = None


class SubscriptionView(Wire):
    """A subscription as it stands. `unconfirmed`: its address has to say yes until `confirm_until`.

    `suspended_because`: `asked`, `refused` (the mail server said there is no such address) or `disabled`
    (the person's account). `version` is the ETag.
    """

    id: str
    agency: str | None
    kinds: list[Kind]
    agencies: list[str]
    services: list[str]
    agreements: list[str]
    language: Language
    state: Literal["unconfirmed", "active", "suspended"]
    suspended_because: Literal["asked", "refused", "disabled"] | None
    confirm_until: datetime | None
    made_at: datetime
    version: int


class SubscriptionWithAddress(SubscriptionView):
    email: str | None


class Subscriptions(Page[SubscriptionWithAddress]):
    """A part of your subscriptions, in the order in which they were made."""


class FollowBody(Wire):
    """Somebody of the public follows what is announced about some services."""

    email: Email
    language: Language = "th"
    services: Annotated[list[CodeText], Field(min_length=1, max_length=50)]


class Asked(Wire):
    """The same answer whatever is known of the address: look into its mailbox."""

    asked: Literal[True] = True


MailStatus = Literal["waiting", "retrying", "sent", "failed"]


class NoticeView(Wire):
    """A mail and what came of it. `event` is the fact's id in the feed; `message_id` stands in its header, so
    a mail that came twice, because the process died behind the server's yes, can be told. `code` is what the
    mail server answered last."""

    id: str
    subscription: str
    purpose: Literal["confirmation", "notice", "test"]
    kind: Kind | None
    event: str | None
    message_id: str | None
    status: MailStatus
    attempts: int
    next_at: datetime | None
    code: int | None
    error: str | None
    made_at: datetime
    last_at: datetime | None


class Notices(Page[NoticeView]):
    """A part of the mails of the last 30 days, newest first."""


class MailLink(Wire):
    """What a mail's link does. `confirm`: says yes; `end`: ends what is described here."""

    does: Literal["confirm", "end"]
    language: Language
    kinds: list[Kind]
    services: list[str]


class MailState(Wire):
    """Whether this installation sends mail, and of what. `queue`: mails by status, for the operator alone."""

    on: bool
    kinds: list[Kind]
    queue: dict[str, int] | None
