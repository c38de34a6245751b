import { useQuery } from "@tanstack/react-query";
import { api, ok, type VisitItem } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { useKnownMe, useWords } from "../../shared/context";
import type { Recorded, Thing } from "../../shared/thing";

function Visit({ done }: { done: () => void }) {
  const { fields, ui } = useWords();
  const me = useKnownMe();
  const writes = me.permissions.includes("supervision.write");
  const { data } = useQuery({
    queryKey: ["units", "visited"],
    queryFn: async () => {
      const kinds = ["city", "university", "school"] as const;
      const found = await Promise.all(kinds.map((kind) => ok(api.unitsList({ query: { kind, size: 100 } }))));
      return found.flatMap((page) => page.items);
    },
    enabled: writes,
  });
  if (!writes) return null;
  return (
    <AskButton
      type="primary"
      label={ui.create}
      title={ui.supervision}
      submit={ui.save}
      asks={[
        {
          name: "unit_id",
          label: fields.unit_name,
          kind: "choice",
          required: true,
          options: (data ?? []).map((unit) => ({ value: unit.id, label: unit.name })),
        },
        { name: "visited_on", label: fields.visited_on, kind: "date", required: true },
        { name: "means", label: fields.means, required: true, hint: ui.meansHint },
        { name: "findings", label: fields.findings, kind: "long", max: 8000, required: true },
        { name: "model_case", label: fields.model_case, kind: "yes" },
      ]}
      send={(values, headers) => api.supervisionCreate({ body: values as never, headers })}
      done={done}
    />
  );
}

export const visits: Thing<VisitItem, VisitItem & Recorded> = {
  path: "/supervision-visits",
  stage: "acceptance",
  title: (record) => record.unit_name,
  columns: ["unit_name", "visited_on", "means", "findings", "model_case"],
  filters: [],
  list: (query) => api.supervisionList({ query: query as never }),
  Tools: Visit,
};
