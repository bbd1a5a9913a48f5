"""Addresses that a site leads on, in the forms in which tools and hosts write them down.

Each function gives pairs: an address or file of before, and where it leads. One that begins with a
slash is from the site's root, another from the page of before.
"""

import json
import re
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from importer.tools.tool import quoted_in, text_of, toml_of

MOST = 5_000  # of one source
LONGEST = 500  # characters of one
MOST_FILES = 5_000  # that patterns are tried on
_MAP = r"\b{}[\"']?\s*[:=]\s*\{{((?:[^{{}}]|\{{[^{{}}]*\}})*)\}}"
_PAIR = re.compile(
    r"([\"'`])([^\"'`\n]{1,300})\1\s*:\s*"
    r"(?:([\"'`])([^\"'`\n]{1,300})\3|\{[^{}]*\bdestination\s*:\s*[\"'`]([^\"'`\n]{1,300})[\"'`])"
)
_OBJECT = re.compile(r"\{[^{}]*\}")
_FROM = r"\b(?:from|source|source_path)[\"']?\s*:\s*(\[[^\[\]]*\]|[\"'`][^\"'`\n]*[\"'`])"
_TO = r"\b(?:to|destination|redirect_url)[\"']?\s*:\s*([\"'`][^\"'`\n]*[\"'`])"
_LINE = re.compile(r"(/\S*)\s+(\S+)(?:\s+30[1278]!?)?")
_STEP = re.compile(r"/?:(\w+)(\*?)(?:\([^()]*\))?(\*?)")


def of_map(values: Any, root: str = "") -> dict[str, str]:
    """The texts of a map; what leads to a path of this site begins with `root`."""
    found = values if isinstance(values, dict) else {}
    return {
        old: new if "://" in new or new.startswith("/") else root + new.removeprefix("./")
        for old, new in found.items()
        if isinstance(old, str) and isinstance(new, str)
    }


def of_script_map(script: str, name: str) -> dict[str, str]:
    """The map that a script calls by a name: `redirects: {"/a": "/b"}`."""
    found = re.search(_MAP.format(name), script)
    return {pair[2]: pair[4] or pair[5] for pair in _PAIR.finditer(found[1])} if found else {}


def of_objects(script: str) -> dict[str, str]:
    """What objects of a script or of JSON say: `{from: ["/a", "/b"], to: "/c"}`, `{source: …,
    destination: …}`."""
    found: dict[str, str] = {}
    for part in _OBJECT.findall(script):
        old, new = re.search(_FROM, part), re.search(_TO, part)
        if old and new:
            found |= dict.fromkeys(quoted_in(old[1]), next(quoted_in(new[1]), ""))
    return found


def of_host(folder: Path) -> dict[str, str]:
    """What a host of static sites is told: Netlify's and Cloudflare's `_redirects`, `netlify.toml`,
    `vercel.json`."""
    found: dict[str, str] = {}
    for place in ("", "static", "public", "docs", "docs/public"):
        lines = text_of(folder / place / "_redirects").splitlines()
        pairs = filter(None, (_LINE.match(line.split(" #")[0].strip()) for line in lines))
        found |= {pair[1]: pair[2] for pair in pairs}
    rules = toml_of(text_of(folder / "netlify.toml")).get("redirects")
    for rule in rules if isinstance(rules, list) else []:
        if isinstance(rule, dict):
            found |= of_map({rule.get("from"): rule.get("to")})
    return found | of_objects(text_of(folder / "vercel.json"))


def of_rewrites(rewrites: Mapping[str, str], docs: Path) -> dict[str, str]:
    """The addresses of files that a site shows elsewhere, each leading to its file. `:name` in a
    path is one step of it, `:name*` any number of them."""
    patterns = [(re.compile(_pattern(old)), new) for old, new in rewrites.items() if ":" in old]
    found = {f"/{new}": f"/{old}" for old, new in rewrites.items() if ":" not in old}
    if not patterns:
        return found
    for number, file in enumerate(sorted(docs.rglob("*.md"))):
        if number >= MOST_FILES:
            break
        path = file.relative_to(docs).as_posix()
        for pattern, new in patterns:
            if fits := pattern.fullmatch(path) or pattern.fullmatch(path.removesuffix(".md")):
                steps = fits.groupdict("")
                found[f"/{_STEP.sub(partial(_step, steps), new)}"] = f"/{path}"
                break
    return found


def _pattern(path: str) -> str:
    """A path with steps that have names as a pattern. A name that it has twice is one anyway."""
    named: set[str] = set()
    found, at = "", 0
    for step in _STEP.finditer(path):
        found += re.escape(path[at : step.start()]) + ("/" if step[0][0] == "/" else "")
        many = ".*" if step[2] or step[3] else "[^/]+"
        name = step[1] if step[1].isidentifier() and step[1] not in named else ""
        named.add(name)
        found += f"(?P<{name}>{many})" if name else f"(?:{many})"
        at = step.end()
    return found + re.escape(path[at:])


def _step(steps: Mapping[str, str], step: re.Match[str]) -> str:
    return ("/" if step[0][0] == "/" else "") + steps.get(step[1], "")


def of_json(text: str) -> dict[str, Any]:
    """A configuration in JSON; {} for one that cannot be read."""
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def usable(pairs: Iterable[tuple[Any, Any]]) -> dict[str, str]:
    """Those that lead from one page to another of the same site. Patterns lead nowhere."""
    found: dict[str, str] = {}
    for old, new in pairs:
        if not isinstance(old, str) or not isinstance(new, str) or len(found) >= MOST:
            continue
        if 0 < len(old) <= LONGEST and 0 < len(new) <= LONGEST and not re.search(r"[*:\x00]", old):
            found[old] = new
    return found
