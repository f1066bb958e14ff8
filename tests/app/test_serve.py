"""`puistokatu serve` and the fixtures that start it: real processes, a real browser."""

import os
import signal
import time
import urllib.request

from playwright.sync_api import Browser, Page

from tests.support.browser import accessibility_faults, open_page
from tests.support.server import LiveServer, children_of


def family_of(server: LiveServer) -> list[int]:
    """The processes of a server, the one that we started first."""
    assert server.process
    assert server.process.pid
    return [server.process.pid, *descendants_of(server.process.pid)]


def descendants_of(process: int) -> list[int]:
    children = children_of(process)
    return children + [each for child in children for each in descendants_of(child)]


def is_gone(process: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_a_signal_ends_every_process_in_peace(live_server: LiveServer) -> None:
    processes = family_of(live_server)
    assert len(processes) >= 5, "serve, gunicorn and its two, the worker"
    assert live_server.stop() == 0
    assert all(is_gone(each) for each in processes)


def test_without_the_web_server_all_end_and_say_so(live_server: LiveServer) -> None:
    processes = family_of(live_server)
    gunicorn, _worker = children_of(processes[0])
    os.kill(gunicorn, signal.SIGKILL)
    assert live_server.wait() == 1
    assert all(is_gone(each) for each in processes)


def test_a_worker_that_dies_is_started_again_and_pages_stay(
    live_server: LiveServer,
) -> None:
    serve, *_ = family_of(live_server)
    gunicorn, worker = children_of(serve)
    os.kill(worker, signal.SIGKILL)
    assert is_gone(worker)
    deadline = time.monotonic() + 20
    while len(children_of(serve)) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert children_of(serve)[0] == gunicorn
    assert worker not in children_of(serve)
    with urllib.request.urlopen(f"{live_server.url}/en/") as page:  # noqa: S310 - our own
        assert page.status == 200
    said = live_server.log.read_text()
    assert "The job worker has ended; starting it again in 1 s." in said
    assert live_server.stop() == 0


def test_a_killed_server_starts_again(live_server: LiveServer) -> None:
    live_server.kill()
    live_server.start()
    live_server.puistokatu("db", "upgrade")


def test_a_page_opens_in_a_browser(page: Page) -> None:
    page.goto("/en/")
    assert accessibility_faults(page) == []


def test_a_page_fits_on_a_phone(phone: Page) -> None:
    phone.goto("/fi/")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_call_to_elsewhere_fails_the_test(
    browser: Browser, live_server: LiveServer
) -> None:
    faults = ""
    try:
        with open_page(browser, live_server.url) as page:
            page.goto("/en/")
            page.evaluate("fetch('http://192.0.2.1/').catch(() => null)")
    except AssertionError as error:
        faults = str(error)
    assert "192.0.2.1" in faults
