"""Files that no one would send by mistake, given to the readers of all formats.

A share in every test run, all by `make proof-formats`: each input gives documents whose spans are
exact, or a reason with its cure, within a second of the processor and 256 MB.

    leaves.py       words, numbers and names that make trouble
    marked.py       text, pages, feeds: made anew by their structure
    listed.py       mail, mailboxes, tables: the same
    packed.py       Word, PDF, zip and tar: the same, packed again so that they open
    inputs.py       for each reader: one of these, or a sample that was damaged
    measure.py      reads one input; what it took
    worker.py       a process that reads many; prove.py runs one for each reader
"""
