"""Debian's Chromium, driven by Playwright, that speaks to our own server only."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Locator, Page, Playwright, Route

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
PHONE = (390, 844)
DESKTOP = (1280, 900)
GRAVE = ("serious", "critical")


def launch(playwright: Playwright) -> Browser:
    """The browser on the PATH; Playwright's own is never downloaded."""
    paths = [path for name in NAMES if (path := shutil.which(name))]
    if not paths:
        raise RuntimeError("A browser is missing: install the package chromium")
    return playwright.chromium.launch(executable_path=paths[0], args=FLAGS)


@contextmanager
def open_page(
    browser: Browser,
    base_url: str,
    *,
    size: tuple[int, int] = DESKTOP,
    javascript: bool = True,
    language: str = "en",
    also: str = "",
) -> Iterator[Page]:
    """A page in a fresh profile; an error in a script or a call elsewhere fails.

    `also` is the address of another server of the test's, to which links may lead.

    The content security policy stays in force: axe, which is injected, gets a
    page of its own profile through `accessibility_faults`.
    """
    faults: list[str] = []
    width, height = size
    context = browser.new_context(
        base_url=base_url,
        viewport={"width": width, "height": height},
        java_script_enabled=javascript,
        locale=language,
        timezone_id="Europe/Helsinki",
        reduced_motion="reduce",
    )
    ours = {urlsplit(each).netloc for each in (base_url, also)}

    def _guard(route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.scheme in {"http", "https", "ws"} and address.netloc not in ours:
            faults.append(f"asked for {route.request.url}")
            route.abort()
        else:
            route.continue_()

    context.route("**/*", _guard)
    context.on("weberror", lambda event: faults.append(f"script: {event.error}"))
    context.on(
        "console",
        lambda message: (
            faults.append(f"policy: {message.text}")
            if "Content Security Policy" in message.text
            else None
        ),
    )
    try:
        yield context.new_page()
        assert not faults, "\n".join(faults)
    finally:
        context.close()


def turn(control: Locator) -> None:
    """Click what leads to another page, and wait until that page is there.

    A click alone may return while the old page still stands: what is then read
    or counted is the page that was left.
    """
    with control.page.expect_navigation():
        control.click()


def accessibility_faults(page: Page) -> list[str]:
    """Serious and critical violations that axe sees on the page as it stands."""
    found = _look(page)["violations"]
    return [
        f"{each['impact']}: {each['id']}: {each['help']}: "
        + "; ".join(node["html"] for node in each["nodes"])
        for each in found
        if each["impact"] in GRAVE
    ]


def _look(page: Page) -> dict[str, Any]:
    """What axe says; a page that was being left is looked at when the next is there."""
    page.wait_for_load_state()
    try:
        return dict(Axe().run(page).response)
    except Error:
        page.wait_for_load_state("networkidle")
        return dict(Axe().run(page).response)
