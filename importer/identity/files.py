"""Which missing file or folder is which new one, by its text, its name and its place.

Pure functions over origins (`a/b.md`, a folder with a slash at the end) and hashes of texts.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from documents import topic_slug
from importer.identity.sections import Candidate, alike, best_pairs, shingles

Pairs = dict[str, str]


def folders_of(origin: str) -> list[str]:
    """The origins of the folders above a topic, outermost first: `a/b/c.md` -> `a/`, `a/b/`."""
    parts = PurePosixPath(origin).parts[:-1]
    return ["/".join(parts[: i + 1]) + "/" for i in range(len(parts))]


def folder_of(origin: str) -> str:
    """The origin of the folder that a topic lies in: "" at the root."""
    return next(reversed(folders_of(origin)), "")


def follow(missing: Mapping[str, str], new: Mapping[str, str]) -> Pairs:
    """New origins with the old ones that they continue. Each old one is used at most once.

    Both arguments map an origin to the hash of its text (of its index; "" for a folder without).
    A file is the one with the same text, else the only one with the same name, else the one that
    its folder had under the same name but for the number. A folder is the one that most of its
    files came from and went to, else the one with the same name but for the number beside it.
    `a.md` and `a/` are the same too where nothing else is.
    """
    pairs: Pairs = {}
    moved = dict(_same_hash(missing, new))
    pairs |= {n: o for n, o in moved.items() if not _is_folder(n)}
    pairs |= _by_name(_left(missing, pairs.values()), _left(new, pairs))
    pairs |= _folders(moved | pairs, missing, new)
    pairs |= _by_place(missing, new, pairs, _is_folder)
    pairs |= _by_place(missing, new, pairs, lambda origin: not _is_folder(origin))
    # A file is a folder now, or a folder one.
    return pairs | _by_place(missing, new, pairs, lambda _: True)


def follow_alike(missing: Mapping[str, str], new: Mapping[str, str]) -> Pairs:
    """The pairs of new and old files whose texts are alike. Both map an origin to its text."""
    origins = [*missing, *new]
    old, fresh = (
        {
            key: Candidate(key, "", "", text, (), is_item=False, shingles=shingles(text))
            for key, origin in enumerate(origins)
            if (text := side.get(origin)) is not None
        }
        for side in (missing, new)
    )
    pairs = best_pairs(alike(old, fresh), old, fresh)
    return {origins[n]: origins[o] for n, o in pairs.items()}


def _is_folder(origin: str) -> bool:
    return origin.endswith("/")


def _left(origins: Mapping[str, str], used: Iterable[str]) -> list[str]:
    """The files that have no partner yet."""
    partners = set(used)
    return [origin for origin in origins if not _is_folder(origin) and origin not in partners]


def _same_hash(missing: Mapping[str, str], new: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    holders: dict[tuple[bool, str], list[str]] = defaultdict(list)
    for origin, digest in missing.items():
        if digest:
            holders[_is_folder(origin), digest].append(origin)
    for origin, digest in new.items():
        if found := holders.get((_is_folder(origin), digest)):
            yield origin, found.pop(0)


def _by_name(missing: list[str], new: list[str]) -> Pairs:
    names = Counter(PurePosixPath(origin).name for origin in missing)
    holder = {PurePosixPath(origin).name: origin for origin in missing}
    pairs: Pairs = {}
    for origin in new:
        name = PurePosixPath(origin).name
        if names[name] == 1:
            pairs[origin] = holder[name]
            names[name] = 0
    return pairs


def _folders(moved: Pairs, missing: Mapping[str, str], new: Mapping[str, str]) -> Pairs:
    """Pairs of folders that most of each other's files went to and came from."""
    to: dict[str, Counter[str]] = defaultdict(Counter)
    came: dict[str, Counter[str]] = defaultdict(Counter)
    for origin, old in moved.items():
        above_old, above_new = folders_of(old), folders_of(origin)
        if _is_folder(origin):  # an index counts as a file in its folder
            above_old, above_new = [*above_old, old], [*above_new, origin]
        for was, is_now in zip(reversed(above_old), reversed(above_new), strict=False):
            to[was][is_now] += 1
            came[is_now][was] += 1
    pairs: Pairs = {}
    for was, places in to.items():
        best = places.most_common(1)[0][0]
        if was in missing and best in new and came[best].most_common(1)[0][0] == was:
            pairs[best] = was
    return pairs


def _by_place(
    missing: Mapping[str, str], new: Mapping[str, str], pairs: Pairs, fits: Callable[[str], bool]
) -> Pairs:
    """In the same folder, or in what it is now, the only one with the same name but for numbers.

    Outer folders come first, so that inner ones are looked for where theirs came from.
    """
    used = set(pairs.values())
    holders: dict[tuple[str, str], list[str]] = defaultdict(list)
    for origin in missing:
        if fits(origin) and origin not in used:
            holders[folder_of(origin), topic_slug(PurePosixPath(origin).name)].append(origin)
    found: Pairs = {}
    for origin in sorted(new, key=lambda o: (len(PurePosixPath(o).parts), o)):
        if fits(origin) and origin not in pairs:
            folder = folder_of(origin)
            place = (pairs | found).get(folder, folder)
            same = holders.pop((place, topic_slug(PurePosixPath(origin).name)), [])
            if len(same) == 1:
                found[origin] = same[0]
    return found
