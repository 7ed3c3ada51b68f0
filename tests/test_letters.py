"""The draft of a request and the complaint: the facts of the case, its exhibits by number, and no law of our own."""

import datetime as dt
import io
import re
import subprocess
from pathlib import Path

import docx
import pytest
from builders import START, BuiltCase, CaseBuilder, declared, make_case
from cli_runner import Cli, prepared
from test_dossier import MADE_AT, poppler, shot, texts
from verapdf import broken_rules

from evidence_vault import kinds
from evidence_vault.exports.complaint import write_complaint
from evidence_vault.exports.dossier_case import DossierInput, Numbered
from evidence_vault.exports.legal import legal_texts
from evidence_vault.exports.petition import petition
from evidence_vault.exports.told_facts import attempts_told, steps_told
from evidence_vault.values import Box, Fact

FORBIDDEN = re.compile(r"constat\b|procès-verba|accusé de réception|certifié|\bqualifiée?s?\b", re.IGNORECASE)
JUDGED = re.compile(r"(?:est|sont) (?:donc )?(?:remplie|caractérisée|établie|satisfaite)|au moins \d+ tentatives")
DENIALS = re.compile(r"non vérifiée comme qualifiée|rien n’y dit qu’une condition est remplie")


def dossier_of(case: BuiltCase) -> DossierInput:
    return DossierInput(
        case=case.file, checkpoint=case.checkpoint, size=len(case.signed), root=case.root,
        public_key=case.public_key, original=case.originals.get, bundle=None, bundle_sha256=None, light=True,
        made_at=MADE_AT,
    )  # fmt: skip


def full_case(**opened: object) -> BuiltCase:
    builder = CaseBuilder()
    builder.open(**{"request": "renewal", "title_held": "carte de résident", "title_expiry": "2026-12-31", **opened})
    for number, outcome in enumerate(("no_slot", "site_error", "slots_offered")):
        attempt = builder.attempt(START + dt.timedelta(days=8 * number))
        picture = shot(number=number)
        builder.reading(builder.exhibit(picture.data, picture.width, picture.height, attempt=attempt))
        builder.outcome(attempt, outcome)
    step = builder.add(
        kinds.Step(step="registered_letter", recipient="Préfet", summary="Demande de rendez-vous.", answer="Patientez.",
                   answered_on="2026-03-20", occurred_at=declared(START))
    )  # fmt: skip
    builder.exhibit(b"%PDF-1.4", None, None, step=step, document="letter", name="lettre.pdf", frames=None)
    builder.exhibit(b"contrat", None, None, document="contract", label="Contrat de travail", frames=None)
    return builder.built()


def words_of(data: bytes) -> str:
    """All the text of a .docx, in order, its tables after it."""
    document = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def told_of(builder: CaseBuilder) -> str:
    """What the letters tell of the attempts recorded so far, with ordinary blanks."""
    return " ".join(attempts_told(Numbered(builder.built().file))).replace("\u00a0", " ")


class TestFacts:
    def test_offers_are_told(self) -> None:
        """An attempt that found a slot is told with its number: the other side will ask."""
        case = full_case()
        told = " ".join(attempts_told(Numbered(case.file)))

        assert "1 tentative a montré un créneau proposé ou un rendez-vous obtenu (n°\u00a03)" in told
        assert "Du 2\u00a0mars 2026 au 18\u00a0mars 2026, 3 tentatives de connexion sont inscrites" in told
        assert "3 jours distincts et 3 semaines distinctes" in told

    def test_an_attempt_without_a_date_is_counted_once_and_in_no_period(self) -> None:
        """Whoever adds the numbers of a petition must find the attempts of the ledger."""
        builder = CaseBuilder()
        builder.open()
        for occurred_at in (declared(START), None):
            builder.outcome(builder.attempt(occurred_at=occurred_at), "no_slot")
        told = told_of(builder)

        assert "Le 2 mars 2026, 1 tentative de connexion est inscrite au registre, sur 1 jour" in told
        assert "En outre, 1 tentative est inscrite au registre sans date déclarée." in told
        assert "2 tentatives" not in told

    def test_what_nobody_confirmed_is_counted(self) -> None:
        """A judge who learns it from the other side believes the rest less."""
        builder = CaseBuilder()
        builder.open()
        later = START + dt.timedelta(days=9)
        times = (declared(START), declared(later, source="file_name"), declared(later, source="now"))
        for occurred_at in times:
            attempt = builder.attempt(occurred_at=occurred_at)
            picture = shot()
            builder.reading(builder.exhibit(picture.data, picture.width, picture.height, attempt=attempt))
        told = told_of(builder)

        assert "Dates indiquées ou confirmées par une personne : 1 sur 3" in told
        assert "horloge de l’appareil, au moment de l’inscription : 1 ; tirées d’un fichier" in told
        assert "proposés par la machine seule, ou non classés : 3." in told

    def test_a_contradiction_is_told(self) -> None:
        """The other side compares the clock on the picture with the declared hour before it reads anything else."""
        builder = CaseBuilder()
        builder.open()
        attempt = builder.attempt(occurred_at=declared(START))
        picture = shot()
        exhibit = builder.exhibit(picture.data, picture.width, picture.height, attempt=attempt)
        assert "contradiction" not in told_of(builder)
        clock = Fact(fact="screen_clock", text="11:47", box=Box(left=900, top=740, width=60, height=20), confidence=96)
        builder.reading(exhibit, facts=(clock,))

        assert "1 contradiction entre ce que montrent les captures" in told_of(builder)

    def test_steps_with_their_answers(self) -> None:
        ((number, told),) = steps_told(Numbered(full_case().file))

        assert number == 1
        assert told.startswith("Lettre recommandée à Préfet, le 2\u00a0mars 2026 à 9\u00a0h\u00a014 (heure déclarée)")
        assert told.endswith("réponse (le 20\u00a0mars 2026)\u00a0: Patientez.")

    def test_a_date_that_was_corrected_is_the_one_told(self) -> None:
        """Whoever corrects the day of a visit must not find the old one in the request."""
        builder = CaseBuilder()
        builder.open()
        step = builder.add(kinds.Step(step="visit", occurred_at=declared(START)))
        later = declared(START + dt.timedelta(days=2))
        builder.add(kinds.Correction(target=step, field="occurred_at", value=later.text, occurred_at=later))
        ((_, told),) = steps_told(Numbered(builder.built().file))

        assert told.startswith("Passage sur place, le 4\u00a0mars 2026")

    @pytest.mark.parametrize("attempts", [0, 1, 2, 300])
    def test_any_number(self, attempts: int) -> None:
        """French agrees with its numbers, and nothing is said of what is not there."""
        told = " ".join(attempts_told(Numbered(make_case(attempts).file)))

        assert ("Aucune tentative de connexion" in told) is (attempts == 0)
        assert ("1 tentative de connexion est inscrite" in told) is (attempts == 1)
        assert ("plus long intervalle" in told) is (attempts > 1)
        assert "1 tentatives" not in told


class TestPetition:
    def test_holds_facts_exhibits_and_blanks(self) -> None:
        """Who, the facts, each condition with its exhibits, the list of exhibits, and what only a lawyer can write."""
        text = words_of(petition(dossier_of(full_case()), None)).replace("\u00a0", " ").replace("\u202f", " ")

        for said in (
            "Pour : Awa Diallo",
            "Contre : le préfet compétent (Seine-Saint-Denis)",
            "Urgence", "Utilité de la mesure", "Absence d’obstacle",
            "pièce n° 5",
            "[à compléter, ou ligne à supprimer]",
            "Capture d’écran, 2 mars 2026 à 9 h 14 (heure déclarée) : aucun créneau disponible, tentative n° 1",
            "[à compléter : tribunal compétent]",
            "[à compléter par l’avocat : délai]",
            "Projet à relire et à compléter avant tout dépôt. État du droit relevé le",
        ):  # fmt: skip
            assert said in text

    def test_quotes_nothing_but_the_data_file(self) -> None:
        """Every decision and article it names stands there, word for word."""
        text = words_of(petition(dossier_of(full_case()), None)).replace("\u00a0", " ").replace("\u202f", " ")
        known = " ".join(f"{block.title} {block.text} {block.source}" for block in legal_texts().blocks)
        known = known.replace("\u00a0", " ").replace("\u202f", " ")

        for number in re.findall(r"n° (\d{6,})", text):
            assert number in known
        for article in re.findall(r"\b([LR]\. ?\d{3}-\d+(?:-\d+)?)", text):
            assert article in known
        assert "« En cas d’urgence et sur simple requête" in text

    @pytest.mark.parametrize("counsel", [None, "Me Jeanne Kerv"])
    def test_counsel(self, counsel: str | None) -> None:
        text = words_of(petition(dossier_of(full_case()), counsel))

        assert ("Me Jeanne Kerv" in text) is (counsel is not None)
        assert ("s’il y en a un" in text) is (counsel is None)

    def test_judges_nothing_and_claims_nothing(self) -> None:
        text = words_of(petition(dossier_of(full_case()), None))

        assert not FORBIDDEN.search(DENIALS.sub("", text))
        assert not JUDGED.search(DENIALS.sub("", text))

    def test_is_a_plain_document(self) -> None:
        """Headings are headings, tables repeat theirs, the language is French, blanks are marked."""
        document = docx.Document(io.BytesIO(petition(dossier_of(full_case()), None)))
        styles = {paragraph.style.name for paragraph in document.paragraphs if paragraph.style}
        marked = [run.text for p in document.paragraphs for run in p.runs if run.font.highlight_color is not None]

        assert {"Title", "Heading 1", "Heading 2"} <= styles
        assert document.core_properties.language == "fr-FR"
        assert all(text.startswith("[") and text.endswith("]") for text in marked)
        assert len(marked) >= 8
        assert all("w:tblHeader" in table.rows[0]._tr.xml for table in document.tables)
        # Word heeds the widths of the cells, LibreOffice those of the grid.
        for table in document.tables:
            assert [column.width for column in table.columns] == [cell.width for cell in table.rows[-1].cells]
            assert len({column.width for column in table.columns}) > 1

    @pytest.mark.parametrize("name", ["A", "محمد", "Jean-Marie " * 8, "Zoë <b>& Ñandú\x0b"])
    def test_any_name_same_bytes(self, name: str) -> None:
        """Whatever the name, a file that opens; the same case gives the same bytes."""
        case = make_case(2, applicant=name)
        one, other = (petition(dossier_of(case), None) for _ in range(2))

        assert one == other
        assert name.strip().rstrip("\x0b") in words_of(one).replace("\ufffd", "").replace("\u00a0", " ")

    @pytest.mark.needs("soffice", "pdftotext")
    def test_opens_in_libreoffice(self, tmp_path: Path) -> None:
        """It becomes a PDF of some pages with the same words."""
        path = tmp_path / "requete.docx"
        path.write_bytes(petition(dossier_of(full_case()), None))
        profile = f"-env:UserInstallation=file://{tmp_path}/profile"
        command = ["soffice", profile, "--headless", "--convert-to", "pdf", str(path), "--outdir", str(tmp_path)]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        pages = texts(tmp_path / "requete.pdf")

        assert 2 <= len(pages) <= 8
        assert "Requête en référé mesures utiles" in pages[0]
        assert any("Contrat de travail" in page for page in pages)


class TestComplaint:
    @poppler
    @pytest.mark.parametrize("attempts", [0, 1, 2, 300])
    def test_any_number_of_attempts(self, tmp_path: Path, attempts: int) -> None:
        """Facts, steps, enclosures by number; short where there is little."""
        case = make_case(attempts, lambda n: [shot(60, 40, number=n, legible=False)])
        write_complaint(dossier_of(case), tmp_path / "c.pdf")
        pages = texts(tmp_path / "c.pdf")
        text = re.sub(r"\s+", " ", " ".join(pages))

        assert "Saisine du Défenseur des droits" in text
        assert "Aucune démarche hors de la plateforme" in text
        assert ("Aucune pièce n’est inscrite" in text) is (attempts == 0)
        assert len(pages) <= 2 or attempts == 300
        assert (tmp_path / "c.pdf").stat().st_size < 500_000
        assert not FORBIDDEN.search(DENIALS.sub("", text))
        assert not JUDGED.search(DENIALS.sub("", text))

    @poppler
    def test_every_exhibit_is_listed(self, tmp_path: Path) -> None:
        case = full_case()
        write_complaint(dossier_of(case), tmp_path / "c.pdf")
        text = re.sub(r"\s+", " ", " ".join(texts(tmp_path / "c.pdf")))

        for said in ("Contrat de travail", "démarche n° 1 : lettre.pdf", "tentative n° 3", case.root):
            assert said in text

    @pytest.mark.needs("javac")
    @pytest.mark.parametrize("name", ["Awa Diallo", "محمد", "A" * 80])
    def test_conforms(self, tmp_path: Path, name: str) -> None:
        write_complaint(dossier_of(full_case(applicant=name)), tmp_path / "c.pdf")

        assert broken_rules(tmp_path / "c.pdf") == []


@pytest.mark.parametrize(("kind", "name"), [("petition", "requete.docx"), ("complaint", "saisine.pdf")])
def test_is_recorded(tmp_path: Path, kind: str, name: str) -> None:
    """Its digest goes into the ledger, as an export of its kind."""
    program: Cli = prepared(tmp_path)
    told = program.json("export", kind, "-o", tmp_path / name)
    said = program.json("show", told["size"])["entry"]["says"]

    assert (said["export"], said["sha256"]) == (kind, told["sha256"])
