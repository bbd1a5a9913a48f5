"""Texts in other languages: their words are found in each of their forms, and English as before."""

import pytest

from importer.publish import publish
from search.engine import search
from search.languages import stems_at, stems_in
from search.vectors import lexemes
from tests.search.library import Part, add_topic, found
from topics.models import Topic

pytestmark = pytest.mark.django_db

# Language, a sentence of ours, and forms of its words that do not stand in it.
SENTENCES = [
    ("de", "Eine Replik folgt der Datenbank.", ["Datenbanken", "Repliken Datenbank", "datenbank"]),
    ("de", "Gelöschte Schlüssel bleiben.", ["geloschter schlussel", "GELÖSCHTEN Schlüsseln"]),
    ("de", "Die Anfragen werden gebündelt.", ["Anfrage", "gebundelte anfragen"]),
    ("de-AT", "Der Zwischenspeicher verliert alte Einträge.", ["Zwischenspeichern alter"]),
    ("fr", "Les données de l'utilisateur.", ["utilisateurs", "donnée", "donnee utilisateur"]),
    ("fr", "L’index accélère les requêtes.", ["requete", "Requête", "d'index"]),
    ("es", "Las funciones guardan los datos.", ["función", "funcion guarda", "dato"]),
    ("pt", "As aplicações esperam uma resposta.", ["aplicação", "respostas", "aplicacoes"]),
    ("it", "Gli indici velocizzano le ricerche dell'utente.", ["indice", "ricerca", "utenti"]),
    ("nl", "De verbindingen worden hergebruikt.", ["verbinding", "hergebruiken"]),
    ("sv", "Databaserna sparar frågorna.", ["databas", "fråga", "fraga"]),
    ("da", "Forbindelserne genbruges.", ["forbindelse", "forbindelser"]),
    ("nb", "Tabellene lagrer brukerne.", ["tabell", "bruker", "tabeller"]),
    ("fi", "Palvelimet vastaavat pyyntöihin.", ["palvelimen", "pyyntö"]),
    ("hu", "A szerverek válaszolnak.", ["szerver", "szervereket"]),
    ("pl", "Serwery przechowują zapytania.", ["zapytanie", "serwer"]),
    ("ro", "Serverele păstrează tabelele.", ["tabel", "servere"]),
    ("tr", "Sunucular istekleri yanıtlar.", ["sunucu", "istek"]),
    ("id", "Permintaan dijawab oleh peladen.", ["minta", "jawab"]),
    ("ca", "Les funcions desen les dades.", ["funció", "funcions desar"]),
]  # fmt: skip


def add(language: str, *parts: Part, title: str = "Doc") -> Topic:
    topic = add_topic(f"{title} {language}", *parts, index=False)
    topic.language = language
    topic.save()
    publish(topic.sections.values_list("pk", flat=True), [topic.pk])
    return topic


@pytest.mark.parametrize(("language", "text", "queries"), SENTENCES)
def test_a_word_is_found_in_the_forms_of_its_language(language, text, queries) -> None:
    add(language, Part("One", text))
    assert [(q, [hit.match for hit in search(q).hits]) for q in queries] == [
        (q, ["all"]) for q in queries
    ]


def test_what_was_found_by_its_stem_is_marked() -> None:
    add("de", Part("One", "Eine Replik folgt der Datenbank, und die Datenbanken wachsen."))
    [hit] = search("Datenbanken").hits
    assert hit.snippet.count("<mark>") == 2
    assert "<mark>Datenbank</mark>" in hit.snippet


def test_english_words_in_it_are_found_as_english_ones() -> None:
    add("de", Part("One", "Das Deployment der Container mit Node.js."))
    assert found("deployments containers") == ["One"]
    assert found("node") == ["One"]


def test_no_stem_meets_a_word_of_another_language() -> None:
    add("de", Part("Zwei", "Der Server wartet."))
    add_topic("English", Part("One", "It serves pages."))
    assert found("server") == ["Zwei"]
    assert found("serves")[0] == "One"


def test_a_question_is_not_about_its_common_words() -> None:
    add("de", Part("Eins", "Die Replikation schreibt, wie das Log ist."), title="A")
    add("de", Part("Zwei", "Wie ist das? Die und das ist nicht mit auf im."), title="B")
    assert found("wie ist das mit Replikationen")[0] == "Eins"


def test_another_language_is_cut_once_more() -> None:
    topic = add("", Part("One", "Eine Replik folgt der Datenbank."))
    assert found("Datenbanken", exact=True) == []
    topic.language = "de"
    topic.save()
    publish([], [topic.pk])
    assert found("Datenbanken", exact=True) == ["One"]
    topic.language = "en"
    topic.save()
    publish([], [topic.pk])
    assert found("Datenbanken", exact=True) == []


@pytest.mark.parametrize(
    ("word", "lexeme"),
    [
        ("Datenbanken", "datenbank~de"),
        ("DATENBANK", "datenbank~de"),
        ("Schlüssel", "schlussel~de"),
        ("Schlu\u0308ssel", "schlussel~de"),
        ("wird", ""),  # a common word
        ("ab", ""),
        ("v18", ""),
        ("a" * 65, ""),
    ],
)
def test_the_stem_of_a_word(word: str, lexeme: str) -> None:
    assert stems_in("de", word) == ((lexeme,) if lexeme else ())


def test_a_word_with_accents_may_have_two() -> None:
    assert stems_in("fr", "données") == ("don~fr", "donne~fr")
    assert stems_in("fr", "donnees") == ("donne~fr",)


@pytest.mark.parametrize(
    ("surface", "positions", "stems"),
    [
        ("Anfragen-Listen", 2, [("anfrag~de",), ("list~de",)]),
        ("l'index", 1, [("index~fr",)]),
        ("fs.readFileSync", 3, [(), (), ()]),
        ("TCP/IP", 2, [("tcp~de",), ()]),
    ],
)
def test_each_position_of_a_token_has_a_stem(surface, positions, stems) -> None:
    language = "fr" if "'" in surface else "de"
    assert stems_at(language, surface, positions) == stems


def test_texts_in_english_are_cut_as_before() -> None:
    assert lexemes("Databases of Node.js") == lexemes("Databases of Node.js", language="")
    assert "~" not in lexemes("Databases of Node.js, l'index, Datenbanken")


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("Verbindung", "Der Datenbankverbindung fehlt ein Name."),
        ("Verbindungspool", "Der Datenbankverbindungspool hat Plätze."),
        ("Behandlung", "Die Fehlerbehandlung steht am Rand."),
        ("Schlüssel", "Eine Schlüsselverwaltung lohnt sich."),
        ("meldungen", "Eine Fehlermeldung reicht."),
    ],
)
def test_a_word_is_found_inside_of_the_words_that_german_joins(typed: str, text: str) -> None:
    add("de", Part("Eins", text))
    add_topic("English", Part("One", "It serves pages."))
    results = search(typed)
    assert [hit.title for hit in results.hits] == ["Eins"]
    assert (results.corrected, results.notes) == (None, [])
    assert "<mark>" in results.hits[0].snippet


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("Datenbankindex", "Die Datenbank hat einen Index."),
        ("Abfragepläne", "Der Plan einer Abfrage."),
        ("Datensatzsperre", "Wer einen Datensatz ändert, hält seine Sperre."),
        ("Verbindungsabbruch", "Der Abbruch einer Verbindung."),
        ("Nachrichtenwarteschlange", "Die Warteschlange hält Nachrichten."),
        ("Passwortspeicherung", "So wird ein Passwort zu speichern sein."),
        ("Fehlerbehandlung", "Jeden Fehler behandeln."),
        ("Zertifikatserneuerung", "Ein Zertifikat erneuern."),
        ("Datenbankabfrageplan", "Der Plan der Abfrage an die Datenbank."),
        ("dauert die Lastverteilung", "Wie lange dauert es, die Last zu verteilen?"),
    ],
)
def test_a_word_that_german_joins_is_found_where_a_text_says_its_parts(typed, text) -> None:
    add("de", Part("One", text), Part("Two", "Etwas ganz anderes steht hier."))
    assert [hit.title for hit in search(typed).hits] == ["One"]
    assert search(typed).corrected is None


def test_a_word_is_only_taken_apart_where_one_section_has_all_its_parts() -> None:
    add("de", Part("One", "Die Datenbank."), Part("Two", "Ein Index."))
    add_topic("English", Part("Three", "A database index."))
    assert search("Datenbankindex").hits == []


def test_a_word_is_not_taken_apart_without_a_language_that_joins() -> None:
    add("fr", Part("One", "Le serveur garde un index, serveur."))
    assert search("serveurindexe").hits == []


def test_an_english_word_is_not_looked_for_inside_of_others() -> None:
    add("de", Part("Eins", "Die Replik folgt."))
    add_topic("English", Part("One", "A backport is no report."))
    assert found("port") == []
