import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Alert, Card, List, Tag } from "antd";
import { api, ok, type Permission, type RegistrationItem, type RegistrationRecord } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { useKnownMe, useWords } from "../../shared/context";
import { DownloadButton } from "../../shared/download-button";
import { ImportLink } from "../../shared/import-link";
import { NowButton } from "../../shared/now-button";
import { usePlan } from "../../shared/plan";
import { Reveal } from "../../shared/reveal";
import type { FormProps, Thing } from "../../shared/thing";
import { fill } from "../../words";
import { dateTime } from "../../words/dates";
import { Changes } from "./changes";
import { Consent, Draft } from "./draft";
import { Materials } from "./materials";
import { Receipt } from "./receipt";
import { Receipts } from "./receipts";

function Create({ done }: { done: () => void }) {
  const { ui } = useWords();
  const me = useKnownMe();
  const navigate = useNavigate();
  const { data } = useQuery({
    queryKey: ["/registrations", "own"],
    queryFn: () => ok(api.registrationsList({})),
  });
  if (me.permissions.includes("registration.recommend")) return <ImportLink />;
  if (!me.permissions.includes("registration.write") || !data || data.total > 0) return null;
  return (
    <NowButton
      label={ui.beginRegistration}
      send={(headers) => api.registrationsCreate({ headers })}
      done={(answer) => {
        void navigate({ to: `/registrations/${(answer as { id: string }).id}` as string });
        done();
      }}
    />
  );
}

/** A student's own draft is a form. */
function fillsIn(record: RegistrationRecord, permissions: Permission[]): boolean {
  return permissions.includes("registration.write") && record.state === "draft";
}

function Body({ record, done }: FormProps<RegistrationRecord>) {
  const words = useWords();
  const me = useKnownMe();
  const { ui, fields } = words;
  const plan = usePlan();
  const writes = fillsIn(record, me.permissions);
  const states =
    me.permissions.includes("registration.recommend") &&
    ["draft", "submitted"].includes(record.state) &&
    plan?.eligibility.subjects_without_exam.includes(record.subject ?? "");
  return (
    <>
      {states && (
        <div>
          <AskButton
            label={ui.schoolStatement}
            submit={ui.save}
            asks={[
              {
                name: "school_statement",
                label: ui.schoolStatementText,
                kind: "yes",
                initial: record.school_statement,
              },
            ]}
            send={(values, headers) =>
              api.registrationsStatement({
                path: { registration_id: record.id },
                body: { school_statement: Boolean(values.school_statement), version: record.version },
                headers,
              })
            }
            done={done}
          />
        </div>
      )}
      {record.eligibility && (
        <Alert
          type={record.eligibility.eligible ? "success" : "warning"}
          showIcon
          title={`${ui.eligibility}：${record.eligibility.eligible ? ui.met : ui.notMet}`}
          description={record.eligibility.rules.map((rule) => (
            <div key={rule.code}>
              {fields[rule.code]}
              {rule.reached !== null && rule.reached !== undefined && `：${rule.reached}% / ${rule.limit}%`} ·{" "}
              {rule.met ? ui.met : ui.notMet}
            </div>
          ))}
        />
      )}
      {writes && <Draft record={record} done={done} />}
      {!writes && (
        <Card size="small" title={ui.choices}>
          <List
            size="small"
            dataSource={record.choices}
            locale={{ emptyText: ui.none }}
            renderItem={(choice) => (
              <List.Item>
                <span>
                  <Tag>{choice.rank}</Tag> {choice.mentor_name} · {choice.university_name}
                </span>
              </List.Item>
            )}
          />
        </Card>
      )}
      {!writes && <Changes record={record} />}
      <Materials record={record} writes={writes} done={done} />
      <Card size="small" title={ui.consent} extra={writes && <Consent record={record} done={done} />}>
        {record.consents.length === 0 && <span className="quiet">{ui.consentNone}</span>}
        {record.consents.map((consent) => (
          <div key={consent.asked_at}>
            {consent.given_at
              ? fill(ui.consentGivenAt, { at: dateTime(consent.given_at, words.language) })
              : fill(ui.consentAsked, { at: dateTime(consent.asked_at, words.language) })}
          </div>
        ))}
      </Card>
      <Reveal id={record.id} />
      {record.receipt && <Receipt receipt={record.receipt} />}
      {record.receipt && <Receipts registration={record.id} />}
      <div>
        <DownloadButton
          label={ui.registrationForm}
          path={`/registrations/${record.id}/form`}
          name={`${record.number}.pdf`}
        />
      </div>
    </>
  );
}

export const registrations: Thing<RegistrationItem, RegistrationRecord, "registration"> = {
  path: "/registrations",
  stage: "registration",
  flow: "registration",
  title: (record) => `${record.number} ${record.name}`,
  columns: [
    "name",
    "number",
    "school_name",
    "subject",
    "grade",
    "eligible",
    "consent_given",
    "state",
    "state_since",
  ],
  filters: [{ name: "q" }, { name: "state", from: "registration" }, { name: "subject", from: "subjects" }],
  list: (query) => api.registrationsList({ query: query as never }),
  get: (id) => api.registrationsGet({ path: { registration_id: id } }),
  act: (id, action, body, headers) =>
    api.registrationsAct({ path: { registration_id: id, action: action as never }, body, headers }),
  batch: (action, ids, reason, trial, headers) =>
    api.registrationsBatch({ body: { action: action as never, ids, reason, trial }, headers }),
  trail: (id) => api.registrationsTrail({ path: { registration_id: id } }),
  facts: [
    "school_name",
    "city_name",
    "subject",
    "grade",
    "entry_year",
    "year_size",
    "subject_rank",
    "overall_rank",
    "rank_basis",
    "accepts_adjustment",
    "returning",
    "submitted_at",
  ],
  texts: ["interests", "motivation"],
  fillsIn,
  steps: ["draft", "submitted", "school_recommended", "city_recommended", "eligible"],
  Body,
  Tools: Create,
};
