namespace Convergence.Optimization.Configuration.Parsing.Checks;

/// <summary>Whether calls have what prompt templates need.</summary>
internal static class TemplateChecks
{
    public static void Run(OptimizationConfig config, ConfigReading reading)
    {
        foreach (var template in config.SearchSpace.Templates.IsDefaultOrEmpty ? [] : config.SearchSpace.Templates)
        {
            foreach (var variable in template.Variables)
            {
                CheckVariable(config, template, variable, reading);
            }
        }
    }

    private static void CheckVariable(OptimizationConfig config, TemplateConfig template, string variable, ConfigReading reading)
    {
        var key = $"search_space.templates.{template.Name}.variables";
        if (!template.Text.Contains("{" + variable + "}", StringComparison.Ordinal))
        {
            reading.Warn(key, $"'{variable}' does nothing: {Path.GetFileName(template.Path)} does not have {{{variable}}}.");
            return;
        }

        var isEverywhere = config.Api.Request.Defaults.ContainsKey(variable)
            || config.SearchSpace.Parameters.Any(parameter => parameter.Name == variable && parameter.Condition is null);
        var without = config.Evaluation.TestCases.FirstOrDefault(testCase => !testCase.Input.ContainsKey(variable));
        if (!isEverywhere && without is not null)
        {
            reading.Errors.Add(
                key, $"test case {without.Id} has no field '{variable}' to fill in. Give it one in its input, or take it from variables.");
        }
    }
}
