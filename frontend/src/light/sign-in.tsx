import { useState } from "react";
import { asProblem } from "../api";
import { words } from "../words/light";
import { proveStep, signIn } from "./account";
import { takeBook, useNotebook } from "./notebook";
import { sessionBegun } from "./sync";

/** Sign in, or in again after the session ran out: then only the password is missing. */
export function SignIn() {
  const known = useNotebook()?.account;
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
      {known && <p className="said">{words.signInAgain}</p>}
      {fault && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
      {token ? (
        <>
          <p className="said">{words.stepAsk}</p>
          <label htmlFor="code">{words.stepCode}</label>
          <input
            id="code"
            autoComplete="one-time-code"
            autoCapitalize="none"
            value={code}
            onInput={(event) => setCode(event.currentTarget.value)}
          />
        </>
      ) : (
        <>
          <label htmlFor="login">{words.login}</label>
          <input
            id="login"
            autoComplete="username"
            autoCapitalize="none"
            value={login}
            onInput={(event) => setLogin(event.currentTarget.value)}
          />
          <label htmlFor="password">{words.password}</label>
          <input
            id="password"
            type="password"
            autoComplete="current-password"
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </>
      )}
      <button type="submit" className="main" disabled={busy || (token ? !code : !login || !password)}>
        {words.signIn}
      </button>
    </form>
  );
}
