"""Disputes and their answers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from shared.http import CodeText, Text, Wire


class AboutBreach(Wire):
    """The whole breach."""

    kind: Literal["breach"]


class AboutJourneys(Wire):
    """Some of its journeys."""

    kind: Literal["journeys"]
    journeys: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=128)]], Field(min_length=1, max_length=1000)
    ]


class AboutShare(Wire):
    """What was put down to an agency; null: to nobody."""

    kind: Literal["share"]
    agency: CodeText | None


About = Annotated[AboutBreach | AboutJourneys | AboutShare, Field(discriminator="kind")]


class DisputeIn(Wire):
    reason: Text
    about: About


class AnswerIn(Wire):
    """`uphold`: the dispute is right, a correction or exclusion follows; `decline` needs a reason."""

    answer: Literal["uphold", "decline", "note"]
    reason: Text | None = None


class RemedyIn(Wire):
    """What follows an upheld dispute."""

    kind: Literal["correction", "exclusion"]
    id: Annotated[str, Field(min_length=1, max_length=64)]


class AnswerOut(Wire):
    agency: str
    answer: Literal["uphold", "decline", "note"]
    reason: str | None
    answered_at: str


class DisputeOut(Wire):
    """A party's objection. `state` is computed: `open` until all others have answered or `due_at` has passed.

    `reason` is null once it was erased. `remedy_due`: it was upheld, and nothing has followed yet.
    """

    id: str
    version: int
    breach: str
    agreement: str
    objective: str
    agency: str
    about: dict[str, Any]
    reason: str | None
    state: Literal["open", "upheld", "declined", "noted", "expired"]
    opened_at: str
    due_at: str
    answers: list[AnswerOut]
    awaiting: list[str]
    remedy: dict[str, str] | None
    remedy_due: bool
