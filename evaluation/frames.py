"""What surrounds a page on a screen, in HTML: the browser's bars, the system's bars, the clock."""

import random
from pathlib import Path

from evaluation import markup as m
from evaluation.layouts import inside
from evaluation.pages import Page
from evaluation.scene import Scene

_STYLES = "".join(
    (Path(__file__).parent / "styles" / name).read_text(encoding="utf-8")
    for name in ("page.css", "scenes.css", "frames.css")
)
_DAYS = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
_MONTHS = ("janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
_TABS = (
    "Boîte de réception (3)",
    "Google",
    "Météo Paris",
    "YouTube",
    "Nouvel onglet",
    "Leboncoin - Petites annonces",
    "ANEF",
    "Wikipédia",
    "Ameli - Mon compte",
    "Service-public.fr",
    "(12) Facebook",
    "Traduction",
    "Drive - Mes documents",
)
_MARKS = ("Gmail", "YouTube", "Maps", "Banque", "CAF", "Pôle emploi", "Papiers", "Traduire", "Météo", "Actualités")
_LOCK = '<svg class="g" viewBox="0 0 16 16"><path d="M3 7h10v8H3zM5 7V4a3 3 0 0 1 6 0v3" fill="none" stroke="currentColor" stroke-width="1.6"/></svg>'
_BACK = '<svg class="g" viewBox="0 0 16 16"><path d="M14 8H3m5-5L3 8l5 5" fill="none" stroke="currentColor" stroke-width="1.6"/></svg>'
_NEXT = '<svg class="g" viewBox="0 0 16 16"><path d="M2 8h11M8 3l5 5-5 5" fill="none" stroke="currentColor" stroke-width="1.6"/></svg>'
_TURN = '<svg class="g" viewBox="0 0 16 16"><path d="M13 5a6 6 0 1 0 1 4M14 1v4h-4" fill="none" stroke="currentColor" stroke-width="1.6"/></svg>'
_STAR = '<svg class="g" viewBox="0 0 16 16"><path d="m8 2 2 4 4 .6-3 3 .8 4.400L8 12l-3.800 2 .8-4.400-3-3L6 6z" fill="none" stroke="currentColor" stroke-width="1.3"/></svg>'
_DOTS = '<svg class="g" viewBox="0 0 16 16"><path d="M7 2h2v2H7zM7 7h2v2H7zM7 12h2v2H7z" fill="currentColor"/></svg>'
_RADIO = '<svg class="g" viewBox="0 0 16 16"><path d="M2 12h2v2H2zM6 9h2v5H6zM10 6h2v8h-2zM14 3h2v11h-2z" fill="currentColor"/></svg>'
_WAVES = '<svg class="g" viewBox="0 0 16 16"><path d="M1 6q7-6 14 0M4 9q4-3 8 0M7 12h2v2H7z" fill="none" stroke="currentColor" stroke-width="1.6"/></svg>'
_CELL = '<svg class="g" viewBox="0 0 20 16"><path d="M1 4h15v8H1zM17 7h2v2h-2z" fill="none" stroke="currentColor" stroke-width="1.4"/><path d="M3 6h8v4H3z" fill="currentColor"/></svg>'
_WINDOW = '<span class="win"><i class="least"></i><i class="most"></i><i class="shut">✕</i></span>'
_LIGHTS = '<span class="lights"><i></i><i></i><i></i></span>'


def document(page: Page, scene: Scene) -> str:
    """The whole screen as one HTML document: the page in its browser in its system."""
    draw = random.Random(scene.variant)
    look = scene.look
    colours = zip(("--bg", "--fg", "--accent", "--card", "--line"), look.colours, strict=True)
    variables = ";".join(f"{name}:{value}" for name, value in colours)
    variables += f';--font:"{look.font}";--arabic:"{look.arabic}";--size:{look.size}px;--width:{look.width}px;--round:{look.rounded}px'
    top, bottom = _mobile(page, scene, draw) if scene.phone else _desktop(page, scene, draw)
    classes = f"{scene.system} b-{scene.browser}" + (" phone" if scene.phone else "") + (" night" if scene.dark else "")
    view = f'<div id="viewport" class="{"dark" if look.dark else ""}"><div id="page">{inside(page, scene)}</div>{m.cookie(page, look)}</div>'
    return (
        f'<!doctype html><html lang="fr"><meta charset="utf-8"><style>{_STYLES}</style>'
        f"<body class='{classes}' style='{variables}'><div id='screen'>{top}{view}{bottom}</div></body></html>"
    )


def address(page: Page, scene: Scene) -> str:
    """The address as that browser shows it, before it is cut to the width of its bar."""
    bare = page.url.split("://", 1)[-1]
    if scene.browser in {"none", "app"} or not page.url:
        return ""
    if scene.browser == "safari" or scene.system in {"iphone", "samsung"}:
        return page.host
    if scene.browser == "firefox":
        return bare if scene.variant % 2 or scene.phone else page.url
    if scene.browser == "edge":
        return page.url
    return bare.removeprefix("www.")


def clock(scene: Scene) -> list[str]:
    """The lines of the clock as that system shows it; none without a frame."""
    now, time = scene.moment, f"{scene.moment:%H:%M}"
    day, month = _DAYS[now.weekday()], _MONTHS[now.month - 1]
    if scene.system.startswith("bare"):
        return []
    if scene.system in {"win11", "win10"}:
        return [time, f"{now:%d/%m/%Y}"]
    if scene.system == "mac":
        return [f"{day} {now.day} {month}  {time}"]
    if scene.system == "gnome":
        return [f"{day} {now.day} {month} {time}" if scene.variant % 2 else f"{now.day} {month} {time}"]
    return [time]


def _clock(scene: Scene) -> str:
    return "".join(f'<div class="clock" data-key="clock">{m.esc(line)}</div>' for line in clock(scene))


def _bar(page: Page, scene: Scene, fit: str = "dots") -> str:
    shown = address(page, scene)
    unsafe = page.url.startswith("http://") and scene.browser in {"chrome", "edge"} and not scene.phone
    lock = '<span class="unsafe">Non sécurisé</span>' if unsafe else _LOCK
    return f'<div class="bar">{lock}<span class="url" data-fit="{fit}" data-key="url">{m.esc(shown)}</span>'


def _desktop(page: Page, scene: Scene, draw: random.Random) -> tuple[str, str]:
    if scene.browser == "none":
        return "", ""
    others = draw.sample(_TABS, draw.choice((0, 0, 1, 2, 4)))
    at = draw.randint(0, len(others))
    titles = [*others[:at], page.title or page.host, *others[at:]]
    tabs = "".join(
        f'<div class="tab{" on" if n == at else ""}"><i class="dot"></i><span data-fit="fade">{m.esc(t)}</span><i class="x">✕</i></div>'
        for n, t in enumerate(titles)
    )
    marks = (
        m.group("div", "marks", m.each("span", draw.sample(_MARKS, draw.randint(3, 8)))) if draw.random() < 0.35 else ""
    )
    if scene.browser == "safari":
        row = "" if len(titles) == 1 else f'<div class="tabs">{tabs}</div>'
        browser = f'<div class="tools">{_LIGHTS}{_BACK}{_NEXT}{_bar(page, scene)}</div>{_TURN}</div>{row}'
    else:
        left, right = (_LIGHTS, "") if scene.system == "mac" else ("", _WINDOW)
        profile = '<i class="face"></i>' if draw.random() < 0.6 else ""
        browser = (
            f'<div class="tabs">{left}{tabs}<i class="plus">+</i><span class="gap"></span>{right}</div>'
            f'<div class="tools">{_BACK}{_NEXT}{_TURN}{_bar(page, scene)}{_STAR}</div>{profile}{_DOTS}</div>{marks}'
        )
    head = f'<div class="browser">{browser}</div>'
    icons = "".join(
        f'<i class="app" style="background:hsl({draw.randrange(360)} 55% 55%)"></i>' for _ in range(draw.randint(4, 10))
    )
    if scene.system == "mac":
        name = {"safari": "Safari", "chrome": "Chrome", "firefox": "Firefox"}[scene.browser]
        menus = m.each("span", ("Fichier", "Édition", "Présentation", "Historique", "Signets", "Fenêtre", "Aide"))
        dock = f'<div class="dock">{icons}</div>' if draw.random() < 0.5 else ""
        return (
            f'<div class="menubar"><b>{name}</b>{menus}<span class="gap"></span>{_WAVES}{_CELL}{_clock(scene)}</div>{head}',
            dock,
        )
    if scene.system == "gnome":
        return f'<div class="topbar"><span>Activités</span>{_clock(scene)}<span>{_WAVES}{_CELL}</span></div>{head}', ""
    weather = (
        f"<span>{draw.randint(-2, 34)}°C {draw.choice(('Nuageux', 'Ensoleillé', 'Pluie faible'))}</span>"
        if draw.random() < 0.4
        else ""
    )
    find = '<span class="find">Rechercher</span>' if draw.random() < 0.5 else ""
    tray = f'<span class="tray"><span>FRA</span>{_WAVES}<div class="when">{_clock(scene)}</div></span>'
    side = "center" if scene.system == "win11" and draw.random() < 0.7 else "left"
    return (
        head,
        f'<div class="taskbar">{weather}<span class="icons {side}"><i class="start"></i>{find}{icons}</span>{tray}</div>',
    )


def _mobile(page: Page, scene: Scene, draw: random.Random) -> tuple[str, str]:
    if scene.browser == "none":
        return "", ""
    net = m.one("span", draw.choice(("4G", "5G", "LTE", "")))
    level = (
        m.one("span", f"{scene.battery} %" if scene.system != "iphone" else str(scene.battery))
        if draw.random() < 0.7
        else ""
    )
    island = '<i class="island"></i>' if scene.system == "iphone" else ""
    status = (
        f'<div class="status">{_clock(scene)}<span class="gap"></span>{island}{_RADIO}{net}{_WAVES}{level}{_CELL}</div>'
    )
    home = '<div class="home"><i></i></div>'
    if scene.system != "iphone":
        home = '<div class="keys"><i></i><i class="o"></i><i class="s"></i></div>' if draw.random() < 0.6 else home
    if scene.browser == "app":
        return status, home
    tools = f'<div class="tools">{_bar(page, scene)}</div><i class="count"></i>{_DOTS}</div>'
    keys = f'<div class="under">{_BACK}{_NEXT}{_STAR}{_TURN}{_DOTS}</div>'
    if scene.system == "iphone":
        return status, f'<div class="tools low">{_bar(page, scene)}{_TURN}</div></div>{keys}{home}'
    if scene.system == "samsung":
        return status + tools, keys + home
    if scene.browser == "firefox":
        return status, tools + home
    return status + tools, home
