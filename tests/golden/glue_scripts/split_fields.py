import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.dynamicframe import DynamicFrameCollection

args = getResolvedOptions(sys.argv, ["JOB_NAME"])
sc = SparkContext()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args["JOB_NAME"], args)

# Script generated for node Plays
Plays_node1656000000001 = glueContext.create_dynamic_frame.from_options(
    connection_type="s3",
    format="parquet",
    connection_options={"paths": ["s3://music-lake/raw/plays/"], "recurse": True},
    transformation_ctx="Plays_node1656000000001",
)

# Script generated for node Split Fields
SplitFields_node1656000000002 = SplitFields.apply(
    frame=Plays_node1656000000001,
    paths=["play_id", "track_id"],
    name2="SplitFields_node16560000000021",
    name1="SplitFields_node16560000000020",
    transformation_ctx="SplitFields_node1656000000002",
)

# Script generated for node The rest
Therest_node1656000000003 = SelectFromCollection.apply(
    dfc=SplitFields_node1656000000002,
    key=list(SplitFields_node1656000000002.keys())[1],
    transformation_ctx="Therest_node1656000000003",
)

# Script generated for node The keys
Thekeys_node1656000000004 = SelectFromCollection.apply(
    dfc=SplitFields_node1656000000002,
    key=list(SplitFields_node1656000000002.keys())[0],
    transformation_ctx="Thekeys_node1656000000004",
)

# Script generated for node Rest
Rest_node1656000000005 = glueContext.write_dynamic_frame.from_options(
    frame=Therest_node1656000000003,
    connection_type="s3",
    format="json",
    connection_options={"path": "s3://music-lake/rest/", "partitionKeys": []},
    transformation_ctx="Rest_node1656000000005",
)

# Script generated for node Keys
Keys_node1656000000006 = glueContext.write_dynamic_frame.from_options(
    frame=Thekeys_node1656000000004,
    connection_type="s3",
    format="json",
    connection_options={"path": "s3://music-lake/keys/", "partitionKeys": []},
    transformation_ctx="Keys_node1656000000006",
)

job.commit()
