"""Makes a corpus: for each page its clean picture and some degraded ones, each with its labels."""

import io
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import Image

from evaluation import blank, degrade, frames
from evaluation.legibility import Wear, judged
from evaluation.pages import CORE, Page
from evaluation.render import Shot, Studio
from evaluation.scene import SYSTEMS, Scene, drawn
from evaluation.truth import as_json, contrast, dates, lines, low_height, placed, share, visible


@dataclass(frozen=True)
class Choice:
    """A page, where it is seen, and what is done to its picture."""

    page: Page
    scene: Scene
    degradations: tuple[str, ...]
    seed: str


def choices(pages: Sequence[Page], per_page: int, seed: int) -> list[Choice]:
    """What to make of the pages: the same for the same seed, each degradation as often as the others.

    Raises ValueError where a page is to have more degraded pictures than there are degradations.
    """
    if per_page > len(degrade.ALL):
        raise ValueError(f"there are only {len(degrade.ALL)} degradations")
    draw = random.Random(f"{seed}/deal")
    systems, ways = _deal(SYSTEMS, draw), _deal(tuple(degrade.ALL), draw)
    waiting: list[str] = []
    found = []
    for page in pages:
        scene = drawn(page, next(systems), random.Random(f"{seed}/{page.id}/scene"))
        found.append(Choice(page, scene, _hand(ways, waiting, per_page), f"{seed}/{page.id}"))
    return found


def _deal(kinds: Sequence[str], draw: random.Random) -> Iterator[str]:
    """The kinds without end, shuffled anew each time that all have been given."""
    while True:
        yield from draw.sample(kinds, len(kinds))


def _hand(kinds: Iterator[str], waiting: list[str], many: int) -> tuple[str, ...]:
    """That many different kinds; one that came twice waits for the next hand."""
    hand: list[str] = []
    kept: list[str] = []
    while len(hand) < many:
        kind = waiting.pop(0) if waiting else next(kinds)
        (kept if kind in hand else hand).append(kind)
    waiting[:0] = kept
    return tuple(hand)


def make(studio: Studio, pages: Sequence[Page], out: Path, per_page: int, seed: int) -> Iterator[dict[str, Any]]:
    """Write the corpus under `out`, and give each line of its manifest once its files are written."""
    for folder in ("img", "gt"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    number = 0
    with (out / "manifest.jsonl").open("w", encoding="utf-8") as manifest:
        for choice in choices(pages, per_page, seed):
            kinds = tuple(dict.fromkeys(("plain", *(d for d in choice.degradations if d in {"covered", "scrolled"}))))
            shots = studio.shots(choice.page, choice.scene, kinds)
            for way in ("clean", *choice.degradations):
                number += 1
                yield _line(manifest, picture(choice, way, shots), out, number)
        draw = random.Random(f"{seed}/blank")
        for name in blank.ALL:
            number += 1
            yield _line(manifest, nothing(name, draw), out, number)


@dataclass(frozen=True)
class Labelled:
    """A picture as a file, and all that is true of it."""

    data: bytes
    text: str
    boxes: dict[str, Any]
    labels: dict[str, Any]


def picture(choice: Choice, way: str, shots: dict[str, Shot]) -> Labelled:
    """One picture of a page, degraded in one way; the way `clean` leaves it alone."""
    page, scene = choice.page, choice.scene
    shot = shots.get(way, shots["plain"])
    screen = _opened(shot.png)
    whole = shots["plain"]
    message = [word for word in whole.words if word.key == "msg" and word.seen > 0.5]
    # A page so long that its message never came into sight has no place to aim at: the middle will do.
    boxes = [word.box for word in message] or [(0.0, screen.height * 0.4, float(screen.width), screen.height * 0.6)]
    around = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
    height = low_height(message)
    ways = {"clean": degrade.clean, **degrade.ALL}
    done = ways[way](degrade.Source(screen, around, height or 8.0), random.Random(f"{choice.seed}/{way}"))
    words = placed(shot.words, done.matrix, done.picture.size, done.hidden)
    levels = contrast(_opened(whole.png), message)
    part = share(words)
    verdict = judged(height, levels, done.wear, part, bool(done.hidden) or way == "covered")
    tags = [*done.tags, *([verdict.reason] if verdict.reason != "quality" else [])]
    shown = {key: " ".join(w.text for w in visible(words, key)) for key in ("msg", "url", "clock")}
    said = {key: " ".join(w.text for w in whole.words if w.key == key) for key in ("msg", "url", "clock")}
    labels = {
        "base": page.id,
        "degradation": way,
        "tags": tags,
        "outcome": page.outcome,
        "outcome_sub": page.detail,
        "outcome_core": page.outcome in CORE,
        "outcome_accept": page.accept,
        "outcome_forbid": page.forbid,
        "note": page.note,
        "layout": page.layout,
        "key": {
            "msg": said["msg"],
            "msg_visible": shown["msg"],
            "dates": dates(said["msg"]),
            "url": said["url"],
            "url_visible": shown["url"],
            "clock": said["clock"],
            "clock_visible": shown["clock"],
        },
        "real_url": page.url,
        "clock_iso": scene.moment.strftime("%Y-%m-%dT%H:%M:%S") if frames.clock(scene) else "",
        "frame": scene.frame,
        "dpr": scene.dpr,
        "xheight_msg": _rounded(low_height(visible(words, "msg"))),
        "xheight_url": _rounded(low_height(visible(words, "url"))),
        "xheight_clock": _rounded(low_height(visible(words, "clock"))),
        "contrast": round(levels * done.wear.contrast, 1),
        "smear": _rounded(verdict.smear, 3),
        "wear": asdict(done.wear),
        "legibility": verdict.label,
        "legibility_reason": verdict.reason,
    }
    size = done.picture.size
    return Labelled(done.stored(), lines(words), as_json(words, size), {"width": size[0], "height": size[1], **labels})


@lru_cache(maxsize=3)
def _opened(png: bytes) -> Image.Image:
    """The pixels of a shot, kept while its page is being degraded; nobody writes on them."""
    return Image.open(io.BytesIO(png)).convert("RGB")


def nothing(name: str, draw: random.Random) -> Labelled:
    """A picture without text."""
    size = draw.choice(blank.SIZES)
    done = degrade.Degraded(blank.ALL[name](size, draw), png=name in {"black", "white", "grey", "icons"})
    labels = {
        "width": size[0],
        "height": size[1],
        "base": "special",
        "degradation": name,
        "tags": [],
        "outcome": "none",
        "outcome_sub": "",
        "outcome_core": False,
        "outcome_accept": [None, "none", "undetermined", "unknown", "unrelated", "other"],
        "outcome_forbid": ["appointment_obtained", "no_slot"],
        "note": "",
        "layout": "",
        "key": dict.fromkeys(("msg", "msg_visible", "dates", "url", "url_visible", "clock", "clock_visible"), ""),
        "real_url": "",
        "clock_iso": "",
        "frame": "",
        "dpr": 1,
        **dict.fromkeys(("xheight_msg", "xheight_url", "xheight_clock", "contrast", "smear")),
        "wear": asdict(Wear()),
        "legibility": "illegible",
        "legibility_reason": "no_text",
    }
    return Labelled(done.stored(), "", {"size": list(size), "words": []}, labels)


def _line(manifest: Any, made: Labelled, out: Path, number: int) -> dict[str, Any]:
    name = f"e{number:05d}"
    kind = "png" if made.data.startswith(b"\x89PNG") else "jpg"
    files = {"file": f"img/{name}.{kind}", "text_file": f"gt/{name}.txt", "boxes_file": f"gt/{name}.boxes.json"}
    (out / files["file"]).write_bytes(made.data)
    (out / files["text_file"]).write_text(made.text, encoding="utf-8")
    (out / files["boxes_file"]).write_text(json.dumps(made.boxes, ensure_ascii=False), encoding="utf-8")
    line = {"file": files["file"], "split": "dev", "bytes": len(made.data), **made.labels, **files}
    manifest.write(json.dumps(line, ensure_ascii=False) + "\n")
    return line


def _rounded(number: float | None, digits: int = 2) -> float | None:
    return None if number is None else round(number, digits)
