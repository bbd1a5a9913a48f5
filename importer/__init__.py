"""The only writer of topics and sections: from files, archives and edits.

`run` imports files and folders, `edits` saves what a curator writes, `uploads` takes files from the
browser, `export` writes the library back to files, `tasks` is what workers do later. All writers
end in `publish`, which makes changed content visible; other rooms register what is to be done then
in `publish.STEPS`. `identity` recognises files, sections, questions and definitions seen before.
"""
