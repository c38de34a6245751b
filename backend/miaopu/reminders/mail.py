"""Mail by SMTP (RFC 5321): text and simple HTML, a Message-ID that stays with the delivery, one click to stop."""

import html
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, parseaddr
from urllib.parse import unquote, urlsplit

import aiosmtplib

from miaopu.core import clock
from miaopu.core.problem import Language, say
from miaopu.reminders.channels import Result
from miaopu.settings import Settings

TIMEOUT = 20.0


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says. `change_url` is the page, `off_url` the one-click address that stops mails (RFC 8058)."""

    subject: str
    lines: tuple[str, ...]
    link: str = ""
    change_url: str = ""
    off_url: str = ""


def built(settings: Settings, language: Language, to: str, letter: Letter, delivery: str) -> EmailMessage:
    """The mail. The same delivery always has the same Message-ID, so that a second attempt is no second mail."""
    message = EmailMessage()
    host = urlsplit(settings.public_url).hostname or "localhost"
    name, address = parseaddr(settings.mail_from)
    message["From"] = formataddr((name or say(language, "mail.sender", {}), address or f"noreply@{host}"))
    message["To"] = to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(clock.real_now())
    message["Message-ID"] = f"<{delivery}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.off_url:
        message["List-Unsubscribe"] = f"<{letter.off_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    foot = say(language, "mail.change", {"url": letter.change_url}) if letter.change_url else ""
    lines = [*letter.lines, letter.link, "", foot]
    message.set_content("\n".join(lines).strip() + "\n", cte="base64")
    message.add_alternative(_page(language, letter), subtype="html", cte="base64")
    return message


def _page(language: Language, letter: Letter) -> str:
    body = "".join(f"<p>{html.escape(line)}</p>" for line in letter.lines if line)
    if letter.link:
        body += _anchor(letter.link, say(language, "mail.open", {}))
    if letter.change_url:
        body += "<hr>" + _anchor(letter.change_url, say(language, "mail.change_short", {}))
    return f'<!doctype html><html lang="{language}"><meta charset="utf-8"><body>{body}</body></html>'


def _anchor(url: str, text: str) -> str:
    return f'<p><a href="{html.escape(url, quote=True)}">{html.escape(text)}</a></p>'


async def send_mail(settings: Settings, message: EmailMessage) -> Result:
    """Hand a mail to the installation's host: `smtp://`, `smtp+starttls://` (TLS asked for) or `smtps://`.

    A host that says 4yz, or cannot be reached, is asked again; 5yz is the end of it. Neither address nor password is in
    the result.
    """
    url = urlsplit(settings.smtp_url.get_secret_value())
    if not url.hostname:
        return Result("mail_off")
    try:
        await aiosmtplib.send(
            message,
            hostname=url.hostname,
            port=url.port or (465 if url.scheme == "smtps" else 587),
            username=unquote(url.username) if url.username else None,
            password=unquote(url.password) if url.password else None,
            use_tls=url.scheme == "smtps",
            start_tls=True if url.scheme == "smtp+starttls" else False if url.scheme == "smtp" else None,
            timeout=TIMEOUT,
        )
    except aiosmtplib.SMTPRecipientsRefused as refused:
        code = max((one.code for one in refused.recipients), default=550)
        return Result(f"smtp_{code}", again=code < 500)
    except aiosmtplib.SMTPResponseException as refused:
        return Result(f"smtp_{refused.code}", again=refused.code < 500)
    except (aiosmtplib.SMTPException, OSError) as away:
        return Result(type(away).__name__, again=True)
    return Result()
