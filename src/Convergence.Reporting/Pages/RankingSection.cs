using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Convergence.Reporting;

/// <summary>A <see cref="Ranking"/> as a section of a page, with its script.</summary>
internal static class RankingSection
{
    /// <summary>
    /// Ranks again when a slider moves. It loads and sends nothing. Free of the characters that would end the page's being XML.
    /// </summary>
    public const string Script = """

        document.querySelectorAll(".ranking").forEach(function (section) {
          var sliders = Array.from(section.querySelectorAll("input"));
          var body = section.querySelector("tbody");
          var rows = Array.from(body.rows).map(function (row) {
            return { row: row, values: row.dataset.values.split(" ").map(Number) };
          });
          function rank() {
            var weights = sliders.map(function (slider) { return Number(slider.value); });
            var total = weights.reduce(function (sum, weight) { return sum + weight; }, 0);
            sliders.forEach(function (slider, index) {
              slider.nextElementSibling.textContent = total > 0 ? (100 * weights[index] / total).toFixed(0) + " %" : "–";
            });
            rows.forEach(function (entry) {
              var sum = 0, used = 0;
              entry.values.forEach(function (value, index) {
                if (Number.isFinite(value)) { sum += weights[index] * value; used += weights[index]; }
              });
              entry.score = used > 0 ? sum / used : -1;
            });
            rows.slice().sort(function (one, other) { return other.score - one.score; }).forEach(function (entry, index) {
              entry.row.cells[0].textContent = String(index + 1);
              entry.row.cells[1].textContent = entry.score >= 0 ? entry.score.toFixed(4) : "–";
              body.appendChild(entry.row);
            });
          }
          sliders.forEach(function (slider) { slider.addEventListener("input", rank); });
          section.querySelector(".sliders").hidden = false;
        });

        """;

    /// <summary>What a page with the script says of what it may do: this script, nothing else, and no way out.</summary>
    public static string Policy { get; } =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; script-src 'sha256-"
        + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Script))) + "'";

    public static string Render(string heading, string explanation, Ranking ranking)
    {
        var html = new StringBuilder();
        html.Append($"<section class=\"ranking\">\n<h2>{Markup.Escape(heading)}</h2>\n<p>{Markup.Escape(explanation)}</p>\n");
        html.Append("<div class=\"sliders\" hidden=\"hidden\">\n");
        var total = ranking.Measures.Sum(measure => measure.Weight);
        foreach (var (name, weight) in ranking.Measures)
        {
            var share = total > 0 ? 100 * weight / total : 100.0 / ranking.Measures.Length;
            html.Append($"<label><span>{Markup.Escape(name)}</span> <input type=\"range\" min=\"0\" max=\"100\" step=\"1\" ")
                .Append(CultureInfo.InvariantCulture, $"value=\"{share:0}\"/> <output>{share:0} %</output></label>\n");
        }

        html.Append("</div>\n<div class=\"scroll\">\n<table>\n<thead><tr><th scope=\"col\" class=\"number\">rank</th>")
            .Append("<th scope=\"col\" class=\"number\">score</th>");
        html.AppendJoin(string.Empty, ranking.Measures.Select(measure => NumberHead(measure.Name)));
        html.AppendJoin(string.Empty, ranking.Columns.Select(column => $"<th scope=\"col\">{Markup.Escape(column)}</th>"));
        html.Append("</tr></thead>\n<tbody>\n");
        for (var index = 0; index < ranking.Rows.Length; index++)
        {
            AppendRow(html, ranking, index);
        }

        return html.Append("</tbody>\n</table>\n</div>\n</section>\n").ToString();
    }

    private static string NumberHead(string name) => $"<th scope=\"col\" class=\"number\">{Markup.Escape(name)}</th>";

    private static void AppendRow(StringBuilder html, Ranking ranking, int index)
    {
        var row = ranking.Rows[index];
        var values = row.Values.Select(value => double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : "NaN");
        html.Append($"<tr data-values=\"{string.Join(' ', values)}\">")
            .Append(CultureInfo.InvariantCulture, $"<td class=\"number\">{index + 1}</td>")
            .Append($"<td class=\"number\">{ReadableText.Fixed(Score(ranking, row), "0.0000")}</td>");
        html.AppendJoin(
            string.Empty, row.Values.Select(value => $"<td class=\"number\">{ReadableText.Fixed(value, "0.000")}</td>"));
        html.AppendJoin(string.Empty, row.Cells.Select(cell => $"<td>{Markup.Escape(cell)}</td>"));
        html.Append("</tr>\n");
    }

    private static double Score(Ranking ranking, RankingRow row)
    {
        var known = ranking.Measures.Zip(row.Values).Where(pair => double.IsFinite(pair.Second)).ToList();
        var total = known.Sum(pair => pair.First.Weight);
        return total > 0 ? known.Sum(pair => pair.First.Weight * pair.Second) / total : double.NaN;
    }
}
