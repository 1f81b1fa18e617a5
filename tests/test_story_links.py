"""Places, days and names of operations as links: what is enough together, and what is not."""

import pytest

from qa.language.matters import ages_in, operations_in

BURGLARY = "A burglary at Quill Mews in {place} on {day}{age}: {things} were taken.\n"
PARTS = (
    "A burglary team took lanterns, gimlets, trowels, anvils, bobbins, spindles, chisels, mallets, "
    "thimbles and bellows from Ferrow, Gantry and Holt"
)


def release(date, title, text):
    return f"---\narea: Kent\ndate: {date}\ntitle: {title}\n---\n\n{text}\n"


def burglary(date, title, place, day, things, age=""):
    return release(date, title, BURGLARY.format(place=place, day=day, age=age, things=things))


# Of each two the second differs in one thing, and both share four words that no other has.
PAIRS = {
    "linked": ("2021-06-04", "Arrest in Dunley", "Dunley", "3 May", "cello zither astrolabe flute"),
    "other place": (
        "2021-06-04",
        "Arrest in Sorrel",
        "Sorrel",
        "3 May",
        "ermine damask tulle felt",
    ),
    "other day": ("2021-06-04", "Arrest in Dunley", "Dunley", "7 May", "topaz jasper beryl onyx"),
    "year after": ("2022-06-04", "Arrest in Dunley", "Dunley", "3 May", "heron plover teal curlew"),
    "other words": ("2021-06-04", "Arrest in Dunley", "Dunley", "3 May", ""),
    "other age": (
        *("2021-06-04", "Arrest in Dunley", "Dunley", "3 May", "saffron sumac cumin anise"),
        " by a man aged 48",
    ),
}
CORPUS = {
    **{
        f"{name}/first.md": burglary(
            *("2021-05-04", "Appeal from Dunley", "Dunley", "3 May"),
            of[4] or "birch alder rowan hornbeam",
            " by a man aged 37" if len(of) > 5 else "",
        )
        for name, of in PAIRS.items()
    },
    **{f"{name}/second.md": burglary(*of) for name, of in PAIRS.items()},
    "raid.md": release("2021-08-02", "Five held at dawn", f"Op Lintel is over. {PARTS}."),
    "jailed.md": release("2022-08-02", "Years for five", f"{PARTS}: Operation Lintel."),
    "patrol.md": release(
        "2021-08-09",
        "More patrols",
        "Operation Lintel goes on, after a burglary with gimlets, anvils and chisels in Holt.",
    ),
}


def told(desk, of):
    return {step.release: step.why for step in desk.timeline(of) if step.why}


def test_place_day_and_offence_link_with_rare_words(desk):
    assert told(desk, "linked/first.md") == {
        "linked/second.md": "both name Dunley in the headline, state 3 May, speak of “burglar…” "
        "and share 4 words that few releases hold"
    }


@pytest.mark.parametrize("name", sorted(set(PAIRS) - {"linked"}))
def test_each_of_them_is_needed(desk, name):
    assert told(desk, f"{name}/first.md") == {}


def test_an_operation_links_only_what_shares_much_besides(desk):
    why = told(desk, "raid.md")

    assert set(why) == {"jailed.md"}
    assert why["jailed.md"].startswith(
        "both name Operation Lintel, speak of “burglar…” and share 1"
    )
    assert told(desk, "patrol.md") == {}


def test_what_names_an_operation_and_tells_an_age():
    assert operations_in("An operation to find Op. Quill; Operation to come") == {"Quill"}
    assert ages_in("A man aged between 20 and 30, one aged 40-45, and a 19-year-old girl") == {19}
