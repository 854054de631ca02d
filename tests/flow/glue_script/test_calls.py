"""What the calls for sources, transforms and targets come to, in Glue's JSON form."""

from __future__ import annotations

from typing import Any

import pytest
from tests.flow.glue_script.reading import FROM_FILES, TO_FILES, node

_A = {"Inputs": ["a"]}


@pytest.mark.parametrize(
    ("format_", "places", "options", "kind", "fields"),
    [
        # What Glue takes where the script says nothing: no header, one line per record.
        ("csv", "", "{}", "S3CsvSource", {"Separator": "comma", "QuoteChar": "quote", "WithHeader": False}),
        (
            "csv",
            "",
            '{"separator": "\\t", "quoteChar": -1}',
            "S3CsvSource",
            {"Separator": "tab", "QuoteChar": "disabled"},
        ),
        (
            "csv",
            "",
            '{"multiLine": "true", "escaper": "\\\\"}',
            "S3CsvSource",
            {"Multiline": True, "Escaper": "\\"},
        ),
        (
            "csv",
            "",
            '{"multiline": False, "skipFirst": True}',
            "S3CsvSource",
            {"Multiline": False, "SkipFirst": True},
        ),
        ("json", "", '{"jsonPath": "$.a[*]"}', "S3JsonSource", {"JsonPath": "$.a[*]"}),
        ("parquet", "", "{}", "S3ParquetSource", {}),
        ("glueparquet", "", "{}", "S3ParquetSource", {}),
        (
            "parquet",
            '"recurse": True, "groupFiles": "inPartition", "groupSize": "1048576"',
            "{}",
            "S3ParquetSource",
            {"Recurse": True, "GroupFiles": "inPartition", "GroupSize": "1048576"},
        ),
        (
            "parquet",
            '"exclusions": "[\\"**.pdf\\"]", "boundedFiles": "10"',
            "{}",
            "S3ParquetSource",
            {"Exclusions": ["**.pdf"], "AdditionalOptions": {"BoundedFiles": 10}},
        ),
        (
            "parquet",
            '"compressionType": "gzip", "maxBand": 900',
            "{}",
            "S3ParquetSource",
            {"CompressionType": "gzip", "MaxBand": 900},
        ),
    ],
)
def test_files(format_: str, places: str, options: str, kind: str, fields: dict[str, Any]) -> None:
    found, has = node(FROM_FILES.format(f'{{"paths": ["s3://x/y/"], {places}}}', format_, options))
    assert found == kind
    assert has["Paths"] == ["s3://x/y/"]
    assert has.items() >= fields.items()


def test_tables() -> None:
    assert node(
        'c = glueContext.create_dynamic_frame.from_catalog(database="d", table_name="t", '
        "push_down_predicate=\"year = '2024'\", additional_options={'boundedSize': 5})"
    ) == (
        "S3CatalogSource",
        {
            "Database": "d",
            "Table": "t",
            "PartitionPredicate": "year = '2024'",
            "AdditionalOptions": {"BoundedSize": 5},
        },
    )
    assert node(
        'c_df = glueContext.create_data_frame.from_catalog(database="d", table_name="t", '
        'additional_options={"snapshot-id": 7})\nc = DynamicFrame.fromDF(c_df, glueContext, "c")'
    ) == (
        "S3CatalogIcebergSource",
        {"Database": "d", "Table": "t", "AdditionalIcebergOptions": {"snapshot-id": "7"}},
    )


_KEYS = [{"From": "a", "Keys": [["x"]]}, {"From": "b", "Keys": [["y"]]}]


@pytest.mark.parametrize(
    ("code", "kind", "fields"),
    [
        (
            'ApplyMapping.apply(frame=a, mappings=[("x", "long", "`y.z`", "int"), '
            '("`.u`", "int", "u", "int")])',
            "ApplyMapping",
            {
                "Mapping": [
                    {"ToKey": "y.z", "FromPath": ["x"], "FromType": "long", "ToType": "int"},
                    {"ToKey": "u", "FromPath": ["`.u`"], "FromType": "int", "ToType": "int"},
                ]
            },
        ),
        (
            'a.apply_mapping([("x", "int", "y", "int")])',
            "ApplyMapping",
            {"Mapping": [{"ToKey": "y", "FromPath": ["x"], "FromType": "int", "ToType": "int"}]},
        ),
        ('SelectFields.apply(a, ["x", "`y`"])', "SelectFields", {"Paths": [["x"], ["y"]]}),
        ('a.select_fields(paths=["x"])', "SelectFields", {"Paths": [["x"]]}),
        ('DropFields.apply(frame=a, paths=["`.x`", "y"])', "DropFields", {"Paths": [["`.x`"], ["y"]]}),
        ('RenameField.apply(a, "x", "`y.z`")', "RenameField", {"SourcePath": ["x"], "TargetPath": ["`y.z`"]}),
        ('a.rename_field("x", "y")', "RenameField", {"SourcePath": ["x"], "TargetPath": ["y"]}),
        ("DropNullFields.apply(frame=a)", "DropNullFields", {}),
        (
            'drop_nulls(glueContext, frame=a, nullStringSet={"", "n/a"}, nullIntegerSet={})',
            "DropNullFields",
            {
                "NullCheckBoxList": {"IsEmpty": True, "IsNullString": False, "IsNegOne": False},
                "NullTextList": [{"Value": "n/a", "Datatype": {"Id": "string", "Label": "string"}}],
            },
        ),
        (
            'FillMissingValues.apply(frame=a, missing_values_column="x", output_column="y")',
            "FillMissingValues",
            {"ImputedPath": "x", "FilledPath": "y"},
        ),
        (
            'FillMissingValues.apply(frame=a, missing_values_column="x")',
            "FillMissingValues",
            {"ImputedPath": "x"},
        ),
        (
            "DynamicFrame.fromDF(a.toDF().dropDuplicates(), glueContext, 'c')",
            "DropDuplicates",
            {"Columns": []},
        ),
        (
            "DynamicFrame.fromDF(a.toDF().drop_duplicates(['x', 'y.z']), glueContext)",
            "DropDuplicates",
            {"Columns": [["x"], ["`y.z`"]]},
        ),
        (
            'sparkAggregate(glueContext, parentFrame=a, groups=["x"], '
            'aggs=[["y", "sum"], ["y", "countDistinct"]])',
            "Aggregate",
            {
                "Groups": [["x"]],
                "Aggs": [{"Column": ["y"], "AggFunc": "sum"}, {"Column": ["y"], "AggFunc": "countDistinct"}],
            },
        ),
        (
            'Join.apply(a, b, "x", ["y"])',
            "Join",
            {"Inputs": ["a", "b"], "JoinType": "equijoin", "Columns": _KEYS},
        ),
        (
            'a.join(paths1=["x"], paths2=["y"], frame2=b)',
            "Join",
            {"Inputs": ["a", "b"], "JoinType": "equijoin", "Columns": _KEYS},
        ),
        (
            """a.toDF().join(b.toDF(), a["x"] == b["y"], "right")""",
            "Join",
            {"Inputs": ["a", "b"], "JoinType": "right", "Columns": _KEYS},
        ),
        (
            """a.toDF().join(b.toDF(), (b["y"] == a["x"]), "left_semi")""",
            "Join",
            {"Inputs": ["a", "b"], "JoinType": "leftsemi", "Columns": _KEYS},
        ),
        (
            """a.toDF().join(b.toDF(), (a["x"] == b["y"]), "outer")""",
            "Join",
            {"Inputs": ["a", "b"], "JoinType": "outer", "Columns": _KEYS},
        ),
        (
            'sparkUnion(glueContext, unionType="ALL", mapping={"source2": a, "source1": b})',
            "Union",
            {"Inputs": ["b", "a"], "UnionType": "ALL"},
        ),
        (
            'sparkSqlQuery(glueContext, query="SELECT 1 "\n f"FROM t", mapping={"t": b, "u": a, "v": b})',
            "SparkSQL",
            {
                "Inputs": ["b", "a"],
                "SqlQuery": "SELECT 1 FROM t",
                "SqlAliases": [
                    {"From": "b", "Alias": "t"},
                    {"From": "a", "Alias": "u"},
                    {"From": "b", "Alias": "v"},
                ],
            },
        ),
    ],
)
def test_transforms(code: str, kind: str, fields: dict[str, Any]) -> None:
    assert node(f"c = {code}") == (kind, {**_A, **fields})


@pytest.mark.parametrize(
    ("code", "kind", "fields"),
    [
        (
            TO_FILES
            + 'format="glueparquet", connection_options={"path": "s3://x/", "partitionKeys": ["y"]}, '
            'format_options={"compression": "snappy"})',
            "S3GlueParquetTarget",
            {"Path": "s3://x/", "PartitionKeys": [["y"]], "Compression": "snappy"},
        ),
        (
            TO_FILES + 'format="csv", connection_options={"path": "s3://x/", "compression": "gzip"}, '
            'format_options={"separator": ","})',
            "S3DirectTarget",
            {"Path": "s3://x/", "Compression": "gzip", "Format": "csv"},
        ),
        (
            'c = glueContext.write_dynamic_frame.from_catalog(frame=a, database="d", table_name="w", '
            "additional_options="
            '{"enableUpdateCatalog": True, "updateBehavior": "LOG", "partitionKeys": ["y"]})',
            "S3CatalogTarget",
            {
                "Database": "d",
                "Table": "w",
                "PartitionKeys": [["y"]],
                "SchemaChangePolicy": {"EnableUpdateCatalog": True, "UpdateBehavior": "LOG"},
            },
        ),
        (
            'c = glueContext.getSink(path="s3://x/", connection_type="s3", '
            'updateBehavior="LOG", partitionKeys=[], '
            'enableUpdateCatalog=True)\nc.setCatalogInfo(catalogDatabase="d",catalogTableName="w")\n'
            'c.setFormat("glueparquet", compression="snappy")\nc.writeFrame(a)',
            "S3GlueParquetTarget",
            {
                "Path": "s3://x/",
                "Compression": "snappy",
                "SchemaChangePolicy": {
                    "EnableUpdateCatalog": True,
                    "UpdateBehavior": "LOG",
                    "Database": "d",
                    "Table": "w",
                },
            },
        ),
        (
            "c_df = a.toDF()\n"
            'c = glueContext.write_data_frame.from_catalog(frame=c_df, database="d", table_name="w", '
            'additional_options={"partitionKeys": ["y"], "write.parquet.compression-codec": "gzip"})',
            "S3IcebergCatalogTarget",
            {
                "Database": "d",
                "Table": "w",
                "PartitionKeys": [["y"]],
                "AdditionalOptions": {"write.parquet.compression-codec": "gzip"},
            },
        ),
        (
            "c_df = a.toDF()\n"
            'c = c_df.writeTo("glue_catalog.d.w").using("iceberg").tableProperty("format-version", "2")'
            '.partitionedBy("y").createOrReplace()',
            "S3IcebergCatalogTarget",
            {"Database": "d", "Table": "w", "PartitionKeys": [["y"]]},
        ),
    ],
)
def test_targets(code: str, kind: str, fields: dict[str, Any]) -> None:
    assert node(code) == (kind, {**_A, **fields})


def test_parts_of_a_split() -> None:
    split = 's = SplitFields.apply(frame=a, paths=["x"], name2="rest", name1="keys")\n'
    for key in ("list(s.keys())[1]", '"rest"'):
        code = f"{split}c = SelectFromCollection.apply(dfc=s, key={key})"
        assert node(code) == ("SelectFromCollection", {"Inputs": ["s"], "Index": 1})
    assert node(split + 'c = s.select("keys")') == ("SelectFromCollection", {"Inputs": ["s"], "Index": 0})
