import { Flex, Tag } from "antd";
import { type ActivityRecord, api, type ParticipationLine } from "../../api";
import { AskForm } from "../../shared/ask-form";
import { useKnownMe, useWords } from "../../shared/context";
import { DialogButton } from "../../shared/dialog";
import { Nothing } from "../../shared/states";
import type { FormProps } from "../../shared/thing";
import { StateTag, useSubject } from "../../shared/values";
import { WideTable } from "../../shared/wide-table";
import { fill } from "../../words";
import { outsideWords } from "../../words/outside";

type Act = "choose" | "put_on_waiting_list" | "decline" | "step_back";
const FROM: Record<Act, ParticipationLine["state"][]> = {
  choose: ["proposed", "waiting", "not_chosen"],
  put_on_waiting_list: ["proposed"],
  decline: ["proposed", "waiting", "chosen"],
  step_back: ["proposed", "waiting", "chosen"],
};

/** Who was put forward by whom and why, who is chosen, and what the family says. */
export function People({ record, done }: FormProps<ActivityRecord>) {
  const words = outsideWords(useWords().language);
  const { fields, enums } = useWords();
  const subject = useSubject();
  const shown = record.participations;
  if (shown.length === 0) return <Nothing />;
  return (
    <WideTable<ParticipationLine>
      rowKey="id"
      size="small"
      dataSource={shown}
      pagination={{ hideOnSinglePage: true, pageSize: 50, showSizeChanger: false }}
      columns={[
        {
          title: fields.student_name,
          fixed: "left",
          render: (_, one) => (
            <div className="person">
              {one.student_name}
              <div className="quiet">
                {one.school_name} · {subject(one.subject)}
              </div>
            </div>
          ),
        },
        { title: fields.state, render: (_, one) => <StateTag table="participation" code={one.state} /> },
        {
          title: words.reason,
          render: (_, one) => (
            <div className="person">
              {one.reason}
              <div className="quiet">{fill(words.by, { name: one.put_forward_by_name })}</div>
              {one.decision_reason && <div>{one.decision_reason}</div>}
              {one.student_line && <q>{one.student_line}</q>}
            </div>
          ),
        },
        {
          title: words.consent,
          render: (_, one) => (
            <Flex vertical gap={4} align="start">
              {record.needs_consent && (one.consent ? enums.consent[one.consent] : words.noConsent)}
              {one.listed && <Tag color="green">{words.listed}</Tag>}
              {one.days && <span className="quiet">{fill(words.days, { count: one.days.length })}</span>}
            </Flex>
          ),
        },
        { title: "", render: (_, one) => <Acts one={one} record={record} done={done} /> },
      ]}
    />
  );
}

function Acts({ one, record, done }: { one: ParticipationLine; record: ActivityRecord; done: () => void }) {
  const { acts, language } = useWords();
  const me = useKnownMe();
  const open = ["announced", "chosen"].includes(record.state);
  const offered = (Object.keys(FROM) as Act[]).filter((action) => {
    if (!open || !FROM[action].includes(one.state)) return false;
    return action === "step_back" ? me.permissions.includes("activity.wish") : record.organises;
  });
  return (
    <Flex gap={4} wrap>
      {offered.map((action) => (
        <DialogButton key={action} size="small" label={acts.participation[action]}>
          {(close) => (
            <AskForm
              submit={acts.participation[action]}
              intro={one.student_name}
              asks={[
                {
                  name: "reason",
                  label: outsideWords(language).reason,
                  kind: "long",
                  rows: 3,
                  max: 2000,
                  required: true,
                },
              ]}
              send={(values, headers) =>
                api.participationsAct({
                  path: { participation_id: one.id, action },
                  body: { ...values, version: one.version } as never,
                  headers,
                })
              }
              done={() => {
                close();
                done();
              }}
            />
          )}
        </DialogButton>
      ))}
    </Flex>
  );
}
