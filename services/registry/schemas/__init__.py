"""Wire models of the registry."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import Path, Query
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from shared.auth import Role
from shared.http import CodeText, Line, Wire

_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")


def _mail(text: str) -> str:
    if not _MAIL.fullmatch(text):
        raise ValueError("not a mail address: it looks like name@agency.example")
    return text


def _phone(text: str) -> str:
    if not re.fullmatch(r"[+0-9#*() ./-]{3,32}", text):
        raise ValueError("not a telephone number: digits, spaces and + ( ) - . / # * only, 3 to 32 of them")
    return text


def _duration(given: Any) -> Any:
    """Not a number of seconds, which `true` would be as well."""
    if not isinstance(given, str | timedelta):
        raise ValueError("not a duration: send a text such as PT24H")
    return given


def _agency_roles(roles: list[Role]) -> list[Role]:
    if Role.OPERATOR in roles:
        raise ValueError("operator is no role of an agency's client or person")
    return sorted(set(roles))


Mail = Annotated[Line, StringConstraints(max_length=254), AfterValidator(_mail)]
Phone = Annotated[Line, AfterValidator(_phone)]
Roles = Annotated[list[Role], Field(min_length=1, max_length=20), AfterValidator(_agency_roles)]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Version = Annotated[int, Field(description="Rises with every change; the ETag.")]

CodeInPath = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
IdInPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9._~-]{1,64}$")]
TokenInPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,100}$")]
Search = Annotated[Line | None, Query(alias="q", description="Words in the name (either language) or code.")]
CodeFilter = Annotated[CodeText | None, Query()]

NameText = dict[Literal["th", "en"], str]


class Name(Wire):
    """A name in Thai, English, or both."""

    th: Line | None = None
    en: Line | None = None

    def model_post_init(self, _context: Any) -> None:
        if self.th is None and self.en is None:
            raise ValueError('give at least one of "th" and "en"')

    def text(self) -> dict[str, str]:
        return self.model_dump(exclude_none=True)


class NoNull(Wire):
    """A PATCH: what is not sent stays. Only fields in ``nullable`` can be sent as null, which erases."""

    @model_validator(mode="after")
    def _nothing_is_nulled(self) -> NoNull:
        for name in self.model_fields_set:
            if getattr(self, name) is None and name != "contact":
                raise ValueError(f'"{name}" can\'t be null: leave it out to keep it')
        return self

    def sent(self, name: str, stored: Any) -> Any:
        """What was sent for a field, else what is stored."""
        return getattr(self, name) if name in self.model_fields_set else stored


# --- agencies ----------------------------------------------------------------------------------------


class Contact(Wire):
    """A post to turn to, and how it is reached. Shown to callers with a token; never told in events."""

    name: Line
    email: Mail | None = None
    phone: Phone | None = None


class AgencyPut(Wire):
    name: Name
    contact: Contact | None = None


class AgencyIn(AgencyPut):
    code: CodeText


class AgencyPatch(NoNull):
    name: Name | None = None
    contact: Contact | None = None


class AgencyOut(Wire):
    """`contact` only for callers with a token."""

    code: str
    name: NameText
    state: str
    version: Version
    contact: Contact | None = None


# --- services ----------------------------------------------------------------------------------------


class StepIn(Wire):
    """A step; `agency` is responsible for it."""

    code: CodeText
    name: Name
    agency: CodeText


def _different_codes(steps: list[StepIn]) -> list[StepIn]:
    codes = [step.code for step in steps]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise ValueError(f"each step needs its own code; used more than once: {', '.join(twice)}")
    return steps


Steps = Annotated[list[StepIn], Field(max_length=500), AfterValidator(_different_codes)]


class ServicePut(Wire):
    name: Name
    steps: Steps = []


class ServiceIn(ServicePut):
    code: CodeText
    owner: CodeText


class ServicePatch(NoNull):
    name: Name | None = None
    steps: Steps | None = None


class StepOut(Wire):
    code: str
    name: NameText
    agency: str
    version: Version


class ServiceOut(Wire):
    code: str
    name: NameText
    owner: str
    steps: list[StepOut]
    version: Version
    changed_at: datetime


class ServiceVersion(Wire):
    """What a service was from `changed_at` on."""

    version: Version
    changed_at: datetime
    name: NameText
    steps: list[StepOut]


# --- sources -----------------------------------------------------------------------------------------

Holder = Annotated[
    Literal["next", "previous"],
    Field(description="Who holds a case between two events: the agency of the next, or of the one before."),
]


def _sorted_codes(codes: list[str]) -> list[str]:
    return sorted(set(codes))


Services = Annotated[list[CodeText], Field(min_length=1, max_length=500), AfterValidator(_sorted_codes)]


class SourcePut(Wire):
    services: Services
    holder: Holder = "next"


class SourceIn(SourcePut):
    code: CodeText
    agency: CodeText


class SourcePatch(NoNull):
    services: Services | None = None
    holder: Holder | None = None
    state: Literal["active", "disabled"] | None = None


class SourceOut(Wire):
    code: str
    agency: str
    services: list[str]
    holder: Holder
    state: str
    version: Version


# --- clients and tokens ------------------------------------------------------------------------------


class ClientIn(Wire):
    name: Line
    roles: Roles


class OperatorIn(Wire):
    name: Line


class ClientPatch(NoNull):
    name: Line | None = None
    roles: Roles | None = None
    state: Literal["active", "disabled"] | None = None


class SecretOut(Wire):
    """A secret in force; `expires_at` null: until the next rotation."""

    created_at: datetime
    expires_at: datetime | None


class ClientOut(Wire):
    client_id: str
    name: str
    agency: str | None
    roles: list[Role]
    state: str
    created_at: datetime
    secrets: list[SecretOut]
    version: Version


class ClientMade(ClientOut):
    """A new client, with its secret: it is shown this once and kept as a hash only."""

    client_secret: str


class RotationIn(Wire):
    """`overlap`: how long the old secret stays good; default is a setting (24 hours)."""

    overlap: (
        Annotated[
            timedelta,
            Field(ge=timedelta(0), le=timedelta(days=30), json_schema_extra={"example": "PT24H"}),
            BeforeValidator(_duration),
        ]
        | None
    ) = None


class Rotated(Wire):
    client_id: str
    client_secret: str
    previous_until: datetime


class AccessToken(Wire):
    """RFC 6749, 5.1. `scope`: the roles of the token."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int
    scope: str


class KeyOut(Wire):
    kid: str
    signs_from: datetime
    not_after: datetime | None


class KeyRotationIn(Wire):
    """`compromised`: the old keys end at once, with every token they signed."""

    compromised: bool = False


# --- people ------------------------------------------------------------------------------------------


class PersonIn(Wire):
    email: Mail
    name: Line
    roles: Roles


class PersonPatch(NoNull):
    email: Mail | None = None
    name: Line | None = None
    roles: Roles | None = None
    state: Literal["active", "disabled"] | None = None


class PersonOut(Wire):
    """`state`: invited, active or disabled; erased: only the id is left, and name and email are null."""

    id: str
    name: str | None
    email: str | None
    agency: str
    roles: list[Role]
    state: str
    created_at: datetime
    version: Version


class OneTimeLink(Wire):
    """Shown this once. `path` is the page on the portal's address that the person opens."""

    token: str
    path: str
    expires_at: datetime


class Invited(Wire):
    person: PersonOut
    invitation: OneTimeLink


class Invitation(Wire):
    """What an invitation, or a link to a new password, says to the person who holds it."""

    name: str
    email: str
    agency: str
    expires_at: datetime


class PasswordIn(Wire):
    password: Secret


class SignIn(Wire):
    email: Annotated[Line, StringConstraints(max_length=320)]
    password: Secret


class SessionIn(Wire):
    session: Secret


class StepUp(Wire):
    """The session's person gives the password again, or the ticket of having signed in again elsewhere."""

    session: Secret
    password: Secret | None = None
    ticket: Secret | None = None

    @model_validator(mode="after")
    def _one_proof(self) -> StepUp:
        if (self.password is None) is (self.ticket is None):
            raise ValueError("give either the password or a ticket")
        return self


class SessionPerson(Wire):
    id: str
    name: str
    agency: str
    roles: list[Role]


class PersonToken(Wire):
    access_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: Annotated[int, Field(description="Seconds that the access token is good.")]
    signed_in_at: datetime
    person: SessionPerson


class SessionMade(PersonToken):
    """`session` is a secret: the portal keeps it in an HttpOnly cookie."""

    session: str
    session_expires_in: Annotated[int, Field(description="Seconds until the person has to sign in again.")]
