from collections.abc import Callable, Iterator

import pytest

from importer.run import Report
from tests.beginnings import beginning
from tests.kept_pages import forget
from topics.drafts import Draft
from topics.page_cache import Kept, Memory, memory

Bring = Callable[[dict[str, str]], Report]


@pytest.fixture
def keeping(settings) -> Iterator[Memory[Kept | Draft]]:
    """Pages are kept, and none is yet; gives those without a query."""
    settings.KB_PAGE_MEMORY_MB = 1
    forget()
    yield memory
    forget()


@beginning
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
