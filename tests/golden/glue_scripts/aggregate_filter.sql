SELECT country, CAST(sum(ms) AS BIGINT) AS ms, count(track_id) AS plays
FROM plays
WHERE ms >= 30000 AND device LIKE 'ph%' AND country <> 'XX'
GROUP BY country
