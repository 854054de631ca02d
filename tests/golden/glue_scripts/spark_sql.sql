SELECT upper(name) AS name, count(*) AS tracks, count(DISTINCT album_id) AS albums
FROM albums JOIN artists ON artist_id = id
WHERE track_name <> 'don''t'
GROUP BY 1
