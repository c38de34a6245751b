import { type ThemeConfig, theme } from "antd";

/** One accent, and every word legible: what the library sets in light grey is read here at 4.5 : 1 or more. */
export function themeOf(isDark: boolean): ThemeConfig {
  const quiet = isDark ? "rgba(255, 255, 255, 0.66)" : "rgba(0, 0, 0, 0.62)";
  return {
    algorithm: isDark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: "#1a7f4b",
      colorInfo: "#1a7f4b",
      colorLink: isDark ? "#5cc98f" : "#17663e",
      colorTextTertiary: quiet,
      colorTextDescription: quiet,
      colorTextPlaceholder: quiet,
      ...(isDark ? {} : { colorError: "#cf1322", green: "#2f7a0f", orange: "#b45309", gold: "#8a5a00" }),
      borderRadius: 6,
      fontSize: 15,
    },
    components: { List: { colorTextDisabled: quiet }, Empty: { colorTextDisabled: quiet } },
  };
}
