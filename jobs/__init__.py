"""Work that is done later, by `manage.py worker`, with PostgreSQL as its only queue.

`tasks` is what other rooms use: they write a function, make it a task, register it and enqueue it.
`models` has the job, `queue` every change of a job's state, `schedule` the tasks that come round
by themselves, `worker` the process that runs them. This room knows nothing of the others.
"""
