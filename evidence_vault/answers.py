"""What the commands answer with --json: plain dictionaries with stable keys, published in `docs/schemas/`.

Sentences in them are in the language of the call; codes are not translated.
"""

from typing import Any

from evidence_vault.casefile import AttemptView, CaseFile, Entry, ExhibitView, StepView
from evidence_vault.evidence import Report, combine
from evidence_vault.i18n import render
from evidence_vault.kinds import Box, DeclaredTime, Reading, to_fields
from evidence_vault.reasons import sentence
from evidence_vault.tally import Tally

NOT_ATTESTED = {"not_before": None, "not_after": None}
"""The attested interval while no third party bounds anything."""


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
        "engine": reading.engine,
    }


def box_answer(box: Box | None) -> list[int] | None:
    """Left, top, width, height in pixels of the original."""
    return [box.left, box.top, box.width, box.height] if box else None


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


def attempt_answer(view: AttemptView) -> dict[str, Any]:
    """An attempt as `list` and `show` give it."""
    return {
        "index": view.entry.index,
        "recorded_at": view.entry.header.recorded_at,
        "occurred_at": time_answer(view.occurred_at),
        "attested": NOT_ATTESTED,
        "origin": view.attempt.origin,
        "operator": view.attempt.operator,
        "url": view.attempt.url,
        "platform": view.attempt.platform,
        "note": view.attempt.note,
        "outcome": view.outcome,
        "outcome_detail": view.outcome_detail,
        "proposed": view.outcomes[-1].stated.proposed if view.outcomes else None,
        "confirmed_by": view.confirmed_by,
        "legible": view.legible,
        "exhibits": [exhibit_answer(exhibit) for exhibit in view.exhibits],
        "corrections": [item.entry.index for item in view.corrections],
    }


def step_answer(view: StepView) -> dict[str, Any]:
    """A step as `list` and `show` give it."""
    said = view.step
    return {
        "index": view.entry.index,
        "recorded_at": view.entry.header.recorded_at,
        "occurred_at": time_answer(said.occurred_at),
        "step": said.step,
        "recipient": said.recipient,
        "reference": said.reference,
        "summary": said.summary,
        "answer": said.answer,
        "answered_on": said.answered_on,
        "exhibits": [exhibit_answer(exhibit) for exhibit in view.exhibits],
        "corrections": [item.entry.index for item in view.corrections],
    }


def list_answer(case: CaseFile) -> dict[str, Any]:
    """The answer of `list`."""
    return {
        "case": case.id,
        "applicant": case.case.applicant,
        "size": len(case.entries),
        "attempts": [attempt_answer(view) for view in case.attempts],
        "steps": [step_answer(view) for view in case.steps],
        "documents": [exhibit_answer(view) for view in case.documents],
    }


def entry_answer(entry: Entry) -> dict[str, Any]:
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
        "attested": NOT_ATTESTED,
        "says": to_fields(entry.said) if entry.said is not None else None,
    }


def status_answer(case: CaseFile, counted: Tally) -> dict[str, Any]:
    """The answer of `status`: counts in the units that the decisions use, from declared times."""
    return {
        "case": case.id,
        "applicant": case.case.applicant,
        "prefecture": case.case.prefecture,
        "procedure": case.case.procedure,
        "attempts": counted.attempts,
        "undated": counted.undated,
        "counted_from": "declared",
        "time_zone": str(case.zone),
        "first": counted.first.isoformat() if counted.first else None,
        "last": counted.last.isoformat() if counted.last else None,
        "span_days": counted.span_days,
        "distinct_days": len(counted.days),
        "distinct_weeks": [f"{year}-W{week:02d}" for year, week in counted.weeks],
        "longest_gap_days": counted.longest_gap_days,
        "hours": {f"{hour:02d}": number for hour, number in counted.hours.items()},
        "outcomes": counted.outcomes,
        "screenshots": counted.screenshots,
        "legible": counted.legible,
        "attempts_with_legible": counted.attempts_with_legible,
        "steps": counted.steps,
        "attested": {"attempts": 0, "distinct_days": 0, "distinct_weeks": []},
        "title_expiry": case.case.title_expiry,
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
        "notes": [render(note) for note in reports[0].notes] if reports else [],
    }
