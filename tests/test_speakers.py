"""Who speaks in a paragraph. Every name, force and event here is invented."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.language.speakers import attribute
from qa.records import Speaker

QUILL = Speaker("Ada Quill", "Inspector")
ROOK = Speaker("Ben Rook", "PC")


@pytest.mark.parametrize(
    ("paragraphs", "speakers"),
    [
        pytest.param(
            ['Inspector Ada Quill said: "We came.', '"We saw.', '"We left."', "Call 101."],
            [QUILL, QUILL, QUILL, None],
            id="one quotation over three paragraphs",
        ),
        pytest.param(
            ["Inspector Ada Quill said: “We came.", "“We saw.”"], [QUILL, QUILL], id="curly marks"
        ),
        pytest.param(
            ["Inspector Ada Quill said: 'The drivers' van left.", "'It's the force's.'"],
            [QUILL, QUILL],
            id="single marks with apostrophes inside",
        ),
        pytest.param(
            ['Inspector Ada Quill said: ""We came.', '""We saw.""'],
            [QUILL, QUILL],
            id="doubled marks",
        ),
        pytest.param(["Inspector Ada Quill said; “We came.”"], [QUILL], id="semicolon for a colon"),
        pytest.param(['Inspector Ada Quill said "We came."'], [QUILL], id="no colon"),
        pytest.param(
            ["A van was found.", "Inspector Ada Quill said:", "“We came.", "“We saw.”"],
            [None, None, QUILL, QUILL],
            id="named in the paragraph before",
        ),
        pytest.param(
            ["A statement from Inspector Ada Quill:", "“We came.”"],
            [None, QUILL],
            id="a statement from somebody",
        ),
        pytest.param(
            ["“We came,” said Inspector Ada Quill. “We saw.”"],
            [QUILL],
            id="named after, verb first",
        ),
        pytest.param(
            ["“We came,” Inspector Ada Quill said."], [QUILL], id="named after, verb last"
        ),
        pytest.param(
            ["“We came.", "“We saw,” added Inspector Ada Quill."],
            [QUILL, QUILL],
            id="named only where the quotation ends",
        ),
        pytest.param(
            ["“We came.”", "said Inspector Ada Quill.", "“We saw.”"],
            [QUILL, None, QUILL],
            id="named alone between two quoted paragraphs",
        ),
        pytest.param(
            ["“We came.”\nInspector Ada Quill"], [QUILL], id="signed with rank and name, no verb"
        ),
        pytest.param(["Inspector Ada Quill: “We came.”"], [QUILL], id="a label, no verb"),
        pytest.param(
            ["PC Ben Rook said: “We came.”", "He added: “We saw.”", "And he added; “We left.”"],
            [ROOK, ROOK, ROOK],
            id="he carries the last speaker",
        ),
        pytest.param(
            ["PC Ben Rook is looking for a van. He said: “It is red.”"],
            [ROOK],
            id="he is named in the same paragraph",
        ),
        pytest.param(
            ["PC Ben Rook organised the day.", "“It went well,” he said.", "“Come again.”"],
            [None, ROOK, ROOK],
            id="he is named in the paragraph before",
        ),
        pytest.param(
            ["PC Ben Rook said: “We came.”", "Ada owns the shop.", "She said: “I was there.”"],
            [ROOK, None, None],
            id="she may be another one after a paragraph of somebody else",
        ),
        pytest.param(
            ["PC Ben Rook said: “We came.”", "Max recalls a storm. He said: “It was loud.”"],
            [ROOK, None],
            id="he may be another one who is named just before",
        ),
        pytest.param(
            ["PC Ben Rook said: “We came.”", "The van was red.", "He added: “It was fast.”"],
            [ROOK, None, ROOK],
            id="whoever adds has spoken before",
        ),
        pytest.param(
            ["Ada Quill, the owner, said: “We came.”", "The van was red.", "Ada added: “We left.”"],
            [Speaker("Ada Quill", "owner"), None, Speaker("Ada Quill", "owner")],
            id="a first name alone is the one of that name who spoke before",
        ),
        pytest.param(
            ["Ada Quill said: “We came.”", "Ada Wren said: “So did we.”", "Ada added: “We left.”"],
            [Speaker("Ada Quill"), Speaker("Ada Wren"), Speaker("Ada")],
            id="a first name of two stays as it is written",
        ),
        pytest.param(
            ["Detectives from the Tern Unit said: “We came.", "“We saw.”"],
            [Speaker(None, "Detectives", "Tern Unit")] * 2,
            id="several speak as one",
        ),
        pytest.param(
            ["Officers from Merrow spoke to a man who said: “No.”"],
            [None],
            id="whom officers met is not the officers",
        ),
        pytest.param(
            ["PC Ben Rook said: We came.", "“We saw.”"],
            [ROOK, ROOK],
            id="the first opening mark forgotten",
        ),
        pytest.param(
            ["PC Ben Rook said: “We came.", "Inspector Ada Quill said: “We left.", "“We did.”"],
            [ROOK, QUILL, QUILL],
            id="a new speaker, the old quotation never closed",
        ),
        pytest.param(
            ["PC Ben Rook said: “We came.”", "The van was red.", "“It was fast.”"],
            [ROOK, None, None],
            id="a closed quotation does not reach over other text",
        ),
        pytest.param(
            ["PC Ben Rook said: “We came.", "Lock your doors.", "Keep lights on.”"],
            [ROOK, ROOK, ROOK],
            id="opening marks forgotten until the close",
        ),
        pytest.param(
            ["Dr. Ada Quill said: “We came.”", "St. Tern is quiet. Insp. Ada Quill said: “Yes.”"],
            [Speaker("Ada Quill", "Dr."), Speaker("Ada Quill", "Insp.")],
            id="a full stop after a short title ends no sentence",
        ),
        pytest.param(
            ["PC Ben Rook said: “We came.", "", " ", "“We saw.”"],
            [ROOK, None, None, ROOK],
            id="empty paragraphs do not break a quotation",
        ),
        pytest.param(
            ["The drivers' 'dash cam' footage and the force's van were shown."],
            [None],
            id="apostrophes and a quoted word",
        ),
        pytest.param(["It is known as ‘drug running’ in Merrow."], [None], id="a quoted term"),
        pytest.param(
            ['"The Tern Award" is given each year.'],
            [None],
            id="a quoted title begins the paragraph",
        ),
        pytest.param(
            ['Merrow said the claims were "not true" on Friday.'], [None], id="a quoted fragment"
        ),
        pytest.param(["PC Ben Rook said he would wait."], [None], id="reported speech"),
        pytest.param(
            ["“Nobody says who speaks.”", "“Nor here.”"], [None, None], id="no name at all"
        ),
        pytest.param([], [], id="no paragraphs"),
    ],
)
def test_each_paragraph_carries_its_speaker(paragraphs, speakers):
    assert attribute(paragraphs) == speakers


_WORDS = ["said", "He added", "PC", "Chief", "Ada", "Quill", "of the", "Tern Unit", '""']
ugly = st.lists(
    st.lists(
        st.sampled_from([*"\"“”'‘’ \n\u2028\ud800😀.,:;(-", *_WORDS]) | st.text(max_size=5),
        max_size=25,
    ).map("".join)
    | st.text(),
    max_size=8,
)


@given(ugly)
def test_any_text_is_read_and_every_paragraph_answered(paragraphs):
    speakers = attribute(paragraphs)

    assert len(speakers) == len(paragraphs)
    assert all(speaker is None or isinstance(speaker, Speaker) for speaker in speakers)


@given(ugly)
def test_a_speaker_is_never_empty_and_never_invented(paragraphs):
    read = " ".join(" ".join(paragraphs).split())

    for speaker in attribute(paragraphs):
        if speaker is not None:
            said = [part for part in (speaker.name, speaker.role, speaker.organisation) if part]
            assert said
            assert all(word in read for part in said for word in part.split())


@pytest.mark.parametrize(
    "piece",
    [
        pytest.param('"', id="straight marks"),
        pytest.param("' ", id="single marks"),
        pytest.param("said: ", id="verbs"),
        pytest.param("“We came,” said he. ", id="many quotations"),
        pytest.param("Chief ", id="rank words without a rank"),
        pytest.param("PC ", id="ranks without a name"),
        pytest.param("Ada Quill, ", id="names"),
        pytest.param("manager of the Tern Unit and ", id="posts"),
        pytest.param(" ", id="blanks"),
        pytest.param("x", id="one long word"),
        pytest.param(".’ ", id="sentence ends"),
    ],
)
def test_time_grows_with_the_text_and_no_faster(piece):
    def seconds(length):
        text = "PC Ben Rook said: “" + piece * (length // len(piece))
        began = time.process_time()
        attribute([text, text])
        return time.process_time() - began

    attribute(["warm up"])
    short = min(seconds(5_000) for _ in range(3))
    long = min(seconds(20_000) for _ in range(3))

    # Four times the text: 4 if linear, 16 if quadratic; 0.02 s is the clock's own noise.
    assert long <= 8 * short + 0.02
