"""The clock of the screen, the address bar and the dates of the platform: as read, never corrected."""

import pytest

from evidence_vault.kinds import Box, Word
from evidence_vault.ocr import facts
from evidence_vault.ocr.lines import Line, Paragraph

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
        pytest.param(at((500, "Rendez-vous à 09:30")), None, id="on-the-page"),
        pytest.param(at((970, "16/06/2026")), None, id="date-alone"),
        pytest.param((), None, id="nothing"),
    ],
)
def test_the_clock_is_looked_for_at_the_edges(page: tuple[Paragraph, ...], expected: str | None) -> None:
    assert facts.screen_clock(page, HEIGHT) == expected


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
        pytest.param(at((960, "www.example.gouv.fr")), "www.example.gouv.fr", id="foot-of-a-phone"),
    ],
)
def test_the_address_bar_is_quoted_as_read(page: tuple[Paragraph, ...], expected: str | None) -> None:
    assert facts.address(page, HEIGHT) == expected


def test_dates_of_the_page_are_quoted_once_and_without_the_clock_of_the_screen() -> None:
    page = at(
        (300, "Réouverture le lundi 2 novembre 2026 à 13h50"),
        (400, "Dernière mise en ligne : le 04/05/2026 à 11:58"),
        (500, "le 04/05/2026 à 11:58"),
        (985, "16/06/2026"),
    )

    assert facts.platform_dates(page, HEIGHT) == ("lundi 2 novembre 2026 à 13h50", "04/05/2026 à 11:58")


def test_a_date_keeps_its_accents_and_capitals() -> None:
    assert facts.platform_dates(at((300, "Le 3 Août 2026")), HEIGHT) == ("3 Août 2026",)
