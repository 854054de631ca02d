"""Calls that Glue Studio writes, with arguments that it does not, end in nodes or in one paragraph."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.flow.glue_script.reading import read

_CALLS = {
    "glueContext.create_dynamic_frame.from_options": (
        "connection_type connection_options format format_options"
    ),
    "glueContext.create_dynamic_frame.from_catalog": (
        "database table_name push_down_predicate additional_options"
    ),
    "glueContext.create_data_frame.from_catalog": "database table_name additional_options",
    "ApplyMapping.apply": "frame mappings",
    "SelectFields.apply": "frame paths",
    "DropFields.apply": "frame paths",
    "RenameField.apply": "frame old_name new_name",
    "DropNullFields.apply": "frame",
    "drop_nulls": "glueContext frame nullStringSet nullIntegerSet",
    "FillMissingValues.apply": "frame missing_values_column output_column",
    "SplitFields.apply": "frame paths name1 name2",
    "SelectFromCollection.apply": "dfc key",
    "s.select": "key",
    "Join.apply": "frame1 frame2 keys1 keys2",
    "a.join": "paths1 paths2 frame2",
    "a.toDF().join": "other on how",
    "a.toDF().dropDuplicates": "subset",
    "a.coalesce": "numPartitions",
    "Filter.apply": "frame f",
    "sparkAggregate": "glueContext parentFrame groups aggs",
    "sparkUnion": "glueContext unionType mapping",
    "sparkSqlQuery": "glueContext query mapping",
    "DynamicFrame.fromDF": "dataframe glue_ctx name",
    "EvaluateDataQuality().process_rows": "frame ruleset publishing_options additional_options",
    "EvaluateDataQuality.apply": "frame ruleset publishing_options",
    "glueContext.write_dynamic_frame.from_options": (
        "frame connection_type connection_options format format_options"
    ),
    "glueContext.write_dynamic_frame.from_catalog": "frame database table_name additional_options",
    "glueContext.write_data_frame.from_catalog": "frame database table_name additional_options",
    "glueContext.getSink": (
        "connection_type path updateBehavior partitionKeys enableUpdateCatalog compression"
    ),
    "sink.setCatalogInfo": "catalogDatabase catalogTableName",
    "sink.setFormat": "format compression useGlueParquetWriter",
    "sink.writeFrame": "frame",
    "spark.catalog.listTables": "dbName",
    "a.toDF().writeTo": "table",
    "w.using": "provider",
    "w.tableProperty": "property value",
    "w.partitionedBy": "",
    "w.append": "",
    "Job": "glue_context",
}
_VALUES = """\
glueContext = GlueContext(SparkContext())
spark = glueContext.spark_session
a = glueContext.create_dynamic_frame.from_catalog(database="d", table_name="t")
b = glueContext.create_dynamic_frame.from_catalog(database="d", table_name="u")
s = SplitFields.apply(frame=a, paths=["x"])
sink = glueContext.getSink(path="s3://x/", connection_type="s3")
w = a.toDF().writeTo("glue_catalog.d.t")
v = EvaluateDataQuality().process_rows(frame=a, ruleset="Rules = [ RowCount > 1 ]")
r = SelectFromCollection.apply(dfc=v, key="rowLevelOutcomes")
t = spark.catalog.listTables("d")
"""
_WORDS = """
    a b s r v w t sink glueContext Job sys.argv 's3' 'csv' 'json' 'glueparquet' 'x' '`.x`' 'x.y' '' '`'
    'source1' 'originalData' 1 -1 2.5 True None {} a.toDF() list(s.keys())[1] a['x']==r['y'] a['x']
"""
_FUNCTIONS = ["lambda row: row['x'] > 1", "lambda row: row['x']", "lambda: 1"]
_OPTIONS = """
    paths path format separator quoteChar multiLine exclusions groupSize boundedFiles partitionKeys source1
    source2 compression enableUpdateCatalog observations.scope
"""
_KEYS = st.sampled_from(_OPTIONS.split()).map(repr)
_ARGUMENTS = st.recursive(
    st.sampled_from([*_WORDS.split(), *_FUNCTIONS]),
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda all_: f"[{', '.join(all_)}]")
        | st.lists(inner, min_size=2, max_size=4).map(lambda all_: f"({', '.join(all_)})")
        | st.dictionaries(_KEYS, inner, max_size=3).map(
            lambda all_: f"{{{', '.join(f'{key}: {value}' for key, value in all_.items())}}}"
        )
    ),
    max_leaves=6,
)


@given(st.data())
def test_calls_with_any_arguments_end_in_nodes_or_one_paragraph(data: st.DataObject) -> None:
    lines = []
    for number in range(5):
        call = data.draw(st.sampled_from(sorted(_CALLS)))
        given_ = ", ".join(f"{name}={data.draw(_ARGUMENTS)}" for name in _CALLS[call].split())
        lines.append(f"c{number} = {call}({given_})" if data.draw(st.booleans()) else f"{call}({given_})")
    read(_VALUES + "\n".join(lines))
