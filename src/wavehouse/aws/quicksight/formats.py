"""How figures are written."""

from __future__ import annotations

from wavehouse.aws.template.intrinsics import Json
from wavehouse.dashboards.measures import Measure

# Formats that are another one there, and what is shown in place of them.
INSTEAD = {"minutes": "milliseconds", "bytes": "bytes in thousands, millions and billions"}
_SUFFIX = {"minutes": " ms", "seconds": " s", "bytes": " B"}


def number_format(measure: Measure) -> Json:
    """The format of a measure's figures."""
    places: Json = {}
    if measure.digits is not None:
        places = {"DecimalPlacesConfiguration": {"DecimalPlaces": measure.digits}}
    separator: Json = {
        "SeparatorConfiguration": {
            "DecimalSeparator": "DOT",
            "ThousandsSeparator": {
                "Symbol": "COMMA",
                "Visibility": "HIDDEN" if measure.format == "plain" else "VISIBLE",
            },
        }
    }
    if measure.format == "percent":
        return {"PercentageDisplayFormatConfiguration": {**separator, **places}}
    scale = "AUTO" if measure.format in ("compact", "bytes") else "NONE"
    suffix: Json = {"Suffix": _SUFFIX[measure.format]} if measure.format in _SUFFIX else {}
    return {
        "NumberDisplayFormatConfiguration": {**suffix, **separator, **places, "NumberScale": scale},
    }
