using System.Text;

namespace Convergence.Merging;

/// <summary>The model card of a merge: what it was made from, how, and what its parents' licences say.</summary>
internal static class ModelCard
{
    public static string Build(string name, MergePlan plan, string? notes)
    {
        var licences = plan.Models.Select(model => (Model: model, Licence: CardLicence.Of(plan.Parents.Get(model)))).ToList();
        var known = licences.Select(pair => pair.Licence).Distinct(StringComparer.Ordinal).ToList();
        var card = new StringBuilder("---\n");
        if (known is [{ } shared])
        {
            card.Append("license: ").Append(shared).Append('\n');
        }

        card.Append("tags:\n- merge\n- evomerge\n---\n\n# ").Append(name).Append("\n\n");
        card.Append("A merge by the method `").Append(plan.Recipe.Method.Name()).Append("`, made with Convergence.EvoMerge.\n\n");
        card.Append("## Lineage\n\n| model | role | licence |\n|---|---|---|\n");
        foreach (var (model, licence) in licences)
        {
            card.Append("| ").Append(Cell(model)).Append(" | ").Append(model == plan.Recipe.BaseModel ? "base" : "parent")
                .Append(" | ").Append(Cell(licence ?? "not stated")).Append(" |\n");
        }

        if (known.Count > 1)
        {
            card.Append("\nThe licences of the parents differ or are not all stated: check that they allow this use together.\n");
        }

        if (plan.Warnings.Length > 0)
        {
            card.Append("\n## To know\n\n").AppendJoin("", plan.Warnings.Select(warning => $"- {warning}\n"));
        }

        if (!string.IsNullOrWhiteSpace(notes))
        {
            card.Append('\n').Append(notes.TrimEnd()).Append('\n');
        }

        return card.Append("\n## Recipe\n\nThe model is a function of its parents' files and this recipe:\n\n```yaml\n")
            .Append(plan.RecipeYaml).Append("```\n").ToString();
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
