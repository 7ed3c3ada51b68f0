"""What third parties attest, as the dossier says it: the bounds of an attempt, a summary, the table of every proof.

Lower bounds are rounded down to the second and upper bounds up, so that what is printed stays true.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence

from evidence_vault.casefile import AttemptView, Entry
from evidence_vault.entries import parse_utc
from evidence_vault.exports import dossier_dates as dates
from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_case import Numbered
from evidence_vault.exports.dossier_fonts import Face
from evidence_vault.exports.dossier_pages import Pages
from evidence_vault.exports.dossier_styles import GROUP, MM, NOTE
from evidence_vault.exports.dossier_tables import Cell, Column, draw_table
from evidence_vault.exports.dossier_text import Rich
from evidence_vault.kinds import Timestamp
from evidence_vault.timeline import Attestation

PROOFS = "Annexe : contremarques de temps"
BOUNDS = "Intervalle attesté par des tiers"
NOT_ATTESTED = "non attesté à ce jour"
NO_LOWER = "pas de borne inférieure"
CHOSEN = "sous une racine choisie par celui qui tient le registre"
_SUPPOSED = "Cette borne suppose, comme l’opérateur le dit, que la tentative a été inscrite sur-le-champ."

_MOST_NAMES = 3
_MOST_ROWS = 30
"""Proofs beyond which only the first and the last of each authority are printed."""


def lower(numbered: Numbered, view: AttemptView) -> Rich:
    """Not before when an attempt was made, and on what that rests."""
    bound = numbered.interval(view).not_before
    if bound is not None:
        return (
            *_bound(numbered, bound, dates.floor(bound.earliest)),
            (Face.REGULAR, f" {_SUPPOSED}"),
        )
    if words.live(view):
        return f"{NO_LOWER} : aucune contremarque admise ici ne précède cette inscription"
    if view.attempt.origin == "import":
        return f"{NO_LOWER} : tentative importée après coup"
    return f"{NO_LOWER} : l’opérateur a lui-même indiqué l’heure de la tentative"


def upper(numbered: Numbered, entry: Entry) -> Rich:
    """Not after when an entry was made."""
    bound = numbered.timeline.of_entry(entry.index).not_after
    if bound is None:
        return (
            (Face.BOLD, NOT_ATTESTED),
            (Face.REGULAR, " : aucune contremarque admise ici ne couvre encore cette inscription"),
        )
    return _bound(numbered, bound, dates.ceiling(bound.latest))


def _bound(numbered: Numbered, bound: Attestation, moment: dt.datetime) -> Sequence[tuple[Face, str]]:
    proof = "preuve" if bound.protocol == "opentimestamps" else "contremarque"
    named = f"{proof} nommée par l’inscription n° {bound.index} ; {_weight(bound)}"
    return (
        (Face.BOLD, dates.instant(numbered.case, moment, weekday=True)),
        (Face.REGULAR, f" — {bound.source} ({named})."),
    )


def column(numbered: Numbered, view: AttemptView) -> str:
    """Both bounds of an attempt, for the chronology."""
    found = numbered.interval(view)
    if found.not_after is None:
        after = NOT_ATTESTED
    else:
        after = f"pas après le {dates.short(numbered.case, dates.ceiling(found.not_after.latest))}"
    if found.not_before is None:
        return f"{NO_LOWER}\n{after}"
    return f"pas avant le {dates.short(numbered.case, dates.floor(found.not_before.earliest))}\n{after}"


def summary(numbered: Numbered) -> Iterator[tuple[str, Rich]]:
    """How time is attested, in a few facts: by whom, from when to when, and what still waits."""
    stamps = list(_stamps(numbered))
    counted = numbered.attestations
    uncounted = sum(entry.index not in numbered.counted for entry, _ in stamps)
    if not counted:
        received = words.count(len(stamps), "preuve reçue", "preuves reçues")
        why = (
            f"{received}, mais non comptée{'s' if len(stamps) > 1 else ''} ici"
            if stamps
            else "aucune contremarque de temps"
        )
        yield "Attestation par un tiers", ((Face.BOLD, f"aucune à ce jour ({why})"),)
    else:
        yield from _of_roots(numbered, [one for one in counted if one.weight != "given_root"], "")
        yield from _of_roots(numbered, numbered.chosen, f" {CHOSEN}")
        if uncounted:
            yield "Autres preuves reçues", f"{words.thousands(uncounted)}, qui ne comptent pas ici (voir l’annexe)"
    yield "Inscriptions en attente", _waiting(numbered)
    anchors = Counter(
        words.UNCOUNTED.get(said.status or "unknown", "")
        for entry, said in stamps
        if said.protocol == "opentimestamps" and entry.index not in numbered.replaced
    )
    if anchors:
        yield "OpenTimestamps", " ; ".join(f"{words.count(n, 'preuve')} ({state})" for state, n in anchors.items())


def _of_roots(numbered: Numbered, counted: Sequence[Attestation], under: str) -> Iterator[tuple[str, Rich]]:
    """The proofs under roots that are worth the same: how many, from whom, from when to when."""
    if not counted:
        return
    comma = "," if under else ""
    number = words.count(len(counted), f"contremarque de temps{comma} valide", f"contremarques de temps{comma} valides")
    yield "Attestation par un tiers", ((Face.BOLD, f"{number}{under}"), (Face.REGULAR, f" : {_names(counted)}"))
    label = "Heures indiquées" if under else "Heures attestées"
    yield label, _first_and_last(numbered, [_stated(one) for one in counted])


def according_to(numbered: Numbered) -> str:
    """« D’après les tiers », and under whose roots."""
    found = len(numbered.chosen)
    if not found:
        return "D’après les tiers"
    part = "" if found == len(numbered.attestations) else "en partie "
    return f"D’après les tiers, {part}{CHOSEN}"


def supposed(numbered: Numbered) -> bool:
    """Whether a lower bound, hence the operator's word that attempts were recorded on the spot, enters the counts."""
    return any(numbered.interval(view).not_before is not None for view in numbered.attempts)


def _waiting(numbered: Numbered) -> str:
    if not numbered.waiting:
        return "aucune, toutes celles qui doivent être attestées le sont"
    if numbered.waiting == 1:
        return "1 inscription, qu’aucune contremarque admise ici ne couvre à ce jour"
    return f"{words.thousands(numbered.waiting)} inscriptions, qu’aucune contremarque admise ici ne couvre à ce jour"


def _names(counted: Sequence[Attestation]) -> str:
    names = list(dict.fromkeys(one.source for one in counted))
    others = len(names) - _MOST_NAMES
    more = f" ; et {words.count(others, 'autre autorité', 'autres autorités')}" if others > 0 else ""
    return " ; ".join(names[:_MOST_NAMES]) + more


def _first_and_last(numbered: Numbered, moments: Sequence[dt.datetime]) -> str:
    first, last = (dates.short(numbered.case, moment) for moment in (min(moments), max(moments)))
    return f"le {first}" if first == last else f"la première le {first}, la dernière le {last}"


def proofs(pages: Pages, numbered: Numbered) -> None:
    """Every proof of time that the ledger names, and whether it counts; the first and last where there are many."""
    stamps = list(_stamps(numbered))
    pages.section(PROOFS, "proofs", 90 * MM)
    if not stamps:
        pages.text(
            "Le registre ne nomme aucune contremarque de temps : aucun tiers n’atteste à ce jour l’heure de ses "
            "inscriptions."
        )
        return
    pages.text(f"{_INTRODUCTION} Les heures sont dans {dates.zone(numbered.case)}, puis en UTC.")
    shown = stamps if len(stamps) <= _MOST_ROWS else list(_first_of_each(numbered, stamps))
    draw_table(pages, _COLUMNS, (_row(numbered, entry, said) for entry, said in shown))
    if len(shown) < len(stamps):
        pages.text(
            f"{words.count(len(stamps), 'preuve')} en tout ; ne sont imprimées que la première et la dernière de "
            "chaque autorité et de chaque état. Toutes sont dans l’archive, sous « timestamps ».",
            NOTE,
        )
        pages.text("Par autorité", GROUP, keep=40)
        for (who, state), number in Counter(_kind(numbered, entry, said) for entry, said in stamps).items():
            pages.fact(who or words.UNKNOWN, f"{words.count(number, 'preuve')} : {state}")


_INTRODUCTION = (
    "Une contremarque de temps (RFC 3161) est la signature, par un tiers, d’une heure et de l’empreinte d’un point de "
    "contrôle : les inscriptions qu’il couvre existaient à cette heure. Les contremarques ont été jugées de nouveau "
    "quand ce dossier a été établi. « Valide » veut dire : signée par une autorité dont le certificat menait, à "
    "l’heure de la contremarque, à une racine livrée avec le logiciel, ou choisie par celui qui tient le registre "
    "(voir l’état) ; aucune n’est dite qualifiée. Les preuves OpenTimestamps se contrôlent avec les logiciels libres "
    "de ce nom et l’en-tête du bloc Bitcoin qu’elles désignent."
)

_COLUMNS = (
    Column("Inscription", 17.5 * MM),
    Column("Couvre", 19 * MM),
    Column("Procédé", 25 * MM),
    Column("Autorité", 30 * MM),
    Column("Heure de la contremarque", 44 * MM),
    Column("État", 34.5 * MM),
)


def _row(numbered: Numbered, entry: Entry, said: Timestamp) -> Sequence[Cell]:
    who, state = _kind(numbered, entry, said)
    covers = "n° 0" if said.size == 1 else f"n° 0 à {(said.size or 0) - 1}"
    return (
        f"n° {entry.index}",
        covers if said.size else words.UNKNOWN,
        words.PROTOCOLS[said.protocol] if said.protocol else words.UNKNOWN,
        who or words.UNKNOWN,
        _time(numbered, entry, said),
        state,
    )


def _kind(numbered: Numbered, entry: Entry, said: Timestamp) -> tuple[str, str]:
    """Whose proof it is, and whether it counts."""
    attested = numbered.counted.get(entry.index)
    if attested is not None:
        return attested.source, f"valide ; {_weight(attested)}"
    if entry.index in numbered.replaced:
        return said.authority or "", "remplacée par une preuve plus complète"
    return said.authority or "", words.UNCOUNTED.get(said.status or "unknown", words.UNKNOWN)


def _time(numbered: Numbered, entry: Entry, said: Timestamp) -> str:
    attested = numbered.counted.get(entry.index)
    if attested is not None:
        moment = _stated(attested)
        accuracy = (attested.latest - attested.earliest) / 2
        return f"{_both(numbered, moment)}\n{_accuracy(accuracy)}"
    if said.time is None:
        return "aucune"
    return f"{_both(numbered, parse_utc(said.time))}\n(affirmée, non retenue)"


def _both(numbered: Numbered, moment: dt.datetime) -> str:
    return f"{dates.short(numbered.case, moment)}\n{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S} UTC"


def _accuracy(accuracy: dt.timedelta) -> str:
    if not accuracy:
        return "précision non annoncée"
    return f"à ± {accuracy.total_seconds():g} s près, selon l’autorité".replace(".", ",")


def _stated(attested: Attestation) -> dt.datetime:
    """The time that a token states, in the middle of what its accuracy leaves open."""
    return attested.earliest + (attested.latest - attested.earliest) / 2


def _stamps(numbered: Numbered) -> Iterator[tuple[Entry, Timestamp]]:
    return ((entry, entry.said) for entry in numbered.case.stamps if isinstance(entry.said, Timestamp))


def _first_of_each(numbered: Numbered, stamps: Sequence[tuple[Entry, Timestamp]]) -> Iterator[tuple[Entry, Timestamp]]:
    """The first and the last proof of each authority and state, in the order of the ledger."""
    ends: dict[tuple[str, str], list[int]] = {}
    for place, (entry, said) in enumerate(stamps):
        kind = _kind(numbered, entry, said)
        ends[kind] = [*ends.get(kind, [])[:1], place]
    for place in sorted({place for places in ends.values() for place in places}):
        yield stamps[place]


def _weight(attested: Attestation) -> str:
    """What an attested time rests on."""
    text = words.WEIGHTS[attested.weight]
    if attested.weight == "listed":
        return f"{text}, état au {dates.date(attested.as_of)}" if attested.as_of else text
    return text if attested.protocol == "opentimestamps" else f"{text} ; {words.NOT_QUALIFIED}"
