import { Alert, Button, Empty, Flex, Result, Skeleton } from "antd";
import { asProblem, type Fault, fieldOf } from "../api";
import { type FieldCode, fill, type Words } from "../words";
import { useWords } from "./context";

export function Loading() {
  return <Skeleton active paragraph={{ rows: 6 }} title={false} />;
}

export function Nothing({ hint }: { hint?: string }) {
  const { ui } = useWords();
  return (
    <Empty
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      description={
        <>
          <div>{ui.empty}</div>
          <small className="quiet">{hint ?? ui.emptyHint}</small>
        </>
      }
    />
  );
}

/** What went wrong, what to do, and the request's id. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const { ui } = useWords();
  const problem = asProblem(error);
  if (problem.status === 403 || problem.status === 404) {
    return (
      <Result
        status={problem.status}
        title={problem.status === 403 ? ui.refused : ui.notFound}
        subTitle={problem.detail || (problem.status === 404 && ui.notFoundHint)}
      />
    );
  }
  return (
    <Result
      status="warning"
      title={problem.status === 0 ? ui.offline : problem.message || ui.failed}
      subTitle={
        <Flex vertical gap={4}>
          <span>{problem.detail}</span>
          {problem.requestId && <code>{`${ui.requestId} ${problem.requestId}`}</code>}
        </Flex>
      }
      extra={retry && <Button onClick={retry}>{ui.retry}</Button>}
    />
  );
}

/** A fault outside its field: it says which one it is about. */
export function named(words: Words, fault: Fault): string {
  const label = words.fields[fieldOf(fault) as FieldCode];
  return label ? fill(words.ui.faultOf, { field: label, fault: fault.message }) : fault.message;
}

/** A refusal above a form: the title, and the faults that no field of the form takes (all of them without a form). */
export function Refusal({ error, rest }: { error: unknown; rest?: string[] }) {
  const words = useWords();
  const { ui } = words;
  if (!error) return null;
  const problem = asProblem(error);
  const said = rest ?? problem.errors.map((fault) => named(words, fault));
  // It sends one to the fields, which is no help for what no field takes.
  const detail = problem.code === "validation_failed" && said.length > 0 ? "" : problem.detail;
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      style={{ marginBottom: 16 }}
      title={problem.status === 0 ? ui.offline : problem.message}
      description={
        <>
          {detail !== problem.message && <div>{detail}</div>}
          {problem.status >= 500 && problem.requestId && (
            <code>{`${ui.requestId} ${problem.requestId}`}</code>
          )}
          {said.map((line) => (
            <div key={line}>{line}</div>
          ))}
        </>
      }
    />
  );
}
