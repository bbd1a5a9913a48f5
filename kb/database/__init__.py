"""Django database backend: PostgreSQL, and where no server is named, one of our own."""
