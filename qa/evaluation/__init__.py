"""How well questions are answered: a file of judged questions in, measures out.

    fields -> question_set         what is asked, and what answers it
    measures -> outcome            one answer against its gold: ranks, success, F1
    intervals                      how far the choice of questions could have moved a value
    summary -> evaluate -> table   measures, overall and per type, as JSON or for people

Nothing is exported here: ask for `read_questions`, `evaluate` and `print_table` by module.
"""
