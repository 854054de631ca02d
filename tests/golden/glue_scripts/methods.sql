SELECT albums.*, artists.* EXCLUDE (agency, fax), CAST(explicit AS BOOLEAN) AS explicit
FROM albums JOIN artists ON artist_id = artists.id JOIN tracks ON track_id = tracks.id
