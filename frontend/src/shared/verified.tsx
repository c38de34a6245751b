import { Alert, Flex, List, Tag, Typography } from "antd";
import type { CheckShown, Verified } from "../api";
import { fill } from "../words";
import { useOpen } from "./open-words";

/** What agrees, part by part; what does not stands first. */
export function Answer({ found }: { found: Verified }) {
  const open = useOpen();
  return (
    <Flex vertical gap={8}>
      <Alert
        type={found.agrees ? "success" : "error"}
        showIcon
        title={found.agrees ? open.agreesAll : open.differsSome}
        description={
          found.published === null ? open.notPublished : fill(open.isPublished, { number: found.published })
        }
      />
      <Checks checks={found.checks} />
      {found.withheld.map((one) => (
        <Typography.Text type="secondary" key={`${one.part}${one.city}${one.subject}`}>
          {fill(open.withheld, { city: one.city, subject: one.subject, people: one.people })}
        </Typography.Text>
      ))}
    </Flex>
  );
}

export function Checks({ checks }: { checks: CheckShown[] }) {
  const open = useOpen();
  const sorted = checks
    .map((check, at) => ({ check, at }))
    .sort((a, b) => Number(a.check.agrees !== false) - Number(b.check.agrees !== false) || a.at - b.at);
  return (
    <List
      size="small"
      dataSource={sorted}
      pagination={{ pageSize: 12, hideOnSinglePage: true, showSizeChanger: false, size: "small" }}
      renderItem={({ check }) => (
        <List.Item>
          <Flex vertical>
            <span>
              {check.agrees === null ? (
                <Tag>{open.unknown}</Tag>
              ) : (
                <Tag color={check.agrees ? "green" : "red"}>{check.agrees ? open.agrees : open.differs}</Tag>
              )}
              {open.parts[check.part]} <span className="quiet">{`${check.city} ${check.subject}`}</span>
            </span>
            {check.differing.length > 0 && <span className="numbers fact">{check.differing.join("　")}</span>}
          </Flex>
          <span className="quiet">
            {fill(open.compared, { count: check.compared })}
            {check.by_hand > 0 && ` · ${fill(open.byHand, { count: check.by_hand })}`}
          </span>
        </List.Item>
      )}
    />
  );
}
