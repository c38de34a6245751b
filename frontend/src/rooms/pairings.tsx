import { useQuery } from "@tanstack/react-query";
import { Alert, Card, Flex, Grid, List, Progress, Select, Table, Tag } from "antd";
import { useState } from "react";
import { api, type MeetingItem, ok, type PairItem, type RoundItem, type RoundRecord } from "../api";
import { ActButton } from "../shared/act-button";
import { AskForm } from "../shared/ask-form";
import { useKnownMe, useWords } from "../shared/context";
import { DialogButton } from "../shared/dialog";
import type { FormProps, Recorded, Thing } from "../shared/thing";
import { useSubject } from "../shared/values";
import { fill } from "../words";

function Tools({ done }: { done: () => void }) {
  const { ui } = useWords();
  const me = useKnownMe();
  if (!me.permissions.includes("pairing.propose")) return null;
  return (
    <ActButton
      type="primary"
      label={ui.propose}
      send={(headers) => api.pairingsCreate({ headers })}
      done={done}
    />
  );
}

function Change({ round, pair, done }: { round: RoundRecord; pair: PairItem; done: () => void }) {
  const { ui } = useWords();
  const [blocking, setBlocking] = useState<string>("");
  const mentors = round.mentors
    .filter((m) => m.subject === pair.subject)
    .map((m) => ({ value: m.mentor_id, label: `${m.mentor_name}（${m.paired}/${m.capacity}）` }));
  return (
    <DialogButton
      size="small"
      type="link"
      label={ui.changeMentor}
      title={`${ui.changeMentor}：${pair.student_name}`}
    >
      {() =>
        blocking ? (
          <Alert type="warning" showIcon title={fill(ui.blocking, { names: blocking })} />
        ) : (
          <AskForm
            asks={[
              { name: "mentor_id", label: ui.changeMentor, kind: "choice", options: mentors, required: true },
              { name: "reason", label: ui.reason, kind: "long", required: true },
            ]}
            send={(values) =>
              api.pairingsChangePair({
                path: { round_id: round.id, pair_id: pair.id },
                body: { ...values, version: pair.version } as never,
              })
            }
            done={(answer) => {
              const found = (answer as { blocking: { registration_id: string; mentor_id: string }[] })
                .blocking;
              const named = found.map((b) => {
                const student = round.pair_list.find(
                  (p) => p.registration_id === b.registration_id,
                )?.student_name;
                return `${student ?? "…"} – ${round.mentors.find((m) => m.mentor_id === b.mentor_id)?.mentor_name ?? "…"}`;
              });
              setBlocking(named.join("；"));
              done();
            }}
          />
        )
      }
    </DialogButton>
  );
}

function Body({ record, done }: FormProps<RoundRecord>) {
  const { ui, fields } = useWords();
  const me = useKnownMe();
  const subject = useSubject();
  const wide = Grid.useBreakpoint().md ?? true;
  const changes = me.permissions.includes("pairing.propose") && record.state === "proposed";
  return (
    <>
      <Card size="small" title={`${ui.pairs} · ${record.pair_list.length}`}>
        <Table<PairItem>
          rowKey="id"
          size="small"
          dataSource={record.pair_list}
          pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
          scroll={{ x: "max-content" }}
          columns={[
            { title: fields.student_name, dataIndex: "student_name" },
            ...(wide ? [{ title: fields.school_name, dataIndex: "school_name" }] : []),
            { title: fields.subject, render: (_, pair) => subject(pair.subject) },
            { title: fields.total, dataIndex: "total", className: "fact" },
            { title: fields.mentor_name, dataIndex: "mentor_name" },
            {
              title: fields.choice,
              render: (_, pair) => (pair.choice ? pair.choice : <Tag>{fields.adjusted}</Tag>),
            },
            ...(changes
              ? [
                  {
                    title: "",
                    render: (_: unknown, pair: PairItem) => <Change round={record} pair={pair} done={done} />,
                  },
                ]
              : []),
          ]}
        />
      </Card>
      {record.unpaired.length > 0 && (
        <Card size="small" title={`${ui.unpaired} · ${record.unpaired.length}`}>
          <List
            size="small"
            dataSource={record.unpaired}
            renderItem={(left) => (
              <List.Item>
                {left.registration_number} {left.student_name} · {subject(left.subject)}
              </List.Item>
            )}
          />
        </Card>
      )}
      <Card size="small" title={ui.mentorSeats}>
        <Flex wrap gap={12}>
          {record.mentors.map((mentor) => (
            <div key={mentor.mentor_id} style={{ width: 180 }}>
              <div>
                {mentor.mentor_name} <small className="quiet">{subject(mentor.subject)}</small>
              </div>
              <Progress
                percent={(mentor.paired / mentor.capacity) * 100}
                format={() => `${mentor.paired}/${mentor.capacity}`}
                size="small"
                status="normal"
              />
            </div>
          ))}
        </Flex>
      </Card>
    </>
  );
}

export const pairings: Thing<RoundItem, RoundRecord, "pairing"> = {
  path: "/pairings",
  stage: "pairing",
  flow: "pairing",
  title: (record) => `${record.city_name} · ${record.number}`,
  columns: ["city_name", "number", "pairs", "first_choices", "adjusted", "changed", "state", "filed_at"],
  filters: [{ name: "state", from: "pairing" }],
  list: (query) => api.pairingsList({ query: query as never }),
  get: (id) => api.pairingsGet({ path: { round_id: id } }),
  act: (id, action, body, headers) =>
    api.pairingsAct({ path: { round_id: id, action: action as never }, body, headers }),
  trail: (id) => api.pairingsTrail({ path: { round_id: id } }),
  facts: ["city_name", "pairs", "first_choices", "adjusted", "changed", "filed_at"],
  steps: ["proposed", "confirmed", "filed"],
  Body,
  Tools,
};

function Hold({ record, done }: FormProps<MeetingItem & Recorded>) {
  const { ui } = useWords();
  const me = useKnownMe();
  const [came, setCame] = useState<string[] | null>(null);
  const { data } = useQuery({
    queryKey: ["enrolments", "to meet"],
    queryFn: () => ok(api.enrolmentsList({ query: { size: 100, state: "enrolled" } })),
  });
  if (!me.permissions.includes("meeting.arrange") || record.held_at) return null;
  const students = (data?.items ?? []).map((e) => ({ value: e.id, label: e.name }));
  const chosen = came ?? students.map((s) => s.value);
  return (
    <Card size="small" title={ui.attendance}>
      <Select
        mode="multiple"
        aria-label={ui.attendance}
        style={{ width: "100%", marginBottom: 12 }}
        options={students}
        value={chosen}
        onChange={setCame}
        maxTagCount={8}
      />
      <AskForm
        asks={[]}
        submit={ui.save}
        send={(_, headers) =>
          api.meetingsHold({
            path: { meeting_id: record.id },
            body: { version: record.version, attendance: chosen.map((enrolment_id) => ({ enrolment_id })) },
            headers,
          })
        }
        done={done}
      />
    </Card>
  );
}

function Invite({ done }: { done: () => void }) {
  const { fields, ui } = useWords();
  const me = useKnownMe();
  if (!me.permissions.includes("meeting.arrange")) return null;
  return (
    <DialogButton type="primary" label={ui.create}>
      {(close) => (
        <AskForm
          asks={[
            { name: "starts_at", label: fields.starts_at, kind: "time", required: true },
            { name: "address", label: fields.address, required: true },
            { name: "agenda", label: fields.agenda, kind: "long" },
          ]}
          send={(values, headers) => api.meetingsCreate({ body: values as never, headers })}
          done={() => {
            close();
            done();
          }}
        />
      )}
    </DialogButton>
  );
}

export const meetings: Thing<MeetingItem, MeetingItem & Recorded> = {
  path: "/meetings",
  stage: "meeting",
  title: (record) => record.address,
  columns: ["city_name", "starts_at", "address", "guests", "held_at"],
  filters: [],
  list: (query) => api.meetingsList({ query: query as never }),
  get: async (id) => {
    const answer = await api.meetingsList({ query: { size: 100 } });
    const found = answer.data?.items.find((meeting) => meeting.id === id);
    return { data: found, error: answer.error, response: answer.response };
  },
  facts: ["city_name", "starts_at", "address", "guests", "held_at"],
  texts: ["agenda"],
  Body: Hold,
  Tools: Invite,
};
