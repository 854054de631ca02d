-- What the popular tracks of each decade sound like
SELECT release_decade,
       count(*) AS tracks,
       round(avg(danceability), 3) AS danceability,
       round(avg(energy), 3) AS energy,
       round(avg(valence), 3) AS valence,
       round(avg(tempo), 1) AS tempo
FROM spotify.tracks
WHERE track_popularity >= 50 AND danceability IS NOT NULL AND release_decade IS NOT NULL
GROUP BY release_decade
ORDER BY release_decade
