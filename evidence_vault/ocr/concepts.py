"""What the words of booking pages are about: « créneau », « plage » and « place » are alike, as are « complet » and
« épuisé ».

A sentence reduced to these (`none slot free`, `slot full`, `code wrong`) resembles others in wordings that share no
word with it. The lists are our own, of words that such pages use and of their likely neighbours; the classifier learns
what each is worth. Words are in the form of `folding.fold`.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

_WORDS: dict[str, str] = {
    "none": "pas aucun* nul nulle nuls nulles ni sans jamais rien zero guere neant faute defaut no not none",
    "more": "plus more longer",
    "slot": "creneau* plage plages place places date dates horaire horaires disponibilite disponibilites dispo dispos "
    "heure heures case cases vacation* seance seances ticket tickets slot slots spot spots",
    "meeting": "rendez rdv rdvs entretien* entrevue entrevues passage passages convocation* appointment appointments",
    "agenda": "agenda agendas planning plannings calendrier calendriers grille grilles carnet carnets calendar",
    "quota": "quota quotas contingent contingents stock stocks capacite capacites volume volumes offre offres demi",
    "span": "jour jours journee journees semaine semaines mois quinzaine periode matinee apres midi",
    "free": "disponible disponibles libre libres vacant* ouvert ouverte ouverts ouvertes propos* possible possibles "
    "restant restants restante restantes restent reste restait subsist* offert* inoccup* existe available free left",
    "full": "complet* satur* epuis* rempli* pris prise prises occup* attribu* pourvu* ecoul* distribu* indisponible "
    "indisponibles affecte* retenu retenus retenue retenues combl* plein pleins pleine partis partie parties alloue* "
    "reserves reservees full booked taken",
    "choose": "choisi* selectionn* cliqu* coch* choose select pick click",
    "book": "reserver reservez reservation reservations prendre retenir obtenir fixer booking book",
    "done": "confirm* enregistr* valide* inscrit* attendu* attendons recevra recevrons recu convoque* presentez "
    "presenter note fixe fixes fixee fixees acquis accepte* scheduled",
    "cancel": "annul* supprim* desist* renonc* retire* efface* cancel*",
    "error": "erreur erreurs error incident* panne pannes impossible impossibilite echou* echec bug dysfonction* "
    "probleme problemes anomalie defaill* failed failure aboutir abouti",
    "code": "code codes captcha recaptcha caractere caracteres image images robot robots automate vignette vignettes "
    "lettres chiffres puzzle anti visuel characters",
    "wrong": "incorrect incorrects incorrecte incorrectes errone* faux fausse inexact* invalide invalides mauvais* "
    "correspond* concord* differ* mal rate invalid wrong match reconnu*",
    "expired": "expir* inactivite inactif deconnect* perim* delai timeout inactivity interrompu* lapse",
    "session": "session sessions connexion jeton token",
    "account": "identifi* connecte* authentif* compte comptes passe login sign password",
    "maintenance": "maintenance travaux intervention* migration version operation technique techniques arret",
    "queue": "file attente attendre patient* rang position tour affluence visiteurs internautes queue waiting wait "
    "frequentation",
    "opening": "ouvr* ouverture rouvr* reouv* repren* repris* publi* prochain* ulterieur* bientot ligne",
    "closed": "suspen* ferm* clos close cloture* interromp* closed suspended",
    "if": "si lorsque quand cas peut pourra pourrait peuvent pourront parfois certains certaines if when may",
    "must": "doit devra devez devrez faut veuillez merci priere must please",
    "will": "sera seront serez aura pourrez verra will",
    "date": "#date #time #day #month",
    "zero": "#zero",
}
"""For each concept, its words; `*` stands for any ending. The first concept that has a word counts."""
_PATTERNS = tuple(
    (name, re.compile("|".join(re.escape(word).replace(r"\*", ".*") for word in words.split())))
    for name, words in _WORDS.items()
)


def concepts_in(words: Iterable[str]) -> list[str]:
    """The concepts of `words` in their order, each once where it repeats itself."""
    found: list[str] = []
    for word in words:
        concept = _concept(word)
        if concept and concept != (found[-1] if found else None):
            found.append(concept)
    return found


@lru_cache(maxsize=20_000)
def _concept(word: str) -> str | None:
    return next((name for name, pattern in _PATTERNS if pattern.fullmatch(word)), None)
