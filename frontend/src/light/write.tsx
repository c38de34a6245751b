import { useEffect, useState } from "react";
import { dateTime } from "../words/dates";
import { language, words } from "../words/light";
import { fill } from "../words/say";
import { ChooseCopy, Elsewhere } from "./choice";
import { type Entry, type Field, isEmpty, isPending, lacking, queued, withPhotos, written } from "./entry";
import { Link } from "./link";
import { entryOf, type Notebook, put } from "./notebook";
import { Photos } from "./photos";
import { go } from "./route";
import { atOnce, soon } from "./sync";

let typing = false;
/** True once somebody has begun to write on this page: a session that runs out must not take the page away. */
export const isTyping = (): boolean => typing;

/** One log. Every letter is kept on this phone as it is typed; the button puts it into the outbox. */
export function Write({ book, session }: { book: Notebook; session: string }) {
  const entry = entryOf(book, session);
  const [faults, setFaults] = useState<Field[]>([]);
  useEffect(
    () => () => {
      typing = false;
    },
    [],
  );
  if (!entry || !book.mine) return <p className="quiet">{words.write.gone}</p>;
  if (entry.theirs) return <ChooseCopy entry={entry} asked={book.mine.asked} />;
  if (entry.elsewhere !== null) return <Elsewhere entry={entry} mine={book.mine} />;
  if (entry.state !== "draft") return <Away entry={entry} />;
  const { asked } = book.mine;
  const log = book.mine.logs.find((one) => one.session_id === session);
  const change = (next: Entry) => {
    typing = true;
    put(next);
    soon();
  };
  const submit = () => {
    const missing = lacking(entry, asked);
    setFaults(missing);
    if (missing.length > 0) {
      document.getElementById(missing[0])?.focus();
      return;
    }
    typing = false;
    put(queued(entry, crypto.randomUUID(), Date.now()));
    go("logs");
    void atOnce();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Link to="">← {words.back}</Link>
      <h1>{entry.about.session_title}</h1>
      <p className="quiet">{dateTime(entry.about.held_at, language)}</p>
      {log?.state === "returned" && (
        <p className="said">{fill(words.write.review, { review: log.review })}</p>
      )}
      {asked.fields.map((name) => (
        <Text
          key={name}
          name={name}
          value={entry.texts[name]}
          hint={
            asked.required.includes(name)
              ? words.write.needed
              : asked.one_of.includes(name)
                ? words.write.oneOf
                : ""
          }
          faults={[...(entry.faults[name] ?? []), ...(faults.includes(name) ? [hintOf(name)] : [])]}
          change={(value) => {
            setFaults((before) => before.filter((one) => one !== name));
            change(written(entry, name, value, Date.now()));
          }}
        />
      ))}
      <Photos
        entry={entry}
        most={asked.photos}
        log={log?.id ?? null}
        change={(photos) => change(withPhotos(entry, photos, Date.now()))}
      />
      {entry.said && (
        <p className="fault" role="alert">
          {entry.said}
        </p>
      )}
      {faults.length > 0 && (
        <p className="fault" role="alert">
          {fill(words.write.lacking, {
            names: faults.map((name) => words.fields[name]).join(words.comma),
          })}
        </p>
      )}
      <p className="quiet" role="status">
        {entry.dirty && (isPending(entry) ? words.write.notSynced : words.write.save)}
        {!entry.dirty && !isEmpty(entry) && words.write.synced}
      </p>
      <button type="submit" className="main">
        {words.write.submit}
      </button>
    </form>
  );

  function hintOf(name: Field): string {
    return asked.required.includes(name) ? words.write.needed : words.write.oneOf;
  }
}

function Text({
  name,
  value,
  hint,
  faults,
  change,
}: {
  name: Field;
  value: string;
  hint: string;
  faults: string[];
  change: (value: string) => void;
}) {
  return (
    <div>
      <label htmlFor={name}>
        {words.fields[name]} {hint && <small>{hint}</small>}
      </label>
      <textarea
        id={name}
        rows={2}
        maxLength={4000}
        aria-invalid={faults.length > 0}
        aria-describedby={faults.length > 0 ? `${name}-fault` : undefined}
        value={value}
        onInput={(event) => change(event.currentTarget.value)}
      />
      {faults.length > 0 && (
        <div className="fault" id={`${name}-fault`}>
          {faults[0]}
        </div>
      )}
    </div>
  );
}

/** What was handed in here is on its way, or there. */
function Away({ entry }: { entry: Entry }) {
  return (
    <>
      <h1>{entry.about.session_title}</h1>
      <p className="said">
        {entry.receipt
          ? fill(words.outbox.receipt, { receipt: entry.receipt.receipt_number })
          : words.states.waiting}
      </p>
      <Link to="logs">{words.tabs.outbox}</Link>
    </>
  );
}
