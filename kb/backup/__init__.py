"""Safety copies: `archive` is the file, `make` writes one, `restore` brings one back.

`tools` finds and runs PostgreSQL's own programs, `kept` looks after the folder of nightly copies.
"""


class BackupError(Exception):
    """A copy cannot be made, read or restored. The message is one line and says what to do."""
