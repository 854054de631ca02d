"""Where two JSON documents differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_NOTHING: tuple[Any, ...] = (None, "", False, 0, [], {})


@dataclass(frozen=True)
class Difference:
    """At `path`: None stands for what is not there at all."""

    path: str
    deployed: Any
    defined: Any

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {"path": self.path, "deployed": self.deployed, "defined": self.defined}


def differences(
    deployed: Any, defined: Any, path: str = "", *, lenient: bool = False
) -> Iterator[Difference]:
    """Every place where they differ, the deepest that says it.

    `lenient` passes over what is deployed, empty, and not defined: a service adds such to what it was given.
    """
    if isinstance(deployed, dict) and isinstance(defined, dict):
        for name in sorted({*deployed, *defined}):
            below = f"{path}.{name}" if path else name
            if lenient and name not in defined and deployed[name] in _NOTHING:
                continue
            yield from differences(deployed.get(name), defined.get(name), below, lenient=lenient)
    elif isinstance(deployed, list) and isinstance(defined, list) and len(deployed) == len(defined):
        for number, (there, here) in enumerate(zip(deployed, defined, strict=True)):
            yield from differences(there, here, f"{path}[{number}]", lenient=lenient)
    elif deployed != defined:
        yield Difference(path, deployed, defined)
