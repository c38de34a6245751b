import { api, type RecheckItem, type RecheckRecord } from "../../api";
import { AskForm } from "../../shared/ask-form";
import { useWords } from "../../shared/context";
import type { FormProps, Thing } from "../../shared/thing";
import { markGiven, useMarkAsks } from "./marking";

function Propose({ record, done }: FormProps<RecheckRecord>) {
  const { ui } = useWords();
  const asks = useMarkAsks();
  return (
    <AskForm
      asks={[
        ...asks,
        { name: "reason", label: ui.reason, kind: "long", required: true, hint: ui.hall.correctHint },
      ]}
      send={(values, headers) =>
        api.rechecksPropose({
          path: { recheck_id: record.id },
          body: { ...markGiven(values), version: record.version } as never,
          headers,
        })
      }
      done={done}
    />
  );
}

export const rechecks: Thing<RecheckItem, RecheckRecord, "recheck"> = {
  path: "/rechecks",
  stage: "written_test",
  flow: "recheck",
  title: (record, subject) => `${record.registration_number} ${record.name} · ${subject(record.subject)}`,
  columns: [
    "registration_number",
    "name",
    "city_name",
    "subject",
    "by_student",
    "mark_before",
    "mark",
    "state",
  ],
  filters: [
    { name: "state", from: "recheck" },
    { name: "subject", from: "subjects" },
  ],
  list: (query) => api.rechecksList({ query: query as never }),
  get: (id) => api.rechecksGet({ path: { recheck_id: id } }),
  act: (id, action, move, headers) =>
    api.rechecksAct({ path: { recheck_id: id, action: action as never }, body: move, headers }),
  trail: (id) => api.rechecksTrail({ path: { recheck_id: id } }),
  facts: [
    "registration_number",
    "name",
    "subject",
    "city_name",
    "by_student",
    "asked_at",
    "mark_before",
    "mark",
  ],
  texts: ["reason", "answer"],
  forms: { propose: Propose },
};
