"""Whom the program may ask: nobody unless agreed, and then those that were named and no others."""

import dataclasses
from typing import Any

import pytest
import tsa
from helpers import SETTINGS

from evidence_vault.asking import Asked, agreed, host_of, require_address, require_known
from evidence_vault.errors import EvidenceVaultError, InvalidValueError, UsageError
from evidence_vault.signing.authorities import default_authorities, load_authorities, shipped_roots
from evidence_vault.signing.calendars import load_calendars
from evidence_vault.vault import Settings

AUTHORITY = tsa.Authority.create()
PEM = tsa.pem(AUTHORITY.root)


def settings(**changes: Any) -> Settings:
    return Settings(**{name: getattr(SETTINGS, name) for name in SETTINGS.__struct_fields__} | changes)


ONLINE = settings(network=True)


class TestAgreement:
    def test_offline(self) -> None:
        """Nobody is asked where it was not agreed, and the sentence says how to agree."""
        with pytest.raises(UsageError, match="--online") as caught:
            agreed(SETTINGS)
        assert caught.value.exit_code == 2

    @pytest.mark.parametrize(
        "named",
        [{"authorities": ("digicert",)}, {"tsa_urls": ("https://tsa.example",)}, {"calendars": ("https://c.example",)}],
    )
    def test_names_in_the_settings_are_no_agreement(self, named: dict[str, Any]) -> None:
        """To be listed in the settings is not to be agreed to."""
        with pytest.raises(UsageError):
            agreed(settings(**named))

    def test_a_root_is_no_agreement(self) -> None:
        """Whom to believe says nothing about whom to ask."""
        with pytest.raises(UsageError):
            agreed(SETTINGS, roots=[PEM])

    def test_named_by_flag(self) -> None:
        """Who is named on the command line is asked this once, and nobody else."""
        asking = agreed(settings(authorities=("digicert",)), urls=["https://tsa.example/x"])

        assert asking.authorities == (Asked("tsa.example", "https://tsa.example/x"),)
        assert asking.calendars == ()

    @pytest.mark.parametrize(("vault", "online"), [(ONLINE, False), (SETTINGS, True)])
    def test_nobody_named(self, vault: Settings, online: bool) -> None:
        """Where it was agreed and nobody is named, the default authorities and the listed calendars are asked."""
        asking = agreed(vault, online=online)

        assert [one.id for one in asking.authorities] == [found.id for found in default_authorities()]
        assert [one.url for one in asking.calendars] == [found.submit for found in load_calendars()]

    def test_default_authorities_are_few(self) -> None:
        """Agreeing to be online contacts some of the list, under different roots, never all of it."""
        assert 1 < len(default_authorities()) < len(load_authorities())

    def test_named_in_the_settings(self) -> None:
        """Those of the settings are asked, and the defaults are not."""
        asking = agreed(settings(network=True, authorities=("certum",), tsa_urls=("https://tsa.example",)))

        assert [one.id for one in asking.authorities] == ["certum", "tsa.example"]
        assert asking.calendars == ()

    def test_flag_instead_of_settings(self) -> None:
        """A flag replaces the settings, for this once."""
        asking = agreed(settings(network=True, tsa_urls=("https://tsa.example",)), ids=["certum"])

        assert [one.id for one in asking.authorities] == ["certum"]

    def test_calendar_alone(self) -> None:
        """Naming a calendar asks no authority."""
        asking = agreed(ONLINE, calendars=["https://c.example"])

        assert (asking.authorities, [one.id for one in asking.calendars]) == ((), ["c.example"])

    @pytest.mark.parametrize("ids", [["nobody"], ["DigiCert"], [""], ["certum", "nobody"]])
    def test_unknown(self, ids: list[str]) -> None:
        """An unknown name is refused with the names that there are."""
        for ask in (lambda: agreed(ONLINE, ids=ids), lambda: require_known(ids)):
            with pytest.raises(InvalidValueError, match="certum"):
                ask()

    def test_named_twice(self) -> None:
        """The same authority is asked once, however often it is named."""
        asking = agreed(
            ONLINE, ids=["certum", "certum"], urls=["https://tsa.example"] * 2, calendars=["https://c.example"] * 2
        )

        assert [one.id for one in asking.authorities] == ["certum", "tsa.example"]
        assert [one.id for one in asking.calendars] == ["c.example"]


class TestRoots:
    def test_added_to_those_shipped(self) -> None:
        """A root of the vault or of a flag is believed beside those that ship."""
        asking = agreed(settings(network=True, tsa_roots=(PEM.decode(),)))

        assert asking.roots.certificates == (*shipped_roots().certificates, tsa.der(AUTHORITY.root))

    @pytest.mark.parametrize("data", [PEM, tsa.der(AUTHORITY.root), PEM * 2, b"text\n" + PEM])
    def test_forms(self, data: bytes) -> None:
        """PEM with one or several certificates, or DER."""
        assert tsa.der(AUTHORITY.root) in agreed(ONLINE, roots=[data]).roots.certificates

    @pytest.mark.parametrize(
        "data", [b"", b"text", PEM[:-40], b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
    )
    def test_unreadable(self, data: bytes) -> None:
        """A file that holds no certificate is refused in a sentence; nobody is asked."""
        with pytest.raises(EvidenceVaultError):
            agreed(ONLINE, roots=[data])

    def test_unreadable_in_the_settings(self) -> None:
        """So is one that somebody damaged in the settings."""
        with pytest.raises(EvidenceVaultError):
            agreed(settings(network=True, tsa_roots=("nothing",)))


class TestAddresses:
    @pytest.mark.parametrize(
        ("url", "host"),
        [
            ("https://tsa.example", "tsa.example"),
            ("http://TSA.example:8080/path?key=secret", "tsa.example"),
            ("https://user:secret@tsa.example/", "tsa.example"),
            ("http://127.0.0.1:1/", "127.0.0.1"),
            ("http://[::1]:1/", "::1"),
        ],
    )
    def test_recorded_by_host(self, url: str, host: str) -> None:
        """An address is recorded by its host alone: no path, no key, no password."""
        assert require_address(url) == url
        assert host_of(url) == host

    @pytest.mark.parametrize(
        "url",
        [
            *("", "tsa.example", "//tsa.example", "https://", "https:///path", "file:///etc/passwd", "javascript:x"),
            *("ftp://tsa.example", "https://[::1", "http://:80", "https://?x"),
        ],
    )
    def test_no_address(self, url: str) -> None:
        """What is no address of a web server is refused."""
        with pytest.raises(InvalidValueError):
            require_address(url)

    @pytest.mark.parametrize(
        "url", ["ftp://user:secret@tsa.example/", "https://user:secret@[::1/", "user:secret@tsa.example"]
    )
    def test_no_password_in_the_refusal(self, url: str) -> None:
        """The sentence that refuses an address shows no password that stood in it."""
        with pytest.raises(InvalidValueError) as caught:
            require_address(url)
        assert "secret" not in str(caught.value)
        assert "secret" not in str(caught.value.message)


def test_values() -> None:
    """Whom to ask is a value: nothing changes it afterwards."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        agreed(ONLINE).authorities[0].url = "https://elsewhere.example"  # type: ignore[misc]
