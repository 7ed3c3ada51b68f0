"""The French of the dossier: the words for what is recorded as codes, dates, numbers."""

import datetime as dt

from evidence_vault.casefile import AttemptView, CaseFile
from evidence_vault.entries import parse_utc
from evidence_vault.kinds import DeclaredTime
from evidence_vault.words import Basis, Capacity

UNKNOWN = "non renseigné"

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")

CAPACITIES: dict[Capacity, str] = {
    "applicant": "requérant",
    "helper": "aidant",
    "delegate": "délégué",
    "lawyer": "avocat",
}

OUTCOMES = {
    "no_slot": "Aucun créneau disponible",
    "slots_offered": "Créneaux proposés",
    "appointment_obtained": "Rendez-vous obtenu",
    "in_progress": "Démarche en cours, non achevée",
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
        "échec technique (erreur, maintenance, file d’attente, session, captcha)",
        {"captcha_failure", "session_expired", "site_error", "maintenance", "waiting_room"},
    ),
    "◆": ("créneaux proposés ou rendez-vous obtenu", {"slots_offered", "appointment_obtained"}),
    "○": ("autre résultat, ou résultat non classé", set[str]()),
}

CONFIRMED = {
    "person": "confirmé par une personne",
    "flag": "indiqué par l’opérateur à l’enregistrement",
    "none": "non confirmé par une personne",
}

TIME_SOURCES = {
    "now": "horloge de l’appareil au moment de l’enregistrement",
    "flag": "indiquée par l’opérateur",
    "exif": "métadonnées EXIF de l’image",
    "png": "métadonnées PNG de l’image",
    "file_name": "nom du fichier",
    "screen_clock": "horloge visible à l’écran, lue par machine",
}

BASES: dict[Basis, str] = {"measured": "mesuré", "declared": "déclaré", "unknown": "inconnu"}

ENVIRONMENT = {
    "machine": "Machine",
    "os": "Système",
    "browser": "Navigateur",
    "screen": "Écran",
    "time_zone": "Fuseau des heures locales",
    "system_time_zone": "Fuseau de l’appareil",
    "clock": "Horloge",
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


def date(day: dt.date, *, weekday: bool = False) -> str:
    """« mardi 3 mars 2026 »."""
    number = "1er" if day.day == 1 else str(day.day)
    text = f"{number} {MONTHS[day.month - 1]} {day.year}"
    return f"{DAYS[day.weekday()]} {text}" if weekday else text


def typed_date(text: str | None) -> str:
    """A date as it was recorded, spelled out where it is an ISO date."""
    if text is None:
        return UNKNOWN
    try:
        return date(dt.date.fromisoformat(text))
    except ValueError:
        return text


def clock(moment: dt.datetime, precision: str = "minute") -> str:
    """« 09 h 14 », with seconds where they are known; empty where only the day is."""
    if precision == "day":
        return ""
    text = f"{moment.hour:02} h {moment.minute:02}"
    return f"{text} min {moment.second:02} s" if precision == "second" else text


def local(moment: dt.datetime, precision: str = "minute", *, weekday: bool = False) -> str:
    """The date and the time of day of an aware moment in its own zone."""
    hour = clock(moment, precision)
    return date(moment, weekday=weekday) + (f" à {hour}" if hour else " (heure inconnue)")


def declared(case: CaseFile, time: DeclaredTime | None, *, weekday: bool = False) -> str:
    """A declared time in the zone of the case."""
    if time is None:
        return "heure non déclarée"
    return local(parse_utc(time.instant).astimezone(case.zone), time.precision, weekday=weekday)


def recorded(case: CaseFile, moment: dt.datetime) -> str:
    """A time of recording, local and in UTC."""
    utc = moment.astimezone(dt.UTC)
    milliseconds = utc.microsecond // 1000
    return (
        f"{local(moment.astimezone(case.zone), 'second')} ({case.zone.key}), "
        f"soit {utc:%Y-%m-%d %H:%M:%S}.{milliseconds:03} UTC"
    )


def operator(name: str | None, capacity: Capacity | None) -> str:
    """Who operated the tool, and in what capacity."""
    return f"{name or UNKNOWN} ({CAPACITIES[capacity] if capacity else 'qualité non renseignée'})"


def outcome(view: AttemptView) -> str:
    """The outcome retained, with its detail."""
    text = OUTCOMES.get(view.outcome, view.outcome)
    detail = view.outcome_detail
    return f"{text} ({DETAILS.get(detail, detail)})" if detail else text


def count(number: int, singular: str, plural: str | None = None) -> str:
    """« 1 234 tentatives »; French has no plural below two."""
    return f"{thousands(number)} {singular if number < 2 else plural or singular + 's'}"


def thousands(number: int) -> str:
    """A number with blanks between its thousands."""
    return f"{number:,}".replace(",", "\u00a0")


def size(octets: int | None) -> str:
    """A size in octets."""
    return UNKNOWN if octets is None else f"{thousands(octets)} octets"
