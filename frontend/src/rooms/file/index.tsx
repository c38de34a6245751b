import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Anchor, Button, Card, Col, Descriptions, Flex, Grid, Row, Typography } from "antd";
import { api, type Entry, type Fact, type FilePart, ok, type StudentFile } from "../../api";
import { useKnownMe, useWords } from "../../shared/context";
import { DownloadButton } from "../../shared/download-button";
import { Failed, Loading } from "../../shared/states";
import { fill } from "../../words";
import { dateTime } from "../../words/dates";
import { fileWords } from "../../words/file";
import { KeptFile, Photo } from "./kept";

/** Everything of one student's year on one page: contents beside it, the same as PDF and as an archive. */
export function StudentFilePage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const { language } = useWords();
  const words = fileWords(language);
  const wide = Grid.useBreakpoint().lg ?? true;
  const { data, error, refetch } = useQuery({
    queryKey: ["student file", id, language],
    queryFn: () => ok(api.studentFilesGet({ path: { enrolment_id: id } })),
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <Row gutter={16} wrap={false}>
      <Col flex="auto" style={{ minWidth: 0 }}>
        <Flex vertical gap={12}>
          <Head file={data} />
          {data.parts.map((part) => (
            <Part key={part.code} part={part} />
          ))}
        </Flex>
      </Col>
      {wide && (
        <Col flex="190px" className="no-print">
          <Anchor
            offsetTop={16}
            items={data.parts.map((part) => ({
              key: part.code,
              href: `#part-${part.code}`,
              title: part.title,
            }))}
            aria-label={words.contents}
          />
        </Col>
      )}
    </Row>
  );
}

function Head({ file }: { file: StudentFile }) {
  const { language } = useWords();
  const words = fileWords(language);
  const archives = useKnownMe().permissions.includes("file.archive");
  const path = `/student-files/${file.enrolment_id}`;
  return (
    <Card>
      <Flex justify="space-between" wrap gap={8}>
        <div>
          <Typography.Title level={3} style={{ margin: 0 }}>
            {file.title}
          </Typography.Title>
          <span className="quiet">
            {file.programme} · {fill(words.madeAt, { at: dateTime(file.made_at, language) })}
          </span>
        </div>
        <Flex gap={8} wrap className="no-print">
          <Button onClick={() => window.print()}>{words.print}</Button>
          <DownloadButton label={words.pdf} path={`${path}/file.pdf`} name={`${file.title}.pdf`} />
          {archives && (
            <DownloadButton
              label={words.archive}
              path={`${path}/archive`}
              name={`${file.title}.zip`}
              sent={{}}
            />
          )}
        </Flex>
      </Flex>
      <Facts facts={file.facts} />
    </Card>
  );
}

function Facts({ facts }: { facts: Fact[] }) {
  if (facts.length === 0) return null;
  return (
    <Descriptions
      size="small"
      column={{ xs: 1, sm: 2, lg: 3 }}
      items={facts.map((fact) => ({ key: fact.label, label: fact.label, children: fact.value }))}
      style={{ marginTop: 8 }}
    />
  );
}

function Texts({ texts }: { texts: { label: string; text: string }[] }) {
  return texts.map((one) => (
    <div key={one.label} style={{ marginTop: 8 }}>
      <div className="quiet">{one.label}</div>
      <div style={{ whiteSpace: "pre-wrap" }}>{one.text}</div>
    </div>
  ));
}

function Part({ part }: { part: FilePart }) {
  return (
    <Card size="small" title={part.title} id={`part-${part.code}`}>
      <Facts facts={part.facts} />
      <Texts texts={part.texts} />
      {part.files.map((kept) => (
        <KeptFile key={kept.id} kept={kept} />
      ))}
      {part.entries.map((entry, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: entries of a file never move
        <One key={n} part={part} entry={entry} />
      ))}
    </Card>
  );
}

function One({ part, entry }: { part: FilePart; entry: Entry }) {
  const words = useWords();
  const title = part.code === "trail" ? actionOf(words, entry.title) : entry.title;
  return (
    <div className="entry">
      <Flex justify="space-between" gap={8} wrap>
        <strong>{title}</strong>
        {entry.at && <span className="quiet">{dateTime(entry.at, words.language)}</span>}
      </Flex>
      <div>
        {entry.facts.map((fact) => (
          <span key={fact.label} style={{ marginRight: 16 }}>
            <span className="quiet">{fact.label}</span> {fact.value}
          </span>
        ))}
      </div>
      <Texts texts={entry.texts} />
      <Flex gap={8} wrap>
        {entry.photos.map((photo) => (
          <Photo key={photo.id} kept={photo} />
        ))}
      </Flex>
      {entry.files.map((kept) => (
        <KeptFile key={kept.id} kept={kept} />
      ))}
    </div>
  );
}

function actionOf(words: ReturnType<typeof useWords>, action: string): string {
  const [thing, act] = action.split(".");
  const acts = words.acts as unknown as Record<string, Record<string, string>>;
  return acts[thing]?.[act] ?? (words.trail as Record<string, string>)[action] ?? action;
}
