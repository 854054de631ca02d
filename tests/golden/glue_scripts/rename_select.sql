SELECT name AS artist_name, id AS "artist.id" FROM artists
