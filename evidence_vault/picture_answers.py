"""What `--json` answers of pictures: what their files claim, and which of them are the same or alike."""

from typing import TYPE_CHECKING, Any

from evidence_vault.alike import Pair, Shown
from evidence_vault.capture import traces
from evidence_vault.encoding import sha256
from evidence_vault.i18n import render

if TYPE_CHECKING:
    from evidence_vault.capture.origin import Origin


def claimed_answer(origin: "Origin") -> dict[str, Any]:
    """What a file says of where it comes from: claims and traces, none of them proven."""
    manifest = origin.manifest
    return {
        "claims": [{"source": claim.source, "field": claim.field, "value": claim.value} for claim in origin.claims],
        "manifest": None
        if manifest is None
        else {
            "label": manifest.label,
            "generator": manifest.generator,
            "manifests": manifest.manifests,
            "verified": False,
        },
        "traces": [{"code": trace.code, "sentence": render(traces.sentence(trace))} for trace in origin.traces],
        "unreadable": list(origin.unreadable),
    }


def checked_answer(data: bytes, media_type: str, origin: "Origin") -> dict[str, Any]:
    """The same for a file that is not recorded: of it only its bytes are established."""
    return {
        "claimed": claimed_answer(origin),
        "proven": {"sha256": sha256(data), "size": len(data), "media_type": media_type},
    }


def pair_answer(pair: Pair) -> dict[str, Any]:
    """Two pictures that are the same or alike, with the entries that show them."""
    return {
        "relation": pair.relation,
        "repeated": pair.repeated,
        "different_dates": pair.different_dates,
        "partial": pair.verdict.partial,
        "clocks": list(pair.clocks) if pair.clocks else None,
        "earlier": _shown_answer(pair.earlier),
        "later": _shown_answer(pair.later),
        "share": pair.verdict.share / 10_000,
        "places": [
            {"box": [at.left, at.top, at.width, at.height], "share": at.share / 10_000} for at in pair.verdict.places
        ],
    }


def _shown_answer(shown: Shown) -> dict[str, Any]:
    return {
        "exhibit": shown.exhibit,
        "entry": shown.entry,
        "occurred_at": shown.occurred_at.instant if shown.occurred_at else None,
    }
