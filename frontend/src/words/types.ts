import type {
  ActivitiesActData,
  ActivityItem,
  AlumniActivitiesActData,
  AlumniActivityItem,
  AlumniGuestLine,
  AlumnusItem,
  AnnualEvaluationsActData,
  AnnualItem,
  AppointmentItem,
  AppraisalItem,
  AppraisalsActData,
  BatchItem,
  CertificateItem,
  ChangeItem,
  ContactsActData,
  CutoffItem,
  CutoffsActData,
  CycleItem,
  CyclesActData,
  DecisionItem,
  Degree,
  DisclosureItem,
  EnrolmentItem,
  FindingItem,
  FindingsActData,
  GrowthLogsActData,
  ImportItem,
  InitialEvaluationsActData,
  InitialItem,
  InterviewRoundItem,
  LessonItem,
  LessonsActData,
  LogItem,
  MemberItem,
  MidtermEvaluationsActData,
  MidtermItem,
  MidtermProblemsActData,
  MidtermSessionsActData,
  MidtermSummariesActData,
  MidtermSummaryItem,
  ModelCaseItem,
  ModelCasesActData,
  MonthCount,
  NominationItem,
  NominationsActData,
  ObjectionItem,
  ObjectionsActData,
  OfferItem,
  OffersActData,
  OutboxActData,
  PairingsActData,
  ParticipationLine,
  ParticipationsActData,
  PassesAll,
  PlaceChangesActData,
  Present,
  ProblemItem,
  RecheckItem,
  RechecksActData,
  RegistrationItem,
  RegistrationsActData,
  ReportSessionItem,
  Role,
  RoundItem,
  RoundsActData,
  SameHands,
  StageCode,
  StageItem,
  SummariesActData,
  SummaryItem,
  ThreadItem,
  TitleLevel,
  TrackingItem,
  TrainingPlanItem,
  TrainingPlansActData,
  UnitKind,
  UnusualCount,
  Waiting,
} from "../api";

type ConsentWord = NonNullable<ParticipationLine["consent"]>;
type Table<Code extends string> = Record<Code, string>;
type Grade = NonNullable<AnnualItem["grade"]>;

/** The decisions of the selection, and what can be unusual about them. */
export interface Overseen {
  decision: Table<DecisionItem["action"]>;
  decisionKind: Table<DecisionItem["kind"]>;
  flag: Table<DecisionItem["unusual"][number] | "any">;
  unusual: Table<UnusualCount["kind"]>;
  review: Table<PassesAll["review"]>;
  hands: Table<SameHands["way"]>;
}

/** A word for every value of every enum of the contract: a missing one does not compile. */
export interface Enums {
  role: Table<Role>;
  stage: Table<StageCode>;
  stageState: Table<StageItem["state"]>;
  unitKind: Table<UnitKind>;
  degree: Table<Degree>;
  titleLevel: Table<TitleLevel>;
  thing: Table<Waiting["thing"]>;
  cycle: Table<CycleItem["state"]>;
  nomination: Table<NominationItem["state"]>;
  disclosure: Table<DisclosureItem["state"]>;
  disclosureKind: Table<DisclosureItem["kind"]>;
  objection: Table<ObjectionItem["state"]>;
  registration: Table<RegistrationItem["state"]>;
  cutoff: Table<CutoffItem["state"]>;
  recheck: Table<RecheckItem["state"]>;
  interview_round: Table<InterviewRoundItem["state"]>;
  place_offer: Table<OfferItem["state"]>;
  pairing: Table<RoundItem["state"]>;
  enrolment: Table<EnrolmentItem["state"]>;
  place_change: Table<ChangeItem["state"]>;
  contact_thread: Table<ThreadItem["state"]>;
  training_plan: Table<TrainingPlanItem["state"]>;
  appointment: Table<AppointmentItem["state"]>;
  activity: Table<ActivityItem["state"]>;
  participation: Table<ParticipationLine["state"]>;
  lesson: Table<LessonItem["state"]>;
  consent: Table<ConsentWord>;
  growth_log: Table<LogItem["state"]>;
  initial_evaluation: Table<InitialItem["state"]>;
  midterm_evaluation: Table<MidtermItem["state"]>;
  midterm_problem: Table<ProblemItem["state"]>;
  midterm_summary: Table<MidtermSummaryItem["state"]>;
  midterm_session: Table<ReportSessionItem["state"]>;
  annual_evaluation: Table<AnnualItem["state"]>;
  accountState: Table<MemberItem["account_state"]>;
  summary: Table<SummaryItem["state"]>;
  finding: Table<FindingItem["state"]>;
  model_case: Table<ModelCaseItem["state"]>;
  alumnus: Table<AlumnusItem["consent"]>;
  alumni_activity: Table<AlumniActivityItem["state"]>;
  alumni_guest: Table<AlumniGuestLine["state"]>;
  trackingKind: Table<TrackingItem["kind"]>;
  appraisal: Table<AppraisalItem["state"]>;
  grade: Table<Grade | CertificateItem["grade"]>;
  mode: Table<Present["mode"]>;
  importKind: Table<ImportItem["kind"]>;
  importState: Table<ImportItem["state"]>;
  month: Table<MonthCount["state"]>;
  outbox_batch: Table<BatchItem["state"]>;
}

/** Acts by thing; those with a form of their own are named beside the contract's simple ones. */
export interface Acts {
  cycle: Table<CyclesActData["path"]["action"]>;
  nomination: Table<NominationsActData["path"]["action"] | "approve">;
  disclosure: Table<"replace">;
  objection: Table<ObjectionsActData["path"]["action"]>;
  registration: Table<
    | RegistrationsActData["path"]["action"]
    | "admit_on_objection"
    | "strike_on_objection"
    | "select_on_objection"
    | "reserve_on_objection"
    | "not_select_on_objection"
    | "seat"
    | "publish_mark"
    | "mark_absent"
    | "shortlist"
    | "leave_out"
    | "interview"
    | "miss_interview"
    | "select"
    | "reserve"
    | "not_select"
    | "move_up"
    | "give_up_place"
    | "pair"
    | "file"
    | "enrol"
  >;
  cutoff: Table<CutoffsActData["path"]["action"] | "release">;
  recheck: Table<RechecksActData["path"]["action"] | "propose">;
  interview_round: Table<RoundsActData["path"]["action"] | "release">;
  place_offer: Table<OffersActData["path"]["action"]>;
  pairing: Table<PairingsActData["path"]["action"]>;
  enrolment: Table<
    | "leave"
    | "meet"
    | "fail_midterm"
    | "grade_excellent"
    | "grade_qualified"
    | "grade_unqualified"
    | "regrade_excellent"
    | "regrade_qualified"
    | "regrade_unqualified"
    | "graduate"
  >;
  place_change: Table<PlaceChangesActData["path"]["action"] | "complete">;
  contact_thread: Table<ContactsActData["path"]["action"]>;
  training_plan: Table<TrainingPlansActData["path"]["action"] | "agree">;
  appointment: Table<"hold" | "call_off">;
  activity: Table<ActivitiesActData["path"]["action"] | "report">;
  participation: Table<ParticipationsActData["path"]["action"]>;
  lesson: Table<LessonsActData["path"]["action"] | "correct">;
  growth_log: Table<GrowthLogsActData["path"]["action"]>;
  initial_evaluation: Table<InitialEvaluationsActData["path"]["action"]>;
  midterm_evaluation: Table<MidtermEvaluationsActData["path"]["action"] | "file">;
  midterm_problem: Table<MidtermProblemsActData["path"]["action"]>;
  midterm_summary: Table<MidtermSummariesActData["path"]["action"] | "hand_in">;
  midterm_session: Table<MidtermSessionsActData["path"]["action"] | "begin" | "next" | "back" | "end">;
  summary: Table<SummariesActData["path"]["action"]>;
  finding: Table<FindingsActData["path"]["action"] | "answer">;
  model_case: Table<ModelCasesActData["path"]["action"] | "agree">;
  alumnus: Table<"agree" | "refuse" | "withdraw">;
  alumni_activity: Table<AlumniActivitiesActData["path"]["action"]>;
  alumni_guest: Table<"accept" | "decline">;
  appraisal: Table<AppraisalsActData["path"]["action"]>;
  outbox_batch: Table<OutboxActData["path"]["action"] | "lapse">;
  annual_evaluation: Table<AnnualEvaluationsActData["path"]["action"] | "evaluate" | "grade">;
}
