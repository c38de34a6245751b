import type {
  CutoffItem,
  CutoffsActData,
  CycleItem,
  CyclesActData,
  Degree,
  NominationItem,
  NominationsActData,
  RegistrationItem,
  RegistrationsActData,
  Role,
  StageCode,
  StageItem,
  TitleLevel,
  UnitKind,
} from "../api";

type Table<Code extends string> = Record<Code, string>;

/** A word for every value of every enum of the contract: a missing one does not compile. */
export interface Enums {
  role: Table<Role>;
  stage: Table<StageCode>;
  stageState: Table<StageItem["state"]>;
  unitKind: Table<UnitKind>;
  degree: Table<Degree>;
  titleLevel: Table<TitleLevel>;
  cycle: Table<CycleItem["state"]>;
  nomination: Table<NominationItem["state"]>;
  registration: Table<RegistrationItem["state"]>;
  cutoff: Table<CutoffItem["state"]>;
}

/** Acts by thing; those with a form of their own are named beside the contract's simple ones. */
export interface Acts {
  cycle: Table<CyclesActData["path"]["action"]>;
  nomination: Table<NominationsActData["path"]["action"] | "approve">;
  registration: Table<
    | RegistrationsActData["path"]["action"]
    | "seat" | "publish_mark" | "mark_absent" | "shortlist" | "leave_out" | "interview" | "miss_interview"
    | "select" | "reserve" | "not_select" | "pair" | "file" | "enrol"
  >;
  cutoff: Table<CutoffsActData["path"]["action"]>;
}
