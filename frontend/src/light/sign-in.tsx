import { useState } from "react";
import { asProblem } from "../api";
import { words } from "../words/light";
import { signIn } from "./account";
import { takeBook, useNotebook } from "./notebook";
import { sessionBegun } from "./sync";

/** Sign in, or in again after the session ran out: then only the password is missing. */
export function SignIn() {
  const known = useNotebook()?.account;
  const [login, setLogin] = useState(known?.login ?? "");
  const [password, setPassword] = useState("");
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);
  const enter = async () => {
    setBusy(true);
    setFault("");
    try {
      await takeBook(await signIn(login, password));
      void sessionBegun();
    } catch (wrong) {
      const problem = asProblem(wrong);
      setFault(problem.status === 0 ? words.offline : problem.message);
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
      <button type="submit" className="main" disabled={busy || !login || !password}>
        {words.signIn}
      </button>
    </form>
  );
}
