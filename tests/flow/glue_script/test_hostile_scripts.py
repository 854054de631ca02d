"""Whatever is given as a script ends in nodes or in one paragraph, soon, and never runs."""

from __future__ import annotations

import io
import tokenize
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.flow.glue_script.reading import read

from wavehouse.core.errors import DefinitionError
from wavehouse.flow.glue_script import read_script, script_text

_FOLDER = Path(__file__).parents[2] / "golden" / "glue_scripts"
_SCRIPTS = [path.read_text("utf-8") for path in sorted(_FOLDER.glob("*.py"))]
_START = "glueContext = GlueContext(SparkContext())\n"
_SOURCE = _START + 'a = glueContext.create_dynamic_frame.from_catalog(database="d", table_name="t")\n'
_MANY = 50_000


@pytest.mark.parametrize(
    "text",
    [
        "(" * _MANY,
        "[" * 40 + "(" * 40 + "1",
        "x = " + "-" * _MANY + "1",
        "x = " + "not " * _MANY + "y",
        "x = y" + ".a" * _MANY,
        "x = f" + "()" * 40_000,
        "x = " + "1 + " * _MANY + "1",
        "x = " + "2 ** " * 20_000 + "1",
        "x = " + "1 if 1 else " * 20_000 + "1",
        "x = " + "lambda: " * 20_000 + "1",
        "\n".join(" " * depth + "if x:" for depth in range(300)),
        "f'{" * 200,
    ],
    ids=lambda text: text[:12],
)
def test_what_is_too_deep_is_said_to_be(text: str) -> None:
    assert "is nested more than 60 deep" in read(text)


@pytest.mark.parametrize(
    "text",
    ["x = 1\n" * 100_000, "x = '" + "a" * 600_000 + "'", "#\n" * 200_000, "x = " + "'é'" * 200_000],
    ids=lambda text: text[:8],
)
def test_what_is_too_large_is_said_to_be(text: str) -> None:
    assert "is larger than 500,000 bytes or 150,000 words" in read(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "print 'a'\n",
            "job.py:1: this is not Python 3: Missing parentheses in call to 'print'. Did you mean",
        ),
        ("import sys\nexec 'a'\n", "job.py:2: this is not Python 3: Missing parentheses in call to 'exec'"),
        ("x = 1\nx = (\n", "job.py:2: this is not Python 3: "),
        ("x = '''\na", "job.py:1: this is not Python 3: "),
        ("if x:\n  y\n z\n", "job.py:3: this is not Python 3: "),
        ("x = 1\ny = \0", "job.py:2: this is not a text: it has a null byte"),
        ("\ud800", "job.py:1: this is not a text: it has a null byte or half a character"),
        ("x = " + "9" * 5_000, "job.py:1: this is not Python 3: Exceeds the limit"),
        ("x = 0x" + "f" * 9_000, "…' is too large a number"),
        ("x = '\\ud800'", "job.py:1: ''\\ud800'' has characters that are no text"),
        ("x = 1j", "job.py:1: '1j' is no text, number or truth value"),
        ("", "job.py: this script has no node"),
        ("# nothing\n\f\n", "job.py: this script has no node"),
    ],
)
def test_what_is_no_script_is_said_with_its_line(text: str, said: str) -> None:
    assert said in read(text)


def test_many_nodes_are_refused_and_not_waited_for() -> None:
    said = read(_SOURCE + 'a = DropFields.apply(frame=a, paths=["x"])\n' * 2_000)
    assert "job.py:1002: this script has more than 1,000 nodes" in said
    assert (
        read(_SOURCE + "b = EvaluateDataQuality.apply(frame=a, ruleset='Rules = [ RowCount > 1 ]')\n" * 999)
        == ""
    )


@pytest.mark.parametrize(
    "code",
    [
        "__import__('os').system('touch {0}')",
        "open('{0}', 'w').close()",
        "exec(\"open('{0}', 'w')\")",
        "x = eval(\"open('{0}', 'w')\")",
        "x = [open('{0}', 'w') for _ in 'a']",
        'x = f\'{{open("{0}", "w")}}\'',
        "(x := open('{0}', 'w'))",
        "@open('{0}', 'w').write\ndef f(): pass",
        "def f(a=open('{0}', 'w')): pass",
        "def sparkSqlQuery(glueContext, query, mapping, transformation_ctx) -> open('{0}', 'w'): pass",
        "class A(metaclass=open('{0}', 'w')): pass",
        "x: open('{0}', 'w') = 1",
        "import os; os.open('{0}', 64)",
        "assert open('{0}', 'w')",
        "if open('{0}', 'w'): pass",
        "while open('{0}', 'w'): break",
        "lambda: open('{0}', 'w')",
        "job = Job(open('{0}', 'w'))",
        "args = getResolvedOptions(sys.argv, [open('{0}', 'w')])",
        "b = Filter.apply(frame=a, f=lambda row: open('{0}', 'w'))",
        "b = Filter.apply(frame=a, f=lambda row=open('{0}', 'w'): row['x'] > 1)",
        "b = DropFields.apply(frame=a, paths=[open('{0}', 'w').name])",
        "b = DropFields.apply(frame=a, paths=['x'], transformation_ctx=str(open('{0}', 'w')))",
        "b = sparkSqlQuery(glueContext, query='SELECT 1', mapping={{'t': a, **open('{0}', 'w')}})",
        "b = sparkSqlQuery(open('{0}', 'w'), query='SELECT 1', mapping={{'t': a}})",
        "b = a.toDF().writeTo('glue_catalog.d.t').options(**open('{0}', 'w')).append()",
        "a.toDF()[open('{0}', 'w')]",
        "del a[open('{0}', 'w')]",
        "try:\n    open('{0}', 'w')\nexcept open: pass",
        "async def f(): await open('{0}', 'w')",
        "match open('{0}', 'w'):\n    case _: pass",
        "from pathlib import Path\nPath('{0}').touch()",
    ],
)
def test_code_is_refused_and_never_run(code: str, tmp_path: Path) -> None:
    touched = tmp_path / "touched"
    said = read(_SOURCE + code.format(touched))
    assert said.startswith("job.py")
    assert "no node" not in said, "the line before is one"
    assert not touched.exists()


def _tokens(text: str) -> list[str]:
    return [
        token.string for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.string.strip()
    ]


_WORDS = sorted({word for text in _SCRIPTS for word in _tokens(text) if len(word) < 40})
_PIECES = st.sampled_from(
    [
        *_WORDS,
        "(",
        ")",
        "*",
        "**",
        ":=",
        "lambda",
        "await",
        "f'{a}'",
        "\\",
        "\n",
        "\f",
        "\r",
        "\ufeff",
        "é",
        "0" * 30,
    ]
)


@given(st.data())
def test_changed_scripts_end_in_nodes_or_one_paragraph(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(_SCRIPTS))
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 30)))
        text = text[:start] + data.draw(_PIECES | st.text(max_size=5)) + text[end:]
    read(text)


@given(st.lists(_PIECES | st.text(max_size=8), max_size=40))
def test_words_in_any_order_end_in_nodes_or_one_paragraph(words: list[str]) -> None:
    read(_SOURCE + " ".join(words))


@given(st.binary(max_size=200))
def test_bytes_that_are_no_text_are_told(content: bytes) -> None:
    try:
        text = script_text(content, "job.py")
    except DefinitionError as error:
        text, said = "", str(error)
    else:
        said = "job.py: this file is not UTF-8"
    assert said.startswith("job.py: this file is not UTF-8")
    read(text)


def test_files_as_editors_save_them() -> None:
    """A byte order mark, lines of Windows, a coding that the text does not have, and form feeds."""
    plain = _SCRIPTS[0]
    saved = ("# -*- coding: latin-1 -*-\n\f\n" + plain).replace("\n", "\r\n").encode()
    assert read_script(script_text(b"\xef\xbb\xbf" + saved, "job.py"), "job.py") == read_script(
        plain, "job.py"
    )


@pytest.mark.parametrize(
    ("content", "said"), [(b"\xff", "not UTF-8 (byte 0)"), (b"#" * 500_001, "larger than")]
)
def test_files_that_cannot_be_read(content: bytes, said: str) -> None:
    with pytest.raises(DefinitionError, match=r"job\.py: ") as told:
        script_text(content, "job.py")
    assert said in str(told.value)
