"""Reading the pages' HTML."""

import re
from html import unescape

from django.http import HttpResponse


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def part(response: HttpResponse, start: str, end: str) -> str:
    """What stands between the first `start` and the next `end`."""
    return text_of(response).partition(start)[2].partition(end)[0]


def links(html: str) -> list[tuple[str, str]]:
    """Each link's text and address, in order."""
    found = re.findall(r'<a\b[^>]*\bhref="([^"]*)"[^>]*>(.*?)</a>', html, re.DOTALL)
    return [(words(text), unescape(href)) for href, text in found]


def words(html: str) -> str:
    """The text of the HTML; tags of blocks part words, those inside a line do not."""
    html = re.sub(r"</?(?:a|b|code|em|mark|span|strong)\b[^>]*>", "", html)
    html = re.sub(r"<[^>]+>", " ", html)
    return " ".join(unescape(html).split())
