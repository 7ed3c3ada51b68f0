"""Whether the article on the renewal of the carte de résident speaks of a case.

That article was R. 311-9 of the CESEDA until 1 May 2021; under what number it stands today is for a lawyer to check. It
names the carte de résident alone, whatever the law above it says of other permits: a certificat de résidence, a visa or
a carte de séjour is none.
"""

import unicodedata

from evidence_vault.kinds import CaseOpened
from evidence_vault.messages import Message, say
from evidence_vault.windows import expiry_of


def outside(case: CaseOpened) -> Message | None:
    """Why the article does not speak of this case, as recorded; None where it may."""
    if case.request != "renewal":
        return say(
            "The article speaks of the renewal of a carte de résident, and this case is not recorded as a renewal; no "
            "file was made. If it is one: `evidence-vault case update --request renewal`."
        )
    if "carte de resident" not in _folded(case.title_held or ""):
        return say(
            "The article speaks of the carte de résident alone, and this case says: {title}; no file was made. If that "
            'is what is held: `evidence-vault case update --title "carte de résident"`.',
            title=case.title_held or "?",
        )
    if expiry_of(case) is None:
        return say(
            "The day on which the carte de résident expires is not recorded; no file was made. "
            "`evidence-vault case update --title-expiry` records it."
        )
    return None


def _folded(text: str) -> str:
    """Small letters without accents, blanks single."""
    plain = "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
    return " ".join(plain.casefold().replace("-", " ").split())
