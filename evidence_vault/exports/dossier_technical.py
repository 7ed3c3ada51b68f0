"""The technical annex: the environment of the printed attempts, in the order of a list drawn up by others.

The list is a grid to read by, and nothing here says that it was followed: most of its items stay unknown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from evidence_vault.casefile import AttemptView
from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_case import Numbered
from evidence_vault.exports.dossier_numbers import numbers
from evidence_vault.exports.dossier_pages import Pages
from evidence_vault.exports.dossier_styles import CELL, GROUP, MM, NOTE
from evidence_vault.exports.dossier_tables import Cell, Column, draw_table
from evidence_vault.exports.dossier_text import shortened
from evidence_vault.exports.legal import legal_block
from evidence_vault.words import Basis

TECHNICAL = "Annexe : l’environnement technique, élément par élément"

GRID = {
    "machine": "Type de machine",
    "os": "Système d’exploitation et version",
    "browser": "Navigateur et version",
    "ip_address": "Adresse IP",
    "connection": "Mode de connexion",
    "proxy": "Serveur mandataire (proxy)",
    "cleaned": "Cache, historique, cookies et corbeille vidés",
    "clock_check": "Horloge synchronisée",
    "first_visited": "Pages consultées pour la première fois après ce nettoyage",
    "dns": "Serveurs DNS",
    "router": "Adresse IP du routeur",
    "network_card": "Carte réseau",
}
"""The list in its order, by the names under which items are recorded."""

_SOURCES = ("TGI-PARIS-2003", "NF-Z67-147")
_ON_SHEETS = {"clock": "une heure par tentative, imprimée sur son relevé"}
"""Items that no two attempts have in common, and what is said in the place of their values."""
_UNKNOWN: tuple[Basis, str] = ("unknown", "")
_MOST_VALUES = 6
_LONGEST = 200

_WORTH = (
    "Cette liste sert de grille de lecture, et rien de plus : cette annexe n’est pas un constat et n’affirme la "
    "conformité à aucune norme. Ce qui est conservé d’une page est une copie d’écran, non la page elle-même."
)
_BASES = (
    "« Mesuré » : l’appareil qui tient le registre l’indique de lui-même lors de l’enregistrement ; il n’est pas "
    "établi que la connexion a été faite depuis cet appareil. « Déclaré » : l’opérateur l’indique. « Inconnu » : rien "
    "n’en est inscrit. Le logiciel ne relève lui-même ni l’adresse IP, ni la connexion, ni l’état du navigateur."
)
_COUNTED = "Chaque ligne porte sur {attempts} : elle compte comment l’élément y est connu, quelle qu’en soit la valeur."
_CLOCK = (
    "Mesuré, « Horloge synchronisée » reprend les mots du système : « NTPSynchronized=yes » s’il tient son horloge "
    "pour réglée par le réseau, « NTPSynchronized=no » sinon. Ni l’un ni l’autre ne prouve l’heure."
)

_NUMBER = replace(CELL, centred=True)
_COLUMNS = (
    Column("Élément", 46 * MM),
    Column("Mesuré", 16 * MM, _NUMBER),
    Column("Déclaré", 16 * MM, _NUMBER),
    Column("Inconnu", 16 * MM, _NUMBER),
    Column("Valeurs inscrites, et numéros des tentatives", 76 * MM),
)


def technical(pages: Pages, numbered: Numbered) -> None:
    """Each item of the list over the printed attempts, then what the ledger holds beside it."""
    pages.section(TECHNICAL, "technical", 120 * MM)
    sources = " ; ".join(legal_block(name).title for name in _SOURCES)
    pages.text(f"L’ordre est celui d’une liste tirée de ces sources, citées parmi les textes et décisions : {sources}.")
    pages.text(_WORTH)
    if not numbered.attempts:
        pages.text("Aucune tentative n’est imprimée : il n’y a pas d’environnement à lire.")
        return
    pages.text(_BASES)
    pages.text(_COUNTED.format(attempts=_printed(numbered)) + _not_recorded(numbered))
    draw_table(pages, _COLUMNS, (_row(numbered, name, label) for name, label in GRID.items()))
    pages.text(_CLOCK, NOTE)
    if others := _beside_the_list(numbered):
        pages.text("Autres éléments inscrits, hors de cette liste", GROUP, keep=60)
        draw_table(pages, _COLUMNS, (_row(numbered, name, words.ENVIRONMENT.get(name, name)) for name in others))


def _printed(numbered: Numbered) -> str:
    total = len(numbered.attempts)
    return "la seule tentative imprimée" if total == 1 else f"les {words.thousands(total)} tentatives imprimées"


def _not_recorded(numbered: Numbered) -> str:
    """The attempts of which nothing at all was recorded, as is the rule where files were imported."""
    bare = [numbered.attempt_numbers[view.entry.index] for view in numbered.attempts if not view.attempt.environment]
    if not bare:
        return ""
    return (
        f" Aucun environnement n’a été relevé pour {words.count(len(bare), 'tentative')} ({numbers(bare)}) : tout y "
        "est compté comme inconnu."
    )


def _beside_the_list(numbered: Numbered) -> list[str]:
    """The names recorded that the list does not have, in the order of the ledger."""
    found = (item.name for view in numbered.attempts for item in view.attempt.environment or ())
    return [name for name in dict.fromkeys(found) if name not in GRID]


def _row(numbered: Numbered, name: str, label: str) -> Sequence[Cell]:
    found: dict[tuple[Basis, str], list[int]] = {}
    for view in numbered.attempts:
        found.setdefault(_known(view, name), []).append(numbered.attempt_numbers[view.entry.index])
    counts = (
        words.thousands(sum(len(group) for (basis, _), group in found.items() if basis == counted))
        for counted in words.BASES
    )
    return shortened(label, _LONGEST), *counts, "\n".join(_values(found))


def _known(view: AttemptView, name: str) -> tuple[Basis, str]:
    """On what basis an item is known of an attempt, and its value; a basis without a value is worth nothing."""
    for item in view.attempt.environment or ():
        if item.name == name and item.value and item.basis != "unknown":
            return item.basis, _ON_SHEETS.get(name) or f"« {shortened(item.value, _LONGEST)} »"
    return _UNKNOWN


def _values(found: dict[tuple[Basis, str], list[int]]) -> Iterator[str]:
    """Each value with its attempts, in the order in which they come; the unknown last."""
    known = [f"{value}, {words.BASES[basis]} : {numbers(group)}" for (basis, value), group in found.items() if value]
    yield from known[:_MOST_VALUES]
    if len(known) > _MOST_VALUES:
        yield f"et {words.count(len(known) - _MOST_VALUES, 'autre valeur', 'autres valeurs')}, sur les relevés"
    if unknown := found.get(_UNKNOWN):
        yield f"{words.BASES['unknown']} : {numbers(unknown)}"
