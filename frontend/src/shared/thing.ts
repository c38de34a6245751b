import type { FC } from "react";
import type { ActionOffer, BatchLine, Move, Permission, StageCode, TrailEntry } from "../api";
import type { Acts, FieldCode, Words } from "../words";
import type { Flowing } from "./values";

/** What every record has; a room adds its own facts. */
export interface Recorded {
  id: string;
  version: number;
  state?: string;
  state_since?: string;
  actions?: ActionOffer[];
  waiting_for?: string[];
}

export interface PageOf<Item> {
  items: Item[];
  total: number;
  page: number;
  size: number;
}

export type Answer<T> = Promise<{ data?: T; error?: unknown; response?: Response }>;
export type Query = Record<string, string | number | undefined>;

export interface Filter {
  name: string;
  /** Codes to choose from: a table of words, the cycle's subjects or cities, a local day; none for free text. */
  from?: Flowing | "subjects" | "cities" | "day";
  /** What else there is to choose from (a hook). */
  useOptions?: () => { value: string; label: string }[];
}

export interface FormProps<Rec> {
  record: Rec;
  done: () => void;
}

/**
 * One kind of thing, declared once: where it comes from, what a list and a record show, which acts have forms.
 * `flow` names the table of states and acts; an act the contract does not know does not compile.
 */
export interface Thing<
  Item extends { id: string },
  Rec extends Recorded,
  Flow extends keyof Acts = keyof Acts,
> {
  path: string;
  /** The stage it belongs to; none for what stands beside the programme. */
  stage?: StageCode;
  flow?: Flow;
  /** The kind of thing that notices name, where it has no flow. */
  told?: string;
  /** What a record is called; `subject` says a subject's code in words. */
  title: (record: Item | Rec, subject: (code: string) => string, words: Words) => string;
  columns: (FieldCode | "state")[];
  /** Columns that say more than one field. */
  cells?: Partial<Record<FieldCode, FC<{ row: Item }>>>;
  /** What a phone's card says under the first column; the next four columns where it is not given. */
  brief?: FieldCode[];
  /** What a field is called here, where it is not what its name says elsewhere. */
  called?: (words: Words) => Partial<Record<FieldCode, string>>;
  /** What is waited for, where the roles that may act do not say it; an empty text says nothing at all. */
  waits?: (record: Rec, words: Words) => string | undefined;
  /** Columns and facts that say something to some only: what permission they ask for. */
  columnNeeds?: Partial<Record<FieldCode, Permission>>;
  filters: Filter[];
  list: (query: Query) => Answer<PageOf<Item>>;
  get?: (id: string) => Answer<Rec>;
  act?: (
    id: string,
    action: keyof Acts[Flow] & string,
    move: Move,
    headers: Record<string, string>,
  ) => Answer<unknown>;
  /** One act on many: a trial says whom it touches, and whom not and why. */
  batch?: (
    action: string,
    ids: string[],
    reason: string | null,
    trial: boolean,
    headers: Record<string, string>,
  ) => Answer<{ done: BatchLine[]; refused: BatchLine[] }>;
  /** Acts with a form of their own that ask for nothing when taken on many. */
  batchForms?: string[];
  trail?: (id: string) => Answer<{ items: TrailEntry[]; total: number }>;
  facts?: FieldCode[];
  /** True where the reader fills the facts in on this very page, and need not read them twice. */
  fillsIn?: (record: Rec, permissions: Permission[]) => boolean;
  /** Facts that are shown once there is something to say. */
  later?: FieldCode[];
  texts?: FieldCode[];
  /** The straight way through the states, for the step line. */
  steps?: string[];
  /** Acts that carry data. */
  forms?: Partial<Record<keyof Acts[Flow] & string, FC<FormProps<Rec>>>>;
  /** More of a record: pictures, lists of its own, forms that are no act. */
  Body?: FC<FormProps<Rec>>;
  /** Above a list: what one looks at first. */
  Above?: FC;
  /** Beside the filters: creations and batch acts. */
  Tools?: FC<{ done: () => void }>;
}

// biome-ignore lint/suspicious/noExplicitAny: the registry holds things of every shape; each is typed where it is declared
export type AnyThing = Thing<any, any, any>;
