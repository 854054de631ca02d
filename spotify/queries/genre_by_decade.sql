-- How many tracks of each genre came out in each decade; an artist's every genre counts
SELECT release_decade, listed.genre, count(*) AS tracks, round(avg(track_popularity), 1) AS avg_popularity
FROM spotify.tracks
CROSS JOIN UNNEST(genres) AS listed (genre)
WHERE release_decade IS NOT NULL
GROUP BY release_decade, listed.genre
ORDER BY tracks DESC, release_decade, listed.genre
LIMIT 30
