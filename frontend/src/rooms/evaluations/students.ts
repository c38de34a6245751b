import { useQuery } from "@tanstack/react-query";
import { api, ok } from "../../api";

/** The reader's students in training, to choose one. */
export function useStudents(enabled: boolean): { value: string; label: string }[] {
  const { data } = useQuery({
    queryKey: ["enrolments", "active"],
    queryFn: () => ok(api.enrolmentsList({ query: { size: 100, state: "active" } })),
    enabled,
  });
  return (data?.items ?? []).map((e) => ({ value: e.id, label: `${e.name} · ${e.school_name}` }));
}
