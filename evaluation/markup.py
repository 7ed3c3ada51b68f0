"""Pieces of HTML that several layouts share."""

import html
from collections.abc import Iterable, Sequence

from evaluation.pages import Page
from evaluation.scene import Look

WARNING = '<svg class="icon" viewBox="0 0 24 24"><path d="M12 2 23 21H1z" fill="#d98c00"/><path d="M11 9h2v6h-2zM11 17h2v2h-2z" fill="#fff"/></svg>'
ROUND = '<svg class="icon" viewBox="0 0 24 24"><circle cx="12" cy="12" r="11" fill="var(--accent)"/><path d="M11 6h2v8h-2zM11 16h2v2h-2z" fill="#fff"/></svg>'
FLAG = '<svg class="flag" viewBox="0 0 30 20"><path d="M0 0h10v20H0z" fill="#000091"/><path d="M10 0h10v20H10z" fill="#fff"/><path d="M20 0h10v20H20z" fill="#e1000f"/></svg>'
LOGO = '<svg class="flag" viewBox="0 0 30 30"><circle cx="15" cy="15" r="14" fill="var(--accent)"/><path d="M8 20 15 7l7 13z" fill="#fff"/></svg>'


def esc(text: str) -> str:
    """The text, safe between tags and in attributes."""
    return html.escape(text)


def each(tag: str, texts: Iterable[str], classes: str = "") -> str:
    """One element for each text."""
    opening = f'<{tag} class="{classes}">' if classes else f"<{tag}>"
    return "".join(f"{opening}{esc(text)}</{tag}>" for text in texts)


def one(tag: str, text: str, classes: str = "") -> str:
    """The element, or nothing where there is no text."""
    return each(tag, [text], classes) if text else ""


def group(tag: str, classes: str, inside: str) -> str:
    """The inside in an element, or nothing where it is empty."""
    return f'<{tag} class="{classes}">{inside}</{tag}>' if inside else ""


def message(page: Page, look: Look, alert: str = "") -> str:
    """The message, marked as such, in one of the alerts."""
    alert = alert or look.alert
    first, rest = page.message[0], page.message[1:]
    head = one("h3" if look.headed else "p", first)
    icon = {"icon": ROUND, "centred": WARNING if look.variant % 2 else ROUND}.get(alert, "")
    return f'<div class="alert {alert}">{icon}<div class="says" data-key="msg">{head}{each("p", rest)}</div></div>'


def buttons(page: Page) -> str:
    """The buttons in a row, the last one filled."""
    last = len(page.buttons) - 1
    drawn = (f'<span class="button{" main" if n == last else ""}">{esc(b)}</span>' for n, b in enumerate(page.buttons))
    return group("div", "buttons", "".join(drawn))


def crumbs(page: Page, look: Look) -> str:
    """The breadcrumbs, with one of several separators."""
    between = ("›", ">", "/", "»")[look.variant % 4]
    return group("div", "crumbs", f" {between} ".join(f"<a>{esc(c)}</a>" for c in page.breadcrumbs))


def footer(page: Page, look: Look) -> str:
    """The footer, as links in a row."""
    between = (" | ", " – ", "", " · ")[look.variant % 4]
    return group("footer", f"foot f{look.variant % 3}", between.join(f"<a>{esc(f)}</a>" for f in page.footer))


def foreign(page: Page) -> str:
    """The sentence in another language, in its own direction."""
    return f'<p class="foreign" dir="auto">{esc(page.foreign)}</p>' if page.foreign else ""


def table(rows: Sequence[Sequence[str]], classes: str = "rows") -> str:
    """The rows as a table."""
    lines = "".join(f"<tr>{each('td', row)}</tr>" for row in rows)
    return group("table", classes, lines)


def cookie(page: Page, look: Look) -> str:
    """The cookie banner, its last words as buttons."""
    if not page.cookie:
        return ""
    text, *choices = page.cookie.split(" – ")
    return f'<div id="banner" class="cookie {look.banner}"><p>{esc(text)}</p>{group("div", "buttons", each("span", choices, "button"))}</div>'


def dialog(texts: Sequence[str], choices: Sequence[str]) -> str:
    """A box that covers what lies under it."""
    return f'<div id="cover" class="cookie cover">{each("p", texts)}<div class="buttons">{each("span", choices, "button")}</div></div>'
