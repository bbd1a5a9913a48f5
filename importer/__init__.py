"""The one write path from files, archives and edits to topics and sections.

`run` imports files and folders, `edits` saves what a curator writes, `export` writes the library
back to files, `uploads` takes in what is sent by browser, `tasks`
is what workers do later.
"""
