"""Every kind of polluted file of Pollock and csv-spectrum (see `pollution.py`): what it holds is loaded as it
stands, kept aside by line with a reason, or refused whole with one; never anything else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.staging.pollution import HEADER, KINDS, Case

from wavehouse.core.errors import RejectedError

if TYPE_CHECKING:
    from tests.staging.conftest import Lab


def _wrong(lab: Lab, case: Case) -> str:  # noqa: PLR0911
    """What is wrong with what became of a file; '' where nothing is."""
    try:
        reading = lab.read(case.content, case.name)
    except RejectedError as error:
        if case.unclear or (case.refused and case.refused in error.what):
            return "" if error.remedy else "no remedy is given"
        return f"refused: {error}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    if case.refused:
        return f"it should be refused, and {len(reading.rows)} rows were loaded"
    # (The texts of the table are those of its values: numbers stand there as they print.)
    rows = [["" if row[name] is None else str(row[name]) for name in HEADER] for row in reading.rows]
    if rows != [list(row) for row in case.rows]:
        return f"loaded were {rows}"
    if [reject.raw for reject in reading.aside] != list(case.aside):
        return f"kept aside were {[reject.raw for reject in reading.aside]}, not {case.aside}"
    if reading.typed.rows_in != len(case.rows) + len(case.aside):
        return f"{reading.typed.rows_in} rows in"
    lines = re.split("(?<=\n)|(?<=\r)(?!\n)", case.content.decode(errors="surrogateescape"))
    for reject in reading.aside:
        if not "".join(lines[reject.line - 1 :]).startswith(reject.raw):
            return f"{reject.raw!r} does not stand on line {reject.line}"
        if not reject.reason or reject.file != case.name:
            return f"of {reject.raw!r}, reason or file are missing"
    return ""


@pytest.mark.parametrize("kind", KINDS)
def test_polluted_files(lab: Lab, kind: str) -> None:
    cases = list(KINDS[kind]())
    found = [(case, _wrong(lab, case)) for case in cases]
    wrong = [f"{case.what}: {said}\n  {case.content[:600]!r}" for case, said in found if said]
    assert not wrong, f"{len(wrong)} of {len(cases)}:\n" + "\n".join(wrong[:20])


def test_there_are_many() -> None:
    """A sweep that yields nothing would pass."""
    numbers = {kind: len(list(cases())) for kind, cases in KINDS.items()}
    assert min(numbers.values()) >= 5
    assert sum(numbers.values()) > 1_000
