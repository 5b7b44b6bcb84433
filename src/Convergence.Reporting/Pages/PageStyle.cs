namespace Convergence.Reporting;

/// <summary>The page's own styles. No <c>&amp;</c> and no child selectors, so that the page stays well-formed XML as it is.</summary>
public static class PageStyle
{
    public const string Css = """
        :root { --paper: #f4f6f8; --card: #ffffff; --ink: #1f262d; --faint: #59636e; --line: #dfe3e8;
            --accent: #0072b2; --on: #ffffff; --good: #00795a; --doubt: #e69f00; --bad: #b83a00; }
        @media screen and (prefers-color-scheme: dark) {
        :root { --paper: #0d1014; --card: #15191e; --ink: #dfe4ea; --faint: #a3adb8; --line: #2c333b;
            --accent: #7cc8f2; --on: #0d1014; --good: #22bd91; --doubt: #f0b232; --bad: #ee7b33; }
        }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink);
            font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
        main { max-width: 1400px; margin: 0 auto; padding: 32px 20px 64px; }
        h1 { font-size: 30px; line-height: 1.2; margin: 0 0 14px; overflow-wrap: anywhere; }
        h2 { font-size: 19px; margin: 0 0 12px; }
        .kind { color: var(--faint); margin: 0 0 4px; font-size: 14px; }
        .finding { margin: 0 0 8px; max-width: 78ch; font-size: 17px; overflow-wrap: anywhere; }
        .facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(190px, 1fr)); gap: 10px; margin: 22px 0 26px; }
        .facts div { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; }
        .facts dt { color: var(--faint); font-size: 13px; }
        .facts dd { margin: 2px 0 0; font-weight: 600; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
        .plots { display: grid; grid-template-columns: 1fr 1fr; column-gap: 18px; }
        figure, section, details { background: var(--card); border: 1px solid var(--line);
            border-radius: 10px; padding: 16px; margin: 0 0 18px; }
        figure { break-inside: avoid; }
        figure svg { display: block; width: 100%; }
        figcaption { color: var(--faint); font-size: 13.5px; margin-top: 6px; }
        .remarks { list-style: none; padding: 0; }
        .remarks li { display: flex; gap: 14px; padding: 9px 0; border-top: 1px solid var(--line); }
        .remarks li:first-child { border-top: 0; }
        .remarks li div { min-width: 0; max-width: 100ch; }
        .badge { flex: 0 0 92px; align-self: flex-start; text-align: center; font-size: 12.5px;
            font-weight: 600; border-radius: 999px; padding: 2px 0; }
        .grade0 { background: var(--good); color: var(--on); }
        .grade1 { background: var(--faint); color: var(--on); }
        .grade2 { background: var(--doubt); color: #14181d; }
        .grade3 { background: var(--bad); color: var(--on); }
        .advice { margin: 2px 0 0; color: var(--faint); }
        .advice::before { content: "→ "; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-size: 14.5px; font-variant-numeric: tabular-nums; }
        th, td { text-align: left; padding: 7px 12px; border-bottom: 1px solid var(--line); white-space: nowrap; }
        th { color: var(--faint); font-weight: 600; }
        .number { text-align: right; }
        .sliders { display: grid; grid-template-columns: repeat(auto-fill, minmax(260px, 1fr)); gap: 8px 24px; margin: 0 0 14px; }
        .sliders[hidden] { display: none; }
        .ranking .scroll { max-height: 560px; overflow-y: auto; }
        .sliders label { display: grid; grid-template-columns: minmax(90px, auto) 1fr 48px; gap: 10px; align-items: center;
            font-size: 14.5px; }
        .sliders input { accent-color: var(--accent); width: 100%; }
        .sliders output { text-align: right; font-variant-numeric: tabular-nums; color: var(--faint); }
        ul { margin: 0; padding-left: 20px; }
        li { overflow-wrap: anywhere; }
        summary { font-size: 19px; font-weight: 600; cursor: pointer; }
        pre { margin: 12px 0 0; overflow-x: auto; font: 13.5px/1.45 ui-monospace, "DejaVu Sans Mono", Consolas, monospace; }
        @media (max-width: 1200px) { th, td { padding: 7px 6px; } }
        @media (max-width: 900px) { .plots { grid-template-columns: 1fr; } }
        @media print { body { background: #ffffff; } .plots { grid-template-columns: 1fr; } }

        """;
}
