import { Card, Flex, List, Typography } from "antd";
import { useState } from "react";
import { api, type NominationItem, type NominationRecord } from "../api";
import { AskForm } from "../shared/ask-form";
import { useKnownMe, useWords } from "../shared/context";
import { DialogButton } from "../shared/dialog";
import { DownloadButton } from "../shared/download-button";
import { useNamed, useOptions, usePlan } from "../shared/plan";
import type { FormProps, Thing } from "../shared/thing";
import { word } from "../shared/values";

function Create({ done }: { done: () => void }) {
  const words = useWords();
  const me = useKnownMe();
  const plan = usePlan();
  const name = useNamed();
  const { fields, ui, enums } = words;
  if (!me.permissions.includes("nomination.recommend")) return null;
  const subjects = (me.cycle?.subjects ?? []).map((s) => ({
    value: s.code,
    label: words.language === "en" ? s.name_en : s.name,
  }));
  const degrees = Object.entries(enums.degree).map(([value, label]) => ({ value, label }));
  return (
    <DialogButton type="primary" label={ui.create} title={enums.stage.nomination}>
      {(close) => (
        <AskForm
          submit={ui.save}
          asks={[
            { name: "subject", label: fields.subject, kind: "choice", options: subjects, required: true },
            { name: "name", label: fields.name, required: true },
            { name: "title", label: fields.title, required: true },
            {
              name: "standing",
              label: fields.standing,
              kind: "choice",
              required: true,
              options: (plan?.mentors.standings ?? []).map((s) => ({ value: s.code, label: name(s) })),
            },
            { name: "standing_reason", label: fields.standing_reason, kind: "long" },
            { name: "degree", label: fields.degree, kind: "choice", options: degrees, required: true },
            { name: "degree_reason", label: fields.degree_reason, kind: "long" },
            { name: "department", label: fields.department },
            { name: "research", label: fields.research, kind: "long" },
            { name: "opinion", label: fields.opinion, kind: "long" },
          ]}
          send={(values, headers) => api.nominationsCreate({ body: values as never, headers })}
          done={() => {
            close();
            done();
          }}
        />
      )}
    </DialogButton>
  );
}

function Approve({ record, done }: FormProps<NominationRecord>) {
  const words = useWords();
  return (
    <Flex vertical gap={12}>
      <Typography.Paragraph>
        {record.name} · {record.university_name}
      </Typography.Paragraph>
      <AskForm
        submit={words.acts.nomination.approve}
        asks={[]}
        send={(_, headers) =>
          api.nominationsApprove({
            path: { nomination_id: record.id },
            body: { version: record.version },
            headers,
          })
        }
        done={done}
      />
    </Flex>
  );
}

function Body({ record, done }: FormProps<NominationRecord>) {
  const words = useWords();
  const me = useKnownMe();
  const [link, setLink] = useState("");
  const { ui } = words;
  const own = me.permissions.includes("nomination.enter_profile") && record.state === "city_reviewed";
  const invites = me.permissions.includes("nomination.recommend") && record.state === "city_reviewed";
  return (
    <>
      <Flex gap={8} wrap>
        {record.state === "appointed" && (
          <DownloadButton
            label={ui.letter}
            path={`/nominations/${record.id}/letter`}
            name={`${record.letter_number}.pdf`}
          />
        )}
        {invites && (
          <DialogButton label={ui.inviteMentor}>
            {() =>
              link ? (
                <Typography.Paragraph copyable={{ text: link }}>
                  {ui.inviteLink}：{link}
                </Typography.Paragraph>
              ) : (
                <AskForm
                  submit={ui.inviteMentor}
                  asks={[]}
                  send={(_, headers) =>
                    api.nominationsInviteMentor({ path: { nomination_id: record.id }, headers })
                  }
                  done={(answer) => setLink((answer as { link: string }).link)}
                />
              )
            }
          </DialogButton>
        )}
        {own && <Profile record={record} done={done} />}
      </Flex>
      <Team record={record} own={own} done={done} />
    </>
  );
}

function Profile({ record, done }: FormProps<NominationRecord>) {
  const words = useWords();
  const plan = usePlan();
  const { fields, ui } = words;
  return (
    <DialogButton type="primary" label={ui.profile}>
      {(close) => (
        <AskForm
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
          ]}
          send={(values, headers) =>
            api.nominationsProfile({
              path: { nomination_id: record.id },
              body: { ...(values as object), version: record.version } as never,
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
  );
}

function Team({ record, own, done }: { record: NominationRecord; own: boolean; done: () => void }) {
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
          <DialogButton size="small" label={ui.addMember}>
            {(close) => (
              <AskForm
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
                ]}
                send={(values, headers) =>
                  api.nominationsAddTeamMember({
                    path: { nomination_id: record.id },
                    body: values as never,
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
        )
      }
    >
      <List
        size="small"
        dataSource={record.team}
        locale={{ emptyText: words.ui.none }}
        renderItem={(member) => (
          <List.Item>
            {member.name} · {member.unit_name} · {word(words, "degree", member.degree)} ·{" "}
            {word(words, "titleLevel", member.title_level)}
          </List.Item>
        )}
      />
    </Card>
  );
}

export const nominations: Thing<NominationItem, NominationRecord, "nomination"> = {
  path: "/nominations",
  stage: "nomination",
  flow: "nomination",
  title: (record) => record.name,
  columns: ["name", "subject", "university_name", "state", "state_since"],
  filters: [{ name: "q" }, { name: "state", from: "nomination" }, { name: "subject", from: "subjects" }],
  list: (query) => api.nominationsList({ query: query as never }),
  get: (id) => api.nominationsGet({ path: { nomination_id: id } }),
  act: (id, action, body, headers) =>
    api.nominationsAct({ path: { nomination_id: id, action: action as never }, body, headers }),
  trail: (id) => api.nominationsTrail({ path: { nomination_id: id } }),
  facts: [
    "subject",
    "university_name",
    "title",
    "degree",
    "department",
    "capacity",
    "letter_number",
    "notice_ends_at",
    "appointed_at",
  ],
  texts: ["standing_reason", "degree_reason", "research", "introduction", "opinion"],
  steps: [
    "draft",
    "recommended",
    "city_reviewed",
    "profile_submitted",
    "region_reviewed",
    "approved",
    "on_notice",
    "appointed",
  ],
  forms: { approve: Approve },
  Body,
  Tools: Create,
};
