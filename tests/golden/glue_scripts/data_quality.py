import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job
from awsgluedq.transforms import EvaluateDataQuality

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

# Script generated for node Albums
Albums_node1708000000001 = glueContext.create_dynamic_frame.from_options(format_options={"quoteChar": "\"", "withHeader": True, "separator": ",", "optimizePerformance": False}, connection_type="s3", format="csv", connection_options={"paths": ["s3://music-lake/staging/albums/"], "recurse": True}, transformation_ctx="Albums_node1708000000001")

# Script generated for node Evaluate Data Quality
EvaluateDataQuality_node1708000000002_ruleset = """
    # Example rules: Completeness "colA" between 0.4 and 0.8, ColumnCount > 10
    Rules = [
        IsComplete "album_id",
        RowCount > 1
    ]
"""

EvaluateDataQuality_node1708000000002 = EvaluateDataQuality().process_rows(frame=Albums_node1708000000001, ruleset=EvaluateDataQuality_node1708000000002_ruleset, publishing_options={"dataQualityEvaluationContext": "EvaluateDataQuality_node1708000000002", "enableDataQualityCloudWatchMetrics": True, "enableDataQualityResultsPublishing": True}, additional_options={"observations.scope":"ALL","performanceTuning.caching":"CACHE_NOTHING"})

assert EvaluateDataQuality_node1708000000002[EvaluateDataQuality.DATA_QUALITY_RULE_OUTCOMES_KEY].filter(lambda x: x["Outcome"] == "Failed").count() == 0, "The job failed due to failing DQ rules for node: Albums_node1708000000001"

# Script generated for node originalData
originalData_node1708000000003 = SelectFromCollection.apply(dfc=EvaluateDataQuality_node1708000000002, key="originalData", transformation_ctx="originalData_node1708000000003")

# Script generated for node Drop Duplicates
DropDuplicates_node1708000000004 =  DynamicFrame.fromDF(originalData_node1708000000003.toDF().dropDuplicates(["album_id", "track_id"]), glueContext, "DropDuplicates_node1708000000004")

# Script generated for node Amazon S3
EvaluateDataQuality().process_rows(frame=DropDuplicates_node1708000000004, ruleset=DEFAULT_DATA_QUALITY_RULESET, publishing_options={"dataQualityEvaluationContext": "EvaluateDataQuality_node1731000000099", "enableDataQualityResultsPublishing": True}, additional_options={"dataQualityResultsPublishing.strategy": "BEST_EFFORT", "observations.scope": "ALL"})
additional_options = {}
tables_collection = spark.catalog.listTables("music")
table_names_in_db = [table.name for table in tables_collection]
table_exists = "albums" in table_names_in_db
if table_exists:
    AmazonS3_node1708000000005_df = DropDuplicates_node1708000000004.toDF()
    AmazonS3_node1708000000005_df        .writeTo("glue_catalog.music.albums") \
        .tableProperty("format-version", "2") \
        .tableProperty("location", "s3://music-lake/warehouse/albums") \
        .tableProperty("write.parquet.compression-codec", "gzip") \
        .options(**additional_options) \
.append()
else:
    AmazonS3_node1708000000005_df = DropDuplicates_node1708000000004.toDF()
    AmazonS3_node1708000000005_df        .writeTo("glue_catalog.music.albums") \
        .tableProperty("format-version", "2") \
        .tableProperty("location", "s3://music-lake/warehouse/albums") \
        .tableProperty("write.parquet.compression-codec", "gzip") \
        .options(**additional_options) \
.create()

job.commit()
