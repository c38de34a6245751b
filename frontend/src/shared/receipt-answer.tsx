import { Alert, Collapse, Descriptions, Flex } from "antd";
import { fill } from "../words";
import { dateTime } from "../words/dates";
import { headsOf } from "../words/heads";
import { useWords } from "./context";
import { type Facts, factsOf, type Step } from "./heads";

/** Whether a receipt holds, step by step, and what it says in words; the hashed text itself is one press away. */
export function ReceiptAnswer({ value, steps }: { value: string; steps: Record<Step, boolean> }) {
  const { language } = useWords();
  const said = headsOf(language);
  const whole = Object.values(steps).every(Boolean);
  const facts = factsOf(value);
  return (
    <Alert
      type={whole ? "success" : "error"}
      showIcon
      title={whole ? said.holds : said.broken}
      description={
        <Flex vertical gap={8}>
          <span>{whole ? said.holdsHint : said.brokenHint}</span>
          {facts && <Said facts={facts} />}
          <div>
            {(Object.keys(said.steps) as Step[]).map((step) => (
              <div key={step}>{`${steps[step] ? "✓" : "✗"} ${said.steps[step]}`}</div>
            ))}
          </div>
          <Collapse
            size="small"
            ghost
            items={[
              {
                key: "text",
                label: said.receiptText,
                children: <code style={{ overflowWrap: "anywhere" }}>{value}</code>,
              },
            ]}
          />
        </Flex>
      }
    />
  );
}

function Said({ facts }: { facts: Facts }) {
  const { language } = useWords();
  const said = headsOf(language);
  const lines = [
    { label: said.receiptOf, children: said.receiptKind[facts.kind] },
    { label: said.fact.registration, children: facts.registration },
    { label: said.fact.at, children: dateTime(facts.at, language) },
    facts.kind === "choices"
      ? {
          label: said.fact.choices,
          children: (
            <div>
              {facts.choices?.map((one) => (
                <div key={one.rank}>{fill(said.choice, one)}</div>
              ))}
            </div>
          ),
        }
      : { label: said.fact.mark, children: facts.absent ? said.absent : facts.mark },
  ];
  return <Descriptions size="small" column={1} items={lines.map((line) => ({ key: line.label, ...line }))} />;
}
