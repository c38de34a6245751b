import { useState } from "react";
import { asProblem, whyEnded } from "../api";
import { words } from "../words/light";
import { proveStep, signIn } from "./account";
import { takeBook, useNotebook } from "./notebook";
import { sessionBegun } from "./sync";

/** Sign in, or in again after the session ran out: then only the password is missing. */
export function SignIn() {
  const known = useNotebook()?.account;
  const ended = whyEnded()?.detail;
  const [login, setLogin] = useState(known?.login ?? "");
  const [password, setPassword] = useState("");
  const [fault, setFault] = useState("");
  const [token, setToken] = useState("");
  const [code, setCode] = useState("");
  const [busy, setBusy] = useState(false);
  const enter = async () => {
    setBusy(true);
    setFault("");
    try {
      const found = token ? await proveStep(token, code) : await signIn(login, password);
      if ("step" in found) {
        // An authenticator is set up where there is room for its code.
        if (found.step === "verify") setToken(found.token);
        else setFault(words.stepSetUp);
        setBusy(false);
        return;
      }
      await takeBook(found);
      void sessionBegun();
    } catch (wrong) {
      const problem = asProblem(wrong);
      // The question was answered too late: it begins with the password again.
      if (problem.status === 401) setToken("");
      setFault(problem.status === 0 ? words.offline : (problem.errors[0]?.message ?? problem.message));
      setCode("");
      setBusy(false);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void enter();
      }}
    >
      <h1>{words.signIn}</h1>
      {ended && <p className="said">{ended}</p>}
      {known && <p className="said">{words.signInAgain}</p>}
      {fault && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
      {token ? (
        <>
          <p className="said">{words.stepAsk}</p>
          <Field id="code" label={words.stepCode} filled="one-time-code" value={code} set={setCode} />
        </>
      ) : (
        <>
          <Field id="login" label={words.login} filled="username" value={login} set={setLogin} />
          <Field
            id="password"
            type="password"
            label={words.password}
            filled="current-password"
            value={password}
            set={setPassword}
          />
        </>
      )}
      <button type="submit" className="main" disabled={busy || (token ? !code : !login || !password)}>
        {words.signIn}
      </button>
      <p className="quiet">{words.lost}</p>
    </form>
  );
}

interface Typed {
  id: string;
  label: string;
  type?: "password";
  /** By what the phone may fill it in. */
  filled: string;
  value: string;
  set: (value: string) => void;
}

function Field({ id, label, type, filled, value, set }: Typed) {
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type={type}
        autoComplete={filled}
        autoCapitalize="none"
        value={value}
        onInput={(event) => set(event.currentTarget.value)}
      />
    </>
  );
}
