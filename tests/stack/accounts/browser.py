"""What a browser does when somebody signs in: pages, forms and cookies, over HTTP."""

import base64
import hashlib
import html
import json
import re
import secrets
from urllib.parse import parse_qs, urlsplit

from .conftest import CALLBACK


class Browser:
    """Keeps cookies, and fills in Keycloak's forms."""

    def __init__(self, server, http):
        self._server = server
        self._http = http
        self._cookies = {}
        self.verifier = secrets.token_urlsafe(48)
        self.state = secrets.token_urlsafe(12)

    async def open(self, **changes):
        """Go where an app sends whoever is to sign in; return the page or the way back."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": "talent-app",
            "redirect_uri": CALLBACK,
            "scope": "openid",
            "state": self.state,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        } | changes
        asked = {name: value for name, value in asked.items() if value is not None}
        place = f"{self._server.issuer}/protocol/openid-connect/auth"
        return await self._go("GET", place, params=asked)

    async def fill(self, page, **fields):
        """Send the page's form; return the next page or the way back."""
        action = re.search(r'<form[^>]*\saction="([^"]+)"', page.text)
        assert action, page.text[:2000]
        return await self._go("POST", html.unescape(action[1]), data=fields)

    async def sign_in(self, username, password):
        return await self.fill(await self.open(), username=username, password=password)

    def code(self, back):
        """Return the code with which Keycloak sends the browser back to the app."""
        assert back.status_code == 302, back.text[:2000]
        place = back.headers["location"]
        assert place.startswith(CALLBACK), place
        told = parse_qs(urlsplit(place).query)
        assert told["state"] == [self.state]
        return told["code"][0]

    async def exchange(self, code, **changes):
        """Exchange a code for tokens, as the app does; return the answer."""
        form = {
            "grant_type": "authorization_code",
            "client_id": "talent-app",
            "redirect_uri": CALLBACK,
            "code": code,
            "code_verifier": self.verifier,
        } | changes
        return await self._http.post(self._server.token_url, data=form)

    async def refresh(self, tokens):
        form = {"grant_type": "refresh_token", "client_id": "talent-app"}
        form["refresh_token"] = tokens["refresh_token"]
        return await self._http.post(self._server.token_url, data=form)

    async def log_out(self, tokens):
        form = {"client_id": "talent-app", "refresh_token": tokens["refresh_token"]}
        place = f"{self._server.issuer}/protocol/openid-connect/logout"
        return await self._http.post(place, data=form)

    async def _go(self, method, place, **content):
        """Follow redirects inside Keycloak, but not the way back to the app."""
        while True:
            headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items())}
            answer = await self._http.request(method, place, headers=headers, **content)
            for cookie in answer.headers.get_list("set-cookie"):
                name, _, value = cookie.partition(";")[0].partition("=")
                self._cookies[name] = value
            to = answer.headers.get("location", "")
            if answer.status_code not in (302, 303) or not to.startswith(self._server.url):
                return answer
            method, place, content = "GET", to, {}


def claims(token):
    """Return what an access token says; the services verify it, not this."""
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
