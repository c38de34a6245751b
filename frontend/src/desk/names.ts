import { openOf } from "../shared/open-words";
import { remindersOf } from "../shared/reminder-words";
import type { Words } from "../words";
import { afterWords } from "../words/after";
import { boardWords } from "../words/board";
import { complianceWords } from "../words/compliance";
import { headsOf } from "../words/heads";
import { midtermWords } from "../words/midterm";
import { outsideWords } from "../words/outside";
import { panelWords } from "../words/panel";
import { systemWords } from "../words/system";
import { yearWords } from "../words/year";

/** What a list is called where a stage has several. */
export function listName(words: Words, path: string): string {
  const { enums, ui, fields } = words;
  const names: Record<string, string> = {
    "/registrations": enums.thing.registration,
    "/mentors": ui.mentorDirectory,
    "/sittings": enums.thing.sitting,
    "/seats": ui.seatsAndMarks,
    "/rechecks": enums.thing.recheck,
    "/panels": fields.panel_name,
    "/slots": ui.turns,
    "/interview-rounds": enums.thing.interview_round,
    "/place-offers": enums.thing.place_offer,
    "/enrolments": enums.thing.enrolment,
    "/contacts": enums.thing.contact_thread,
    "/place-changes": enums.thing.place_change,
    "/training-plans": enums.thing.training_plan,
    "/appointments": ui.plannedMeetings,
    "/sessions": ui.recordSession,
    "/growth-logs": enums.thing.growth_log,
    "/missing-logs": enums.thing.missing_log,
    "/midterm-evaluations": enums.thing.midterm_evaluation,
    "/midterm-sessions": midtermWords(words.language).sessions,
    "/midterm-problems": midtermWords(words.language).problems,
    "/midterm-summaries": enums.thing.midterm_summary,
    "/summaries": enums.thing.summary,
    "/appraisals": enums.thing.appraisal,
    "/supervision-visits": ui.supervision,
    "/tracking": afterWords(words.language).tracking,
    "/findings": afterWords(words.language).findings,
    "/model-cases": afterWords(words.language).cases,
    "/alumni": afterWords(words.language).former,
    "/alumni-activities": afterWords(words.language).invitations,
    "/after": afterWords(words.language).title,
    "/oversight": ui.oversight,
    "/disclosures": openOf(words.language).pages.disclosures,
    "/objections": openOf(words.language).pages.objections,
    "/records": openOf(words.language).pages.records,
    "/outbox": remindersOf(words.language).pages.outbox,
    "/group-channels": remindersOf(words.language).pages.groups,
    "/imports": ui.imports,
    "/board": boardWords(words.language).title,
    "/team": yearWords(words.language).team,
    "/final": ui.final.compared,
    "/city-panel": panelWords(words.language).title,
    "/feedback": yearWords(words.language).feedback,
    "/activities": outsideWords(words.language).activities,
    "/lessons": outsideWords(words.language).lessons,
    "/teacher-hours": outsideWords(words.language).hours,
    "/numbers": ui.numbers,
    "/countersign": headsOf(words.language).countersign,
    "/personal-data": complianceWords(words.language).title,
    "/status": systemWords(words.language).title,
    "/cycles": ui.cyclesAndPlan,
    "/units": fields.unit_name,
    "/members": ui.people,
  };
  return names[path] ?? path;
}
