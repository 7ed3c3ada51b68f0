"""Headers and bodies as bytes: one spelling each, and commitments that survive withholding."""

import datetime as dt
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_vault.encoding import MAX_INTEGER, canonical
from evidence_vault.entries import (
    GENESIS,
    Body,
    Header,
    chain_digest,
    parse_body,
    parse_header,
    parse_utc,
    seal,
    utc_text,
)

HEADER = Header(
    body="ab" * 32,
    case="0123456789abcdef" * 2,
    index=7,
    key="fedcba9876543210",
    kind="case_opened",
    previous=GENESIS,
    recorded_at="2026-03-02T08:14:01.250Z",
)

hexadecimal = st.text("0123456789abcdef", min_size=64, max_size=64)
moments = st.datetimes(dt.datetime(1970, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001
headers = st.builds(
    Header,
    body=hexadecimal,
    case=hexadecimal.map(lambda text: text[:32]),
    index=st.integers(0, 999_999_999),
    key=hexadecimal.map(lambda text: text[:16]),
    kind=st.from_regex(r"[a-z]+(_[a-z]+)*", fullmatch=True),
    previous=hexadecimal,
    recorded_at=moments.map(utc_text),
)
texts = st.text(st.characters(exclude_categories=["Cs"]))
fields = st.dictionaries(
    st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1),
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | texts | st.lists(texts, max_size=3),
    max_size=6,
)


class TestHeader:
    @given(headers)
    def test_read_back(self, header: Header) -> None:
        """A header is read back as it was written."""
        assert header == parse_header(header.encode())

    @given(headers)
    def test_canonical(self, header: Header) -> None:
        """The bytes are the canonical JSON of the header's fields, with the format named."""
        said = json.loads(header.encode())

        assert canonical(said) == header.encode()
        assert said.pop("format") == "evidence-vault/entry/1"
        assert Header(**said) == header

    def test_one_character_changed(self) -> None:
        """No single changed byte passes for the same header: it is refused, or says something else."""
        data = HEADER.encode()

        for place, before in enumerate(data):
            for changed in (*range(0x20, 0x7F), 0, 0x0A, 0x80, 0xFF):
                if changed != before:
                    self.assert_another(data[:place] + bytes([changed]) + data[place + 1 :])

    def test_one_character_added_or_dropped(self) -> None:
        """The same for a byte too many or too few."""
        data = HEADER.encode()

        for place in range(len(data)):
            self.assert_another(data[:place] + data[place + 1 :])
        for place in range(len(data) + 1):
            for added in b' \n\t0a_",{}':
                self.assert_another(data[:place] + bytes([added]) + data[place:])

    @staticmethod
    def assert_another(data: bytes) -> None:
        """Bytes near those of `HEADER` are no header, or stand for another one and for that one alone."""
        try:
            read = parse_header(data)
        except ValueError:
            return
        assert read != HEADER
        assert read.encode() == data

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            pytest.param(b'{"body"', b'{ "body"', id="blank"),
            pytest.param(b"}", b"}\n", id="line-feed-at-the-end"),
            pytest.param(b"}", b',"note":1}', id="field-added"),
            pytest.param(b"evidence-vault/entry/1", b"evidence-vault/entry/2", id="newer-format"),
            pytest.param(b'"index":7', b'"index":07', id="leading-zero"),
            pytest.param(b'"index":7', b'"index":-7', id="negative-index"),
            pytest.param(b'"index":7', b'"index":7.0', id="float-index"),
            pytest.param(b'"index":7', b'"index":1000000000', id="index-too-large"),
            pytest.param(b"abab", b"ABAB", id="upper-case-digest"),
            pytest.param(b"case_opened", b"case__opened", id="odd-kind"),
            pytest.param(b"case_opened", b"_case", id="kind-begins-with-underscore"),
            pytest.param(b".250Z", b".25Z", id="two-decimals"),
            pytest.param(b".250Z", b".250+00:00", id="offset"),
            pytest.param(b'"index":7', '"index":٧'.encode(), id="arabic-digit"),
        ],
    )
    def test_every_other_spelling_is_refused(self, old: bytes, new: bytes) -> None:
        """What `encode` would not write is not read."""
        data = HEADER.encode()
        assert old in data

        with pytest.raises(ValueError):  # noqa: PT011  # its words, or those of the ASCII decoder
            parse_header(data.replace(old, new, 1))

    def test_keys_in_another_order(self) -> None:
        """The same fields in another order are another header, and refused."""
        said = json.loads(HEADER.encode())
        shuffled = json.dumps(dict(reversed(said.items())), separators=(",", ":")).encode()

        with pytest.raises(ValueError, match="not an entry header"):
            parse_header(shuffled)

    def test_chain_digest(self) -> None:
        """What the next entry names is the RFC 9162 leaf hash: SHA-256 over a zero byte and the header."""
        assert hashlib.sha256(b"\0" + HEADER.encode()).hexdigest() == chain_digest(HEADER.encode())


class TestMoments:
    @given(moments)
    def test_read_back(self, moment: dt.datetime) -> None:
        """A moment comes back to the millisecond, cut and never rounded up into the next one."""
        cut = moment.replace(microsecond=moment.microsecond // 1000 * 1000)

        assert cut == parse_utc(utc_text(moment))

    def test_other_zones_become_utc(self) -> None:
        """A moment with an offset is written in UTC."""
        moment = dt.datetime(2026, 1, 1, 0, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))

        assert utc_text(moment) == "2025-12-31T23:30:00.000Z"

    @pytest.mark.parametrize(
        "text", ["2026-02-30T00:00:00.000Z", "2026-13-01T00:00:00.000Z", "2026-01-01T25:00:00.000Z"]
    )
    def test_impossible_dates(self, text: str) -> None:
        """A date that no calendar has is refused."""
        with pytest.raises(ValueError):  # noqa: PT011  # the words differ between versions of Python
            parse_utc(text)


class TestBody:
    @given(fields)
    def test_read_back(self, said) -> None:
        """Fields come back as they were sealed, through the bytes that are stored."""
        body = seal(said)

        assert said == body.fields()
        assert body == parse_body(body.encode())

    @given(fields, st.data())
    def test_withholding_keeps_the_digest(self, said, draw: st.DataObject) -> None:
        """Whatever is withheld, the digest stays, and only the rest is still told."""
        names = draw.draw(st.sets(st.sampled_from(sorted(said)))) if said else set()
        body = seal(said)

        kept = body.without(names)

        assert body.digest() == kept.digest()
        assert {name: value for name, value in said.items() if name not in names} == kept.fields()
        assert len(names) == len(kept.withheld)
        assert kept == parse_body(kept.encode())

    def test_withholding_twice(self) -> None:
        """Fields withheld one after the other are all withheld."""
        body = seal({"a": 1, "b": 2, "c": 3})

        assert body.without(["a"]).without(["b"]).fields() == {"c": 3}
        assert body.digest() == body.without(["a"]).without(["b"]).digest()

    def test_digest_by_hand(self) -> None:
        """The digest is over the commitments by name, each the digest of salt, name and value."""
        # $ commitment() { printf %s "$1" | sha256sum | cut -c -64; }
        # $ A=$(commitment '["00000000000000000000000000000000","a",1]')
        # $ B=$(commitment '["11111111111111111111111111111111","b","é"]')
        # $ printf '{"a":"%s","b":"%s"}' $A $B | sha256sum
        body = Body({"b": ("1" * 32, "é"), "a": ("0" * 32, 1)})

        assert body.digest() == "8fd9989f3bdea088d2338548805962cea7fed0d1dabe679ddb7b7a3119e34122"
        # $ printf '{}' | sha256sum
        assert Body({}).digest() == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"

    def test_a_withheld_value_cannot_be_guessed(self) -> None:
        """The same value is committed differently each time: its commitment tells nothing."""
        first, second = (seal({"phone": "+33 6 39 98 00 00"}).without(["phone"]).withheld["phone"] for _ in range(2))

        assert first != second

    def test_the_order_of_the_fields_does_not_count(self) -> None:
        """The digest is of the fields, in whatever order they were told."""
        body = Body({"a": ("0" * 32, 1), "b": ("1" * 32, 2)})

        assert body.digest() == Body({"b": ("1" * 32, 2), "a": ("0" * 32, 1)}).digest()

    @pytest.mark.parametrize(
        "changed",
        [
            pytest.param(Body({"a": ("0" * 32, 2)}), id="value"),
            pytest.param(Body({"a": ("0" * 32, "1")}), id="type-of-value"),
            pytest.param(Body({"a": ("1" * 32, 1)}), id="salt"),
            pytest.param(Body({"b": ("0" * 32, 1)}), id="name"),
            pytest.param(Body({"a": ("0" * 32, 1), "b": ("0" * 32, None)}), id="field-added"),
            pytest.param(Body({}), id="field-removed"),
            pytest.param(Body({}, {"b": Body({"a": ("0" * 32, 1)}).without(["a"]).withheld["a"]}), id="renamed"),
        ],
    )
    def test_any_change_changes_the_digest(self, changed: Body) -> None:
        """Value, name, salt or number of fields: whatever changes, the digest does."""
        assert changed.digest() != Body({"a": ("0" * 32, 1)}).digest()

    @pytest.mark.parametrize(
        "data",
        [
            pytest.param('{"disclosed":{},"note":1,"withheld":{}}', id="member-added"),
            pytest.param('{"disclosed":{}}', id="member-missing"),
            pytest.param('{"withheld":{},"disclosed":{}}', id="keys-out-of-order"),
            pytest.param('{"disclosed": {},"withheld":{}}', id="blank"),
            pytest.param('{"disclosed":[],"withheld":{}}', id="disclosed-not-an-object"),
            pytest.param('{"disclosed":{},"withheld":[]}', id="withheld-not-an-object"),
            pytest.param('{"disclosed":{"a":["SALT"]},"withheld":{}}', id="no-value"),
            pytest.param('{"disclosed":{"a":["SALT",1,2]},"withheld":{}}', id="two-values"),
            pytest.param('{"disclosed":{"a":1},"withheld":{}}', id="no-salt"),
            pytest.param('{"disclosed":{"a":[1,1]},"withheld":{}}', id="salt-not-text"),
            pytest.param('{"disclosed":{"a":["0123",1]},"withheld":{}}', id="salt-too-short"),
            pytest.param('{"disclosed":{"a":["SALTSALT",1]},"withheld":{}}', id="salt-too-long"),
            pytest.param('{"disclosed":{"a":["' + "g" * 32 + '",1]},"withheld":{}}', id="salt-not-hexadecimal"),
            pytest.param('{"disclosed":{"a":["' + "A" * 32 + '",1]},"withheld":{}}', id="salt-in-upper-case"),
            pytest.param('{"disclosed":{"a":["SALT\\n",1]},"withheld":{}}', id="line-feed-in-the-salt"),
            pytest.param('{"disclosed":{"a":["SALT",1.0]},"withheld":{}}', id="float"),
            pytest.param('{"disclosed":{"é":["SALT",1]},"withheld":{}}', id="name-not-ascii"),
            pytest.param('{"disclosed":{"a":["SALT",1],"a":["SALT",1]},"withheld":{}}', id="field-told-twice"),
            pytest.param('{"disclosed":{"a":["SALT",1]},"withheld":{"a":"DIGEST"}}', id="told-and-withheld"),
            pytest.param('{"disclosed":{},"withheld":{"a":"DIGEST","a":"DIGEST"}}', id="withheld-twice"),
            pytest.param('{"disclosed":{},"withheld":{"a":"abcd"}}', id="commitment-too-short"),
            pytest.param('{"disclosed":{},"withheld":{"a":"' + "A" * 64 + '"}}', id="commitment-in-upper-case"),
            pytest.param('{"disclosed":{},"withheld":{"a":1}}', id="commitment-not-text"),
            pytest.param('{"disclosed":{},"withheld":{"a":"DIGEST\\n"}}', id="line-feed-in-the-commitment"),
            pytest.param("[]", id="not-an-object"),
            pytest.param("null", id="null"),
            pytest.param("", id="nothing"),
            pytest.param("[" * 100_000, id="nested-without-end"),
            pytest.param('{"disclosed":' + "[" * 100_000 + "]" * 100_000 + "}", id="nested-very-deeply"),
        ],
    )
    def test_every_other_spelling_is_refused(self, data: str) -> None:
        """What `encode` would not write is not read, whatever it is."""
        with pytest.raises(ValueError):  # noqa: PT011
            parse_body(data.replace("SALT", "0" * 32).replace("DIGEST", "a" * 64).encode())

    def test_one_character_changed(self) -> None:
        """No single changed byte of a body passes for the same body."""
        body = seal({"note": "Aucun créneau", "operator": "Awa"})
        data = body.encode()

        for place in range(len(data)):
            other = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
            try:
                read = parse_body(other)
            except ValueError:
                continue
            assert read.digest() != body.digest()
            assert read.encode() == other


@pytest.mark.parametrize(("year", "text"), [(51, "0051-01-01T00:00:00.000Z"), (9999, "9999-01-01T00:00:00.000Z")])
def test_years_have_four_digits(year: int, text: str) -> None:
    """An authority may state any year: what is written is what can be read back."""
    moment = dt.datetime(year, 1, 1, tzinfo=dt.UTC)

    assert text == utc_text(moment)
    assert moment == parse_utc(text)
