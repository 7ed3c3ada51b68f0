"""Every picture, side by side: what its file says of where it comes from, and what is established of it."""

from collections.abc import Iterator, Sequence

from evidence_vault.capture import traces
from evidence_vault.capture.origin import Origin, origin_of
from evidence_vault.casefile import ExhibitView
from evidence_vault.exports import dossier_attested as attested
from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_case import DossierInput, Numbered
from evidence_vault.exports.dossier_fonts import Face
from evidence_vault.exports.dossier_pages import Pages
from evidence_vault.exports.dossier_styles import MM
from evidence_vault.exports.dossier_tables import Cell, Column, draw_table
from evidence_vault.exports.dossier_text import Rich
from evidence_vault.i18n import render

ORIGINS = "Ce que les images disent d’elles-mêmes, et ce qui est établi"

_WORTH = (
    "À gauche, ce que chaque fichier dit de lui-même (dates, appareil, logiciel, manifeste C2PA) et les traces "
    "qu’il porte : quiconque peut écrire, modifier ou retirer ces mentions, elles ne prouvent rien, et leur absence "
    "non plus. À droite, ce que le registre et les contremarques établissent : ces octets existaient au plus tard à "
    "l’heure attestée. Cela ne dit ni quand, ni par qui, ni comment l’image a été faite."
)

_SOURCES = {
    "exif": "EXIF",
    "png": "PNG",
    "xmp": "XMP",
    "jfif": "JFIF",
    "comment": "commentaire",
    "container": "conteneur",
    "name": "nom du fichier",
}
_MOST_CLAIMS = 10

_COLUMNS = (
    Column("Pièce", 15 * MM),
    Column("Ce que le fichier déclare", 90 * MM),
    Column("Ce qui est établi", 65 * MM),
)


def origins(pages: Pages, dossier: DossierInput, numbered: Numbered) -> None:
    """Claimed and established side by side, for every picture of the case."""
    pages.section(ORIGINS, "origins", 90 * MM)
    pages.text(_WORTH)
    views = [view for view in numbered.case.exhibits if view.exhibit.width is not None and view.exhibit.sha256]
    if not views:
        pages.text("Aucune image n’est inscrite dans ce registre.")
        return
    draw_table(pages, _COLUMNS, (_row(dossier, numbered, view) for view in views))


def _row(dossier: DossierInput, numbered: Numbered, view: ExhibitView) -> Sequence[Cell]:
    exhibit = view.exhibit
    data = None if view.covered else dossier.original(exhibit.sha256 or "")
    if view.covered:
        claimed = "Non repris : l’image est occultée."
    elif data is None:
        claimed = "L’original n’est plus conservé : ce qu’il déclare ne peut plus être lu."
    else:
        claimed = "\n".join(_claimed(origin_of(data, exhibit.name or "", exhibit.width, exhibit.height)))
    number = numbered.exhibit_numbers[view.entry.index]
    return f"n° {number}", claimed, _established(numbered, view)


def _claimed(origin: Origin) -> Iterator[str]:
    said = [claim for claim in origin.claims if claim.source != "name"]
    for claim in said[:_MOST_CLAIMS]:
        where = _SOURCES[claim.source]
        yield f"{where if where == claim.field else f'{where}, {claim.field}'} : « {claim.value} »"
    if len(said) > _MOST_CLAIMS:
        yield f"et {words.count(len(said) - _MOST_CLAIMS, 'autre mention', 'autres mentions')}"
    if origin.manifest is not None:
        author = f" ; il se dit écrit par « {origin.manifest.generator} »" if origin.manifest.generator else ""
        yield f"Manifeste C2PA présent, non vérifié{author}"
    for place in origin.unreadable:
        yield f"{_SOURCES[place]} : illisible"
    if not (said or origin.manifest or origin.unreadable):
        yield "Rien sur sa date, son appareil ni son logiciel."
    if origin.traces:
        yield "Indices, qui ne prouvent rien :"
    for trace in origin.traces:
        yield f"– {render(traces.sentence(trace), 'fr')}"


def _established(numbered: Numbered, view: ExhibitView) -> Rich:
    """Nothing here is taken from the file's own words, nor from the clock of a machine."""
    found = (
        f"Fichier de {words.size(view.exhibit.size)}, dont l’empreinte est imprimée avec la pièce et inscrite sous le "
        f"n° {view.entry.index}."
    )
    if numbered.timeline.of_entry(view.entry.index).not_after is None:
        return f"{found}\nAucune contremarque admise ici n’atteste encore qu’il existait."
    return ((Face.REGULAR, f"{found}\nIl existait au plus tard : "), *attested.upper(numbered, view.entry))
