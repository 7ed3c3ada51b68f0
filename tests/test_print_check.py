"""What was read on paper beside what should be: the comparison, and what a picture is worth by it."""

from hypothesis import given
from hypothesis import strategies as st

from evidence_vault.exports.print_check import ALIKE, compared, counts, document, judged, likeness, unchecked, why_not
from evidence_vault.exports.printed import PrintedPicture, PrintedText, Spot

letters = st.text("abcdefghijklmnopqrstuvwxyzéèàç0123456789 '.,", min_size=1, max_size=40).filter(
    lambda text: any(map(str.isalnum, text))
)


def message(points: float = 11, *phrases: str) -> PrintedText:
    return PrintedText("message", phrases or ("Aucun créneau disponible",), points, (Spot(3, 40, 60, 300, 20),))


def picture(*texts: PrintedText, **fields: object) -> PrintedPicture:
    said = {"exhibit": 4, "number": 2, "name": "a.png", "sha256": "0" * 64, "pages": (3,), "choice": "enlarged"}
    return PrintedPicture(**{**said, **fields}, texts=texts)  # type: ignore[arg-type]


class TestLikeness:
    @given(letters, letters, letters)
    def test_what_stands_there_is_found(self, before: str, text: str, after: str) -> None:
        """A phrase is found whole wherever it stands, in whatever case, accents and blanks it was read."""
        assert likeness(text, f"{before} {text.upper()} {after}") == 1
        assert likeness(text, "".join(text.split())) == 1

    @given(letters, letters)
    def test_it_is_a_share(self, expected: str, read: str) -> None:
        """Never less than nothing, never more than all."""
        assert 0 <= likeness(expected, read) <= 1

    @given(letters, st.data())
    def test_each_slip_costs_its_letter(self, text: str, data: st.DataObject) -> None:
        """With one letter read as none of the alphabet, the phrase lacks at most that letter."""
        place = data.draw(st.sampled_from([at for at, letter in enumerate(text) if letter.isalnum()]))
        share = 1 / sum(map(str.isalnum, text))

        assert likeness(text, f"{text[:place]}ß{text[place + 1 :]}") >= 1 - 2 * share - 1e-9

    def test_nothing_read_is_nothing_found(self) -> None:
        """An empty reading holds no phrase, and a phrase without letters cannot be found."""
        assert likeness("Aucun créneau", "") == 0
        assert likeness("…", "…") == 0

    def test_a_missing_word_is_not_forgiven(self) -> None:
        """« Créneau disponible » is not « Aucun créneau disponible »."""
        assert likeness("Aucun créneau disponible", "créneau disponible") < ALIKE

    def test_short_texts_are_read_without_a_fault(self) -> None:
        """One figure of a clock makes another time."""
        assert compared(PrintedText("clock", ("14:32",), 11, ()), "14:82").result == "failed"
        assert compared(PrintedText("clock", ("14:32",), 11, ()), "14:32").result == "passed"

    def test_the_worst_phrase_counts(self) -> None:
        """A title that is read does not make up for the sentence under it."""
        found = compared(
            message(11, "Aucun créneau disponible", "Veuillez réessayer plus tard"), "Aucun créneau disponible"
        )

        assert (found.result, found.read) == ("failed", "Aucun créneau disponible")
        assert (found.likeness or 0) < 0.6


class TestVerdict:
    def test_read_and_large_enough_passes(self) -> None:
        """Both are needed, and nothing else."""
        text = message()
        found = judged(picture(text), (compared(text, "Aucun créneau disponible"),))

        assert (found.result, found.reason) == ("passed", None)

    def test_what_is_not_read_fails(self) -> None:
        """However large it prints."""
        text = message(20)
        found = judged(picture(text), (compared(text, "Abc"),))

        assert (found.result, found.reason) == ("failed", "not_read")

    def test_what_is_too_small_fails_even_if_a_machine_reads_it(self) -> None:
        """A machine's eyes are not a judge's: under 8 points is no pass."""
        text = message(7.9)
        found = judged(picture(text), (compared(text, "Aucun créneau disponible"),))

        assert (found.result, found.reason) == ("failed", "too_small")

    def test_why_a_picture_cannot_be_checked(self) -> None:
        """No page, or no message: an address alone says nothing of what the platform answered."""
        address = PrintedText("address", ("rdv.example.org",), 11, ())

        assert why_not(picture(missing="withheld")) == "withheld"
        assert why_not(picture()) == why_not(picture(address)) == "no_key_text"
        assert why_not(picture(message())) is None

    def test_the_report_rounds_down(self) -> None:
        """Sizes and shares are never stated larger than they are."""
        text = message(7.99)
        found = judged(picture(text), (compared(text, "Aucun créneau disponlble"),))
        (told,) = document([found, unchecked(picture(), "no_key_text")], {})["exhibits"][0]["texts"]

        assert (told["points"], told["large_enough"]) == (7.9, False)
        assert told["likeness"] == 0.954
        assert counts([found, unchecked(picture(), "no_key_text")]) == {"passed": 0, "failed": 1, "not_checked": 1}
