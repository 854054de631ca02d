"""What is said of what Glue Studio does not write, or no node here can do."""

from __future__ import annotations

import pytest
from tests.flow.glue_script.reading import FROM_FILES, LINES, TO_FILES, refused


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            "c = custom_udf(a)",
            "1: 'custom_udf' is a name that neither this script nor Glue Studio gives anything.",
        ),
        ("c = Relationalize.apply(a)", "1: 'Relationalize' is a name"),
        (
            "c = a.resolveChoice(specs=[])",
            "1: 'a.resolveChoice(specs=[])' is a call that Glue Studio does not write. "
            "Write what it does as a SparkSQL node, or take it out.",
        ),
        ("a.toDF().show()", "1: 'a.toDF().show()' is a call that Glue Studio does not write."),
        ("import boto3", "1: 'import boto3' is an import that Glue Studio's nodes do not need here."),
        ("from . import x", "1: 'from . import x' is an import"),
        (
            "from pyspark import frame\nframe.toDF()",
            "'frame.toDF()' is a call that Glue Studio does not write.",
        ),
        ("import re as Join\nc = Join.apply(a, b, 'x', 'y')", "is a call that Glue Studio does not write."),
        (
            "def MyTransform(glueContext, dfc): pass",
            "1: 'MyTransform' is a function of a CustomCode node, which is not read:",
        ),
        (
            "def threadedRoute(a): pass",
            "1: 'threadedRoute' is a function of a Route node, which is not read: it gives several",
        ),
        (
            "def sparkUnion(glueContext, unionType, mapping, transformation_ctx): return mapping['source1']",
            "1: 'sparkUnion' is not as Glue Studio writes it, and so may do something else.",
        ),
        ("for x in [1]: pass", "1: 'for x in [1]: pass' is nothing that Glue Studio writes."),
        ("if a.count() > 1: a = a.coalesce(1)", "1: 'a.count() > 1' is a condition"),
        ('c = DropFields.apply(frame=a, paths="x")', "1: 'paths' is a list of texts, and this is none."),
        ('c = DropFields.apply(frame=a, paths=["x.y"])', "If that is its name, write it as '`x.y`'"),
        (
            'c = DropFields.apply(frame=a, path=["x"])',
            "the argument 'path' of 'DropFields.apply(frame=a, path=[\"x\"])' is not "
            "read. Did you mean 'paths'?",
        ),
        ("c = DropFields.apply(frame=a)", "1: 'DropFields.apply(frame=a)' has no 'paths'."),
        ('c = DropFields.apply(frame="a", paths=["x"])', "1: '\"a\"' is not the rows of a node."),
        ("c = DropFields.apply(*[a, ['x']])", "unpacks arguments. Write each by itself."),
        ('c = DropFields.apply(frame=a, paths=["x" + "y"])', '1: \'"x" + "y"\' is computed.'),
        ('c = ApplyMapping.apply(frame=a, mappings=[("x", "int")])', "is not four texts"),
        (
            'c = sparkSqlQuery(glueContext, query=f"SELECT {a}", mapping={"t": a})',
            "is computed. Glue Studio writes values as they are",
        ),
        (
            'args = getResolvedOptions(sys.argv, ["x"])\n'
            'c = sparkSqlQuery(glueContext, query=args["x"], mapping={"t": a})',
            "'args[\"x\"]' is computed",
        ),
        (
            'c = sparkUnion(glueContext, unionType="ALL", mapping={"a": a, "b": b})',
            "1: a union is of 'source1' and 'source2'.",
        ),
        (
            'c = sparkUnion(glueContext, unionType="SOME", mapping={"source1": a, "source2": b})',
            "1: this is no Union, UnionType:",
        ),
        (
            'c = Filter.apply(frame=a, f=lambda row: row["x"] > 1 and (row["y"] > 1 or row["z"] > 1))',
            "mixes 'and' with 'or'",
        ),
        ('c = Filter.apply(frame=a, f=lambda row: len(row["x"]) > 1)', "'len(row[\"x\"])' is computed"),
        ('c = Filter.apply(frame=a, f=lambda row: row["x"] in [1])', "is no comparison that a Filter has"),
        ("c = Filter.apply(frame=a, f=keep)", "is not of the form lambda row:"),
        (
            """c = a.toDF().join(b.toDF(), a["x"] > b["y"], "left")""",
            "is not of the form left['a'] == right['b']",
        ),
        (
            """c = a.toDF().join(b.toDF(), a["x"] == a["y"], "left")""",
            "does not compare a column of each side",
        ),
        (
            """c = a.toDF().join(b.toDF(), a["x"] == b["y"], "cross")""",
            "1: 'cross' is no join that Glue's node has.",
        ),
        ("c = Join.apply(a, a, ['x'], ['y'])", "a join needs two different inputs"),
        (
            FROM_FILES.format('{"paths": ["s3://x/"]}', "avro", "{}"),
            "files of the format 'avro' are not read here",
        ),
        (
            FROM_FILES.format('{"paths": ["s3://x/"], "encoding": "x"}', "csv", "{}"),
            "the option 'encoding' of 'connection_options'",
        ),
        (
            FROM_FILES.format('{"paths": "s3://x/"}', "csv", "{}"),
            "the option 'paths' of 'connection_options' is a list of texts",
        ),
        (
            FROM_FILES.format('{"paths": ["s3://x/"]}', "csv", '{"separator": "#"}'),
            "'#' is no sign that Glue's node has. Known: ',',",
        ),
        (
            FROM_FILES.format("{}", "parquet", "{}"),
            "1: this is no S3ParquetSource, Paths: the field is missing.",
        ),
        (
            'c = glueContext.create_dynamic_frame.from_options(connection_type="mysql", format="csv")',
            "the connection 'mysql' is not S3",
        ),
        (
            TO_FILES
            + 'format="csv", connection_options={"path": "s3://x/"}, format_options={"separator": "|"})',
            "the option 'separator' of 'format_options' is '|', for which Glue's node has no field.",
        ),
        (
            'c = glueContext.getSink(path="s3://x/", connection_type="s3")',
            "1: no writeFrame gives this sink rows to write.",
        ),
        (
            'c = glueContext.getSink(path="s3://x/", connection_type="s3")\nc.writeFrame(a)',
            "no setFormat says in which format",
        ),
        ('a.toDF().writeTo("d.t").append()', "1: a table is named as glue_catalog.<database>.<table>."),
        (
            'a.toDF().writeTo("glue_catalog.d.t")',
            "1: this chain does not end in a call that writes the table.",
        ),
        (
            'x = spark.catalog.listTables("d")\ny = [t.name for t in x]\nz = "t" in y\n'
            'if z:\n    a.toDF().writeTo("glue_catalog.d.t")'
            '.append()\nelse:\n    b.toDF().writeTo("glue_catalog.d.t").create()',
            "this is not of the form: if the table is there",
        ),
        ("assert a", "1: 'assert a' asserts something of its own."),
        ("c = 1\nc.x", "is nothing that Glue Studio writes"),
    ],
)
def test_what_is_not_read_is_named_with_line_and_remedy(code: str, said: str) -> None:
    assert said in refused(code)


def test_all_places_are_told_together_and_what_follows_from_them_is_not() -> None:
    said = refused(
        "import boto3\n"
        "c = custom_udf(a)\n"
        'd = DropFields.apply(frame=c, paths=["x"])\n'
        'e = DropFields.apply(frame=a, paths=["x.y"])\n'
    )
    assert said.splitlines() == [
        "job.py: 3 places are not read:",
        f"  line {LINES + 1}: 'import boto3' is an import that Glue Studio's nodes do not need here. "
        "Write what it does as a SparkSQL node, and take out the import.",
        f"  line {LINES + 2}: 'custom_udf' is a name that neither this script nor Glue Studio gives "
        "anything. Write what it does as a SparkSQL node, or take it out.",
        f"  line {LINES + 4}: the path 'x.y' goes into a column, and columns here have none inside. "
        "If that is its name, write it as '`x.y`'.",
    ]
    many = refused("\n".join(f"c{number} = custom_udf(a)" for number in range(50)))
    assert many.splitlines()[-1] == "  and 30 more."
