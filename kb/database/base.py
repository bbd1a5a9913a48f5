"""PostgreSQL as Django knows it, with a server of our own where none is named."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.postgresql.client import DatabaseClient as PostgresClient
from django.db.backends.postgresql.features import DatabaseFeatures as PostgresFeatures
from django.db.utils import NotSupportedError

from kb.database import embedded
from kb.database.errors import CannotConnect, cannot_connect


class DatabaseFeatures(PostgresFeatures):
    minimum_database_version = (15,)  # the oldest that CI tries


class DatabaseClient(PostgresClient):
    """`manage.py dbshell`, with the embedded server's own psql."""

    connection: "DatabaseWrapper"

    def runshell(self, parameters: Iterable[str]) -> None:
        if self.connection.embedded_state:
            self.connection.ensure_connection()
            DatabaseClient.executable_name = str(embedded.program("psql"))
        super().runshell(parameters)


class DatabaseWrapper(base.DatabaseWrapper):
    """`EMBEDDED_STATE` in the database's settings is the folder of the embedded server."""

    client_class = DatabaseClient
    features_class = DatabaseFeatures

    @property
    def embedded_state(self) -> Path | None:
        return self.settings_dict.get("EMBEDDED_STATE")

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        try:
            if state := self.embedded_state:
                embedded.ensure_running(state)
                conn_params = {**conn_params, "host": embedded.socket_folder(state)}
            return super().get_new_connection(conn_params)
        except embedded.EmbeddedError as error:
            raise CannotConnect(str(error)) from error
        except (psycopg.OperationalError, psycopg.ProgrammingError) as error:
            raise cannot_connect(self.settings_dict, error) from error

    def check_database_version_supported(self) -> None:
        try:
            super().check_database_version_supported()
        except NotSupportedError as error:
            reason = str(error).rstrip(".")
            raise NotSupportedError(
                f"{reason}. Upgrade the server, or name another one in DATABASE_URL."
            ) from error
        encoding = self.connection.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            name = self.settings_dict["NAME"]
            raise NotSupportedError(
                f'The database "{name}" has the encoding {encoding}, which cannot hold every text: '
                "name one made with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0."
            )
