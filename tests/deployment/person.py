"""People of a deployment: they sign in through its proxy, fill forms and press what stands in pages."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.integration.deployment import nginx
from tests.integration.web.filled import Forms
from tests.waiting import until

PASSWORD = "a long enough sentence of {}"
ENDED = {"succeeded", "failed", "cancelled", "attention"}


@dataclass
class Visitor:
    """Somebody with a browser of their own, who is signed in."""

    url: str
    name: str
    secrets: Path
    address: str = "127.0.0.1"
    session: requests.Session = field(init=False)

    def __post_init__(self) -> None:
        self.session = nginx.client(self.secrets, self.address)

    def sign_in(self) -> "Visitor":
        answer = self.fill("/account/login/", login=self.name, password=PASSWORD.format(self.name))
        assert "/account/login" not in answer.url, answer.text
        return self

    def get(self, path: str) -> requests.Response:
        answer = self.session.get(path if path.startswith("http") else self.url + path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:500])
        return answer

    def fill(self, path: str, action: str = "", **values: Any) -> requests.Response:
        """Send the form of a page that goes to `action`, or to the page itself, with these values changed."""
        page = self.get(path)
        found = [form for form in Forms(page.text).found if form.method == "post" and form.action.endswith(action)]
        named = [form for form in found if set(values) <= {name for name, _ in form.values} | {"enabled"}]
        assert named, (path, action, [form.values for form in found])
        data = {**named[0].data(), **values}
        target = requests.compat.urljoin(page.url, named[0].action)
        answer = self.session.post(target, data, headers={"Referer": page.url})
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:3000])
        return answer

    def api(self, path: str, **sent: Any) -> Any:
        """GET, or POST where something is sent."""
        address = f"{self.url}/api/v1/{path}"
        if not sent:
            return self.get(address).json()
        headers = {"X-CSRFToken": self.session.cookies["__Host-ringi_csrf"], "Referer": self.url}
        answer = self.session.post(address, json=sent, headers=headers)
        assert answer.status_code in {200, 201, 202}, (path, answer.status_code, answer.text)
        return answer.json()


@dataclass
class Team:
    """aiko proposes and applies, goro approves."""

    aiko: Visitor
    goro: Visitor

    def propose(self, environment: str, name: str, **desired: Any) -> dict[str, Any]:
        change = {
            "action": "update", "type": "AWS::RDS::DBInstance", "region": "ap-northeast-1",
            "identifier": name, "name": name, "desired": desired,
        }  # fmt: skip
        title = f"Change {name}: {desired}"
        return dict(self.aiko.api("change-requests/", environment=environment, title=title, changes=[change]))

    def request(self, pk: int) -> dict[str, Any]:
        return dict(self.aiko.api(f"change-requests/{pk}/"))

    def planned(self, pk: int) -> dict[str, Any]:
        """Submitted and planned."""
        self.aiko.api(f"change-requests/{pk}/submit/", edition=self.request(pk)["edition"])
        until(lambda: self.request(pk)["state"] != "planning", lambda: str(self.request(pk)))
        found = self.request(pk)
        assert found["state"] == "in_review", found
        return found

    def approved(self, pk: int) -> dict[str, Any]:
        found = self.planned(pk)
        self.goro.api(f"change-requests/{pk}/approve/", digest=found["revision"]["digest"], edition=found["edition"])
        return self.request(pk)

    def start(self, pk: int) -> int:
        """Apply it; the number of the run."""
        return int(self.aiko.api(f"change-requests/{pk}/start/", digest=self.request(pk)["revision"]["digest"])["id"])

    def run(self, pk: int) -> dict[str, Any]:
        return dict(self.aiko.api(f"runs/{pk}/"))

    def ended(self, pk: int) -> dict[str, Any]:
        until(lambda: self.run(pk)["state"] in ENDED, lambda: str(self.run(pk)))
        return self.run(pk)

    def change(self, environment: str, name: str, **desired: Any) -> dict[str, Any]:
        """Everything, from the proposal to the end of the run; the run."""
        pk = self.propose(environment, name, **desired)["id"]
        self.approved(pk)
        run = self.ended(self.start(pk))
        assert run["state"] == "succeeded", run
        return run


def link_in(text: str) -> str:
    """The link that an administrator passes on."""
    found = re.search(r"https://[^\s\"<]+/account/password/[^\s\"<]+", text)
    assert found, text
    return found[0]
