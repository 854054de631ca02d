import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job
from awsgluedq.transforms import EvaluateDataQuality
from awsglue.dynamicframe import DynamicFrame
import re
from pyspark.sql import functions as SqlFuncs

def sparkAggregate(glueContext, parentFrame, groups, aggs, transformation_ctx) -> DynamicFrame:
    aggsFuncs = []
    for column, func in aggs:
        aggsFuncs.append(getattr(SqlFuncs, func)(column))
    result = parentFrame.toDF().groupBy(*groups).agg(*aggsFuncs) if len(groups) > 0 else parentFrame.toDF().agg(*aggsFuncs)
    return DynamicFrame.fromDF(result, glueContext, transformation_ctx)

args = getResolvedOptions(sys.argv, ['JOB_NAME'])
sc = SparkContext()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args['JOB_NAME'], args)

# Default ruleset used by all target nodes with data quality enabled
DEFAULT_DATA_QUALITY_RULESET = """
    Rules = [
        ColumnCount > 0
    ]
"""

# Script generated for node Plays
Plays_node1736000000001 = glueContext.create_dynamic_frame.from_options(format_options={}, connection_type="s3", format="parquet", connection_options={"paths": ["s3://music-lake/raw/plays/"], "recurse": True}, transformation_ctx="Plays_node1736000000001")

# Script generated for node Long plays on phones
Longplaysonphones_node1736000000002 = Filter.apply(frame=Plays_node1736000000001, f=lambda row: (row["ms"] >= 30000 and bool(re.match("^ph", row["device"])) and not(row["country"] == "XX")), transformation_ctx="Longplaysonphones_node1736000000002")

# Script generated for node Aggregate
Aggregate_node1736000000003 = sparkAggregate(glueContext, parentFrame = Longplaysonphones_node1736000000002, groups = ["country"], aggs = [["ms", "sum"], ["track_id", "count"]], transformation_ctx = "Aggregate_node1736000000003")

# Script generated for node Change Schema
ChangeSchema_node1736000000004 = ApplyMapping.apply(frame=Aggregate_node1736000000003, mappings=[("country", "string", "country", "string"), ("`sum(ms)`", "long", "ms", "long"), ("`count(track_id)`", "long", "plays", "long")], transformation_ctx="ChangeSchema_node1736000000004")

# Script generated for node Amazon S3
EvaluateDataQuality().process_rows(frame=ChangeSchema_node1736000000004, ruleset=DEFAULT_DATA_QUALITY_RULESET, publishing_options={"dataQualityEvaluationContext": "EvaluateDataQuality_node1731000000099", "enableDataQualityResultsPublishing": True}, additional_options={"dataQualityResultsPublishing.strategy": "BEST_EFFORT", "observations.scope": "ALL"})
AmazonS3_node1736000000005 = glueContext.getSink(path="s3://music-lake/gold/countries/", connection_type="s3", updateBehavior="UPDATE_IN_DATABASE", partitionKeys=["country"], enableUpdateCatalog=True, transformation_ctx="AmazonS3_node1736000000005")
AmazonS3_node1736000000005.setCatalogInfo(catalogDatabase="music",catalogTableName="countries")
AmazonS3_node1736000000005.setFormat("glueparquet", compression="snappy")
AmazonS3_node1736000000005.writeFrame(ChangeSchema_node1736000000004)
job.commit()
