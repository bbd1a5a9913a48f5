"""Sanitised HTML with the addresses that readers follow in place of those that were written."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from html import escape, unescape
from urllib.parse import urlsplit

from django.urls import reverse

from importer.file_kinds import is_image
from importer.link_targets import File
from importer.picture_policy import is_shown

PLANNED = 'class="planned" title="Not in this library: search for it" '
SIZES = "(min-width: 60rem) 45rem, 100vw"

# nh3 writes every attribute in double quotes, so these match exactly what it wrote.
_TAG = re.compile(
    r'<a (?P<before>(?:[\w-]+="[^"]*" )*?)href="(?P<href>[^"]*)"|(?P<end></a>)'
    r'|<img(?P<image>(?: [\w-]+="[^"]*")*)>'
)
_ATTRIBUTE = re.compile(r' ([\w-]+)="([^"]*)"')
_REFERENCE = re.compile(r'<a (?:[\w-]+="[^"]*" )*?href="(xref:[^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_ID = re.compile(r"<code>[^<>]*</code>|@[^<>\s]*")  # shown instead of a text
TITLED = ' class="titled"'
_TITLED = re.compile(r'<a href="([^"]*)" class="titled"([^>]*)>(.*?)</a>')
_EMBED = re.compile(
    r'<div class="embed">(<a (?:[\w-]+="[^"]*" )*?href="([^"]*)"[^>]*>.*?</a>)</div>'
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a link leads to: an address, or "" to keep it as written; `file` is a stored one,
    `title` the page's or section's, for links that have no text of their own. `is_text` leaves
    only their text."""

    url: str = ""
    file: File | None = None
    is_missing: bool = False
    title: str = ""
    is_text: bool = False


def rewrite(html: str, shown: Mapping[str, Shown]) -> str:
    """Replace addresses in sanitised HTML; `shown` has what each href or src leads to.

    A link to a search gets a title that says so. A picture that cannot be shown is a link.
    """
    is_open = False
    if TITLED in html:
        html = _TITLED.sub(lambda found: _titled(found, shown), html)

    def tag(found: re.Match[str]) -> str:
        nonlocal is_open
        if found["end"]:
            is_open = False
            return found[0]
        if found["image"] is not None:
            return _picture(found["image"], shown, is_inside=is_open)
        is_open = True
        target = shown.get(unescape(found["href"]), Shown())
        if not target.url:
            return found[0]
        before = PLANNED if target.is_missing else found["before"]
        return f'<a {before}href="{escape(target.url)}"'

    if 'href="xref:' in html:
        html = _REFERENCE.sub(partial(_reference, shown), html)
    return _TAG.sub(tag, html) if "<a " in html or "<img" in html else html


def _reference(shown: Mapping[str, Shown], found: re.Match[str]) -> str:
    """A reference by an id: its text alone where nothing here has the id."""
    target = shown.get(unescape(found[1]), Shown(is_text=True))
    if not target.url:
        return found[2]
    text = escape(target.title) if target.title and _ID.fullmatch(found[2]) else found[2]
    return f'<a href="{escape(target.url)}">{text}</a>'


def _titled(found: re.Match[str], shown: Mapping[str, Shown]) -> str:
    """A link that shows the title of what it leads to, where that is known."""
    title = shown.get(unescape(found[1]), Shown()).title
    text = escape(title, quote=False) if title else found[3]
    return f'<a href="{found[1]}"{found[2]}>{text}</a>'


def _picture(written: str, shown: Mapping[str, Shown], *, is_inside: bool) -> str:
    attributes = {name: unescape(value) for name, value in _ATTRIBUTE.findall(written)}
    source = attributes.pop("src", "")
    target = shown.get(source, Shown())
    file = target.file
    if file is not None and (file.width or is_image(file.tree_path)):
        return f"<img{_written(_sized(attributes, target.url, file))}>"
    if target.file is None and not target.is_missing and is_shown(source):
        return f"<img{written}>"
    text = attributes.get("alt") or attributes.get("title") or _name(source)
    if is_inside:
        return escape(text)
    if target.is_missing:
        return f'<a {PLANNED}href="{escape(target.url)}">{escape(text)}</a>'
    if not (target.url or source):
        return escape(text)
    host = "" if target.url else _host(source)
    title = f' title="{escape(f"A picture on {host}")}"' if host else ""
    return f'<a href="{escape(target.url or source)}"{title}>{escape(text)}</a>'


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""


def _name(source: str) -> str:
    path = re.split("[?#]", source, maxsplit=1)[0]
    return posixpath.basename(path) or _host(source) or source


def _written(attributes: Mapping[str, str]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())


def _sized(attributes: dict[str, str], url: str, file: File) -> dict[str, str]:
    """The attributes of a stored picture, with its size, so that nothing moves when it arrives."""
    attributes = {"src": url, **attributes}
    if file.width and file.height:
        width, height = attributes.get("width"), attributes.get("height")
        if width is None and height is None:
            attributes |= {"width": str(file.width), "height": str(file.height)}
        elif height is None and width and width.isdigit():
            attributes["height"] = str(round(file.height * int(width) / file.width))
    if file.copies:
        all_sizes = [*file.copies, (file.digest, file.width or 0)]
        attributes["srcset"] = ", ".join(
            f"{asset_url(digest, file.name)} {width}w" for digest, width in all_sizes
        )
        attributes["sizes"] = SIZES
    return attributes


def asset_url(digest: str, name: str) -> str:
    """The address of a stored file."""
    return reverse("topics:asset", args=[digest, name])


def embeds_in(html: str) -> list[str]:
    """The addresses, as written, of what a section shows of others."""
    if 'class="embed"' not in html:
        return []
    return [unescape(href) for _, href in _EMBED.findall(html)]


def put_in(html: str, written: str, embedded: Mapping[str, str]) -> str:
    """Show in `html` what it embeds. `written` is the same HTML with addresses as written, whose
    embeds come in the same order; `embedded` has the HTML for each of these addresses.
    """
    hrefs = iter(embeds_in(written))

    def embed(found: re.Match[str]) -> str:
        content = embedded.get(next(hrefs, ""), "")
        if not content:
            return found[0]
        return f'<div class="embed">{content}<p class="embed-source">{found[1]}</p></div>'

    return _EMBED.sub(embed, html)
