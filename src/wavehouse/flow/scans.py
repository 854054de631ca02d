"""The files of a source as a table function of DuckDB, which reads from them what a run reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlglot import exp

from wavehouse.core.errors import DefinitionError
from wavehouse.flow.nodes import FileSource, S3CsvSource, S3JsonSource
from wavehouse.flow.relation import Relation
from wavehouse.flow.sql.casts import data_type


def scan(node: FileSource, relation: Relation, files: Callable[[FileSource], Sequence[str]]) -> exp.Expr:
    """The call; raises `DefinitionError` for a field that it cannot say."""
    listed = exp.Array(expressions=[exp.Literal.string(name) for name in files(node)])
    if isinstance(node, S3CsvSource):
        return _call("read_csv", listed, _csv(node, relation))
    if isinstance(node, S3JsonSource):
        return _call("read_json", listed, _json(node, relation))
    # What lies in folders called key=value has no column of that name in a run either.
    return _call("read_parquet", listed, {"union_by_name": exp.true(), "hive_partitioning": exp.false()})


def _csv(node: S3CsvSource, relation: Relation) -> Mapping[str, exp.Expr]:
    for field in ("SkipFirst", "Escaper"):
        if getattr(node, field):
            raise _unsaid(field)
    if node.CompressionType == "bzip2":
        raise _unsaid("CompressionType: bzip2")
    delimiter, quote = node.signs
    if not quote.isascii():
        raise _unsaid("QuoteChar: quillemet")
    texts = {"delim": delimiter, "quote": quote, "escape": quote}
    said = {name: exp.Literal.string(sign) for name, sign in texts.items()}
    options: dict[str, exp.Expr] = {
        **said,
        "header": exp.Boolean(this=node.WithHeader),
        "all_varchar": exp.true(),
    }
    if node.WithHeader:
        # The columns of a file may stand in another order.
        return {**options, "union_by_name": exp.true()}
    names = [exp.Literal.string(name) for name in relation.names]
    return {**options, "names": exp.Array(expressions=names)}


def _json(node: S3JsonSource, relation: Relation) -> Mapping[str, exp.Expr]:
    if node.CompressionType == "bzip2":
        raise _unsaid("CompressionType: bzip2")
    types = [
        exp.PropertyEQ(
            this=exp.to_identifier(column.name, quoted=True),
            expression=exp.Literal.string(data_type(column.type).sql("duckdb")),
        )
        for column in relation.columns
    ]
    form = "auto" if node.Multiline else "newline_delimited"
    return {
        "format": exp.Literal.string(form),
        "records": exp.true(),
        "columns": exp.Struct(expressions=types),
    }


def _call(name: str, listed: exp.Expr, options: Mapping[str, exp.Expr]) -> exp.Expr:
    written = [
        exp.PropertyEQ(this=exp.to_identifier(option), expression=value) for option, value in options.items()
    ]
    return exp.Anonymous(this=name, expressions=[listed, *written])


def _unsaid(field: str) -> DefinitionError:
    return DefinitionError(
        f"{field} cannot be said in DuckDB's SQL as a run means it",
        remedy="Ask for the SQL of a --node that does not come from it, or land the files by a contract",
    )
