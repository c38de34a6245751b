import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Card, Flex } from "antd";
import { api, type FindingItem, type FindingRecord, ok, type VisitItem } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { AskForm } from "../../shared/ask-form";
import { useKnownMe, useWords } from "../../shared/context";
import { useNamed, useOptions, usePlan } from "../../shared/plan";
import type { FormProps, Recorded, Thing } from "../../shared/thing";
import { StateTag } from "../../shared/values";
import { afterWords } from "../../words/after";
import { date } from "../../words/dates";

function Visit({ done }: { done: () => void }) {
  const { fields, ui, language } = useWords();
  const writes = useKnownMe().permissions.includes("supervision.write");
  const means = useOptions(usePlan()?.supervision?.means);
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
      label={afterWords(language).visit}
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
        { name: "means", label: fields.means, kind: "choices", required: true, options: means },
        { name: "note", label: fields.note, kind: "long", max: 8000 },
      ]}
      send={(values, headers) => api.supervisionCreate({ body: values as never, headers })}
      done={done}
    />
  );
}

function Means({ row }: { row: VisitItem }) {
  const known = usePlan()?.supervision?.means ?? [];
  const name = useNamed();
  const said = row.means.map((code) => known.find((one) => one.code === code));
  return <>{said.map((one, i) => (one ? name(one) : row.means[i])).join("、")}</>;
}

function Body({ record, done }: FormProps<VisitItem & Recorded>) {
  const { fields, ui, language } = useWords();
  const words = afterWords(language);
  const writes = useKnownMe().permissions.includes("supervision.write");
  const found = useQuery({
    queryKey: ["/findings", "visit", record.id],
    queryFn: () => ok(api.findingsList({ query: { visit: record.id, size: 100 } })),
  });
  const cases = useQuery({
    queryKey: ["/model-cases", "visit", record.id],
    queryFn: () => ok(api.modelCasesList({ query: { visit: record.id, size: 100 } })),
  });
  const units = useQuery({
    queryKey: ["units", "city"],
    queryFn: () => ok(api.unitsList({ query: { kind: "city", size: 100 } })),
    enabled: writes,
  });
  const options = (units.data?.items ?? []).map((unit) => ({ value: unit.id, label: unit.name }));
  return (
    <>
      <Means row={record} />
      {writes && (
        <Flex gap={8} wrap>
          <AskButton
            type="primary"
            label={words.addFinding}
            submit={ui.save}
            asks={[
              { name: "text", label: fields.finding_text, kind: "long", max: 4000, required: true },
              { name: "due_on", label: fields.due_on, kind: "date", required: true },
              { name: "unit_id", label: words.above, kind: "choice", options },
            ]}
            send={(values, headers) =>
              api.supervisionFind({ path: { visit_id: record.id }, body: values as never, headers })
            }
            done={done}
          />
          <AskButton
            label={words.addCase}
            submit={ui.save}
            asks={[
              { name: "title", label: fields.case_title, max: 200, required: true },
              { name: "text", label: fields.text, kind: "long", rows: 6, max: 8000, required: true },
            ]}
            send={(values, headers) =>
              api.supervisionPropose({ path: { visit_id: record.id }, body: values as never, headers })
            }
            done={done}
          />
        </Flex>
      )}
      <Card size="small" title={words.findings}>
        {(found.data?.items ?? []).map((one) => (
          <Flex key={one.id} justify="space-between" gap={8} wrap style={{ padding: "6px 0" }}>
            <Link to={`/findings/${one.id}` as string}>{one.text}</Link>
            <span>
              <span className="quiet">
                {one.unit_name} · {date(one.due_on, language)}
              </span>{" "}
              <StateTag table="finding" code={one.state} />
            </span>
          </Flex>
        ))}
      </Card>
      <Card size="small" title={words.cases}>
        {(cases.data?.items ?? []).map((one) => (
          <Flex key={one.id} justify="space-between" gap={8} wrap style={{ padding: "6px 0" }}>
            <Link to={`/model-cases/${one.id}` as string}>{one.case_title}</Link>
            <StateTag table="model_case" code={one.state} />
          </Flex>
        ))}
      </Card>
    </>
  );
}

export const visits: Thing<VisitItem, VisitItem & Recorded> = {
  path: "/supervision-visits",
  stage: "acceptance",
  title: (record) => record.unit_name,
  columns: ["unit_name", "visited_on", "expert_name", "means", "findings", "unsettled", "model_cases"],
  brief: ["visited_on", "expert_name", "unsettled"],
  cells: { means: Means },
  filters: [],
  list: (query) => api.supervisionList({ query: query as never }),
  get: (id) => api.supervisionGet({ path: { visit_id: id } }),
  facts: ["unit_name", "visited_on", "expert_name"],
  texts: ["note"],
  Body,
  Tools: Visit,
};

function Answer({ record, done }: FormProps<FindingRecord>) {
  const { fields, acts, language } = useWords();
  return (
    <AskForm
      submit={acts.finding.answer}
      asks={[
        {
          name: "answer",
          label: fields.answer,
          hint: afterWords(language).answerHint,
          kind: "long",
          rows: 5,
          max: 4000,
          required: true,
          initial: record.answer || undefined,
        },
      ]}
      send={(values, headers) =>
        api.findingsAnswer({
          path: { finding_id: record.id },
          body: { ...values, version: record.version } as never,
          headers,
        })
      }
      done={done}
    />
  );
}

/** What was found, whose it is, and the answer. */
export const findings: Thing<FindingItem, FindingRecord, "finding"> = {
  path: "/findings",
  stage: "acceptance",
  flow: "finding",
  title: (record) => record.unit_name,
  columns: ["unit_name", "finding_text", "due_on", "late", "expert_name", "state"],
  brief: ["finding_text", "due_on"],
  cells: { finding_text: ({ row }) => <>{row.text}</> },
  filters: [{ name: "state", from: "finding" }],
  list: (query) => api.findingsList({ query: query as never }),
  get: (id) => api.findingsGet({ path: { finding_id: id } }),
  act: (id, action, body, headers) =>
    api.findingsAct({ path: { finding_id: id, action: action as never }, body, headers }),
  trail: (id) => api.findingsTrail({ path: { finding_id: id } }),
  facts: ["unit_name", "expert_name", "due_on", "answered_at"],
  texts: ["text", "answer"],
  steps: ["open", "answered", "accepted"],
  forms: { answer: Answer },
};
