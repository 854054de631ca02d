import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue import DynamicFrame

def sparkUnion(glueContext, unionType, mapping, transformation_ctx) -> DynamicFrame:
    for alias, frame in mapping.items():
        frame.toDF().createOrReplaceTempView(alias)
    result = spark.sql("(select * from source1) UNION " + unionType + " (select * from source2)")
    return DynamicFrame.fromDF(result, glueContext, transformation_ctx)
args = getResolvedOptions(sys.argv, ['JOB_NAME'])
sc = SparkContext()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args['JOB_NAME'], args)

# Script generated for node Plays
Plays_node1712000000001 = glueContext.create_dynamic_frame.from_catalog(database="music", table_name="plays", transformation_ctx="Plays_node1712000000001")

# Script generated for node Old plays
Oldplays_node1712000000002 = glueContext.create_dynamic_frame.from_catalog(database="music", table_name="old_plays", transformation_ctx="Oldplays_node1712000000002")

# Script generated for node Same columns
Samecolumns_node1712000000003 = ApplyMapping.apply(frame=Plays_node1712000000001, mappings=[("track_id", "string", "track_id", "string"), ("country", "string", "country", "string")], transformation_ctx="Samecolumns_node1712000000003")

# Script generated for node Union
Union_node1712000000004 = sparkUnion(glueContext, unionType = "DISTINCT", mapping = {"source2": Oldplays_node1712000000002, "source1": Samecolumns_node1712000000003}, transformation_ctx = "Union_node1712000000004")

# Script generated for node Amazon S3
AmazonS3_node1712000000005 = glueContext.write_dynamic_frame.from_options(frame=Union_node1712000000004, connection_type="s3", format="glueparquet", connection_options={"path": "s3://music-lake/datawarehouse/", "partitionKeys": []}, format_options={"compression": "snappy"}, transformation_ctx="AmazonS3_node1712000000005")

job.commit()
