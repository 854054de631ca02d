"""What DuckDB says of an error, in our words where people meet them."""

from __future__ import annotations

import re

from wavehouse.core.suggestions import did_you_mean

_NO_COLUMN = re.compile(
    r'(?:Referenced column "(?P<column>.+)" not found in FROM clause!'
    r'|Table "(?P<table>.+)" does not have a column named "(?P<of_table>.+)")'
)
_NO_TABLE = re.compile(r'Referenced table "(?P<table>.+)" not found!')
_CANDIDATES = re.compile(r"^Candidate (?:bindings|tables): (?P<names>.*)$", re.MULTILINE)
_NAME = re.compile(r'"((?:[^"]|"")*)"')


def first_line(error: Exception) -> str:
    """The first line of an error, without its kind."""
    said = str(error).splitlines()[0]
    return said.partition("Error: ")[2] or said


def explained(error: Exception) -> tuple[str, str]:
    """What is wrong with a statement, and what to do."""
    said = first_line(error)
    found = _CANDIDATES.search(str(error))
    names = _NAME.findall(found["names"]) if found else []
    if column := _NO_COLUMN.fullmatch(said):
        table = f" in '{column['table']}'" if column["table"] else ""
        name = column["column"] or column["of_table"]
        return f"there is no column '{name}'{table}", did_you_mean(name, names)
    if table_ := _NO_TABLE.fullmatch(said):
        return f"there is no table or alias '{table_['table']}'", did_you_mean(table_["table"], names)
    hint = next((line for line in str(error).splitlines()[1:] if line.startswith("Did you mean")), "")
    return said, hint
