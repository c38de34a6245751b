import { List, Tag } from "antd";
import { api, type StepShown, type TrainingPlanRecord } from "../../api";
import { AskForm } from "../../shared/ask-form";
import { useKnownMe, useWords } from "../../shared/context";
import { DialogButton } from "../../shared/dialog";
import { useOptions, usePlan } from "../../shared/plan";
import { date } from "../../words/dates";
import { yearWords } from "../../words/year";

const COLOURS = { open: "default", under_way: "blue", done: "green", dropped: "default" } as const;

/** A step as it was agreed, with how far it is; the team says so by one press. */
export function StepLine({
  step,
  record,
  done,
}: {
  step: StepShown;
  record: TrainingPlanRecord;
  done: () => void;
}) {
  const { ui, language } = useWords();
  const words = yearWords(language);
  const me = useKnownMe();
  const activities = useOptions(usePlan()?.training.activities);
  const marks = me.permissions.includes("session.record") && record.state === "agreed" && step.id !== "";
  const options = Object.entries(words.states).map(([value, label]) => ({ value, label }));
  return (
    <List.Item
      actions={
        marks
          ? [
              <DialogButton key="mark" size="small" label={words.mark}>
                {(close) => (
                  <AskForm
                    submit={ui.save}
                    asks={[
                      {
                        name: "state",
                        label: words.mark,
                        kind: "choice",
                        options,
                        required: true,
                        initial: step.state,
                      },
                      { name: "note", label: words.note, initial: step.note, max: 500 },
                    ]}
                    send={(values) =>
                      api.trainingPlansMarkStep({
                        path: { plan_id: record.id, step_id: step.id },
                        body: values as never,
                      })
                    }
                    done={() => {
                      close();
                      done();
                    }}
                  />
                )}
              </DialogButton>,
            ]
          : undefined
      }
    >
      <div>
        <Tag className="fact">{`${step.month}${ui.month}`}</Tag>
        {activities.find((a) => a.value === step.activity)?.label} · <strong>{step.title}</strong>{" "}
        {step.milestone && <Tag color="purple">{words.milestone}</Tag>}
        {record.state === "agreed" && <Tag color={COLOURS[step.state]}>{words.states[step.state]}</Tag>}
        {step.late && record.state === "agreed" && <Tag color="orange">{words.late}</Tag>}
        <div className="quiet">
          {[
            step.detail,
            step.led_by !== "mentor" && words.leaders[step.led_by],
            step.note,
            step.at && date(step.at, language),
          ]
            .filter(Boolean)
            .join(" · ")}
        </div>
      </div>
    </List.Item>
  );
}
