"""Learn the classifier of `evidence_vault.ocr.classifier` from sentences that people wrote, and write its file."""

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from evaluation.pages import read
from evidence_vault.ocr.classifier import NOTHING, dump, features_of

HERE = Path(__file__).parent
TARGET = HERE.parent / "evidence_vault" / "ocr" / "catalogue" / "classifier.npz"
_NO_MESSAGE = frozenset({"unrelated", "unclassified", "none"})
_FEWEST = 2
"""A feature of fewer examples is a name or an accident."""
_STRENGTH = 100.0
"""The inverse of the regularisation, the best of 10, 30 and 100 on sentences of other writers."""
_EVENING = 0.5
"""How far rare classes are made to weigh as much as frequent ones: 0 not at all, 1 wholly."""
_SMALLEST = 0.02
"""Of the largest weight: a feature that moves no class by more is left out."""

Example = tuple[str, str]


def sentences(file: Path) -> Iterator[Example]:
    """Each sentence of a file of sentences by class, and its class."""
    for name, texts in json.loads(file.read_text("utf-8")).items():
        yield from ((text, name) for text in texts)


def pages(files: Iterable[Path]) -> Iterator[Example]:
    """The message of each page, and all that stands around it as sentences that tell nothing."""
    for page in read(files):
        around = [*page.before, *page.after, *page.nav, *page.buttons, *page.footer]
        around += [text for text in (page.cookie, page.title, page.site, page.tagline) if text]
        yield from ((text, NOTHING) for text in around)
        if page.outcome in _NO_MESSAGE:
            yield from ((text, NOTHING) for text in page.message)
        else:
            yield " ".join(page.message), page.outcome


def learn(examples: Sequence[Example]) -> bytes:
    """The file of a classifier that was fitted to `examples`: the same bytes for the same examples."""
    found = [features_of(text) for text, _ in examples]
    counts: dict[str, int] = {}
    for one in found:
        for feature in one:
            counts[feature] = counts.get(feature, 0) + 1
    features = sorted(feature for feature, count in counts.items() if count >= _FEWEST)
    places = {feature: column for column, feature in enumerate(features)}
    rows, columns, values = [], [], []
    for row, one in enumerate(found):
        known = sorted(places[feature] for feature in one if feature in places)
        rows += [row] * len(known)
        columns += known
        values += [1 / np.sqrt(max(1, len(known)))] * len(known)
    # The same order of the same numbers, so that the same examples give the same file.
    table = sparse.csr_matrix((values, (rows, columns)), shape=(len(examples), len(features)))
    names = [name for _, name in examples]
    weights = {name: count**-_EVENING for name, count in Counter(names).items()}
    even = len(names) / sum(weights[name] for name in names)
    model = LogisticRegression(C=_STRENGTH, max_iter=5000, tol=1e-6)
    with threadpool_limits(1):  # several threads wait for one another on products so small
        model.fit(table, names, sample_weight=[even * weights[name] for name in names])
    moved = model.coef_.T
    kept = np.abs(moved).max(axis=1) > _SMALLEST * np.abs(moved).max()
    return dump(
        list(model.classes_),
        [feature for feature, keep in zip(features, kept, strict=True) if keep],
        moved[kept],
        model.intercept_,
        digest(examples),
    )


def digest(examples: Sequence[Example]) -> str:
    """SHA-256 of `examples` in their order."""
    return hashlib.sha256(json.dumps(examples, ensure_ascii=False).encode()).hexdigest()


def examples_of(folder: Path) -> list[Example]:
    """Every example of `evaluation`, each once: the sentences written for it, and the pages."""
    files = [folder / "sentences.json", *sorted((folder / "learning").glob("*.json"))]
    found = [example for file in files for example in sentences(file)]
    found += pages(sorted((folder / "pages").glob("*.json")))
    return [example for example in dict.fromkeys(found) if features_of(example[0])]


def main() -> None:
    """`python -m evaluation.learn [--out FILE]`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=TARGET)
    arguments = parser.parse_args()
    examples = examples_of(HERE)
    arguments.out.write_bytes(learn(examples))
    print(f"{len(examples)} examples, {arguments.out.stat().st_size} octets")


if __name__ == "__main__":
    main()
