namespace Convergence.Merging.Diagnosis;

/// <summary>Asks the planner itself whether it would merge these models, so that nothing it refuses goes unsaid.</summary>
internal static class PlannerChecks
{
    /// <summary>A finding when the planner refuses a plain average, and no other finding has said why.</summary>
    public static Finding? Of(Examination examination, IEnumerable<Finding> others)
    {
        if (examination.Models.Length < 2 || others.Any(finding => finding.Level == FindingLevel.Blocks))
        {
            return null;
        }

        var recipe = new MergeRecipe
        {
            Method = MergeMethod.Linear,
            BaseModel = examination.HasBase ? examination.Reference.Name : null,
            Models = [.. examination.Models.Select(model => new RecipeInput(model.Name, RecipeParameters.Of(("weight", 1.0))))],
        };
        try
        {
            MergePlanner.Plan(recipe, examination.Parents);
            return null;
        }
        catch (ConvergenceException exception)
        {
            return new Finding(FindingTopic.Planner, FindingLevel.Blocks, exception.Message);
        }
    }
}
