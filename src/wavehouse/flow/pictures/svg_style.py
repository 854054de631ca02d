"""The look of a drawn flow: the console's colours and type, light and dark."""

from __future__ import annotations

from collections.abc import Mapping

_FONT = '-apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif'
_MONO = 'ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace'

# Of each, the colour on light and on dark ground; words reach a contrast of 4.5, lines 3 (WCAG AA).
_COLOURS: Mapping[str, tuple[str, str]] = {
    "ground": ("#F5F6F8", "#0E1217"),
    "surface": ("#FFFFFF", "#161B22"),
    "border": ("#E2E5EA", "#272E38"),
    "text": ("#161C26", "#E6EAF0"),
    "muted": ("#5D6675", "#94A0B2"),
    "line": ("#828B9A", "#66717F"),
}
_FAMILIES: Mapping[str, tuple[str, str]] = {
    "source": ("#0B7285", "#3BC9DB"),
    "columns": ("#A34A00", "#FFA94D"),
    "rows": ("#7048E8", "#B197FC"),
    "query": ("#C2255C", "#F783AC"),
    "quality": ("#1A7F37", "#51CF66"),
    "target": ("#3B5BDB", "#7C93FF"),
}


def style() -> str:
    """The style sheet. Plain colours, so that programs without variables draw it as well."""
    return (
        f"text{{font:12px {_FONT}}}"
        ".t{font-size:15px;font-weight:650}"
        ".n{font-size:13px;font-weight:600}"
        ".k{font-size:11px;font-weight:600}"
        ".r{font-size:11px;font-variant-numeric:tabular-nums;text-anchor:end}"
        f".i{{font:11px {_MONO}}}"
        ".l{fill:none;stroke-width:1.5}"
        f"{_colours(0)}@media(prefers-color-scheme:dark){{{_colours(1)}}}"
    )


def _colours(scheme: int) -> str:
    of = {name: pair[scheme] for name, pair in _COLOURS.items()}
    rules = [
        f".g{{fill:{of['ground']}}}",
        f".c{{fill:{of['surface']};stroke:{of['border']}}}",
        f".n,.t,.r{{fill:{of['text']}}}",
        f".m,.i{{fill:{of['muted']}}}",
        f".l{{stroke:{of['line']}}}",
        f".p{{fill:{of['surface']};stroke:{of['line']}}}",
        *(f".{family}{{fill:{pair[scheme]}}}" for family, pair in _FAMILIES.items()),
    ]
    return "".join(rules)
