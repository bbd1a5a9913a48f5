"""The list of external addresses: complete, and what an address answered."""

from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from .addresses import TABLE, Address, ask, asked, faults, named, read_table, renewed, written
from .articles import Article, read_all

ONE = "https://one.example/a"
TWO = "https://two.example/"
ARTICLES = [
    Article("a.md", f"# A\n\n[one]({ONE}#part) and [again]({ONE}), [inside](b.md)\n"),
    Article("b.md", f"# B\n\n[two]({TWO})\n"),
]


def test_every_external_address_is_listed_and_no_other() -> None:
    assert list(faults(read_table(TABLE.read_text(encoding="utf-8")), read_all())) == []


def test_anchors_do_not_make_another_address() -> None:
    assert named(ARTICLES) == {ONE: ["a.md", "a.md"], TWO: ["b.md"]}


def test_what_is_missing_or_too_much_is_found() -> None:
    rows = [
        Address(ONE, "a.md", "200", "2026-11-29"),
        Address("https://old.example", "a.md", "", ""),
    ]
    assert list(faults(rows, ARTICLES)) == [
        f"content/b.md: {TWO} is not listed",
        "docs/addresses.tsv: no article names https://old.example",
    ]


def test_an_answer_is_kept_until_somebody_asks_again() -> None:
    rows = renewed([Address(ONE, "old.md", "200", "2026-11-28")], ARTICLES)
    assert rows == [Address(ONE, "a.md", "200", "2026-11-28"), Address(TWO, "b.md", "", "")]
    again = asked(rows, lambda address: "404" if address == TWO else "200", date(2026, 11, 29))
    assert [(each.answer, each.day, each.is_broken) for each in again] == [
        ("200", "2026-11-29", False),
        ("404", "2026-11-29", True),
    ]
    assert read_table(written(again)) == again


def test_a_table_with_other_columns_is_refused() -> None:
    with pytest.raises(ValueError, match=r"addresses\.tsv:1: the columns are not address"):
        read_table("a\tb\n")


def test_an_address_answers_moves_or_is_gone() -> None:
    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response({"/": 200, "/old": 301}.get(self.path, 404))
            if self.path == "/old":
                self.send_header("Location", "/")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Site)
    Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    try:
        assert [ask(f"{base}{path}") for path in ("/", "/old", "/gone")] == [
            "200",
            f"moved to {base}/",
            "404",
        ]
    finally:
        server.shutdown()
        server.server_close()
