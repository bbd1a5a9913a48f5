"""The same word, however its letters are written; text without spaces; every script."""

import unicodedata

import pytest

from search.engine import search
from search.words import tokens
from tests.beginnings import beginning
from tests.search.library import Part, add_topic


def lexemes(text: str) -> list[str]:
    return [token.exact for _, _, token in tokens(text)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("résumé", unicodedata.normalize("NFD", "résumé")), ("Straße", "strasse"),
        ("Größe", "grosse"), ("œuvre", "oeuvre"), ("Łódź", "lodz"), ("Øresund", "oresund"),
        ("hyper\u00advisor", "hypervisor"), ("key\u200bboard", "keyboard"), ("ﬁle", "file"),
        ("İstanbul", "istanbul"), ("ışık", "isik"), ("ＨＴＴＰ", "http"), ("Ёлка", "елка"),
        ("كِتَابٌ", "كتاب"), ("الفهرس", "فهرس"), ("ΣΊΣΥΦΟΣ", "σίσυφος"), ("транзакций", "транзакции"),
        ("re‑entrant", "re-entrant"), ("read–write", "read-write"), ("don’t", "don't"),
        ("naïve", "naive"), ("Encyclopædia", "encyclopaedia"), ("ｶﾀｶﾅ", "カタカナ"),
    ],
)  # fmt: skip
def test_a_word_is_the_same_in_every_writing(one: str, other: str) -> None:
    assert lexemes(one) == lexemes(other) != []


@pytest.mark.parametrize(
    ("one", "other"),
    [("й", "и"), ("ガ", "カ"), (".NET", "net"), ("C#", "c"), ("は", "ば"), ("मोर", "मीर")],
)
def test_marks_that_make_another_letter_count(one: str, other: str) -> None:
    assert lexemes(one) != lexemes(other)


LIBRARY = {
    "数据库连接池": "数据库连接池可以减少建立连接的开销。事务隔离级别决定并发读写的可见性。",
    "トランザクション": "トランザクションの分離レベルについて説明します。デッドロックの検出。",
    "트랜잭션": "데이터베이스의 트랜잭션은 격리 수준을 가집니다. 인덱스를 사용하세요.",
    "ธุรกรรม": "ระดับการแยกธุรกรรมกำหนดการมองเห็นการเปลี่ยนแปลง ดัชนีช่วยให้ค้นหาเร็วขึ้น",
    "Транзакции": "Уровни изоляции транзакций определяют видимость. Индексы ускоряют поиск.",
    "معاملات": "مستويات عزل المعاملات تحدد رؤية التغييرات. الفهرس يسرع البحث.",
    "लेनदेन": "लेनदेन अलगाव स्तर परिवर्तनों की दृश्यता निर्धारित करते हैं। हिन्दी खोज",
    "Straße": "Die Größe des Verbindungspools.",
    "ASP.NET Core": "ASP.NET on v22.11.0-rc.1.",
    "Launch 🚀": "A rocket.",
    "A second net": "Row-level security catches what falls.",
}


@beginning
def library() -> None:
    for number, (title, text) in enumerate(LIBRARY.items()):
        add_topic(title, Part("In short", text), path=f"t{number}")


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("连接池", "数据库连接池"), ("隔离级别", "数据库连接池"), ("池", "数据库连接池"),
        ("デッドロック", "トランザクション"), ("分離レベル", "トランザクション"),
        ("데이터베이스", "트랜잭션"), ("인덱스", "트랜잭션"), ("ดัชนี", "ธุรกรรม"), ("ค้นหา", "ธุรกรรม"),
        ("транзакция", "Транзакции"), ("индекс", "Транзакции"), ("فهرس", "معاملات"),
        ("المعاملات", "معاملات"), ("खोज", "लेनदेन"), ("strasse", "Straße"), ("STRASSE", "Straße"),
        ("dotnet", "ASP.NET Core"), ("22.11.0", "ASP.NET Core"), ("🚀", "Launch 🚀"),
    ],
)  # fmt: skip
def test_text_of_every_script_is_found(library: None, query: str, title: str) -> None:
    results = search(query)
    assert results.hits[0].topic_title == title
    assert results.corrected is None


@pytest.mark.parametrize("query", ["接连池", "연이", ".NET framework net", "ックロ", '"池连接"'])
def test_letters_in_another_order_are_another_word(library: None, query: str) -> None:
    assert all(hit.match == "some" for hit in search(query, exact=True).hits)


def test_an_emoji_is_no_word_of_a_title_or_a_question(library: None) -> None:
    assert [hit.topic_title for hit in search("launch").hits][:1] == ["Launch 🚀"]
    assert search("🚀 launch").hits[0].match == "all"
