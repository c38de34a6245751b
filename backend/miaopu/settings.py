"""Settings: one frozen object, read from the environment once by the command line and handed on."""

import ipaddress
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

LISTS = ("allowed_origins", "robot_hosts", "former_secrets", "trusted_proxies", "second_factor_roles")
# Who holds many people's data or decides about them signs in with a second factor (ASVS 5.0 6.3.3).
OFFICES_AND_EXPERTS = ("association", "education_department", "region_office", "city_office", "expert")
# Where plain http leaves no machine.
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
ROOT = Path(__file__).resolve().parents[2]


class MissingSecret(Exception):
    """A production start lacks something it must not invent. The message names the variable."""


class NotForProduction(Exception):
    """A production start found something that belongs to a demo, or an address that nobody's data may travel to."""


class Settings(BaseModel):
    """Everything that differs between two installations. Nothing of the programme is here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Literal["production", "demo", "test"] = "demo"
    database_url: str = ""
    read_database_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    data_dir: Path = ROOT / "var"
    # 32 bytes as hex; seals identity numbers, phones and signing keys, and keys the blind indexes.
    secret: SecretStr = SecretStr("")
    # What was `secret` before: it opens what is not sealed anew yet (`miaopu keys rotate`), and seals nothing.
    former_secrets: tuple[SecretStr, ...] = ()
    public_url: str = ""
    allowed_origins: tuple[str, ...] = ()
    cookie_secure: bool = False
    cookie_samesite: Literal["strict", "lax", "none"] = "strict"
    # The addresses or networks of the proxies in front: only what they say of a caller's address (X-Forwarded-For) is
    # believed. Empty: in production this machine's own, else nobody.
    trusted_proxies: tuple[str, ...] = ()
    # Wrong passwords from one address in a quarter of an hour: a whole school can be behind it.
    sign_in_address_failures: int = Field(default=100, ge=1)
    # Roles that act only after a second step; `none` for no role. Empty: in production offices and experts.
    second_factor_roles: tuple[str, ...] = ()
    # A sign-in that nobody uses ends (ASVS 5.0 7.3.1): of offices, experts and whoever needs a second step after so
    # many minutes, of everybody else after so many days. An access token lives ten minutes, so no fewer.
    session_idle_minutes: int = Field(default=60, ge=15)
    session_idle_days: int = Field(default=7, ge=1)
    # A second step counts as fresh for so many minutes: until then one's other sign-ins are ended without the password.
    proof_minutes: int = Field(default=10, ge=1, le=60)
    pool_size: int = Field(default=12, ge=1)
    read_pool_size: int = Field(default=12, ge=1)
    upload_limit: int = Field(default=20 * 1024 * 1024, ge=1)
    # Workbooks that were brought in are erased after so many days, where that is sooner than the plan says.
    workbook_days: int | None = Field(default=None, ge=1)
    # Answers are kept so many days for who sends a request again (Idempotency-Key): a phone may be without a network.
    answer_days: int = Field(default=30, ge=1)
    # Bytes of a body that is no upload.
    body_limit: int = Field(default=2 * 1024 * 1024, ge=1)
    # Requests of the API at work in one process, and of such as hash a password (`core.gate`).
    max_in_flight: int = Field(default=32, ge=1)
    max_hashing: int = Field(default=4, ge=1)
    # Seconds that a request may wait for its place before it is answered 503.
    queue_seconds: float = Field(default=1.0, ge=0)
    # After SIGTERM: seconds of serving on while /readyz says no (behind a balancer, longer than its interval) …
    drain_seconds: float = Field(default=0, ge=0)
    # … and seconds for what was begun.
    stop_seconds: int = Field(default=30, ge=1)
    # A picture is drawn anew: at most so many pixels as it comes, and so many along its longer side as it is kept.
    picture_pixels: int = Field(default=60_000_000, ge=1)
    picture_long_side: int = Field(default=3600, ge=100)
    # ClamAV's socket, `unix:/run/clamav/clamd.ctl` or `tcp://host:3310`; empty: uploads are not scanned.
    clamav: str = ""
    log_format: Literal["text", "json"] = "text"
    # Whether each request of the API leaves a line.
    log_requests: bool = True
    # Who may read /metrics: the holder of this token; without one, callers of this machine.
    metrics_token: SecretStr = SecretStr("")
    # A collector of traces (OTLP over HTTP, `http://host:4318/v1/traces`); empty: none are made.
    traces_url: str = ""
    # The share of requests and jobs that is traced.
    traces_share: float = Field(default=1.0, ge=0, le=1)
    files_url: str = ""
    spa_dir: Path | None = None
    # `smtp://`, `smtp+starttls://` or `smtps://`, with user and password where the host asks; empty: no mail goes out.
    smtp_url: SecretStr = SecretStr("")
    mail_from: str = ""
    # A gateway for short messages (see `reminders.channels.send_sms`); empty: none go out.
    sms_url: str = ""
    sms_secret: SecretStr = SecretStr("")
    # Where the robots of groups may live: an office's address is called nowhere else.
    robot_hosts: tuple[str, ...] = ("qyapi.weixin.qq.com", "oapi.dingtalk.com", "open.feishu.cn")
    # 32 bytes as hex, kept apart from the installation: seals backups (`openssl rand -hex 32`).
    backup_key: SecretStr = SecretStr("")
    # Where the worker puts a backup each day and keeps the newest ones; none: nobody makes any by itself.
    backup_dir: Path | None = None
    backups_kept: int = Field(default=14, ge=1)
    backup_every_hours: float = Field(default=24, gt=0)
    # How often the newest backup is restored into a scratch database, to see that it can be.
    drill_every_hours: float = Field(default=24 * 7, gt=0)
    # How long the region office may look through somebody else's eyes, in minutes.
    support_minutes: int = Field(default=15, ge=1, le=60)
    # The size of the demo: applicants for each place.
    demo_applicants: int = Field(default=6, ge=2, le=20)
    # Whether a demo makes backups of itself (into `backups` of its data), so that its status page has some to show.
    demo_backs_up: bool = True
    # Whether the reminders look at once when the demo's clock is turned; a year that is walked for tests has none.
    demo_reminds: bool = True

    @property
    def demo(self) -> bool:
        """True where accounts can be borrowed and the clock turned. Never in production."""
        return self.mode == "demo"

    @property
    def origin(self) -> str:
        """Scheme and host of the public address, as a browser says them; empty where there is none."""
        where = urlsplit(self.public_url)
        return f"{where.scheme}://{where.netloc}" if where.netloc else ""

    @property
    def encrypted(self) -> bool:
        """True where browsers reach the platform by https: cookies are secure then, and HSTS is said."""
        return self.public_url.startswith("https://")

    @property
    def cookies_are_secure(self) -> bool:
        """True where cookies go over https alone."""
        return self.cookie_secure or self.encrypted

    @property
    def reads_url(self) -> str:
        """DSN of the reads' pool; the same database unless a standby is named."""
        return self.read_database_url or self.database_url

    @property
    def proxies(self) -> tuple[str, ...]:
        """Whose word about a caller's address is believed."""
        return self.trusted_proxies or (("127.0.0.1", "::1") if self.mode == "production" else ())

    @property
    def two_step_roles(self) -> frozenset[str]:
        """The roles that act only after a second step."""
        asked = self.second_factor_roles or (OFFICES_AND_EXPERTS if self.mode == "production" else ())
        return frozenset(asked) - {"none"}

    @property
    def short_idle_roles(self) -> frozenset[str]:
        """The roles whose sign-ins rest for minutes, not days."""
        return self.two_step_roles | set(OFFICES_AND_EXPERTS)

    @field_validator("trusted_proxies")
    @classmethod
    def _named_proxies(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        # `*` would let every caller choose the address that tries are counted by.
        for one in given:
            ipaddress.ip_network(one)
        return given

    @model_validator(mode="after")
    def _production_is_complete(self) -> "Settings":
        if self.mode == "production":
            if not self.database_url:
                raise MissingSecret("MIAOPU_DATABASE_URL")
            if len(self.secret.get_secret_value()) < 64:
                raise MissingSecret("MIAOPU_SECRET")
            if not self.public_url:
                raise MissingSecret("MIAOPU_PUBLIC_URL")
            if not self.encrypted and urlsplit(self.public_url).hostname not in THIS_MACHINE:
                raise NotForProduction("MIAOPU_PUBLIC_URL must begin with https:// (docs/security.md, docs/deploy)")
        return self


def from_environment(environment: Mapping[str, str] = os.environ, **overrides: object) -> Settings:
    """Settings from `MIAOPU_*` variables; `overrides` win.

    Raises:
        MissingSecret: a production start without a secret, a database or a public address.
    """
    given: dict[str, object] = {}
    for name in Settings.model_fields:
        value = environment.get(f"MIAOPU_{name.upper()}")
        if value:
            given[name] = tuple(value.split(",")) if name in LISTS else value
    return Settings.model_validate({**given, **overrides})
