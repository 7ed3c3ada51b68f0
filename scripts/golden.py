"""Draw the pages that `tests/test_golden.py` compares, as they look now, into `tests/data/golden/`.

    PYTHONPATH=tests python scripts/golden.py

Look at what `git diff` shows before they are committed: a picture is only right if somebody saw that it is.
"""

import tempfile
from pathlib import Path

import golden_pages as golden


def main() -> None:
    golden.FOLDER.mkdir(parents=True, exist_ok=True)
    for path in golden.FOLDER.glob("*.png"):
        path.unlink()
    with tempfile.TemporaryDirectory() as folder:
        for name, image in golden.pictures(Path(folder)).items():
            golden.keep(image, golden.FOLDER / f"{name}.png")
    print(f"{len(golden.NAMES)} pages in {golden.FOLDER}")


if __name__ == "__main__":
    main()
