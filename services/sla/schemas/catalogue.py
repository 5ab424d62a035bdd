"""Wire models of the catalogue: JSON-LD, so its names are those of the vocabularies."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from shared.http import Wire


class Catalogue(Wire):
    """A `dcat:Catalog`; each dataset is one agreement. `hydra:next` is the address of the part after it."""

    context: dict[str, str] = Field(alias="@context")
    id: str = Field(alias="@id")
    type: str = Field(alias="@type")
    title: list[dict[str, str]] = Field(alias="dct:title")
    description: list[dict[str, str]] = Field(alias="dct:description")
    language: list[str] = Field(alias="dct:language")
    dataset: list[dict[str, Any]] = Field(alias="dcat:dataset")
    next: dict[str, str] | None = Field(alias="hydra:next")
