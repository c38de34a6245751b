import { useParams } from "@tanstack/react-router";
import { Alert, Card, Flex, List } from "antd";
import { useCallback, useEffect, useRef, useState } from "react";
import { api, asProblem, ok } from "../api";
import { Camera } from "../shared/camera";
import { useWords } from "../shared/context";
import { useSubject } from "../shared/values";
import type { Words } from "../words";
import { fill } from "../words";

interface Scan {
  key: number;
  text: string;
  kind: "success" | "warning" | "error";
}

interface Say {
  words: Words;
  subject: (code: string) => string;
}

/** What a pass says by its first word, and what marking its holder answers. */
async function take(code: string, say: Say): Promise<Omit<Scan, "key">> {
  const { ui, enums } = say.words;
  try {
    // A meeting's pass says so; everything else is a ticket of the written test, scanned or its number typed.
    if (!code.includes("meeting~")) {
      const seat = await ok(api.seatsCheckIn({ body: { code } }));
      return {
        text: fill(seat.again ? ui.scan.seatAgain : ui.scan.seat, {
          name: seat.name,
          room: seat.room,
          seat: seat.seat,
          subject: say.subject(seat.subject),
        }),
        kind: seat.again ? "warning" : "success",
      };
    }
    const found = await ok(api.meetingsCheckIn({ body: { code } }));
    const as = found.came.map((one) => `${enums.role[one.role]}（${one.student_name}）`).join("、");
    return {
      text: fill(found.again ? ui.scan.again : ui.scan.came, { name: found.name, as }),
      kind: found.again ? "warning" : "success",
    };
  } catch (wrong) {
    const problem = asProblem(wrong);
    return { text: [problem.message, problem.detail].filter(Boolean).join("："), kind: "error" };
  }
}

/** The door: passes scanned one after another, the newest on top. */
export function ScanPage() {
  const words = useWords();
  const subject = useSubject();
  const { code } = useParams({ strict: false }) as { code?: string };
  const [scans, setScans] = useState<Scan[]>([]);
  const count = useRef(0);
  const opened = useRef("");
  const found = useCallback(
    async (given: string) => {
      const scan = await take(given, { words, subject });
      count.current += 1;
      setScans((before) => [{ ...scan, key: count.current }, ...before].slice(0, 50));
    },
    [words, subject],
  );
  useEffect(() => {
    // A pass opened by the phone's own camera: taken once, also where React runs effects twice.
    if (!code || opened.current === code) return;
    opened.current = code;
    void found(code);
  }, [code, found]);
  return (
    <Flex vertical gap={16} style={{ maxWidth: 520, margin: "0 auto" }}>
      <Card title={words.ui.scan.title}>
        <Camera found={(given) => void found(given)} />
      </Card>
      <List
        aria-live="polite"
        dataSource={scans}
        locale={{ emptyText: words.ui.scan.none }}
        renderItem={(scan) => (
          <List.Item key={scan.key} style={{ padding: "6px 0", border: 0 }}>
            <Alert type={scan.kind} showIcon title={scan.text} style={{ width: "100%" }} />
          </List.Item>
        )}
      />
    </Flex>
  );
}
