import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job

glueContext = GlueContext(SparkContext.getOrCreate())

albums = glueContext.create_dynamic_frame.from_options("s3", {"paths": ["s3://music-lake/staging/albums/"]}, "csv", {"withHeader": True})
artists = glueContext.create_dynamic_frame_from_options("s3", {"paths": ["s3://music-lake/staging/artists/"]}, "csv", {"withHeader": True})
tracks = glueContext.create_dynamic_frame.from_options("s3", {"paths": ["s3://music-lake/staging/tracks/"]}, "csv", {"withHeader": True}).apply_mapping([("id", "string", "t", "string"), ("explicit", "string", "explicit", "boolean")])

history = Join.apply(albums.join(["artist_id"], ["id"], artists), tracks, 'track_id', 't').drop_fields(['t', 'agency', 'fax'])

glueContext.write_dynamic_frame.from_options(frame=history, connection_type="s3", connection_options={"path": "s3://music-lake/history/"}, format="parquet", format_options={"useGlueParquetWriter": True})
