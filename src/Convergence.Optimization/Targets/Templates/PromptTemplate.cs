using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Convergence.Optimization.Configuration;

namespace Convergence.Optimization.Targets.Templates;

/// <summary>A text in which <c>{name}</c> stands for a field of the call.</summary>
/// <param name="config">The text, and what is to be filled in.</param>
internal sealed partial class PromptTemplate(TemplateConfig config)
{
    /// <summary>Its name.</summary>
    public string Name => config.Name;

    /// <summary>
    /// The text with its variables filled in: those that the configuration names, or, where it names none, every <c>{name}</c> of which the
    /// call has a field. Other braces stay.
    /// </summary>
    /// <exception cref="TargetException">The call has no field that the configuration names.</exception>
    public string Fill(Func<string, JsonNode?> field, string caller) => Variable().Replace(config.Text, match =>
    {
        var name = match.Groups[1].Value;
        if (!config.Variables.IsEmpty && !config.Variables.Contains(name))
        {
            return match.Value;
        }

        return field(name) switch
        {
            null when config.Variables.IsEmpty => match.Value,
            null => throw new TargetException(
                $"search_space.templates.{Name}: {caller} has no field '{name}' to fill in. Give it one in its input, or take it from "
                + "variables."),
            var value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
            var value => value.ToJsonString(),
        };
    });

    /// <summary>Whether a field is filled in somewhere.</summary>
    public bool Names(string field) => config.Text.Contains($"{{{field}}}", StringComparison.Ordinal);

    [GeneratedRegex(@"\{([A-Za-z_][A-Za-z0-9_]*)\}")]
    private static partial Regex Variable();
}
