"""Settings of this service: those that every process has."""

from __future__ import annotations

from shared.settings import Settings as Settings
