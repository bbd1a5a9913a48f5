"""Cards and highlights of other programs: read, looked for in our texts, shown, and taken.

Nothing of a file is trusted: readers have limits, and what they give is text. What a reader cannot
take it names with the reason.
"""
