import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Card, Checkbox, Flex, Typography } from "antd";
import { useState } from "react";
import { api, type GuestLine, type MeetingItem, type MeetingRecord, ok } from "../../api";
import { ActButton } from "../../shared/act-button";
import { AskButton } from "../../shared/ask-button";
import { useKnownMe, useWords } from "../../shared/context";
import { DownloadButton } from "../../shared/download-button";
import type { FormProps, Thing } from "../../shared/thing";
import { WideTable } from "../../shared/wide-table";
import { fill } from "../../words";

const CIRCLE = ["student", "guardian", "guide_teacher", "mentor"] as const;
type Who = (typeof CIRCLE)[number];
type Line = Record<Who, boolean>;

/** What one brings to the door: shown large on a phone, scanned there. */
function OwnPass({ id }: { id: string }) {
  const { ui } = useWords();
  const { data } = useQuery({
    queryKey: ["pass", id],
    queryFn: () => ok(api.meetingsPass({ path: { meeting_id: id } })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!data) return null;
  return (
    <Card size="small" title={ui.meeting.pass}>
      <Flex vertical align="center" gap={8}>
        <img
          className="qr"
          alt={ui.meeting.pass}
          src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(data.svg)}`}
        />
        <Typography.Text type="secondary">{ui.meeting.passHint}</Typography.Text>
      </Flex>
    </Card>
  );
}

/** Who came: the door's scans are ticked already; the office adds the others and holds the meeting. */
function Guests({ record, done }: FormProps<MeetingRecord>) {
  const words = useWords();
  const { ui, fields, enums } = words;
  const me = useKnownMe();
  const [changed, setChanged] = useState<Record<string, Line>>({});
  const holds = me.permissions.includes("meeting.arrange") && !record.held_at;
  const line = (guest: GuestLine): Line => changed[guest.enrolment_id] ?? guest;
  const set = (guest: GuestLine, who: Who, here: boolean) => {
    const { student, guardian, guide_teacher, mentor } = line(guest);
    const next = { student, guardian, guide_teacher, mentor, [who]: here };
    setChanged({ ...changed, [guest.enrolment_id]: next });
  };
  const everybody = () =>
    setChanged(
      Object.fromEntries(
        record.guest_list.map((guest) => [
          guest.enrolment_id,
          { ...line(guest), student: true, mentor: true },
        ]),
      ),
    );
  const present = record.guest_list.filter((guest) => CIRCLE.some((who) => line(guest)[who]));
  const students = record.guest_list.filter((guest) => line(guest).student).length;
  // Before it is held a family has nothing to read here but its own name.
  if (record.guest_list.length === 0 || (!holds && !record.held_at && record.guest_list.length === 1))
    return null;
  return (
    <Card size="small" title={`${ui.attendance} · ${present.length}/${record.guest_list.length}`}>
      {holds && (
        <Flex gap={8} wrap style={{ marginBottom: 12 }}>
          <Button onClick={everybody}>{ui.meeting.everybody}</Button>
          <Link to={"/scan" as string}>
            <Button tabIndex={-1}>{ui.scan.title}</Button>
          </Link>
        </Flex>
      )}
      <WideTable<GuestLine>
        rowKey="enrolment_id"
        size="small"
        dataSource={record.guest_list}
        pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
        columns={[
          {
            title: fields.student_name,
            render: (_, guest) => <Person guest={guest} />,
          },
          ...CIRCLE.map((who) => ({
            title: enums.role[who],
            render: (_: unknown, guest: GuestLine) =>
              who === "guide_teacher" && !guest.guide_teacher_known ? (
                <span className="quiet">{ui.meeting.noTeacher}</span>
              ) : (
                <Checkbox
                  aria-label={`${guest.student_name} ${enums.role[who]}`}
                  disabled={!holds}
                  checked={line(guest)[who]}
                  onChange={(event) => set(guest, who, event.target.checked)}
                >
                  {who === "mentor" ? guest.mentor_name : null}
                </Checkbox>
              ),
          })),
        ]}
      />
      {holds && (
        <Flex justify="end" style={{ marginTop: 12 }}>
          <ActButton
            type="primary"
            label={ui.meeting.hold}
            hint={fill(ui.meeting.holdHint, { came: students, away: record.guest_list.length - students })}
            send={(headers) =>
              api.meetingsHold({
                path: { meeting_id: record.id },
                body: {
                  version: record.version,
                  attendance: present.map((guest) => {
                    const { student, guardian, guide_teacher, mentor } = line(guest);
                    return { enrolment_id: guest.enrolment_id, student, guardian, guide_teacher, mentor };
                  }),
                },
                headers,
              })
            }
            done={done}
          />
        </Flex>
      )}
    </Card>
  );
}

function Person({ guest }: { guest: GuestLine }) {
  return (
    <div className="person">
      {guest.student_name}
      <div className="quiet">{guest.school_name}</div>
    </div>
  );
}

function Body(props: FormProps<MeetingRecord>) {
  const { ui } = useWords();
  const { record } = props;
  return (
    <>
      <DownloadButton
        label={ui.meeting.calendar}
        path={`/meetings/${record.id}/calendar`}
        name="meeting.ics"
      />
      {record.invited && !record.held_at && <OwnPass id={record.id} />}
      <Guests {...props} />
    </>
  );
}

function Invite({ done }: { done: () => void }) {
  const { fields, ui } = useWords();
  const me = useKnownMe();
  if (!me.permissions.includes("meeting.arrange")) return null;
  return (
    <AskButton
      type="primary"
      label={ui.meeting.invite}
      submit={ui.meeting.invite}
      asks={[
        { name: "starts_at", label: fields.starts_at, kind: "time", required: true },
        { name: "address", label: fields.address, required: true, max: 200 },
        { name: "agenda", label: fields.agenda, kind: "long", hint: ui.meeting.inviteHint },
      ]}
      send={(values, headers) => api.meetingsCreate({ body: values as never, headers })}
      done={done}
    />
  );
}

export const meetings: Thing<MeetingItem, MeetingRecord> = {
  path: "/meetings",
  stage: "meeting",
  told: "meeting",
  title: (record) => record.address,
  called: ({ ui }) => ({ held_at: ui.meetingHeld }),
  columns: ["city_name", "starts_at", "address", "guests", "held_at"],
  filters: [],
  list: (query) => api.meetingsList({ query: query as never }),
  get: (id) => api.meetingsGet({ path: { meeting_id: id } }),
  trail: (id) => api.meetingsTrail({ path: { meeting_id: id } }),
  facts: ["city_name", "starts_at", "address"],
  later: ["held_at"],
  texts: ["agenda"],
  Body,
  Tools: Invite,
};
