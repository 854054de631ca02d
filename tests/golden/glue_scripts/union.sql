SELECT track_id, country FROM plays UNION SELECT track, land FROM old_plays
