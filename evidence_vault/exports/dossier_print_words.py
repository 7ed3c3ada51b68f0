"""What the dossier says of a picture on paper: what is enlarged, how many times, how large the message prints."""

import math

from evidence_vault.exports.key_text import KeyKind
from evidence_vault.exports.print_cuts import NEEDED
from evidence_vault.exports.print_plan import Piece, Plan

_OF: dict[KeyKind, str] = {"message": "du message", "address": "de l’adresse", "clock": "de l’horloge"}
_THE: dict[KeyKind, str] = {"message": "Message", "address": "Adresse", "clock": "Horloge"}
_SMALLEST_CHANGE = 1.05
_COARSE = "les pixels de l’image y sont visibles"
_LONGEST = (
    "Le message n’est imprimé qu’à 88 points environ, au lieu des 8 points recherchés : l’agrandissement ne rend pas "
    f"le détail que l’image n’a pas ; {_COARSE}."
)


def enlargement(laid: Plan, piece: Piece) -> str:
    """« Agrandissement du message, ×2,4 »: beside the whole picture as it is printed, and whether it was turned."""
    kinds = list(dict.fromkeys(laid.printed[place].key.kind for place in piece.keys))
    times = piece.scale / laid.scale
    turned = ", redressé" if piece.turn else ""
    if times < _SMALLEST_CHANGE:
        title = f"{_list([_THE[kind] for kind in kinds]).capitalize()}{turned}"
    else:
        title = f"Agrandissement {_list([_OF[kind] for kind in kinds])}{turned}, ×{_decimal(times)}"
    parts = [other for other in laid.pieces if other.keys == piece.keys]
    return f"{title} ({parts.index(piece) + 1} sur {len(parts)})" if len(parts) > 1 else title


def size_note(laid: Plan | None) -> str:
    """At which size the message prints; nothing where that is not known, the longest such line without a plan."""
    if laid is None:
        return _LONGEST
    found = next((each for each in laid.printed if each.key.kind == "message"), None)
    if found is None:
        return ""
    pieces = [laid.pieces[place] for place in found.on]
    coarse = f" ; {_COARSE}" if any(piece.coarse for piece in pieces) else ""
    if not found.large_enough:
        reason = " : l’agrandissement ne rend pas le détail que l’image n’a pas" if coarse else ""
        return (
            f"Le message n’est imprimé qu’à {_points(found.points)} environ, au lieu des {_points(NEEDED)} recherchés"
            f"{reason}{coarse}."
        )
    where = ", dans l’agrandissement" if any(piece.keys for piece in pieces) else ""
    return f"Le message est imprimé à {_points(found.points)} environ{where}{coarse}."


def view_note(number: int, views: int) -> str:
    """Which part of a tall picture this is."""
    overlap = "de haut en bas ; chaque vue reprend les 10 derniers millimètres de la précédente"
    return f"Image plus haute qu’une page : vue {number + 1} sur {views}, {overlap}."


def excerpt_title(number: int, *, larger: bool) -> str:
    """The title of the message cut out of an exhibit."""
    return (
        f"Extrait de la pièce n° {number}{', agrandi' if larger else ''} : les mots sur lesquels repose la proposition"
    )


def _points(points: float) -> str:
    """A size, rounded down: what is printed is never said to be larger than it is."""
    whole = math.floor(points + 1e-6)
    return "moins d’un point" if whole < 1 else "un point" if whole == 1 else f"{whole} points"


def _decimal(value: float) -> str:
    return f"{math.floor(value * 10 + 1e-6) / 10:.1f}".replace(".", ",").removesuffix(",0")


def _list(names: list[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} et {last}" if most else last
