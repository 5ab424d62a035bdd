"""Settings: environment variables ``SANYA_*``, read once at start-up, never at import.

A value that holds a secret may come from a file instead: ``SANYA_X_FILE`` in place of ``SANYA_X``.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "SANYA_"


class Settings(BaseSettings):
    """What every process of Sanya needs; a service adds its own in ``services/<name>/settings.py``."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    host: str = Field("127.0.0.1", description="Address the HTTP server listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port of the HTTP server; 0 picks a free one.")
    data_dir: Path = Field(Path("var"), description="Folder of the embedded mode's files.")
    database_url: str = Field(
        "",
        description="`sqlite:///FOLDER` (default: the data folder) or `postgresql://USER@HOST/DB`; "
        "`{service}` in it stands for the service's name.",
    )
    database_password: str = Field(
        "", description="Password of the PostgreSQL role, where the URL carries none (or `_FILE`)."
    )
    bus_url: str = Field(
        "", description="`sqlite:///FOLDER` (default: the data folder) or `kafka://HOST:PORT[,...]`."
    )
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$", description="Least level logged.")
    log_format: str = Field(
        "auto", pattern="^(auto|json|text)$", description="`json`, `text`, or `auto`: text on a terminal."
    )
    token_issuer: str = Field("sanya", description="`iss` of the access tokens that are accepted.")
    public_url: str = Field(
        "",
        pattern=r"^(https?://[^\s/?#]+)?$",
        description="Under which address people reach the pages, as `https://sanya.example.go.th`: links in "
        "mails begin with it, and an OpenID provider sends people back to it.",
    )

    @model_validator(mode="before")
    @classmethod
    def _secrets_from_files(cls, values: Any) -> Any:
        for name in cls.model_fields:
            path = os.environ.get(f"{PREFIX}{name.upper()}_FILE")
            if path and name not in values:
                values[name] = Path(path).read_text(encoding="utf-8").strip()
        return values

    @model_validator(mode="after")
    def _one_seam(self) -> Self:
        pair = (self.database.split(":", 1)[0], self.bus.split(":", 1)[0])
        if pair not in {("sqlite", "sqlite"), ("postgresql", "kafka")}:
            raise ValueError(
                "SANYA_DATABASE_URL and SANYA_BUS_URL do not belong together "
                f"({pair[0]}, {pair[1]}): "
                "use sqlite with sqlite (embedded) or postgresql with kafka"
            )
        if pair[0] == "sqlite" and self.database != self.bus:
            raise ValueError(
                "embedded mode keeps its log in the producers' databases: SANYA_BUS_URL must name the "
                "same folder as SANYA_DATABASE_URL"
            )
        return self

    @property
    def database(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{self.data_dir}"

    @property
    def bus(self) -> str:
        """The bus URL in force."""
        return self.bus_url or f"sqlite:///{self.data_dir}"

    @property
    def embedded(self) -> bool:
        """True for SQLite files and the embedded log. Only the wiring may ask."""
        return self.database.startswith("sqlite:")
