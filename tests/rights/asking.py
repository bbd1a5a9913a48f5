"""What outsiders ask for, and how an answer is compared with another."""

import json
import re

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
ASKED = [
    "zyzzogeton", "zyzzogetn", "zyzz", "quokka vault", "grimthorpe plan", "xylomancy", "gateway",
    "gateway zyzzogeton", '"gateway retries"', "gatewa", "retry", "what is zyzzogeton",
    "tag:hushhush", "tag:hushhush gateway", "topic:notes/inner gateway", "topic:notes gateway",
    "kind:glossary gateway", "xylo*", "has:code", "-gateway pause", "drawing",
]  # fmt: skip
PAGES = [
    "/", "/topics/", "/topics/?tag=hushhush", "/topics/?level=expert", "/topics/?kind=path",
    "/topics/?kind=glossary", "/glossary/", "/glossary/?letter=Z", "/glossary/?filter=zyzz",
    "/glossary/terms.json", "/glossary/meaning.json?term=zyzzogeton",
    "/glossary/meaning.json?term=xylomancer", "/glossary/meaning.json?term=gateway",
    "/topics/notes/", "/topics/notes/embed/", "/topics/notes/api/", "/topics/notes/api/retries/",
    "/topics/notes/road/", "/topics/notes/api/?path=notes/road", "/topics/notes/terms/",
    "/topics/notes/api/?path=notes/inner/way", "/topics/notes/api/?answers=hidden",
    "/topics/notes/inner/", "/topics/notes/inner/plan/", "/topics/notes/inner/plan/xylomancy/",
    "/topics/notes/inner/way/", "/topics/notes/inner/words/", "/topics/notes/inner/nothing/",
    "/topics/grimthorpe-old/", "/topics/notes/inner/plan/?filter=x", "/sitemap.xml",
    "/sitemap-pages.xml", "/sitemap-lists.xml", "/robots.txt", "/opensearch.xml",
]  # fmt: skip
SEARCHES = [
    f"{start}{q}"
    for q in (re.sub(r"[ \"]", lambda m: {" ": "+", '"': "%22"}[m[0]], q) for q in ASKED)
    for start in ("/search/?q=", "/api/v1/search?q=", "/api/v1/suggest?q=")
]
FILTERED = [
    "/api/v1/search?q=gateway&topic=notes/inner", "/api/v1/search?q=gateway&topic=notes",
    "/search/?q=gateway&topic=notes/inner", "/search/?q=gateway&tag=hushhush",
    "/search/?q=gateway&kind=path", "/search/?q=gateway&sort=recent",
    "/search/?q=gateway&offset=10", "/search/?q=gateway&group=0",
]  # fmt: skip
LEARNERS = [
    "/bookmarks/", "/learn/", "/learn/figures/", "/learn/notes/", "/learn/cards/", "/learn/review/",
    "/learn/collections/", "/curating/proposals/", "/learn/offline/", "/learn/offline/review/",
]  # fmt: skip
CURATORS = [
    "/curating/", "/curating/search/", "/curating/search/?kind=unopened",
    "/curating/search/golden/", "/curating/search/query/?q=gateway",
    "/curating/search/query/?q=zyzzogeton",
    "/curating/search/explanation/?q=gateway", "/curating/log/", "/curating/links/",
    "/curating/links/?kind=planned", "/curating/links/?kind=redirected",
    "/curating/links/?kind=dead", "/curating/rights/",
    "/curating/changes/", "/curating/topics/", "/curating/topics/overdue/", "/curating/removed/",
    "/curating/queue/", "/curating/targets/?q=zyzzogeton", "/curating/targets/?q=gateway",
    "/admin/", "/admin/topics/topic/", "/admin/topics/topic/?q=quokka", "/admin/topics/section/",
    "/admin/topics/section/?q=zyzzogeton", "/admin/topics/link/", "/admin/importer/importrun/",
    "/admin/search/searchlog/",
]  # fmt: skip
CHANGING = [
    (r'name="csrfmiddlewaretoken" value="\w+"', ""),
    (r'"took_ms": [\d.]+', ""),
    (r'data-took="[^"]*"', ""),
    (r"\d+(\.\d+)? ?ms", ""),
]


def answer(client: Client, path: str) -> tuple[int, str]:
    """Status and text of a page, without what is another each time."""
    response = client.get(path)
    text = b"".join(response).decode(errors="replace") if response.streaming else ""
    text = text or response.content.decode(errors="replace")
    if response.get("Content-Type", "").startswith("application/json"):
        text = json.dumps(json.loads(text), sort_keys=True)
    for pattern, other in CHANGING:
        text = re.sub(pattern, other, text)
    return response.status_code, text
