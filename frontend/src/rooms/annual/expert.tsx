import { Flex } from "antd";
import { type AnnualRecord, api } from "../../api";
import { AskButton } from "../../shared/ask-button";
import type { Ask } from "../../shared/ask-form";
import { useWords } from "../../shared/context";
import { useNamed, usePlan } from "../../shared/plan";
import type { FormProps } from "../../shared/thing";

export function Expert({ record, done }: FormProps<AnnualRecord>) {
  const { ui } = useWords();
  const plan = usePlan();
  const name = useNamed();
  const criteria = (plan?.evaluations.final.criteria ?? []).filter((c) => c.kind === "score");
  const mine = record.sheets.find((sheet) => sheet.mine);
  return (
    <Flex gap={8}>
      <AskButton
        type="primary"
        label={ui.score}
        submit={ui.save}
        asks={[
          ...criteria.map(
            (c): Ask => ({
              name: c.code,
              label: `${name(c)}（0–${c.full_mark}）`,
              kind: "number",
              min: 0,
              max: c.full_mark,
              required: true,
              initial: mine?.scores[c.code] === undefined ? undefined : Number(mine.scores[c.code]),
            }),
          ),
          { name: "comment", label: ui.comment, kind: "long", initial: mine?.comment },
        ]}
        send={(values) =>
          api.finalEvaluationsScore({
            path: { annual_id: record.id },
            body: {
              scores: Object.fromEntries(criteria.map((c) => [c.code, values[c.code]])),
              comment: values.comment ?? "",
            } as never,
          })
        }
        done={done}
      />
      <AskButton
        label={ui.recuse}
        submit={ui.submit}
        asks={[{ name: "reason", label: ui.reason, kind: "long", required: true }]}
        send={(values, headers) =>
          api.finalEvaluationsRecuse({ path: { annual_id: record.id }, body: values as never, headers })
        }
        done={done}
      />
    </Flex>
  );
}
