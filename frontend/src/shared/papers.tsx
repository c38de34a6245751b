import { DeleteOutlined, EyeOutlined } from "@ant-design/icons";
import { Button, Card, Flex, List, Tag, Typography } from "antd";
import { useState } from "react";
import { asProblem, ok, type PaperItem } from "../api";
import { useWords } from "./context";
import { FileField } from "./file-field";
import { type Named, useNamed } from "./plan";
import type { Answer } from "./thing";
import { Viewer } from "./viewer";

export interface PapersProps {
  title: string;
  /** The kinds that the plan names, and which of them must be there. */
  kinds: Named[];
  required: string[];
  kept: PaperItem[];
  /** Where the file of a kind is: this path, a slash, the kind. */
  path: string;
  writes: boolean;
  handIn: (kind: string, body: { file_id: string }) => Answer<unknown>;
  takeBack: (kind: string) => Answer<unknown>;
  done: () => void;
}

interface Fault {
  kind: string;
  said: string;
}

/** The papers of a thing, one file of each kind: handed in by whose it is, looked at beside the facts by who reviews. */
export function Papers({ title, kinds, required, kept, path, writes, handIn, takeBack, done }: PapersProps) {
  const { ui } = useWords();
  const name = useNamed();
  const [seen, setSeen] = useState<string | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  if (kinds.length === 0) return null;
  const change = async (kind: string, call: Answer<unknown>) => {
    setFault(null);
    try {
      await ok(call);
      done();
    } catch (wrong) {
      const { status, errors, detail, message } = asProblem(wrong);
      const said = errors.map((one) => one.message).join(" ") || detail || message;
      setFault({ kind, said: status === 0 ? ui.offline : said });
    }
  };
  return (
    <Card size="small" title={title}>
      <List
        size="small"
        dataSource={kinds}
        renderItem={(kind) => {
          const paper = kept.find((one) => one.kind === kind.code);
          return (
            <List.Item style={{ display: "block" }}>
              <Flex wrap gap={8} align="center">
                <span style={{ minWidth: 120 }}>
                  {name(kind)} {required.includes(kind.code) && <Tag color="orange">{ui.needed}</Tag>}
                </span>
                {/* A file whose time is over has no name any more. */}
                {paper && !paper.file_name && <Typography.Text type="secondary">{ui.erased}</Typography.Text>}
                {paper?.file_name && (
                  <Button
                    icon={<EyeOutlined />}
                    type={seen === kind.code ? "primary" : "default"}
                    aria-expanded={seen === kind.code}
                    style={{ maxWidth: "100%" }}
                    onClick={() => setSeen(seen === kind.code ? null : kind.code)}
                  >
                    <Typography.Text ellipsis style={{ color: "inherit" }}>
                      {paper.file_name}
                    </Typography.Text>
                  </Button>
                )}
                {!paper && !writes && ui.none}
                {writes && (
                  <FileField
                    // A refused file leaves no name behind that looks as if it had been taken.
                    key={`${paper?.file_id} ${fault?.kind === kind.code}`}
                    label={`${paper ? ui.replace : ui.chooseFile} · ${name(kind)}`}
                    accept="image/*,application/pdf"
                    onChange={(file_id) => file_id && void change(kind.code, handIn(kind.code, { file_id }))}
                  />
                )}
                {writes && paper && (
                  <Button
                    icon={<DeleteOutlined />}
                    aria-label={`${ui.remove}：${name(kind)}`}
                    onClick={() => void change(kind.code, takeBack(kind.code))}
                  />
                )}
              </Flex>
              {fault?.kind === kind.code && (
                <Typography.Text type="danger" role="alert">
                  {fault.said}
                </Typography.Text>
              )}
              {paper && seen === kind.code && (
                <Viewer
                  key={paper.file_id}
                  path={`${path}/${kind.code}`}
                  name={paper.file_name}
                  type={paper.content_type}
                />
              )}
            </List.Item>
          );
        }}
      />
    </Card>
  );
}
