import { Card, Flex, Typography } from "antd";
import { useState } from "react";
import { api, type NominationItem, type NominationRecord } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { type Ask, AskForm } from "../../shared/ask-form";
import { BundleButton } from "../../shared/bundle-button";
import { useKnownMe, useWords } from "../../shared/context";
import { DialogButton } from "../../shared/dialog";
import { DownloadButton } from "../../shared/download-button";
import { ImportLink } from "../../shared/import-link";
import { useNamed, usePlan, useSubjectOptions } from "../../shared/plan";
import type { FormProps, Thing } from "../../shared/thing";
import { dateTime } from "../../words/dates";
import { Evidence } from "./evidence";
import { Objections } from "./objections";
import { KnownButton, Profile, Team } from "./team";

function useAsks(record?: NominationRecord): Ask[] {
  const { fields, enums } = useWords();
  const plan = usePlan();
  const name = useNamed();
  const subjects = useSubjectOptions();
  const degrees = Object.entries(enums.degree).map(([value, label]) => ({ value, label }));
  const standings = (plan?.mentors.standings ?? []).map((s) => ({ value: s.code, label: name(s) }));
  const asks: Ask[] = [
    { name: "subject", label: fields.subject, kind: "choice", options: subjects, required: true },
    { name: "name", label: fields.name, required: true },
    { name: "title", label: fields.title, required: true },
    { name: "standing", label: fields.standing, kind: "choice", required: true, options: standings },
    { name: "standing_reason", label: fields.standing_reason, kind: "long" },
    { name: "degree", label: fields.degree, kind: "choice", options: degrees, required: true },
    { name: "degree_reason", label: fields.degree_reason, kind: "long" },
    { name: "department", label: fields.department },
    { name: "research", label: fields.research, kind: "long" },
    { name: "opinion", label: fields.opinion, kind: "long" },
  ];
  return asks.map((ask) => ({ ...ask, initial: record?.[ask.name as keyof NominationRecord] }));
}

function Tools({ done }: { done: () => void }) {
  const { ui } = useWords();
  const me = useKnownMe();
  const letters = ["nomination.recommend", "nomination.appoint"].some((one) =>
    me.permissions.includes(one as never),
  );
  return (
    <>
      {letters && <BundleButton kind="letters" label={ui.allLetters} />}
      <Create done={done} />
    </>
  );
}

function Create({ done }: { done: () => void }) {
  const { ui, enums } = useWords();
  const me = useKnownMe();
  const asks = useAsks();
  if (!me.permissions.includes("nomination.recommend")) return null;
  return (
    <>
      <ImportLink />
      <AskButton
        type="primary"
        label={ui.create}
        title={enums.stage.nomination}
        submit={ui.save}
        asks={asks}
        send={(values, headers) => api.nominationsCreate({ body: values as never, headers })}
        done={done}
      />
    </>
  );
}

function Edit({ record, done }: FormProps<NominationRecord>) {
  const { ui } = useWords();
  const asks = useAsks(record);
  return (
    <AskButton
      label={ui.edit}
      submit={ui.save}
      asks={asks}
      send={(values) =>
        api.nominationsUpdate({
          path: { nomination_id: record.id },
          body: { ...values, version: record.version } as never,
        })
      }
      done={done}
    />
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

/** Which organisers have approved, and when (P12). */
function Approvals({ record }: { record: NominationRecord }) {
  const words = useWords();
  if (record.approvals.length === 0) return null;
  return (
    <Card size="small" title={words.acts.nomination.approve}>
      {record.approvals.map((one) => (
        <div key={one.role}>
          {words.enums.role[one.role]} <span className="quiet">{dateTime(one.at, words.language)}</span>
        </div>
      ))}
    </Card>
  );
}

function Body({ record, done }: FormProps<NominationRecord>) {
  const words = useWords();
  const me = useKnownMe();
  const [link, setLink] = useState("");
  const { ui } = words;
  const own = me.permissions.includes("nomination.enter_profile") && record.state === "city_reviewed";
  const edits = me.permissions.includes("nomination.recommend") && record.state === "draft";
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
          <KnownButton
            year={record.known_from}
            send={(headers) => api.nominationsKnowMentor({ path: { nomination_id: record.id }, headers })}
            done={done}
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
        {edits && <Edit record={record} done={done} />}
        {own && <Profile record={record} done={done} />}
      </Flex>
      <Evidence record={record} writes={own || edits} done={done} />
      <Approvals record={record} />
      <Objections record={record} done={done} />
      <Team record={record} own={own} done={done} />
    </>
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
  batch: (action, ids, reason, trial, headers) =>
    api.nominationsBatch({ body: { action: action as never, ids, reason, trial }, headers }),
  batchForms: ["approve"],
  trail: (id) => api.nominationsTrail({ path: { nomination_id: id } }),
  facts: [
    "subject",
    "university_name",
    "standing",
    "title",
    "degree",
    "degree_exception_by_name",
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
  Tools,
};
