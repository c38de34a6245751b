import { type AnnualRecord, api } from "../../api";
import { useWords } from "../../shared/context";
import { usePlan } from "../../shared/plan";
import type { FormProps } from "../../shared/thing";
import { panelWords } from "../../words/panel";
import { Sheet } from "./sheet";

/** An expert's sheet of the final; it can be corrected until the grades stand. */
export function Expert({ record, done }: FormProps<AnnualRecord>) {
  const { ui } = useWords();
  const plan = usePlan();
  const mine = record.sheets.find((sheet) => sheet.mine);
  return (
    <Sheet
      kept={`final/${record.id}`}
      title={ui.final.sheet}
      hint={mine?.calibration ? ui.final.calibrationHint : undefined}
      lines={(plan?.evaluations.final.criteria ?? []).filter((one) => one.kind === "score")}
      mine={mine}
      submit={(draft, headers) =>
        api.finalEvaluationsScore({ path: { annual_id: record.id }, body: draft as never, headers })
      }
      recuse={(values, headers) =>
        api.finalEvaluationsRecuse({ path: { annual_id: record.id }, body: values as never, headers })
      }
      recuseHint={ui.final.recuseHint}
      done={done}
    />
  );
}

/** A judge's sheet of the city's panel; it is handed in once. */
export function Judge({ record, done }: FormProps<AnnualRecord>) {
  const { language } = useWords();
  const words = panelWords(language);
  const plan = usePlan();
  return (
    <Sheet
      kept={`panel/${record.id}`}
      title={words.sheet}
      hint={words.finalHint}
      lines={(plan?.evaluations.annual.panel?.criteria ?? []).filter((one) => one.kind === "score")}
      mine={record.panel.find((sheet) => sheet.mine)}
      submit={(draft, headers) =>
        api.panelScore({ path: { annual_id: record.id }, body: draft as never, headers })
      }
      recuse={(values, headers) =>
        api.panelRecuse({ path: { annual_id: record.id }, body: values as never, headers })
      }
      recuseHint={words.recuseHint}
      done={done}
    />
  );
}
