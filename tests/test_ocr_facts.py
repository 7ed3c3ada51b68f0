"""The clock of the screen, the address bar and the dates of the platform: as read, never corrected."""

import pytest

from evidence_vault.ocr import facts
from evidence_vault.ocr.lines import Line, Paragraph
from evidence_vault.values import Box, Word

HEIGHT = 1000


def at(*rows: tuple[int, str]) -> tuple[Paragraph, ...]:
    """One paragraph a row, at the heights given on a picture of 1000 pixels."""
    return tuple(
        (
            Line(
                tuple(
                    Word(text=word, box=Box(left=90 * n, top=top, width=80, height=16), confidence=90)
                    for n, word in enumerate(text.split())
                )
            ),
        )
        for top, text in rows
    )


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        pytest.param(at((970, "23:26"), (985, "16/06/2026")), "23:26 16/06/2026", id="task-bar"),
        pytest.param(at((10, "09:01 4G 63 %")), "09:01", id="phone"),
        pytest.param(at((5, "Fichier jeu. 12 mars 14:05")), "14:05 jeu. 12 mars", id="menu-bar"),
        pytest.param(at((5, "lun. 3 août 9:14 PM")), "9:14 PM lun. 3 août", id="twelve-hours"),
        pytest.param(at((500, "Rendez-vous à 09:30")), None, id="on-the-page"),
        pytest.param(at((970, "16/06/2026")), None, id="date-alone"),
        pytest.param((), None, id="nothing"),
    ],
)
def test_the_clock_is_looked_for_at_the_edges(page: tuple[Paragraph, ...], expected: str | None) -> None:
    found = facts.screen_clock(page, HEIGHT)

    assert (found.text if found else None) == expected


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        pytest.param(
            at((40, "→ val-de-brume.gouv.fr/booking/create/1")), "val-de-brume.gouv.fr/booking/create/1", id="bar"
        ),
        pytest.param(at((40, "https://a.example.fr/x/ y/")), "https://a.example.fr/x/ y/", id="blank-as-read"),
        pytest.param(at((40, "val.qouv.fr/book")), "val.qouv.fr/book", id="uncorrected"),
        pytest.param(at((40, "ecrire@example.fr")), None, id="e-mail"),
        pytest.param(at((40, "Étape.3.sur 6")), None, id="no-host"),
        pytest.param(at((600, "www.example.fr a mis trop de temps")), None, id="in-the-text"),
        pytest.param(
            at((10, "Service-public.fr"), (50, "rdv.example.gouv.fr/choix"), (300, "voir autre.example.fr/aide")),
            "rdv.example.gouv.fr/choix",
            id="a-tab-is-no-bar",
        ),
        pytest.param(at((40, "hups-//rdv.example.fr/index.do")), "hups-//rdv.example.fr/index.do", id="scheme-misread"),
        pytest.param(at((960, "www.example.gouv.fr")), "www.example.gouv.fr", id="foot-of-a-phone"),
        pytest.param(at((850, "À www.example.gouv.fr C")), "www.example.gouv.fr", id="bar-above-the-foot-of-a-phone"),
        pytest.param(at((850, "www.example.gouv.fr service-public.fr")), None, id="footer-on-a-phone"),
        pytest.param(
            at((500, "a b c d e f g h i j k l m"), (850, "www.example.gouv.fr")), None, id="footer-on-a-desktop"
        ),
    ],
)
def test_the_address_bar_is_quoted_as_read(page: tuple[Paragraph, ...], expected: str | None) -> None:
    found = facts.address(page, HEIGHT)

    assert (found.text if found else None) == expected


def test_dates_of_the_page_are_quoted_once_and_without_the_clock_of_the_screen() -> None:
    page = at(
        (300, "Réouverture le lundi 2 novembre 2026 à 13h50"),
        (400, "Dernière mise en ligne : le 04/05/2026 à 11:58"),
        (500, "le 04/05/2026 à 11:58"),
        (985, "16/06/2026"),
    )

    assert [(fact.fact, fact.text) for fact in facts.platform_dates(page, HEIGHT)] == [
        ("reopening", "lundi 2 novembre 2026 à 13h50"),
        ("last_release", "04/05/2026 à 11:58"),
    ]


def test_a_date_keeps_its_accents_and_capitals() -> None:
    (found,) = facts.platform_dates(at((300, "Le 3 Août 2026")), HEIGHT)

    assert found.text == "3 Août 2026"


def test_a_fact_has_the_place_of_its_own_words() -> None:
    """The box is around the words of the clock and of the date, not around the bar; the least sure word counts."""
    words = ("Fichier", 99), ("jeu.", 80), ("12", 91), ("mars", 92), ("14:05", 97), ("Wi-Fi", 20)
    line = Line(
        tuple(
            Word(text=text, box=Box(left=90 * n, top=5, width=80, height=16), confidence=confidence)
            for n, (text, confidence) in enumerate(words)
        )
    )

    found = facts.screen_clock(((line,),), HEIGHT)

    assert found is not None
    assert (found.box, found.confidence) == (Box(left=90, top=5, width=350, height=16), 80)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Dernière mise en ligne de rendez-vous : le 04/05/2026 à 11:58", ["last_release"]),
        ("Les rendez-vous rouvriront le 12/05/2026", ["reopening"]),
        ("La prise de rendez-vous sera réouverte le 12/05/2026", ["reopening"]),
        ("Prochaine mise en ligne : 12/05/2026", ["reopening"]),
        ("Votre titre expire le 12/05/2026", ["platform_date"]),
        ("Dernière mise en ligne : 04/05/2026. Votre titre expire le 12/05/2026", ["last_release", "platform_date"]),
        ("Dernière mise en ligne le 04/05/2026 puis réouverture le 12/05/2026", ["last_release", "reopening"]),
    ],
)
def test_a_date_is_what_the_words_before_it_announce(sentence: str, expected: list[str]) -> None:
    assert [fact.fact for fact in facts.platform_dates(at((300, sentence)), HEIGHT)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("www.val-de-brume.gouv.fr/booking/create/1", True),
        ("https://rdv-prefecture.interieur.gouv.fr", True),
        ("rdv-prefecture interieur gouv fr/rdvpref", False),
        ("accueil@val-de-brume.gouv.fr", False),
        ("Rendez-vous", False),
    ],
)
def test_a_line_holds_a_host_where_its_dots_were_read(text: str, expected: bool) -> None:
    ((line,),) = at((10, text))

    assert facts.holds_host(line) is expected
