import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button, Card, Descriptions, Flex, Progress, Tooltip } from "antd";
import { api, type EnrolmentItem, type EnrolmentRecord, ok } from "../api";
import { AskButton } from "../shared/ask-button";
import { BundleButton } from "../shared/bundle-button";
import { useKnownMe, useWords } from "../shared/context";
import type { FormProps, Thing } from "../shared/thing";
import { word } from "../shared/values";
import { fill } from "../words";
import { fileWords } from "../words/file";

/** P9 month by month and P10 in all: filled squares say what was reached, a month not over is only outlined. */
function Counters({ id }: { id: string }) {
  const words = useWords();
  const { ui } = words;
  const { data } = useQuery({
    queryKey: ["progress", id],
    queryFn: () => ok(api.enrolmentsProgress({ path: { enrolment_id: id } })),
    retry: false,
  });
  if (!data) return null;
  return (
    <Card size="small" title={ui.progress}>
      <Flex vertical gap={12}>
        <div>
          {fill(ui.campus, { count: data.campus_visits, needed: data.campus_needed })}
          <Progress
            percent={Math.min(100, (data.campus_visits / data.campus_needed) * 100)}
            showInfo={false}
            status={data.campus_state === "missed" ? "exception" : "normal"}
          />
        </div>
        <div>{ui.months}</div>
        <Flex gap={6} wrap>
          {data.months.map((month) => (
            <Tooltip
              key={`${month.year}-${month.month}`}
              title={`${month.year}-${month.month} · ${month.face_to_face}/${month.needed} · ${word(words, "month", month.state)}`}
            >
              <div className={`month ${month.state}`}>
                <small>{month.month}</small>
                <strong className="fact">{month.face_to_face}</strong>
              </div>
            </Tooltip>
          ))}
        </Flex>
      </Flex>
    </Card>
  );
}

/** Who is linked with whom around this student (P21). */
function Contacts({ id }: { id: string }) {
  const words = useWords();
  const { data } = useQuery({
    queryKey: ["contacts of", id],
    queryFn: () => ok(api.enrolmentsContacts({ path: { enrolment_id: id } })),
  });
  if (!data) return null;
  return (
    <Card size="small" title={words.ui.meeting.contacts}>
      <Descriptions
        size="small"
        column={{ xs: 1, md: 2 }}
        items={data.items.map((one, i) => ({
          key: i,
          label: one.role === "co_mentor" ? words.fields.co_mentor_name : word(words, "role", one.role),
          children: [one.name, words.language === "en" && one.unit_name_en ? one.unit_name_en : one.unit_name]
            .filter(Boolean)
            .join(" · "),
        }))}
      />
    </Card>
  );
}

/** Why this mentor, and why not each one ranked higher. */
function WhyThisMentor({ id }: { id: string }) {
  const { ui } = useWords();
  const { data } = useQuery({
    queryKey: ["pairing of", id],
    queryFn: () => ok(api.enrolmentsPairing({ path: { enrolment_id: id } })),
    retry: false,
  });
  if (!data) return null;
  const how =
    data.choice === null ? ui.pairing.mineAdjusted : fill(ui.pairing.mineChoice, { choice: data.choice });
  return (
    <Card size="small" title={ui.pairing.mine}>
      <div>{data.by_hand ? fill(ui.pairing.mineByHand, { reason: data.by_hand }) : how}</div>
      {data.total !== null && data.place !== null && (
        <div>{fill(ui.pairing.mineTotal, { total: data.total, place: data.place })}</div>
      )}
      <ul className="reasons">
        {data.reasons.map((reason) => (
          <li key={reason.choice}>
            {fill(ui.pairing.causes[reason.cause], {
              choice: reason.choice,
              mentor: reason.mentor_name,
              count: reason.taken,
              total: reason.last_total ?? "—",
            })}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Guide({ record, done }: FormProps<EnrolmentRecord>) {
  const { fields, ui } = useWords();
  const { data } = useQuery({
    queryKey: ["teachers"],
    queryFn: () => ok(api.membershipsList({ query: { role: "guide_teacher", size: 100 } })),
  });
  const teachers = (data?.items ?? []).map((m) => ({ value: m.account_id, label: m.name }));
  return (
    <AskButton
      label={fields.guide_teacher_name}
      submit={ui.save}
      asks={[
        {
          name: "account_id",
          label: fields.guide_teacher_name,
          kind: "choice",
          options: teachers,
          required: true,
        },
      ]}
      send={(values) =>
        api.enrolmentsSetGuide({
          path: { enrolment_id: record.id },
          body: { ...values, version: record.version } as never,
        })
      }
      done={done}
    />
  );
}

function CoMentor({ record, done }: FormProps<EnrolmentRecord>) {
  const { fields, ui } = useWords();
  const { data } = useQuery({
    queryKey: ["mentors"],
    queryFn: () => ok(api.mentorsList({ query: { size: 100 } })),
  });
  const mentors = (data?.items ?? [])
    .filter((mentor) => mentor.id !== record.mentor_id)
    .map((mentor) => ({ value: mentor.id, label: `${mentor.name} · ${mentor.university_name}` }));
  return (
    <AskButton
      label={fields.co_mentor_name}
      submit={ui.save}
      asks={[
        { name: "mentor_id", label: fields.co_mentor_name, kind: "choice", options: mentors, required: true },
        { name: "reason", label: ui.reason, kind: "long", required: true },
      ]}
      send={(values) =>
        api.enrolmentsSetCoMentor({
          path: { enrolment_id: record.id },
          body: { ...values, version: record.version } as never,
        })
      }
      done={done}
    />
  );
}

function Body({ record, done }: FormProps<EnrolmentRecord>) {
  const { enums, ui, language } = useWords();
  const me = useKnownMe();
  const navigate = useNavigate();
  const to = (path: string) => () =>
    void navigate({ to: path as string, search: { enrolment: record.id } as never });
  return (
    <>
      <Flex gap={8} wrap>
        <Button onClick={() => void navigate({ to: `/student-files/${record.id}` as string })}>
          {fileWords(language).open}
        </Button>
        <Button onClick={to("/training-plans")}>{enums.thing.training_plan}</Button>
        <Button onClick={to("/sessions")}>{ui.sessionsHeld}</Button>
        <Button onClick={to("/growth-logs")}>{enums.thing.growth_log}</Button>
        {me.permissions.includes("contact.read") && (
          <Button onClick={to("/contacts")}>{enums.thing.contact_thread}</Button>
        )}
        {me.permissions.includes("place_change.read") && (
          <Button onClick={to("/place-changes")}>{enums.thing.place_change}</Button>
        )}
        {me.permissions.includes("enrolment.leave") && <CoMentor record={record} done={done} />}
        {me.permissions.includes("enrolment.guide") && <Guide record={record} done={done} />}
      </Flex>
      {record.state !== "enrolled" && <Counters id={record.id} />}
      <Contacts id={record.id} />
      <WhyThisMentor id={record.id} />
    </>
  );
}

/** The files of all students whom one sees, for whoever files them away. */
function Archives() {
  const { language } = useWords();
  const me = useKnownMe();
  // A family has one student, whose file has its own page.
  if (!me.permissions.includes("file.archive") || me.permissions.includes("receipt.read")) return null;
  return <BundleButton kind="archives" label={fileWords(language).archives} />;
}

export const enrolments: Thing<EnrolmentItem, EnrolmentRecord, "enrolment"> = {
  path: "/enrolments",
  stage: "training",
  flow: "enrolment",
  title: (record) => record.name,
  // What an office may do to a running training is no step that anybody waits for.
  waits: (record) => (record.state === "active" ? "" : undefined),
  columns: ["name", "number", "subject", "school_name", "university_name", "mentor_name", "state"],
  filters: [{ name: "q" }, { name: "state", from: "enrolment" }, { name: "subject", from: "subjects" }],
  list: (query) => api.enrolmentsList({ query: query as never }),
  get: (id) => api.enrolmentsGet({ path: { enrolment_id: id } }),
  trail: (id) => api.enrolmentsTrail({ path: { enrolment_id: id } }),
  facts: [
    "number",
    "subject",
    "school_name",
    "city_name",
    "university_name",
    "mentor_name",
    "guide_teacher_name",
  ],
  later: ["co_mentor_name", "active_from", "ended_at"],
  steps: ["enrolled", "active", "alumni"],
  Body,
  Tools: Archives,
};
