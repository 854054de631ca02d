SELECT DISTINCT track_id, track_name, album_id, artist_id, CAST(track_popularity AS BIGINT) AS popularity
FROM albums JOIN tracks ON track_id = id
