"""Settings of the registry."""

from __future__ import annotations

from datetime import timedelta
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from shared.settings import Settings


def is_safe(url: str) -> bool:
    """https; or plain on this machine itself, for tests."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")
    )


class RegistrySettings(Settings):
    bootstrap_client_id: str = Field(
        "",
        pattern=r"^([A-Za-z0-9._~-]{1,64})?$",
        description="Id of the operator's first client, made at the start where no client has it yet.",
    )
    bootstrap_client_secret: str = Field(
        "", description="Secret of the operator's first client, 16 characters at least (or `_FILE`)."
    )
    token_lifetime: timedelta = Field(
        timedelta(minutes=10),
        ge=timedelta(seconds=30),
        le=timedelta(hours=1),
        description="How long an access token is good.",
    )
    secret_overlap: timedelta = Field(
        timedelta(hours=24),
        ge=timedelta(0),
        le=timedelta(days=30),
        description="How long a client's old secret stays good beside the new one.",
    )
    key_lifetime: timedelta = Field(
        timedelta(days=90), ge=timedelta(hours=1), description="How long one key signs access tokens."
    )
    key_lead: timedelta = Field(
        timedelta(minutes=10),
        ge=timedelta(0),
        description="How long a new key is made known before it signs the first token.",
    )
    session_lifetime: timedelta = Field(
        timedelta(hours=12), ge=timedelta(minutes=1), description="How long a person stays signed in."
    )
    invitation_lifetime: timedelta = Field(
        timedelta(days=7), ge=timedelta(minutes=1), description="How long an invitation can be taken up."
    )
    reset_lifetime: timedelta = Field(
        timedelta(hours=24), ge=timedelta(minutes=1), description="How long a link to a new password is good."
    )

    oidc_issuer: str = Field(
        "",
        pattern=r"^(https?://\S{1,240})?$",
        description="An OpenID provider where people may sign in too, by its issuer address; empty: none.",
    )
    oidc_client_id: str = Field("", max_length=255, description="What this installation is called there.")
    oidc_client_secret: str = Field(
        "", description="The secret that goes with it (or `_FILE`); empty: PKCE alone (a public client)."
    )
    oidc_name: str = Field(
        "OpenID", min_length=1, max_length=60, description="What the provider is called on the sign-in page."
    )
    oidc_scopes: str = Field(
        "openid", pattern=r"^openid( \S+)*$", description="What is asked for there; `openid` is enough."
    )

    @model_validator(mode="after")
    def _oidc_is_whole(self) -> Self:
        if not self.oidc_issuer:
            return self
        if not (self.oidc_client_id and self.public_url):
            raise ValueError(
                "SANYA_OIDC_ISSUER needs SANYA_OIDC_CLIENT_ID and SANYA_PUBLIC_URL (where the provider sends "
                "people back to)"
            )
        if not is_safe(self.oidc_issuer):
            raise ValueError("SANYA_OIDC_ISSUER must begin with https:// (http:// on this machine alone)")
        return self

    @model_validator(mode="after")
    def _bootstrap_is_whole(self) -> Self:
        if bool(self.bootstrap_client_id) != bool(self.bootstrap_client_secret):
            raise ValueError(
                "SANYA_BOOTSTRAP_CLIENT_ID and SANYA_BOOTSTRAP_CLIENT_SECRET (or _FILE) go together: "
                "set both, or neither"
            )
        if self.bootstrap_client_secret and len(self.bootstrap_client_secret) < 16:
            raise ValueError("SANYA_BOOTSTRAP_CLIENT_SECRET needs 16 characters at least")
        return self
