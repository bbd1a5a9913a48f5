"""The languages of the topics of a source, and which of them are one document in several."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from documents.languages import tag_of
from importer.bulk_rows import update_columns
from importer.changes import Changes
from importer.names import folder_of_index, page_name
from topics.models import Topic

LONGEST = 700
# Folders with what is at the root in one language.
_OF_READMES = frozenset(
    ("i18n", "l10n", "docs", "doc", "translations", "translation", "lang", "langs", "languages",
     "locales", "locale", "readme", "readmes", ".github")
)  # fmt: skip
_BEHIND = re.compile(r"(.+?)[._-]([a-z]{2,3}(?:[-_](?:[a-z]{4}|[a-z]{2}|\d{3}))?)")
# Where Docusaurus has translations of the documents in `docs/` and its like.
_DOCUSAURUS = re.compile(
    r"((?:.+/)?)i18n/([^/]+)/docusaurus-plugin-content-(docs|blog|pages)(-[^/]+)?/"
    r"(?:current/)?(version-[^/]+/)?(.+)"
)


def set_languages(topics: Mapping[str, Topic], changes: Changes) -> None:
    """Give each topic the language that its place says, and what it shares with its translations.

    A place says one where the same file is there without that part, or with another language in
    it: `docs/de/a.md` beside `docs/en/a.md` or `docs/a.md`, `README.ja.md` beside `README.md`, and
    Docusaurus' `i18n/de/docusaurus-plugin-content-docs/current/a.md` beside `docs/a.md`.
    """
    groups: dict[str, dict[str, str]] = defaultdict(dict)  # by document: language to origin
    names = {page_name(o) for o, topic in topics.items() if topic.file_hash}
    for origin, topic in topics.items():
        if origin.endswith("/") and not topic.file_hash:
            continue  # a folder without an index has no text
        for document, language in _readings(origin, names):
            groups[document].setdefault(language, origin)
    found: dict[str, tuple[str, str]] = {}
    for document, languages in groups.items():
        if len(languages) > 1:
            for language, origin in languages.items():
                if language or origin not in found:
                    found[origin] = (document, language)
    _write(topics, found, changes)


def _readings(origin: str, names: Collection[str]) -> Iterable[tuple[str, str]]:
    """A path without one part that may be a language, with that; and the path as it is."""
    name = page_name(origin)
    yield name, ""
    if (found := _DOCUSAURUS.fullmatch(name)) and (tag := tag_of(found[2])):
        yield _translated(found), tag
    parts = name.split("/")
    for place, part in enumerate(parts):
        if (tag := tag_of(part)) and (place < len(parts) - 1 or origin.endswith("/")):
            rest = parts[:place] + parts[place + 1 :]
            yield "/".join(rest) or "index", tag
    behind = _BEHIND.fullmatch(parts[-1])
    if behind and (tag := tag_of(behind[2])):
        document = "/".join([*parts[:-1], behind[1]])
        folder = folder_of_index(document)
        if document not in names and folder in names:
            document = folder or document  # an index is called as its folder
        elif document not in names and len(parts) == 2 and parts[0] in _OF_READMES:
            document = behind[1] if behind[1] in names else document
        yield document, tag


def _translated(found: re.Match[str]) -> str:
    """The path of the document that Docusaurus has a translation of."""
    above, _, kind, plugin, version, rest = found.groups(default="")
    folder = plugin.removeprefix("-") or {"pages": "src/pages"}.get(kind, kind)
    if version:
        folder = f"{plugin.removeprefix('-')}_versioned_docs" if plugin else "versioned_docs"
    return f"{above}{folder}/{version}{rest}"


def _write(
    topics: Mapping[str, Topic],
    found: Mapping[str, tuple[str, str]],
    changes: Changes,
) -> None:
    altered = []
    for origin, topic in topics.items():
        document, language = found.get(origin, ("", ""))
        declared = topic.front_matter.get("language", "")
        if "language" in topic.chosen:
            declared = topic.language
        language = declared or language or topic.language
        document = f"{topic.source}:{document}"[:LONGEST] if document else ""
        if (topic.language, topic.document) != (language, document):
            topic.language, topic.document = language, document
            altered.append((topic.pk, language, document))
    update_columns(Topic, {"language": "text", "document": "text"}, altered)
    changes.topics |= {pk for pk, _, _ in altered}
