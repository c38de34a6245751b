"""A browser at a university's provider: forms, consent, and the way back."""

import re
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

BACK = "http://testserver/sso"
FORM = re.compile(r'<form[^>]* action="([^"]+)"')
PROMPT = re.compile(r'name="prompt" value="(\w+)"')


async def through(address: str, name: str) -> dict[str, str]:
    """What a browser brings back from the provider: its forms filled in as `name`, its consent given."""
    async with httpx.AsyncClient(timeout=20) as browser:
        answer = await browser.get(address)
        for _ in range(12):
            if answer.is_redirect:
                next_one = urljoin(str(answer.url), answer.headers["location"])
                if next_one.startswith(BACK):
                    return dict(parse_qsl(urlsplit(next_one).query))
                answer = await browser.get(next_one)
                continue
            assert answer.status_code == 200, answer.text
            action, prompt = FORM.search(answer.text), PROMPT.search(answer.text)
            assert action is not None
            assert prompt is not None
            filled = {"prompt": prompt[1], "login": name, "password": "any"}
            answer = await browser.post(urljoin(str(answer.url), action[1]), data=filled)
    raise AssertionError("the provider sends nobody back")
