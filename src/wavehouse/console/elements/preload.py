"""What a browser should fetch at once, and not only when it is first used."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import nicegui
from nicegui import dependencies
from nicegui.element import Element

from wavehouse.web.front import PATH

_AT = f"{PATH}/_nicegui/{nicegui.__version__}"
# What a module needs to begin with: import … from "./x.js"
_IMPORTED = re.compile(r"""(?:from|import)\s*["']\./([\w.-]+\.js)["']""")


@cache
def preload(elements: tuple[type[Element], ...], modules: tuple[str, ...]) -> str:
    """Links, for the head of a page, to the scripts of elements and to modules by their names."""
    return "".join(
        f'<link rel="modulepreload" href="{place}">' for place in [*_scripts(elements), *_files(modules)]
    )


def _scripts(elements: Iterable[type[Element]]) -> Iterable[str]:
    for element in elements:
        if element.component is not None:
            yield f"{_AT}/components/{element.component.key}"


def _files(modules: Iterable[str]) -> Iterable[str]:
    for key, module in dependencies.esm_modules.items():
        if module.name in modules:
            yield f"{_AT}/esm/{key}/index.js"
            text = (module.path / "index.js").read_text("utf-8")
            yield from (f"{_AT}/esm/{key}/{name}" for name in _IMPORTED.findall(text))
