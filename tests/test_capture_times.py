"""Declared times: how they are read, in which order they are believed, and what is said when they disagree."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_vault.capture import dates
from evidence_vault.capture.times import (
    disagreements,
    from_file_name,
    from_flag,
    from_indications,
    from_now,
    from_screen_clock,
    lies_before,
    parse_date,
    propose,
)
from evidence_vault.errors import InvalidValueError
from evidence_vault.values import DeclaredTime, Indication

PARIS = ZoneInfo("Europe/Paris")
CAYENNE = ZoneInfo("America/Cayenne")
NOW = dt.datetime(2026, 9, 7, 10, 0, tzinfo=dt.UTC)

MONTHS = ("janvier", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "octobre", "nov.", "décembre")
# What programs call a screenshot, as strftime templates; those in the second list say the day only.
TIMED_NAMES = (
    "Screenshot_%Y%m%d-%H%M%S.png",
    "Screenshot_%Y%m%d_%H%M%S_Chrome.jpg",
    "Screenshot_%Y%m%d-%H%M%S~2.png",
    "Screenshot_%Y-%m-%d-%H-%M-%S-123_com.android.chrome.jpg",
    "Capture d’écran %Y-%m-%d à %H.%M.%S.png",
    "Capture d’e\u0301cran %Y-%m-%d a\u0300 %H.%M.%S (2).png",
    "Screen Shot %Y-%m-%d at %I.%M.%S %p.png",
    "Screenshot %Y-%m-%d at %I.%M.%S\u202f%p.png",
    "Capture d'écran %Y-%m-%d %H%M%S.png",
    "Capture_d_écran_%Y-%m-%d_à_%H.%M.%S.png",
    "Capture d’écran du %Y-%m-%d %H-%M-%S.png",
    "Screenshot from %Y-%m-%d %H-%M-%S.png",
    "Screenshot %Y-%m-%d at %H-%M-%S Rendez-vous.png",
    "screencapture-rdv-example-org-%Y-%m-%d-%H_%M_%S.png",
    "IMG_%Y%m%d_%H%M%S.jpg",
    "%Y%m%d_%H%M%S.jpg",
)
DATED_NAMES = (
    "IMG-%Y%m%d-WA0003.jpg",
    "WhatsApp Image %Y-%m-%d at %H.%M.%S.jpeg",
    "photo_%Y-%m-%d_%H-%M-%S.jpg",
    "%Y-%m-%d.png",
    "Screenshot %Y-%m-%d.png",
)

# Local times, as phones write them into names: without a zone.
moments = st.builds(
    dt.datetime.combine,
    st.dates(dt.date(2000, 1, 1), dt.date(2090, 12, 31)),
    st.times().map(lambda it: it.replace(microsecond=0)),
)


def flag(text: str, zone: ZoneInfo = PARIS, now: dt.datetime = NOW) -> DeclaredTime:
    return from_flag(text, zone, now)


def exif(text: str) -> Indication:
    return Indication(source="exif", text=text)


def png(text: str) -> Indication:
    return Indication(source="png", text=text)


class TestFlag:
    @pytest.mark.parametrize(
        "text",
        [
            "2026-09-07T08:12",
            "2026-09-07 08:12",
            "2026-09-07T06:12Z",
            "2026-09-07T08:12+02:00",
            "2026-09-07 02:12 -0400",
            "07/09/2026 08:12",
            "07/09/2026 à 8h12",
            "7/9/2026 à 8 h 12",
            "07.09.2026, 8:12",
            "lundi 7 septembre 2026 à 8h12",
            "7 sept. 2026 08:12",
            "September 7, 2026 at 8:12 AM",
        ],
    )
    def test_forms(self, text: str) -> None:
        """However it is written, the same minute is the same instant, and the words are kept."""
        assert flag(text) == DeclaredTime(
            text=text,
            instant="2026-09-07T06:12:00.000Z",
            zone="Europe/Paris",
            source="flag",
            precision="minute",
            confirmed_by="flag",
        )

    def test_seconds(self) -> None:
        """Seconds that are given are kept, and known as such."""
        stated = flag("2026-09-07T08:12:33.250")

        assert (stated.instant, stated.precision) == ("2026-09-07T06:12:33.000Z", "second")

    @pytest.mark.parametrize("text", ["2026-09-06", "06/09/2026", "6 septembre 2026", "le 6 sept. 2026"])
    def test_day_alone(self, text: str) -> None:
        """A date without a time stands at noon, where no zone of France moves it to another day."""
        stated = flag(text)

        assert (stated.instant, stated.precision) == ("2026-09-06T10:00:00.000Z", "day")

    def test_zone_is_the_one_assumed(self) -> None:
        """The same words in Cayenne are five hours later, and the record says which zone was assumed."""
        stated = flag("2026-09-06 08:12", CAYENNE)

        assert (stated.instant, stated.zone) == ("2026-09-06T11:12:00.000Z", "America/Cayenne")

    @given(moments)
    def test_what_is_printed_is_read_back(self, moment: dt.datetime) -> None:
        """Any minute that exists once reads back from its ISO form, its French forms and in words."""
        year = f"{moment:%Y}"
        for text in (
            f"{moment:%Y-%m-%dT%H:%M}",
            f"{moment:%d/%m/}{year} à {moment.hour}h{moment:%M}",
            f"{moment.day} {MONTHS[moment.month - 1]} {year}, {moment:%H:%M}",
        ):
            stamp = dates.typed(text)

            assert stamp is not None
            assert (stamp.date, stamp.time) == (moment.date(), moment.time().replace(second=0))

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "hier",
            "demain 8h12",
            "2026-02-30 08:12",
            "2026-09-07 25:00",
            "2026-09-07 08:60",
            "07/09/26 08:12",
            "07/09/2026 8h",
            "2026-09-07T08",
            "08:12",
            "2026-09-07 08:12 +99:00",
            "2026-09-07 08:12 et demie",
            "2026-09-07 08:12 ou 09:12",
            "2026-09-07 ou 2026-09-06",
            "09/07/2026 8:12 AM",
            "9999-12-31 23:59",
            "0001-01-01",
        ],
    )
    def test_refused(self, text: str) -> None:
        """What is no single date, or might mean another, is refused with the forms to use."""
        with pytest.raises(InvalidValueError, match="2026-09-07T08:12"):
            flag(text)

    def test_future(self) -> None:
        """Five minutes ahead may be the clock; more is refused."""
        assert flag("2026-09-07 12:04").precision == "minute"
        with pytest.raises(InvalidValueError, match="future"):
            flag("2026-09-07 12:06")

    def test_future_day(self) -> None:
        """Today is no future, even before noon; tomorrow is. Today is that of the zone."""
        morning = dt.datetime(2026, 9, 6, 23, 30, tzinfo=dt.UTC)

        assert flag("2026-09-07", now=morning).precision == "day"
        with pytest.raises(InvalidValueError, match="future"):
            flag("2026-09-07", CAYENNE, morning)
        with pytest.raises(InvalidValueError, match="future"):
            flag("2026-09-08", now=morning)

    def test_past(self) -> None:
        """A year before 2000 is a slip of the finger."""
        assert flag("2000-01-01 00:00").instant == "1999-12-31T23:00:00.000Z"
        with pytest.raises(InvalidValueError, match="before the year 2000"):
            flag("1999-12-31 23:59")

    @pytest.mark.parametrize("time", ["02:00", "02:30", "02:59:59"])
    def test_hour_that_does_not_exist(self, time: str) -> None:
        """The hour that the spring night skips is refused with the reason; the minutes around it are not."""
        with pytest.raises(InvalidValueError, match="does not exist in Europe/Paris"):
            flag(f"2026-03-29 {time}")

        assert flag("2026-03-29 01:59").instant == "2026-03-29T00:59:00.000Z"
        assert flag("2026-03-29 03:00").instant == "2026-03-29T01:00:00.000Z"

    @pytest.mark.parametrize("time", ["02:00", "02:30", "02:59"])
    def test_hour_that_occurs_twice(self, time: str) -> None:
        """The hour that the autumn night repeats is refused, with the two offsets to choose from."""
        with pytest.raises(InvalidValueError, match=r"\+02:00 for the first, \+01:00 for the second"):
            flag(f"2025-10-26 {time}")

        assert flag(f"2025-10-26 {time} +02:00").instant == f"2025-10-26T00:{time[3:]}:00.000Z"
        assert flag(f"26/10/2025 {time} +01:00").instant == f"2025-10-26T01:{time[3:]}:00.000Z"
        assert flag("2025-10-26 03:00").instant == "2025-10-26T02:00:00.000Z"

    def test_offsets_are_those_of_the_zone(self) -> None:
        """Elsewhere than in Paris, the offsets proposed are those of that place."""
        with pytest.raises(InvalidValueError, match=r"-02:00 for the first, -03:00 for the second"):
            flag("2025-11-02 01:30", ZoneInfo("America/Miquelon"))


def test_now() -> None:
    """An attempt that is recorded as it is made has the time of our clock, which says so."""
    assert from_now(dt.datetime(2026, 9, 7, 6, 12, 33, 450_000, tzinfo=dt.UTC), PARIS) == DeclaredTime(
        text="2026-09-07T08:12:33+02:00",
        instant="2026-09-07T06:12:33.450Z",
        zone="Europe/Paris",
        source="now",
        precision="second",
    )


class TestFileNames:
    @pytest.mark.parametrize("pattern", TIMED_NAMES)
    @given(moment=moments)
    def test_times(self, pattern: str, moment: dt.datetime) -> None:
        """A date and time printed into a name as a program does is read back to the second."""
        found = dates.in_file_name(moment.strftime(pattern))

        assert found == dates.Stamp(moment.date(), moment.time(), None, "second")

    @pytest.mark.parametrize("pattern", DATED_NAMES)
    @given(moment=moments)
    def test_days(self, pattern: str, moment: dt.datetime) -> None:
        """Messaging apps name a picture after its sending: of their names, and of bare dates, only the day is taken."""
        assert dates.in_file_name(moment.strftime(pattern)) == dates.Stamp(moment.date())

    def test_single_digit_hour(self) -> None:
        """macOS in English writes hours without a zero, with AM and PM."""
        found = from_file_name("Screen Shot 2026-09-07 at 8.12.33 AM.png", PARIS)

        assert found == DeclaredTime(
            text="Screen Shot 2026-09-07 at 8.12.33 AM.png",
            instant="2026-09-07T06:12:33.000Z",
            zone="Europe/Paris",
            source="file_name",
            precision="second",
        )

    @pytest.mark.parametrize(
        ("name", "hour"),
        [("Screen Shot 2026-09-07 at 12.05.00 AM.png", 0), ("Screen Shot 2026-09-07 at 12.05.00 PM.png", 12)],
    )
    def test_midnight_and_noon(self, name: str, hour: int) -> None:
        """Twelve AM is midnight, twelve PM is noon."""
        found = dates.in_file_name(name)

        assert found is not None
        assert found.time == dt.time(hour, 5)

    @pytest.mark.parametrize(
        "name",
        [
            "IMG_0042.HEIC",
            "Capture d’écran (12).png",
            "PXL_20260907_061233123.jpg",
            "dossier 20260907.png",
            "2026-13-07.png",
            "Screenshot_202609070812.png",
            "0620260907.png",
            "image.png",
            "",
        ],
    )
    def test_silent_names(self, name: str) -> None:
        """A name in no known pattern says nothing, a Pixel's camera in UTC included."""
        assert from_file_name(name, PARIS) is None

    def test_impossible_time(self) -> None:
        """Six digits that are no time leave the date."""
        assert dates.in_file_name("Screenshot 2026-09-07 996633.png") == dates.Stamp(dt.date(2026, 9, 7))


class TestIndications:
    @pytest.mark.parametrize(
        "text",
        [
            "2026:09:07 08:12:33",
            "2026:09:07 08:12:33 +02:00",
            "2026-09-07T06:12:33Z",
            "lun. 07 sept. 2026 08:12:33",
            "lun. 07 sept. 2026 08:12:33 CEST",
            "Mon Sep  7 08:12:33 2026",
            "Mon, 07 Sep 2026 08:12:33 +0200",
        ],
    )
    def test_forms(self, text: str) -> None:
        """The forms that cameras and desktops write are read, the words kept."""
        found = from_indications([png(text)], PARIS)

        assert found is not None
        assert (found.instant, found.source, found.text) == ("2026-09-07T06:12:33.000Z", "png", text)

    def test_exif_before_png(self) -> None:
        """EXIF is believed before PNG, whichever comes first."""
        found = from_indications([png("2026-09-01T08:00:00"), exif("2026:09:02 08:00:00")], PARIS)

        assert found is not None
        assert found.source == "exif"

    @pytest.mark.parametrize("text", ["0000:00:00 00:00:00", "    :  :     :  :  ", "soon", "2026:09:07"])
    def test_unreadable(self, text: str) -> None:
        """A field that was never filled, or holds no time, says nothing."""
        assert from_indications([exif(text)], PARIS) is None


class TestScreenClock:
    @pytest.mark.parametrize(
        "text", ["08:12\n07/09/2026", "lun. 7 septembre 2026 08:12", "Monday 7 September 2026 8:12 AM"]
    )
    def test_date_and_time(self, text: str) -> None:
        """A whole date beside a time is a time."""
        found = from_screen_clock(text, PARIS)

        assert found is not None
        assert (found.instant, found.source) == ("2026-09-07T06:12:00.000Z", "screen_clock")

    @pytest.mark.parametrize(
        "text",
        [None, "", "08:12", "07/09/2026", "lun. 7 sept. 08:12", "8:12 AM 9/7/2026", "07/09/2026 08:12 ou 09:12"],
    )
    def test_not_enough(self, text: str | None) -> None:
        """A bare clock, a date without a year, an American order or two times are no time."""
        assert from_screen_clock(text, PARIS) is None


class TestOrder:
    SOURCES = (
        [exif("2026:09:02 08:00:00"), png("2026-09-03T08:00:00")],
        "Screenshot_20260904-080000.png",
        "05/09/2026 08:00",
    )

    def test_each_in_its_turn(self) -> None:
        """The flag, EXIF, PNG, the file's name and the screen are believed in this order."""
        indications, name, clock = self.SOURCES
        proposals = [
            propose("2026-09-01 08:00", indications, name, clock, PARIS, NOW),
            propose(None, indications, name, clock, PARIS, NOW),
            propose(None, indications[1:], name, clock, PARIS, NOW),
            propose(None, [], name, clock, PARIS, NOW),
            propose(None, [], "a.png", clock, PARIS, NOW),
        ]

        assert [(it.source, it.instant[8:10], it.confirmed_by) for it in proposals if it] == [
            ("flag", "01", "flag"),
            ("exif", "02", "none"),
            ("png", "03", "none"),
            ("file_name", "04", "none"),
            ("screen_clock", "05", "none"),
        ]

    def test_nothing(self) -> None:
        """Where no source says anything, no time is invented."""
        assert propose(None, [], "a.png", "08:12", PARIS, NOW) is None

    @pytest.mark.parametrize("text", ["1980:01:01 00:00:00", "2026:09:09 08:00:00", "2199:12:31 23:59:59"])
    def test_impossible_times_are_passed_over_and_said(self, text: str) -> None:
        """A camera never set, or a clock in the future, gives way to the next source; it is said."""
        found = propose(None, [exif(text)], self.SOURCES[1], None, PARIS, NOW)
        remarks = disagreements(found, [exif(text)], self.SOURCES[1], None, PARIS, NOW)

        assert found is not None
        assert found.source == "file_name"
        assert [str(remark) for remark in remarks] == [
            f"A time given by the file was passed over, for it is not possible: {text}."
        ]

    def test_flag_is_refused_even_beside_other_sources(self) -> None:
        """What a person states wrongly is never replaced in silence."""
        with pytest.raises(InvalidValueError):
            propose("hier", *self.SOURCES, PARIS, NOW)


class TestDisagreements:
    def test_agreement_is_silent(self) -> None:
        """Sources within five minutes of each other, in whatever form, need no word."""
        name = "Screenshot_20260907-081233.png"
        declared = propose(None, [exif("2026:09:07 08:14:00")], name, "08:12", PARIS, NOW)

        assert (
            disagreements(
                declared, [exif("2026:09:07 08:14:00"), png("2026-09-07T06:10:00Z")], name, "08:12", PARIS, NOW
            )
            == ()
        )

    def test_every_other_source_is_told(self) -> None:
        """Each source that differs is named with both times, in order; none is merged."""
        declared = flag("2026-09-07 08:12")
        remarks = disagreements(
            declared,
            [exif("2026:09:07 08:18:00")],
            "Screenshot_20260906-081200.png",
            "05/09/2026 08:12",
            PARIS,
            NOW,
        )

        assert [str(remark) for remark in remarks] == [
            "The picture itself states 2026-09-07 08:18; the time retained is 2026-09-07 08:12. Both are kept.",
            "The name of the file states 2026-09-06 08:12; the time retained is 2026-09-07 08:12. Both are kept.",
            "The clock on the screen shows 2026-09-05 08:12; the time retained is 2026-09-07 08:12. Both are kept.",
        ]

    def test_days_are_compared_as_days(self) -> None:
        """A source that knows only the day contradicts another day, never an hour."""
        declared = flag("2026-09-07 08:12")

        assert disagreements(declared, [], "IMG-20260907-WA0003.jpg", None, PARIS, NOW) == ()
        (remark,) = disagreements(declared, [], "IMG-20260906-WA0003.jpg", None, PARIS, NOW)
        assert "states 2026-09-06;" in str(remark)

    @pytest.mark.parametrize(("clock", "told"), [("08:10", 0), ("08:30", 1), ("20:12", 1), ("8 h 13", 0)])
    def test_bare_clock_of_the_screen(self, clock: str, told: int) -> None:
        """A bare clock is no date, but it can contradict a time."""
        assert len(disagreements(flag("2026-09-07 08:12"), [], "a.png", clock, PARIS, NOW)) == told

    def test_bare_clock_around_midnight(self) -> None:
        """Two minutes before midnight and one after are three minutes apart."""
        assert disagreements(flag("2026-09-06 23:58"), [], "a.png", "00:01", PARIS, NOW) == ()

    def test_bare_clock_says_nothing_of_a_day(self) -> None:
        """Where only the day is retained, no clock contradicts it."""
        assert disagreements(flag("2026-09-06"), [], "a.png", "23:00", PARIS, NOW) == ()

    def test_same_words_once(self) -> None:
        """Two fields of one file that say the same are told once."""
        twice = [exif("2026:09:06 08:12:00"), exif("2026:09:06 08:12:00")]

        assert len(disagreements(flag("2026-09-07 08:12"), twice, "a.png", None, PARIS, NOW)) == 1

    def test_hour_that_occurs_twice_in_a_file(self) -> None:
        """Nobody can be asked: the first of the two hours is retained, and said."""
        name = "Screenshot_20251026-023000.png"
        found = propose(None, [], name, None, PARIS, NOW)
        (remark,) = disagreements(found, [], name, None, PARIS, NOW)

        assert found is not None
        assert found.instant == "2025-10-26T00:30:00.000Z"
        assert "occurred twice" in str(remark)

    def test_hour_that_does_not_exist_in_a_file(self) -> None:
        """A clock that showed an hour that never was is retained as it says, and doubted aloud."""
        name = "Screenshot_20260329-023000.png"
        found = propose(None, [], name, None, PARIS, NOW)
        (remark,) = disagreements(found, [], name, None, PARIS, NOW)

        assert found is not None
        assert found.instant == "2026-03-29T01:30:00.000Z"
        assert "does not exist" in str(remark)

    def test_offset_leaves_no_doubt(self) -> None:
        """With its offset, the hour that occurs twice occurs once."""
        sources = [exif("2025:10:26 02:30:00 +01:00")]
        found = propose(None, sources, "a.png", None, PARIS, NOW)

        assert found is not None
        assert found.instant == "2025-10-26T01:30:00.000Z"
        assert disagreements(found, sources, "a.png", None, PARIS, NOW) == ()

    def test_without_any_time(self) -> None:
        """Where nothing is retained there is nothing to contradict."""
        assert disagreements(None, [exif("2026:09:07 08:12:00")], "a.png", "08:12", PARIS, NOW) == ()


class TestBefore:
    @pytest.mark.parametrize(
        ("one", "other", "before"),
        [
            ("2026-09-06", "2026-09-06 09:30", False),
            ("2026-09-06 09:30", "2026-09-06", False),
            ("2026-09-06", "2026-09-06", False),
            ("2026-09-06 00:30", "2026-09-05", False),
            ("2026-09-05 23:30", "2026-09-06", True),
            ("2026-09-05", "2026-09-06 00:10", True),
            ("2026-09-06 09:30", "2026-09-06 09:30:45", False),
            ("2026-09-06 09:29", "2026-09-06 09:30:45", True),
            ("2026-09-06 09:30:44", "2026-09-06 09:30:45", True),
            ("2026-09-06 09:30:45", "2026-09-06 09:30:45", False),
        ],
    )
    def test_only_what_both_tell_is_compared(self, one: str, other: str, before: bool) -> None:
        """A day is before no hour of itself, nor a minute before its seconds; days are those of the zone."""
        assert lies_before(flag(one), flag(other), PARIS) is before


class TestParseDate:
    @given(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)))
    def test_read_back(self, day: dt.date) -> None:
        """Any birth or expiry reads back from its ISO and French forms."""
        for text in (day.isoformat(), f"{day:%d/%m/%Y}", f"{day.day} {MONTHS[day.month - 1]} {day.year}"):
            assert parse_date(text, "born") == day

    @pytest.mark.parametrize(
        "text", ["", "1990", "12/04/90", "1990-04-31", "1990-04-12 08:12", "avril 1990", "1850-01-01"]
    )
    def test_refused(self, text: str) -> None:
        """Anything but a whole date is refused, with the name of the field."""
        with pytest.raises(InvalidValueError, match=r"^born is not a date"):
            parse_date(text, "born")
