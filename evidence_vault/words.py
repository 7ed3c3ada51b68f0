"""The fixed words of the ledger, spelled once: they are stored, typed as options and translated where shown."""

from typing import Literal, TypeAlias, get_args

Basis: TypeAlias = Literal["measured", "declared", "unknown"]
Capacity: TypeAlias = Literal["applicant", "helper", "delegate", "lawyer"]
ConfirmedBy: TypeAlias = Literal["person", "flag", "none"]
RequestKind: TypeAlias = Literal["first", "renewal", "change", "other"]
StepKind: TypeAlias = Literal[
    "email", "letter", "registered_letter", "phone", "visit", "helpline", "online_form", "other"
]
DocumentKind: TypeAlias = Literal[
    "screenshot", "title", "contract", "letter", "email", "reply", "receipt", "decision", "other"
]
Condition: TypeAlias = Literal["urgency", "utility", "no_obstacle"]
"""The conditions of art. L. 521-3 CJA, beside which facts are set; none is ever judged."""
TimeSource: TypeAlias = Literal["now", "flag", "exif", "png", "file_name", "screen_clock"]
FactKind: TypeAlias = Literal["screen_clock", "address", "last_release", "reopening", "platform_date"]
"""What a picture shows besides its message; `last_release` and `reopening` are dates that the platform announces."""
ReadingStatus: TypeAlias = Literal["read", "failed", "timeout", "unavailable"]
Protocol: TypeAlias = Literal["rfc3161", "opentimestamps"]
ProofStatus: TypeAlias = Literal[
    "valid", "untrusted", "unverifiable", "invalid", "pending", "unchecked", "confirmed", "unknown"
]
"""What a proof of time was judged to be when it was received; every verifier judges it again."""
CertificateOrigin: TypeAlias = Literal["self_issued", "pkcs12", "pkcs11"]
Outcome: TypeAlias = Literal[
    "no_slot",
    "slots_offered",
    "appointment_obtained",
    "in_progress",
    "captcha_failure",
    "session_expired",
    "site_error",
    "maintenance",
    "waiting_room",
    "closed_until",
    "cancelled",
    "login",
    "unrelated",
    "unclassified",
]
RESEMBLES = "resembles-"
"""So begins the phrase of a quotation that only resembles messages of its kind: no wording of the catalogue."""
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
CONDITIONS: tuple[Condition, ...] = get_args(Condition)
