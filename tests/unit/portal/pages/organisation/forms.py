"""Forms as a browser sends them: what a page shows is read, a few fields are changed, and all of it goes back."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlencode

from tests.unit.portal.pages.organisation.conftest import Office


class Forms(HTMLParser):
    """Every form of a page: where it leads, the fields it would send, and its buttons."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, list[tuple[str, str]], list[str]]] = []
        self._select = self._area = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((found.get("action", ""), [], []))
        if not self.forms:
            return
        _, fields, buttons = self.forms[-1]
        if tag == "input" and "name" in found:
            is_ticked = found.get("type") not in ("checkbox", "radio") or "checked" in found
            fields += [(found["name"], found.get("value", ""))] if is_ticked else []
        elif tag == "textarea":
            self._area = found["name"]
            fields.append((self._area, ""))
        elif tag == "select":
            self._select = found["name"]
        elif tag == "option" and self._select:
            if "selected" in found:
                fields[:] = [(name, value) for name, value in fields if name != self._select]
            if not any(name == self._select for name, _ in fields):
                fields.append((self._select, found.get("value", "")))
        elif tag == "button":
            buttons.append(found.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            name, text = self.forms[-1][1][-1]
            self.forms[-1][1][-1] = (name, text + data)


def send(
    office: Office, page: str, button: str, *, drop: tuple[str, ...] = (), number: int = 0, **changes: str | list[str]
) -> tuple[int, str]:
    """Open a page, change fields of its form with this button (`__` stands for a dot) and send it.

    `drop` are fields not to be sent. Returns the status, and the text of the answer or where it leads.
    """
    forms = Forms(office.get(page)).forms
    # A form whose button says nothing is known by where it leads.
    having = [form for form in forms if button in form[2] and (button or form[0] == page.partition("?")[0])]
    action, fields, _ = having[number]
    named = {name.replace("__", "."): value for name, value in changes.items()}
    kept = [(name, value) for name, value in fields if name not in named and name not in drop]
    for name, value in named.items():
        kept += [(name, one) for one in ([value] if isinstance(value, str) else value)]
    body = urlencode([*kept, ("do", button)] if button else kept)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = office.clients["operator"].post(action, content=body, headers=headers)
    return answer.status_code, answer.headers.get("location") or answer.text
