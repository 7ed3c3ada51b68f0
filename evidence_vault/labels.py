"""What the codes of the ledger are called for people: one English sentence each, translated where it is shown."""

from collections.abc import Mapping

from evidence_vault.messages import Message, say

OUTCOMES: Mapping[str, Message] = {
    "no_slot": say("no slot available"),
    "slots_offered": say("slots offered"),
    "appointment_obtained": say("appointment obtained"),
    "in_progress": say("in progress (form or captcha)"),
    "captcha_failure": say("security code refused"),
    "session_expired": say("session expired"),
    "site_error": say("site error"),
    "maintenance": say("maintenance"),
    "waiting_room": say("waiting room"),
    "closed_until": say("closed until a stated date"),
    "cancelled": say("appointment cancelled"),
    "login": say("login page"),
    "unrelated": say("unrelated page"),
    "unclassified": say("not classified"),
}
DETAILS: Mapping[str, Message] = {
    "http_500": say("server error 500"),
    "http_502": say("server error 502"),
    "http_503": say("server error 503"),
    "http_504": say("server error 504"),
    "http_5xx": say("server error"),
    "rate_limited": say("too many requests"),
    "blocked": say("access blocked"),
    "blocked_procedure": say("procedure blocked"),
    "timeout": say("timed out"),
    "refused": say("connection refused"),
    "reset": say("connection broken off"),
    "offline": say("offline"),
    "unreachable": say("site out of reach"),
    "certificate": say("certificate refused"),
    "not_found": say("page not found"),
    "overload": say("service overloaded"),
    "unavailable": say("service unavailable"),
    "closed": say("closed"),
    "error": say("error"),
}
CAPACITIES: Mapping[str, Message] = {
    "applicant": say("the applicant"),
    "helper": say("a helper"),
    "delegate": say("a delegate"),
    "lawyer": say("a lawyer"),
}
CONFIRMED_BY: Mapping[str, Message] = {
    "person": say("confirmed by the operator"),
    "flag": say("stated by the operator when recording"),
    "none": say("proposed by the machine, not confirmed"),
}
TIME_SOURCES: Mapping[str, Message] = {
    "now": say("clock of the machine when it was recorded"),
    "flag": say("stated by the operator"),
    "exif": say("stated by the picture (EXIF)"),
    "png": say("stated by the picture (PNG)"),
    "file_name": say("name of the file"),
    "screen_clock": say("clock read on the screen"),
}
FACTS: Mapping[str, Message] = {
    "screen_clock": say("clock shown"),
    "address": say("address shown"),
    "last_release": say("last release announced by the page"),
    "reopening": say("reopening announced by the page"),
    "platform_date": say("date shown by the page"),
}
RECORDED: Mapping[str, Message] = {
    "declared": say("declared time"),
    "recorded": say("recorded, by the machine's clock"),
    "attested": say("attested at the latest"),
    "address": say("declared address"),
}
STEPS: Mapping[str, Message] = {
    "email": say("e-mail"),
    "letter": say("letter"),
    "registered_letter": say("registered letter"),
    "phone": say("telephone call"),
    "visit": say("visit"),
    "helpline": say("helpline"),
    "online_form": say("online form"),
    "other": say("other step"),
}
VERDICTS: Mapping[str, Message] = {
    "passed": say("PASSED"),
    "failed": say("FAILED"),
    "indeterminate": say("INDETERMINATE"),
}
QUESTIONS: Mapping[str, Message] = {
    "intact": say("intact: has nothing changed since it was signed?"),
    "complete": say("complete: do entries follow without a gap up to a signed checkpoint?"),
    "dated": say("dated: do third parties attest a time by which each entry existed?"),
    "signer": say("signer: is the key the one you were given?"),
}
CHECKS: Mapping[str, Message] = {
    "format": say("strict form of every entry"),
    "case": say("one case"),
    "key": say("one key"),
    "signatures": say("signatures"),
    "bodies": say("what entries say"),
    "links": say("links between entries"),
    "exhibits": say("digests of exhibits"),
    "chain": say("chain of entries"),
    "checkpoints": say("checkpoints"),
    "coverage": say("coverage by a checkpoint"),
    "clock": say("order of recording times"),
    "attestation": say("attestation by third parties"),
    "trusted_key": say("key given by the verifier"),
    "tokens": say("time-stamp tokens"),
    "anchors": say("OpenTimestamps proofs"),
    "order": say("agreement between times"),
    "document": say("signature of the PDF"),
}
WEIGHTS: Mapping[str, Message] = {
    "listed": say("its certificate stands on the trusted list that was given"),
    "given_root": say("under a root that was given; not checked as qualified"),
    "shipped_root": say("under a root trusted because shipped; not checked as qualified"),
    "block": say("a block of the Bitcoin chain, two hours either way"),
    "when_received": say("as judged when it was received"),
}
AUTHORITY_KINDS: Mapping[str, Message] = {
    "free": say("free of charge"),
    "eidas": say("under eIDAS, says its operator; not checked here"),
}
PROOF_STATES: Mapping[str, Message] = {
    "valid": say("valid"),
    "untrusted": say("from an authority that is not trusted here"),
    "unverifiable": say("received, not verifiable"),
    "invalid": say("refused"),
    "pending": say("pending: not yet in a block"),
    "unchecked": say("in a block that was not compared"),
    "confirmed": say("confirmed by a block"),
    "unknown": say("of an unknown kind"),
}
RELATIONS: Mapping[str, Message] = {
    "same_bytes": say("identical byte for byte"),
    "same_pixels": say("the same pixels"),
    "same_picture": say("no difference beyond what compression, resizing or a slight crop explains"),
    "alike": say("alike, with differences"),
}
ORIGINS: Mapping[str, Message] = {
    "name": say("name of the file"),
    "exif": say("EXIF"),
    "png": say("PNG text"),
    "xmp": say("XMP"),
    "jfif": say("JFIF"),
    "comment": say("comment in the file"),
    "container": say("container"),
}
"""Where in a file a claim stands."""
