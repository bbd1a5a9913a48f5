"""The language of a text, where it is certain: by its script, or by its commonest words."""
# ruff: noqa: RUF001 - letters of other scripts are meant as they are

import re
from collections import Counter

LONGEST = 3000  # characters that are looked at
FEWEST_LETTERS = 40
FEWEST_WORDS = 25
FEWEST_FOUND = 8  # common words of the language in a text
FEWEST_DIFFERENT = 5  # of them
CLEARLY = 2.5  # times as many as those of the next language

# Tags of languages that documents are translated into, with their names in their own language.
NAMES = {
    "ar": "العربية", "az": "Azərbaycanca", "be": "Беларуская", "bg": "Български", "bn": "বাংলা",
    "ca": "Català", "cs": "Čeština", "da": "Dansk", "de": "Deutsch", "el": "Ελληνικά",
    "en": "English", "es": "Español", "et": "Eesti", "eu": "Euskara", "fa": "فارسی",
    "fi": "Suomi", "fr": "Français", "gl": "Galego", "he": "עברית", "hi": "हिन्दी",
    "hr": "Hrvatski", "hu": "Magyar", "hy": "Հայերեն", "id": "Bahasa Indonesia",
    "is": "Íslenska", "it": "Italiano", "ja": "日本語", "ka": "ქართული", "kk": "Қазақша",
    "ko": "한국어", "lt": "Lietuvių", "lv": "Latviešu", "ms": "Bahasa Melayu", "nb": "Norsk bokmål",
    "nl": "Nederlands", "nn": "Norsk nynorsk", "no": "Norsk", "pl": "Polski", "pt": "Português",
    "ro": "Română", "ru": "Русский", "sk": "Slovenčina", "sl": "Slovenščina", "sq": "Shqip",
    "sr": "Српски", "sv": "Svenska", "ta": "தமிழ்", "te": "తెలుగు", "th": "ไทย", "tr": "Türkçe",
    "uk": "Українська", "ur": "اردو", "uz": "Oʻzbekcha", "vi": "Tiếng Việt", "zh": "中文",
}  # fmt: skip

_TAG = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}|[a-z]{2}|\d{3}))?(?:[-_]([a-z]{2}))?")

# Scripts that one language of ours is written in, and those of several, told by their letters.
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("ka", re.compile("[\u10a0-\u10ff]")),
    ("hy", re.compile("[\u0530-\u058f]")),
    ("ta", re.compile("[\u0b80-\u0bff]")),
    ("te", re.compile("[\u0c00-\u0c7f]")),
    ("bn", re.compile("[\u0980-\u09ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("cyrillic", re.compile("[\u0400-\u04ff]")),
    ("arabic", re.compile("[\u0600-\u06ff]")),
)
_LETTERS = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_OTHER_CYRILLIC = re.compile("[іїєґўђљњћџѓќјәғқңөұүһѝ]", re.IGNORECASE)
_WORDS = {
    "en": "the of and to in is that it for with as are this be on you can by or from not which an",
    "de": "der die und das ist nicht ein eine den von mit sich auf für werden im dem auch wird",
    "fr": "le la les des et est une que dans pour pas vous sur avec sont ce du au qui nous cette",
    "es": "el los las del y que en una por con para se es su como más está este puede esta son",
    "pt": "o os que em um uma para com não se por mais como dos das você são isso ao está pode",
    "it": "il di che è per non una sono con del della gli si più come questo nel può alla anche",
    "nl": "de het een en van is dat niet voor met op zijn worden deze ook je kan bij aan wordt",
    "sv": "och att det är som en på för av med inte den till har om kan du ett eller från",
    "pl": "i w na się nie jest to że z do jak dla od są może lub przez które tego aby",
    "cs": "a je se na že v to s pro jako jsou nebo které aby není může tak když při být",
    "tr": "ve bir bu için ile olarak da de olan daha gibi veya çok ise her ne kadar sonra",
    "vi": "và của là có các cho không được trong một này với khi người đã để những bạn từ",
    "id": "yang dan di untuk dengan ini dari dalam adalah tidak pada akan atau anda dapat ke itu",
    "ru": "и в не на что с как для это по из или если от при он так его может быть к",
    "uk": "і в не на що з як для це до та або якщо від при ви його може бути за",
}  # fmt: skip
# The commonest words of each language.
COMMON = {language: frozenset(words.split()) for language, words in _WORDS.items()}
_LANGUAGES = {
    word: [language for language, words in COMMON.items() if word in words]
    for word in frozenset().union(*COMMON.values())
}


def language_of(text: str) -> str:
    """The tag of the language of a text without code, "" where it is not certain."""
    text = text[:LONGEST]
    letters = sum(map(len, _LETTERS.findall(text)))
    if letters < FEWEST_LETTERS:
        return ""
    for name, pattern in () if text.isascii() else _SCRIPTS:
        count = len(pattern.findall(text))
        # A Japanese text holds more Chinese signs than its own.
        if count * (10 if name == "ja" else 3) > letters:
            return _of_script(name, text)
    return _by_words(text)


def _of_script(name: str, text: str) -> str:
    if name == "arabic":
        return ""  # Arabic, Persian and Urdu share it
    if name != "cyrillic":
        return name
    language = _by_words(text)
    if language == "ru" and _OTHER_CYRILLIC.search(text):
        return ""
    return language if language in ("ru", "uk") else ""


def _by_words(text: str) -> str:
    words = [word.lower() for word in _WORD.findall(text)]
    if len(words) < FEWEST_WORDS:
        return ""
    counts: Counter[str] = Counter()
    for word, times in Counter(word for word in words if word in _LANGUAGES).items():
        for language in _LANGUAGES[word]:
            counts[language] += times
    [(best, most), (_, next_most)] = [*counts.most_common(2), ("", 0), ("", 0)][:2]
    if len(COMMON.get(best, frozenset()).intersection(words)) < FEWEST_DIFFERENT:
        return ""
    if most < max(FEWEST_FOUND, len(words) / 8) or most < CLEARLY * next_most:
        return ""
    return best


def tag_of(part: str) -> str:
    """The tag of a language that a name is, or ""."""
    found = _TAG.fullmatch(part.lower())
    if not found or found[1] not in NAMES:
        return ""
    second = found[2] or ""
    second = second.title() if len(second) == 4 else second.upper()
    return "-".join(filter(None, (found[1], second, (found[3] or "").upper())))
