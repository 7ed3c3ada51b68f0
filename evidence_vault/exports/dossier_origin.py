"""Under each picture, side by side: what its file says of where it comes from, and what is established of it."""

from collections.abc import Iterator

from evidence_vault.capture import traces
from evidence_vault.capture.origin import Origin, origin_of
from evidence_vault.casefile import ExhibitView
from evidence_vault.exports import dossier_attested as attested
from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_case import DossierInput, Numbered
from evidence_vault.exports.dossier_fonts import Face
from evidence_vault.exports.dossier_pages import Column, Pages
from evidence_vault.exports.dossier_text import Rich
from evidence_vault.i18n import render

CLAIMED, ESTABLISHED = "Ce que le fichier déclare", "Ce qui est établi"

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


def origin_table(pages: Pages, dossier: DossierInput, numbered: Numbered, view: ExhibitView) -> None:
    """Claimed and established side by side, for a picture; nothing for a document that is none."""
    exhibit = view.exhibit
    if exhibit.width is None or exhibit.sha256 is None:
        return
    data = dossier.original(exhibit.sha256)
    if data is None:
        claimed = "L’original n’est plus conservé : ce qu’il déclare ne peut plus être lu."
    else:
        claimed = "\n".join(_claimed(origin_of(data, exhibit.name or "", exhibit.width, exhibit.height)))
    number = numbered.exhibit_numbers[view.entry.index]
    half = pages.width / 2
    columns = (Column(f"{CLAIMED} (pièce n° {number})", half), Column(ESTABLISHED, half))
    pages.table(columns, [(claimed, _established(numbered, view))])


def _claimed(origin: Origin) -> Iterator[str]:
    said = [claim for claim in origin.claims if claim.source != "name"]
    for claim in said[:_MOST_CLAIMS]:
        where = _SOURCES[claim.source]
        yield f"{where if where == claim.field else f'{where}, {claim.field}'} : « {claim.value} »"
    if len(said) > _MOST_CLAIMS:
        yield f"et {words.count(len(said) - _MOST_CLAIMS, 'autre mention', 'autres mentions')}"
    if origin.manifest is not None:
        author = f", écrit par « {origin.manifest.generator} »" if origin.manifest.generator else ""
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
    """Nothing here is taken from the file's own words."""
    when = words.local(view.entry.recorded_at.astimezone(numbered.case.zone), "second")
    found = (
        f"Fichier de {words.size(view.exhibit.size)}, dont l’empreinte est ci-dessus ; inscription n° "
        f"{view.entry.index}, le {when} à l’horloge de l’appareil (heure non attestée)."
    )
    if numbered.timeline.of_entry(view.entry.index).not_after is None:
        return f"{found}\nAucune contremarque retenue ici n’atteste encore qu’il existait."
    return ((Face.REGULAR, f"{found}\nIl existait au plus tard : "), *attested.upper(numbered, view.entry))
