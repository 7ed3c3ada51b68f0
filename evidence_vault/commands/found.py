"""Lines for a terminal about where files come from, and about pictures that are the same; from answers, as printed."""

from collections.abc import Iterator, Sequence
from typing import Any

from evidence_vault.i18n import _, decimal, render
from evidence_vault.labels import ORIGINS, RELATIONS
from evidence_vault.messages import Message, say

Answer = dict[str, Any]

_MOST_CLAIMS = 6


def claimed_lines(claimed: Answer | None) -> Iterator[str]:
    """What a file claims in one line, and the traces it bears in another; neither is proven."""
    if claimed is None:
        yield _("The original is no longer kept: what it claims cannot be read.")
        return
    said = [_claim(claim) for claim in claimed["claims"] if claim["source"] != "name"]
    if (manifest := claimed["manifest"]) is not None:
        said.append(render(_manifest(manifest)))
    said += [render(say("{place}: unreadable", place=render(ORIGINS[place]))) for place in claimed["unreadable"]]
    shown = _joined([*said[:_MOST_CLAIMS], *(["…"] if len(said) > _MOST_CLAIMS else [])])
    yield render(say("The file claims, unproven: {claims}", claims=shown or _("nothing")))
    if claimed["traces"]:
        traces = " ".join(trace["sentence"] for trace in claimed["traces"])
        yield render(say("Traces, which indicate and do not prove: {traces}", traces=traces))


def _claim(claim: Answer) -> str:
    where = render(ORIGINS[claim["source"]])
    return f"{where} {claim['value']}" if claim["field"] == where else f"{where} {claim['field']} {claim['value']}"


def _manifest(manifest: Answer) -> Message:
    if manifest["generator"]:
        return say(
            "C2PA manifest present, not verified; it names {generator} as its author", generator=manifest["generator"]
        )
    return say("C2PA manifest present, not verified")


def origin_lines(origin: Answer) -> Iterator[str]:
    """Claimed and proven side by side for one exhibit."""
    proven, bound = origin["proven"], origin["proven"]["not_after"]
    yield render(say("Exhibit {index}", index=origin["exhibit"]))
    yield from (f"  {line}" for line in claimed_lines(origin["claimed"]))
    attested = (
        render(say("it existed at the latest at {time}, according to {source}", **_only(bound, "time", "source")))
        if bound
        else _("no third party attests yet when it existed")
    )
    yield "  " + render(
        say(
            "Established: {size} bytes, SHA-256 {digest}; {attested}.",
            size=proven["size"],
            digest=proven["sha256"],
            attested=attested,
        )
    )


def alike_lines(found: Sequence[Answer]) -> Iterator[str]:
    """One line for each pair of pictures."""
    for pair in found:
        yield render(pair_sentence(pair))


def pair_sentence(pair: Answer) -> Message:
    """Two pictures in a sentence, with both entries and what they differ by."""
    return say(
        "Exhibit {later} (entry {later_entry}) and exhibit {earlier} (entry {earlier_entry}): {relation}.",
        later=pair["later"]["exhibit"],
        later_entry=pair["later"]["entry"],
        earlier=pair["earlier"]["exhibit"],
        earlier_entry=pair["earlier"]["entry"],
        relation=_relation(pair),
    )


def _relation(pair: Answer) -> Message:
    found = _difference(pair) if pair["relation"] == "alike" else RELATIONS[pair["relation"]]
    if pair["clocks"]:
        earlier, later = pair["clocks"]
        found = say(
            "{relation}; clocks that the machine read: {earlier} and {later}",
            relation=found,
            earlier=earlier,
            later=later,
        )
    return say("{relation}, in the part that both show", relation=found) if pair["partial"] else found


def _difference(pair: Answer) -> Message:
    if pair["places"]:
        places = _joined([_place(place) for place in pair["places"]])
        return say("alike; {share} of the picture differs, at {places}", share=_percent(pair["share"]), places=places)
    if pair["clocks"]:
        return say("alike")
    return say("alike; too small, too poor or too compressed to tell whether they are the same")


def _place(place: Answer) -> str:
    left, top, width, height = place["box"]
    return f"x {left}, y {top}, {width} × {height}"


def _percent(share: float) -> str:
    return f"{decimal(100 * share)} %"


def repeated_warning(pair: Answer) -> Message:
    """What to say at once of a picture that is the same as one recorded for another entry: a fact, no reproach."""
    found = say(
        "Entry {later} shows the same picture as exhibit {exhibit} of entry {earlier}: {relation}. "
        "It is recorded all the same, and the dossier says so.",
        later=pair["later"]["entry"],
        exhibit=pair["earlier"]["exhibit"],
        earlier=pair["earlier"]["entry"],
        relation=_relation(pair),
    )
    if not pair["different_dates"]:
        return found
    return say(
        "{found} The two entries declare different dates. A page that shows no clock can look the same on two days; "
        "if a file was handed in by mistake, say so with `evidence-vault correct`.",
        found=found,
    )


def compared_line(told: Answer) -> str:
    """How many pictures are repeated, and how many were looked at."""
    repeated = [pair for pair in told["pairs"] if pair["repeated"]]
    entries = ", ".join(f"{pair['earlier']['entry']} / {pair['later']['entry']}" for pair in repeated)
    line = (
        render(say("{count} (entries {entries})", count=len(repeated), entries=entries))
        if repeated
        else render(say("none found among {count} pictures compared", count=told["compared"]))
    )
    if told["waiting"]:
        waiting = render(say("not compared yet: {count} (run `evidence-vault read`)", count=told["waiting"]))
        line = _joined([line, waiting])
    return line


def _joined(parts: Sequence[str]) -> str:
    """Parts of a line with the stop that the language sets between them."""
    if len(parts) < 2:
        return "".join(parts)
    return render(say("{first}; {rest}", first=parts[0], rest=_joined(parts[1:])))


def _only(values: Answer, *names: str) -> dict[str, str]:
    return {name: str(values[name]) for name in names}
