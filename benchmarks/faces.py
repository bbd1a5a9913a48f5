"""The site beside Material for MkDocs and VitePress, built from the same articles.

    python -m benchmarks faces [FOLDER] [--peers FOLDER] [--articles N]

Imports FOLDER (default: content/) and serves it as `make run` does, builds it with both tools in a
scratch folder (needs Node with npm; `--peers` keeps what was installed), serves these as files,
compressed, and opens the same articles of one page each in Chromium. Prints a Markdown table.
"""

import argparse
import gzip
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.serving import ROOT, environment, manage, start

MATERIAL, VITEPRESS = "mkdocs-material==9.*", "vitepress@1"
AREAS = ("express", "handbook", "nodejs", "interview", "roadmap")
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
WORD = "isolation"
SHOWN = re.compile('^--8<-- "(.+)"$', re.MULTILINE)
ARTICLES = """
import json
from django.db.models import Count
from topics.models import Topic
topics = Topic.objects.published().filter(kind__in=["article", "guide"], sections__code__gt="")
topics = topics.filter(words__gt=600, sections__removed_at=None)
topics = topics.annotate(pages=Count("sections__page", distinct=True)).filter(pages=1)
print(json.dumps(sorted((t.origin, t.get_absolute_url()) for t in topics.distinct())))
"""
MKDOCS = """site_name: Backend Knowledge Base
docs_dir: docs
use_directory_urls: false
theme:
  name: material
  font: false
  features: [navigation.tabs, navigation.sections, content.code.copy]
markdown_extensions: [admonition, tables, pymdownx.superfences, pymdownx.highlight, toc]
plugins: [search]
"""
CONFIG = """export default {
  title: "Backend Knowledge Base", ignoreDeadLinks: true, srcExclude: ["**/examples/**"],
  markdown: { html: false },
  vue: { template: { compilerOptions: { delimiters: ["[%%", "%%]"] } } },
  themeConfig: { search: { provider: "local" }, nav: NAV, sidebar: SIDEBAR },
};
"""


@dataclass(frozen=True)
class Site:
    """A site to look at: how an article's file becomes an address, and where its parts are."""

    name: str
    base: str
    address: Callable[[str], str]
    article: str
    title: str
    tree: str
    contents: str
    areas: str
    open_search: str
    field: str
    result: str


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "content")
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--articles", type=int, default=16)
    asked = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None or shutil.which("npm") is None:
        sys.exit("Chromium and npm are needed: apt-get install chromium npm")
    with tempfile.TemporaryDirectory(prefix="faces") as name:
        scratch = Path(name)
        os.chmod(scratch, 0o755)
        run(asked, scratch, asked.peers or scratch / "peers", chromium)


def run(asked: argparse.Namespace, scratch: Path, peers: Path, chromium: str) -> None:
    env = environment(scratch)
    manage(env, "migrate", "-v0")
    manage(env, "import_content", str(asked.folder))
    manage(env, "collectstatic", "-v0", "--noinput")
    pages = dict(json.loads(manage(env, "shell", "-v0", "-c", ARTICLES)))
    step = max(1, len(pages) // asked.articles)
    chosen = list(pages)[::step][: asked.articles]
    process, base = start("kb.wsgi", ROOT, env)
    try:
        material = serve(with_material(asked.folder, peers, scratch / "material"))
        vitepress = serve(with_vitepress(asked.folder, peers, scratch / "vitepress"))
        sites = [
            Site(
                "ours", base, lambda origin: pages[origin], "article.prose", "main h1",
                ".side .tree", ".on-page li", ".top .areas a",
                "[data-open=palette]", "dialog input", "dialog a[data-section]",
            ),
            Site(
                "Material", material, lambda origin: f"/{html_of(origin)}", "article", "article h1",
                ".md-sidebar--primary", ".md-sidebar--secondary .md-nav__item", ".md-tabs__link",
                "label[for=__search]", ".md-search__input", ".md-search-result__item a",
            ),
            Site(
                "VitePress", vitepress, lambda origin: f"/{html_of(origin)}", ".vp-doc",
                ".vp-doc h1", ".VPSidebar", ".VPDocAside .outline-link", ".VPNavBarMenuLink",
                "#local-search button", ".search-input", ".results .result",
            ),
        ]  # fmt: skip
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
            )
            report(sites, [measured(browser, site, chosen) for site in sites], len(chosen))
            browser.close()
    finally:
        process.terminate()
        process.wait(30)


def html_of(origin: str) -> str:
    """The file that both tools make of a document."""
    return origin.removesuffix(".md") + ".html"


# Building.


def copied(folder: Path, docs: Path) -> None:
    """The documents and pictures of a folder, without its programs but with what they show."""
    ignored = shutil.ignore_patterns("examples", "node_modules", "*.js", "*.ts", "*.mjs", "*.sql")
    shutil.copytree(folder, docs, ignore=ignored)
    for file in docs.rglob("*.md"):
        text = file.read_text()
        if "--8<--" in text:
            file.write_text(SHOWN.sub(partial(shown, folder), text))
    if not (docs / "index.md").exists():
        links = "\n".join(f"- [{a.capitalize()}]({link_of(docs, a)})" for a in AREAS)
        (docs / "index.md").write_text(f"# Backend Knowledge Base\n\n{links}\n")


def shown(folder: Path, reference: re.Match[str]) -> str:
    """The lines of a program that a document shows by reference, all or a named part."""
    path, _, part = reference[1].partition(":")
    text = (folder / path).read_text()
    if part:
        text = re.split(rf".*--8<-- \[(?:start|end):{part}\].*\n", text)[1]
    return re.sub(".*--8<--.*\n", "", text).rstrip()


def link_of(docs: Path, area: str) -> str:
    return f"{area}.md" if (docs / f"{area}.md").exists() else f"{area}/index.md"


def with_material(folder: Path, peers: Path, work: Path) -> Path:
    program = peers / "mk" / "bin" / "mkdocs"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", peers / "mk"], check=True)
        pip = [peers / "mk" / "bin" / "pip", "install", "-q", MATERIAL]
        subprocess.run(pip, check=True)
    copied(folder, work / "docs")
    (work / "mkdocs.yml").write_text(MKDOCS)
    subprocess.run([program, "build", "-q", "-f", work / "mkdocs.yml"], check=True)
    return work / "site"


def with_vitepress(folder: Path, peers: Path, work: Path) -> Path:
    program = peers / "vp" / "node_modules" / ".bin" / "vitepress"
    if not program.exists():
        (peers / "vp").mkdir(parents=True, exist_ok=True)
        npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", VITEPRESS]
        subprocess.run(npm, cwd=peers / "vp", check=True)
    docs = peers / "vp" / "docs"  # beside its modules, which it looks for upwards
    shutil.rmtree(docs, ignore_errors=True)
    copied(folder, docs)
    nav = [
        {"text": area.capitalize(), "link": "/" + link_of(docs, area).removesuffix(".md")}
        for area in AREAS
    ]
    side = [
        {
            "text": area.capitalize(),
            "items": [
                {"text": title_of(file), "link": f"/{file.relative_to(docs).with_suffix('')}"}
                for file in sorted((docs / area).rglob("*.md"))
            ],
        }
        for area in AREAS
        if (docs / area).is_dir()
    ]
    (docs / ".vitepress").mkdir()
    config = CONFIG.replace("NAV", json.dumps(nav)).replace("SIDEBAR", json.dumps(side))
    (docs / ".vitepress" / "config.mjs").write_text(config)
    subprocess.run([program, "build", docs, "--outDir", work], check=True, capture_output=True)
    return work


def title_of(file: Path) -> str:
    found = re.search(r"^# (.+)$", file.read_text(), re.MULTILINE)
    return found[1] if found else file.stem


class Files(SimpleHTTPRequestHandler):
    """Files, compressed as any server would."""

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        body = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        if path.suffix not in (".woff2", ".png", ".gz"):
            body = gzip.compress(body)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged."""


def serve(folder: Path) -> str:
    """Serve a folder's files as long as this program runs; its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"


# Measuring.


def measured(browser: Browser, site: Site, origins: Sequence[str]) -> dict[str, Any]:
    """The site's numbers, by the names of the rows."""
    titles, lengths, pages, cut, blocks = [], [], [], 0, 0
    addresses = [site.base + site.address(origin) for origin in origins]
    phone, desk = browser.new_context(**PHONE).new_page(), page_of(browser, 1440)
    for address in addresses:
        go(phone, address)
        titles.append(phone.locator(site.title).first.bounding_box()["y"])
        lengths.append(phone.locator(site.article).first.bounding_box()["height"])
        pages.append(phone.evaluate("document.documentElement.scrollHeight"))
        go(desk, address)
        wide = desk.evaluate(
            "[...document.querySelectorAll('pre')].filter(e => e.checkVisibility()).map(e =>"
            " [e, ...e.querySelectorAll('code')].some(s => s.scrollWidth > s.clientWidth + 1"
            " && getComputedStyle(s).overflowX !== 'visible'))"
        )
        cut, blocks = cut + sum(wide), blocks + len(wide)
    go(phone, site.base + "/")
    median = addresses[len(addresses) // 2]
    requests, size = first_visit(browser, median)
    screens = phone.evaluate("document.documentElement.scrollHeight / innerHeight")
    columns = page_of(browser, 1280)
    go(columns, median)
    shown = [columns.locator(part).first.is_visible() for part in (site.tree, site.contents)]
    return {
        "title from the top on a phone, px (median)": round(statistics.median(titles)),
        "length of the article on a phone, px (median)": round(statistics.median(lengths)),
        "length of the page on a phone, px (median)": round(statistics.median(pages)),
        "listings that scroll sideways at 1440 px": f"{100 * cut / max(1, blocks):.0f} %",
        "columns at 1280 px": 1 + sum(shown),
        "KB of an article's first visit": f"{size / 1000:.0f}",
        "requests of an article's first visit": requests,
        "axe, violations on an article": axe(browser, median),
        "areas in the header": sum(
            desk.locator(site.areas).nth(n).is_visible()
            for n in range(desk.locator(site.areas).count())
        ),
        "home on a phone, screens": f"{screens:.1f}",
        "time to the first result, ms": first_result(browser, site, median),
    }  # fmt: skip


def page_of(browser: Browser, width: int, **options: Any) -> Page:
    return browser.new_context(viewport={"width": width, "height": 900}, **options).new_page()


def go(page: Page, address: str) -> None:
    answer = page.goto(address, wait_until="networkidle")
    if answer is None or answer.status != 200:
        sys.exit(f"{address} is not there")


def first_visit(browser: Browser, address: str) -> tuple[int, int]:
    """How many requests a reader makes who was never here, and how many bytes come."""
    page = page_of(browser, 390)
    client = page.context.new_cdp_session(page)
    sizes: list[int] = []
    client.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    client.send("Network.enable")
    go(page, address)
    return len(sizes), int(sum(sizes))


def axe(browser: Browser, address: str) -> int:
    """Violations in both themes together."""
    from axe_playwright_python.sync_playwright import Axe

    found = 0
    for scheme in ("light", "dark"):
        page = page_of(browser, 1280, bypass_csp=True, color_scheme=scheme)
        go(page, address)
        options = {"resultTypes": ["violations"]}
        found += len(Axe().run(page, options=options).response["violations"])
    return found


def first_result(browser: Browser, site: Site, address: str) -> int:
    """From opening the search on a fresh page to a result for a word, the least of three times."""
    taken = []
    for _ in range(3):
        page = page_of(browser, 390, has_touch=True)
        go(page, address)
        started = time.perf_counter()
        page.locator(site.open_search).locator("visible=true").first.click()
        page.locator(site.field).first.fill(WORD)
        page.locator(site.result).first.wait_for()
        taken.append(time.perf_counter() - started)
        page.context.close()
    return round(min(taken) * 1000)


def report(sites: Sequence[Site], found: Sequence[dict[str, Any]], articles: int) -> None:
    print(f"{articles} articles\n\n| | {' | '.join(site.name for site in sites)} |")
    print("| --- " * (len(sites) + 1) + "|")
    for row in found[0]:
        print(f"| {row} | {' | '.join(str(values[row]) for values in found)} |")


if __name__ == "__main__":
    main()
