import { Flex, Tag } from "antd";
import { api, type ThreadItem, type ThreadRecord } from "../../api";
import { useContactsWords } from "../../shared/contacts-words";
import type { Thing } from "../../shared/thing";
import { OpenThread } from "./open";
import { Thread } from "./thread";

/** The subject line: bold with the count while something in it is unread. */
function Subject({ row }: { row: ThreadItem }) {
  const said = useContactsWords();
  return (
    <Flex gap={6} wrap align="baseline">
      {row.unread > 0 ? <strong>{row.title}</strong> : <span>{row.title}</span>}
      {row.unread > 0 && (
        <Tag color="blue">
          {said.unread} {row.unread}
        </Tag>
      )}
      {row.overdue && <Tag color="red">{said.overdue}</Tag>}
    </Flex>
  );
}

function useShown() {
  const { show } = useContactsWords();
  return Object.entries(show).map(([value, label]) => ({ value, label }));
}

export const contacts: Thing<ThreadItem, ThreadRecord, "contact_thread"> = {
  path: "/contacts",
  stage: "training",
  flow: "contact_thread",
  title: (record) => record.title,
  columns: ["thread_title", "student_name", "mentor_name", "opened_by_name", "last_at", "due_at", "state"],
  cells: { thread_title: Subject },
  brief: ["student_name", "opened_by_name", "last_at"],
  filters: [{ name: "q" }, { name: "show", useOptions: useShown }, { name: "state", from: "contact_thread" }],
  list: (query) => api.contactsList({ query: query as never }),
  get: (id) => api.contactsGet({ path: { thread_id: id } }),
  act: (id, action, body, headers) => api.contactsAct({ path: { thread_id: id, action }, body, headers }),
  trail: (id) => api.contactsTrail({ path: { thread_id: id } }),
  facts: ["student_name", "number", "mentor_name", "city_name", "opened_by_name", "opened_at"],
  later: ["due_at", "answered_at"],
  Body: Thread,
  Tools: OpenThread,
};
