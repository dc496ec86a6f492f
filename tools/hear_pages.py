"""Walks sample pages with the screen reader Orca and writes down what it says; by hand, not part of any test.

    python -m tools.hear_pages LANGUAGE PAGE [PAGE…]

Needs Debian's orca, at-spi2-core, dbus, xvfb, openbox, xdotool and chromium. A display, a bus and a browser of its own
are started and ended again. Orca's own speech is caught before the synthesizer: nothing sounds.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.gallery.browser import CHROMIUM, gallery_address

#: Put in the place of Orca's speech: one JSON line for each utterance, and reading on as fast as it comes.
CATCH = """
import json, os
from gi.repository import GLib
from orca import settings, speech
from orca.speechserver import SayAllContext, SpeechServer

heard = open(os.environ["HEARD"], "a", buffering=1)

class Catch(SpeechServer):
    run = 0
    def tell(self, text):
        if text and text.strip():
            heard.write(json.dumps(text.strip()) + "\\n")
    def speak(self, text=None, acss=None, interrupt=True): self.tell(text)
    def speakCharacter(self, character, acss=None): self.tell(character)
    def speakKeyEvent(self, event, acss=None): pass
    def stop(self): self.run += 1
    def shutdown(self): pass
    def getInfo(self): return ["catch", "catch"]
    def updateCapitalizationStyle(self): pass
    def updatePunctuationLevel(self): pass
    def sayAll(self, utterances, progress):
        self.run += 1
        mine = self.run
        def step():
            context = next(utterances, (None,))[0]
            if context is None or self.run != mine:
                return False
            self.tell(context.utterance)
            context.currentOffset = context.endOffset
            progress(context.copy(), SayAllContext.PROGRESS)
            return True
        GLib.timeout_add(25, step)

settings.enableBraille = False
speech._speechserver = Catch()
speech.init = speech.shutdown = lambda: None
heard.write('"ready"\\n')
"""
#: A window manager without keys of its own: some of Orca's would not come through.
WINDOWS = '<openbox_config xmlns="http://openbox.org/3.4/rc"><keyboard></keyboard></openbox_config>'
DISPLAY = ":87"
FAR = 120


class Listener:
    """Orca with a display and a bus of its own, in a folder."""

    def __init__(self, folder: Path, language: str) -> None:
        self._heard = folder / "heard"
        self._heard.touch()
        self._at = 0
        (folder / "orca-customizations.py").write_text(CATCH)
        (folder / "windows.xml").write_text(WINDOWS)
        own = {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "DISPLAY": DISPLAY, "HEARD": str(self._heard)}
        words = {"LANGUAGE": language, "LC_ALL": "C.UTF-8", "ACCESSIBILITY_ENABLED": "1"}
        self.environment = {**os.environ, **own, **words}
        self._started: list[subprocess.Popen[str]] = []
        self._start("Xvfb", DISPLAY, "-screen", "0", "1280x900x24", "-nolisten", "tcp")
        time.sleep(1)
        bus = self._start("dbus-daemon", "--session", "--nofork", "--print-address=1")
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = (bus.stdout.readline() if bus.stdout else "").strip()
        self._start("openbox", "--config-file", str(folder / "windows.xml"))
        self._start("/usr/libexec/at-spi-bus-launcher", "--launch-immediately", "--a11y=1", "--screen-reader=1")
        time.sleep(1)
        self._start("orca", "-u", str(folder))
        self.settle(5)

    def _start(self, *command: str) -> subprocess.Popen[str]:
        started = subprocess.Popen(  # noqa: S603
            command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self._started.append(started)
        return started

    def close(self) -> None:
        """End what was started, the last first."""
        for one in reversed(self._started):
            one.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                one.wait(3)

    def settle(self, seconds: float) -> list[str]:
        """What was said until nothing came for so long."""
        size, since = -1, time.monotonic()
        while time.monotonic() - since < seconds:
            if (now := self._heard.stat().st_size) != size:
                size, since = now, time.monotonic()
            time.sleep(0.05)
        lines = self._heard.read_text().splitlines()
        said, self._at = [json.loads(line) for line in lines[self._at :]], len(lines)
        return said

    def press(self, *keys: str, wait: float = 0.4) -> list[str]:
        """Press and let go, and listen."""
        subprocess.run(["xdotool", "key", *keys], env=self.environment, check=True)  # noqa: S603, S607
        return self.settle(wait)

    def go(self, address: str) -> list[str]:
        """Type an address as a person does; a page that a program opens does not get the focus."""
        self.press("ctrl+l")
        command = ["xdotool", "type", "--delay", "12", address]
        subprocess.run(command, env=self.environment, check=True)  # noqa: S603
        self.settle(0.4)
        return self.press("Return", wait=2.5)


@contextlib.contextmanager
def browser(listener: Listener, folder: Path) -> Iterator[Page]:
    """Chromium in a window, with its tree for screen readers."""
    flags = ["--no-sandbox", "--test-type", "--force-renderer-accessibility", "--disable-gpu", "--start-maximized"]
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            folder / "profile",
            executable_path=CHROMIUM,
            headless=False,
            env=dict(listener.environment),
            no_viewport=True,
            args=[*flags, f"--lang={listener.environment['LANGUAGE']}"],
        )
        yield context.pages[0]
        context.close()


def main(arguments: list[str]) -> int:
    """Say what is heard on arriving at each page, and at each stop of the Tab key."""
    if len(arguments) < 2:
        print(__doc__)
        return 2
    language, *names = arguments
    with tempfile.TemporaryDirectory() as made, gallery_address() as address:
        folder = Path(made)
        listener = Listener(folder, language)
        try:
            with browser(listener, folder) as page:
                listener.settle(3)
                for name in names:
                    # The question mark keeps the browser from completing the name to a longer one.
                    print(f"\n{language}/{name}\n  " + "\n  ".join(listener.go(f"{address}/{language}/{name}?")))
                    listener.press("ctrl+Home")
                    for number in range(1, FAR):
                        said = listener.press("Tab")
                        if not page.evaluate("document.hasFocus()"):
                            break
                        print(f"  Tab {number}: {' | '.join(said)}")
        finally:
            listener.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
