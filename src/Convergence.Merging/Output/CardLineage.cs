namespace Convergence.Merging;

/// <summary>
/// The models that a merge was made from, with what they state about their licence. Where several steps lead to the result,
/// those of all steps: a step's own result is gone afterwards, and its parents' licences hold for what it became.
/// </summary>
internal static class CardLineage
{
    /// <summary>The models and adapters in the order of the steps, each once, with its role.</summary>
    public static IReadOnlyList<(string Model, string Role, string? Licence)> Of(MergePlan plan)
    {
        var steps = Steps(plan);
        var results = steps.Select(step => step.Name).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return
        [
            .. steps
                .SelectMany(
                    step => step.Recipe.ReferencedModels().Where(name => !results.Contains(name)).Select(name => (Name: name, Step: step)))
                .GroupBy(use => use.Name, StringComparer.Ordinal)
                .SelectMany(uses => Parents(plan, uses.Key, RoleIn([.. uses.Select(use => use.Step)], steps[^1], uses.Key))),
        ];
    }

    /// <summary>The merges that lead to the result; the only one where there are no others.</summary>
    public static IReadOnlyList<NamedRecipe> Steps(MergePlan plan) =>
        plan.Sequence is { } sequence ? sequence.Steps : [new NamedRecipe(null, plan.Recipe)];

    private static string RoleIn(IReadOnlyList<NamedRecipe> steps, NamedRecipe result, string name)
    {
        var role = steps.Any(step => step.Recipe.BaseModel == name) ? "base" : "parent";
        return steps.Contains(result) ? role : $"{role}, through {string.Join(", ", steps.Select(step => step.Name))}";
    }

    private static IEnumerable<(string Model, string Role, string? Licence)> Parents(MergePlan plan, string name, string role)
    {
        var model = plan.Parents.Get(name);
        yield return (name, role, CardLicence.Of(model.Directory?.Path));
        if (model.Adapter is { } adapter)
        {
            yield return (Path.GetFileName(adapter.Path), $"adapter of {name}", CardLicence.Of(adapter.Path));
        }
    }
}
