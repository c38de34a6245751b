import { Link } from "@tanstack/react-router";
import { Card, Flex, Tag, Typography } from "antd";
import { api, type ObjectionItem, type ObjectionRecord } from "../../api";
import { useKnownMe } from "../../shared/context";
import { DialogButton } from "../../shared/dialog";
import { useOpen } from "../../shared/open-words";
import type { FormProps, Thing } from "../../shared/thing";
import { fill } from "../../words";
import { Correct } from "./correct";

function Body({ record, done }: FormProps<ObjectionRecord>) {
  const open = useOpen();
  const me = useKnownMe();
  const answers = me.permissions.includes("objection.answer");
  return (
    <Card size="small">
      <Flex vertical gap={8} align="start">
        <span>
          <Link to={`/disclosures/${record.disclosure_id}` as string}>
            {open.kinds[record.kind]} · {fill(open.edition, { edition: record.edition })}
          </Link>{" "}
          {record.late && <Tag color="red">{open.late}</Tag>}
        </span>
        <Typography.Text type="secondary">{open.reviewHint}</Typography.Text>
        {record.corrected_by_id && (
          <Link to={`/disclosures/${record.corrected_by_id}` as string}>{open.correctedSince}</Link>
        )}
        {answers && record.correctable && (
          <DialogButton type="primary" label={open.correct}>
            {(close) => (
              <Correct
                record={record}
                done={() => {
                  close();
                  done();
                }}
              />
            )}
          </DialogButton>
        )}
      </Flex>
    </Card>
  );
}

export const objections: Thing<ObjectionItem, ObjectionRecord, "objection"> = {
  path: "/objections",
  flow: "objection",
  title: (record, subject) =>
    [subject(record.subject), record.city_name, record.about].filter(Boolean).join(" · "),
  columns: ["kind", "subject", "city_name", "about", "raised_at", "due_at", "reviewer_name", "state"],
  filters: [{ name: "state", from: "objection" }],
  list: (query) => api.objectionsList({ query: query as never }),
  get: (id) => api.objectionsGet({ path: { objection_id: id } }),
  act: (id, action, body, headers) =>
    api.objectionsAct({ path: { objection_id: id, action: action as never }, body, headers }),
  trail: (id) => api.objectionsTrail({ path: { objection_id: id } }),
  facts: [
    "kind",
    "subject",
    "city_name",
    "about",
    "raised_at",
    "due_at",
    "reviewer_name",
    "answered_at",
    "contact",
  ],
  texts: ["text", "answer"],
  Body,
};
