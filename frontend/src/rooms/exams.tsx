import { useNavigate } from "@tanstack/react-router";
import { Button, Card, Flex, List } from "antd";
import { api, type SeatItem, type SittingItem, type SittingRecord } from "../api";
import { ActButton } from "../shared/act-button";
import { AskForm } from "../shared/ask-form";
import { useKnownMe, useWords } from "../shared/context";
import { DialogButton } from "../shared/dialog";
import { DownloadButton } from "../shared/download-button";
import type { FormProps, Thing } from "../shared/thing";

function Create({ done }: { done: () => void }) {
  const words = useWords();
  const me = useKnownMe();
  const { fields, ui } = words;
  if (!me.permissions.includes("exam.arrange")) return null;
  const subjects = (me.cycle?.subjects ?? []).map((s) => ({
    value: s.code,
    label: words.language === "en" ? s.name_en : s.name,
  }));
  return (
    <DialogButton type="primary" label={ui.create}>
      {(close) => (
        <AskForm
          asks={[
            { name: "subject", label: fields.subject, kind: "choice", options: subjects, required: true },
            { name: "starts_at", label: fields.starts_at, kind: "time", required: true },
            { name: "ends_at", label: fields.ends_at, kind: "time", required: true },
            { name: "address", label: fields.address, required: true },
          ]}
          send={(values, headers) => api.sittingsCreate({ body: values as never, headers })}
          done={() => {
            close();
            done();
          }}
        />
      )}
    </DialogButton>
  );
}

function Body({ record, done }: FormProps<SittingRecord>) {
  const words = useWords();
  const me = useKnownMe();
  const navigate = useNavigate();
  const { fields, ui } = words;
  const arranges = me.permissions.includes("exam.arrange") && !record.published_at;
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
            type="primary"
            label={ui.publishMarks}
            send={(headers) => api.sittingsPublish({ path, headers })}
            done={done}
          />
        )}
      </Flex>
      <Card
        size="small"
        title={ui.rooms}
        extra={
          arranges && (
            <DialogButton size="small" label={ui.add}>
              {(close) => (
                <AskForm
                  submit={ui.add}
                  asks={[
                    { name: "name", label: fields.room, required: true },
                    { name: "capacity", label: fields.capacity, kind: "number", min: 1, required: true },
                  ]}
                  send={(values, headers) => api.sittingsAddRoom({ path, body: values as never, headers })}
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
  title: (record) => `${record.city_name} · ${record.address}`,
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

function Seat({ record, done }: FormProps<SeatItem>) {
  const { fields, ui } = useWords();
  const me = useKnownMe();
  return (
    <Flex gap={16} wrap align="start">
      <DownloadButton
        label={ui.ticket}
        path={`/exams/seats/${record.id}/ticket`}
        name={`${record.ticket_number}.pdf`}
      />
      {me.permissions.includes("exam.mark") && (
        <DialogButton type="primary" label={ui.marks}>
          {(close) => (
            <AskForm
              submit={ui.save}
              asks={[
                { name: "mark", label: fields.mark, kind: "number", min: 0, step: 0.5 },
                { name: "absent", label: fields.absent, kind: "yes" },
              ]}
              send={(values) =>
                api.seatsMark({
                  path: { seat_id: record.id },
                  body: { ...values, version: record.version } as never,
                })
              }
              done={() => {
                close();
                done();
              }}
            />
          )}
        </DialogButton>
      )}
    </Flex>
  );
}

export const seats: Thing<SeatItem, SeatItem> = {
  path: "/seats",
  stage: "written_test",
  title: (record) => `${record.ticket_number} ${record.name}`,
  columns: ["name", "ticket_number", "school_name", "subject", "room", "mark", "absent"],
  filters: [{ name: "q" }, { name: "subject", from: "subjects" }],
  list: (query) => api.seatsList({ query: query as never }),
  get: (id) => api.seatsGet({ path: { seat_id: id } }),
  facts: [
    "ticket_number",
    "name",
    "school_name",
    "subject",
    "room",
    "starts_at",
    "address",
    "mark",
    "absent",
  ],
  Body: Seat,
};
