import { createRoot } from "react-dom/client";
import { onSignedOut, speak, start } from "../api";
import { speakIn } from "../words/light";
import { keptLanguage } from "../words/say";
import { keptAccount, onAccountChanged } from "./account";
import { App } from "./app";
import { followTabs, takeBook } from "./notebook";
import { atOnce, listen, sessionEnded } from "./sync";
import "./light.css";

async function open(): Promise<void> {
  const language = keptLanguage();
  const account = keptAccount();
  speak(language);
  document.documentElement.lang = language;
  // What this phone keeps is on the page before anybody is asked.
  const ready = Promise.all([speakIn(language), account ? takeBook(account) : null]);
  const asked = start();
  await ready;
  const root = document.getElementById("root");
  if (root) createRoot(root).render(<App />);
  onSignedOut(sessionEnded);
  onAccountChanged(() => location.reload());
  followTabs();
  listen();
  await asked;
  await atOnce();
  if (import.meta.env.PROD) void navigator.serviceWorker?.register("/m/sw.js", { scope: "/m/" });
}

void open();
