SELECT CAST(play_id AS BIGINT) AS play, CAST(born AS VARCHAR) AS born, listeners.country AS home
FROM plays JOIN listeners ON listener = listener_id
