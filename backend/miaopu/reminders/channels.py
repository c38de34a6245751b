"""The one interface of the ways out: an address and a letter go in, a result comes back; nothing is raised.

Whether a failure is worth another attempt is the way's to say: a mail host by 4yz and 5yz (RFC 5321), an HTTP
receiver by its status, a robot by its own code for "too often".
"""

import hashlib
import hmac
from base64 import b64encode
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx

from miaopu.core import clock
from miaopu.settings import Settings

RobotKind = Literal["wecom", "dingtalk", "feishu"]
TIMEOUT = 10.0
# 45009 (企业微信), 130101 (钉钉), 9499 and 11232 (飞书): sent too often.
AGAIN = {45009, 130101, 9499, 11232}


@dataclass(frozen=True, slots=True)
class Result:
    """What came of sending. `error` is short and holds no address; `again` says whether to try later."""

    error: str | None = None
    again: bool = False

    @property
    def sent(self) -> bool:
        """True when the other side took it."""
        return self.error is None


def robot_fault(settings: Settings, url: str) -> str | None:
    """The code of what is wrong with a group's address; None for one of the hosts that the installation allows.

    Only https to a named host on its usual port: an office cannot make the platform call into its own network.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "robot_url"
    if settings.mode == "test" and parts.scheme == "http" and parts.hostname == "127.0.0.1":
        return None
    if parts.scheme != "https" or parts.username or parts.password or port not in (None, 443):
        return "robot_url"
    return None if parts.hostname in settings.robot_hosts else "robot_host"


async def send_to_robot(settings: Settings, kind: RobotKind, url: str, secret: str | None, text: str) -> Result:
    """A line to a group, signed as its maker asks."""
    if fault := robot_fault(settings, url):
        return Result(fault)
    body: dict[str, Any] = {"msgtype": "text", "text": {"content": text}}
    query: dict[str, str] = {}
    moment = clock.real_now().timestamp()
    if kind == "feishu":
        body = {"msg_type": "text", "content": {"text": text}}
        if secret:
            stamp = str(int(moment))
            body |= {"timestamp": stamp, "sign": _sign(f"{stamp}\n{secret}", "")}
    elif kind == "dingtalk" and secret:
        stamp = str(int(moment * 1000))
        query = {"timestamp": stamp, "sign": _sign(secret, f"{stamp}\n{secret}")}
    # 企业微信 signs nothing: the key in the address is all there is.
    return await _post(url, params=query, json=body)


def _sign(key: str, message: str) -> str:
    return b64encode(hmac.digest(key.encode(), message.encode(), hashlib.sha256)).decode()


async def send_sms(settings: Settings, number: str, text: str, delivery: str) -> Result:
    """A short message through the installation's gateway.

    One POST of `{"id", "to", "text"}`, with `X-Miaopu-Timestamp` (Unix seconds) and `X-Miaopu-Signature`: HMAC-SHA-256
    in hex, under MIAOPU_SMS_SECRET, of `timestamp + "." + body`. The same id is the same message sent again. Whatever
    provider stands behind it is the gateway's affair.
    """
    if not settings.sms_url:
        return Result("sms_off")
    built = httpx.Request("POST", settings.sms_url, json={"id": delivery, "to": number, "text": text})
    stamp = str(int(clock.real_now().timestamp()))
    signed = f"{stamp}.".encode() + built.content
    signature = hmac.new(settings.sms_secret.get_secret_value().encode(), signed, hashlib.sha256).hexdigest()
    headers = {
        "content-type": "application/json",
        "x-miaopu-timestamp": stamp,
        "x-miaopu-signature": signature,
    }
    return await _post(settings.sms_url, content=built.content, headers=headers)


async def _post(url: str, **sent: Any) -> Result:
    """A POST that follows no redirect. The address, which can hold a key, is in no error."""
    if sent.get("params"):
        url = str(httpx.URL(url).copy_merge_params(sent.pop("params")))
    else:
        sent.pop("params", None)
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client:
            answer = await client.post(url, **sent)
    except httpx.HTTPError as away:
        return Result(type(away).__name__, again=True)
    if answer.status_code >= 300:
        return Result(f"http_{answer.status_code}", again=answer.status_code >= 500 or answer.status_code == 429)
    try:
        said = answer.json()
    except ValueError:
        return Result()
    code = said.get("errcode", said.get("code", 0)) if isinstance(said, dict) else 0
    return Result() if code in (0, None) else Result(f"robot_{code}", again=code in AGAIN)
