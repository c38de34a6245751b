import { Card, Flex, Tag } from "antd";
import { api, type InvitationLine } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { useWords } from "../../shared/context";
import { StateTag } from "../../shared/values";
import { afterWords } from "../../words/after";
import { dateTime } from "../../words/dates";

/** What one is asked to, with the answer; it can be changed until it begins. */
export function Invitations({ lines, done }: { lines: InvitationLine[]; done: () => void }) {
  const words = afterWords(useWords().language);
  return (
    <Card size="small" title={words.invited}>
      {lines.length === 0 && <span className="quiet">{words.noInvitations}</span>}
      {lines.map((one) => (
        <Invitation key={one.id} one={one} done={done} />
      ))}
    </Card>
  );
}

function Invitation({ one, done }: { one: InvitationLine; done: () => void }) {
  const { language, acts, enums } = useWords();
  const words = afterWords(language);
  const offered = one.open ? (["accept", "decline"] as const) : [];
  return (
    <div style={{ padding: "8px 0" }}>
      <Flex justify="space-between" gap={8} wrap>
        <strong>{one.activity_title}</strong>
        {one.cancelled ? (
          <Tag color="red">{enums.alumni_activity.cancelled}</Tag>
        ) : (
          <StateTag table="alumni_guest" code={one.state} />
        )}
      </Flex>
      <div className="quiet">
        {dateTime(one.starts_at, language)} · {one.place} · {one.city_name}
      </div>
      {one.text && <p style={{ whiteSpace: "pre-wrap" }}>{one.text}</p>}
      {one.message && <q>{one.message}</q>}
      <Flex gap={8} wrap style={{ marginTop: 8 }}>
        {offered
          .filter((action) => one.state !== (action === "accept" ? "coming" : "declined"))
          .map((action) => (
            <AskButton
              key={action}
              size="large"
              type={action === "accept" ? "primary" : "default"}
              label={acts.alumni_guest[action]}
              intro={one.activity_title}
              asks={[
                {
                  name: "message",
                  label: words.message,
                  hint: words.messageHint,
                  kind: "long",
                  rows: 2,
                  max: 500,
                },
              ]}
              send={(values, headers) =>
                api.alumniGuestsAnswer({
                  path: { guest_id: one.id, action },
                  body: { ...values, version: one.version } as never,
                  headers,
                })
              }
              done={done}
            />
          ))}
        {!one.open && !one.cancelled && <span className="quiet">{words.over}</span>}
      </Flex>
    </div>
  );
}
