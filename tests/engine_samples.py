"""What tests of engines share: questions about the samples, asked of a folder and of a server."""

QUESTIONS = (
    "How many people were arrested?",
    "What did the detective say about the victim?",
    "Who was jailed for burglary, and for how long?",
    "List all releases about drugs",
    "What happened in Reading in October 2020?",
    "How much cash was seized last month?",
    "Who is the mayor of Atlantis?",
    "Where did the collision on the A40 happen?",
)
FILTERS = (
    {},
    {"published_from": "2020-10-01"},
    {"published_from": "2020-06-01", "published_to": "2020-11-30"},
)


def assert_alike(here, there, questions=QUESTIONS, filters=FILTERS):
    areas = here.areas
    assert areas == there.areas
    for question in questions:
        for filtered in (*filters, {"areas": areas[:1]}):
            answers = [desk.ask(question, **filtered).to_dict() for desk in (here, there)]
            assert answers[0] == answers[1], (question, filtered)
            hits = [desk.retrieve(question, 10, **filtered) for desk in (here, there)]
            assert hits[0] == hits[1], (question, filtered)
            assert hits[0] or filtered
