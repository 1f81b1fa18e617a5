"""The chat in a browser: quoted answers as escaped HTML, behind a hardened local server.

    words, escape -> render         an Answer as one string of HTML; no Gradio
    desk, conversation -> reply     one question through the assistant; no Gradio
    theme, chat, harden -> serve    the page, what guards it, and the server

Gradio is imported inside functions alone, once `lean` has done it: importing it takes seconds
and, unless told otherwise first, it reports to its makers.
"""
