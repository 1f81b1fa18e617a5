"""Progress as lines: when one is written, and what pace it tells."""

from qa import progress


def test_a_pace_counts_from_the_first_that_is_done(monkeypatch, capsys):
    told, clock = progress.PlainLines(), {"now": 0.0}
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock["now"])

    for now, done in [(100.0, 0), (130.0, 1), (135.0, 6), (140.0, 11), (161.0, 31)]:
        clock["now"] = now
        told("embed", done, 31)

    assert capsys.readouterr().err.splitlines() == [
        "Embedding passages: 0 of 31",
        "Embedding passages: 1 of 31",
        "Embedding passages: 11 of 31, 1/s, 20 s left",
        "Embedding passages: 31 of 31, 1/s",
    ]
