SELECT * EXCLUDE (agency, fax) FROM artists
