"""Which backups still hold what was purged."""

import os
import shutil


def test_the_backups_that_hold_a_text_are_named(library, file, tmp_path):
    shutil.copy(file, tmp_path / "kb-20200101T000000Z.backup")
    (tmp_path / "kb-20200102T000000Z.backup").write_text("broken")
    (tmp_path / "before").mkdir()
    shutil.copy(file, tmp_path / "before" / "the upgrade.tar")
    (tmp_path / "notes.txt").write_text("kb-backup of Monday")
    os.mkfifo(tmp_path / "pipe")
    library.settings["KB_BACKUP_DIR"] = str(tmp_path)
    try:
        # In a note with a backslash and a quotation mark; in an upload; nowhere.
        for text, is_held in [
            ("😀, ' and \\", True),
            ("New\n\nWaits", True),
            ("xyzzy plugh", False),
        ]:
            said = library.manage("purge", text)
            assert (f"{tmp_path}/kb-20200101T000000Z.backup: delete it" in said) is is_held
            assert (f"{tmp_path}/before/the upgrade.tar: delete it" in said) is is_held
            assert "notes.txt" not in said
            assert "kb-20200102T000000Z.backup: cannot be read" in said
            assert "Nothing was changed" in said
    finally:
        del library.settings["KB_BACKUP_DIR"]
