import { Alert, Collapse, Flex, Tag, Typography } from "antd";
import type { CheckShown, Verified } from "../api";
import { fill } from "../words";
import { useWords } from "./context";
import { useOpen } from "./open-words";

type Names = Verified["names"];
type PartCode = CheckShown["part"];

function useNamed(names: Names): (code: string) => string {
  const { language } = useWords();
  return (code) => names[code]?.[language === "en" ? "en" : "zh"] ?? code;
}

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
      <Checks checks={found.checks} names={found.names} />
      <LeftOut withheld={found.withheld} names={found.names} />
    </Flex>
  );
}

/** The groups that are too small to be published. */
export function LeftOut({ withheld, names }: { withheld: Verified["withheld"]; names: Names }) {
  const open = useOpen();
  const named = useNamed(names);
  return withheld.map((one) => (
    <Typography.Text type="secondary" key={`${one.part}${one.city}${one.subject}`}>
      {fill(open.withheld[one.part], {
        city: named(one.city),
        subject: named(one.subject),
        people: one.people,
      })}
    </Typography.Text>
  ));
}

/** One line for each part of the selection, opened to the cities and subjects where something differs. */
export function Checks({ checks, names }: { checks: CheckShown[]; names: Names }) {
  const open = useOpen();
  const parts = (Object.keys(open.parts) as PartCode[])
    .map((part) => ({ part, own: checks.filter((check) => check.part === part) }))
    .filter(({ own }) => own.length > 0);
  return (
    <Collapse
      size="small"
      defaultActiveKey={parts
        .filter(({ own }) => own.some((check) => check.agrees === false))
        .map(({ part }) => part)}
      items={parts.map(({ part, own }) => ({
        key: part,
        label: <Summary part={part} own={own} />,
        children: own.map((check) => (
          <One key={`${check.city} ${check.subject}`} check={check} names={names} />
        )),
      }))}
    />
  );
}

function Summary({ part, own }: { part: PartCode; own: CheckShown[] }) {
  const open = useOpen();
  const wrong = own.filter((check) => check.agrees === false).length;
  const count = own.reduce((sum, check) => sum + check.compared, 0);
  return (
    <Flex gap={8} wrap align="center">
      <Tag color={wrong ? "red" : "green"}>{wrong ? open.differs : open.agrees}</Tag>
      <span>{open.parts[part]}</span>
      <span className="quiet">{fill(open.compared, { count })}</span>
    </Flex>
  );
}

function One({ check, names }: { check: CheckShown; names: Names }) {
  const open = useOpen();
  const named = useNamed(names);
  return (
    <div style={{ padding: "4px 0" }}>
      {check.agrees === null ? (
        <Tag>{open.unknown}</Tag>
      ) : (
        <Tag color={check.agrees ? "green" : "red"}>{check.agrees ? open.agrees : open.differs}</Tag>
      )}
      {named(check.city)} {named(check.subject)}{" "}
      <span className="quiet">
        {fill(open.compared, { count: check.compared })}
        {check.by_hand > 0 && ` · ${fill(open.byHand, { count: check.by_hand })}`}
      </span>
      {check.differing.length > 0 && <div className="numbers fact">{check.differing.join("　")}</div>}
    </div>
  );
}
