"""Who the words beside "said" name. Every name, force and body here is invented."""

import pytest

from qa.language.names import speaker_of
from qa.records import Speaker


@pytest.mark.parametrize(
    ("words", "speaker"),
    [
        pytest.param("PC Ben Rook", Speaker("Ben Rook", "PC"), id="rank in letters"),
        pytest.param(
            "Detective Chief Inspector, Ada Quill,",
            Speaker("Ada Quill", "Detective Chief Inspector"),
            id="comma between rank and name",
        ),
        pytest.param("Ch Supt Ada O'Quill", Speaker("Ada O'Quill", "Ch Supt"), id="short rank"),
        pytest.param(
            "Detective Inspector (DI) Ada Quill,",
            Speaker("Ada Quill", "Detective Inspector"),
            id="letters in brackets after the rank",
        ),
        pytest.param(
            "T/DI Ada de la Quill-Rook",
            Speaker("Ada de la Quill-Rook", "T/DI"),
            id="acting rank, particles and a hyphen",
        ),
        pytest.param(
            "Superintendent Ada Quill, who led the operation,",
            Speaker("Ada Quill", "Superintendent"),
            id="a clause with who is no organisation",
        ),
        pytest.param(
            "DS Ada Quill, from our Harbour Crime Team,",
            Speaker("Ada Quill", "DS", "Harbour Crime Team"),
            id="our is not part of a team's name",
        ),
        pytest.param(
            "Sgt Ada Quill of Merrow Police's Marsh Task Force",
            Speaker("Ada Quill", "Sgt", "Merrow Police's Marsh Task Force"),
            id="a unit of a force, without commas",
        ),
        pytest.param(
            "Det Insp Ada Quill, county lines co-ordinator for the Tern Unit,",
            Speaker("Ada Quill", "Det Insp", "Tern Unit"),
            id="a post beside the rank leads to the unit",
        ),
        pytest.param(
            "PC Ben Rook, from the Merrow, Tern and Vale Road Policing Unit,",
            Speaker("Ben Rook", "PC", "Merrow, Tern and Vale Road Policing Unit"),
            id="commas inside a unit's name",
        ),
        pytest.param(
            "Investigating officer, PC Ben Rook, based at Merrow police station,",
            Speaker("Ben Rook", "PC", "Merrow police station"),
            id="the rank wins over the task before it",
        ),
        pytest.param(
            "Following the hearing, PC Ben Rook is retiring and",
            Speaker("Ben Rook", "PC"),
            id="an introduction and a second verb are left out",
        ),
        pytest.param(
            "Merrow's Police and Crime Commissioner, Ada Quill,",
            Speaker("Ada Quill", "Police and Crime Commissioner"),
            id="an office of several words",
        ),
        pytest.param(
            "Ada Quill, Merrow Police and Crime Commissioner,",
            Speaker("Ada Quill", "Police and Crime Commissioner"),
            id="the office after the name, its force left out",
        ),
        pytest.param(
            "Police and Crime Commissioner for Merrow and Vale Ada Quill",
            Speaker("Ada Quill", "Police and Crime Commissioner for Merrow and Vale"),
            id="an office with its place right before the name",
        ),
        pytest.param(
            "Chief Inspector for Merrow, Ada Quill,",
            Speaker("Ada Quill", "Chief Inspector for Merrow"),
            id="a rank with its place and a comma before the name",
        ),
        pytest.param(
            "Councillor Ada Quill, Merrow Council's cabinet member for parks,",
            Speaker("Ada Quill", "Councillor", "Merrow Council"),
            id="a council that owns the post",
        ),
        pytest.param("Judge Ada Quill", Speaker("Ada Quill", "Judge"), id="judge"),
        pytest.param(
            "Harbour operations manager Ada Quill",
            Speaker("Ada Quill", "Harbour operations manager"),
            id="a post before the name",
        ),
        pytest.param(
            "Ada Quill, chief executive of Tern Ferries,",
            Speaker("Ada Quill", "chief executive", "Tern Ferries"),
            id="a post after the name",
        ),
        pytest.param(
            "Youth worker Ada Quill", Speaker("Ada Quill", "Youth worker"), id="a post in no list"
        ),
        pytest.param("Police in Great Merrow", None, id="a place is no person"),
        pytest.param(
            "PC Ben Rook, Merrow Police's investigating officer,",
            Speaker("Ben Rook", "PC", "Merrow Police"),
            id="a force that owns the task",
        ),
        pytest.param("PC Ben Street", Speaker("Ben Street", "PC"), id="a surname that is a thing"),
        pytest.param("Ms Ada Quill MP", Speaker("Ms Ada Quill"), id="letters after the name"),
        pytest.param("Ada Quill, who owns the shop,", Speaker("Ada Quill"), id="name only"),
        pytest.param("Ada", Speaker("Ada"), id="first name only"),
        pytest.param(
            "A force spokesperson", Speaker(None, "force spokesperson"), id="a role without a name"
        ),
        pytest.param(
            "A spokesman for the Tern Unit",
            Speaker(None, "spokesman", "Tern Unit"),
            id="a role with its unit",
        ),
        pytest.param(
            "The officers, who are investigating,",
            Speaker(None, "officers"),
            id="several who speak as one",
        ),
        pytest.param("Officers stopped a van and a man", None, id="officers who do not speak"),
        pytest.param("The report", None, id="a thing does not speak"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_words_beside_said_name_a_speaker(words, speaker):
    assert speaker_of(words) == speaker
