import { useQuery } from "@tanstack/react-query";
import { api, ok } from "../api";
import { useMe, useWords } from "./context";

export interface Named {
  code: string;
  zh: string;
  en: string;
}
export interface Dimension extends Named {
  kind: "score" | "level";
  full_mark: number;
}

/** The parts of the plan document that forms ask by; every number of the programme comes from it. */
type Question = Named & { kind: "scale" | "text" };

export interface PlanParts {
  choices: { minimum: number; maximum: number; same_city_only: boolean };
  application?: { materials: Named[]; required_materials: string[] };
  eligibility: {
    subject_rank_percent: string;
    overall_rank_percent: string;
    subjects_without_exam: string[];
    grades: number[];
  };
  mentors: {
    capacity: number;
    standings: (Named & { reason_required: boolean })[];
    degree_in_principle: string;
    evidence?: Named[];
    required_evidence?: string[];
  };
  written_test: { parts?: (Named & { full_mark: number })[] };
  interview: { dimensions: Dimension[]; levels: Named[]; extra_forms?: Named[] };
  leaving?: { reasons?: Named[] };
  mentor_change?: { reasons?: Named[] };
  supervision?: { means: Named[]; consent: { version: string; zh: string; en: string } };
  training: { activities: Named[]; meetings_per_month: number; campus_visits: number };
  outside?: { kinds: (Named & { needs_consent: boolean })[] };
  school_hours?: { kinds: Named[]; terms: Named[] };
  summaries?: {
    sections: (Named & { required?: boolean })[];
    materials: Named[];
    required_materials: string[];
  };
  appraisal?: {
    criteria: (Named & { points: number })[];
    grades: (Named & { from_points: string; accepted?: boolean })[];
    reason_below_full: boolean;
  };
  feedback?: {
    points: (Named & { opens_month: number; closes_month: number })[];
    scale: number;
    smallest_group: number;
    on_student: Question[];
    on_mentoring: Question[];
  };
  evaluations: {
    initial: { fields: Named[] };
    midterm: { talk_minutes: number; dimensions: Named[]; levels: Named[] };
    annual: {
      materials: Named[];
      required_materials: string[];
      mentor_levels: Named[];
      // A plan without a panel has nought judges; a plan of before has no word of it.
      panel?: { judges: number; criteria: Dimension[] };
    };
    final: { criteria: Dimension[] };
  };
}

export function usePlan(): PlanParts | undefined {
  const cycle = useMe().data?.cycle?.id;
  const { data } = useQuery({
    queryKey: ["plan", cycle],
    queryFn: () => ok(api.cyclesPlan({ path: { cycle_id: cycle ?? "" } })),
    enabled: Boolean(cycle),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data?.plan as unknown as PlanParts | undefined;
}

export function useNamed(): (named: Named) => string {
  const { language } = useWords();
  return (named) => (language === "en" ? named.en : named.zh);
}

export function useOptions(list: Named[] | undefined): { value: string; label: string }[] {
  const name = useNamed();
  return (list ?? []).map((item) => ({ value: item.code, label: name(item) }));
}

/** The cycle's subjects, to choose from. */
export function useSubjectOptions(): { value: string; label: string }[] {
  const { language } = useWords();
  const subjects = useMe().data?.cycle?.subjects ?? [];
  return subjects.map((one) => ({ value: one.code, label: language === "en" ? one.name_en : one.name }));
}

/** The cycle's cities, to choose from. */
export function useCityOptions(): { value: string; label: string }[] {
  const cycle = useMe().data?.cycle?.id;
  const { data } = useQuery({
    queryKey: ["cities", cycle],
    queryFn: () => ok(api.cyclesGet({ path: { cycle_id: cycle ?? "" } })),
    enabled: Boolean(cycle),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (data?.cities ?? []).map((one) => ({ value: one.city_id, label: one.city_name }));
}
