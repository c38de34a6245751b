import { Card, Tag, Typography } from "antd";
import type { KeptLine } from "../../api";
import { useWords } from "../../shared/context";
import { word } from "../../shared/values";
import { personalWords } from "../../words/personal";

/** What is kept about people: one block for each kind, so that it reads on a phone too. */
export function KeptLines({ lines }: { lines: KeptLine[] }) {
  const words = useWords();
  const said = personalWords(words.language);
  return (
    <div className="kept">
      {lines.map((line) => (
        <Card
          key={line.code}
          size="small"
          title={<span style={{ whiteSpace: "normal" }}>{line.name}</span>}
          extra={line.sealed && <Tag>{said.sealed}</Tag>}
        >
          <Fact name={said.why} text={line.purpose} />
          <Fact name={said.basis} text={line.basis} />
          <Fact name={said.until} text={line.until} />
          <Fact
            name={said.seenBy}
            text={line.seen_by.map((role) => word(words, "role", role)).join("、") || said.nobody}
          />
        </Card>
      ))}
    </div>
  );
}

function Fact({ name, text }: { name: string; text: string }) {
  return (
    <Typography.Paragraph style={{ margin: 0 }}>
      <span className="quiet">{name}：</span>
      {text}
    </Typography.Paragraph>
  );
}
