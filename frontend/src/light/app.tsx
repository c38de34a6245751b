import { useState } from "react";
import { draftsOf, eraseDrafts } from "../shared/drafts";
import { eraseStore, isUnsent } from "../shared/phone-store";
import { language, words } from "../words/light";
import { fill, keepLanguage } from "../words/say";
import { signOut } from "./account";
import { Home } from "./home";
import { Later } from "./later";
import { Link } from "./link";
import { Log } from "./log";
import { Logs } from "./logs";
import { Meetings } from "./meetings";
import { closeBook, type Notebook, useNotebook } from "./notebook";
import { Review } from "./review";
import { go, usePlace } from "./route";
import { SignIn } from "./sign-in";
import { atOnce, useSync } from "./sync";
import { isTyping, Write } from "./write";

export function App() {
  const book = useNotebook();
  const sync = useSync();
  const [page, id] = usePlace();
  // Who is in the middle of a sentence is not interrupted; everything else is shown again after the password.
  const shut = !book || (sync.out && !(page === "log" && isTyping()));
  return (
    <>
      <header>
        <strong>{words.app}</strong>
        {book && <span>{book.account.name}</span>}
      </header>
      {book && !shut && <Net book={book} />}
      <main>{shut ? <Enter /> : <Page book={book} page={page} id={id} />}</main>
      {book && !shut && page !== "log" && <Tabs book={book} page={page} />}
    </>
  );
}

function Enter() {
  return (
    <>
      <SignIn />
      <footer>
        <Ways />
      </footer>
    </>
  );
}

function Page({ book, page, id }: { book: Notebook; page: string; id: string }) {
  const { writes, reviews, meets, receipts } = book.account;
  if (writes && page === "log") return <Write key={id} book={book} session={id} />;
  if (writes && page === "logs") return <Logs book={book} />;
  if (writes && page === "sent") return <Log key={id} id={id} />;
  if (page === "in") return <Later>{(pages) => <pages.CheckIn key={id} book={book} code={id} />}</Later>;
  if (page === "feedback") return <Later>{(pages) => <pages.Feedback book={book} />}</Later>;
  if (meets && page === "record")
    return <Later>{(pages) => <pages.Record key={id} book={book} id={id} />}</Later>;
  if (meets && page === "door") return <Later>{(pages) => <pages.Door key={id} id={id} />}</Later>;
  if (meets && page === "plan") return <Later>{(pages) => <pages.Plan book={book} />}</Later>;
  if (receipts && page === "receipts") return <Later>{(pages) => <pages.Receipts />}</Later>;
  return (
    <>
      {writes && <Home book={book} />}
      {!writes && <Meetings book={book}>{reviews && <Review />}</Meetings>}
      <Foot book={book} />
    </>
  );
}

/** Said once, on top, where it matters: nothing is lost, and when it goes out. */
function Net({ book }: { book: Notebook }) {
  const { net, out, said } = useSync();
  const text =
    (out && words.net.out) ||
    (net === "away" && words.net.away) ||
    (said && fill(words.net.stuck, { said })) ||
    (book.unkept && words.unkept);
  if (!text) return null;
  return (
    <div className="net" role="status">
      {text}
      {out && (
        <button type="button" onClick={() => go("logs")}>
          {words.signIn}
        </button>
      )}
    </div>
  );
}

function Tabs({ book, page }: { book: Notebook; page: string }) {
  if (!book.account.writes) return null;
  const waiting = [...book.entries.values()].filter((entry) => entry.state === "waiting").length;
  return (
    <nav>
      <Link to="" current={page === ""}>
        {words.tabs.home}
      </Link>
      <Link to="logs" current={page === "logs"}>
        {words.tabs.outbox}
        {waiting > 0 && <span className="count">{waiting}</span>}
      </Link>
    </nav>
  );
}

function Ways() {
  return (
    <>
      <a href="/">{words.desk}</a>
      <button
        type="button"
        onClick={() => {
          keepLanguage(language === "en" ? "zh-CN" : "en");
          location.reload();
        }}
      >
        {words.language}
      </button>
    </>
  );
}

function Foot({ book }: { book: Notebook }) {
  const [asks, setAsks] = useState(false);
  const logs = [...book.entries.values()].filter(isUnsent).length;
  // Records of meetings are sent by their own page alone.
  const left = logs + draftsOf(book.account.id).length;
  const leave = async () => {
    const told = signOut();
    closeBook();
    eraseDrafts(book.account.id);
    await eraseStore(book.account.id);
    await told;
    go("", true);
    void atOnce();
  };
  return (
    <footer>
      {asks && (
        <div className="said" role="alert">
          <p>{fill(words.leaving, { count: left })}</p>
          <button type="button" onClick={() => void atOnce().then(() => setAsks(false))}>
            {logs > 0 ? words.sendFirst : words.back}
          </button>
          <button type="button" onClick={() => void leave()}>
            {words.leaveStill}
          </button>
        </div>
      )}
      <Ways />
      <button type="button" onClick={() => (left > 0 ? setAsks(true) : void leave())}>
        {words.signOut}
      </button>
    </footer>
  );
}
