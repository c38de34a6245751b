import { useNavigate } from "@tanstack/react-router";
import { Button, Card, Descriptions, Flex, List, Typography } from "antd";
import { api, type RoomItem, type SittingItem, type SittingRecord } from "../../api";
import { ActButton } from "../../shared/act-button";
import { AskButton } from "../../shared/ask-button";
import { useKnownMe, useWords } from "../../shared/context";
import { DownloadButton } from "../../shared/download-button";
import { ImportLink } from "../../shared/import-link";
import { useSubjectOptions } from "../../shared/plan";
import type { FormProps, Thing } from "../../shared/thing";
import { fill } from "../../words";
import { Publish } from "./publish";

function Create({ done }: { done: () => void }) {
  const words = useWords();
  const me = useKnownMe();
  const subjects = useSubjectOptions();
  const { fields, ui } = words;
  if (!me.permissions.includes("exam.arrange")) return null;

  return (
    <>
      <ImportLink />
      <Publish type="default" done={done} />
      <AskButton
        type="primary"
        label={ui.create}
        submit={ui.submit}
        asks={[
          { name: "subject", label: fields.subject, kind: "choice", options: subjects, required: true },
          { name: "starts_at", label: fields.starts_at, kind: "time", required: true },
          { name: "ends_at", label: fields.ends_at, kind: "time", required: true },
          { name: "address", label: fields.address, required: true },
        ]}
        send={(values, headers) => api.sittingsCreate({ body: values as never, headers })}
        done={done}
      />
    </>
  );
}

function Body({ record, done }: FormProps<SittingRecord>) {
  const words = useWords();
  const me = useKnownMe();
  const navigate = useNavigate();
  const { fields, ui } = words;
  const arranges = me.permissions.includes("exam.arrange") && !record.published_at;
  const marks = me.permissions.includes("exam.mark") && !record.published_at && record.seated > 0;
  const began = Date.parse(record.starts_at) <= Date.parse(me.now);
  const path = { sitting_id: record.id };
  const complete = record.confirmed === record.seated;
  return (
    <>
      <Flex gap={8} wrap>
        <Button
          onClick={() => void navigate({ to: "/seats" as string, search: { sitting: record.id } as never })}
        >
          {me.permissions.includes("exam.mark") ? ui.marks : ui.seatsAndMarks}
        </Button>
        {me.permissions.includes("exam.arrange") && record.seated > 0 && (
          <DownloadButton
            label={ui.tickets}
            path={`/exams/sittings/${record.id}/tickets`}
            name="tickets.pdf"
          />
        )}
        {marks && !record.locked_at && (
          <ImportLink
            label={ui.importMarks}
            primary={record.marked < record.seated || !complete}
            kind="marks"
            sitting={record.id}
          />
        )}
        {arranges && record.seated > 0 && (
          <Button onClick={() => void navigate({ to: "/scan" as string })}>{ui.scan.title}</Button>
        )}
        {arranges && (
          <ActButton label={ui.seatAll} send={(headers) => api.sittingsSeat({ path, headers })} done={done} />
        )}
        {arranges && record.seated > 0 && !began && (
          <AskButton
            label={ui.hall.reseat}
            asks={[
              { name: "reason", label: ui.reason, kind: "long", required: true, hint: ui.hall.reseatHint },
            ]}
            send={(values, headers) =>
              api.sittingsReseat({ path, body: { ...values, version: record.version } as never, headers })
            }
            done={done}
          />
        )}
        {marks && !record.locked_at && (
          <ActButton
            type={complete ? "primary" : "default"}
            label={ui.hall.lock}
            send={(headers) => api.sittingsLock({ path, body: { version: record.version }, headers })}
            done={done}
          />
        )}
        {marks && record.locked_at && (
          <AskButton
            label={ui.hall.unlock}
            asks={[{ name: "reason", label: ui.reason, kind: "long", required: true }]}
            send={(values, headers) =>
              api.sittingsUnlock({ path, body: { ...values, version: record.version } as never, headers })
            }
            done={done}
          />
        )}
        {marks && record.locked_at && <Publish done={done} />}
      </Flex>
      <Card
        size="small"
        title={ui.rooms}
        extra={
          arranges && (
            <AskButton
              size="small"
              label={ui.add}
              submit={ui.add}
              asks={[
                { name: "name", label: fields.room, required: true },
                { name: "capacity", label: fields.capacity, kind: "number", min: 1, required: true },
              ]}
              send={(values, headers) => api.sittingsAddRoom({ path, body: values as never, headers })}
              done={done}
            />
          )
        }
      >
        <List
          size="small"
          dataSource={record.room_list}
          locale={{ emptyText: ui.none }}
          renderItem={(room) => <Room room={room} papers={me.permissions.includes("exam.arrange")} />}
        />
      </Card>
      <Seed record={record} />
    </>
  );
}

function Room({ room, papers }: { room: RoomItem; papers: boolean }) {
  const { ui } = useWords();
  return (
    <List.Item>
      <Flex gap={12} wrap justify="space-between" align="center" style={{ width: "100%" }}>
        <span>
          {room.name}{" "}
          <span className="quiet">
            {fill(ui.hall.room, { seated: room.seated, capacity: room.capacity, present: room.present })}
          </span>
        </span>
        {papers && room.seated > 0 && (
          <Flex gap={8} wrap>
            <DownloadButton
              size="small"
              label={ui.hall.doorList}
              path={`/exams/rooms/${room.id}/door-list`}
              name={`${room.name}.pdf`}
            />
            <DownloadButton
              size="small"
              label={ui.hall.labels}
              path={`/exams/rooms/${room.id}/desk-labels`}
              name={`${room.name}-labels.pdf`}
            />
          </Flex>
        )}
      </Flex>
    </List.Item>
  );
}

/** By this anybody can draw the seats again; its hash is out before anybody is seated. */
function Seed({ record }: { record: SittingRecord }) {
  const { ui } = useWords();
  return (
    <Card size="small" title={ui.hall.seed}>
      <Typography.Paragraph type="secondary">{ui.hall.seedHint}</Typography.Paragraph>
      <Descriptions
        size="small"
        column={1}
        items={[
          {
            key: "digest",
            label: ui.hall.digest,
            children: (
              <Typography.Text copyable className="digest">
                {record.seed_digest}
              </Typography.Text>
            ),
          },
          {
            key: "seed",
            label: ui.hall.opened,
            children: record.seed ? (
              <Typography.Text copyable code>
                {record.seed}
              </Typography.Text>
            ) : (
              ui.hall.sealed
            ),
          },
        ]}
      />
    </Card>
  );
}

export const sittings: Thing<SittingItem, SittingRecord> = {
  path: "/sittings",
  stage: "written_test",
  title: (record, subject) => `${record.city_name} · ${subject(record.subject)}`,
  brief: ["city_name", "starts_at", "address", "seated", "confirmed"],
  columns: [
    "subject",
    "city_name",
    "starts_at",
    "address",
    "rooms",
    "seated",
    "marked",
    "confirmed",
    "published_at",
  ],
  filters: [{ name: "subject", from: "subjects" }],
  list: (query) => api.sittingsList({ query: query as never }),
  get: (id) => api.sittingsGet({ path: { sitting_id: id } }),
  facts: [
    "subject",
    "city_name",
    "starts_at",
    "ends_at",
    "address",
    "seated",
    "marked",
    "confirmed",
    "present",
  ],
  later: ["locked_at", "published_at"],
  trail: (id) => api.sittingsTrail({ path: { sitting_id: id } }),
  Body,
  Tools: Create,
};
