"""What the commands answer with --json: plain dictionaries with stable keys, published in `docs/schemas/`.

Sentences in them are in the language of the call; codes are not translated.
"""

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from evidence_vault.alike import Alike
from evidence_vault.attested import interval_of, timeline_of, unattested
from evidence_vault.casefile import AttemptView, CaseFile, Entry, ExhibitView, StepView
from evidence_vault.comparison_answers import box_answer, comparison_answer, fact_answer
from evidence_vault.contradictions import compare
from evidence_vault.entries import utc_text
from evidence_vault.evidence import Report, combine
from evidence_vault.i18n import render
from evidence_vault.kinds import Reading, to_fields
from evidence_vault.picture_answers import claimed_answer, pair_answer
from evidence_vault.reasons import sentence
from evidence_vault.timeline import Attestation, Interval, Timeline
from evidence_vault.values import DeclaredTime

if TYPE_CHECKING:
    from evidence_vault.capture.origin import Origin

_NOT_COMPARED = Alike()


def interval_answer(interval: Interval) -> dict[str, Any]:
    """Between which moments, according to whom, and what each bound rests on; never a bare moment."""
    before, after = interval.not_before, interval.not_after
    return {
        "not_before": before and _bound_answer(before, before.earliest),
        "not_after": after and _bound_answer(after, after.latest),
    }


def _bound_answer(attestation: Attestation, moment: dt.datetime) -> dict[str, Any]:
    return {
        "time": utc_text(moment),
        "source": attestation.source,
        "protocol": attestation.protocol,
        "weight": attestation.weight,
        "as_of": attestation.as_of.isoformat() if attestation.as_of else None,
        "entry": attestation.index,
    }


def indications_answer(view: AttemptView) -> list[dict[str, Any]]:
    """Times that files and pictures claim for themselves: beside the interval, never mixed into it."""
    found = []
    for exhibit in view.exhibits:
        claims = [(item.source, item.text) for item in exhibit.exhibit.indications or ()]
        if exhibit.reading is not None and exhibit.reading.reading.screen_clock:
            claims.append(("screen_clock", exhibit.reading.reading.screen_clock))
        found += [{"source": source, "text": text, "exhibit": exhibit.entry.index} for source, text in claims]
    return found


def reading_answer(file: str, reading: Reading) -> dict[str, Any]:
    """One result of `check`; also what `log` and `import` say of each screenshot."""
    return {
        "file": file,
        "status": reading.status,
        "legible": bool(reading.legible),
        "score": (reading.score or 0) / 1000,
        "reasons": [render(sentence(reason)) for reason in reading.reasons or ()],
        "text": reading.text or "",
        "confidence": reading.confidence,
        "outcome": reading.outcome or "unclassified",
        "outcome_detail": reading.outcome_detail,
        "outcome_evidence": [
            {"phrase": quote.phrase, "text": quote.text, "box": box_answer(quote.box)} for quote in reading.quotes or ()
        ],
        "screen_clock": reading.screen_clock,
        "address": reading.address,
        "platform_dates": list(reading.platform_dates or ()),
        "facts": [fact_answer(fact) for fact in reading.facts or ()],
        "engine": reading.engine,
    }


def origin_answer(view: ExhibitView, origin: "Origin | None", timeline: Timeline) -> dict[str, Any]:
    """Claimed and proven side by side for an exhibit; `origin` is None where the original is no longer kept."""
    bound = timeline.of_entry(view.entry.index).not_after
    return {
        "exhibit": view.entry.index,
        "claimed": None if origin is None else claimed_answer(origin),
        "proven": {
            "sha256": view.exhibit.sha256,
            "size": view.exhibit.size,
            "recorded_at": view.entry.header.recorded_at,
            "not_after": bound and _bound_answer(bound, bound.latest),
        },
    }


def time_answer(declared: DeclaredTime | None) -> dict[str, Any] | None:
    """A declared time with its source; never a bare moment."""
    return dict(to_fields(declared)) if declared else None  # type: ignore[arg-type]  # any frozen value will do


def exhibit_answer(view: ExhibitView) -> dict[str, Any]:
    """An exhibit with its latest reading in short."""
    reading = view.reading.reading if view.reading else None
    return {
        "index": view.entry.index,
        "sha256": view.exhibit.sha256,
        "name": view.exhibit.name,
        "document": view.exhibit.document,
        "label": view.exhibit.label,
        "media_type": view.exhibit.media_type,
        "size": view.exhibit.size,
        "width": view.exhibit.width,
        "height": view.exhibit.height,
        "read": reading.status if reading else None,
        "legible": view.legible,
        "score": (reading.score or 0) / 1000 if reading else None,
        "reasons": [render(sentence(reason)) for reason in (reading.reasons or ())] if reading else [],
    }


def attempt_answer(
    view: AttemptView, timeline: Timeline, zone: ZoneInfo, found: Alike = _NOT_COMPARED
) -> dict[str, Any]:
    """An attempt as `list` and `show` give it; `zone` is that of the case."""
    index = view.entry.index
    return {
        "index": index,
        "recorded_at": view.entry.header.recorded_at,
        "occurred_at": time_answer(view.occurred_at),
        "attested": interval_answer(interval_of(timeline, view)),
        "indications": indications_answer(view),
        "origin": view.attempt.origin,
        "operator": view.attempt.operator,
        "ended_at": time_answer(view.attempt.ended_at),
        "reached": view.attempt.reached,
        "url": view.attempt.url,
        "platform": view.attempt.platform,
        "note": view.attempt.note,
        "outcome": view.outcome,
        "outcome_detail": view.outcome_detail,
        "proposed": view.outcomes[-1].stated.proposed if view.outcomes else None,
        "confirmed_by": view.confirmed_by,
        "legible": view.legible,
        "exhibits": [exhibit_answer(exhibit) for exhibit in view.exhibits],
        "repeats": [pair_answer(pair) for pair in found.of_entry(index) if pair.repeated],
        "comparisons": [comparison_answer(one) for one in compare(view, timeline, zone)],
        "corrections": [item.entry.index for item in view.corrections],
    }


def step_answer(view: StepView) -> dict[str, Any]:
    """A step as `list` and `show` give it."""
    said = view.step
    return {
        "index": view.entry.index,
        "recorded_at": view.entry.header.recorded_at,
        "occurred_at": time_answer(view.occurred_at),
        "step": said.step,
        "recipient": said.recipient,
        "reference": said.reference,
        "summary": said.summary,
        "answer": said.answer,
        "answered_on": said.answered_on,
        "exhibits": [exhibit_answer(exhibit) for exhibit in view.exhibits],
        "corrections": [item.entry.index for item in view.corrections],
    }


def list_answer(case: CaseFile, found: Alike = _NOT_COMPARED) -> dict[str, Any]:
    """The answer of `list`."""
    timeline = timeline_of(case)
    return {
        "case": case.id,
        "applicant": case.case.applicant,
        "size": len(case.entries),
        "unattested": unattested(case, timeline),
        "untold": [entry.index for entry in case.untold],
        "attempts": [attempt_answer(view, timeline, case.zone, found) for view in case.attempts],
        "steps": [step_answer(view) for view in case.steps],
        "documents": [exhibit_answer(view) for view in case.documents],
    }


def entry_answer(entry: Entry, timeline: Timeline) -> dict[str, Any]:
    """One entry, whatever its kind: its header, and what it says."""
    header = entry.header
    return {
        "index": header.index,
        "kind": header.kind,
        "recorded_at": header.recorded_at,
        "case": header.case,
        "key": header.key,
        "body": header.body,
        "previous": header.previous,
        "digest": entry.digest,
        "withheld": entry.withheld,
        "attested": interval_answer(timeline.of_entry(entry.index)),
        "says": to_fields(entry.said) if entry.said is not None else None,
    }


def report_answer(kind: str, reports: list[Report]) -> dict[str, Any]:
    """The answer of `verify` over one case or several."""
    return {
        "verdict": combine(report.verdict for report in reports),
        "intact": combine(report.answer("intact") for report in reports),
        "dated": combine(report.answer("dated") for report in reports),
        "complete": combine(report.answer("complete") for report in reports),
        "signer": combine(report.answer("signer") for report in reports),
        "kind": kind,
        "checks": [
            {
                "number": check.number,
                "name": check.name,
                "question": check.question,
                "verdict": check.verdict,
                "detail": render(check.detail),
                "findings": check.findings,
                "case": report.case,
            }
            for report in reports
            for check in report.checks
        ],
        "entries": sum(report.entries for report in reports),
        "attempts": sum(report.attempts for report in reports),
        "exhibits": sum(report.exhibits for report in reports),
        "withheld": sum(report.withheld for report in reports),
        "cases": [
            {
                "case": report.case,
                "size": report.size,
                "root": report.root,
                "public_key": report.public_key.hex() if report.public_key else None,
                "verdict": report.verdict,
            }
            for report in reports
        ],
        "attestations": [
            interval_answer(Interval(found, found)) | {"size": found.size, "case": report.case}
            for report in reports
            for found in report.attestations
        ],
        "intervals": [
            {"case": report.case, "index": found.index} | interval_answer(found.interval)
            for report in reports
            for found in report.intervals
        ],
        "notes": list(dict.fromkeys(render(note) for report in reports for note in report.notes)),
    }
