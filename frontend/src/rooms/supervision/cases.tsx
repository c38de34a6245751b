import { useQuery } from "@tanstack/react-query";
import { Card, Flex, Typography } from "antd";
import { api, type ModelCaseItem, type ModelCaseRecord, ok } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { AskForm } from "../../shared/ask-form";
import { useKnownMe, useWords } from "../../shared/context";
import { useNamed, usePlan } from "../../shared/plan";
import type { FormProps, Thing } from "../../shared/thing";
import { afterWords } from "../../words/after";
import { dateTime } from "../../words/dates";

/** The unit agrees, and names everybody whom the case names. */
function Agree({ record, done }: FormProps<ModelCaseRecord>) {
  const { acts, language } = useWords();
  const words = afterWords(language);
  const me = useKnownMe();
  const staff = useQuery({
    queryKey: ["members", me.membership.unit_id],
    queryFn: () => ok(api.membershipsList({ query: { unit: me.membership.unit_id, size: 100 } })),
  });
  const students = useQuery({
    queryKey: ["enrolments", "all"],
    queryFn: () => ok(api.enrolmentsList({ query: { size: 100 } })),
  });
  const own = (staff.data?.items ?? []).filter(
    (one) => !one.ended_at && one.role !== "student" && one.role !== "guardian",
  );
  return (
    <AskForm
      submit={acts.model_case.agree}
      intro={words.namedHint}
      asks={[
        {
          name: "account_ids",
          label: words.namedStaff,
          kind: "choices",
          options: own.map((one) => ({ value: one.account_id, label: one.name })),
        },
        {
          name: "enrolment_ids",
          label: words.namedStudents,
          kind: "choices",
          options: (students.data?.items ?? []).map((one) => ({
            value: one.id,
            label: `${one.name} · ${one.number}`,
          })),
        },
      ]}
      send={(values, headers) =>
        api.modelCasesAgree({
          path: { case_id: record.id },
          body: { ...values, version: record.version } as never,
          headers,
        })
      }
      done={done}
    />
  );
}

/** Who is named says the own word, from the notice and on the phone too. */
function Own({ record, done }: FormProps<ModelCaseRecord>) {
  const { language, enums, acts } = useWords();
  const words = afterWords(language);
  const name = useNamed();
  const text = usePlan()?.supervision?.consent;
  const own = record.own;
  if (!own || !text) return null;
  const shown = name({ ...text, code: text.version });
  const offered = own.said === "given" ? (["withdrawn"] as const) : (["given", "refused"] as const);
  const labels = {
    given: acts.model_case.agree,
    refused: acts.model_case.refuse,
    withdrawn: acts.model_case.withdraw,
  };
  return (
    <Card size="small" title={words.ownWord} extra={own.said ? enums.consent[own.said] : words.noWord}>
      <Typography.Paragraph>{shown}</Typography.Paragraph>
      <Flex gap={8} wrap>
        {offered
          .filter((decision) => decision !== own.said)
          .map((decision) => (
            <AskButton
              key={decision}
              size="large"
              type={decision === "given" ? "primary" : "default"}
              label={labels[decision]}
              asks={[]}
              intro={shown}
              send={(_, headers) =>
                api.modelCasesSay({
                  path: { case_id: record.id },
                  body: { decision, version: own.version, text_version: text.version },
                  headers,
                })
              }
              done={done}
            />
          ))}
      </Flex>
    </Card>
  );
}

function Body({ record, done }: FormProps<ModelCaseRecord>) {
  const { language, enums } = useWords();
  const words = afterWords(language);
  const reads = useKnownMe().permissions.includes("supervision.read");
  return (
    <>
      <Own record={record} done={done} />
      {reads && record.named.length > 0 && (
        <Card size="small" title={words.named}>
          {record.named.map((one, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: names may be the same, and the lines have no id of their own
            <Flex key={i} justify="space-between" gap={8} wrap>
              <span>
                {one.name} {one.guardian && <span className="quiet">{words.ofGuardian}</span>}
              </span>
              <span>
                {one.said ? enums.consent[one.said] : words.noWord}{" "}
                {one.said_at && <span className="quiet">{dateTime(one.said_at, language)}</span>}
              </span>
            </Flex>
          ))}
        </Card>
      )}
    </>
  );
}

/** What is worth showing to all, and who agrees to that (P28). */
export const modelCases: Thing<ModelCaseItem, ModelCaseRecord, "model_case"> = {
  path: "/model-cases",
  stage: "acceptance",
  flow: "model_case",
  title: (record) => record.case_title,
  columns: ["case_title", "unit_name", "people", "agreeing", "published_at", "state"],
  brief: ["unit_name", "agreeing"],
  filters: [{ name: "state", from: "model_case" }],
  list: (query) => api.modelCasesList({ query: query as never }),
  get: (id) => api.modelCasesGet({ path: { case_id: id } }),
  act: (id, action, body, headers) =>
    api.modelCasesAct({ path: { case_id: id, action: action as never }, body, headers }),
  facts: ["unit_name", "published_at"],
  texts: ["text"],
  steps: ["proposed", "agreed", "published"],
  forms: { agree: Agree },
  Body,
};
