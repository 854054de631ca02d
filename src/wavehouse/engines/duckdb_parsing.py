"""Text to values, strictly: what DuckDB's own casts would round, guess or stretch stays text."""

from __future__ import annotations

from wavehouse.engines.duckdb_types import duckdb_type

_WHOLE_NUMBER = r"[+-]?[0-9]+(\.0*)?"
# A year 0 (seen where the date is not known) would become 1 BC, which no reader of the table can hold.
_DATE = r"(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}"
_TIME = r"[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"


def parsed(text: str, type_: str) -> str:
    """An expression for the value of `type_` that the text expression stands for; NULL where for none."""
    target = duckdb_type(type_)
    if type_ == "string":
        return text
    if type_ in ("int", "bigint"):
        # Nearly every value is written as the number prints: that comparison is far cheaper than a pattern.
        plain = f"TRY_CAST({text} AS {target})"
        trimmed = f"trim({text})"
        return (
            f"CASE WHEN {plain}::VARCHAR = {text} THEN {plain} "
            f"WHEN regexp_full_match({trimmed}, '{_WHOLE_NUMBER}') "
            f"THEN TRY_CAST(split_part({trimmed}, '.', 1) AS {target}) END"
        )
    if type_ in ("float", "double") or type_.startswith("decimal("):
        value = f"TRY_CAST({text} AS {target})"
        if type_.startswith("decimal("):
            scale = target.rstrip(")").split(",")[1]
            # More digits than the type has would be rounded, an exponent hides how many there are.
            fraction = rf"|\.[0-9]{{1,{scale}}}0*" if scale != "0" else ""
            exact = rf"[+-]?([0-9]+(\.[0-9]{{0,{scale}}}0*)?{fraction})"
            return f"CASE WHEN regexp_full_match(trim({text}), '{exact}') THEN {value} END"
        return f"CASE WHEN NOT contains({text}, '_') AND isfinite({value}) THEN {value} END"
    if type_ == "boolean":
        folded = f"lower({text})"
        return f"CASE WHEN {folded} IN ('true', '1') THEN true WHEN {folded} IN ('false', '0') THEN false END"
    # A moment needs its zone: without one, even a bare day would be another moment on another machine.
    pattern = {
        "date": _DATE,
        "timestamp": f"{_DATE}({_TIME}( ?UTC|Z)?)?",
        "timestamptz": f"{_DATE}{_TIME}(Z| ?UTC|[+-][0-9]{{2}}(:?[0-9]{{2}})?)",
    }[type_]
    bare = f"trim({text})"
    without_zone = f"regexp_replace({bare}, ' ?(UTC|Z)$', '')" if type_ == "timestamp" else bare
    return f"CASE WHEN regexp_full_match({bare}, '{pattern}') THEN TRY_CAST({without_zone} AS {target}) END"
