"""The only writer of topics and sections: from files, archives and edits.

`run` imports files and folders, `edits` saves what a curator writes, `uploads` takes files from the
browser, `export` writes the library back to files. All of them end in `publish`, which makes
changed content visible; other rooms register what is to be done then in `publish.STEPS`. `identity`
recognises files, sections, questions and definitions that have been seen before.
"""
