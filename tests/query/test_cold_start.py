"""A query must not pay for what it does not use."""

from __future__ import annotations

import subprocess
import sys


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import sys, wavehouse.query.answer, wavehouse.query.output, wavehouse.query.statements.run; "
        "print([name for name in ('duckdb', 'pyarrow', 'pyiceberg', 'rich') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
