import { Link } from "@tanstack/react-router";
import { Card, Flex, List } from "antd";
import type { NominationRecord } from "../../api";
import { useKnownMe, useWords } from "../../shared/context";
import type { FormProps } from "../../shared/thing";
import { StateTag } from "../../shared/values";
import { dateTime } from "../../words/dates";

/** What the public objected to while the notice ran; answered on the objection's own page. */
export function Objections({ record }: FormProps<NominationRecord>) {
  const words = useWords();
  const me = useKnownMe();
  if (!record.disclosure_id || record.objections.length === 0) return null;
  const reads = me.permissions.includes("disclosure.read");
  return (
    <Card size="small" title={words.ui.objections}>
      <List
        size="small"
        dataSource={record.objections}
        renderItem={(objection) => {
          const at = dateTime(objection.raised_at, words.language);
          return (
            <List.Item>
              <Flex vertical>
                {reads ? <Link to={`/objections/${objection.id}` as string}>{at}</Link> : <span>{at}</span>}
                {objection.answer && <span>{objection.answer}</span>}
              </Flex>
              <StateTag table="objection" code={objection.state} />
            </List.Item>
          );
        }}
      />
    </Card>
  );
}
