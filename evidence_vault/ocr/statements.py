"""Messages in wordings that nobody wrote down: recognised by their parts within one sentence. Pure.

A statement of the catalogue names what must be said in a sentence (a negation of supply and a word for a slot, say)
and what takes the meaning away (a condition, a word for the reader's own appointment). It is weaker than a phrase:
`outcome` asks it only where no phrase of the catalogue was found, and only on a page of the administration's.
"""

from collections.abc import Sequence

from evidence_vault.ocr.canonical import Canonical, Finding, finding
from evidence_vault.ocr.catalogue import Catalogue, CompiledStatement
from evidence_vault.ocr.lines import Paragraph


def stated(page: Sequence[Paragraph], catalogue: Catalogue) -> list[Finding]:
    """Every statement that `page`, which is in reading order, makes: not asked, supposed or about something else."""
    read = Canonical.of(page, catalogue.statement_vocabulary)
    present = [
        statement
        for statement in catalogue.statements
        if all(pattern.search(read.text) for pattern in (*statement.parts, *statement.context))
    ]
    found = []
    sentences = list(read.sentences())
    for number, (start, _) in enumerate(sentences):
        for statement in present:
            _, end = sentences[min(number + statement.sentences, len(sentences)) - 1]
            if (span := _span(statement, read.within(start, end))) is not None:
                found.append(finding(read, statement.phrase, start + span[0], start + span[1]))
    return found


def _span(statement: CompiledStatement, sentence: str) -> tuple[int, int] | None:
    """From which token to which the parts stand, where all of them do within reach and nothing takes it away."""
    if any(pattern.search(sentence) for pattern in statement.unless):
        return None
    matches = [pattern.search(sentence) for pattern in statement.parts]
    found = [match for match in matches if match]
    if len(found) < len(matches):
        return None
    first = sentence.count(" ", 0, min(match.start() for match in found))
    last = sentence.count(" ", 0, max(match.end() for match in found))
    return (first, last) if last - first <= statement.reach else None
