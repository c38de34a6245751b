import { createRoot } from "react-dom/client";
import { speak, start } from "../api";
import { keptLanguage } from "../words";
import { Pages } from "./pages";
import "./light.css";

speak(keptLanguage());
document.documentElement.lang = keptLanguage();
void start().then(() => {
  const root = document.getElementById("root");
  if (root) createRoot(root).render(<Pages />);
});
