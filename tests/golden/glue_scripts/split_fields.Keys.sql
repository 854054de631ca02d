SELECT play_id, track_id FROM plays
