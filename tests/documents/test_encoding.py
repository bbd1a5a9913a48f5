import pytest

from documents import Refused
from documents.encoding import decode, repair

from .reading import read

THREE = "✅ done — “quoted” 🚀"


def mac(text: str) -> str:
    return text.encode().decode("mac_roman")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"\xef\xbb\xbfa", "a"),
        (b"a\r\nb\rc", "a\nb\nc"),
        ("é\n".encode("utf-16"), "é\n"),
        ("word ".encode("utf-16-le") * 20, "word " * 20),
        ("word ".encode("utf-16-be") * 20, "word " * 20),
        (b"caf\xe9 cr\xe8me", "café crème"),
        (b"\x93quoted\x94", "“quoted”"),
        (b"\xed\xa0\xbd\xed\xba\x80", "🚀"),
        (b"a\x02b\x1bc", "abc"),
    ],
)
def test_what_bytes_say(data: bytes, text: str) -> None:
    assert decode(data).text == text


@pytest.mark.parametrize(
    ("data", "reason", "line"),
    [
        (b"a\n\x00b", "contains a NUL character, so it is not text", 2),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xfe", "contains a NUL character", 3),
        (b"\xff\xfea", "looks like UTF-16, but is broken", None),
        ("x".encode("utf-16-le") + b"\x00\xd8\x00\xd8", "contains a NUL", 1),
        (b"ok\n\xed\xa0\xbd", "contains half of a surrogate pair", 2),
        ("è à ü".encode() + b"\n\xff", "byte 0xff is not UTF-8, though the rest is", 2),
        (bytes(range(1, 32)) * 4 + b"\xff", "is not text", 5),
    ],
)
def test_what_is_refused_and_why(data: bytes, reason: str, line: int | None) -> None:
    with pytest.raises(Refused) as caught:
        decode(data)
    assert caught.value.reason.startswith(reason)
    assert caught.value.line == line


def test_three_different_damaged_characters_are_repaired() -> None:
    assert repair(mac(THREE)) == (THREE, "Mac Roman")


@pytest.mark.parametrize(
    "text",
    [
        mac("✅✅✅ —"),  # two different ones may be chance
        mac(THREE) + "✅",  # one character that is fine already
        mac(THREE) + "\u00e9",  # does not decode as a whole
        "naïve café – “fine”",
        "‚ is a comma here",
        "",
    ],
)
def test_anything_less_is_left_alone(text: str) -> None:
    assert repair(text) == (text, None)


def test_front_matter_can_forbid_repair() -> None:
    source = mac(f"# {THREE}\n")
    assert read(source).title == THREE
    kept = read(f"---\nencoding: as-is\n---\n{source}")
    assert (kept.title, kept.repaired) == (mac(THREE), None)
