import { useNavigate } from "@tanstack/react-router";
import { Button, Card, Flex, List } from "antd";
import { api, type SittingItem, type SittingRecord } from "../../api";
import { ActButton } from "../../shared/act-button";
import { AskButton } from "../../shared/ask-button";
import { useKnownMe, useWords } from "../../shared/context";
import { DownloadButton } from "../../shared/download-button";
import { ImportLink } from "../../shared/import-link";
import { useSubjectOptions } from "../../shared/plan";
import type { FormProps, Thing } from "../../shared/thing";
import { Workbook } from "./workbook";

function Create({ done }: { done: () => void }) {
  const words = useWords();
  const me = useKnownMe();
  const subjects = useSubjectOptions();
  const { fields, ui } = words;
  if (!me.permissions.includes("exam.arrange")) return null;

  return (
    <>
      <ImportLink />
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
  const path = { sitting_id: record.id };
  return (
    <>
      <Flex gap={8} wrap>
        <Button
          onClick={() => void navigate({ to: "/seats" as string, search: { sitting: record.id } as never })}
        >
          {words.ui.marks}
        </Button>
        {me.permissions.includes("exam.arrange") && record.seated > 0 && (
          <DownloadButton
            label={ui.tickets}
            path={`/exams/sittings/${record.id}/tickets`}
            name="tickets.pdf"
          />
        )}
        {arranges && (
          <ActButton label={ui.seatAll} send={(headers) => api.sittingsSeat({ path, headers })} done={done} />
        )}
        {arranges && (
          <ActButton
            type={record.marked === record.seated ? "primary" : "default"}
            label={ui.publishMarks}
            send={(headers) => api.sittingsPublish({ path, headers })}
            done={done}
          />
        )}
      </Flex>
      {marks && <Workbook sitting={record} done={done} />}
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
          renderItem={(room) => (
            <List.Item>
              <span>{room.name}</span>
              <span className="fact">
                {room.seated} / {room.capacity}
              </span>
            </List.Item>
          )}
        />
      </Card>
    </>
  );
}

export const sittings: Thing<SittingItem, SittingRecord> = {
  path: "/sittings",
  stage: "written_test",
  title: (record, subject) => `${record.city_name} · ${subject(record.subject)}`,
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
    "published_at",
  ],
  Body,
  Tools: Create,
};
