using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Convergence.Foundation.Files;
using Convergence.Optimization.Configuration;

namespace Convergence.Optimization.Targets.Templates;

/// <summary>A text in which <c>{name}</c> stands for a field of the call.</summary>
internal sealed partial class PromptTemplate
{
    /// <summary>More than any prompt that a person writes has.</summary>
    public const int MaxByteCount = 1 << 20;

    private readonly string _text;
    private readonly ImmutableArray<string> _variables;

    private PromptTemplate(TemplateConfig config, string text)
    {
        Name = config.Name;
        _text = text;
        _variables = config.Variables;
    }

    public string Name { get; }

    /// <exception cref="ConvergenceException">The file cannot be read.</exception>
    public static PromptTemplate Load(TemplateConfig config) => new(config, CappedFile.ReadText(config.Path, MaxByteCount));

    /// <summary>
    /// The text with its variables filled in: those that the configuration names, or, where it names none, every <c>{name}</c> of which the
    /// call has a field. Other braces stay.
    /// </summary>
    /// <exception cref="TargetException">The call has no field that the configuration names.</exception>
    public string Fill(Func<string, JsonNode?> field, string caller) => Variable().Replace(_text, match =>
    {
        var name = match.Groups[1].Value;
        if (!_variables.IsEmpty && !_variables.Contains(name))
        {
            return match.Value;
        }

        return field(name) switch
        {
            null when _variables.IsEmpty => match.Value,
            null => throw new TargetException(
                $"search_space.templates.{Name}: {caller} has no field '{name}' to fill in. Give it one in its input, or take it from "
                + "variables."),
            var value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
            var value => value.ToJsonString(),
        };
    });

    [GeneratedRegex(@"\{([A-Za-z_][A-Za-z0-9_]*)\}")]
    private static partial Regex Variable();
}
