import { useEffect, useState } from "react";
import { ApiProblem, api, asProblem, ok, type ReceiptItem, type RegistrationItem } from "../api";
import type { Facts, Receipt, Step } from "../shared/heads";
import { dateTime } from "../words/dates";
import { language, words } from "../words/light";
import { fill } from "../words/say";
import { Link } from "./link";

// Their words and the proof come when the page is opened: who meets students carries neither.
type Said = ReturnType<typeof import("../words/heads").headsOf>;
type Own = { registration: RegistrationItem; items: ReceiptItem[] };

const told = (wrong: unknown) => (asProblem(wrong).unanswered ? words.offline : asProblem(wrong).message);

/** What the family handed in or was told, checked on this phone: the student's own, a guardian's children's. */
export function Receipts() {
  const [said, setSaid] = useState<Said | null>(null);
  const [own, setOwn] = useState<Own[] | null>(null);
  const [fault, setFault] = useState("");
  useEffect(() => {
    import("../words/heads").then(
      ({ headsOf }) => setSaid(headsOf(language)),
      () => setFault(words.offline),
    );
    ask().then(setOwn, (wrong) => setFault(told(wrong)));
  }, []);
  return (
    <>
      <Link to="">← {words.back}</Link>
      <h1>{words.receipts}</h1>
      {fault && <p className="fault">{fault}</p>}
      {!(own && said) && !fault && <p className="quiet">{words.loading}</p>}
      {own && said && (
        <p className="quiet">{own.some((one) => one.items.length) ? said.receiptsHint : said.receiptsNone}</p>
      )}
      {said &&
        own?.map(({ registration, items }) => (
          <section key={registration.id}>
            {items.length > 0 && <h2>{registration.name}</h2>}
            {items.map((one) => (
              <One key={one.id} said={said} registration={registration.id} one={one} />
            ))}
          </section>
        ))}
      {said && (
        <p>
          <a href="/public/heads">{said.receiptCheckKept}</a>
        </p>
      )}
    </>
  );
}

async function ask(): Promise<Own[]> {
  const { items } = await ok(api.registrationsList({}));
  return Promise.all(
    items.map(async (registration) => {
      const path = { registration_id: registration.id };
      return { registration, items: (await ok(api.receiptsList({ path }))).items };
    }),
  );
}

type Found = { receipt: Receipt; steps: Record<Step, boolean>; facts: Facts | null };

function One({ said, registration, one }: { said: Said; registration: string; one: ReceiptItem }) {
  const [found, setFound] = useState<Found | null>(null);
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);
  const check = async () => {
    setBusy(true);
    setFound(null);
    setFault("");
    try {
      const path = { registration_id: registration, receipt_id: one.id };
      const receipt = (await ok(api.receiptsGet({ path }))) as Receipt;
      const { factsOf, held } = await import("../shared/heads");
      const { keys } = await ok(api.publicTrailKeys());
      const steps = await held(
        receipt,
        keys.map((key) => key.public),
      );
      setFound({ receipt, steps, facts: factsOf(receipt.value) });
    } catch (wrong) {
      setFault(wrong instanceof ApiProblem ? told(wrong) : said.noCrypto);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="card">
      <strong>{said.receiptKind[one.kind]}</strong>
      <small>{dateTime(one.made_at, language)}</small>
      {one.forgotten && <small>{said.receiptForgotten}</small>}
      {!one.forgotten && !one.sealed && <small>{said.receiptWaits}</small>}
      {fault && (
        <small className="fault" role="alert">
          {fault}
        </small>
      )}
      <div aria-live="polite">{found && <Answer said={said} found={found} />}</div>
      {!one.forgotten && one.sealed && (
        <div className="acts">
          <button type="button" disabled={busy} onClick={() => void check()}>
            {busy ? said.checking : said.receiptCheck}
          </button>
          {found && <Keep said={said} receipt={found.receipt} one={one} />}
        </div>
      )}
    </div>
  );
}

function Answer({ said, found: { steps, facts } }: { said: Said; found: Found }) {
  const whole = Object.values(steps).every(Boolean);
  return (
    <>
      <span className={whole ? "tag good" : "tag warn"}>{whole ? said.holds : said.broken}</span>
      <p>{whole ? said.holdsHint : said.brokenHint}</p>
      {facts && (
        <p>
          {said.fact.registration} {facts.registration}
          {facts.kind === "mark" && (
            <>
              <br />
              {said.fact.mark} {facts.absent ? said.absent : facts.mark}
            </>
          )}
          {facts.choices?.map((choice) => (
            <span key={choice.rank}>
              <br />
              {fill(said.choice, choice)}
            </span>
          ))}
        </p>
      )}
      {(Object.keys(said.steps) as Step[]).map((step) => (
        <small key={step}>
          {steps[step] ? "✓" : "✗"} {said.steps[step]}
          <br />
        </small>
      ))}
    </>
  );
}

function Keep({ said, receipt, one }: { said: Said; receipt: Receipt; one: ReceiptItem }) {
  const [address, setAddress] = useState("");
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([JSON.stringify(receipt)], { type: "application/json" }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [receipt]);
  return (
    <a className="button" href={address} download={`receipt-${one.kind}-${one.made_at.slice(0, 10)}.json`}>
      {said.receiptGet}
    </a>
  );
}
