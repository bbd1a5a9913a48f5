from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from importer.run import import_paths

Bring = Callable[[dict[str, str]], None]


@pytest.fixture
def bring(tmp_path: Path, db: Any) -> Bring:
    """Write these files and import their folder as the source `notes`."""

    def bring(files: dict[str, str]) -> None:
        for name, text in files.items():
            file = tmp_path / "notes" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        report = import_paths([str(tmp_path / "notes")])
        assert not report.refused

    return bring


@pytest.fixture
def learner(client: Client, django_user_model: type[User]) -> Client:
    """A browser in which alice is logged in."""
    client.force_login(django_user_model.objects.create_user("alice"))
    return client


@pytest.fixture
def library(bring: Bring) -> None:
    """Two groups of topics below one, in a known order."""
    http = "# HTTP\n\n## Methods\n\nGet and put.\n\n## Caching\n\nETag.\n"
    tls = "# TLS\n\nSee [HTTP](01_http.md) and [Caching](01_http.md#caching).\n"
    sql = "---\nsummary: Tables.\nlevel: beginner\n---\n# SQL\n\nTables.\n"
    bring(
        {
            "lib/index.md": "# Library\n\nAll of it.\n",
            "lib/01_web/index.md": "# Web\n",
            "lib/01_web/01_http.md": http,
            "lib/01_web/02_tls.md": tls,
            "lib/02_data/index.md": "# Data\n",
            "lib/02_data/01_sql.md": sql,
        }
    )
