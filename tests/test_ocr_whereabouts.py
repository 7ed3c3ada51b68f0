"""Where a page stands: the same message is given by one page and explained by another."""

import pytest
from ocr_pages import ADDRESS, HEADER, page

from evidence_vault.ocr.catalogue import load
from evidence_vault.ocr.matching import find
from evidence_vault.ocr.outcome import Proposal, propose
from evidence_vault.ocr.whereabouts import Whereabouts, whereabouts

REFUSAL = "Nous n’avons plus la moindre place à vous proposer."
EXPLAINED = (
    "Le titre vous sera remis au guichet sur présentation du récépissé.",
    "Apportez deux photographies récentes et un justificatif de domicile.",
    "Le montant des taxes dépend de la nature du titre demandé.",
    "Les timbres sont vendus en ligne et dans les bureaux de tabac.",
    "Les mineurs de moins de dix ans n’ont pas à se déplacer.",
    "Le personnel de l’accueil vous remet un ticket à votre arrivée.",
)
INFORMING = (
    "www.val-de-brume.gouv.fr/Actualites/Titres-de-sejour",
    "www.val-de-brume.gouv.fr/Demarches/Etrangers/Renouveler",
    "www.val-de-brume.gouv.fr/content/search?SearchText=place",
    "https://www.rdv-prefecture.interieur.gouv.fr/aide/messages",
)


def where(text: str, address: str | None = ADDRESS) -> Whereabouts:
    read = page(text)
    return whereabouts(read, find(read, load()), address, load())


def proposed(text: str, address: str | None = ADDRESS) -> Proposal:
    return propose(page(text), load(), address)


def test_a_refusal_counts_on_the_step_that_gives_it() -> None:
    assert proposed(HEADER + REFUSAL).outcome == "no_slot"
    assert not where(HEADER + REFUSAL).informs


@pytest.mark.parametrize("address", INFORMING)
def test_what_a_page_that_informs_says_in_words_of_its_own_is_quoted_and_not_proposed(address: str) -> None:
    text = "\n\n".join((HEADER, *EXPLAINED[:2], REFUSAL))

    assert where(text, address).informs
    assert proposed(text, address).outcome == "unclassified"
    assert [quote.text for quote in proposed(text, address).quotes] == [REFUSAL]


@pytest.mark.parametrize("address", INFORMING)
def test_a_notice_of_one_sentence_is_a_message_wherever_it_stands(address: str) -> None:
    assert proposed(HEADER + REFUSAL, address).outcome == "no_slot"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("www.val-de-brume.gouv.fr/content/search?SearchText=place", "unclassified"),
        ("rdv.val-de-brume.gouv.fr/recherche?motif=12", "no_slot"),
        ("www.val-de-brume.gouv.fr/booking/recherche", "no_slot"),
    ],
)
def test_results_of_a_search_in_the_site_are_no_message_and_those_of_a_search_for_a_slot_are(
    address: str, expected: str
) -> None:
    assert proposed(f"{HEADER}4 résultats\n\n{REFUSAL}", address).outcome == expected


def test_a_step_of_a_booking_below_a_page_that_informs_is_a_step() -> None:
    text = "\n\n".join((HEADER, *EXPLAINED[:3], REFUSAL))

    assert proposed(text, "www.val-de-brume.gouv.fr/Demarches/Etrangers/booking/create/1").outcome == "no_slot"


@pytest.mark.parametrize("address", ["www.val-de-brume.gouv.fr/etrangers/titres", None])
def test_a_page_that_explains_at_length_informs_though_its_address_does_not_say_so(address: str | None) -> None:
    text = "\n\n".join((HEADER, *EXPLAINED, REFUSAL))

    assert where(text, address).informs
    assert proposed(text, address).outcome == "unclassified"
    assert not where("\n\n".join((HEADER, *EXPLAINED[:3], REFUSAL)), address).informs
    assert not where(text, ADDRESS).informs  # a step of a booking may explain more


def test_a_known_message_of_a_platform_counts_however_much_stands_around_it() -> None:
    known = "Il n’existe plus de plage horaire libre pour votre demande de rendez-vous."

    assert proposed("\n\n".join((HEADER, *EXPLAINED, known))).outcome == "no_slot"


def test_notices_about_cookies_explain_nothing() -> None:
    cookies = "Ce site dépose des cookies. " * 8

    assert not where(HEADER + REFUSAL + "\n\n" + cookies).informs


def test_a_message_that_the_administration_itself_cites_makes_no_page_unrelated() -> None:
    text = "\n\n".join((HEADER, *EXPLAINED, "Le message « Aucun créneau disponible » s’affiche quand tout est pris."))

    assert proposed(text).outcome == "unclassified"
