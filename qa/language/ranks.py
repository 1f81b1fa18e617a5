"""The words that make an office: ranks, posts, and the bodies people speak for.

Ranks are the British police ones, written out or shortened. A post is known by its noun: what
stands before it ("harbour operations manager") is as varied as organisations are. The lists were
read off press releases; a word that lacks costs a role, seldom a name.

Reads    nothing
Gives    `RANK`, `OFFICE`, `BODY_WORD`: compiled patterns
"""

import re

_BEFORE_RANK = (
    "Temporary|Temp|T|D|Acting|A|Assistant|Asst|Deputy|Dep|Chief|Ch|Detective|Det|Special"
    "|Neighbourhood|Lead|Interim|District|Borough|Crown|Senior|His Honour|Her Honour|HHJ"
)
_RANK_WORDS = (
    "(?:police )?(?:constable|sergeant)|inspector|superintendent|commander|councillor|magistrate"
    "|detective|judge"
    "|(?:police (?:and|&) crime |police, fire and crime |police )?(?:assistant )?commissioner"
    "|(?:police )?community support officer|chief fire officer|recorder|sgt|supt|insp|cllr|const"
)
_RANK_LETTERS = (
    "PCSO|PCC|PC|Pc|WPC|DC|DS|DI|DCI|DSI|DSU|DCS|DSupt|DSgt|DCon|DInsp|ACC|DCC|CC|PS|SC|CI|TDC|TDS"
    "|TDI|ADS|ADI|ADCI|TDCI|Con|Dr|Prof|Professor|Rev|Reverend"
)
RANK = re.compile(
    rf"(?<![\w’'-])(?:(?i:{_BEFORE_RANK})[./ ]{{1,2}}){{0,5}}"
    rf"(?:(?i:{_RANK_WORDS})|{_RANK_LETTERS})(?!\w)\.?"
)
# Nouns that make the words before them an office, or stand for a person with no name given.
OFFICE = re.compile(
    r"(?<![\w’'-])(?:spokes(?:man|woman|person)|manager|officer|investigator|detective|secretary"
    r"|director|minister|mayor|chair(?:man|woman|person)?|co-?ordinator|lead(?:er)?|head|adviser"
    r"|advisor|chief executive|ceo|president|prosecutor|lawyer|solicitor|barrister|headteacher"
    r"|principal|supervisor|specialist|analyst|consultant|holder|sponsor|volunteer|cadet|champion|ambassador"
    r"|deputy|executive|commissioner|members?|founder|owner|farmer|resident|victim|witness|driver"
    r"|family|families|mother|father|parents?|wife|husband|widow|partner|daughter|son|sister"
    r"|brother|relatives?|judge|engineer|warden|ranger|keeper|pharmacist|doctor|nurse|teacher"
    r"|trainer|handler|neighbours?|paramedic|chaplain|captain|operator|responder|commander|constable|sergeant|inspector|superintendent)(?!\w)",
    re.IGNORECASE,
)
BODY_WORD = re.compile(
    r"(?<!\w)(?:[A-Z]{2,}\w*|(?i:police|constabulary|teams?|units?|departments?|dept|directorate"
    r"|force|council|command|branch|squad|division|taskforce|section|group|service|station"
    r"|investigations?|agency|trust|association|federation|charity|partnership|office|crime"
    r"|network|union|fire|policing|hub|bureau|college|university|school|society|court|committee|desk))(?!\w)"
)
