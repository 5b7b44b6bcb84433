using System.Text;
using System.Text.Json.Nodes;

namespace Convergence.Merging;

/// <summary>
/// The model card of a merge: what it was made from, how, and what its parents' licences say. Its front matter is the Hugging Face hub's.
/// </summary>
internal static class ModelCard
{
    public static string Build(string name, MergePlan plan, string? notes)
    {
        var parents = CardLineage.Of(plan);
        var licence = LicenceRollUp.Of([.. parents.Select(parent => parent.Licence)]);
        var card = new StringBuilder("---\n");
        AppendFrontMatter(card, plan, licence);
        card.Append("---\n\n# ").Append(name).Append("\n\n");
        card.Append("A merge by the method `").Append(plan.Recipe.Method.Name()).Append("`, made with Convergence.EvoMerge.\n\n");
        card.Append("## Lineage\n\n| model | role | licence |\n|---|---|---|\n");
        foreach (var (model, role, stated) in parents)
        {
            card.Append("| ").Append(Cell(model)).Append(" | ").Append(role).Append(" | ").Append(Cell(stated ?? "not stated"))
                .Append(" |\n");
        }

        card.Append("\n## Licence\n\n").Append(licence.Explanation).Append('\n');
        var known = plan.EarlierNotes.AddRange(plan.Warnings);
        if (known.Length > 0)
        {
            card.Append("\n## To know\n\n").AppendJoin("", known.Select(note => $"- {note}\n"));
        }

        if (!string.IsNullOrWhiteSpace(notes))
        {
            card.Append('\n').Append(notes.TrimEnd()).Append('\n');
        }

        card.Append("\n## Recipe\n\nThe model is a function of its parents' files and this recipe; `").Append(RecipeLock.FileName)
            .Append("` holds their hashes, and `convergence reproduce` proves it.\n\n```yaml\n")
            .Append(plan.RecipeYaml).Append("```\n");
        return new CardNames(PathsOf(plan)).In(card.ToString());
    }

    private static IEnumerable<string> PathsOf(MergePlan plan)
    {
        foreach (var name in CardLineage.Steps(plan).SelectMany(step => step.Recipe.ReferencedModels()))
        {
            var model = plan.Parents.Get(name);
            string?[] paths = [name, model.Directory?.Path, model.Adapter?.Path];
            foreach (var path in paths.OfType<string>())
            {
                yield return path;
            }

            // A model with an adapter is named by both paths.
            foreach (var part in name.Split('+'))
            {
                yield return part;
            }
        }
    }

    // The hub takes base_model for one of its own names, so a directory's does not belong there.
    private static void AppendFrontMatter(StringBuilder card, MergePlan plan, LicenceRollUp licence)
    {
        card.Append("license: ").Append(licence.Identifier).Append('\n');
        if (licence.Name is { } name)
        {
            card.Append("license_name: ").Append(JsonValue.Create(name).ToJsonString()).Append("\nlicense_link: README.md\n");
        }

        card.Append("library_name: transformers\n");
        if (plan.Config["architectures"] is JsonArray names
            && names.Any(architecture => architecture?.ToString().EndsWith("ForCausalLM", StringComparison.Ordinal) == true))
        {
            card.Append("pipeline_tag: text-generation\n");
        }

        card.Append("tags:\n- merge\n- evomerge\n");
        if (OutputCode.Files(plan.Parents.Get(plan.Donor), plan.Tokenizer.Source).Count > 0)
        {
            card.Append("- custom_code\n");
        }
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
