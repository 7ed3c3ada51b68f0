"""Scores readings against a labelled corpus: what was measured, the confusions, and the pictures that went worst.

Pictures labelled borderline are left out of every pass and fail. Texts are compared without accents, capitals and
punctuation, except for the character error rate, which keeps all of them. Only the standard library and rapidfuzz.
"""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

NONE = "none"
_DANGEROUS = ("no_slot", "appointment_obtained")


@dataclass(frozen=True, slots=True)
class Scored:
    """One picture: its label, what was predicted, and the text that it shows."""

    label: dict[str, Any]
    told: dict[str, Any]
    truth: str

    @property
    def outcome(self) -> str:
        """The predicted outcome; `none` where the reader abstained."""
        return self.told.get("outcome") or NONE

    @property
    def accepted(self) -> bool:
        """Whether the predicted outcome is one that the label accepts."""
        return self.outcome in {answer or NONE for answer in self.label["outcome_accept"]}

    @property
    def legible(self) -> bool | None:
        """What the label says; None for borderline."""
        return {"legible": True, "illegible": False}.get(self.label["legibility"])


def load(corpus: Path, predictions: Path) -> list[Scored]:
    """Pair each picture of the manifest with its prediction; a missing prediction counts as nothing read."""
    lines = (json.loads(line) for line in predictions.read_text("utf-8").splitlines())
    told = {Path(line["file"]).name: line for line in lines}
    found = []
    for line in (corpus / "manifest.jsonl").read_text("utf-8").splitlines():
        label = json.loads(line)
        text = next(path for path in (corpus / label["text_file"], corpus.parent / label["text_file"]) if path.exists())
        found.append(Scored(label, told.get(Path(label["file"]).name, {}), text.read_text("utf-8")))
    return found


def table(rows: Sequence[Scored]) -> list[tuple[str, str, int]]:
    """What is measured: name, value, and on how many pictures."""
    clear = [row for row in rows if row.legible]
    bad = [row for row in rows if row.legible is False]
    quality = [row for row in bad if row.label["legibility_reason"] == "quality"]
    read = [row for row in clear if row.told.get("text")]
    errors = sum(Levenshtein.distance(_plain(row.truth), _plain(row.told["text"])) for row in read)
    wrong = [
        row for row in rows if row.outcome in _DANGEROUS and not row.accepted and row.label["outcome"] != "closed_until"
    ]
    return [
        ("legible pictures accepted", _share(row.told.get("legible") for row in clear), len(clear)),
        ("unreadable or message-less pictures accepted", str(sum(bool(r.told.get("legible")) for r in bad)), len(bad)),
        ("ROC AUC on picture quality", f"{_auc(clear, quality):.3f}", len(clear) + len(quality)),
        ("words of the message read", _mean(_words(r.label["key"]["msg"], r.told["text"]) for r in read), len(read)),
        ("clock read exactly", *_key(read, "clock_visible", _has_clock)),
        ("address at least 95 % similar", *_key(read, "url_visible", _has_address)),
        ("character error rate", f"{errors / max(1, sum(len(_plain(row.truth)) for row in read)):.1%}", len(read)),
        ("outcome accepted", _share(row.accepted for row in clear), len(clear)),
        ("wrongly “no slot” or “obtained”, legible or not", str(len(wrong)), len(rows)),
    ]


def confusion(rows: Sequence[Scored]) -> list[tuple[str, Counter[str]]]:
    """For each outcome of the labels, the answers given on legible pictures."""
    clear = [row for row in rows if row.legible]
    names = sorted({row.label["outcome"] for row in clear})
    return [(name, Counter(row.outcome for row in clear if row.label["outcome"] == name)) for name in names]


def worst(rows: Sequence[Scored], count: int = 10) -> list[Scored]:
    """The pictures that are furthest from their label, the most dangerous first."""

    def gravity(row: Scored) -> float:
        dangerous = row.outcome in _DANGEROUS and not row.accepted
        score = float(row.told.get("score") or 0)
        return 2 * dangerous + (score if row.legible is False else 1 - score if row.legible else 0)

    return sorted(rows, key=gravity, reverse=True)[:count]


def cuts(rows: Sequence[Scored], least: float = 0.97) -> tuple[float, float] | None:
    """A cut above the first score, up to the second, accepts `least` of the legible and the fewest of the others."""
    scores = sorted({0.0, *(float(row.told.get("score") or 0) for row in rows if row.legible is not None)})
    clear = [float(row.told.get("score") or 0) for row in rows if row.legible]
    bad = [float(row.told.get("score") or 0) for row in rows if row.legible is False]
    good = [cut for cut in scores if clear and sum(score >= cut for score in clear) >= least * len(clear)]
    fewest = min((sum(score >= cut for score in bad) for cut in good), default=0)
    best = [cut for cut in good if sum(score >= cut for score in bad) == fewest]
    return (max((score for score in bad if score < best[0]), default=0.0), best[-1]) if best else None


def _plain(text: str) -> str:
    return " ".join(word for word in text.replace("’", "'").split() if any(letter.isalnum() for letter in word))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe")).encode("ascii", "ignore").decode()


def _words(wanted: str, text: str) -> float:
    """The share of the wanted words that stand in the text, as often as they are wanted."""
    need, have = (Counter(re.findall(r"[a-z0-9]+", _folded(given))) for given in (wanted, text))
    return sum((need & have).values()) / max(1, sum(need.values()))


def _has_clock(wanted: str, text: str) -> bool:
    return all(piece in re.sub(r"\s", "", _folded(text)) for piece in _folded(wanted).split())


def _has_address(wanted: str, text: str) -> bool:
    needle = re.sub(r"\s|…|https?://|www\.", "", _folded(wanted)).rstrip("/")
    return not needle or fuzz.partial_ratio(needle, re.sub(r"\s|www\.", "", _folded(text))) >= 95


def _key(rows: Sequence[Scored], name: str, test: Callable[[str, str], bool]) -> tuple[str, int]:
    shown = [row for row in rows if row.label["key"].get(name)]
    return _share(test(row.label["key"][name], row.told["text"]) for row in shown), len(shown)


def _auc(good: Sequence[Scored], bad: Sequence[Scored]) -> float:
    """How often a legible picture scores above an unreadable one; ties count half."""
    pairs = [(float(a.told.get("score") or 0), float(b.told.get("score") or 0)) for a in good for b in bad]
    return sum((a > b) + 0.5 * (a == b) for a, b in pairs) / len(pairs) if pairs else 0.0


def _share(found: Iterable[Any]) -> str:
    return _mean(float(bool(one)) for one in found)


def _mean(values: Iterable[float]) -> str:
    listed = list(values)
    return f"{sum(listed) / len(listed):.1%}" if listed else "–"
