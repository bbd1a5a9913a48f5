"""Pages of curators with long and odd names: no accessibility violation, and none is too wide."""

import pytest

from tests.browser.conftest import NewPage
from tests.browser.curator import Curator
from tests.browser.keeping import Manage
from tests.browser.test_everybody import LAYOUT, violations_in_both_schemes

LONG = "Pneumonoultramicroscopicsilicovolcanoconiosis" * 3
PAGES = [
    "/curating/", "/curating/search/", "/curating/search/query/?q={word}",
    "/curating/search/golden/", "/curating/search/synonyms/", "/curating/search/weights/",
    "/curating/search/explanation/?q=renewal", "/curating/queue/", "/curating/links/",
    "/curating/changes/", "/curating/changes/{change}/", "/curating/changes/{change}/undo/",
    "/curating/log/", "/curating/removed/", "/curating/rights/", "/curating/topics/",
    "/curating/topics/new/", "/curating/topics/{topic}/", "/curating/topics/{topic}/edit/",
    "/curating/topics/{topic}/history/", "/curating/topics/{topic}/description/",
    "/curating/topics/{topic}/rights/", "/curating/sections/{section}/edit/",
    "/curating/sections/{section}/history/", "/curating/sections/{section}/authors/",
    "/curating/sections/{section}/changes/{change}/", "/curating/sections/{section}/move/",
    "/curating/sections/{section}/report/", "/curating/proposals/{proposal}/",
]  # fmt: skip


@pytest.fixture
def curator(new_page: NewPage, manage: Manage, site: str) -> Curator:
    def with_axe(**options: object) -> object:
        return new_page(bypass_csp=True, **options)  # axe brings styles of its own

    return Curator(with_axe, manage, site, "mouse")  # type: ignore[arg-type]


def test_they_hold_what_is_long(curator: Curator) -> None:
    keys = curator.run(f"""
        from curating import proposals
        from django.contrib.auth.models import User
        from importer.edits import save_section
        from importer.revisions import Text
        from search.models import GoldenQuery
        bring({{"long.md": "# {LONG}\\n\\n## Renewal\\n\\n{LONG} [x]({LONG}.md)\\n"}})
        me, row = User.objects.get(username="{curator.name}"), section("Renewal")
        change = save_section(row, markdown="{LONG}s", title=row.title, user=me, why="{LONG}")
        base = Text(row.title, "{LONG}")
        text = {{"title": "{LONG}"[:300], "markdown": "{LONG}s, and more", "why": "{LONG}"}}
        sent = proposals.send(row, author=me, base=base, **text)
        GoldenQuery.objects.create(query="{LONG} {curator.name}", section=row, place=0)
        result = dict(change=change.pk, topic=row.topic_id, section=row.pk, proposal=sent.pk)
    """)
    page, found = curator.page, {}
    for address in PAGES:
        path = address.format(word=LONG, **keys)
        answer = page.goto(path)
        assert answer and answer.status == 200, path
        problems = []
        for width in (320, 390, 820, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            problems += [f"{width}: {problem}" for problem in page.evaluate(LAYOUT)]
        page.emulate_media(color_scheme="light")
        if problems := [*problems, *violations_in_both_schemes(page)]:
            found[address] = problems
    assert found == {}
    curator.run(f"""
        from search.models import GoldenQuery
        GoldenQuery.objects.filter(query__endswith="{curator.name}").delete()
    """)
    curator.leave()
