"""A page's words as HTML: the layouts of booking sites."""

from collections.abc import Callable

from evaluation import markup as m
from evaluation import scenes
from evaluation.pages import Page
from evaluation.scene import Scene


def inside(page: Page, scene: Scene) -> str:
    """The HTML of what the browser's window shows."""
    return _LAYOUTS[page.layout](page, scene)


def ezpublish(page: Page, scene: Scene) -> str:
    """The old portal of a prefecture: a band of links, a side menu, a framed column."""
    look = scene.look
    names = f"{m.one('h1', page.site)}{m.one('i', page.tagline)}"
    side = ""
    if look.menu != "none" and page.nav:
        links = (
            page.nav[1:]
            if look.variant % 3
            else [*page.nav[1:], "Nous contacter", "Horaires d'ouverture", "Plan d'accès"]
        )
        side = f'<aside class="side"><b>{m.esc(page.nav[0])}</b>{m.each("a", links)}</aside>'
    step = m.each("p", page.before, "step") + _core(page, scene, alert="fieldset" if look.variant % 2 else "")
    body = f"<section>{m.one('h2', page.heading)}{step}</section>"
    return (
        f'<div class="old {look.menu}"><header>{m.FLAG}<div>{names}</div></header>{m.group("nav", "band", m.each("a", page.nav))}'
        f'{m.crumbs(page, look)}<div class="cols">'
        f"{_beside(side, body, look.menu)}</div>{m.footer(page, look)}</div>"
    )


def dsfr(page: Page, scene: Scene) -> str:
    """The design system of the French State, or what is close to it."""
    look = scene.look
    motto = "<small>Liberté<br>Égalité<br>Fraternité</small>" if look.variant % 3 else ""
    block = f'<div class="marianne">{m.FLAG}<b>RÉPUBLIQUE<br>FRANÇAISE</b>{motto}</div>' if look.variant % 4 else ""
    names = f"<div>{m.one('b', page.site, 'name')}{m.one('p', page.tagline, 'tag')}</div>"
    lines = m.each("p", page.before, "lead")
    gauge = (
        '<div class="gauge"><i></i><i></i><i class="off"></i><i class="off"></i></div>' if look.variant % 5 > 1 else ""
    )
    return (
        f'<div class="state"><header>{block}{names}</header>{m.group("nav", "menu", m.each("a", page.nav))}'
        f'<div class="narrow">{m.crumbs(page, look)}{m.one("h2", page.heading)}{gauge}{lines}{_core(page, scene)}</div>'
        f"{m.footer(page, look)}</div>"
    )


def portal(page: Page, scene: Scene) -> str:
    """A booking portal as companies draw them: a top bar, a card, sometimes a side menu."""
    look = scene.look
    mark = f'<div class="brand">{m.LOGO}{m.one("b", page.site)}{m.one("span", page.tagline, "tag")}</div>'
    side = m.group("aside", "side", m.each("a", page.nav)) if look.menu != "none" and not scene.phone else ""
    top = "" if side else m.group("nav", "links", m.each("a", page.nav))
    card = m.one("h2", page.heading) + m.each("p", page.before) + _core(page, scene)
    body = f'<section>{m.crumbs(page, look)}<div class="card">{card}</div></section>'
    return (
        f'<div class="modern {look.header}"><header>{mark}{top}</header>'
        f'<div class="cols">{_beside(side, body, look.menu)}</div>{m.footer(page, look)}</div>'
    )


def form(page: Page, scene: Scene) -> str:
    """A form or a login: the same portals with fields around the message."""
    return _around(page, scene)


def grid(page: Page, scene: Scene) -> str:
    """Times in a table or in tiles, within one of the portals."""
    return _around(page, scene)


def dashboard(page: Page, scene: Scene) -> str:
    """A personal account: a side menu and cards."""
    look = scene.look
    cards = "".join(
        f'<div class="card tile">{m.one("b", row[0])}{m.each("p", row[1:])}</div>' for row in page.rows if row
    )
    side = m.group("aside", "side", m.each("a", page.nav))
    told = f'<div class="card">{m.message(page, look)}{m.buttons(page)}</div>'
    body = [told, m.group("div", "tiles", cards)]
    if look.variant % 2:
        body.reverse()
    return (
        f'<div class="modern board {look.header}"><header><div class="brand">{m.LOGO}{m.one("b", page.site)}</div>'
        f'{m.one("span", page.tagline, "tag")}</header><div class="cols left">{side}<section>{m.crumbs(page, look)}'
        f"{m.one('h2', page.heading)}{m.each('p', page.before)}{''.join(body)}{m.each('p', page.after)}{m.foreign(page)}"
        f"</section></div>{m.footer(page, look)}</div>"
    )


def _beside(side: str, section: str, menu: str) -> str:
    """A side menu and the page, in the order in which they are read from left to right: that of the labels too."""
    return section + side if menu == "right" else side + section


def _around(page: Page, scene: Scene) -> str:
    return (portal, dsfr, ezpublish)[scene.look.variant % 3](page, scene)


def _core(page: Page, scene: Scene, alert: str = "") -> str:
    """The message with what stands close to it: fields, times, buttons, the sentence in another language."""
    look = scene.look
    told = m.message(page, look, alert)
    parts = [told]
    if page.layout == "form":
        fields = "".join(
            f'<label>{m.one("span", text)}<i class="field"></i></label>' for row in page.rows for text in row[:1]
        )
        fields = fields or (
            '<i class="field"></i>' if look.variant % 2 else '<i class="field short"></i><i class="field"></i>'
        )
        parts = (
            [told, f'<div class="fields">{fields}</div>']
            if look.variant % 4
            else [f'<div class="fields">{fields}</div>', told]
        )
    elif page.rows:
        cells = "".join(f'<span class="slot">{m.esc(cell)}</span>' for row in page.rows for cell in row)
        parts.append(m.table(page.rows) if look.variant % 3 else m.group("div", "slots", cells))
    parts += [m.foreign(page), m.each("p", page.after), m.buttons(page)]
    return "".join(parts)


_LAYOUTS: dict[str, Callable[[Page, Scene], str]] = {
    "ezpublish": ezpublish,
    "dsfr": dsfr,
    "portal": portal,
    "form": form,
    "grid": grid,
    "dashboard": dashboard,
    "server_error": scenes.server_error,
    "browser_error": scenes.browser_error,
    "queue": scenes.queue,
    "interstitial": scenes.interstitial,
    "mail": scenes.mail,
    "chat": scenes.chat,
    "news": scenes.news,
    "search": scenes.search,
    "document": scenes.document,
}
