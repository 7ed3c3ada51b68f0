"""The French of the dossier: the words for what is recorded as codes, and for numbers."""

from collections.abc import Sequence

from evidence_vault.casefile import AttemptView, CorrectionView
from evidence_vault.kinds import is_live
from evidence_vault.timeline import Weight
from evidence_vault.words import Basis, Capacity, ProofStatus, Protocol

UNKNOWN = "sans indication"
"""Agrees with any label that it stands beside."""

NOT_TOLD = "non communiqué"
"""Of what is recorded and withheld here: not the same as unknown."""

CASE_FIELDS = {
    "applicant": "nom",
    "born": "date de naissance",
    "birthplace": "lieu de naissance",
    "nationality": "nationalité",
    "address": "adresse",
    "email": "courriel",
    "phone": "téléphone",
    "agdref": "numéro étranger (AGDREF)",
    "prefecture": "préfecture",
    "procedure": "objet de la demande",
    "request": "nature de la demande",
    "title_held": "titre détenu",
    "title_expiry": "échéance du titre",
    "on_r431_2_list": "mention de la liste de l’art. R. 431-2",
    "online_only": "accès par le seul téléservice",
    "file_ready": "état du dossier",
    "prior_decision": "décision antérieure",
    "time_zone": "fuseau horaire",
}

CAPACITIES: dict[Capacity, str] = {
    "applicant": "en qualité de demandeur",
    "helper": "en qualité d’aidant",
    "delegate": "en qualité de délégué",
    "lawyer": "en qualité d’avocat",
}

MADE_BY: dict[Capacity, str] = {
    "applicant": "établi par l’usager",
    "helper": "établi pour l’usager par un aidant",
    "delegate": "établi pour l’usager par un délégué",
    "lawyer": "établi pour l’usager par un avocat",
}

OUTCOMES = {
    "no_slot": "Aucun créneau disponible",
    "slots_offered": "Créneaux proposés",
    "appointment_obtained": "Rendez-vous obtenu",
    "in_progress": "Parcours en cours, non achevé",
    "captcha_failure": "Échec du code de sécurité (captcha)",
    "session_expired": "Session expirée",
    "site_error": "Erreur ou refus du site",
    "maintenance": "Site en maintenance",
    "waiting_room": "File d’attente",
    "closed_until": "Prise de rendez-vous fermée jusqu’à une date annoncée",
    "cancelled": "Rendez-vous annulé",
    "login": "Page de connexion à un compte",
    "unrelated": "Page sans rapport avec la demande",
    "unclassified": "Résultat non classé",
}

# Four signs that a black-and-white copy keeps apart.
SIGNS = {
    "■": ("aucun créneau, ou fermeture annoncée", {"no_slot", "closed_until"}),
    "▲": (
        "parcours interrompu (erreur, maintenance, file d’attente, session expirée, code refusé)",
        {"captcha_failure", "session_expired", "site_error", "maintenance", "waiting_room"},
    ),
    "◆": ("créneaux proposés ou rendez-vous obtenu", {"slots_offered", "appointment_obtained"}),
    "○": ("autre résultat, ou résultat non classé", set[str]()),
}

CONFIRMED = {
    "person": "confirmé par l’opérateur",
    "flag": "indiqué par l’opérateur à l’enregistrement",
    "none": "non confirmé par une personne",
}

# The same, of the declared time; silent where the source of the time says it already.
TIME_CONFIRMED = {"person": "confirmée par l’opérateur", "none": "non confirmée par une personne"}

TIME_SOURCES = {
    "now": "horloge de l’appareil au moment de l’enregistrement",
    "flag": "indiquée par l’opérateur",
    "exif": "métadonnées EXIF de l’image",
    "png": "métadonnées PNG de l’image",
    "file_name": "nom du fichier",
    "screen_clock": "horloge visible à l’écran, lue par la machine",
}

# What was found on the picture. The sentences of `reasons` also say what to do next, which is no business of a court.
FINDINGS = {
    "message_read": "le message de la page a été lu par la machine",
    "no_text": "aucun texte n’a pu être lu",
    "no_message": "aucun message d’une page de rendez-vous n’a été reconnu",
    "message_unknown": "des phrases ont été lues, mais leur message n’est pas de ceux que la machine connaît",
    "message_undecided": "un message a été lu, dont la machine ne tire aucun résultat",
    "cut": "le message touche le bord de l’image et peut être coupé",
    "text_too_small": "le texte ne mesure que {pixels} pixels de haut",
    "picture_too_small": "l’image ne mesure que {width} × {height} pixels",
    "blurred": "l’image est floue",
    "part_blurred": "une partie du texte est floue alors que le reste est net",
    "part_covered": "une bande unie recouvre une partie de la page",
    "low_contrast": "le texte se distingue mal du fond",
    "rotated": "l’image est tournée",
    "compressed": "l’image a été compressée",
    "low_confidence": "une grande partie du texte est incertaine pour la machine",
    "not_read": "l’image n’a pas été lue par la machine ({status})",
}

# What an attested bound rests on. Nothing here may read as a claim that an authority is qualified.
WEIGHTS: dict[Weight, str] = {
    "listed": "certificat figurant sur la liste fournie",
    "given_root": "racine choisie par celui qui tient le registre, non livrée avec le logiciel",
    "shipped_root": "racine livrée avec le logiciel",
    "block": "bloc Bitcoin, à ± 2 h",
    "when_received": "telle que jugée à la réception",
}
NOT_QUALIFIED = "non vérifiée comme qualifiée"

PROTOCOLS: dict[Protocol, str] = {"rfc3161": "RFC 3161", "opentimestamps": "OpenTimestamps"}

# Of a proof that does not count here, what it was judged to be when it was received.
UNCOUNTED: dict[ProofStatus, str] = {
    "valid": (
        "valide à la réception ; sa racine n’est ni livrée avec le logiciel ni indiquée pour ce dossier : à contrôler "
        "avec la racine de l’autorité"
    ),
    "untrusted": "d’une autorité non reconnue ici",
    "unverifiable": "reçue, non vérifiable",
    "invalid": "sans valeur : elle ne répond pas au registre",
    "pending": "en attente : promesse d’un calendrier",
    "unchecked": "désigne un bloc Bitcoin, non contrôlé ici",
    "confirmed": "confirmée à la réception, bloc non contrôlé ici",
    "unknown": "attestation d’un type inconnu",
}

BASES: dict[Basis, str] = {"measured": "mesuré", "declared": "déclaré", "unknown": "inconnu"}

ENVIRONMENT = {
    "machine": "Machine",
    "os": "Système",
    "browser": "Navigateur",
    "screen": "Écran",
    "time_zone": "Fuseau des heures locales",
    "system_time_zone": "Fuseau de l’appareil",
    "clock": "Horloge de l’appareil (non attestée)",
    "clock_check": "Réglage de l’horloge",
    "program": "Logiciel",
    "python": "Python",
}

DETAILS = {
    "http_500": "erreur 500 du serveur",
    "http_502": "erreur 502 du serveur",
    "http_503": "erreur 503 du serveur",
    "http_504": "erreur 504 du serveur",
    "http_5xx": "erreur du serveur",
    "rate_limited": "trop de requêtes",
    "blocked": "accès bloqué",
    "blocked_procedure": "démarche bloquée",
    "timeout": "délai dépassé",
    "refused": "connexion refusée",
    "reset": "connexion interrompue",
    "offline": "hors ligne",
    "unreachable": "site injoignable",
    "certificate": "certificat refusé",
    "not_found": "page introuvable",
    "overload": "service surchargé",
    "unavailable": "service indisponible",
    "closed": "fermé",
    "error": "erreur",
}

REQUESTS = {
    "first": "première demande",
    "renewal": "renouvellement",
    "change": "changement de statut",
    "other": "autre demande",
}

STEPS = {
    "email": "Courriel",
    "letter": "Lettre",
    "registered_letter": "Lettre recommandée",
    "phone": "Appel téléphonique",
    "visit": "Passage sur place",
    "helpline": "Assistance de la plateforme",
    "online_form": "Formulaire en ligne",
    "other": "Autre démarche",
}

DOCUMENTS = {
    "screenshot": "Capture d’écran",
    "title": "Titre de séjour",
    "contract": "Contrat",
    "letter": "Lettre",
    "email": "Courriel",
    "reply": "Réponse de l’administration",
    "receipt": "Accusé ou récépissé",
    "decision": "Décision de l’administration",
    "other": "Autre document",
}

FIELDS = {
    "outcome": "résultat",
    "occurred_at": "heure déclarée",
    "url": "adresse",
    "platform": "plateforme",
    "note": "note",
    "operator": "opérateur",
    "summary": "résumé",
    "answer": "réponse",
    "recipient": "destinataire",
    "reference": "référence",
}


def sign_of(outcome: str) -> str:
    """The sign of an outcome in the calendar."""
    return next((sign for sign, (_, members) in SIGNS.items() if outcome in members), "○")


def operator(name: str | None, capacity: Capacity | None) -> str:
    """Who operated the tool, and in what capacity."""
    return f"{name or UNKNOWN}, {CAPACITIES[capacity] if capacity else 'qualité non renseignée'}"


def outcome(view: AttemptView) -> str:
    """The outcome retained, with its detail."""
    text = OUTCOMES.get(view.outcome, view.outcome)
    detail = view.outcome_detail
    return f"{text} ({DETAILS.get(detail, detail)})" if detail else text


def confirmation(view: AttemptView) -> str:
    """Who stands behind the outcome retained: a correction, a person, or nobody."""
    corrected = corrected_outcome(view)
    if corrected is not None:
        author = f" par {corrected.correction.operator}" if corrected.correction.operator else ""
        return f"corrigé{author} (inscription n° {corrected.entry.index})"
    if view.confirmed_by == "none" and view.outcome == "unclassified":
        return "ni reconnu par la machine, ni indiqué par une personne"
    return CONFIRMED.get(view.confirmed_by, view.confirmed_by)


def corrected_outcome(view: AttemptView) -> CorrectionView | None:
    """The correction that the outcome retained comes from, if it does."""
    corrected = [found for found in view.corrections if found.correction.field == "outcome"]
    stated = [found for found in view.outcomes if found.stated.outcome is not None]
    if corrected and (not stated or corrected[-1].entry.index > stated[-1].entry.index):
        return corrected[-1]
    return None


def confirmed_results(views: Sequence[AttemptView]) -> str:
    """How many results a person stands behind: whoever reads the others must be told."""
    alone = sum(view.confirmed_by == "none" for view in views)
    return (
        "Résultats indiqués, confirmés ou corrigés par une personne : "
        f"{thousands(len(views) - alone)} sur {thousands(len(views))} ; proposés par la machine seule, ou non "
        f"classés : {thousands(alone)}."
    )


def confirmed_dates(views: Sequence[AttemptView]) -> str:
    """Where the declared dates come from: a person, the clock at that moment, or a file or a screen alone."""
    times = [view.occurred_at for view in views if view.occurred_at is not None]
    stated = sum(time.source == "flag" or time.confirmed_by == "person" for time in times)
    clock = sum(time.source == "now" and time.confirmed_by != "person" for time in times)
    at_once = f"horloge de l’appareil, au moment de l’inscription : {thousands(clock)} ; " if clock else ""
    return (
        f"Dates indiquées ou confirmées par une personne : {thousands(stated)} sur {thousands(len(times))} ; "
        f"{at_once}tirées d’un fichier, de son nom ou de l’écran seuls : {thousands(len(times) - stated - clock)}."
    )


def live(view: AttemptView) -> bool:
    """Whether the attempt was recorded on the spot, as its operator says."""
    return is_live(view.attempt)


def origin(view: AttemptView) -> str:
    """How an attempt came into the ledger."""
    if view.attempt.origin == "import":
        return "importée après coup, à partir de fichiers"
    if view.attempt.origin is None:
        return UNKNOWN
    if live(view):
        return "relevée au moment de la tentative, selon l’opérateur"
    return "inscrite par l’opérateur, qui a lui-même indiqué l’heure"


def count(number: int, singular: str, plural: str | None = None) -> str:
    """« 1 234 tentatives »; French has no plural below two."""
    return f"{thousands(number)} {singular if number < 2 else plural or singular + 's'}"


def thousands(number: int) -> str:
    """A number with blanks between its thousands."""
    return f"{number:,}".replace(",", "\u00a0")


def size(octets: int | None) -> str:
    """A size in octets."""
    return UNKNOWN if octets is None else f"{thousands(octets)} octets"
