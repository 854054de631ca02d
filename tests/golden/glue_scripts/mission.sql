SELECT albums.*,
       artists.* EXCLUDE (id),
       CAST(tracks.track_popularity AS INT) AS track_popularity,
       CAST(tracks.explicit AS BOOLEAN) AS explicit
FROM albums
JOIN artists ON albums.artist_id = artists.id
JOIN tracks ON albums.track_id = tracks.id
