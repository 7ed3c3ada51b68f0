"""Pictures that are the same or alike: what the other side will look for, said first, and how it was looked for."""

from collections.abc import Sequence

from evidence_vault.alike import Pair, Shown
from evidence_vault.capture.verdicts import Place, Relation
from evidence_vault.exports import dossier_dates as dates
from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_case import DossierInput, Numbered
from evidence_vault.exports.dossier_fonts import Face
from evidence_vault.exports.dossier_pages import Pages
from evidence_vault.exports.dossier_styles import GROUP, MM, NOTE
from evidence_vault.exports.dossier_tables import Cell, Column, draw_table

ALIKE = "Captures identiques ou semblables"

RELATIONS: dict[Relation, str] = {
    "same_bytes": "identique octet par octet",
    "same_pixels": "mêmes pixels",
    "same_picture": (
        "aucune différence au-delà de ce qu’expliquent une compression, un redimensionnement ou un léger recadrage"
    ),
    "alike": "images semblables",
}
_MOST_ROWS = 30

_METHOD = (
    "Chaque image du registre qui a pu être décodée a été comparée à celles qui y ont été inscrites avant elle : par "
    "l’empreinte du fichier, par celle des pixels, puis, parmi les images qu’une empreinte perceptuelle (dHash de 128 "
    "bits) désigne comme voisines, en superposant quelques-unes des plus proches pour situer ce qui les distingue. De "
    "chaque image n’est indiquée que celle qu’elle répète ou, à défaut, la plus proche de celles auxquelles elle a "
    "été superposée. Les emplacements sont donnés en pixels de l’image de la première colonne."
)
_NOT_PROVEN = (
    "Deux captures faites des jours différents peuvent être identiques si l’écran n’affiche ni heure ni date : une "
    "répétition signalée ici n’établit donc pas qu’une même capture a servi deux fois. À l’inverse, une copie "
    "retouchée, trop réduite, trop compressée, recadrée au-delà d’un dixième, ou recadrée parmi de nombreuses "
    "captures de la même page, peut échapper à cette comparaison ou n’y figurer que comme semblable, et une "
    "différence trouvée ne dit pas d’où elle vient. La comparaison est faite par le logiciel qui tient le registre ; "
    "elle peut être refaite à partir des originaux."
)

_COLUMNS = (
    Column("Image", 42 * MM),
    Column("Image inscrite avant elle", 42 * MM),
    Column("Rapport entre les deux", 86 * MM),
)


def alike(pages: Pages, dossier: DossierInput, numbered: Numbered) -> None:
    """The pictures that were handed in for two entries, those that are merely alike, and what this does not prove."""
    found = dossier.alike
    pages.section(ALIKE, "alike", 90 * MM)
    pages.text(_METHOD)
    repeated = found.repeated
    if repeated:
        pages.text("Même image pour deux inscriptions", GROUP, keep=60)
        _table(pages, numbered, repeated)
    elif not found.compared:
        pages.text("Aucune comparaison n’a été faite : le registre ne contient aucune image qui puisse l’être.")
    else:
        compared = words.count(found.compared, "image comparée", "images comparées")
        pages.text(f"Aucune image n’a été trouvée identique pour deux inscriptions ({compared}).")
    others = sorted((pair for pair in found.pairs if not pair.repeated), key=lambda pair: pair.verdict.share)
    if others:
        pages.text("Images semblables, pour information", GROUP, keep=60)
        pages.text(
            "Les captures d’une même page se ressemblent toujours : une ressemblance n’est pas une répétition.", NOTE
        )
        _table(pages, numbered, others[:_MOST_ROWS])
    if len(others) > _MOST_ROWS:
        more = words.count(len(others) - _MOST_ROWS, "autre paire", "autres paires")
        pages.text(f"Ne sont imprimées que les {_MOST_ROWS} paires les plus proches ; il y en a {more}.", NOTE)
    if found.waiting:
        pages.text(f"Non comparées : {words.count(found.waiting, 'image')}, absentes ou impossibles à décoder.")
    pages.text(((Face.BOLD, "Ce que cette comparaison ne prouve pas. "), (Face.REGULAR, _NOT_PROVEN)))


def _table(pages: Pages, numbered: Numbered, pairs: Sequence[Pair]) -> None:
    draw_table(pages, _COLUMNS, (_row(numbered, pair) for pair in pairs))


def _row(numbered: Numbered, pair: Pair) -> Sequence[Cell]:
    return (_shown(numbered, pair.later), _shown(numbered, pair.earlier), relation(pair))


def _shown(numbered: Numbered, shown: Shown) -> str:
    exhibit = f"Pièce n° {numbered.exhibit_numbers[shown.exhibit]}"
    entry = f"(inscription n° {shown.entry})"
    if shown.entry in numbered.attempt_numbers:
        when = dates.stated(numbered.case, shown.occurred_at)
        return f"{exhibit}\nTentative n° {numbered.attempt_numbers[shown.entry]} {entry}\n{when}"
    if shown.entry in numbered.step_numbers:
        return f"{exhibit}\nDémarche n° {numbered.step_numbers[shown.entry]} {entry}"
    return f"{exhibit}\n{entry}"


def relation(pair: Pair) -> str:
    """How two pictures are related, where they differ, and whether their entries declare different days."""
    verdict = pair.verdict
    text = RELATIONS[pair.relation]
    if pair.relation == "alike" and not verdict.places and not pair.clocks:
        text += " ; trop réduites, trop pauvres ou trop compressées pour établir si elles sont les mêmes"
    elif verdict.places:
        text += f", différentes à {_percent(verdict.share)} : {' ; '.join(map(_place, verdict.places))}"
    if pair.clocks:
        text += f" ; horloges lues par la machine : « {pair.clocks[1]} » et « {pair.clocks[0]} »"
    if verdict.partial:
        text += " ; seule la partie commune aux deux a été comparée"
    if pair.repeated and pair.different_dates:
        text += ". Les deux inscriptions déclarent des jours différents."
    return text


def _place(place: Place) -> str:
    """Where they differ, in pixels of the later picture."""
    return f"à {place.left} pixels du bord gauche et {place.top} du haut, sur {place.width} × {place.height}"


def _percent(share: int) -> str:
    return f"{share // 100},{share % 100:02} %"
