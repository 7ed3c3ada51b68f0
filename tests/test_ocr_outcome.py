"""What a picture says became of an attempt: judged on texts alone, in wordings of our own."""

import pytest
from ocr_pages import ADDRESS, HEADER, page

from evidence_vault.ocr import outcome
from evidence_vault.ocr.catalogue import load
from evidence_vault.ocr.outcome import Proposal
from evidence_vault.words import Outcome


def propose(text: str, address: str | None = ADDRESS) -> Proposal:
    return outcome.propose(page(text), load(), address, 95)


MESSAGES: dict[Outcome, tuple[str, ...]] = {
    "no_slot": (
        "Désolé, toutes les plages horaires sont actuellement réservées.",
        "Il n’y a plus de rendez-vous disponible pour cette démarche. Merci de réessayer dans quelques jours.",
        "Nous sommes au regret de vous informer qu’aucun rendez-vous ne peut vous être proposé pour le moment.",
        "Aucune plage horaire n’est libre dans les quatre prochaines semaines.",
        "Plus aucun créneau à ce guichet. Revenez ultérieurement.",
        "Tous les rendez-vous ont été attribués pour cette période.",
        "Le planning est complet.",
        "Aucune disponibilité\nVeuillez renouveler votre demande plus tard.",
        "Il ne reste aucune place disponible pour ce motif.",
        "Choisissez votre créneau\n\nAucun créneau horaire n’est actuellement proposé.",
        "Actuellement, il n’y a pas de créneaux ouverts à la réservation.",
        "Aucune date disponible",
        "Le nombre maximal de rendez-vous est atteint pour cette semaine.",
        "Nous ne pouvons pas vous proposer de rendez-vous.",
        "Pas de créneau disponible pour le moment",
        "Les créneaux sont tous complets.",
        "Votre recherche n’a donné aucun créneau libre.",
        "Aucun créneau disponible\n\nDernière mise en ligne de rendez-vous : le 04/05/2026 à 11:58 "
        "pour des créneaux de la semaine du 18/05/2026",
        "There are currently no appointments available.",
    ),
    "slots_offered": (
        "Choisissez un créneau parmi les créneaux disponibles\n\n09:00   09:30   10:00\n\n14:00 14:30",
        "12 créneaux disponibles",
        "Première plage horaire libre\n\nmardi 4 mars",
        "Prochain rendez-vous disponible : lundi 4 mars 2026",
    ),
    "appointment_obtained": (
        "Votre rendez-vous a été enregistré\n\nVous êtes attendu le mardi 4 mars 2026 à 10h20",
        "Rendez-vous confirmé\n\nmardi 4 mars 2026 à 10h20 - Guichet 12",
        "Nous vous confirmons votre rendez-vous du 04/03/2026 à 10:20",
        "Confirmation de réservation\n\nVotre réservation est confirmée. Numéro de réservation : A4F5",
        "Vous avez rendez-vous le mardi 4 mars 2026 à 10 h 20.",
        "Votre rendez-vous est bien enregistré pour le 4 mars 2026 à 9h.",
    ),
    "in_progress": (
        "Votre demande de rendez-vous est en attente de confirmation. Vous disposez de 5 minutes pour confirmer.",
        "Veuillez saisir les caractères affichés dans l’image\n\nJe ne suis pas un robot",
    ),
    "captcha_failure": (
        "Le texte saisi ne correspond pas à l’image.",
        "Captcha incorrect, veuillez réessayer",
        "La saisie du code est erronée. Recopiez à nouveau les caractères.",
        "Les caractères saisis sont incorrects",
        "Échec de la vérification du captcha",
        "Code de vérification non valide",
        "Vous n’avez pas recopié correctement le code de sécurité.",
    ),
    "session_expired": (
        "Session expirée\n\nVotre session n’est plus valide. Merci de vous reconnecter.",
        "Votre session a été interrompue suite à une trop longue période d’inactivité.",
        "Le délai imparti pour votre demande est dépassé.",
        "Vous avez été déconnecté pour des raisons de sécurité.",
        "Le temps alloué est écoulé, veuillez recommencer depuis le début.",
        "Temps de session dépassé",
    ),
    "site_error": (
        "Erreur 500\n\nUne erreur interne du serveur est survenue.",
        "504 Gateway Time-out",
        "HTTP 503 Service Unavailable",
        "Une erreur est survenue\n\nVeuillez réessayer ultérieurement.",
        "Oups ! Un problème technique nous empêche de traiter votre demande.",
        "La connexion a échoué\n\nFirefox ne peut établir de connexion avec le serveur "
        "à l’adresse www.val-de-brume.gouv.fr.",
        "Délai d’attente dépassé\n\nLe serveur met trop de temps à répondre.",
        "429 Too Many Requests",
        "Vous avez effectué trop de tentatives. Réessayez dans une heure.",
        "Accès refusé\n\nVous n’êtes pas autorisé à accéder à cette page.",
        "Service momentanément indisponible en raison d’un grand nombre de connexions simultanées.",
        "Cette page ne fonctionne pas\n\nwww.val-de-brume.gouv.fr n’a envoyé aucune donnée.\nERR_EMPTY_RESPONSE",
        "Safari ne parvient pas à ouvrir la page car le serveur ne répond plus.",
        "Impossible d’afficher cette page",
        "La page que vous avez demandée n’existe pas. Erreur 404",
    ),
    "maintenance": (
        "Le service de prise de rendez-vous est interrompu pour une opération de maintenance.",
        "Maintenance en cours\n\nNous revenons très vite.",
        "Site en cours de maintenance, merci de votre patience.",
        "En raison d’une maintenance technique, le site est indisponible.",
    ),
    "waiting_room": (
        "Vous êtes en file d’attente\n\nVotre position : 1 254",
        "Salle d’attente virtuelle\n\nNombre de personnes devant vous : 842",
        "Un grand nombre d’usagers est connecté. Vous serez redirigé dès que ce sera votre tour.",
        "Temps d’attente estimé : plus d’une heure",
        "Veuillez patienter, vous allez être redirigé vers le site. Merci de ne pas fermer cette page.",
    ),
    "closed_until": (
        "La prise de rendez-vous est suspendue jusqu’au 15 mars 2026.",
        "Les inscriptions ouvriront le lundi 3 mars 2026 à 8h30.",
        "Ce service sera de nouveau accessible à compter du 02/03/2026.",
        "Planning fermé. Prochaine ouverture des rendez-vous : mardi 3 mars à 9h",
        "De nouveaux rendez-vous seront mis en ligne le vendredi 6 mars 2026 à 12h.",
        "Merci de vous reconnecter à partir du lundi 9 mars.",
        "Fermeture du module du 20 décembre 2025 au 5 janvier 2026",
    ),
    "cancelled": (
        "Votre rendez-vous a bien été annulé.",
        "L’annulation de votre rendez-vous est confirmée.",
    ),
    "login": (
        "Connectez-vous à votre compte\n\nAdresse électronique\n\nMot de passe\n\nConnexion",
        "S’identifier avec FranceConnect\n\nIdentifiant\n\nMot de passe oublié ?",
    ),
}

UNDECIDED = (
    "Si aucun créneau n’est disponible, veuillez renouveler votre demande.",
    "Choisissez votre créneau",
    "créneau disponible",
    "Une maintenance est prévue le 12 mars de 22h à 23h.",
    "Guichet 1 : aucun créneau disponible\n\nGuichet 2 : 3 créneaux disponibles",
    "Votre session expirera dans 10 minutes.",
    "Votre rendez-vous sera confirmé par courriel.",
    "Votre rendez-vous n’est pas encore confirmé.",
    "Votre rendez-vous ne sera définitif qu’une fois confirmé.",
)


@pytest.mark.parametrize(
    ("expected", "message"),
    [pytest.param(code, text, id=f"{code}-{n}") for code, texts in MESSAGES.items() for n, text in enumerate(texts)],
)
def test_a_message_on_an_official_page_is_understood(expected: Outcome, message: str) -> None:
    found = propose(HEADER + message)

    assert found.outcome == expected
    assert found.quotes


@pytest.mark.parametrize("message", UNDECIDED)
def test_what_is_supposed_announced_or_contradictory_gives_no_outcome(message: str) -> None:
    """A supposition, a heading, a future event, or a refusal beside an offer: never a guess."""
    assert propose(HEADER + message).outcome == "unclassified"


def test_a_refusal_is_not_read_as_the_offer_inside_it() -> None:
    found = propose(HEADER + "Choisissez votre créneau\n\nAucun créneau disponible")

    assert found.outcome == "no_slot"
    assert [quote.text for quote in found.quotes] == ["Aucun créneau disponible"]


@pytest.mark.parametrize("lost", ["Aucun", "plus", "pas de"])
def test_losing_the_negation_never_makes_an_offer(lost: str) -> None:
    """OCR that drops the very word that refuses must not turn a refusal into its contrary."""
    message = f"{lost} créneau disponible pour votre demande de rendez-vous".removeprefix(lost)

    assert propose(HEADER + message).outcome == "unclassified"


@pytest.mark.parametrize(
    "message",
    [
        "Aucun créneau disponibie",
        "Aucun créneau dlsponible",
        "Il nexiste plus de plaqe horaire libre pour votre demande de rendez-vous",
        "Il n'existe pius de plage horalre libre",
        "Aucun cróneau | disponible",
        "AUCUN CRENEAU DISPONIBLE",
    ],
)
def test_damage_of_a_letter_or_two_is_tolerated(message: str) -> None:
    assert propose(HEADER + message).outcome == "no_slot"


def test_a_quote_is_what_was_read_not_what_was_meant() -> None:
    found = propose(HEADER + "Aucun créneau disponibie")

    assert found.quotes[0].text == "Aucun créneau disponibie"
    assert found.quotes[0].box is not None


def test_a_message_may_run_over_two_lines() -> None:
    found = propose(HEADER + "Votre demande de rendez-vous a bien été\nconfirmée pour le lundi 8 mai 2023")

    assert found.outcome == "appointment_obtained"


@pytest.mark.parametrize(
    ("message", "detail"),
    [
        ("502 Bad Gateway", "http_502"),
        ("503 Service temporairement indisponible\nsurcharge du serveur", "http_503"),
        ("Service surchargé", "overload"),
        ("Ce site est inaccessible\nval-de-brume.gouv.fr a mis trop de temps à répondre.", "timeout"),
        ("429 Too Many Requests", "rate_limited"),
        ("Sorry, you have been blocked", "blocked"),
        ("Cette démarche en ligne a été close, il n’est plus possible de déposer de dossier.", "closed"),
        ("Demande invalide.", "blocked_procedure"),
    ],
)
def test_an_error_says_which(message: str, detail: str) -> None:
    found = propose(HEADER + message)

    assert (found.outcome, found.detail) == ("site_error", detail)


@pytest.mark.parametrize(
    "message",
    [
        "Aucun créneau disponible\n\nLe code de sécurité saisi est incorrect",
        "Aucun créneau disponible\n\n502 Bad Gateway",
        "Aucun créneau disponible\n\nVotre session a expiré",
    ],
)
def test_a_page_with_an_obstacle_is_never_no_slot(message: str) -> None:
    assert propose(HEADER + message).outcome in {"captcha_failure", "site_error", "session_expired"}


@pytest.mark.parametrize(
    "message",
    [
        "Votre rendez-vous est confirmé\n\nAucun créneau disponible",
        "Votre rendez-vous est confirmé\n\nVotre session a expiré",
        "Aucun créneau disponible\n\n9h00 9h20 10h40",
    ],
)
def test_two_messages_that_cannot_both_be_true_give_none_and_are_quoted(message: str) -> None:
    found = propose(HEADER + message)

    assert found.outcome == "unclassified"
    assert found.quotes


INVITATION = "Cliquez sur une heure pour la retenir."


def test_an_invitation_to_choose_yields_to_a_refusal_where_there_is_nothing_to_choose_among() -> None:
    assert propose(HEADER + INVITATION).outcome == "slots_offered"
    assert propose(f"{HEADER}{INVITATION}\n\nIl ne reste plus aucune place à vous proposer.").outcome == "no_slot"


@pytest.mark.parametrize(
    "beside",
    [
        "Il ne reste plus aucune place à vous proposer.\n\nguichet A 10h20, guichet B 11h40",
        "Le lundi, il ne reste plus aucune place à vous proposer.",
        "Il ne reste plus aucune place à vous proposer au guichet 2.",
    ],
)
def test_an_invitation_to_choose_stands_beside_a_refusal_of_one_day_or_above_a_list(beside: str) -> None:
    assert propose(f"{HEADER}{INVITATION}\n\n{beside}").outcome == "unclassified"


def test_a_sure_appointment_is_not_gainsaid_by_an_obstacle_that_is_hardly_likely() -> None:
    """« Un empêchement ? Prévenez-nous, votre place servira à d’autres » is no queue."""
    text = (
        "Votre rendez-vous à la sous-préfecture\n\nBonjour, ce message vaut confirmation : un agent vous recevra lundi "
        "9 décembre à 15 h 15.\n\nPrévenez-nous au plus tard l’avant-veille, votre place servira à quelqu’un d’autre."
    )
    found = propose(HEADER + text)

    assert found.outcome == "appointment_obtained"


ELSEWHERE = (
    (
        "mail.exemple.fr/inbox",
        "Messagerie\n\nBoîte de réception\n\nBrouillons\n\nVotre rendez-vous est confirmé pour le mardi 4 mars 2026\n\n"
        "Bonjour, nous vous confirmons votre rendez-vous à la préfecture du Val-de-Brume.",
    ),
    (
        "www.journal.example.fr/societe",
        "Politique Société Économie Sport\n\nÀ lire aussi\n\n« Aucun créneau disponible » : chaque matin, Awa lit "
        "le même message. Il n’existe plus de plage horaire libre, répond le site de la préfecture.",
    ),
    (
        None,
        "Association Aide\nen ligne\n\nJ’ai encore essayé ce matin : aucun créneau disponible\n\n"
        "Courage, on en parle jeudi à la permanence\n\nÉcrivez un message",
    ),
    (
        None,
        "Cabinet médical du Parc\n\nVotre rendez-vous est confirmé\n\nDocteur Martin\n\nmardi 4 mars 2026 à 10h20\n\n"
        "Pensez à apporter votre carte et votre ordonnance",
    ),
    (
        "www.garage.example.com",
        "Garage Brume\n\nAucun créneau disponible\n\nChoisissez une autre date pour votre vidange",
    ),
    (ADDRESS, "Que signifie le message « Aucun créneau disponible » ?\n\nIl s’affiche quand tout est pris."),
    (None, "Votre rendez-vous est confirmé"),
)


@pytest.mark.parametrize(("address", "text"), ELSEWHERE)
def test_a_page_that_cites_a_message_or_is_about_something_else_proves_nothing(address: str | None, text: str) -> None:
    assert propose(text, address).outcome in {"unrelated", "unclassified"}


def test_another_site_without_any_message_is_unrelated() -> None:
    text = (
        "MétéoRégions\n\nRetour du soleil attendu dès demain sur la moitié nord\n\n"
        "Après plusieurs jours de pluie, les températures remontent nettement dans la région."
    )

    assert propose(text, "meteo.example.fr/demain").outcome == "unrelated"


def test_a_damaged_official_address_is_not_taken_for_another_site() -> None:
    assert propose(HEADER + "Aucun créneau disponible", "www.val-de-brume.qouv.fr/booking").outcome == "no_slot"


def test_a_scheme_read_badly_is_no_host() -> None:
    text = "Préfecture\n\nMétéo YouTube Banque\n\nAucun créneau disponible"
    assert propose(text, "hups-//teleservices.val-de-brume.gouv.fr/rdv").outcome == "no_slot"


def test_an_empty_page_is_unclassified() -> None:
    assert outcome.propose((), load()) == outcome.UNCLASSIFIED


def test_the_nature_of_a_request_is_no_saturation() -> None:
    """« nature » is one letter from « sature », and stands on every page where a kind of appointment is chosen."""
    assert load().vocabulary.known("nature") == "nature"
    assert propose("Choix de la nature du service\n\nLe service est sature").quotes[0].text == "service est sature"


@pytest.mark.parametrize(
    "sentence",
    [
        "Tout rendez-vous pris ne peut être modifié qu’une seule fois.",
        "Tous les rendez-vous pris en ligne doivent être honorés.",
        "Une réservation validée ne vaut pas acceptation du dossier.",
        "Un usager qui a obtenu un rendez-vous doit se présenter en personne.",
        "Les rendez-vous annulés par d’autres usagers sont remis en ligne.",
        "Un créneau est libéré dès qu’un usager annule le sien.",
        "Vos données personnelles sont supprimées au bout de trois mois.",
        "Les informations saisies sont effacées après le rendez-vous.",
        "Préfecture, place du 11 novembre, 35000 Rennes",
        "12 place 8 mai 1945",
        "Le dépôt de la demande se fait sans rendez-vous.",
        "Nous ouvrons plus de créneaux pour répondre à vos besoins.",
        "Vous trouverez plus de places pour les étudiants en septembre.",
        "Ce service est réservé aux ressortissants étrangers.",
        "La limite de taille des fichiers est atteinte à 5 Mo.",
        "Aucune réservation n’est possible par téléphone.",
        "Aucun rendez-vous n’est nécessaire pour retirer un titre.",
        "Le standard est ouvert uniquement de 9h00 à 12h00.",
        "Vous recevrez un courriel lorsque votre rendez-vous est pris.",
        "Votre rendez-vous est pris en compte après validation du courriel.",
        "Si votre réservation est confirmée, imprimez la convocation.",
        "Lorsque votre rendez-vous a été annulé, reprenez la procédure.",
        "Votre dossier est complet.",
        "Veuillez choisir la nature de votre demande.",
    ],
)
def test_what_any_page_may_say_is_no_outcome(sentence: str) -> None:
    """Rules, notices and addresses of an official page are not taken for what became of the attempt."""
    assert propose(HEADER + sentence).outcome in {"unclassified", "in_progress"}


@pytest.mark.parametrize(
    ("named", "other", "expected"),
    [
        ("Préfecture du Littoral-Doré", "", "waiting_room"),
        ("Billetterie du Littoral-Doré", "", "unrelated"),
        ("Préfecture du Littoral-Doré", "Votre rendez-vous est confirmé pour le 8 avril à 14 h.", "unrelated"),
    ],
)
def test_a_queue_may_stand_on_the_host_of_whoever_keeps_it(named: str, other: str, expected: str) -> None:
    text = (
        f"{named}\n\nVous êtes bien dans la file.\n\nNombre de personnes devant vous : 1 284\n\n{other}\n\n"
        "Votre tour devrait arriver dans environ 23 minutes."
    )

    assert propose(text, "attente.exemple-file.fr/?c=17").outcome == expected
