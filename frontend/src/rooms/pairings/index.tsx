import { Alert, Card, Flex, Grid, List, Progress, Table, Tag } from "antd";
import { useState } from "react";
import { api, type PairItem, type RoundItem, type RoundRecord } from "../../api";
import { ActButton } from "../../shared/act-button";
import { AskButton } from "../../shared/ask-button";
import { AskForm } from "../../shared/ask-form";
import { useKnownMe, useWords } from "../../shared/context";
import { DialogButton } from "../../shared/dialog";
import type { FormProps, Thing } from "../../shared/thing";
import { useSubject } from "../../shared/values";
import { fill } from "../../words";

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
  const mentors = mentorsOf(round, pair.subject);
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

function mentorsOf(round: RoundRecord, subject: string) {
  return round.mentors
    .filter((m) => m.subject === subject)
    .map((m) => ({ value: m.mentor_id, label: `${m.mentor_name}（${m.paired}/${m.capacity}）` }));
}

function Place({
  round,
  left,
  done,
}: {
  round: RoundRecord;
  left: RoundRecord["unpaired"][number];
  done: () => void;
}) {
  const { ui, fields } = useWords();
  return (
    <AskButton
      size="small"
      type="link"
      label={ui.placeWith}
      title={`${ui.placeWith}：${left.student_name}`}
      submit={ui.save}
      asks={[
        {
          name: "mentor_id",
          label: fields.mentor_name,
          kind: "choice",
          options: mentorsOf(round, left.subject),
          required: true,
        },
        { name: "reason", label: ui.reason, kind: "long", required: true },
      ]}
      send={(values, headers) =>
        api.pairingsAddPair({
          path: { round_id: round.id },
          body: { ...values, registration_id: left.registration_id } as never,
          headers,
        })
      }
      done={done}
    />
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
              <List.Item
                actions={changes ? [<Place key="place" round={record} left={left} done={done} />] : []}
              >
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
