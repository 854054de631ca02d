SELECT DISTINCT ON (album_id, track_id) * FROM albums
