"""What a learner takes along and brings back: the rows of each kind of mark, without keys of ours.

A row names its section by the address that readers use today. One that has no section here is kept
as it came (`learning.models.Kept`), tried again by each import, and goes out again so: nothing of
a file is lost. `schema.json` says what rows look like; docs/export.md explains it.
"""
