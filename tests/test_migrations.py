"""A migration that has landed stays as it is: databases exist that it has made."""

import hashlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# As `sha256sum` prints it. A new migration joins when it lands; no line here changes after that.
LANDED = """
28ee267cec2ee4af6ccd5af5762bde6b9d577cbbe73b3c40557bf3a5bc2e94a0  topics/migrations/0001_initial.py
e4e4d03f8ec4ff1fc1503f5002f3acce9ad455db235feef61e4e4abd9e910bc3  topics/migrations/0002_search_index.py
f56035e3b03403719822dc4bf97a18429fb3fb4df5ff853d59b2498839b687eb  topics/migrations/0003_content_version.py
67afa40b7088e132e8810796249a25eae02ca13b33d1eaee0154fe03cd150697  topics/migrations/0004_curators.py
c52cf7785cab767178966fc2f787ef037fba5eedbcacebd84bf4d109dace6a34  topics/migrations/0005_room_for_updates.py
b3b4043523d454d28d9e84b235ccd9b2ed1348f639257c0d525143d7c196fe3b  topics/migrations/0006_search_in_one_statement.py
82a6f63994f4f6cfb5aef1ff8e4858f40a27c2b966e423303d62c6a2cc53172b  topics/migrations/0007_short_pending_lists.py
2462e7f5576c5951636c8d5473703055235310159331ebbc17a8be5a0e3673a5  topics/migrations/0008_rest_of_large_sections.py
b710a465d24f0164b21acc8a5ef272c2fce80e8e983f6ec61e6b4956f13d9e47  learning/migrations/0001_initial.py
c54e7a1bc7233bb6f578ab2ea4a7b5f72ed54b9f4c5c01fe451747df0aa984e0  learning/migrations/0002_cache_table.py
"""


@pytest.mark.parametrize("line", LANDED.split("\n")[1:-1])
def test_a_landed_migration_is_never_edited(line: str) -> None:
    digest, _, name = line.partition("  ")
    file = ROOT / name
    assert file.is_file(), f"{name} has landed and is gone: put it back, and add a new migration."
    assert hashlib.sha256(file.read_bytes()).hexdigest() == digest, (
        f"{name} has landed and was edited: take the edit back, and add a new migration instead."
    )
