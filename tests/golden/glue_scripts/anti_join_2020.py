import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.dynamicframe import DynamicFrame

## @params: [JOB_NAME]
args = getResolvedOptions(sys.argv, ['JOB_NAME'])

sc = SparkContext()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args['JOB_NAME'], args)
## @type: DataSource
## @args: [format_options = {"quoteChar":"\"","withHeader":True,"separator":","}, connection_type = "s3", format = "csv"]
## @return: DataSource0
## @inputs: []
DataSource0 = glueContext.create_dynamic_frame.from_options(format_options = {"quoteChar":"\"","withHeader":True,"separator":","}, connection_type = "s3", format = "csv", connection_options = {"paths": ["s3://music-lake/staging/albums/"], "recurse":True}, transformation_ctx = "DataSource0")
## @type: DataSource
## @return: DataSource1
## @inputs: []
DataSource1 = glueContext.create_dynamic_frame.from_options(format_options = {"quoteChar":"\"","withHeader":True,"separator":","}, connection_type = "s3", format = "csv", connection_options = {"paths": ["s3://music-lake/staging/tracks/"], "recurse":True}, transformation_ctx = "DataSource1")
## @type: ApplyMapping
## @args: [mappings = [("id", "string", "(right) id", "string")], transformation_ctx = "Transform0"]
## @return: Transform0
## @inputs: [frame = DataSource1]
Transform0 = ApplyMapping.apply(frame = DataSource1, mappings = [("id", "string", "(right) id", "string")], transformation_ctx = "Transform0")
## @type: Join
## @args: [columnConditions = ["="], joinType = leftanti, keys2 = ["(right) id"], keys1 = ["track_id"], transformation_ctx = "Transform1"]
## @return: Transform1
## @inputs: [frame1 = DataSource0, frame2 = Transform0]
DataSource0DF = DataSource0.toDF()
Transform0DF = Transform0.toDF()
Transform1 = DynamicFrame.fromDF(DataSource0DF.join(Transform0DF, (DataSource0DF['track_id'] == Transform0DF['(right) id']), "leftanti"), glueContext, "Transform1")
## @type: DataSink
## @args: [connection_type = "s3", format = "json", connection_options = {"path": "s3://music-lake/lost/", "partitionKeys": []}, transformation_ctx = "DataSink0"]
## @return: DataSink0
## @inputs: [frame = Transform1]
DataSink0 = glueContext.write_dynamic_frame.from_options(frame = Transform1, connection_type = "s3", format = "json", connection_options = {"path": "s3://music-lake/lost/", "partitionKeys": []}, transformation_ctx = "DataSink0")
job.commit()
