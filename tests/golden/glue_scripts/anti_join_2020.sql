SELECT * FROM albums WHERE track_id IS NULL OR track_id NOT IN (SELECT id FROM tracks WHERE id IS NOT NULL)
