"""Django database backend: PostgreSQL, and where no server is named, one of our own."""

GIVE_SETTINGS = (
    "give this command the site's settings (KB_ENV_FILE names their file: docs/operating.md)"
)
