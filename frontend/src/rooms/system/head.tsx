import { Button, Flex } from "antd";
import type { ReactNode } from "react";
import { api, type HeadStatus } from "../../api";
import { ActButton } from "../../shared/act-button";
import { useWords } from "../../shared/context";
import { fill } from "../../words";
import { dateTime } from "../../words/dates";
import { systemWords } from "../../words/system";
import { Facts } from "./facts";

/** The trail's newest head, and one made at once for who will not wait for the day's. */
export function Head({ head, again }: { head: HeadStatus; again: () => void }) {
  const { language } = useWords();
  const words = systemWords(language);
  const facts: [string, ReactNode][] = [[words.headOf, words.headNone]];
  if (head.size !== null && head.made_at) {
    facts[0][1] = fill(words.headSize, { size: head.size, at: dateTime(head.made_at, language) });
    const signed = head.countersigned;
    facts.push([words.headSigned, signed ? fill(words.headSignedBy, { count: signed }) : words.none]);
  }
  const after = head.uncovered;
  facts.push([words.headUncovered, after ? fill(words.headUncoveredOf, { count: after }) : words.none]);
  return (
    <Facts title={words.head} facts={facts}>
      <Flex gap={8} wrap style={{ marginTop: 8 }}>
        <ActButton
          size="small"
          label={words.headSeal}
          hint={words.headSealHint}
          send={(headers) => api.trailSeal({ headers })}
          done={again}
        />
        <Button size="small" type="link" href="/public/heads">
          {words.headPage}
        </Button>
      </Flex>
    </Facts>
  );
}
