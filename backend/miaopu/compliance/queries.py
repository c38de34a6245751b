"""Reads of the packs that were made."""

from sqlalchemy import Uuid, bindparam, select

from miaopu.compliance.models import ComplianceAudit
from miaopu.core import files
from miaopu.core.files import StoredFile
from miaopu.core.read import Rows, as_page, kept
from miaopu.people.models import Account


@kept
def audits() -> Rows:
    """Every pack; it belongs to the whole installation, and the permission says who may read it."""
    rows = select(
        ComplianceAudit.id,
        ComplianceAudit.year,
        ComplianceAudit.complete,
        ComplianceAudit.made_at,
        Account.name.label("made_by_name"),
        ComplianceAudit.sha256,
        ComplianceAudit.size,
        ComplianceAudit.figures,
    ).join(Account, Account.id == ComplianceAudit.made_by)
    return as_page(rows, ComplianceAudit.made_at.desc(), ComplianceAudit.id.desc())


@kept
def file_of() -> Rows:
    """The file of one pack."""
    return (
        select(*files.columns())
        .join(ComplianceAudit, ComplianceAudit.file_id == StoredFile.id)
        .where(ComplianceAudit.id == bindparam("id", type_=Uuid))
    )
