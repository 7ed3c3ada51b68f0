"""Whatever the picture, its key text and the area: what a plan says of sizes is what its geometry gives."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evidence_vault.exports.dossier_print_words import enlargement, size_note
from evidence_vault.exports.key_text import Key, KeyKind, Size, Turn
from evidence_vault.exports.print_cuts import CAPTION, NEEDED, Area
from evidence_vault.exports.print_plan import LARGEST, Piece, Plan, plan
from evidence_vault.values import Box

PORTRAIT, FULL_PORTRAIT = Area(482, 600), Area(482, 715)
LANDSCAPE, FULL_LANDSCAPE = Area(762, 430), Area(762, 470)


def box(left: int, top: int, width: int, height: int) -> Box:
    return Box(left=left, top=top, width=width, height=height)


def text(
    left: int, top: int, letters: int, body: float, *, lines: int = 1, kind: KeyKind = "message", turn: Turn = 0
) -> Key:
    """Words of eight letters each on `lines` lines, `letters` letters on each line."""
    wide, tall = max(1, round(4 * body)), max(1, round(0.93 * body))
    rows = tuple(
        tuple(
            box(left + round(at * 4.3 * body), top + round(row * 1.4 * body), wide, tall)
            for at in range(max(1, letters // 8))
        )
        for row in range(lines)
    )
    return Key(kind, ("mot " * letters,), around(rows), rows, body, turn)


def around(rows: tuple[tuple[Box, ...], ...]) -> Box:
    words = [word for row in rows for word in row]
    left, top = min(word.left for word in words), min(word.top for word in words)
    return box(
        left,
        top,
        max(word.left + word.width for word in words) - left,
        max(word.top + word.height for word in words) - top,
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Size, tuple[Key, ...], Area, Area]:
    """Pictures of every shape, with up to three key texts that stand on them, and sheets of every size."""
    picture = Size(draw(st.integers(1, 4000)), draw(st.integers(1, 21000)))
    turn: Turn = draw(st.sampled_from([0, 0, 0, 90, 180, 270]))
    level = picture.turned(turn)
    keys = []
    for kind in draw(st.lists(st.sampled_from(["message", "address", "clock"]), unique=True, max_size=3)):
        body = draw(st.floats(1, 200))
        left, top = draw(st.integers(0, level.width)), draw(st.integers(0, level.height))
        key = text(left, top, draw(st.integers(1, 120)), body, lines=draw(st.integers(1, 9)), kind=kind, turn=turn)
        if key.box.left + key.box.width <= level.width and key.box.top + key.box.height <= level.height:
            keys.append(key)
    width = draw(st.floats(150, 900))
    return picture, tuple(keys), Area(width, draw(st.floats(150, 900))), Area(width, draw(st.floats(150, 900)))


def shows(piece: Piece, word: Box) -> bool:
    part = piece.box
    return (
        part.left <= word.left
        and part.top <= word.top
        and word.left + word.width <= part.left + part.width
        and word.top + word.height <= part.top + part.height
    )


class TestEveryPlan:
    @given(cases())
    @example((Size(1080, 20000), (text(60, 9000, 40, 16),), PORTRAIT, FULL_PORTRAIT))
    @example((Size(40, 30), (text(2, 10, 8, 1.0),), PORTRAIT, FULL_PORTRAIT))
    def test_a_size_that_is_claimed_is_reached_for_every_word(
        self, case: tuple[Size, tuple[Key, ...], Area, Area]
    ) -> None:
        """Each word of a text is whole on one of the pieces named, at no less than the size that is stated."""
        picture, keys, first, rest = case
        laid = plan(picture, keys, first, rest)

        assert [found.key for found in laid.printed] == list(keys)
        for found in laid.printed:
            pieces = [laid.pieces[place] for place in found.on]
            assert min(piece.scale for piece in pieces) * found.key.body == pytest.approx(found.points)
            for line in found.key.lines:
                for word in line:
                    assert any(shows(piece, word) for piece in pieces)
            assert found.large_enough == (found.points >= NEEDED - 1e-9)

    @given(cases())
    def test_everything_is_inside_its_area(self, case: tuple[Size, tuple[Key, ...], Area, Area]) -> None:
        """Nothing is wider or taller than the sheet's area, every part is one of the picture, and no two overlap."""
        picture, keys, first, rest = case
        laid = plan(picture, keys, first, rest)

        for piece in laid.pieces:
            area, level, part = first if piece.sheet == 0 else rest, picture.turned(piece.turn), piece.box
            assert piece.left >= -1e-6
            assert piece.left + piece.width <= area.width + 1e-6
            assert piece.top >= (CAPTION if piece.keys else 0) - 1e-6
            assert piece.top + piece.height <= area.height + 1e-6
            assert (piece.width, piece.height) == pytest.approx((part.width * piece.scale, part.height * piece.scale))
            assert 0 <= part.left < part.left + part.width <= level.width
            assert 0 <= part.top < part.top + part.height <= level.height
        for place, one in enumerate(laid.pieces):
            for other in laid.pieces[:place]:
                assert one.sheet != other.sheet or apart(one, other)

    @given(cases())
    def test_the_whole_picture_is_always_there(self, case: tuple[Size, tuple[Key, ...], Area, Area]) -> None:
        """Enlargements never stand in for the picture: its views cover every row, on a bounded number of sheets."""
        picture, keys, first, rest = case
        laid = plan(picture, keys, first, rest)
        covered = 0
        for view in laid.views:
            assert view.box.top <= covered
            assert (view.box.left, view.box.width, view.turn) == (0, picture.width, 0)
            assert view.scale == laid.scale <= LARGEST
            covered = view.box.top + view.box.height

        assert covered == picture.height
        assert len(laid.views) <= 32
        assert [piece.sheet for piece in laid.pieces] == sorted(piece.sheet for piece in laid.pieces)
        assert {piece.sheet for piece in laid.pieces} == set(range(laid.sheets))

    @given(cases())
    def test_the_choice_says_what_is_there(self, case: tuple[Size, tuple[Key, ...], Area, Area]) -> None:
        """Whole without an enlargement, and then only where each text is level and large enough; crop before views."""
        picture, keys, first, rest = case
        laid = plan(picture, keys, first, rest)
        parts = [piece for piece in laid.pieces if piece.keys]

        assert (laid.choice == "whole") == (not parts)
        if laid.choice == "whole":
            assert all(found.large_enough and not found.key.turn for found in laid.printed)
        if laid.choice == "crop":
            assert laid.pieces[0].keys
        assert all(piece.turn == keys[place].turn for piece in parts for place in piece.keys)

    @given(cases())
    def test_what_can_be_reached_is_reached(self, case: tuple[Size, tuple[Key, ...], Area, Area]) -> None:
        """Letters of four pixels or more reach the size, unless a single word of theirs is wider than the sheet."""
        picture, keys, first, rest = case
        laid = plan(picture, keys, first, rest)
        width, height = first.width, min(first.height, rest.height) - CAPTION

        for found in laid.printed:
            key = found.key
            least, margin = NEEDED / key.body, 2 * max(2, round(0.7 * key.body))
            words = [word for line in key.lines for word in line]
            wide = max(word.width for word in words) + margin
            tall = max(word.height for word in words) + margin
            if key.body >= 4 and len(words) <= 12 and wide * least <= width and tall * least <= height:
                assert found.large_enough

    @given(cases())
    def test_words_say_no_more_than_the_plan(self, case: tuple[Size, tuple[Key, ...], Area, Area]) -> None:
        """The printed sentence gives the size rounded down, and never 8 points where they are not reached."""
        picture, keys, first, rest = case
        laid = plan(picture, keys, first, rest)
        message = next((found for found in laid.printed if found.key.kind == "message"), None)
        note = size_note(laid)

        assert bool(note) == (message is not None)
        if message is not None:
            assert ("Le message est imprimé à" in note) == message.large_enough
            assert f"{math.floor(message.points + 1e-6)} points" in note or message.points < 2
            assert ("pixels" in note) == any(laid.pieces[place].coarse for place in message.on)
        assert all(enlargement(laid, piece) for piece in laid.pieces if piece.keys)


def apart(one: Piece, other: Piece) -> bool:
    return (
        one.left + one.width <= other.left + 1e-6
        or other.left + other.width <= one.left + 1e-6
        or one.top + one.height <= other.top + 1e-6
        or other.top + other.height <= one.top + 1e-6
    )


def points(laid: Plan) -> list[float]:
    return [round(found.points, 1) for found in laid.printed]


class TestPictures:
    def test_a_phone_prints_whole(self) -> None:
        """48 pixels of a tall phone are 12 points on an upright sheet: nothing needs enlarging."""
        laid = plan(Size(1080, 2400), (text(60, 900, 16, 48, lines=2),), PORTRAIT, FULL_PORTRAIT)

        assert (laid.choice, laid.sheets) == ("whole", 1)
        assert points(laid) == [12.0]

    def test_a_desktop_has_its_message_enlarged_under_it(self) -> None:
        """16 pixels of a full-HD screen are 6 points: the message is shown again, at a comfortable size."""
        laid = plan(Size(1920, 1080), (text(600, 500, 70, 16, lines=2),), LANDSCAPE, FULL_LANDSCAPE)
        whole, cut = laid.pieces

        assert (laid.choice, laid.sheets) == ("enlarged", 1)
        assert points(laid) == [11.0]
        assert cut.top > whole.top + whole.height
        assert whole.scale > 0.3
        assert cut.scale / whole.scale == pytest.approx(2.05, abs=0.04)
        assert enlargement(laid, cut) == "Agrandissement du message, ×2"

    def test_a_narrow_picture_has_them_beside_it(self) -> None:
        """Beside a tall picture there is room that under it there is not."""
        laid = plan(Size(1000, 2300), (text(60, 900, 16, 24),), PORTRAIT, FULL_PORTRAIT)
        whole, cut = laid.pieces

        assert laid.choice == "enlarged"
        assert cut.left > whole.left + whole.width
        assert whole.scale == pytest.approx(600 / 2300)

    def test_a_very_tall_phone_capture_goes_over_sheets(self) -> None:
        """20,000 pixels of a phone: views that overlap, the message whole and large in one of them."""
        laid = plan(Size(1080, 20000), (text(60, 9000, 16, 48, lines=3),), PORTRAIT, FULL_PORTRAIT)

        assert laid.choice == "whole"
        assert 10 < len(laid.views) < 16
        assert points(laid)[0] > 14

    def test_a_very_tall_desktop_capture_shows_the_message_first(self) -> None:
        """20,000 pixels of a wide page: the message is cut out and comes first, the views follow."""
        laid = plan(Size(1920, 20000), (text(60, 12000, 80, 16),), PORTRAIT, FULL_PORTRAIT)

        assert (laid.choice, laid.pieces[0].keys, laid.pieces[0].sheet) == ("crop", (0,), 0)
        assert laid.views[0].sheet == 1
        assert laid.printed[0].large_enough

    def test_a_turned_picture_has_its_message_turned_back(self) -> None:
        """However large, a text that lies on its side is shown again, level."""
        laid = plan(Size(768, 1366), (text(300, 300, 24, 40, turn=270),), PORTRAIT, FULL_PORTRAIT)
        cut = laid.pieces[-1]

        assert (laid.choice, cut.turn) == ("enlarged", 270)
        assert "redressé" in enlargement(laid, cut)

    def test_squares_show_before_a_small_text_gives_up(self) -> None:
        """Letters of six pixels reach 8 points as squares, which is said; letters of two do not, which is said too."""
        small, tiny = (plan(Size(200, 100), (text(10, 40, 16, body),), PORTRAIT, FULL_PORTRAIT) for body in (6, 2))

        assert points(small) == [8.0]
        assert small.pieces[-1].coarse
        assert size_note(small) == (
            "Le message est imprimé à 8 points environ, dans l’agrandissement ; les pixels de l’image y sont visibles."
        )
        assert points(tiny) == [4.0]
        assert not tiny.printed[0].large_enough
        assert size_note(tiny).startswith(
            "Le message n’est imprimé qu’à 4 points environ, au lieu des 8 points recherchés"
        )

    def test_a_line_too_long_is_parted_between_words(self) -> None:
        """One line across a very wide screen prints in parts, each large enough, in the order in which it is read."""
        key = text(20, 500, 300, 16)
        laid = plan(Size(5000, 2000), (key,), LANDSCAPE, FULL_LANDSCAPE)
        parts = [piece for piece in laid.pieces if piece.keys]

        assert len(parts) > 1
        assert [piece.box.left for piece in parts] == sorted(piece.box.left for piece in parts)
        assert laid.printed[0].large_enough
        assert enlargement(laid, parts[0]).endswith(f"(1 sur {len(parts)})")

    def test_many_lines_are_parted_between_lines(self) -> None:
        """A paragraph taller than the sheet prints in groups of its lines."""
        laid = plan(Size(700, 900), (text(10, 10, 40, 5, lines=60),), Area(482, 200), Area(482, 200))
        parts = [piece for piece in laid.pieces if piece.keys]

        assert len(parts) > 1
        assert laid.printed[0].large_enough
        assert {piece.sheet for piece in parts} != {0}

    def test_neighbours_are_shown_as_one(self) -> None:
        """Two texts that nearly touch are one enlargement, named after both; two far apart are two."""
        near = (text(600, 500, 40, 14), text(600, 520, 24, 14, kind="address"))
        far = (near[0], text(600, 40, 24, 14, kind="address"))

        together = plan(Size(1920, 1080), near, LANDSCAPE, FULL_LANDSCAPE)
        assert [piece.keys for piece in together.pieces] == [(), (0, 1)]
        assert "du message et de l’adresse" in enlargement(together, together.pieces[1])
        assert len(plan(Size(1920, 1080), far, LANDSCAPE, FULL_LANDSCAPE).pieces) == 3

    def test_nothing_is_said_without_a_message(self) -> None:
        """Without key text the picture prints alone, and nothing is claimed of its letters."""
        laid = plan(Size(1366, 768), (), LANDSCAPE, FULL_LANDSCAPE)

        assert (laid.choice, laid.printed, size_note(laid)) == ("whole", (), "")
