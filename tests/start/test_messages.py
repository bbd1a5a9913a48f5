"""docs/operating.md names every setting, and every message that an operator may meet."""

import ast
import re

import pytest

from tests.start.processes import ROOT

DOCS = "".join((ROOT / "docs" / name).read_text() for name in ("operating.md", "jobs.md"))
EXPLAINED = re.findall(r"`([^`\n]+)`", "".join(re.findall(r"^\| (?:`|503|200).*$", DOCS, re.M)))
LOGS = {"warning", "error", "exception", "critical"}
REFUSALS = {"ImproperlyConfigured"}
# Refusals of files are read in the admin, with what to do in their own words.
FILES = sorted({*ROOT.glob("kb/**/*.py"), *ROOT.glob("jobs/**/*.py"), *ROOT.glob("accounts/*.py"),
                ROOT / "gunicorn.conf.py", ROOT / "search" / "log.py"})  # fmt: skip


def text_of(node: ast.expr) -> str:
    """What a message says, `…` for what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.sub(r"%[\d.]*[sdf]", "…", node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(part) for part in node.values)
    return "…"


def messages() -> list[tuple[str, str]]:
    found = []
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text())):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            is_log = name in LOGS and "log" in ast.unparse(node.func).lower()
            if is_log or name in REFUSALS or (name == "CommandError" and file.name == "serve.py"):
                found.append((file.name, text_of(node.args[0])))
    return [(file, text) for file, text in found if text.strip("…: ")]


def is_explained(text: str) -> bool:
    """Whether a message in the docs, as it is abbreviated there, is this one."""
    if any(len(part) > 12 and part in m for part in re.split("…|: ", text) for m in EXPLAINED):
        return True
    said = ([re.escape(part.strip(" .:")) for part in m.split("…")] for m in EXPLAINED)
    return any(re.search(".*".join(parts), text) for parts in said if max(map(len, parts)) > 6)


@pytest.mark.parametrize("text", sorted({text for _, text in messages()}))
def test_the_docs_say_what_to_do_about_each_message(text: str) -> None:
    assert is_explained(text)


def test_the_docs_name_every_setting() -> None:
    settings = re.findall(r"^#([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M)
    assert len(settings) > 40
    assert [name for name in settings if not re.search(rf"\b{name}\b", DOCS)] == []
