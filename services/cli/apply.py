"""`sanya apply FILE`: brings a server to what a YAML file describes. Safe to repeat."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer
import yaml

from services.cli.client import EXIT_USAGE, Connection, say

REGISTRY = "/api/registry/v1"
SLA = "/api/sla/v1"

ADMIN = "admin"
"""The name of the client that the operator makes first in each agency."""

FIXED = {"service": ("code", "owner"), "source": ("code", "agency"), "indicator": ()}
"""What an object keeps for ever, so that a change does not name it."""

SECTIONS = ("agencies", "services", "sources", "calendars", "indicators", "agreements")


class _Plain(yaml.SafeLoader):
    """YAML whose times and decimals stay the texts they are: the server reads them, exactly."""


_Plain.yaml_implicit_resolvers = {
    first: [
        (tag, pattern) for tag, pattern in resolvers if tag.rsplit(":", 1)[1] not in ("timestamp", "float")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(text: str) -> Any:
    return yaml.load(text, _Plain)


def load(file: Path) -> dict[str, Any]:
    """The file's sections. Wrong use ends with a sentence."""
    try:
        found = read_yaml(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        say.print(f"{file}: {error}")
        raise typer.Exit(EXIT_USAGE) from None
    if not isinstance(found, dict) or not set(found) <= set(SECTIONS):
        say.print(f"{file}: expected a mapping with some of: {', '.join(SECTIONS)}")
        raise typer.Exit(EXIT_USAGE)
    for name, items in found.items():
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            say.print(f"{file}: {name} must be a list of mappings")
            raise typer.Exit(EXIT_USAGE)
    return found


class Applier:
    """Compares what is there with what is wanted, and changes what differs (or only says so)."""

    def __init__(self, connection: Connection, *, dry_run: bool, tell: Callable[[str], None]) -> None:
        self.connection = connection
        self.dry_run = dry_run
        self.tell = tell
        self.changes = 0

    def apply(self, wanted: dict[str, Any]) -> int:
        """Returns the number of changes made (or, dry, that would be made)."""
        for agency in wanted.get("agencies", []):
            self._agency(agency)
        for service in wanted.get("services", []):
            self._object(service["owner"], f"{REGISTRY}/services", service, "service")
        for source in wanted.get("sources", []):
            self._object(source["agency"], f"{REGISTRY}/sources", source, "source")
        for calendar in wanted.get("calendars", []):
            self._calendar(calendar)
        for indicator in wanted.get("indicators", []):
            body = {name: value for name, value in indicator.items() if name != "by"}
            self._object(indicator.get("by", ""), f"{SLA}/indicators", body, "indicator")
        for agreement in wanted.get("agreements", []):
            self._agreement(agreement)
        return self.changes

    def _change(self, sentence: str) -> bool:
        """Tells a change; True when it is to be made."""
        self.changes += 1
        self.tell(("would " if self.dry_run else "") + sentence)
        return not self.dry_run

    def _agency(self, wanted: dict[str, Any]) -> None:
        operator = self.connection.operator()
        code = wanted["code"]
        body = {name: value for name, value in wanted.items() if name != "clients"}
        if operator.find(f"{REGISTRY}/agencies/{code}") is None and self._change(f"register agency {code}"):
            operator.post(f"{REGISTRY}/agencies", body)
        wallet = self.connection.wallet()
        if f"{code}/{ADMIN}" not in wallet and self._change(f"make client {code}/{ADMIN}"):
            roles = ["agency_admin"]
            client = operator.post(f"{REGISTRY}/agencies/{code}/clients", {"name": ADMIN, "roles": roles})
            self.connection.keep(f"{code}/{ADMIN}", _secret(client))
        for client in wanted.get("clients", []):
            name = f"{code}/{client['name']}"
            if name in wallet or not self._change(f"make client {name}"):
                continue
            api = self.connection.api(f"{code}/{ADMIN}")
            made = api.post(f"{REGISTRY}/agencies/{code}/clients", client)
            self.connection.keep(name, _secret(made))

    def _object(self, by: str, path: str, wanted: dict[str, Any], kind: str) -> None:
        """Registers an object, or brings the fields that are named to what is wanted."""
        code = wanted["code"]
        name = by if "/" in by else f"{by}/{ADMIN}"
        if self.dry_run and name not in self.connection.wallet():
            self._change(f"register {kind} {code}")
            return
        api = self.connection.api(name)
        there = api.find(f"{path}/{code}")
        if there is None:
            if self._change(f"register {kind} {code}"):
                api.post(path, wanted)
            return
        differing = [field for field, value in wanted.items() if not _holds(there.get(field), value)]
        if differing and self._change(f"change {kind} {code}: {', '.join(differing)}"):
            body = {field: value for field, value in wanted.items() if field not in FIXED[kind]}
            api.call("PUT", f"{path}/{code}", json=body)

    def _calendar(self, wanted: dict[str, Any]) -> None:
        """Registers a working calendar. A change of one that is there is a version, which has a date."""
        code, name = wanted["code"], f"{wanted['owner']}/{ADMIN}"
        known = not self.dry_run or name in self.connection.wallet()
        if known and self.connection.api(name).find(f"{REGISTRY}/calendars/{code}") is not None:
            return
        if self._change(f"register calendar {code}"):
            self.connection.api(name).post(f"{REGISTRY}/calendars", wanted)

    def _agreement(self, wanted: dict[str, Any]) -> None:
        """Makes the draft, offers it and accepts it with the clients that are named."""
        document, offered_by = wanted["document"], wanted["offered_by"]
        code = document["code"]
        if self.dry_run and offered_by not in self.connection.wallet():
            self._change(f"offer agreement {code}")
            return
        api = self.connection.api(offered_by)
        there = api.find(f"{SLA}/agreements/{code}")
        if there is None:
            if not self._change(f"draft agreement {code}"):
                return
            there = api.post(f"{SLA}/agreements", document)
        revision = there["revisions"][-1]
        address = f"{SLA}/agreements/{code}/revisions/{revision['hash']}"
        if revision["state"] == "draft":
            if not self._change(f"offer agreement {code}"):
                return
            api.post(f"{address}/offer")
        for name in wanted.get("accepted_by", []):
            agency = name.split("/")[0]
            if revision["standing"].get(agency) == "accepted" or revision["state"] not in {
                "draft",
                "offered",
            }:
                continue
            if self._change(f"accept agreement {code} for {agency}"):
                self.connection.api(name).post(f"{address}/acceptances", {"hash": revision["hash"]})


def _secret(client: dict[str, Any]) -> dict[str, str]:
    return {name: client[name] for name in ("client_id", "client_secret")}


def _holds(there: Any, wanted: Any) -> bool:
    """Whether what is there says all that is wanted; a server may add parts of its own."""
    if isinstance(wanted, dict) and isinstance(there, dict):
        return all(_holds(there.get(name), part) for name, part in wanted.items())
    if isinstance(wanted, list) and isinstance(there, list):
        pairs = zip(there, wanted, strict=False)
        return len(there) == len(wanted) and all(_holds(one, other) for one, other in pairs)
    return bool(there == wanted)
