"""What a refused statement has named and the database hasn't: found out, and said with the error."""
