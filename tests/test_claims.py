"""Nothing that leaves the program claims what it must not: every export of one rich case, read as people read it."""

import contextlib
import datetime as dt
import re
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docx
import pikepdf
import pytest
import typer
from cli_runner import CASE, PERSON, Argument, DictatedEngine, call
from helpers import draw
from tsa import Authority

from evidence_vault import cli
from evidence_vault.exports.legal import legal_texts

pytestmark = pytest.mark.needs("pdftotext")

SEVERAL = r"(?:[2-9]|\d\d+|deux|trois|quatre|cinq|six|dix|plusieurs) (?:jours|semaines|tentatives|captures)"

FORBIDDEN = {
    # DESIGN 6 and 8.9: our output is no act of anybody else. Nothing here checks that a token is a qualified one.
    r"\bconstat(?:s|ations?)?\b": "Le présent constat a été dressé le 2 mars 2026.",
    r"\bprocès[- ]verba": "Procès-verbal de connexion.",
    r"\baccusés? de réception\b": "Ce relevé est un accusé de réception.",
    # LEGAL 10: neither signatures nor times are "qualifiés" or "certifiés".
    r"\bcertifi(?:é|ée|és|ées|er|e|ent|ons)\b": "Captures d’écran certifiées.",
    r"\bqualifiée?s?\b": "Chaque heure porte un horodatage qualifié.",
    # LEGAL 9, line 1: what the Défenseur des droits asks of the prefects is not what a user can make.
    r"\baccusés? de connexion\b": "Cet accusé de connexion est nominatif et daté.",
    # DESIGN 6 and LEGAL 10: no number of attempts is law, and of no number of weeks is it said that they suffice.
    rf"\b(?:au moins|minimum(?: de)?) {SEVERAL}": "La jurisprudence demande au moins 3 tentatives.",
    rf"\b(?:faut|exigent?|requi\w+|impos\w+|demandent?) (?:\w+ )?{SEVERAL}": "Il faut trois semaines.",
    r"\bminim(?:al|ale|um)\b": "Le nombre minimal est de trois.",
    r"\bseuils? (?:légal|requis|exigé|atteint|fixé)": "Le seuil requis est de trois semaines.",
    r"\b(?:in)?suffi(?:t|sent|sait|ra|ront|re|sante?s?|samment)\b": "Deux semaines suffisent.",
    # DESIGN 6: the legal test is never said to be met.
    r"\b(?:est|sont|paraît) (?:\w+ )?(?:rempli|satisfait|réuni|caractérisé|avéré)e?s?\b": "Le critère est rempli.",
    r"\bl’(?:urgence|utilité) est (?:en principe |donc )?(?:établi|démontré|admis|reconnu)": "L’utilité est établie.",
    # DESIGN 6: no legal advice.
    r"\bvous (?:devez|devriez) (?:saisir|demander|former|déposer)\b": "Vous devriez saisir le juge des référés.",
    r"\bnous (?:vous )?(?:conseillons|recommandons)\b": "Nous vous conseillons un référé.",
    r"\b(?:a|avez|ont) droit (?:à|au)\b": "Le demandeur a droit à un récépissé.",
    r"\billéga\w+|\bméconn\w+": "Le refus est illégal.",
    # DESIGN 6: integrity is not authenticity, a user's own key is nobody's identity, order is not completeness.
    r"\bauthenti\w+": "L’authenticité des captures est établie.",
    r"\bl’identité d": "La signature établit l’identité de son auteur.",
    r"\bexhausti\w+|\bcomplétude\b": "Ce relevé est exhaustif.",
    r"(?<!\bne )\bprouve(?:nt|ra)?\b": "La chaîne prouve que la page existait.",
    r"\bgaranti(?:t|e|es|s|ssent)?\b": "L’heure est garantie.",
    # LEGAL 10: "copie fiable" in the sense of the code civil, and what is said with it.
    r"\bcopies? fiables?\b": "Chaque capture est une copie fiable.",
    r"\bprésumée?s?\b": "L’heure est présumée exacte.",
    r"\bf(?:ait|ont|aisant) foi\b|\b(?:force|valeur) probante\b|\bopposables?\b": "Ces dates font foi.",
    r"\binfalsifiables?\b|\birréfutables?\b|\bincontestables?\b": "Une preuve infalsifiable.",
    # LEGAL 9, line 17: the services alone deliver an "attestation de dépôt"; nothing imitates it.
    r"\battestations? de dépôt\b": "Attestation de dépôt de la demande.",
    r"\b(?:vaut|tient lieu|fait office) (?:de |d’)?(?:récépissé|convocation|attestation|titre)": "Il vaut récépissé.",
    r"\bprolonge\b|\bautorise\b|\bni le séjour\b": "Ce document prolonge le titre.",
    # DESIGN 8.9: how this article is numbered today is not settled.
    r"(?<!\bancien )\bart(?:icle|\.) R\. 311-9\b": "Selon l’article R. 311-9, l’étranger peut justifier.",
    # LEGAL 10: numbers of articles.
    r"\bR\.? ?433-3\b": "Article R. 433-3 du CESEDA.",
    r"\bL\.? ?411-4\b": "Article L. 411-4 du CESEDA.",
    r"\bR\.? ?431-8\b": "Article R. 431-8 du CESEDA.",
    r"\bL\.? ?431-3\b": "Article L. 431-3 du CESEDA.",
    r"\bR\.? ?112-(?:9-2|11-[34])\b": "Article R. 112-11-3 du CRPA.",
    r"\bL\.? ?112-(?:8|11)\b": "Le module viole l’article L. 112-8.",
    r"\bart(?:icle|\.) 6\b": "Article 6 de la loi organique relative au Défenseur des droits.",
    # LEGAL 10: decisions that have no number there, and LEGAL 0.8: what the sources cite wrongly.
    r"\bCass\. ?soc|\bchambre sociale\b": "Cass. soc., 12 mai 2020.",
    r"\bcour administrative d’appel\b|\bCAA\b": "La cour administrative d’appel de Marseille l’a jugé.",
    r"\b29 novembre 2019\b|\bordonnance\b[^.]{0,60}435594": "Ordonnance du Conseil d’État n° 435594.",
    # LEGAL 10: a fourth condition, lawyers and hearings, the delay of an acknowledgement, the size of a whole filing.
    r"\bcontestation sérieuse\b": "Il n’existe aucune contestation sérieuse.",
    r"\b(?:sans|dispens\w+ d’un|ministère d[’u]) ?avocat\b": "La requête est présentée sans avocat.",
    r"\baudience\b|\bcassation\b|\bpourvoi\b": "Le juge statue sans audience.",
    r"\bjours ouvrés\b|\baccus\w+ réception\b": "L’administration accuse réception sous dix jours.",
    r"\btaille totale\b|\bM(?:o|B) (?:au total|par (?:requête|envoi|dépôt))": "La taille totale est de 128 Mo.",
    # DESIGN 8.9: a folder is checked against rules that are listed, an authority is on a list that was supplied.
    r"\brecevab\w+|\bconformes? (?:aux règles|au code)": "Ce dossier de pièces est recevable.",
    r"\b(?:tiers|prestataires?|autorités?) de confiance\b|\bagréée?s?\b": "Une autorité de confiance l’atteste.",
}
"""What must not be claimed, each pattern with a sentence that claims it."""

ALLOWED = (
    "Ce document n’est ni un constat, ni un procès-verbal, ni un accusé de réception.",
    "Ce n’est pas une attestation de dépôt et il ne prolonge aucun titre.",
    "Il ne dit pas qu’une condition posée par la loi ou par un juge est remplie.",
    "Le dossier ne dit pas si une condition est remplie ; il appartient au juge de l’apprécier.",
    "Les faits sont tirés du registre ; rien n’y dit qu’une condition est remplie.",
    "Aucun de ces textes ne fixe un nombre minimal de tentatives, et ce dossier n’affirme pas qu’une condition légale "
    "est remplie.",
    "Ce document n’est pas une attestation de dépôt et ne prolonge aucun titre.",
    "L’attestation de dépôt est délivrée par les services qui ont reçu la demande.",
    "Ce relevé, établi par une partie, n’en tient pas lieu : il n’autorise ni le séjour ni le travail.",
    "cette annexe n’est pas un constat et n’affirme la conformité à aucune norme.",
    # What signatures and time stamps do not prove, and the one thing that they do.
    "La signature du registre n’est pas qualifiée : elle est créée par une clé que détient celui qui le tient.",
    "(horodatage interne non qualifié)",
    "; non vérifiée comme qualifiée",
    "autorité non vérifiée comme qualifiée",
    "Aucune autorité n’a été vérifiée ici comme qualifiée.",
    "; aucune n’est dite qualifiée.",
    "L’intégrité n’est pas l’authenticité.",
    "L’ordre n’est pas la complétude.",
    "il ne prouve par lui-même ni l’exactitude des heures déclarées, ni l’identité de leur auteur.",
    "pas l’exactitude de l’heure ni l’identité du signataire.",
    "et ne prouve l’identité de personne.",
    "elle ne prouve l’identité de personne.",
    "Une contremarque prouve une existence, pas un fait.",
    # Of a command, not of a case.
    "L’en-tête de cette inscription suffit ; aucune autre n’est lue.",
    # Words of texts and decisions, each printed with its source and nature.
    "« En cas d’urgence et sur simple requête qui sera recevable même en l’absence de décision administrative "
    "préalable, le juge des référés peut ordonner toutes autres mesures utiles",
    "par la présentation d’une attestation de dépôt de sa demande de renouvellement.",
    "Elle vaut convocation pour la remise du titre de séjour sollicité. »",
    "Délivrent un accusé de connexion nominatif et daté à chaque connexion d’un usager",
    "les captures d’écran produites, peu nombreuses et prises sur « un temps court de quelques jours », étaient "
    "insuffisantes au regard de l’utilité et de l’urgence.",
    "L’urgence est en principe admise pour un renouvellement ; pour une autre demande, le requérant doit justifier de "
    "circonstances particulières.",
    "Les demandes ont été accueillies au vu d’un courriel adressé à la préfecture et de captures d’écran étalées sur "
    "au moins trois semaines. Ces ordonnances valent pour les affaires qu’elles jugent ; elles ne fixent aucun seuil.",
    "Une demande a été rejetée parce que les captures d’écran n’étaient « pas suffisamment lisibles »",
)
"""The sentences in which such words stand all the same: each denies them, or quotes a text that is named."""

REFERENCE = re.compile(r"\b[LRDA]\.? ?\*?\d{3}-\d+(?:-\d+)*|\bart(?:icle|\.) \d+|n° ?(?:\d{6,}(?:/\d+)?|\d{4}-\d+)")
RULES_OF_FILING = {"R. 412-2", "R. 414-5"}
"""Articles of the code de justice administrative on how exhibits are filed: named, never quoted."""

ARGUMENTS: dict[str, tuple[tuple[Argument, ...], ...]] = {
    "dossier": ((), ("--outcome", "no_slot", "--counsel", "Me Jeanne Kerv", "--letterhead", "Cabinet Kerv")),
    "record": ((1,), (1, "--withhold", "address")),
    "exhibits": ((), ("--series",)),
    "bundle": ((),),
    "justification": ((),),
    "card": ((),),
    "petition": ((),),
    "complaint": ((),),
    "collective": ((), ("--named",)),
}
NOT_OURS = {"words": "what stands on a screenshot, which the platform says"}


def exports() -> dict[str, Any]:
    """The commands of `export`, by name."""
    return dict(typer.main.get_command(cli.app).commands["export"].commands)  # type: ignore[attr-defined]


def claims(text: str) -> list[str]:
    """What of FORBIDDEN stands in `text` outside the allowed sentences, with a few words around it."""
    for sentence in ALLOWED:
        text = text.replace(sentence, "¶")
    found = (match for pattern in FORBIDDEN for match in re.finditer(pattern, text, re.IGNORECASE))
    return [text[max(0, match.start() - 60) : match.end() + 60] for match in found]


def references(text: str) -> set[str]:
    """Articles and numbers of decisions, in one spelling."""
    spelled = (re.sub(r"^([LRDA])\.? ?", r"\1. ", found) for found in REFERENCE.findall(text))
    return {re.sub(r"^n° ?", "n° ", found) for found in spelled}


FURNITURE = re.compile(r"(?:^[^\f\n]*\n){0,2}^[^\f\n]*page \d+ / \d+\n", re.MULTILINE)
"""What stands at the head of each page of ours: taken apart, a sentence goes on over it."""


def words_of_pdf(path: Path) -> Iterator[str]:
    """What is drawn, then what is told without being drawn: descriptions of pictures, bookmarks, notes."""
    drawn = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True).stdout.decode()
    yield from (FURNITURE.sub("", drawn.replace("\f", "")), *FURNITURE.findall(drawn))
    with pikepdf.open(path) as pdf:
        described = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary)]
        told = ("/Alt", "/ActualText", "/Contents", "/Title", "/Subject", "/Keywords")
        yield from (str(item[key]) for item in described for key in told if isinstance(item.get(key), pikepdf.String))


def words_of_docx(path: Path) -> Iterator[str]:
    """Paragraphs, tables, head and foot of the pages, and the title of the document."""
    document = docx.Document(str(path))
    yield from (paragraph.text for paragraph in document.paragraphs)
    yield from (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    edges = [edge for section in document.sections for edge in (section.header, section.footer)]
    yield from (paragraph.text for edge in edges for paragraph in edge.paragraphs)
    yield from (document.core_properties.title, document.core_properties.subject, document.core_properties.comments)


def words_of_zip(path: Path) -> Iterator[str]:
    """Every member that is text; the others are originals, proofs and signatures."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            with contextlib.suppress(UnicodeDecodeError):
                yield archive.read(name).decode()


def words_of(path: Path) -> str:
    """All that a person can read in a file or a folder, on one line with ordinary blanks."""
    if path.is_dir():
        return " ".join(map(words_of, sorted(path.iterdir())))
    read = {".pdf": words_of_pdf, ".docx": words_of_docx, ".zip": words_of_zip}.get(path.suffix)
    return re.sub(r"\s+", " ", " ".join(read(path)) if read else path.read_text("utf-8"))


@dataclass(frozen=True)
class Program:
    """The program in French with its vault, and all that it said."""

    folder: Path
    said: list[str] = field(default_factory=list)

    def __call__(self, *arguments: Argument) -> str:
        """Call it; it must succeed, or tell (3) that something cannot be established yet."""
        answer = call("--vault", self.folder / "vault", "--lang", "fr", *arguments)
        assert answer.code in {0, 3}, answer
        self.said.append(answer.out + answer.err)
        return self.said[-1]

    def picture(self, name: str, text: str, size: tuple[int, int] = (480, 160)) -> Path:
        path = self.folder / name
        path.write_bytes(draw(text, size))
        return path


def record(program: Program, dictate: Callable[[str], None]) -> None:
    """A case with all that an export can speak of: refusals, a slot, what cannot be read, steps, documents."""
    program("init", *PERSON)
    person = ("--birthplace", "Thiès", "--phone", "+33 6 39 98 00 00", "--agdref", "0000000000")
    title = ("--request", "renewal", "--title", "Carte de résident", "--title-expiry", "2027-01-31", "--not-r431-2")
    program("case", "new", *CASE, *person, *title, "--online-only", "--file-ready", "--no-prior-decision")
    site = ("--url", "https://www.rdv.example.org/creneau/", "--platform", "RDV-Préfecture", "--browser", "Firefox 128")
    dictate("Aucun créneau disponible")
    for day, width in (("2026-03-02", 480), ("2026-03-11", 481), ("2026-03-27", 482)):
        shown = program.picture(f"capture-{day}.png", "Aucun créneau disponible", (width, 160))
        program("log", shown, *site, "--occurred-at", f"{day}T08:12", "--outcome", "no_slot")
    program("log", shown, "--occurred-at", "2026-03-28T12:30", "--outcome", "no_slot", "--note", "la même image")
    program("correct", 1, "--outcome", "site_error", "--reason", "erreur de saisie")
    dictate("")
    program("log", program.picture("floue.png", "?", (60, 40)), "--yes")
    dictate("Votre rendez-vous est confirmé")
    program("log", program.picture("offre.png", "Votre rendez-vous est confirmé"), "--outcome", "appointment_obtained")
    answered = ("--answer", "Patientez.", "--answered-on", "2026-03-20")
    letter = ("--to", "Préfet", "--summary", "Demande de rendez-vous.", "--occurred-at", "2026-03-10T10:00")
    program("step", "registered_letter", program.picture("lettre.png", "Lettre"), *letter, *answered)
    program("step", "phone", "--summary", "Sans réponse.", "--occurred-at", "2026-03-12T10:00")
    for kind, shows in (("contract", "urgency"), ("receipt", "utility"), ("decision", "no_obstacle")):
        program("exhibit", program.picture(f"{kind}.png", kind), "--kind", kind, "--shows", shows)


def hand_over(program: Program, state: str, roots: tuple[Argument, ...]) -> Iterator[tuple[str, str]]:
    """Make every export, and say of each what it reads as; then where the case stands, and what `verify` says of it."""
    for name, command in exports().items():
        options = {parameter.name: parameter for parameter in command.params}
        for number, arguments in enumerate(ARGUMENTS.get(name, ())):
            out = program.folder / f"{state}-{number}-{options['output'].default}"
            program("export", name, *arguments, "-o", out, *(roots if "tsa_root" in options else ()))
            yield f"{name} {number}, {state}", words_of(out)
    for path in program.folder.glob(f"{state}-*.json"):
        yield f"{path.name}, {state}", words_of(path)
    program("check-exhibits", program.folder / f"{state}-0-{exports()['exhibits'].params[0].default}")
    for told in (("status",), ("verify", program.folder / f"{state}-0-dossier.pdf", *roots)):
        yield f"{told[0]}, {state}", program(*told) + program("--json", *told)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each output of the program reads as, before a third party attested anything and after."""
    program = Program(tmp_path_factory.mktemp("claims"))
    root, authority = program.folder / "root.pem", Authority.create()
    root.write_bytes(authority.root_pem)
    with pytest.MonkeyPatch.context() as patch:
        record(program, lambda text: patch.setattr("evidence_vault.ocr.engine.probe", lambda: DictatedEngine(text)))
        outputs = dict(hand_over(program, "unattested", ()))
        with authority.serving() as served:
            served.gen_time = dt.datetime.now(dt.UTC).replace(microsecond=0)
            program("stamp", "--tsa", served.url, "--tsa-root", root)
        outputs |= dict(hand_over(program, "attested", ("--tsa-root", root)))
    outputs["all that was said in passing"] = "\n".join(program.said)
    return {name: re.sub(r"\s+", " ", text) for name, text in outputs.items()}


def test_no_export_is_left_out() -> None:
    """A new export is read here, or is named with the reason why not."""
    assert set(exports()) == set(ARGUMENTS) | set(NOT_OURS)


def test_nothing_claims_what_it_must_not(printed: dict[str, str]) -> None:
    """No forbidden word stands anywhere but in the sentences that are listed."""
    found = {name: claims(text) for name, text in printed.items()}

    assert {name: what for name, what in found.items() if what} == {}


def test_every_listed_sentence_is_needed(printed: dict[str, str]) -> None:
    """Each is printed somewhere, word for word, and holds what would be forbidden."""
    text = " ".join(printed.values())

    assert [sentence for sentence in ALLOWED if sentence not in text] == []
    assert [sentence for sentence in ALLOWED if not any(re.search(p, sentence, re.I) for p in FORBIDDEN)] == []


@pytest.mark.parametrize(("pattern", "planted"), FORBIDDEN.items())
def test_a_claim_is_found(pattern: str, planted: str) -> None:
    """One sentence more among all that is allowed, and it is found by the pattern meant for it."""
    assert re.search(pattern, planted, re.IGNORECASE)
    assert claims(" ".join(ALLOWED)) == []
    assert claims(" ".join((*ALLOWED, planted))) != []


@pytest.mark.parametrize(
    "said",
    [
        "Ce document est un constat, un procès-verbal, un accusé de réception.",
        "La signature du registre est qualifiée : elle est créée par une clé que détient celui qui le tient.",
        "Une attestation de dépôt, et il prolonge le titre.",
    ],
)
def test_a_denial_that_lost_its_negation_is_found(said: str) -> None:
    """What is allowed is the sentence, not the word."""
    assert claims(said) != []


def test_every_legal_reference_is_known(printed: dict[str, str]) -> None:
    """An article or a decision that is named stands in the data file with its source, or is a rule on filing."""
    blocks = " ".join(f"{block.title} {block.text} {block.source}" for block in legal_texts().blocks)
    known = references(re.sub(r"\s+", " ", blocks)) | RULES_OF_FILING
    found = {name: references(text) for name, text in printed.items()}

    assert {name: named - known for name, named in found.items() if named - known} == {}
    assert {"L. 521-3", "R. 431-5", "R. 311-9", "R. 414-5", "n° 435594", "n° 2016798/9"} <= set().union(*found.values())


@pytest.mark.parametrize(
    "planted", ["art. R. 433-1", "l’article L.\u00a0432-13", "n°\u00a0420343", "n° 2019-266", "article 455", "R431-12"]
)
def test_an_unknown_reference_is_found(planted: str) -> None:
    assert references(re.sub(r"\s+", " ", f"Voir {planted}."))
