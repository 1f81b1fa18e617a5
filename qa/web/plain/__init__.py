"""Answers as plain pages: no script, for any browser, and for whoever wants a link to an answer."""
