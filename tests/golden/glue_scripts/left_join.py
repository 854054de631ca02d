import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.dynamicframe import DynamicFrame
from awsglue import DynamicFrame

args = getResolvedOptions(sys.argv, ['JOB_NAME'])
sc = SparkContext()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args['JOB_NAME'], args)

# Script generated for node Plays
Plays_node1718000000001 = glueContext.create_dynamic_frame.from_options(format_options={}, connection_type="s3", format="parquet", connection_options={"paths": ["s3://music-lake/raw/plays/"], "recurse": True}, transformation_ctx="Plays_node1718000000001")

# Script generated for node Targets
Targets_node1718000000002 = glueContext.create_dynamic_frame.from_options(format_options={"multiLine": "false"}, connection_type="s3", format="json", connection_options={"paths": ["s3://music-lake/raw/goals/"], "recurse": True}, transformation_ctx="Targets_node1718000000002")

# Script generated for node Left Join
Plays_node1718000000001DF = Plays_node1718000000001.toDF()
Targets_node1718000000002DF = Targets_node1718000000002.toDF()
LeftJoin_node1718000000003 = DynamicFrame.fromDF(Plays_node1718000000001DF.join(Targets_node1718000000002DF, (Plays_node1718000000001DF['country'] == Targets_node1718000000002DF['country']) & (Plays_node1718000000001DF['device'] == Targets_node1718000000002DF['device_type']), "left"), glueContext, "LeftJoin_node1718000000003")

# Script generated for node Drop Fields
DropFields_node1718000000004 = DropFields.apply(frame=LeftJoin_node1718000000003, paths=["`.country`"], transformation_ctx="DropFields_node1718000000004")

# Script generated for node Amazon S3
if (DropFields_node1718000000004.count() >= 1):
   DropFields_node1718000000004 = DropFields_node1718000000004.coalesce(1)
AmazonS3_node1718000000005 = glueContext.write_dynamic_frame.from_options(frame=DropFields_node1718000000004, connection_type="s3", format="csv", connection_options={"path": "s3://music-lake/curated/goals/", "compression": "gzip", "partitionKeys": ["country"]}, transformation_ctx="AmazonS3_node1718000000005")

job.commit()
