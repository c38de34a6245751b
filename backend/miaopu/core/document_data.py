"""What is set in letters, tickets, certificates, forms, lists and labels."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LetterData:
    """A mentor's letter of appointment. `date` and `term` are texts, as they are to be printed."""

    name: str
    university: str
    subject: str
    term: str
    number: str
    date: str
    issuers: tuple[str, ...]
    check_url: str
    # The cycle's title, from the plan document.
    programme: str = ""


@dataclass(frozen=True, slots=True)
class TicketData:
    """Where and when one student sits the written test."""

    name: str
    number: str
    ticket_number: str
    school: str
    subject: str
    city: str
    room: str
    seat: str
    address: str
    starts_at: str
    notes: tuple[str, ...] = ()
    programme: str = ""
    # Where the QR leads, by which the ticket is scanned at the door.
    check_url: str = ""


@dataclass(frozen=True, slots=True)
class TicketsData:
    """The tickets of a sitting, one page each; at least one."""

    tickets: tuple[TicketData, ...]


@dataclass(frozen=True, slots=True)
class CertificateData:
    """A student's certificate of training (P26). `year` and `grade` are texts."""

    name: str
    school: str
    subject: str
    mentor: str
    university: str
    year: str
    grade: str
    number: str
    date: str
    issuers: tuple[str, ...]
    check_url: str
    # The cycle's title, from the plan document.
    programme: str = ""


@dataclass(frozen=True, slots=True)
class Opinion:
    """A box to write in on paper: signed by a person, or for an office and `sealed`."""

    heading: str
    sealed: bool


@dataclass(frozen=True, slots=True)
class FormData:
    """A registration as submitted. `facts` are short (label, value), `texts` long (heading, text).

    `opinions` are the boxes that are signed on paper, and sealed by offices.
    """

    name: str
    number: str
    school: str
    subject: str
    submitted: str
    facts: tuple[tuple[str, str], ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    opinions: tuple[Opinion, ...] = ()
    programme: str = ""


@dataclass(frozen=True, slots=True)
class ListData:
    """A list to print, sign and seal. `widths` are the columns' shares of the page; the footer stands on every page.

    Many columns ask for a page that is `wide`.
    """

    name: str
    number: str
    date: str
    columns: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]
    facts: tuple[tuple[str, str], ...] = ()
    footer: str = ""
    signature: str = ""
    programme: str = ""
    wide: bool = False


@dataclass(frozen=True, slots=True)
class LabelData:
    """A label for one desk."""

    seat: str
    name: str
    number: str
    room: str
    subject: str


@dataclass(frozen=True, slots=True)
class LabelsData:
    """Labels to cut, two beside each other."""

    name: str
    labels: tuple[LabelData, ...]
    programme: str = ""
