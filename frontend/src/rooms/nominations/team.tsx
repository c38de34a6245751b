import { Card, Flex, List, Typography } from "antd";
import { type ComponentProps, useState } from "react";
import { api, type NominationRecord, type TeamMemberItem } from "../../api";
import { ActButton } from "../../shared/act-button";
import { AskButton } from "../../shared/ask-button";
import { AskForm } from "../../shared/ask-form";
import { useKnownMe, useWords } from "../../shared/context";
import { DialogButton } from "../../shared/dialog";
import { useOptions, usePlan } from "../../shared/plan";
import type { FormProps } from "../../shared/thing";
import { word } from "../../shared/values";
import { fill } from "../../words";

export function Profile({ record, done }: FormProps<NominationRecord>) {
  const words = useWords();
  const plan = usePlan();
  const { fields, ui } = words;
  return (
    <AskButton
      type="primary"
      label={ui.profile}
      submit={ui.save}
      asks={[
        {
          name: "research",
          label: fields.research,
          kind: "long",
          initial: record.research,
          required: true,
        },
        {
          name: "introduction",
          label: fields.introduction,
          kind: "long",
          initial: record.introduction,
          required: true,
        },
        {
          name: "capacity",
          label: fields.capacity,
          kind: "number",
          min: 1,
          max: plan?.mentors.capacity,
          initial: record.capacity,
          required: true,
        },
        { name: "phone", label: ui.phone, hint: ui.phoneHint },
      ]}
      send={(values, headers) =>
        api.nominationsProfile({
          path: { nomination_id: record.id },
          body: { ...(values as object), version: record.version } as never,
          headers,
        })
      }
      done={done}
    />
  );
}

export function Team({ record, own, done }: { record: NominationRecord; own: boolean; done: () => void }) {
  const mine = useKnownMe().permissions.includes("nomination.enter_profile");
  const words = useWords();
  const { fields, ui, enums } = words;
  const levels = useOptions(Object.entries(enums.titleLevel).map(([code, zh]) => ({ code, zh, en: zh })));
  const degrees = Object.entries(enums.degree).map(([value, label]) => ({ value, label }));
  return (
    <Card
      size="small"
      title={ui.team}
      extra={
        own && (
          <AskButton
            size="small"
            label={ui.addMember}
            submit={ui.add}
            asks={[
              { name: "name", label: fields.name, required: true },
              {
                name: "unit_name",
                label: fields.unit_name,
                required: true,
                initial: record.university_name,
              },
              { name: "degree", label: fields.degree, kind: "choice", options: degrees, required: true },
              { name: "title", label: fields.title },
              {
                name: "title_level",
                label: fields.title_level,
                kind: "choice",
                options: levels,
                required: true,
              },
              { name: "duty", label: fields.duty },
              { name: "may_review", label: fields.may_review, kind: "yes" },
            ]}
            send={(values, headers) =>
              api.nominationsAddTeamMember({
                path: { nomination_id: record.id },
                body: values as never,
                headers,
              })
            }
            done={done}
          />
        )
      }
    >
      <List
        size="small"
        dataSource={record.team}
        locale={{ emptyText: words.ui.none }}
        renderItem={(member) => (
          <List.Item
            actions={
              mine ? [<Member key="acts" record={record} member={member} changes={own} done={done} />] : []
            }
          >
            {member.name} · {member.unit_name} · {word(words, "degree", member.degree)} ·{" "}
            {word(words, "titleLevel", member.title_level)}
          </List.Item>
        )}
      />
    </Card>
  );
}

/** Somebody who was here in an earlier year: goes on with that account, once a human says it is the same person. */
export function KnownButton({
  year,
  ...button
}: { year: number | null } & Pick<ComponentProps<typeof ActButton>, "size" | "send" | "done">) {
  const { ui } = useWords();
  if (!year) return null;
  const label = fill(ui.knownFrom, { year });
  return <ActButton {...button} label={label} hint={fill(ui.knownFromHint, { year })} />;
}

function Member({
  record,
  member,
  changes,
  done,
}: {
  record: NominationRecord;
  member: TeamMemberItem;
  changes: boolean;
  done: () => void;
}) {
  const { ui } = useWords();
  const [link, setLink] = useState("");
  const path = { nomination_id: record.id, member_id: member.id };
  return (
    <Flex gap={8} wrap>
      <KnownButton
        size="small"
        year={member.known_from}
        send={(headers) => api.nominationsKnowTeamMember({ path, headers })}
        done={done}
      />
      {!member.account_id && (
        <DialogButton size="small" label={ui.invite} title={`${ui.invite}：${member.name}`}>
          {() =>
            link ? (
              <Typography.Paragraph copyable={{ text: link }}>
                {ui.inviteLink}：{link}
              </Typography.Paragraph>
            ) : (
              <AskForm
                submit={ui.invite}
                asks={[]}
                send={(_, headers) => api.nominationsInviteTeamMember({ path, headers })}
                done={(answer) => setLink((answer as { link: string }).link)}
              />
            )
          }
        </DialogButton>
      )}
      {changes && (
        <ActButton
          size="small"
          danger
          label={ui.remove}
          send={(headers) => api.nominationsRemoveTeamMember({ path, headers })}
          done={done}
        />
      )}
    </Flex>
  );
}
