import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job

args = getResolvedOptions(sys.argv, ["JOB_NAME"])
sc = SparkContext()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args["JOB_NAME"], args)

# Script generated for node S3 bucket
S3bucket_node1 = glueContext.create_dynamic_frame.from_options(
    format_options={
        "quoteChar": '"',
        "withHeader": True,
        "separator": ",",
        "multiLine": "true",
    },
    connection_type="s3",
    format="csv",
    connection_options={
        "paths": ["s3://music-lake/staging/tracks.csv"],
        "recurse": True,
    },
    transformation_ctx="S3bucket_node1",
)

# Script generated for node ApplyMapping
ApplyMapping_node2 = ApplyMapping.apply(
    frame=S3bucket_node1,
    mappings=[
        ("id", "string", "`(right) id`", "string"),
        ("track_popularity", "string", "popularity", "long"),
    ],
    transformation_ctx="ApplyMapping_node2",
)

# Script generated for node Albums
Albums_node1673000000001 = glueContext.create_dynamic_frame.from_options(
    format_options={"quoteChar": '"', "withHeader": True, "separator": ","},
    connection_type="s3",
    format="csv",
    connection_options={
        "paths": ["s3://music-lake/staging/albums/"],
        "recurse": True,
    },
)

# Script generated for node Join
Join_node1673000000002 = Join.apply(
    frame1=Albums_node1673000000001,
    frame2=ApplyMapping_node2,
    keys1=["track_id"],
    keys2=["`(right) id`"],
    transformation_ctx="Join_node1673000000002",
)

# Script generated for node Drop Fields
DropFields_node1673000000003 = DropFields.apply(
    frame=Join_node1673000000002,
    paths=["`(right) id`", "album_name", "release_date", "duration_ms"],
    transformation_ctx="DropFields_node1673000000003",
)

# Script generated for node Drop Duplicates
DropDuplicates_node1673000000004 = DynamicFrame.fromDF(
    DropFields_node1673000000003.toDF().dropDuplicates(),
    glueContext,
    "DropDuplicates_node1673000000004",
)

# Script generated for node S3 bucket
S3bucket_node3 = glueContext.getSink(
    path="s3://music-lake/curated/popularity/",
    connection_type="s3",
    updateBehavior="UPDATE_IN_DATABASE",
    partitionKeys=[],
    enableUpdateCatalog=True,
    transformation_ctx="S3bucket_node3",
)
S3bucket_node3.setCatalogInfo(
    catalogDatabase="music", catalogTableName="popularity"
)
S3bucket_node3.setFormat("json")
S3bucket_node3.writeFrame(DropDuplicates_node1673000000004)
job.commit()
