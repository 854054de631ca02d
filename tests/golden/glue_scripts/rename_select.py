import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job

args = getResolvedOptions(sys.argv, ['JOB_NAME'])
sc = SparkContext()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args['JOB_NAME'], args)

# Script generated for node Artists
Artists_node1760000000001 = glueContext.create_dynamic_frame.from_options(format_options={"quoteChar": "\"", "withHeader": True, "separator": ",", "optimizePerformance": False}, connection_type="s3", format="csv", connection_options={"paths": ["s3://music-lake/staging/artists/"], "recurse": True}, transformation_ctx="Artists_node1760000000001")

# Script generated for node Rename Field
RenameField_node1760000000002 = RenameField.apply(frame=Artists_node1760000000001, old_name="name", new_name="artist_name", transformation_ctx="RenameField_node1760000000002")

# Script generated for node Rename Field
RenameField_node1760000000003 = RenameField.apply(frame=RenameField_node1760000000002, old_name="id", new_name="`artist.id`", transformation_ctx="RenameField_node1760000000003")

# Script generated for node Select Fields
SelectFields_node1760000000004 = SelectFields.apply(frame=RenameField_node1760000000003, paths=["artist_name", "`artist.id`"], transformation_ctx="SelectFields_node1760000000004")

# Script generated for node Amazon S3
AmazonS3_node1760000000005 = glueContext.write_dynamic_frame.from_options(frame=SelectFields_node1760000000004, connection_type="s3", format="glueparquet", connection_options={"path": "s3://music-lake/datawarehouse/", "partitionKeys": []}, format_options={"compression": "snappy"}, transformation_ctx="AmazonS3_node1760000000005")

job.commit()
