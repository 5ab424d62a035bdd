"""Settings of this service."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from shared.settings import Settings as Common


class Settings(Common):
    sign_in_again: timedelta = Field(
        timedelta(minutes=5),
        ge=timedelta(seconds=30),
        le=timedelta(hours=1),
        description="How long ago at most a person gave the password who accepts a revision.",
    )
    sla_catalogue_license: str = Field(
        "", description="Address of the license of what the public catalogue lists; empty: none is stated."
    )
    sla_catalogue_spatial: str = Field(
        "http://publications.europa.eu/resource/authority/country/THA",
        description="Address of the area that the public catalogue's agreements are about.",
    )
