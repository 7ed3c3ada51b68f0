"""Trusted lists: an authority is on the list that was supplied, as granted at the time of its token, or it is not."""

import base64
import datetime as dt

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from tsa import STAMPED, Authority, certificate, der, private_key

from evidence_vault.signing.tokens import TokenJudgement, judge
from evidence_vault.signing.trusted_list import MAX_LIST_BYTES, QualifiedFinding, qualification

DATA = b"a checkpoint"
DAY = dt.timedelta(days=1)
QTST = "http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST"
CA_QC = "http://uri.etsi.org/TrstSvc/Svctype/CA/QC"
STATUS = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus"

Stage = tuple[dt.datetime, str, str]
"""From when on, of which type, with which status."""


def stage(moment: dt.datetime, status: str = "granted", kind: str = QTST) -> Stage:
    return moment, kind, status


def information(tag: str, at: Stage, identity: str) -> str:
    moment, kind, status = at
    return (
        f"<{tag}><ServiceTypeIdentifier>{kind}</ServiceTypeIdentifier>"
        f'<ServiceName><Name xml:lang="fr">Horodatage d’essai</Name></ServiceName>'
        f"<ServiceDigitalIdentity>{identity}</ServiceDigitalIdentity>"
        f"<ServiceStatus>{STATUS}/{status}</ServiceStatus>"
        f"<StatusStartingTime>{moment:%Y-%m-%dT%H:%M:%SZ}</StatusStartingTime></{tag}>"
    )


def service(identity: bytes | str, *stages: Stage) -> str:
    """A service with its newest stage first, as lists give them."""
    now, *earlier = stages
    known = (
        identity
        if isinstance(identity, str)
        else f"<DigitalId><X509Certificate>\n{base64.encodebytes(identity).decode()}</X509Certificate></DigitalId>"
    )
    history = "".join(information("ServiceHistoryInstance", each, "<DigitalId/>") for each in earlier)
    inner = information("ServiceInformation", now, known)
    return f"<TSPService>{inner}<ServiceHistory>{history}</ServiceHistory></TSPService>"


def trusted_list(*services: str, issued: str = "2026-11-01T10:00:00Z", before: str = "") -> bytes:
    """A list as Member States publish them, less what nobody reads here."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{before}'
        '<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#" Id="invented">'
        f"<SchemeInformation><SchemeTerritory>FR</SchemeTerritory><ListIssueDateTime>{issued}</ListIssueDateTime>"
        "</SchemeInformation><TrustServiceProviderList><TrustServiceProvider><TSPInformation><TSPName>"
        '<Name xml:lang="fr">Prestataire d’essai</Name></TSPName></TSPInformation>'
        f"<TSPServices>{''.join(services)}</TSPServices></TrustServiceProvider></TrustServiceProviderList>"
        "</TrustServiceStatusList>"
    ).encode()


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.create(intermediate=True)


@pytest.fixture(scope="module")
def token(authority: Authority) -> TokenJudgement:
    return judge(authority.stamp(DATA), DATA, None, authority.roots)


def look_up(token: TokenJudgement, data: bytes) -> QualifiedFinding:
    assert token.certificate is not None
    assert token.gen_time is not None
    return qualification(token.certificate, token.chain, token.gen_time, data)


class TestListed:
    @pytest.mark.parametrize("who", ["signer", "between", "root"])
    def test_the_signer_or_somebody_above_it(self, who: str, authority: Authority, token: TokenJudgement) -> None:
        """Lists name the certificate that stamps, or the one that issued it, or that one's issuer."""
        named = {"signer": authority.signer, "between": authority.between[0], "root": authority.root}[who]

        found = look_up(token, trusted_list(service(der(named), stage(STAMPED - DAY))))

        assert found.state == "granted"
        assert str(found.reason) == "Certificate on the list supplied, as of 2026-11-01."
        assert (found.service, found.provider, found.territory) == ("Horodatage d’essai", "Prestataire d’essai", "FR")
        assert found.issued_at == dt.datetime(2026, 11, 1, 10, tzinfo=dt.UTC)

    def test_a_renewed_certificate_over_the_same_key(self, authority: Authority, token: TokenJudgement) -> None:
        """A service is a name and a key; its certificate may be newer on the list than in the token."""
        issuer = (authority.between[0], private_key("p256", "between of Horodatage"))
        renewed = certificate(
            "Horodatage", authority.key, issuer, purposes=[ExtendedKeyUsageOID.TIME_STAMPING], serial=99
        )

        assert look_up(token, trusted_list(service(der(renewed), stage(STAMPED - DAY)))).state == "granted"

    def test_among_many_services(self, authority: Authority, token: TokenJudgement) -> None:
        """What else stands on the list does not matter, not even a certificate that nobody can read."""
        other = Authority.create(name="Autre")
        services = (
            service(der(other.signer), stage(STAMPED - DAY, "withdrawn")),
            service(b"\x30\x03\x02\x01\x01", stage(STAMPED - DAY)),
            service("<DigitalId><X509SKI>AAAA</X509SKI></DigitalId>", stage(STAMPED - DAY)),
            service(der(authority.signer), stage(STAMPED - DAY)),
        )

        assert look_up(token, trusted_list(*services)).state == "granted"

    def test_one_of_two_services_over_one_certificate(self, authority: Authority, token: TokenJudgement) -> None:
        """A service that was withdrawn does not undo another that is granted."""
        services = [service(der(authority.signer), stage(STAMPED - DAY, status)) for status in ("withdrawn", "granted")]

        assert look_up(token, trusted_list(*services)).state == "granted"
        assert look_up(token, trusted_list(*services[::-1])).state == "granted"


class TestAtTheTimeOfTheToken:
    @pytest.mark.parametrize(
        ("stages", "state"),
        [
            ([stage(STAMPED)], "granted"),
            ([stage(STAMPED + DAY)], "not_granted"),
            ([stage(STAMPED - DAY, "withdrawn")], "not_granted"),
            ([stage(STAMPED - DAY, "withdrawn"), stage(STAMPED - 9 * DAY)], "not_granted"),
            ([stage(STAMPED + DAY, "withdrawn"), stage(STAMPED - DAY)], "granted"),
            ([stage(STAMPED + DAY), stage(STAMPED - DAY, "withdrawn")], "not_granted"),
            ([stage(STAMPED - DAY), stage(STAMPED - 9 * DAY, "withdrawn"), stage(STAMPED - 20 * DAY)], "granted"),
            ([stage(STAMPED + DAY), stage(STAMPED - DAY, kind=f"{QTST[:-5]}")], "not_granted"),
            ([stage(STAMPED + DAY, kind=f"{QTST[:-5]}"), stage(STAMPED - DAY)], "granted"),
            ([stage(STAMPED - DAY, "recognisedatnationallevel")], "not_granted"),
            ([stage(STAMPED - DAY, kind=CA_QC)], "not_listed"),
        ],
    )
    def test_status_and_type_of_that_day_count(
        self, stages: list[Stage], state: str, authority: Authority, token: TokenJudgement
    ) -> None:
        """Withdrawn before, granted only later, of another type then: not granted, whatever it is today."""
        listed = trusted_list(service(der(authority.signer), *stages))

        assert look_up(token, listed).state == state

    def test_the_order_of_the_history_does_not_matter(self, authority: Authority, token: TokenJudgement) -> None:
        """The dates do."""
        stages = [stage(STAMPED + DAY, "withdrawn"), stage(STAMPED - 9 * DAY, "withdrawn"), stage(STAMPED - DAY)]

        assert look_up(token, trusted_list(service(der(authority.signer), *stages))).state == "granted"

    def test_hours_of_other_zones(self, authority: Authority, token: TokenJudgement) -> None:
        """A list may state its times with an offset."""
        listed = trusted_list(service(der(authority.signer), stage(STAMPED - DAY)), issued="2026-11-01T01:00:00+02:00")

        assert str(look_up(token, listed).reason).endswith("as of 2026-10-31.")


class TestNotListed:
    def test_somebody_else(self, token: TokenJudgement) -> None:
        """A list without the authority, or without anything, says nothing for it."""
        other = Authority.create(name="Autre")

        assert look_up(token, trusted_list(service(der(other.root), stage(STAMPED - DAY)))).state == "not_listed"
        assert look_up(token, trusted_list()).state == "not_listed"

    def test_a_certificate_that_was_only_put_into_the_token(self, token: TokenJudgement) -> None:
        """Anybody may enclose the certificate of a listed authority: it must have issued the signer's."""
        listed = Authority.create(name="Autre", intermediate=True)
        assert token.certificate is not None

        found = qualification(
            token.certificate,
            (*token.chain, der(listed.signer), der(listed.between[0])),
            STAMPED,
            trusted_list(service(der(listed.signer), stage(STAMPED - DAY))),
        )

        assert found.state == "not_listed"

    def test_the_same_name_over_another_key(self, token: TokenJudgement) -> None:
        """Names are anybody's."""
        key = private_key("p256", "namesake")
        namesake = certificate("Horodatage", key, purposes=[ExtendedKeyUsageOID.TIME_STAMPING])

        assert look_up(token, trusted_list(service(der(namesake), stage(STAMPED - DAY)))).state == "not_listed"


BOMB = (
    '<!DOCTYPE bomb [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
    + "]>"
)


class TestNoList:
    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"not XML",
            b"%PDF-1.7",
            b"<TrustServiceStatusList/>",
            b'<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#"/>',
            trusted_list()[:-40],
            trusted_list(issued="yesterday"),
            trusted_list(before=BOMB),
            trusted_list(before='<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">'),
            trusted_list(service("<DigitalId><X509Certificate>!</X509Certificate></DigitalId>", stage(STAMPED))),
            trusted_list("<TSPService/>"),
            trusted_list().replace(b"UTF-8", b"UTF-99"),
            b"<a>" * 100_000,
            bytes(MAX_LIST_BYTES + 1),
        ],
        ids=lambda data: repr(data[:24]),
    )
    def test_what_is_no_list(self, data: bytes, token: TokenJudgement) -> None:
        """It is said, and nothing is concluded: neither an error nor an endless reading."""
        found = look_up(token, data)

        assert found.state == "unreadable"
        assert str(found.reason) == "What was given is no trusted list of a Member State."

    def test_a_large_one_is_read(self, authority: Authority, token: TokenJudgement) -> None:
        """National lists hold megabytes: one near the limit is still a list."""
        filler = f"<!--{'x' * (MAX_LIST_BYTES - 20_000)}-->"
        listed = trusted_list(service(der(authority.signer), stage(STAMPED - DAY)), before=filler)
        assert 0 < MAX_LIST_BYTES - len(listed) < 20_000

        assert look_up(token, listed).state == "granted"

    def test_a_certificate_that_cannot_be_read(self) -> None:
        """The list may be good; who asks is told which of the two is not."""
        found = qualification(b"nonsense", (), STAMPED, trusted_list())

        assert found.state == "unreadable"
        assert "certificate" in str(found.reason)
