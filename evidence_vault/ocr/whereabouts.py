"""Where a page stands, whatever it says: on the administration's own site or elsewhere, as a step or to inform. Pure.

A message counts for what it is only on a page that gives it. The same words stand in a letter, on a forum, and in what
the administration explains; what tells these apart is the address, words that only such pages print, and how much a
page tells besides.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from evidence_vault.ocr.catalogue import Catalogue, Setting
from evidence_vault.ocr.folding import edits, fold
from evidence_vault.ocr.lines import Paragraph
from evidence_vault.ocr.matching import Findings
from evidence_vault.ocr.resembling import tells_something
from evidence_vault.ocr.sentences import prose

_ABOUT_MESSAGES, _LONG = frozenset({"faq", "byline", "read-also", "press-sections"}), 150
"""Cues which, from so many words on, tell news or answers to questions: they speak of messages in any words, on the
administration's own site too. Shorter pages only link to such."""
_INFORMS, _INFORMS_BY_ADDRESS, _INFORMS_ON_A_STEP = 5, 2, 8
"""From so many sentences that tell no outcome on, a page informs: fewer where its address says so too, more where it
says that the page is a step of a booking. Of pages that give a message, one in two hundred tells as much as the first
of these besides; of pages that inform, half do."""
_BEFORE_HOST = re.compile(r"^\W*(?:[a-z]{3,6}\W{0,2}/+)?(?:https?\W+)?(?:www\.)?")
"""What stands before a host, the scheme being as often misread as not (`hups-//`)."""
_BEFORE_QUERY = re.compile(r"[?#\s]")
_WORD = re.compile("[a-z]+")


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a page stands."""

    official: bool | None
    """Whether the address is the administration's; None where it was not read well enough to tell."""
    named: bool
    """Whether the page names the administration."""
    elsewhere: bool
    cited_elsewhere: bool
    """Whether words say so, and not the address alone."""
    gallery: bool
    """Thumbnails in a folder: the page itself is not to be seen."""
    answers: bool
    """News, or answers to questions, which speak of messages in any words."""
    informs: bool
    """Whether it explains more than a step of a booking does, so that what resembles a message may be explained too."""

    @property
    def administration(self) -> bool:
        """Whether the page is the administration's, as far as can be read."""
        return bool(self.official) or self.named


def whereabouts(page: Sequence[Paragraph], found: Findings, address: str | None, catalogue: Catalogue) -> Whereabouts:
    """Where `page` stands, in which `found` was found; `address` is the address bar as read, if it was."""
    official = _official_host(address, catalogue)
    own = {cue.id for cue in found.cues if cue.setting == "official"}
    return Whereabouts(
        official=official,
        named=bool(own),
        elsewhere=_stands_elsewhere(found, official, own),
        cited_elsewhere=_cues_elsewhere(found),
        gallery=_has_cue(found, "gallery"),
        answers=found.words >= _LONG and any(cue.id in _ABOUT_MESSAGES for cue in found.cues),
        informs=_informs(page, found, address, catalogue),
    )


def _official_host(address: str | None, catalogue: Catalogue) -> bool | None:
    if address is None:
        return None
    host = re.split(r"[/?#\s]", _BEFORE_HOST.sub("", fold(address)))[0]
    if any(host == known or host.endswith(f".{known}") for known in catalogue.official_hosts):
        return True
    damaged = "prefecture" in host or "gouv" in host or any(edits(label, "gouv") <= 1 for label in host.split("."))
    return None if damaged else False


def _informs(page: Sequence[Paragraph], found: Findings, address: str | None, catalogue: Catalogue) -> bool:
    host, _, path = _BEFORE_QUERY.split(_BEFORE_HOST.sub("", fold(address or "")))[0].partition("/")
    words = set(_WORD.findall(path))
    says_so, step = bool(words & catalogue.information_paths), bool(words & catalogue.booking_paths)
    if says_so and _has_cue(found, "search") and catalogue.booking_paths.isdisjoint(words.union(_WORD.findall(host))):
        return True  # results of a search in the site, not for a slot
    enough = _INFORMS if says_so == step else _INFORMS_BY_ADDRESS if says_so else _INFORMS_ON_A_STEP
    return sum(not tells_something(sentence, catalogue.classifier) for sentence in prose(page)) >= enough


def _has_cue(found: Findings, setting: Setting) -> bool:
    return any(cue.setting == setting for cue in found.cues)


def _cues_elsewhere(found: Findings) -> bool:
    cues = [cue for cue in found.cues if cue.setting != "official"]
    return any(cue.weight == "strong" for cue in cues) or len(cues) >= 2


def _stands_elsewhere(found: Findings, official: bool | None, own: set[str]) -> bool:
    if official is not None:
        return not official
    strong = [cue for cue in found.cues if cue.setting != "official" and cue.weight == "strong"]
    return (bool(strong) and len(own) < 2) or (_cues_elsewhere(found) and not own)
