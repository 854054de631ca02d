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

# Script generated for node albums
albums_node1731000000001 = glueContext.create_dynamic_frame.from_options(format_options={"quoteChar": "\"", "withHeader": True, "separator": ",", "optimizePerformance": False}, connection_type="s3", format="csv", connection_options={"paths": ["s3://music-lake/staging/albums/"], "recurse": True}, transformation_ctx="albums_node1731000000001")

# Script generated for node artists
artists_node1731000000002 = glueContext.create_dynamic_frame.from_options(format_options={"quoteChar": "\"", "withHeader": True, "separator": ",", "optimizePerformance": False}, connection_type="s3", format="csv", connection_options={"paths": ["s3://music-lake/staging/artists/"], "recurse": True}, transformation_ctx="artists_node1731000000002")

# Script generated for node tracks
tracks_node1731000000003 = glueContext.create_dynamic_frame.from_options(format_options={"quoteChar": "\"", "withHeader": True, "separator": ",", "optimizePerformance": False}, connection_type="s3", format="csv", connection_options={"paths": ["s3://music-lake/staging/tracks/"], "recurse": True}, transformation_ctx="tracks_node1731000000003")

# Script generated for node Join Album and Artist
JoinAlbumandArtist_node1731000000004 = Join.apply(frame1=albums_node1731000000001, frame2=artists_node1731000000002, keys1=["artist_id"], keys2=["id"], transformation_ctx="JoinAlbumandArtist_node1731000000004")

# Script generated for node Renamed keys for Join
RenamedkeysforJoin_node1731000000005 = ApplyMapping.apply(frame=tracks_node1731000000003, mappings=[("id", "string", "track_id", "string"), ("track_popularity", "string", "track_popularity", "int"), ("explicit", "string", "explicit", "boolean")], transformation_ctx="RenamedkeysforJoin_node1731000000005")

# Script generated for node Join with tracks
Joinwithtracks_node1731000000006 = Join.apply(frame1=JoinAlbumandArtist_node1731000000004, frame2=RenamedkeysforJoin_node1731000000005, keys1=["track_id"], keys2=["track_id"], transformation_ctx="Joinwithtracks_node1731000000006")

# Script generated for node Drop Fields
DropFields_node1731000000007 = DropFields.apply(frame=Joinwithtracks_node1731000000006, paths=["`.track_id`", "id"], transformation_ctx="DropFields_node1731000000007")

# Script generated for node Destination
EvaluateDataQuality().process_rows(frame=DropFields_node1731000000007, ruleset=DEFAULT_DATA_QUALITY_RULESET, publishing_options={"dataQualityEvaluationContext": "EvaluateDataQuality_node1731000000099", "enableDataQualityResultsPublishing": True}, additional_options={"dataQualityResultsPublishing.strategy": "BEST_EFFORT", "observations.scope": "ALL"})
Destination_node1731000000008 = glueContext.write_dynamic_frame.from_options(frame=DropFields_node1731000000007, connection_type="s3", format="glueparquet", connection_options={"path": "s3://music-lake/datawarehouse/", "partitionKeys": []}, format_options={"compression": "snappy"}, transformation_ctx="Destination_node1731000000008")

job.commit()
