import { Card, List, Tag } from "antd";
import { api, type NominationRecord } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { useKnownMe, useWords } from "../../shared/context";
import type { FormProps } from "../../shared/thing";
import { dateTime } from "../../words/dates";

/** What the public objected to, and the region's answers. */
export function Objections({ record, done }: FormProps<NominationRecord>) {
  const words = useWords();
  const me = useKnownMe();
  const { ui } = words;
  if (record.objections.length === 0) return null;
  return (
    <Card size="small" title={ui.objections}>
      <List
        size="small"
        dataSource={record.objections}
        renderItem={(objection) => (
          <List.Item
            actions={
              objection.state === "open" && me.permissions.includes("nomination.publish")
                ? [
                    <AskButton
                      key="answer"
                      size="small"
                      type="primary"
                      label={ui.answerObjection}
                      asks={[
                        { name: "answer", label: ui.answer, kind: "long", required: true },
                        { name: "upheld", label: ui.upheld, kind: "yes", hint: ui.upheldHint },
                      ]}
                      send={(values, headers) =>
                        api.nominationsAnswerObjection({
                          path: { nomination_id: record.id, objection_id: objection.id },
                          body: { upheld: false, ...values } as never,
                          headers,
                        })
                      }
                      done={done}
                    />,
                  ]
                : []
            }
          >
            <List.Item.Meta
              title={
                <>
                  {dateTime(objection.raised_at, words.language)}{" "}
                  <Tag>{ui.objectionStates[objection.state]}</Tag>
                </>
              }
              description={
                <>
                  <div style={{ whiteSpace: "pre-wrap" }}>{objection.text}</div>
                  {objection.answer && <div>{`${ui.answer}：${objection.answer}`}</div>}
                </>
              }
            />
          </List.Item>
        )}
      />
    </Card>
  );
}
