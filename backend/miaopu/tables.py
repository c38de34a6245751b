"""Every room's tables, in the order of the rooms: for migrations and for `alembic check`."""

from miaopu.activities import models as activities
from miaopu.alumni import models as alumni
from miaopu.appraisals import models as appraisals
from miaopu.compliance import models as compliance
from miaopu.contacts import models as contacts
from miaopu.core import audit, door, files, jobs, throttle
from miaopu.core.db import Base
from miaopu.disclosures import models as disclosures
from miaopu.evaluations import certificates_models, likeness_models, midterm_models
from miaopu.evaluations import models as evaluations
from miaopu.exams import models as exams
from miaopu.growth import models as growth
from miaopu.imports import models as imports
from miaopu.interviews import models as interviews
from miaopu.nominations import models as nominations
from miaopu.notices import models as notices
from miaopu.openness import models as openness
from miaopu.operations import models as operations
from miaopu.pairings import changing_models
from miaopu.pairings import models as pairings
from miaopu.people import models as people
from miaopu.people import oidc_models, support_models
from miaopu.personal import models as personal
from miaopu.programme import models as programme
from miaopu.registrations import commitments
from miaopu.registrations import models as registrations
from miaopu.registrations import words_models as consent_words
from miaopu.reminders import models as reminders
from miaopu.school import models as school
from miaopu.supervision import models as supervision
from miaopu.trail import models as trail
from miaopu.training import appointments_models, feedback_models
from miaopu.training import models as training

ROOMS = (
    audit,
    door,
    throttle,
    people,
    support_models,
    oidc_models,
    files,
    jobs,
    notices,
    programme,
    imports,
    disclosures,
    nominations,
    registrations,
    commitments,
    consent_words,
    exams,
    interviews,
    pairings,
    changing_models,
    training,
    appointments_models,
    feedback_models,
    growth,
    contacts,
    school,
    activities,
    evaluations,
    certificates_models,
    likeness_models,
    midterm_models,
    appraisals,
    supervision,
    trail,
    alumni,
    openness,
    reminders,
    personal,
    operations,
    compliance,
)
metadata = Base.metadata
