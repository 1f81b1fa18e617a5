"""How well questions are answered: a file of judged questions in, measures out.

    fields -> question_set         what is asked, and what answers it
    measures, squad -> outcome     one answer against its gold: ranks, success, F1
    intervals                      how far the choice of questions could have moved a value
    summary                        measures, overall and per type
    calibration                    whether stated probabilities mean what they say
    saved_run -> comparison        this run against an earlier one, question by question
    evaluate -> table              all of it, as JSON or for people
    gold_places -> trec, error_list, plots -> report      all of it, as a folder of files

Nothing is exported here: ask for `read_questions`, `evaluate` and `print_table` by module.
"""
