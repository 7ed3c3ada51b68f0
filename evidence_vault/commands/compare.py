"""What follows every recording: its pictures are compared with those recorded before, and a repetition is told."""

import itertools
from typing import TYPE_CHECKING

from evidence_vault.commands.session import Session

if TYPE_CHECKING:
    from evidence_vault.messages import Message
    from evidence_vault.recording import Recorder


def compare(session: Session, recorder: "Recorder", entries: set[int]) -> "list[Message]":
    """Compare the pictures that are new with those recorded before, and warn where one of `entries` repeats one."""
    from evidence_vault.alike import alike
    from evidence_vault.commands.found import repeated_warning
    from evidence_vault.picture_answers import pair_answer
    from evidence_vault.sketchbook import compare_all

    done = itertools.count(1)
    with session.progress("Comparing pictures", None) as advance:
        found = compare_all(recorder.case, lambda: advance(next(done)))
    pairs = alike(recorder.case.read(), found).repeated if entries else ()
    warnings = [repeated_warning(pair_answer(pair)) for pair in pairs if pair.later.entry in entries]
    for warning in warnings:
        session.warn(warning)
    return warnings
