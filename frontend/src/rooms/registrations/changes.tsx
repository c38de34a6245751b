import { useQuery } from "@tanstack/react-query";
import { Card, List } from "antd";
import { api, ok, type RegistrationRecord } from "../../api";
import { useWords } from "../../shared/context";
import { useShow } from "../../shared/values";
import type { FieldCode } from "../../words";

/** What the student changed since the registration was sent back: a second review looks here first. */
export function Changes({ record }: { record: RegistrationRecord }) {
  const { ui, fields } = useWords();
  const show = useShow();
  const { data } = useQuery({
    queryKey: ["/registrations", "changes", record.id, record.version],
    queryFn: () => ok(api.registrationsChanges({ path: { registration_id: record.id } })),
  });
  if (!data || data.items.length === 0) return null;
  const named = (field: string) => fields[field as FieldCode] ?? ui.changedFields[field as never] ?? field;
  return (
    <Card size="small" title={ui.sinceReturn}>
      <List
        size="small"
        dataSource={data.items}
        renderItem={(change) => (
          <List.Item>
            <span>{named(change.field)}</span>
            {change.before === null && change.after === null ? (
              <span className="quiet">{ui.changed}</span>
            ) : (
              <span className="fact">
                <del className="quiet">{show(change.field, change.before)}</del> →{" "}
                {show(change.field, change.after)}
              </span>
            )}
          </List.Item>
        )}
      />
    </Card>
  );
}
