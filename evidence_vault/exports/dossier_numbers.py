"""Lists of numbers as French prints them: runs drawn together, a long list told by its ends."""

from collections.abc import Iterable

_MOST = 12
"""Numbers and runs named one by one before the middle is left out."""
_DRAWN_TOGETHER = 3


def runs(found: Iterable[int]) -> list[tuple[int, int]]:
    """The numbers as runs without a gap, each by its first and its last, in order."""
    kept: list[tuple[int, int]] = []
    for number in sorted(set(found)):
        if kept and number == kept[-1][1] + 1:
            kept[-1] = (kept[-1][0], number)
        else:
            kept.append((number, number))
    return kept


def numbers(found: Iterable[int]) -> str:
    """« n° 3 », « n° 1, 2 et 5 », « n° 1 à 4 et 7 », « n° 1, 3, …, 95 »; empty for none."""
    parts: list[str] = []
    for first, last in runs(found):
        if last - first + 1 >= _DRAWN_TOGETHER:
            parts.append(f"{first} à {last}")
        else:
            parts.extend(str(number) for number in range(first, last + 1))
    if len(parts) > _MOST:
        return f"n° {parts[0]}, {parts[1]}, …, {parts[-1]}"
    return f"n° {_joined(parts)}" if parts else ""


def hours(found: Iterable[int]) -> str:
    """« 9 h, 10 h et 14 h », of hours of the day that have begun: « 9 h à 10 h » would end before 10 h 40."""
    return _joined([f"{hour} h" for hour in sorted(set(found))])


def _joined(parts: list[str]) -> str:
    *most, last = parts
    return f"{', '.join(most)} et {last}" if most else last
