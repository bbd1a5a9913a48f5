"""The language of a topic, by what it says, where it lies or how it reads; its translations."""

import pytest

from documents.languages import NAMES, language_of, tag_of
from topics.models import Topic

TEXTS = {
    "en": "The server keeps a pool of connections open, and lends each of them to a request that"
    " needs it for a moment. This is how it can serve so many of them with few connections.",
    "de": "Der Server hält einen Vorrat von Verbindungen offen und leiht jede davon einer Anfrage,"
    " die sie für einen Moment braucht. So kann er mit wenigen auch sehr viele bedienen, und das"
    " ist nicht teuer.",
    "fr": "Le serveur garde un ensemble de connexions ouvertes et en prête une à chaque requête qui"
    " en a besoin pour un moment. Ce n'est pas cher, et les autres sont libres dans la réserve.",
    "es": "El servidor mantiene abiertas las conexiones y presta una a cada petición que la"
    " necesita por un momento. Así puede servir muchas con pocas, y esta es la razón por la que se"
    " usan.",
    "pt": "O servidor mantém as conexões abertas e empresta uma a cada pedido que precisa dela por"
    " um momento. Assim não é caro, e os outros pedidos são servidos com as que estão livres.",
    "ja": "サーバーは接続をいくつか開いたままにして、必要なリクエストに短いあい"
    "だ貸します。そうすれば少ない接続で多くの要求に応えられます。",
    "zh": "服务器保持若干连接打开，并在请求需要时短暂借出。这样就可以用很少的连"
    "接为很多请求服务，而且不会浪费资源。",
    "ko": "서버는 여러 연결을 열어 두고 필요한 요청에 잠시 빌려줍니다."
    " 그래서 적은 연결로 많은 요청을 처리할 수 있습니다.",
    "he": "השרת מחזיק מאגר של חיבורים פתוחים ומשאיל כל אחד מהם לבקשה שצריכה אותו לרגע קצר בלבד.",
    "ru": "Сервер держит пул соединений открытым и отдаёт каждое из них запросу, которому оно нужно"
    " на мгновение. Так он может обслужить много запросов, и это не дорого для него, если их мало.",
    "uk": "Сервер тримає пул з'єднань відкритим і віддає кожне з них запиту, якому воно потрібне на"
    " мить. Так він може обслужити багато запитів, і це не дорого, якщо вони не довгі та прості.",
}
UNCERTAIN = [
    "", "Short.", "SELECT id FROM users WHERE name = 'x'; " * 9, "نص عربي قصير جدا " * 9,
    "abc def ghi " * 40, "OK OK OK", "1 2 3 4 5 " * 50,
]  # fmt: skip


@pytest.mark.parametrize(("language", "text"), TEXTS.items())
def test_the_language_of_a_text_is_told(language, text):
    assert language_of(text) == language


@pytest.mark.parametrize("text", UNCERTAIN, ids=range(len(UNCERTAIN)))
def test_no_language_is_guessed(text):
    assert language_of(text) == ""


@pytest.mark.parametrize(
    ("name", "tag"),
    [("de", "de"), ("pt-BR", "pt-BR"), ("pt_br", "pt-BR"), ("zh-Hans", "zh-Hans"),
     ("zh_CN", "zh-CN"), ("es-419", "es-419"), ("guide", ""), ("api", ""), ("xx", ""),
     ("", ""), ("d", "")],
)  # fmt: skip
def test_a_name_is_a_tag_or_none(name, tag):
    assert tag_of(name) == tag
    assert not tag or tag.partition("-")[0] in NAMES


def languages() -> dict[str, str]:
    return dict(Topic.objects.exclude(language="").values_list("path", "language"))


PLACES = {
    "folders": ({"docs/en/a.md": "", "docs/de/a.md": ""}, {"docs/en/a": "en", "docs/de/a": "de"}),
    "one beside the original": ({"docs/a.md": "", "docs/de/a.md": ""}, {"docs/de/a": "de"}),
    "suffixes": ({"README.md": "", "README.ja.md": ""}, {"readme-ja": "ja"}),
    "in a folder of translations": (
        {"README.md": "", "i18n/README_de.md": "", "a/README.fr.md": "", "a/README.md": ""},
        {"i18n/readme-de": "de", "a/readme-fr": "fr"},
    ),
    "suffixes with a dash": (
        {"README.md": "", "README-zh-Hans.md": "", "README-ja.md": ""},
        {"readme-zh-hans": "zh-Hans", "readme-ja": "ja"},
    ),
    "at the top": ({"pt-br/a.md": "", "en/a.md": ""}, {"pt-br/a": "pt-BR", "en/a": "en"}),
    "a department": ({"it/a.md": "", "hr/b.md": ""}, {}),
    "words": ({"go-to.md": "", "what-is.md": "", "log-in.md": ""}, {}),
}


@pytest.mark.parametrize(("files", "expected"), PLACES.values(), ids=PLACES.keys())
def test_a_place_says_a_language_where_there_is_a_twin(bring, files, expected):
    bring(dict.fromkeys(files, "# A\n"))
    found = {
        path: tag for path, tag in languages().items() if Topic.objects.get(path=path).words == 0
    }
    assert {path: found.get(path, "") for path in expected} == expected
    assert set(found) - set(expected) <= {"docs/en", "docs/de", "pt-br", "en"}


def test_what_a_document_says_counts_before_its_place_and_that_before_its_text(bring):
    bring(
        {
            "de/a.md": f"---\nlang: nl\n---\n# A\n\n{TEXTS['fr']}\n",
            "de/b.md": f"# B\n\n{TEXTS['fr']}\n",
            "en/a.md": "# A\n",
            "en/b.md": "# B\n",
            "c.md": f"# C\n\n{TEXTS['fr']}\n",
        }
    )
    found = languages()
    assert (found["de/a"], found["de/b"], found["c"]) == ("nl", "de", "fr")


def test_a_page_says_its_language_and_names_its_translations(bring, client):
    bring({"en/a.md": "# Pools\n", "he/a.md": f"# מאגר\n\n{TEXTS['he']}\n", "en/b.md": "# B\n"})
    page = client.get("/topics/en/a/").content.decode()
    assert '<article class="prose kind-article" lang="en"' in page
    assert 'href="/topics/he/a/"' in page and ">עברית</a>" in page
    assert 'rel="alternate" hreflang="he"' in page
    other = client.get("/topics/he/a/").content.decode()
    assert 'lang="he"\n  dir="rtl"' in other and ">English</a>" in other
    assert "translations" not in client.get("/topics/en/b/").content.decode()


def test_a_translation_that_goes_is_named_no_more(bring, client):
    bring({"en/a.md": "# Pools\n", "de/a.md": "# Vorrat\n"})
    assert "/topics/de/a/" in client.get("/topics/en/a/").content.decode()
    bring({"de/a.md": None}, prune=True)
    assert "/topics/de/a/" not in client.get("/topics/en/a/").content.decode()


def test_a_draft_is_named_as_no_translation(bring, client):
    bring({"en/a.md": "# Pools\n", "de/a.md": "---\ndraft: true\n---\n# Vorrat\n"})
    assert "/topics/de/a/" not in client.get("/topics/en/a/").content.decode()


@pytest.mark.parametrize(
    ("document", "translation", "language"),
    [
        ("docs/a.md", "i18n/de/docusaurus-plugin-content-docs/current/a.md", "de"),
        ("docs/a/b.md", "i18n/pt-BR/docusaurus-plugin-content-docs/current/a/b.md", "pt-BR"),
        ("blog/b.md", "i18n/fr/docusaurus-plugin-content-blog/b.md", "fr"),
        ("src/pages/c.md", "i18n/fr/docusaurus-plugin-content-pages/c.md", "fr"),
        ("team/d.md", "i18n/ja/docusaurus-plugin-content-docs-team/current/d.md", "ja"),
        (
            "versioned_docs/version-1.0/e.md",
            "i18n/de/docusaurus-plugin-content-docs/version-1.0/e.md",
            "de",
        ),
    ],
)
def test_docusaurus_translations_are_found(bring, document, translation, language):
    bring({document: "# A\n", translation: "# B\n", "docs/other.md": "# C\n"})
    one, other = Topic.objects.get(origin=document), Topic.objects.get(origin=translation)
    assert (other.language, other.document) == (language, one.document)
    assert one.document and not Topic.objects.get(origin="docs/other.md").document
