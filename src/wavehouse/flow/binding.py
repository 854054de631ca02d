"""What stands behind the sources of a flow."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from wavehouse.core.errors import DefinitionError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.flow.nodes import FileSource, Source
from wavehouse.flow.relation import BoundSource

# The rows of a source node, by its id. Raises `DefinitionError` where there is nothing to read; the place is
# added by whoever asks.
Bind = Callable[[str, Source], BoundSource]


def contract_rows(sources: Mapping[str, BoundSource]) -> Bind:
    """Binds the nodes that read the files of a contract; `sources` has their rows by the contract's name."""

    def bind(_id: str, node: Source) -> BoundSource:
        name = node.contract if isinstance(node, FileSource) else None
        if name is None:
            raise DefinitionError(
                f"it is a {type(node).__name__} that reads no contract's files, and others are not known",
                remedy="Let it read ${staging}/<source>/",
            )
        if name not in sources:
            raise DefinitionError(
                f"it reads the source '{name}', which has no contract", remedy=did_you_mean(name, sources)
            )
        return sources[name]

    return bind
