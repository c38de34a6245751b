import type { Me, Permission, StageCode } from "../api";
import { alumni, tracking } from "../rooms/after";
import { alumniActivities } from "../rooms/after/invitations";
import { annualEvaluations } from "../rooms/annual";
import { certificates } from "../rooms/annual/certificates";
import { appraisals, summaries } from "../rooms/appraisals";
import { placeChanges } from "../rooms/changes";
import { contacts } from "../rooms/contacts";
import { cutoffs } from "../rooms/cutoffs";
import { cycles } from "../rooms/cycles";
import { disclosures } from "../rooms/disclosures";
import { objections } from "../rooms/disclosures/objection";
import { enrolments } from "../rooms/enrolments";
import {
  initialEvaluations,
  midtermEvaluations,
  midtermProblems,
  midtermSessions,
  midtermSummaries,
} from "../rooms/evaluations";
import { sittings } from "../rooms/exams";
import { rechecks } from "../rooms/exams/recheck";
import { seats } from "../rooms/exams/seat";
import { growthLogs, missingLogs } from "../rooms/growth";
import { imports } from "../rooms/imports";
import { panels } from "../rooms/interviews";
import { placeOffers } from "../rooms/interviews/offers";
import { interviewRounds } from "../rooms/interviews/rounds";
import { slots } from "../rooms/interviews/slot";
import { nominations } from "../rooms/nominations";
import { mentors } from "../rooms/nominations/mentors";
import { activities } from "../rooms/outside";
import { lessons } from "../rooms/outside/lessons";
import { decisions } from "../rooms/oversight";
import { pairings } from "../rooms/pairings";
import { meetings } from "../rooms/pairings/meeting";
import { members, units } from "../rooms/people";
import { records } from "../rooms/records";
import { registrations } from "../rooms/registrations";
import { outbox } from "../rooms/reminders";
import { groups } from "../rooms/reminders/groups";
import { modelCases } from "../rooms/supervision/cases";
import { findings, visits } from "../rooms/supervision/visits";
import { trainingPlans } from "../rooms/training";
import { appointments } from "../rooms/training/appointments";
import { sessions } from "../rooms/training/session";
import type { AnyThing } from "../shared/thing";

/** Every list of the desk, by its path. */
export const THINGS: AnyThing[] = [
  nominations,
  registrations,
  mentors,
  sittings,
  seats,
  rechecks,
  cutoffs,
  panels,
  slots,
  interviewRounds,
  placeOffers,
  pairings,
  meetings,
  enrolments,
  contacts,
  placeChanges,
  trainingPlans,
  appointments,
  activities,
  lessons,
  sessions,
  growthLogs,
  missingLogs,
  initialEvaluations,
  midtermEvaluations,
  midtermSessions,
  midtermProblems,
  midtermSummaries,
  annualEvaluations,
  certificates,
  summaries,
  appraisals,
  visits,
  findings,
  modelCases,
  alumni,
  tracking,
  alumniActivities,
  disclosures,
  objections,
  records,
  decisions,
  outbox,
  groups,
  imports,
  cycles,
  units,
  members,
];

/** Which permission, or which one of several, opens a list; the menu shows no list that the role may not read. */
const READS: Record<string, Permission | Permission[]> = {
  "/nominations": "nomination.read",
  "/registrations": "registration.read",
  "/mentors": "mentor.directory",
  "/sittings": "exam.read",
  "/seats": "exam.read",
  "/rechecks": "recheck.read",
  "/cutoffs": "cutoff.read",
  // A student comes before a panel, and does not look into it.
  "/panels": ["interview.panel", "interview.round"],
  "/slots": "interview.read",
  "/interview-rounds": "interview.round",
  "/place-offers": "place.read",
  "/pairings": "pairing.read",
  "/meetings": "meeting.read",
  "/enrolments": "pairing.read",
  "/contacts": "contact.read",
  "/place-changes": "place_change.read",
  "/training-plans": "training.read",
  "/appointments": "training.read",
  "/activities": "activity.read",
  "/lessons": "lesson.read",
  "/teacher-hours": "lesson.hours",
  "/sessions": "training.read",
  "/growth-logs": "growth.read",
  "/missing-logs": "growth.read",
  "/initial-evaluations": "evaluation.read",
  "/midterm-evaluations": "evaluation.read",
  "/midterm-sessions": "evaluation.read",
  "/midterm-problems": "evaluation.read",
  // A list of a whole city: the offices' alone, as what is said of each city.
  "/midterm-summaries": "appraisal.read",
  "/annual-evaluations": "evaluation.read",
  "/certificates": "certificate.read",
  "/summaries": "summary.read",
  "/appraisals": "appraisal.read",
  "/supervision-visits": "supervision.read",
  "/findings": "supervision.read",
  // Who is only named in one comes by the notice.
  "/model-cases": "supervision.read",
  "/alumni": "alumni.read",
  // Offices, schools and universities; a student has the own page for it.
  "/tracking": ["alumni.read", "nomination.recommend"],
  "/alumni-activities": "alumni.read_activity",
  "/after": "alumni.consent",
  "/oversight": "selection.oversee",
  "/disclosures": "disclosure.read",
  "/objections": "disclosure.read",
  "/records": "record.read",
  "/outbox": "outbox.read",
  "/group-channels": "channel.manage",
  "/imports": "import.read",
  "/numbers": "numbers.read",
  "/countersign": "trail.countersign",
  "/status": "status.read",
  "/personal-data": ["compliance.read", "retention.read", "consent.read"],
  "/board": "board.read",
  "/team": "team.read",
  "/feedback": "feedback.read",
  "/final": "evaluation.grade",
  "/city-panel": "panel.compare",
  "/cycles": "cycle.read",
  "/units": "account.read",
  "/members": "account.read",
};

/** The lists of a stage, in the order in which one needs them. */
export const STAGES: Record<StageCode, string[]> = {
  nomination: ["/nominations"],
  registration: ["/registrations", "/mentors"],
  registration_review: ["/registrations"],
  written_test: ["/sittings", "/seats", "/rechecks"],
  cutoff: ["/cutoffs"],
  interview: ["/panels", "/slots", "/interview-rounds", "/place-offers"],
  pairing: ["/pairings"],
  meeting: ["/meetings"],
  training: [
    "/enrolments",
    "/training-plans",
    "/appointments",
    "/sessions",
    "/activities",
    "/lessons",
    "/growth-logs",
    "/missing-logs",
    "/contacts",
    "/place-changes",
  ],
  initial_evaluation: ["/initial-evaluations"],
  midterm_evaluation: [
    "/midterm-evaluations",
    "/midterm-sessions",
    "/midterm-problems",
    "/midterm-summaries",
  ],
  annual_evaluation: ["/annual-evaluations"],
  final_evaluation: ["/annual-evaluations"],
  certificates: ["/certificates"],
  acceptance: ["/summaries", "/appraisals", "/supervision-visits", "/findings", "/model-cases"],
};

/** The stage that a list is read for now: of several that share it, the one under way. */
export function stageNow(stages: Me["stages"], path: string): Me["stages"][number] | undefined {
  const sharing = stages.filter((stage) => STAGES[stage.code].includes(path));
  return sharing.find((stage) => stage.state === "open") ?? sharing[0];
}

/** What stands beside the programme: the window on the selection, notices, the numbers of the year, units, people. */
export const BESIDES = [
  "/oversight",
  "/disclosures",
  "/objections",
  "/records",
  "/outbox",
  "/group-channels",
  "/imports",
  "/board",
  "/teacher-hours",
  "/team",
  "/feedback",
  "/final",
  "/alumni",
  "/tracking",
  "/alumni-activities",
  "/after",
  "/numbers",
  "/countersign",
  "/cycles",
  "/units",
  "/members",
  "/personal-data",
  "/status",
];

/** The lists that stand together with one: those of its stage, or it alone. */
export function together(thing: AnyThing): string[] {
  return thing.stage ? STAGES[thing.stage] : [thing.path];
}

export function readable(permissions: Permission[], path: string): boolean {
  return [READS[path]].flat().some((needed) => permissions.includes(needed));
}
