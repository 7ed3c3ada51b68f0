"""The dossier against img2pdf: CPU of printing 300 full-HD screenshots, and of merely wrapping the same files.

The floor wraps each picture in a page with img2pdf and attaches the same files with pikepdf; the dossier sets every
sheet, prints every picture and carries the originals in its archive; once more, with the judgement of PDF/A that each
export waits for. All run in processes of their own, in turn, on the same files; only the ratio carries over to another
machine.
"""

import argparse
import datetime as dt
import hashlib
import io
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
CEILING = 1.0
"""The dossier is to cost no more CPU than this many times the floor."""


def measure(pictures: int = 300, rounds: int = 3) -> dict[str, float]:
    """CPU seconds of each (medians), ratios to the floor, and the peak memory of the dossier in MB, whole and half."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _draw(folder, pictures)
        taken: dict[str, list[tuple[float, float]]] = {"floor": [], "dossier": [], "checked": []}
        for _ in range(rounds):
            for contestant, results in taken.items():
                results.append(_run(contestant, folder, pictures))
        half = _run("dossier", folder, pictures // 2)
    floor, dossier, checked = (statistics.median(cpu for cpu, _ in results) for results in taken.values())
    return {
        "pictures": pictures,
        "floor_cpu_s": round(floor, 2),
        "dossier_cpu_s": round(dossier, 2),
        "ratio": round(dossier / floor, 3),
        "checked_ratio": round(checked / floor, 3),
        "peak_mb": round(max(peak for _, peak in taken["dossier"]), 1),
        "peak_mb_at_half": round(half[1], 1),
        "floor_peak_mb": round(max(peak for _, peak in taken["floor"]), 1),
    }


def _run(contestant: str, folder: Path, pictures: int) -> tuple[float, float]:
    """CPU seconds and peak megabytes of one run in a process of its own."""
    command = [sys.executable, __file__, "--run", contestant, "--folder", str(folder), "--pictures", str(pictures)]
    cpu, peak = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    return cpu, peak


def _draw(folder: Path, pictures: int) -> None:
    """Full-HD pages of text and a photograph-like band, no two alike, about 150 kB each."""
    from PIL import Image, ImageDraw

    band = Image.effect_noise((640, 90), 24).convert("RGB")
    for number in range(pictures):
        page = Image.new("RGB", (1920, 1080), "white")
        drawing = ImageDraw.Draw(page)
        drawing.rectangle((0, 0, 1920, 90), fill=(0, 0, 120))
        page.paste(band, (number % 1280, 100))
        for line in range(28):
            words = hashlib.sha256(f"{number}/{line}".encode()).hexdigest()
            drawing.text(
                (120, 220 + line * 29), f"Aucun créneau disponible {words} {words[:40]}", "black", font_size=20
            )
        page.save(folder / f"{number:04}.png")


def _floor(files: list[Path], out: Path) -> None:
    import img2pdf
    import pikepdf

    _start()
    with pikepdf.open(io.BytesIO(img2pdf.convert([str(file) for file in files]))) as pdf:
        for file in files:
            pdf.attachments[file.name] = pikepdf.AttachedFileSpec(pdf, file.read_bytes(), filename=file.name)
        pdf.save(out)


def _dossier(files: list[Path], out: Path) -> None:
    sys.path.insert(0, str(ROOT / "tests"))
    from builders import CaseBuilder

    from evidence_vault.exports.dossier import DossierInput, write_dossier

    # Building the case and its archive is other work, measured apart; the clock starts after it.
    archive = out.with_suffix(".zip")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as bundle:
        for file in files:
            bundle.write(file, f"exhibits/{file.name}")
    builder = CaseBuilder()
    builder.open()
    moment = builder.clock
    text = "\n".join(f"Aucun créneau disponible, ligne {line}, veuillez réessayer ultérieurement" for line in range(30))
    places: dict[str, Path] = {}
    for file in files:
        attempt = builder.attempt(moment)
        data = file.read_bytes()
        exhibit = builder.exhibit(data, 1920, 1080, attempt=attempt, name=file.name)
        builder.reading(exhibit, text=text)
        builder.outcome(attempt)
        moment += dt.timedelta(hours=11)
        places[hashlib.sha256(data).hexdigest()] = file
        builder.originals.clear()
    case = builder.built()
    _start()
    write_dossier(
        DossierInput(
            case=case.file,
            checkpoint=case.checkpoint,
            size=len(case.signed),
            root=case.root,
            public_key=case.public_key,
            original=lambda digest: places[digest].read_bytes(),
            bundle=archive,
            bundle_sha256=None,
            light=False,
            made_at=dt.datetime(2026, 11, 24, tzinfo=dt.UTC),
        ),
        out,
    )


def _checked(files: list[Path], out: Path) -> None:
    from evidence_vault.exports.archival import require_archival

    _dossier(files, out)
    require_archival(out)


_begun = 0.0


def _start() -> None:
    global _begun  # noqa: PLW0603  # one clock a process
    _begun = _cpu()


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


_CONTESTANTS = {"floor": _floor, "dossier": _dossier, "checked": _checked}


def main() -> None:
    """Measure, or be one of the contestants."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--run", choices=list(_CONTESTANTS))
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--pictures", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    if chosen.run is None:
        print(json.dumps(measure(chosen.pictures, chosen.rounds), indent=2))
        return
    files = sorted(chosen.folder.glob("*.png"))[: chosen.pictures]
    out = chosen.folder / f"{chosen.run}.pdf"
    _CONTESTANTS[chosen.run](files, out)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([_cpu() - _begun, peak]))
    out.unlink()


if __name__ == "__main__":
    main()
