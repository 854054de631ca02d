import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue import DynamicFrame

def sparkSqlQuery(glueContext, query, mapping, transformation_ctx) -> DynamicFrame:
    for alias, frame in mapping.items():
        frame.toDF().createOrReplaceTempView(alias)
    result = spark.sql(query)
    return DynamicFrame.fromDF(result, glueContext, transformation_ctx)
args = getResolvedOptions(sys.argv, ['JOB_NAME'])
sc = SparkContext()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args['JOB_NAME'], args)

# Script generated for node Artists
Artists_node1716000000001 = glueContext.create_dynamic_frame.from_options(format_options={"quoteChar": "\"", "withHeader": True, "separator": ",", "optimizePerformance": False}, connection_type="s3", format="csv", connection_options={"paths": ["s3://music-lake/staging/artists/"], "recurse": True}, transformation_ctx="Artists_node1716000000001")

# Script generated for node Albums
Albums_node1716000000002 = glueContext.create_dynamic_frame.from_options(format_options={"quoteChar": "\"", "withHeader": True, "separator": ",", "optimizePerformance": False}, connection_type="s3", format="csv", connection_options={"paths": ["s3://music-lake/staging/albums/"], "recurse": True}, transformation_ctx="Albums_node1716000000002")

# Script generated for node SQL Query
SqlQuery0 = '''
WITH named AS (
    SELECT id, upper(name) AS name FROM a
)
SELECT named.name, count(*) AS tracks, count(DISTINCT myDataSource.album_id) AS albums
FROM myDataSource JOIN named ON myDataSource.artist_id = named.id
WHERE myDataSource.track_name <> 'don\\'t'
GROUP BY named.name
'''
SQLQuery_node1716000000003 = sparkSqlQuery(glueContext, query = SqlQuery0, mapping = {"myDataSource":Albums_node1716000000002, "a":Artists_node1716000000001}, transformation_ctx = "SQLQuery_node1716000000003")

# Script generated for node AWS Glue Data Catalog
AWSGlueDataCatalog_node1716000000004 = glueContext.write_dynamic_frame.from_catalog(frame=SQLQuery_node1716000000003, database="music", table_name="artist_counts", additional_options={"enableUpdateCatalog": True, "updateBehavior": "UPDATE_IN_DATABASE"}, transformation_ctx="AWSGlueDataCatalog_node1716000000004")

job.commit()
