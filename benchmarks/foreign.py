"""What becomes of a folder of documents that was written for another tool.

    python -m benchmarks foreign FOLDER --tool NAME [--docs FOLDER/]... [--own ADDRESS]...
                                 [--dialect NAME] [--export] [--older FOLDER] [--left N]

Imports the folder into a database of its own, which it makes and drops, and counts: files, refused
files, links that lead to a file and heading of the folder by the documented rules of the tool (as
`site_links.py` reads them), those of them that lead there here, titles with raw syntax of tools,
and pictures shown or linked. With `--export` it exports all, imports that into an empty database
and exports again: the bytes must be the same. With an older state of the folder, it imports that,
bookmarks every section, imports the folder over it, and tells which bookmarks are lost though their
heading is still there. Shows `--left` of what is left over of each kind.
"""

import argparse
import filecmp
import re
import shutil
import tempfile
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from benchmarks.own_database import in_own_database
from benchmarks.site_links import INDEXES, Lead, SiteLinks

PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp")
RAW = re.compile(
    r"\{[#:%{<]|\{ #|:::|^///|\[\[|\[!|!!! |\?\?\? |</?[A-Z][A-Za-z]+[ />]|:[a-z]+_[a-z_]+:|--8<--"
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tool", default="github")
    parser.add_argument("--docs", action="append", default=[])
    parser.add_argument("--own", action="append", default=[])
    parser.add_argument("--older", type=Path)
    parser.add_argument("--dialect", default="")
    parser.add_argument("--export", action="store_true")
    parser.add_argument("--left", type=int, default=20, help="how many of what is left to show")
    options = parser.parse_args()
    in_own_database(_count, options)
    if options.export:
        with tempfile.TemporaryDirectory() as place:
            first, second = Path(place) / "first", Path(place) / "second"
            in_own_database(_export, options.folder, first, options.dialect)
            in_own_database(_export, first / "bench", second, options.dialect)
            print(f"exported twice: {_difference(first, second, options.left)}")
    if options.older:
        in_own_database(_marks, options)


def _import(folder: Path, dialect: str) -> Any:
    from importer.run import import_paths

    return import_paths([str(folder)], source="bench", dialect=dialect)


def _count(options: argparse.Namespace) -> None:
    report = _import(options.folder, options.dialect)
    levels = Counter(note.level for note in report.notes)
    for note in report.notes[: options.left]:
        print(f"  {note.level}: {note.path}: {note.message}"[:300])
    site = SiteLinks(options.folder, options.tool, options.docs, options.own)
    leads = list(site.leads())
    lost = _lost(leads)
    files = len(site.pages)
    print(f"{options.folder.name}: {files:,} files, {levels['refused']} refused, ", end="")
    share = 100 * (1 - len(lost) / len(leads)) if leads else 100
    print(f"{len(leads):,} links, {len(leads) - len(lost):,} resolved ({share:.2f} %)")
    for lead, why in lost[: options.left]:
        print(f"  {lead.page}: {lead.href} -> {lead.path} {lead.heading!r}: {why}")
    _titles(options.left)
    _pictures()


def _lost(leads: list[Lead]) -> list[tuple[Lead, str]]:
    """The links that do not lead here where they lead there, each with what it is instead."""
    from topics.models import Address, Link, Section

    rows = Link.objects.filter(section__removed_at=None).values_list(
        "section__topic__origin", "href", "kind", "target__topic__origin", "target", "file__path"
    )
    here = defaultdict(list)
    for origin, href, kind, to, target, file in rows:
        here[origin, _written(href)].append((kind, to, target, file))
    by_title = defaultdict(set)
    for pk, title, number, topic in Section.objects.filter(removed_at=None).values_list(
        "pk", "title", "number", "topic__origin"
    ):
        by_title[topic, _loose(f"{number} {title}")].add(pk)
    pinned = set(Address.objects.values_list("anchor", "section"))
    lost = []
    for lead in leads:
        key = _written(lead.href)
        found = [row for origin in _origins(lead.page) for row in here.get((origin, key), [])]
        if not found:
            lost.append((lead, "no such link"))
            continue
        why = [_fault(lead, row, by_title, pinned) for row in found]
        if all(why):
            lost.append((lead, why[0]))
    return lost


def _fault(lead: Lead, row: Any, by_title: Any, pinned: Any) -> str:
    kind, to, target, file = row
    if file:
        return "" if file.partition(":")[2] == lead.path else f"file {file}"
    if kind != "internal":
        return str(kind)
    if to not in _origins(lead.path):
        return f"leads to {to}"
    if lead.heading and not lead.heading.startswith("#"):
        titled = by_title.get((to, _loose(lead.heading)))
        if titled and target not in titled:
            return "another section"
    return ""


def _origins(path: str) -> list[str]:
    """The origins that the topic of a file may have."""
    folder, _, name = path.rpartition("/")
    stem = name.rpartition(".")[0]
    return [path, f"{folder}/"] if folder and stem in INDEXES else [path]


def _written(href: str) -> str:
    """A link as both write it: of headings below each other the last, of a picture the file."""
    plain = unicodedata.normalize("NFC", unquote(href)).strip()
    path, mark, anchor = plain.partition("#")
    if href.startswith("wiki:"):
        anchor = anchor.rpartition("#")[2]
    return path if path.endswith(PICTURES) else f"{path}{mark}{anchor}"


def _loose(text: str) -> str:
    plain = re.sub(r"!?\[([^\]]*)\]\([^)]*\)|<[^<>]*>|\{[^{}]*\}", r"\1", text)
    return "".join(c for c in unicodedata.normalize("NFKD", plain).casefold() if c.isalnum())


def _titles(most: int) -> None:
    from topics.models import Section

    rows = Section.objects.filter(removed_at=None).values_list(
        "topic__origin", "title", "title_html"
    )
    raw = [
        (origin, title)
        for origin, title, html in rows
        if RAW.search(re.sub(r"<code.*?</code>", "", html) if html else title)
    ]
    print(f"titles with raw syntax: {len(raw)}")
    for origin, title in raw[:most]:
        print(f"  {origin}: {title}")


def _pictures() -> None:
    from topics.models import Section

    written = shown = foreign = 0
    rows = Section.objects.filter(removed_at=None, written_html__contains="<img ")
    for before, after in rows.values_list("written_html", "html"):
        written += before.count("<img ")
        sources = re.findall(r'<img[^>]* src="([^"]*)"', after)
        shown += len(sources)
        foreign += sum(not source.startswith("/assets/") for source in sources)
    print(f"pictures: {written:,}, {shown:,} shown, {written - shown:,} linked, {foreign} broken")


def _export(folder: Path, out: Path, dialect: str) -> None:
    from importer.export import export_to

    _import(folder, dialect)
    export_to(out)


def _difference(first: Path, second: Path, most: int) -> str:
    names = [
        {file.relative_to(top).as_posix() for file in top.rglob("*") if file.is_file()}
        for top in (first, second)
    ]
    other = sorted(names[0] ^ names[1])
    other += [
        name
        for name in sorted(names[0] & names[1])
        if not filecmp.cmp(first / name, second / name, shallow=False)
    ]
    if not other:
        return f"the same bytes, {len(names[0]):,} files"
    kept = Path(tempfile.gettempdir()) / "foreign-difference"
    shutil.rmtree(kept, ignore_errors=True)
    for top in (first, second):
        shutil.copytree(top, kept / top.name)
    return f"{len(other)} of {len(names[0]):,} files differ, kept in {kept}: {other[:most]}"


def _marks(options: argparse.Namespace) -> None:
    from django.contrib.auth.models import User

    from learning.models import Bookmark
    from topics.models import Section

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "bench"
        shutil.copytree(options.older, folder, symlinks=True)
        _import(folder, options.dialect)
        user = User.objects.create_user("reader")
        live = Section.objects.live().values_list("pk", "topic__origin", "title")
        before = {pk: (origin, title) for pk, origin, title in live}
        Bookmark.objects.bulk_create(Bookmark(user=user, section_id=pk) for pk in before)
        shutil.rmtree(folder)
        shutil.copytree(options.folder, folder, symlinks=True)
        _import(folder, options.dialect)
        from importer.run import import_paths

        import_paths([str(folder)], source="bench", dialect=options.dialect, prune=True)
    now = Section.objects.in_bulk(Bookmark.objects.values_list("section", flat=True))
    lives = {pk for pk, row in now.items() if row.removed_at is None}
    removed = {pk: row for pk, row in now.items() if pk not in lives}
    titles = defaultdict(list)
    for pk, origin, title in Section.objects.live().values_list("pk", "topic__origin", "title"):
        titles[origin, _loose(title)].append(pk)
    marked = set(Bookmark.objects.values_list("section", flat=True))
    gone = []
    for row in removed.values():
        origin = row.topic.origin
        fresh = [pk for pk in titles.get((origin, _loose(row.title)), []) if pk not in marked]
        if fresh and row.merged_into_id is None:
            gone.append((origin, row.title))
    merged = sum(row.merged_into_id is not None for row in removed.values())
    print(
        f"marks: {len(before):,}, {len(lives):,} live, {merged} merged, "
        f"{len(removed) - merged} removed, {len(gone)} of them with a new heading of the same title"
    )
    for origin, title in gone[: options.left]:
        print(f"  {origin}: {title}")
