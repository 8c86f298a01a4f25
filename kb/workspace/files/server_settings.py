"""The SPARQL servers of a knowledge base: the tables `[servers.NAME]` in kb.toml.

They have addresses only. Names and passwords come from the environment or the keyring of the user
(`kb.store.logins`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from kb.errors import Unreadable, Usage
from kb.model import iris
from kb.model.identifiers import suggestion
from kb.store import addresses

TABLE: Final = "servers"
# Seconds for an answer, if neither the server nor the command says otherwise; and the most.
SECONDS: Final = 30.0
LONGEST: Final = 3600.0
_KEYS: Final = ("query", "update", "graph_store", "graphs", "method", "timeout")
NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]*")

Check = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Server:
    """A SPARQL server.

    `query`, `update` and `graph_store` are the addresses of its services (SPARQL 1.1 Protocol,
    Graph Store HTTP Protocol), empty if it has none. `graphs` is the prefix of its graph names,
    empty for the base of the knowledge base. `timeout` is in seconds. `method`
    is one of `addresses.METHODS`, empty to try all. `name` is empty if the user
    gave an address instead of a name.
    """

    name: str
    query: str
    update: str = ""
    graph_store: str = ""
    graphs: str = ""
    timeout: float = SECONDS
    method: str = ""

    @property
    def shown(self) -> str:
        """The name for messages, or the address without what may be secret in it."""
        return self.name or addresses.shown(self.query)


def parse(found: object, line: int, path: str, check: Check) -> Mapping[str, Server]:
    """Parse the tables by name. `check` raises Usage for an address that is not valid.

    Raises Unreadable with the line of the first table.
    """

    def wrong(message: str, hint: str) -> NoReturn:
        """Raise Unreadable with the line of the first table."""
        raise Unreadable(f"{path}:{line}: {message}", hint)

    if not isinstance(found, dict):
        wrong(f"{TABLE} must be a table.", 'write [servers.team] and query = "https://…" below it')
    servers = {}
    for name, table in found.items():
        if not NAME.fullmatch(name) or not isinstance(table, dict):
            wrong(f"{TABLE}.{name} is not the table of a server.", "write [servers.team]")
        for key in table:
            if key not in _KEYS:
                wrong(
                    f"{TABLE}.{name} has no key “{key}”.",
                    suggestion(
                        key,
                        _KEYS,
                        f"the keys are {', '.join(_KEYS)}; "
                        "passwords come from the environment or the keyring",
                    ),
                )
        servers[name] = _server(name, table, wrong, check)
    return servers


def _server(
    name: str, table: Mapping[str, Any], wrong: Callable[[str, str], NoReturn], check: Check
) -> Server:
    """Check the values of one table."""
    for key in ("query", "update", "graph_store"):
        value = table.get(key, "" if key != "query" else None)
        if not isinstance(value, str):
            wrong(f"{TABLE}.{name}.{key} must be an address.", f'{key} = "https://host/path"')
        if not value:
            continue
        try:
            check(value)
        except Usage as error:
            wrong(f"{TABLE}.{name}.{key}: {error.message}", error.hint)
    graphs = table.get("graphs", "")
    if not isinstance(graphs, str) or (graphs and not iris.PREFIX.fullmatch(graphs)):
        wrong(
            f"{TABLE}.{name}.graphs must be an absolute IRI that ends in “/”.",
            'graphs = "https://example.org/kb/"',
        )
    method = table.get("method", "")
    if method != "" and method not in addresses.METHODS:
        wrong(
            f"{TABLE}.{name}.method must be one of {', '.join(addresses.METHODS)}.",
            "leave it out: kb finds out which one the server accepts",
        )
    return Server(
        name,
        table["query"],
        table.get("update", ""),
        table.get("graph_store", ""),
        graphs,
        _seconds(name, table, wrong),
        method,
    )


def _seconds(name: str, table: Mapping[str, Any], wrong: Callable[[str, str], NoReturn]) -> float:
    """Return the time for an answer."""
    timeout = table.get("timeout", SECONDS)
    if isinstance(timeout, bool) or not isinstance(timeout, int | float):
        wrong(f"{TABLE}.{name}.timeout must be a number of seconds.", "timeout = 60")
    if not 0 < timeout <= LONGEST:
        wrong(f"{TABLE}.{name}.timeout must be above 0 and at most {LONGEST:g}.", "timeout = 60")
    return float(timeout)
