"""Nextra: `_meta` files, of JSON or a script, list the pages of their folder in their order.

Documents are in `content`, or in `pages` or `app` of the project, perhaps below `src`.
"""

import re
from pathlib import Path

from importer.tools.redirects import of_objects
from importer.tools.tool import Facts, Tool, first_text, text_of, value_in

_FORMS = ("json", "js", "jsx", "ts", "tsx")
_CONFIG = tuple(f"next.config.{form}" for form in ("mjs", "js", "ts", "cjs", "mts"))
_DOCS = tuple(f"{above}{name}" for name in ("content", "pages", "app") for above in ("", "src/"))
_COMMENT = re.compile(r"(?<![:\"'`])//[^\n]*|/\*.*?\*/", re.DOTALL)
_KEY = re.compile(r"(?:[\"']([\w./-]{1,200})[\"']|(?<![\w.])([\w-]{1,200}))\s*:")
MOST_FOLDERS = 500
MOST_TITLES = 200  # in one list


def _facts(folder: Path) -> Facts:
    docs = next((name for name in _DOCS if _metas(folder / name)), "")
    order: list[str] = []
    titles: dict[str, str] = {}
    for meta in _metas(folder / docs):
        above = meta.parent.relative_to(folder / docs).as_posix()
        above = "" if above == "." else f"{above}/"
        script = text_of(meta)
        names = keys_in(script)
        order += [f"{above}{key}" for key in names]
        titles |= {
            f"{above}{key}": title for key in names[:MOST_TITLES] if (title := _called(script, key))
        }
    return Facts(docs, (), order, (), of_objects(first_text(folder, *_CONFIG)), titles)


def _called(script: str, key: str) -> str:
    """What a script calls a page: a text, or the title in a map."""
    found = re.search(
        rf"(?<![\w-])[\"']?{re.escape(key)}[\"']?\s*:\s*\{{([^{{}}]{{1,500}})", script
    )
    return value_in(found[1], "title") if found else value_in(script, key)


def _metas(docs: Path) -> list[Path]:
    """The lists of a folder and of those below, the highest first."""
    if not docs.is_dir():
        return []
    found = [file for form in _FORMS for file in docs.rglob(f"_meta.{form}")]
    shown = [file for file in found if "node_modules" not in file.parts]
    return sorted(shown, key=lambda file: (len(file.parts), file))[:MOST_FOLDERS]


def keys_in(script: str) -> list[str]:
    """The keys of the outermost map of a script or of JSON, in their order."""
    plain = _COMMENT.sub("", script)
    start = plain.find("{", max(plain.find("export default"), plain.find("module.exports"), 0))
    found, depth, at = [], 0, max(start, 0)
    while at < len(plain):
        sign = plain[at]
        if depth == 1 and (key := _KEY.match(plain, at)):
            found.append(key[1] or key[2])
            at = key.end()
        elif sign in "\"'`":
            end = plain.find(sign, at + 1)
            at = len(plain) if end < 0 else end + 1
        else:
            depth += (sign in "{[(") - (sign in "}])")
            if not depth and found:
                break
            at += 1
    return found


def _confirm(folder: Path) -> bool:
    return any(_metas(folder / name) for name in _DOCS) or _has_meta(folder)


def _has_meta(folder: Path) -> bool:
    return any((folder / f"_meta.{form}").is_file() for form in _FORMS)


_METAS = tuple(f"{docs}_meta.{form}" for docs in ("", *(f"{d}/" for d in _DOCS)) for form in _FORMS)
TOOL = Tool(
    signs=(*_CONFIG, *_METAS),
    facts=_facts,
    confirm=_confirm,
    no_pages=("**/_*.md", "**/_*.mdx", "**/_*/**"),
)
