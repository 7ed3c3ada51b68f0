"""What the dossier does not prove, in plain words: every risk that no check removes, as it stands in this case."""

from collections.abc import Iterator

from evidence_vault.exports import dossier_dates as dates
from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_case import DossierInput, Numbered
from evidence_vault.exports.dossier_fonts import Face
from evidence_vault.exports.dossier_pages import Pages
from evidence_vault.exports.dossier_selection import redactions_told
from evidence_vault.exports.dossier_styles import BODY, MM

LIMITS = "Ce que ce dossier ne prouve pas"


def limits(pages: Pages, dossier: DossierInput, numbered: Numbered, title: str = LIMITS) -> None:
    """What the dossier does not prove, under `title`."""
    pages.section(title, "limits", 190 * MM)
    for risk, text in (
        *_of_the_ledger(dossier, numbered),
        *_of_redactions(numbered),
        *_of_times(numbered),
        *_OF_CONTENTS,
    ):
        pages.text(((Face.BOLD, f"{risk} "), (Face.REGULAR, text)), BODY)
        pages.space(3)


def _of_the_ledger(dossier: DossierInput, numbered: Numbered) -> Iterator[tuple[str, str]]:
    yield (
        "L’intégrité n’est pas l’authenticité.",
        "Les signatures et le chaînage montrent que les inscriptions n’ont pas changé depuis qu’elles ont été signées. "
        "Ils ne montrent pas que ce qui a été inscrit était vrai.",
    )
    believed = (one for one in numbered.attestations if one.weight in {"shipped_root", "listed"})
    first = min(believed, key=lambda one: one.latest, default=None)
    if first is None:
        yield (
            "Celui qui détient la clé peut tout refaire.",
            "Rien n’empêche le détenteur de la clé de composer un autre registre, daté comme il le veut, et de le "
            "signer. Un élément sorti de ses mains (contremarque de temps, ou point de contrôle remis auparavant à "
            "quelqu’un d’autre, que ce registre doit encore contenir) n’exclut qu’une réécriture faite après lui : ce "
            "qu’il couvre a pu être composé jusqu’à cet instant.",
        )
    else:
        moment = dates.short(numbered.case, dates.ceiling(first.latest))
        yield (
            "Ce que des tiers n’attestent pas encore peut être refait.",
            "Rien n’empêche le détenteur de la clé de composer un autre registre, daté comme il le veut, jusqu’à sa "
            f"première contremarque (ici, au plus tard le {moment}), ni de refaire, jusqu’à la contremarque suivante, "
            "ce qu’il a inscrit depuis la précédente. Ce qu’une contremarque couvre ne peut plus être changé sans "
            "qu’elle cesse d’y correspondre.",
        )
    if numbered.chosen:
        yield (
            "Une racine choisie par celui qui tient le registre peut être la sienne :",
            "il pourrait alors tout refaire, à toute date. Elle ne vaut que si le lecteur l’a obtenue de "
            "l’autorité elle-même.",
        )
    yield (
        "La clé n’est pas une identité.",
        "La signature du registre n’est pas qualifiée : elle est créée par une clé que détient celui qui le tient. "
        "Elle montre que le registre n’a pas été modifié depuis sa signature, pas l’exactitude de l’heure ni "
        f"l’identité du signataire. {_of_the_pages(dossier)}",
    )
    number = sum(1 if entry.said is None else entry.withheld for entry in numbered.case.entries)
    kept = _withheld(number) if number else "tout est communiqué"
    yield (
        "L’ordre n’est pas la complétude.",
        "La chaîne montre que rien n’a été inséré, retiré ni déplacé dans le registre signé, entre la première "
        "inscription et la dernière. Elle ne dit pas que toutes les tentatives faites ont été inscrites, ni que rien "
        "n’est venu après, ni qu’aucun autre registre n’existe, où d’autres tentatives, réussies peut-être, seraient "
        "inscrites. Un contenu non communiqué ou effacé garde sa place dans la chaîne, et il est compté ; ici, "
        f"{kept}.",
    )


def _withheld(number: int) -> str:
    verb = "n’est pas communiqué" if number == 1 else "ne sont pas communiqués"
    return f"{words.count(number, 'contenu')} {verb}"


def _of_redactions(numbered: Numbered) -> Iterator[tuple[str, str]]:
    """What a redaction costs whoever reads: printed with it, the picture is no longer that of the digest."""
    told = redactions_told(numbered)
    if told is None:
        return
    image = (
        " Une image couverte n’est pas celle dont l’empreinte est imprimée : sans l’original, qui n’est pas joint, "
        "rien ne permet de vérifier ni ce que cachent les zones noires, ni que le reste est celui de l’original. "
        "Il peut être demandé à la partie, et comparé à cette empreinte."
    )
    yield (
        "Ce qui est occulté ne peut pas être contrôlé ici.",
        f"Par choix de la partie, {told}.{image if numbered.covered else ''}",
    )


def _of_the_pages(dossier: DossierInput) -> str:
    if dossier.page_signer is None:
        return "Les pages de ce PDF ne sont pas signées : seule l’archive permet de contrôler ce qu’elles disent."
    if dossier.page_signer.origin == "self_issued":
        certificate = (
            "Le certificat qui signe les pages de ce PDF est émis par ce même détenteur pour lui-même : il rattache "
            "les pages au registre, qui le nomme, et ne prouve l’identité de personne."
        )
    else:
        certificate = (
            "Le certificat qui signe les pages de ce PDF est celui que le registre nomme ; ce qu’il dit de son "
            "titulaire vaut ce que vaut celui qui l’a émis, ce que ce dossier ne contrôle pas."
        )
    return (
        f"{certificate} Signées, les pages restent les dires de celui qui tient le registre : si elles s’écartent de "
        "l’archive, l’archive prévaut."
    )


def _of_times(numbered: Numbered) -> Iterator[tuple[str, str]]:
    yield (
        "Les heures déclarées ne sont pas attestées.",
        "L’heure déclarée vient de la source indiquée sur chaque relevé ; l’heure d’enregistrement vient de l’horloge "
        "de l’appareil, que son détenteur peut régler (horodatage interne non qualifié). Ni l’une ni l’autre n’est "
        "attestée ; seul l’intervalle attesté vient de tiers, pour les inscriptions qui en ont un. L’environnement "
        "relevé est celui de l’appareil qui tient le registre, au moment de l’enregistrement ; il n’est pas établi que "
        "la connexion a été faite depuis cet appareil.",
    )
    yield (
        "Une contremarque prouve une existence, pas un fait.",
        "Elle montre que les inscriptions qu’elle couvre existaient au plus tard à une heure. Elle ne montre ni que "
        "leur contenu est vrai, ni qui les a faites, ni que la tentative a eu lieu peu avant : une image ancienne ou "
        "fabriquée peut être inscrite, puis couverte, comme une autre.",
    )
    yield (
        "La borne inférieure repose sur la parole de l’opérateur.",
        "« Pas avant » veut dire que l’inscription est postérieure à une contremarque que le registre nommait déjà. "
        "La tentative ne l’est aussi que si elle a été inscrite sur-le-champ, ce que seul l’opérateur affirme. Une "
        "tentative inscrite après coup n’a pas de borne inférieure.",
    )
    yield (
        "Une autorité d’horodatage peut se tromper, ou mentir.",
        "L’heure d’une contremarque vaut ce que vaut l’autorité qui la donne : elle peut mal régler son horloge, "
        "perdre sa clé ou s’entendre avec une partie. La révocation de son certificat n’est pas contrôlée ici. "
        f"{_qualified(numbered)}Recourir à plusieurs autorités réduit ce risque sans l’écarter.",
    )
    yield (
        "Une preuve OpenTimestamps ne vaut que par le bloc qu’elle désigne.",
        "En attente, elle n’est que la promesse d’un calendrier et ne prouve aucune date. Achevée, elle renvoie à un "
        "bloc Bitcoin, dont l’heure n’est sûre qu’à deux heures près, et dont l’en-tête est à obtenir d’une source "
        "tenue pour fiable. Sans cet en-tête, elle n’est pas comptée.",
    )
    number = words.count(numbered.waiting, "inscription")
    covered = "n’est couverte" if numbered.waiting < 2 else "ne sont couvertes"
    waiting = f"À ce jour, {number} {covered} par aucune contremarque admise ici. " if numbered.waiting else ""
    yield (
        "La fin du registre peut ne pas être attestée.",
        "Une inscription qu’aucune contremarque ne couvre encore n’a d’autre heure que celle de l’appareil. "
        f"{waiting}Celles qui, à la fin, ne font que nommer une contremarque, un certificat ou un export n’en "
        "appellent pas d’autre : ce serait sans fin.",
    )


def _qualified(numbered: Numbered) -> str:
    if not numbered.attestations:
        return ""
    if any(one.weight == "listed" for one in numbered.attestations):
        return "La liste sur laquelle figure un certificat a été crue telle qu’elle a été fournie. "
    return "Aucune autorité n’a été vérifiée ici comme qualifiée. "


_OF_CONTENTS = (
    (
        "Une capture ne dit pas qui l’a faite.",
        "La page capturée ne nomme en général personne. Le lien entre une capture et le demandeur repose sur la "
        "déclaration de l’opérateur.",
    ),
    (
        "Une page peut être modifiée avant d’être capturée.",
        "Les outils de développement d’un navigateur permettent de changer le texte affiché avant une capture. Rien "
        "dans ce dossier n’exclut cela, ni les signatures, ni les contremarques.",
    ),
    (
        "La lecture automatique peut se tromper.",
        "Le texte lu par la machine (OCR) n’est pas corrigé, et la lisibilité est appréciée par la machine. Le "
        "résultat qu’elle propose peut reposer sur la seule ressemblance des mots lus avec des messages donnés "
        "en exemple ; le relevé de la tentative l’indique alors. L’image prévaut toujours.",
    ),
    (
        "Ce que ce document n’est pas.",
        "Ce document n’est ni un constat, ni un procès-verbal, ni un accusé de réception. Ce n’est pas une attestation "
        "de dépôt et il ne prolonge aucun titre. Il ne dit pas qu’une condition posée par la loi ou par un juge est "
        "remplie.",
    ),
)
