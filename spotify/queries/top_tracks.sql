-- The most popular tracks, each once, with the day it first came out
SELECT track_name, artist_name, max(track_popularity) AS popularity, min(release_date) AS first_released
FROM spotify.tracks
GROUP BY track_id, track_name, artist_name
ORDER BY popularity DESC, track_name
LIMIT 20
