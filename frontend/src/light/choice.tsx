import type { ReactNode } from "react";
import type { Asked, Mine } from "../api";
import { dateTime } from "../words/dates";
import { language, words } from "../words/light";
import { fill } from "../words/say";
import { type Choice, chosen, type Entry, type Texts } from "./entry";
import { Link } from "./link";
import { drop, put } from "./notebook";
import { go, logPath } from "./route";
import { soon } from "./sync";

/** Two devices went on with the same draft: both are shown, and the person chooses. */
export function ChooseCopy({ entry, asked }: { entry: Entry; asked: Asked }) {
  const { theirs } = entry;
  if (!theirs) return null;
  const take = (choice: Choice) => {
    put(chosen(entry, choice, Date.now()));
    soon();
  };
  const differ = asked.fields.filter((name) => entry.texts[name].trim() !== theirs[name]);
  const savedAt = theirs.saved_at
    ? fill(words.choice.savedAt, { at: dateTime(theirs.saved_at, language) })
    : "";
  return (
    <>
      <Link to="">← {words.back}</Link>
      <h1>{entry.about.session_title}</h1>
      <div className="said" role="alert">
        <strong>{words.choice.title}</strong>
        <br />
        {words.choice.hint}
      </div>
      <Copy title={words.choice.mine} note="" texts={entry.texts} shown={differ} photos={entry.photos.length}>
        <button type="button" onClick={() => take("mine")}>
          {words.choice.takeMine}
        </button>
      </Copy>
      <Copy
        title={words.choice.theirs}
        note={savedAt}
        texts={theirs}
        shown={differ}
        photos={theirs.photos.length}
      >
        <button type="button" onClick={() => take("theirs")}>
          {words.choice.takeTheirs}
        </button>
      </Copy>
      <button type="button" className="main" onClick={() => take("both")}>
        {words.choice.takeBoth}
      </button>
    </>
  );
}

function Copy({
  title,
  note,
  texts,
  shown,
  photos,
  children,
}: {
  title: string;
  note: string;
  texts: Texts;
  shown: Asked["fields"];
  photos: number;
  children: ReactNode;
}) {
  return (
    <section className="card">
      <h2>
        {title} <small>{note}</small>
      </h2>
      {shown.map((name) => (
        <div key={name}>
          <small>{words.fields[name]}</small>
          <p className="text">{texts[name] || words.choice.empty}</p>
        </div>
      ))}
      {photos > 0 && <p>{fill(words.choice.photos, { count: photos })}</p>}
      {children}
    </section>
  );
}

/** The log went to the mentor from another device; what stands here is shown, and goes when the person says so. */
export function Elsewhere({ entry, mine }: { entry: Entry; mine: Mine }) {
  const log = mine.logs.find((one) => one.session_id === entry.session);
  const shown = mine.asked.fields.filter((name) => entry.texts[name].trim());
  return (
    <>
      <Link to="">← {words.back}</Link>
      <h1>{entry.about.session_title}</h1>
      <div className="said" role="alert">
        <strong>{words.elsewhere.title}</strong>
        <br />
        {entry.elsewhere && fill(words.elsewhere.receipt, { receipt: entry.elsewhere })}
      </div>
      {log && <Link to={logPath(log.id)}>{words.elsewhere.see}</Link>}
      <p>{words.elsewhere.hint}</p>
      <Copy title={words.choice.mine} note="" texts={entry.texts} shown={shown} photos={entry.photos.length}>
        <button
          type="button"
          onClick={() => {
            go("logs", true);
            drop(entry.session);
          }}
        >
          {words.elsewhere.discard}
        </button>
      </Copy>
    </>
  );
}
