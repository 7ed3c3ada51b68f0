"""What entries say: known kinds and known fields only, through sealing and back."""

import pytest

from evidence_vault import kinds, values
from evidence_vault.entries import parse_body, seal
from evidence_vault.kinds import KINDS, from_fields, kind_of, links, to_fields

TIME = values.DeclaredTime(
    text="2026-03-02 09:14",
    instant="2026-03-02T08:14:00.000Z",
    zone="Europe/Paris",
    source="flag",
    precision="minute",
    confirmed_by="flag",
)
DATED = {"text": "x", "instant": "2026-03-02T08:14:00.000Z", "zone": "Europe/Paris", "source": "flag"}
BOX = values.Box(left=1, top=2, width=30, height=4)

# One entry of each kind, every field filled.
FULL: dict[str, kinds.Said] = {
    "case_opened": kinds.CaseOpened(
        public_key="ab" * 32,
        operator="Awa Diallo",
        capacity="applicant",
        applicant="Awa Diallo",
        born="1990-04-12",
        birthplace="Thiès",
        nationality="Sénégal",
        address="12 rue des Lilas, 93200 Saint-Denis",
        email="awa@example.org",
        phone="+33 6 39 98 00 00",
        agdref="9900000000",
        prefecture="Seine-Saint-Denis",
        procedure="Admission exceptionnelle au séjour",
        request="first",
        title_held="aucun",
        title_expiry="2026-06-30",
        on_r431_2_list=False,
        online_only=True,
        file_ready=False,
        prior_decision=False,
        time_zone="Europe/Paris",
    ),
    "case_updated": kinds.CaseUpdated(changes={"phone": None, "on_r431_2_list": True, "address": "3 rue Neuve"}),
    "attempt": kinds.Attempt(
        origin="import",
        operator="Awa Diallo",
        capacity="helper",
        occurred_at=TIME,
        ended_at=TIME,
        reached="étape 3",
        url="https://www.example.org/booking/create/1",
        platform="RDV-Préfecture",
        note="🙂 مرحبا",
        environment=(values.EnvironmentItem(name="os", value=None, basis="unknown"),),
        reuses=(2, 5),
    ),
    "exhibit": kinds.Exhibit(
        attempt=1,
        step=4,
        document="screenshot",
        label="capture",
        shows=("urgency", "no_obstacle"),
        sha256="cd" * 32,
        size=12,
        media_type="image/png",
        name="capture.png",
        width=480,
        height=160,
        frames=1,
        indications=(values.Indication(source="png", text="2026-03-02"),),
    ),
    "reading": kinds.Reading(
        exhibit=2,
        status="read",
        engine="an engine",
        text="Aucun créneau",
        words=(values.Word(text="Aucun", box=BOX, confidence=91),),
        confidence=91,
        legible=True,
        score=930,
        reasons=(values.Reason(code="text_too_small", params={"pixels": 9}),),
        outcome="no_slot",
        outcome_detail="a detail",
        quotes=(values.Quote(phrase="full", text="Aucun créneau", box=BOX),),
        screen_clock="09:14",
        address="example.org",
        platform_dates=("2 mars",),
        facts=(values.Fact(fact="platform_date", text="2 mars", box=BOX, confidence=91),),
    ),
    "outcome": kinds.OutcomeStated(
        attempt=1,
        reading=3,
        proposed="no_slot",
        outcome="site_error",
        outcome_detail="http_502",
        confirmed_by="person",
        occurred_at=TIME,
    ),
    "step": kinds.Step(
        step="registered_letter",
        occurred_at=TIME,
        recipient="préfecture",
        reference="1A 000 000 0000 0",
        summary="demande de rendez-vous",
        answer="aucune",
        answered_on="2026-04-02",
        operator="Awa Diallo",
        reuses=(2,),
    ),
    "correction": kinds.Correction(
        target=1, field="occurred_at", value="10:00", occurred_at=TIME, reason="erreur", operator="Awa Diallo"
    ),
    "redaction": kinds.Redaction(target=2, boxes=(BOX,), fields=("name",), reason="vie privée", operator="Awa Diallo"),
    "export": kinds.ExportMade(export="dossier", size=9, root="ef" * 32, sha256="01" * 32),
    "timestamp": kinds.Timestamp(
        size=12,
        protocol="rfc3161",
        authority="example",
        status="valid",
        sha256="cd" * 32,
        request="ef" * 32,
        time="2026-03-02T08:14:00.000Z",
        accuracy_ms=1000,
        replaces=3,
    ),
    "certificate": kinds.Certificate(use="document", certificate="MIIB", origin="self_issued"),
}

every_kind = pytest.mark.parametrize("kind", sorted(KINDS))


def test_every_kind_is_filled_here() -> None:
    """The table above leaves out no kind and no field, or the tests below would prove less than they say."""
    assert set(FULL) == set(KINDS)
    for kind, said in FULL.items():
        assert isinstance(said, KINDS[kind])
        assert all(value is not None for value in to_fields(said).values()), kind


@every_kind
def test_read_back(kind: str) -> None:
    """An entry comes back as it was said, through sealing and the bytes that are stored."""
    body = parse_body(seal(to_fields(FULL[kind])).encode())

    assert FULL[kind] == from_fields(kind, body.fields())
    assert kind == kind_of(FULL[kind])


@every_kind
def test_an_empty_entry_read_back(kind: str) -> None:
    """An entry of which nothing is known comes back so."""
    empty = KINDS[kind]()

    assert empty == from_fields(kind, seal(to_fields(empty)).fields())


@every_kind
def test_a_withheld_field_is_none(kind: str) -> None:
    """Withholding any one field leaves every other one as it was said, and nothing in its place."""
    fields = to_fields(FULL[kind])

    for name in fields:
        told = to_fields(from_fields(kind, seal(fields).without([name]).fields()))
        assert told == {**fields, name: None}


@every_kind
def test_an_unknown_field_is_refused(kind: str) -> None:
    """A field of a newer program is refused rather than half understood."""
    with pytest.raises(ValueError, match="unknown field `later`"):
        from_fields(kind, {**to_fields(FULL[kind]), "later": 1})


@every_kind
def test_an_unknown_field_is_refused_even_if_it_is_withheld(kind: str) -> None:
    """Nobody can hide beside the fields of a kind something that no reader knows."""
    with pytest.raises(ValueError, match="unknown field"):
        from_fields(kind, {}, ["later"])


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        pytest.param("attempt", "occurred_at", {"text": "x"}, id="time-incomplete"),
        pytest.param("attempt", "origin", "guess", id="unknown-origin"),
        pytest.param("attempt", "reuses", ["2"], id="index-as-text"),
        pytest.param("exhibit", "size", "12", id="size-as-text"),
        pytest.param("exhibit", "size", True, id="size-as-truth"),
        pytest.param("reading", "legible", 1, id="truth-as-number"),
        pytest.param("reading", "outcome", "full", id="unknown-outcome"),
        pytest.param("reading", "reasons", [{"code": "x", "later": 1}], id="unknown-field-inside"),
        pytest.param("outcome", "confirmed_by", "machine", id="unknown-confirmation"),
        pytest.param("step", "step", "pigeon", id="unknown-step"),
        pytest.param("case_opened", "applicant", 7, id="name-as-number"),
        pytest.param("case_opened", "public_key", "ab" * 31, id="key-too-short"),
        pytest.param("case_opened", "public_key", "AB" * 32, id="key-in-upper-case"),
        pytest.param("case_opened", "public_key", "ab" * 32 + "\n", id="key-with-line-feed"),
        pytest.param("exhibit", "sha256", "../../etc/passwd", id="digest-as-path"),
        pytest.param("exhibit", "attempt", -1, id="negative-index"),
        pytest.param("attempt", "reuses", [-1], id="negative-index-in-a-list"),
        pytest.param("correction", "target", -1, id="negative-target"),
        pytest.param("exhibit", "size", -1, id="negative-size"),
        pytest.param("step", "occurred_at", {**DATED, "instant": "yesterday"}, id="instant-in-words"),
        pytest.param("step", "occurred_at", {**DATED, "instant": "2026-19-39T29:59:59.999Z"}, id="month-19"),
        pytest.param("step", "occurred_at", {**DATED, "instant": "2026-02-30T08:14:00.000Z"}, id="30-february"),
        pytest.param("step", "occurred_at", {**DATED, "instant": "2026-02-28T24:00:00.000Z"}, id="hour-24"),
        pytest.param("step", "occurred_at", {**DATED, "instant": "0000-02-28T08:14:00.000Z"}, id="year-0000"),
        pytest.param("step", "occurred_at", {**DATED, "precision": "year"}, id="unknown-precision"),
    ],
)
def test_a_wrong_type_is_refused(kind: str, name: str, value) -> None:
    """A value of another type, or a word that is not one of the fixed ones, is refused and never converted."""
    with pytest.raises(ValueError, match=name):
        from_fields(kind, {name: value})


@pytest.mark.parametrize("time", ["2026-02-30T08:14:00.000Z", "2026-13-01T08:14:00.000Z"])
def test_a_stamp_of_a_day_that_does_not_exist(time: str) -> None:
    """The time that a proof is said to state must exist too."""
    with pytest.raises(ValueError, match=r"day|month"):
        from_fields("timestamp", {"time": time})


@pytest.mark.parametrize("name", ["public_key", "operator", "capacity", "shoe_size"])
def test_what_a_case_cannot_change(name: str) -> None:
    """Neither the key that the ledger is checked with nor who kept it can be replaced later."""
    with pytest.raises(ValueError, match="cannot change"):
        from_fields("case_updated", {"changes": {name: "ab" * 32}})


def test_a_change_has_the_type_of_its_field() -> None:
    """A change that the case itself could not have said is refused."""
    with pytest.raises(ValueError, match="request"):
        from_fields("case_updated", {"changes": {"request": "sometimes"}})


@pytest.mark.parametrize("kind", ["", "attempts", "beacon", "Attempt"])
def test_an_unknown_kind_is_refused(kind: str) -> None:
    """A kind of a newer program is refused rather than half understood."""
    with pytest.raises(ValueError, match="unknown kind"):
        from_fields(kind, {})


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("case_opened", []),
        ("case_updated", []),
        ("attempt", [(2, "exhibit"), (5, "exhibit")]),
        ("exhibit", [(1, "attempt"), (4, "step")]),
        ("reading", [(2, "exhibit")]),
        ("outcome", [(1, "attempt"), (3, "reading")]),
        ("step", [(2, "exhibit")]),
        ("correction", [(1, None)]),
        ("redaction", [(2, None)]),
        ("export", []),
    ],
)
def test_links(kind: str, expected: list[tuple[int, str | None]]) -> None:
    """The entries that an entry speaks of, each with the kind it must be of; none where nothing is known."""
    assert expected == list(links(FULL[kind]))
    assert list(links(KINDS[kind]())) == []


def test_replace_leaves_the_original_alone() -> None:
    """A changed copy is a copy."""
    exhibit = FULL["exhibit"]
    assert isinstance(exhibit, kinds.Exhibit)

    changed = kinds.replace(exhibit, attempt=9)

    assert (changed.attempt, exhibit.attempt) == (9, 1)
    with pytest.raises(AttributeError):
        exhibit.attempt = 9  # type: ignore[misc]


def test_a_reading_older_than_its_facts_is_read() -> None:
    """An entry whose body has no such field says what it said; its digest is over the fields that it has."""
    fields = {name: value for name, value in to_fields(FULL["reading"]).items() if name != "facts"}
    body = parse_body(seal(fields).encode())

    assert set(body.fields()) == set(kinds.Reading.__struct_fields__) - {"facts"}
    assert from_fields("reading", body.fields()) == kinds.replace(FULL["reading"], facts=None)
