"""Forces are known by name, short form and initials; streets, people and schools are no areas."""

import pytest

from qa.language.areas import find_areas

KNOWN = (
    "British Transport",
    "City of London",
    "Devon and Cornwall",
    "Greater Manchester",
    "Hertfordshire",
    "Kent",
    "Metropolitan",
    "Sussex",
    "Thames Valley",
    "West Midlands",
    "Bedfordshire",
    "Wiltshire",
)


@pytest.mark.parametrize(
    ("question", "force"),
    [
        ("What did Kent Police find?", "Kent"),
        ("what did kent police find", "Kent"),
        ("What did Kent's officers find?", "Kent"),
        ("What did Herts police find?", "Hertfordshire"),
        ("What did the Met find?", "Metropolitan"),
        ("What did Metropolitan Police officers find?", "Metropolitan"),
        ("What did Scotland Yard find?", "Metropolitan"),
        ("What did TVP find?", "Thames Valley"),
        ("What did GMP find?", "Greater Manchester"),
        ("What did BTP find?", "British Transport"),
        ("What did the railway police find?", "British Transport"),
        ("What did West Mids Police find?", "West Midlands"),
        ("What did Devon & Cornwall Police find?", "Devon and Cornwall"),
        ("What did Met officers find?", "Metropolitan"),
        ("What did beds police find?", "Bedfordshire"),
        ("What did City of London Police find?", "City of London"),
    ],
)
def test_a_force_is_named(question, force):
    (area,) = find_areas(question, KNOWN)

    assert (area.name, area.is_force) == (force, True)


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("What burnt in Kent?", "Kent"),
        ("What burnt in West Sussex?", "Sussex"),
        ("What burnt in the East Kent marshes?", "Kent"),
        ("What burnt in Maidstone Kent?", "Kent"),
        ("cash taken Maidstone Kent", "Kent"),
        ("What burnt on a Kent island?", "Kent"),
        ("Did East Kent flood?", "Kent"),
        ("What burnt? Kent barns?", "Kent"),
        ("Which Kent barn burnt?", "Kent"),
        ("What burnt in herts?", "Hertfordshire"),
        ("What burnt in the City of London?", "City of London"),
    ],
)
def test_a_place_is_no_force(question, place):
    (area,) = find_areas(question, KNOWN)

    assert (area.name, area.is_force) == (place, False)


@pytest.mark.parametrize(
    "question",
    [
        "Who lives in Kent Road?",
        "What did PC Kent find?",
        "Who studies at the University of Kent?",
        "Where had they met?",
        "Who took the Metropolitan line?",
        "Which transport links were cut?",
        "What did Lancs police find?",
        "Met him at noon, but where?",
        "What did the Met Office warn of?",
        "Which public transport officers are needed?",
        "How many beds were burnt?",
        "What burnt in wıltshire?",
        "Where was Clark Kent seen?",
        "What was stolen by Clark Kent?",
        "Who flew to Kent Island?",
    ],
)
def test_what_is_no_area(question):
    assert find_areas(question, KNOWN) == ()


def test_each_is_given_once_and_the_force_wins():
    found = find_areas("Was the Kent man stopped by Kent Police in Sussex?", KNOWN)

    assert [(area.name, area.is_force) for area in found] == [("Kent", True), ("Sussex", False)]


def test_police_of_two_places_are_both_named():
    found = find_areas("What did Kent and Sussex Police find?", KNOWN)

    assert [(area.name, area.is_force) for area in found] == [("Kent", True), ("Sussex", True)]
