"""Settings of what goes out."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from pydantic import Field, model_validator

from shared.settings import Settings


class DeliverySettings(Settings):
    delivery_webhook_private: bool = Field(
        False,
        description="Lets webhooks lead to private addresses and over plain HTTP (intranets, tests).",
    )
    delivery_webhook_timeout: float = Field(
        15.0, gt=0, le=120, description="Seconds that a webhook's receiver has to answer one event."
    )
    delivery_webhook_give_up: timedelta = Field(
        timedelta(days=1),
        gt=timedelta(0),
        description="How long an event is tried again before its webhook is disabled.",
    )
    delivery_webhook_overlap: timedelta = Field(
        timedelta(days=1),
        ge=timedelta(0),
        description="How long a webhook's old secret still signs beside the new one.",
    )
    delivery_webhooks_most: int = Field(20, ge=1, description="Webhooks that an agency may have at most.")

    delivery_smtp_host: str = Field(
        "", description="The mail server that takes what is sent to subscribers; empty: no mail is sent."
    )
    delivery_smtp_port: int = Field(587, ge=1, le=65535, description="Its port.")
    delivery_smtp_tls: str = Field(
        "starttls",
        pattern="^(starttls|tls|none)$",
        description="`starttls` (refused where the server lacks it), `tls` from the first byte, or `none`.",
    )
    delivery_smtp_ca: str = Field(
        "", description="File with the certificates (PEM) that vouch for the server; empty: the system's."
    )
    delivery_smtp_user: str = Field("", description="Name to sign in with; empty: without signing in.")
    delivery_smtp_password: str = Field("", description="Its password (or `_FILE`).")
    delivery_smtp_timeout: float = Field(
        30.0, gt=0, le=300, description="Seconds that the mail server has for each step."
    )
    delivery_mail_from: str = Field(
        "",
        pattern=r"^([^\s@<>]+@[^\s@<>]+)?$",
        description="The address that mails come from. Needed with a mail server, as is `SANYA_PUBLIC_URL`.",
    )
    delivery_mail_give_up: timedelta = Field(
        timedelta(days=2), gt=timedelta(0), description="How long a mail is tried again before it has failed."
    )
    delivery_subscriptions_most: int = Field(
        50, ge=1, description="Subscriptions that one person or system may have at most."
    )
    delivery_confirmations_hourly: int = Field(
        200,
        ge=1,
        description="Mails to addresses of the public that are to be confirmed, at most in an hour.",
    )

    @model_validator(mode="after")
    def _mail_is_whole(self) -> Self:
        if self.delivery_smtp_host and not (self.delivery_mail_from and self.public_url):
            raise ValueError(
                "SANYA_DELIVERY_SMTP_HOST needs SANYA_DELIVERY_MAIL_FROM (who writes) and SANYA_PUBLIC_URL "
                "(every mail carries a link that ends it)"
            )
        if bool(self.delivery_smtp_user) != bool(self.delivery_smtp_password):
            raise ValueError(
                "SANYA_DELIVERY_SMTP_USER and SANYA_DELIVERY_SMTP_PASSWORD (or _FILE) go together: "
                "set both, or neither"
            )
        return self

    @property
    def mail_on(self) -> bool:
        """Whether mail is sent at all."""
        return bool(self.delivery_smtp_host)
