"""A page's words as HTML: what is no booking site, from a server's bare error to a chat."""

from evaluation import markup as m
from evaluation.pages import Page
from evaluation.scene import Scene

_SAD = (
    '<svg class="face" viewBox="0 0 48 48"><path d="M8 2h24l8 8v36H8z" fill="none" stroke="#5f6368" stroke-width="3"/>'
    '<path d="M17 20h3v4h-3zM28 20h3v4h-3zM16 36q8-8 16 0" fill="none" stroke="#5f6368" stroke-width="2"/></svg>'
)
_FOX = '<svg class="face" viewBox="0 0 48 48"><circle cx="24" cy="24" r="20" fill="#9059ff"/><path d="M22 10h4v18h-4zM22 33h4v5h-4z" fill="#fff"/></svg>'


def server_error(page: Page, scene: Scene) -> str:
    """What a server says by itself: nginx, Apache, IIS or Tomcat."""
    kind = ("nginx", "apache", "iis", "tomcat")[scene.look.variant % 4]
    texts = page.message if page.heading else page.message[1:]
    head = f"<h1>{m.esc(page.heading)}</h1>" if page.heading else f'<h1 data-key="msg">{m.esc(page.message[0])}</h1>'
    told = "".join(f'<p data-key="msg">{m.esc(text)}</p>' for text in texts)
    end = m.each("p", [*page.before, *page.after])
    rule = "" if kind == "iis" else "<hr>"
    bottom = m.each("address", page.footer)
    return f'<div class="raw {kind}">{head}{rule}{told}{end}{rule}{bottom}{m.foreign(page)}</div>'


def browser_error(page: Page, scene: Scene) -> str:
    """The browser's own page about an address that does not answer."""
    kind = {"firefox": "fox", "safari": "apple"}.get(scene.browser, "chromium")
    picture = {"fox": _FOX, "apple": ""}.get(kind, _SAD)
    first, rest = ("p", m.one("h1", page.heading)) if page.heading else ("h1", "")
    told = f'{rest}<div data-key="msg">{m.one(first, page.message[0])}{m.each("p", page.message[1:])}</div>'
    advice = m.group("ul", "advice", m.each("li", page.after))
    return (
        f'<div class="own {kind}">{picture}<div>{m.each("p", page.before)}{told}{advice}'
        f"{m.buttons(page)}{m.each('small', page.footer)}{m.foreign(page)}</div></div>"
    )


def queue(page: Page, scene: Scene) -> str:
    """A virtual waiting room: one column in the middle, with a gauge."""
    look = scene.look
    walker = '<div class="track"><i></i></div>' if look.variant % 3 else '<div class="ring"></div>'
    told = m.message(page, look, "centred" if look.variant % 2 else "plain")
    body = [
        m.one("h2", page.heading),
        m.each("p", page.before),
        told,
        walker,
        m.each("p", page.after),
        m.table(page.rows),
    ]
    if look.variant % 5 == 0:
        body[2], body[3] = walker, told
    head = m.group("header", "", m.one("b", page.site) + m.one("span", page.tagline, "tag"))
    nav = m.group("nav", "links", m.each("a", page.nav)) if look.variant % 2 else ""
    return (
        f'<div class="wait w{look.variant % 3}">{head}{nav}<div class="middle">{"".join(body)}{m.foreign(page)}'
        f"{m.buttons(page)}</div>{m.footer(page, look)}</div>"
    )


def interstitial(page: Page, scene: Scene) -> str:
    """One card in the middle: a captcha, a protection, a maintenance."""
    look = scene.look
    head = m.one("b", page.site, "name") + m.one("p", page.tagline, "tag")
    box = '<div class="robot"><i></i><span></span></div>' if page.outcome in {"captcha_failure", "in_progress"} else ""
    told = m.message(page, look, "" if look.variant % 2 else "plain")
    rows = m.table(page.rows)
    return (
        f'<div class="lone l{look.variant % 4}"><div class="card">{head}{m.one("h1", page.heading)}{m.each("p", page.before)}'
        f"{told}{box}{rows}{m.each('p', page.after)}{m.foreign(page)}{m.buttons(page)}</div>{m.footer(page, look)}</div>"
    )


def mail(page: Page, scene: Scene) -> str:
    """A webmail: folders, a list, one open message."""
    look = scene.look
    folders = m.group("aside", "folders", m.each("a", page.nav))
    others = "".join(
        f'<div class="row">{m.one("b", row[0])}{m.each("span", row[1:])}</div>' for row in page.rows if row
    )
    heads = m.each("p", page.before, "from")
    told = f'<div class="says" data-key="msg">{m.each("p", page.message)}</div>'
    opened = f'<section class="open">{m.one("h2", page.heading)}{heads}{told}{m.each("p", page.after)}{m.foreign(page)}{m.buttons(page)}</section>'
    panes = opened if scene.phone else f"{folders}{m.group('div', 'list', others)}{opened}"
    return f'<div class="mail v{look.variant % 2}"><header>{m.one("b", page.site)}<i class="field">{m.one("span", page.tagline)}</i></header><div class="panes">{panes}</div></div>'


def chat(page: Page, scene: Scene) -> str:
    """Messages on a phone, the page's message in one bubble for each paragraph."""
    when = f"{scene.moment:%H:%M}"
    mine = m.each("div", page.after, "bubble mine")
    theirs = "".join(
        f'<div class="bubble"><span data-key="msg">{m.esc(text)}</span> <small>{when}</small></div>'
        for text in page.message
    )
    rows = "".join(
        f'<div class="bubble {"mine" if n % 2 else ""}">{m.esc(" ".join(row))}</div>' for n, row in enumerate(page.rows)
    )
    name = page.heading or page.site or page.title
    return (
        f'<div class="chat c{scene.look.variant % 3}"><header><i class="face"></i><div>{m.one("b", name)}{m.one("small", page.tagline)}</div></header>'
        f'<div class="talk">{m.each("div", page.before, "bubble")}{rows}{theirs}{mine}{m.foreign(page)}</div><div class="typing">Message</div></div>'
    )


def news(page: Page, scene: Scene) -> str:
    """An article with a picture, and other titles beside it."""
    look = scene.look
    beside = m.group("aside", "beside", m.each("p", [*(" ".join(r) for r in page.rows), *page.after]))
    return (
        f'<div class="news"><header>{m.one("b", page.site)}{m.one("span", page.tagline, "tag")}</header>'
        f"{m.group('nav', 'links', m.each('a', page.nav))}{m.crumbs(page, look)}"
        f'<div class="cols"><article>{m.one("small", page.heading)}{m.each("p", page.before)}<div data-key="msg"><h1>{m.esc(page.message[0])}</h1>'
        f"{m.each('p', page.message[1:])}</div><i class='photo p{look.variant % 3}'></i>{m.foreign(page)}{m.buttons(page)}</article>{beside}</div>"
        f"{m.footer(page, look)}</div>"
    )


def search(page: Page, scene: Scene) -> str:
    """Results of a search: an address, a title, a sentence each; the message is among them."""
    look = scene.look
    results = "".join(
        f'<div class="hit">{m.one("small", row[0])}{m.each("p", row[1:])}</div>' for row in page.rows if row
    )
    told = f'<div class="hit" data-key="msg"><h3>{m.esc(page.message[0])}</h3>{m.each("p", page.message[1:])}</div>'
    return (
        f'<div class="search"><header>{m.one("b", page.site)}<i class="field">{m.one("span", page.heading)}</i></header>'
        f"{m.group('nav', 'links', m.each('a', page.nav))}{m.each('p', page.before, 'tag')}{told}{results}"
        f"{m.each('p', page.after, 'hit')}{m.foreign(page)}{m.buttons(page)}{m.footer(page, look)}</div>"
    )


def document(page: Page, scene: Scene) -> str:
    """A letter on paper in a viewer of PDF files."""
    serif = "serif" if scene.look.variant % 2 else ""
    name = page.title or "document.pdf"
    pages = f"{1 + scene.look.variant % 2} / {2 + scene.look.variant % 4}"
    head = m.one("b", page.site) + m.one("p", page.tagline)
    told = f'<div data-key="msg">{m.each("p", page.message)}</div>'
    return (
        f'<div class="viewer"><div class="tools"><span>{m.esc(name)}</span><span>{pages}</span><span>{(90, 100, 110)[scene.look.variant % 3]} %</span></div>'
        f'<div class="paper {serif}">{m.FLAG}{head}{m.one("h2", page.heading)}{m.each("p", page.before)}{told}{m.table(page.rows)}'
        f"{m.each('p', page.after)}{m.foreign(page)}{m.each('small', page.footer)}</div></div>"
    )
