"""Functions of varbinary: encodings and hashes."""

from __future__ import annotations

from wavehouse.query.functions.function import Function

_PADDING = "Java reads base64 with and without '=' at its end"


def _from_base64(name: str, signs: str, plain: str) -> Function:
    # https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Base64.Decoder.html
    whole = f"(?:[{signs}]{{{{4}}}})*(?:[{signs}]{{{{2}}}}(?:==)?|[{signs}]{{{{3}}}}=?)?"
    return Function(
        name,
        ("varchar",),
        "varbinary",
        f"CASE WHEN regexp_full_match({{0}}, '{whole}') "
        f"THEN from_base64(rpad({plain}, CAST(ceil(length({{0}}) / 4e0) * 4 AS INTEGER), '=')) "
        f"WHEN {{0}} IS NOT NULL THEN error('{name}() of a text that is not base64') END",
        _PADDING,
    )


BINARY: tuple[Function, ...] = (
    Function("length", ("varbinary",), "bigint", "octet_length({0})"),
    Function("to_utf8", ("varchar",), "varbinary", "encode({0})"),
    Function("from_utf8", ("varbinary",), "varchar", "decode({0})"),
    Function("to_hex", ("varbinary",), "varchar", "hex({0})"),
    Function(
        "from_hex",
        ("varchar",),
        "varbinary",
        "CASE WHEN regexp_full_match({0}, '(?:[0-9A-Fa-f]{{2}})*') THEN unhex({0}) "
        "WHEN {0} IS NOT NULL THEN error('from_hex() of a text that is not hexadecimal') END",
        "DuckDB takes an odd number of digits",
    ),
    Function("to_base64", ("varbinary",), "varchar", "to_base64({0})"),
    _from_base64("from_base64", "A-Za-z0-9+/", "{0}"),
    Function("to_base64url", ("varbinary",), "varchar", "translate(to_base64({0}), '+/', '-_')"),
    _from_base64("from_base64url", "-A-Za-z0-9_", "translate({0}, '-_', '+/')"),
    *(
        Function(name, ("varbinary",), "varbinary", f"unhex({name}({{0}}))", "DuckDB gives it as hexadecimal")
        for name in ("md5", "sha1", "sha256")
    ),
)
