"""Wire models of signing in at an OpenID provider."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator

from services.registry.schemas import Secret, SessionMade
from shared.http import Wire

Purpose = Literal["sign-in", "link", "step-up"]


class OidcState(Wire):
    """Whether people may sign in at an OpenID provider here, and what it is called."""

    on: bool
    name: str | None
    issuer: str | None


class OidcBegin(Wire):
    """`link` and `step-up` are for the person of a session; `link` asks for the password too, since whoever
    holds the identity can sign in from then on."""

    purpose: Purpose
    session: Secret | None = None
    password: Secret | None = None

    @model_validator(mode="after")
    def _whole(self) -> OidcBegin:
        if (self.session is None) is (self.purpose != "sign-in"):
            raise ValueError("link and step-up need a session, sign-in takes none")
        if (self.password is None) is (self.purpose == "link"):
            raise ValueError("link needs the password, the others take none")
        return self


class OidcBegun(Wire):
    """`url`: where to send the browser; `attempt`: for its HttpOnly cookie, to come back with the answer."""

    url: str
    attempt: str
    expires_in: int


class OidcReturn(Wire):
    """What the provider sent the browser back with."""

    attempt: Secret
    state: Secret
    code: Annotated[str, Field(min_length=1, max_length=4000)]
    iss: Annotated[str, Field(max_length=255)] | None = None


class OidcReturned(Wire):
    """What came of it: a session (`sign-in`), or a `ticket` in place of the password (`step-up`)."""

    purpose: Purpose
    made: SessionMade | None = None
    ticket: str | None = None


class OidcIdentity(Wire):
    """That a person may sign in at the provider. Who they are there is not told."""

    issuer: str
    linked_at: datetime
