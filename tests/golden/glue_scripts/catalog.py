import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue import DynamicFrame

args = getResolvedOptions(sys.argv, ['JOB_NAME'])
sc = SparkContext()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args['JOB_NAME'], args)

# Script generated for node AWS Glue Data Catalog
AWSGlueDataCatalog_node1721000000001_df = glueContext.create_data_frame.from_catalog(database="music", table_name="listeners")
AWSGlueDataCatalog_node1721000000001 = DynamicFrame.fromDF(AWSGlueDataCatalog_node1721000000001_df, glueContext, "AWSGlueDataCatalog_node1721000000001")

# Script generated for node AWS Glue Data Catalog
AWSGlueDataCatalog_node1721000000002 = glueContext.create_dynamic_frame.from_catalog(database="music", table_name="plays", transformation_ctx="AWSGlueDataCatalog_node1721000000002")

# Script generated for node Join
Join_node1721000000003 = Join.apply(frame1=AWSGlueDataCatalog_node1721000000002, frame2=AWSGlueDataCatalog_node1721000000001, keys1=["listener"], keys2=["listener_id"], transformation_ctx="Join_node1721000000003")

# Script generated for node Change Schema
ChangeSchema_node1721000000004 = ApplyMapping.apply(frame=Join_node1721000000003, mappings=[("play_id", "int", "play", "long"), ("born", "int", "born", "string"), ("`.country`", "string", "home", "string")], transformation_ctx="ChangeSchema_node1721000000004")

# Script generated for node AWS Glue Data Catalog
AWSGlueDataCatalog_node1721000000005_df = ChangeSchema_node1721000000004.toDF()
AWSGlueDataCatalog_node1721000000005 = glueContext.write_data_frame.from_catalog(frame=AWSGlueDataCatalog_node1721000000005_df, database="music", table_name="homes", additional_options={"partitionKeys": ["home"], "write.parquet.compression-codec": "gzip"})

job.commit()
