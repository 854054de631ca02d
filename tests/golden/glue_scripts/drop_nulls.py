import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.gluetypes import *
from awsglue import DynamicFrame

args = getResolvedOptions(sys.argv, ['JOB_NAME'])
sc = SparkContext()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args['JOB_NAME'], args)

# Script generated for node Artists
Artists_node1767000000001 = glueContext.create_dynamic_frame.from_options(format_options={"quoteChar": "\"", "withHeader": True, "separator": ",", "optimizePerformance": False}, connection_type="s3", format="csv", connection_options={"paths": ["s3://music-lake/staging/artists/"], "recurse": True}, transformation_ctx="Artists_node1767000000001")

# Script generated for node Drop Null Fields
DropNullFields_node1767000000002 = drop_nulls(glueContext, frame=Artists_node1767000000001, nullStringSet={"", "null"}, nullIntegerSet={-1}, transformation_ctx="DropNullFields_node1767000000002")

# Script generated for node Amazon S3
AmazonS3_node1767000000003 = glueContext.write_dynamic_frame.from_options(frame=DropNullFields_node1767000000002, connection_type="s3", format="glueparquet", connection_options={"path": "s3://music-lake/datawarehouse/", "partitionKeys": []}, format_options={"compression": "snappy"}, transformation_ctx="AmazonS3_node1767000000003")

job.commit()
