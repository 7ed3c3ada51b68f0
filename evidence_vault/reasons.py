"""Why a screenshot is legible or not: the codes that are recorded, and the sentence each stands for."""

from evidence_vault.messages import Message, say
from evidence_vault.values import Reason

REASONS: dict[str, Message] = {
    "message_read": say("The message of the page is read on the picture."),
    "no_text": say("No text can be read. Take the screenshot again with the whole message visible."),
    "no_message": say(
        "No message of a booking page was recognised on the picture. "
        "Check that the message is visible, whole and in focus."
    ),
    "message_unknown": say(
        "The text of the picture can be read, but its message is not one that this program knows. "
        "Check that it is there, and say yourself what came of the attempt."
    ),
    "message_undecided": say(
        "A message was read, but the picture does not tell surely what came of the attempt. "
        "Look at the words that were read, and say it yourself."
    ),
    "part_blurred": say(
        "Part of the text is blurred out while the rest is sharp: nobody can tell what stood there. "
        "Give the screenshot as it was taken."
    ),
    "part_covered": say(
        "A bar of one colour covers part of the page: nobody can tell what stood there. Give the screenshot as it was "
        "taken; `redact` keeps from others what concerns you alone."
    ),
    "cut": say(
        "The message runs to the edge of the picture and may be cut off. "
        "Take the screenshot again with the whole message visible."
    ),
    "text_too_small": say(
        "The text is {pixels} pixels high. Enlarge the page (150 % or more) and take the screenshot again, "
        "or send the original file."
    ),
    "picture_too_small": say("The picture is only {width} × {height} pixels. Send the original file, not a thumbnail."),
    "blurred": say("The picture is blurred. Take a real screenshot instead of a photo of the screen."),
    "low_contrast": say("The text hardly stands out from its background. Take the screenshot again."),
    "rotated": say("The picture is turned. Turn it upright and try again."),
    "compressed": say("The picture was compressed, perhaps by a messaging app. Send the original file."),
    "low_confidence": say(
        "Much of the text is uncertain for the machine. Check with your own eyes that it can be read."
    ),
    "not_read": say("The picture was not read ({status}). Run `evidence-vault doctor`, then `check` on this file."),
}


def sentence(reason: Reason) -> Message:
    """The sentence for a recorded reason; a code from a newer program is shown as it is."""
    known = REASONS.get(reason.code)
    if known is None:
        return Message("{code}", {"code": reason.code})
    return Message(known.text, reason.params)
