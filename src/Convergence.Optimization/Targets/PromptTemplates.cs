using System.Collections.Frozen;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Convergence.Foundation.Files;
using Convergence.Foundation.Text;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.TestCases;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Targets;

/// <summary>
/// Prompts from files (<c>search_space.templates</c>). The parameter <c>template</c> (or <c>prompt_template</c>) names one; without such a
/// parameter an only template is always used. <c>{name}</c> in it stands for that parameter, or that field of the test case's input; what
/// stands in the prompt is not sent beside it.
/// </summary>
internal sealed partial class PromptTemplates
{
    private const int MaxByteCount = 1 << 20;
    private static readonly string[] Choosers = ["template", "prompt_template"];

    private readonly FrozenDictionary<string, (string Text, FrozenSet<string> Variables)> _templates;
    private readonly string _source;

    private PromptTemplates(OptimizationConfig config)
    {
        _source = config.Source;
        _templates = config.SearchSpace.Templates.ToFrozenDictionary(
            template => template.Name,
            template => (CappedFile.ReadText(template.Path, MaxByteCount), template.Variables.ToFrozenSet(StringComparer.Ordinal)),
            StringComparer.Ordinal);
    }

    /// <summary>The configuration's templates; <see langword="null"/> where it has none.</summary>
    /// <exception cref="ConvergenceException">A file cannot be read.</exception>
    public static PromptTemplates? Of(OptimizationConfig config) =>
        config.SearchSpace.Templates.IsDefaultOrEmpty ? null : new PromptTemplates(config);

    /// <summary>A call with its template's text as the prompt.</summary>
    /// <exception cref="TargetException">There is no such template, or nothing of a variable's name.</exception>
    public (JsonObject Parameters, TestCase TestCase) Apply(JsonObject parameters, TestCase testCase)
    {
        var chooser = Choosers.FirstOrDefault(parameters.ContainsKey);
        var name = chooser is null ? null : JsonValues.Text(parameters[chooser]);
        if (name is null && _templates.Count > 1)
        {
            return (parameters, testCase);
        }

        var (text, variables) = name is null ? _templates.Values[0]
            : _templates.TryGetValue(name, out var found) ? found
            : throw new TargetException(
                $"{_source}: search_space.templates: there is no template \"{name}\".{Suggestion.Phrase(name, _templates.Keys)}");
        var (own, input) = ((JsonObject)parameters.DeepClone(), (JsonObject)testCase.Input.DeepClone());
        var prompt = Variable().Replace(text, match =>
        {
            var key = match.Groups[1].Value;
            var value = parameters[key] ?? testCase.Input[key];
            return value is not null ? JsonValues.Text(value) ?? value.ToJsonString()
                : variables.Contains(key) ? throw Missing(name, key, testCase)
                : match.Value;
        });
        foreach (var key in Variable().Matches(text).Select(match => match.Groups[1].Value).Append(chooser).OfType<string>())
        {
            own.Remove(key);
            input.Remove(key);
        }

        Put(input, prompt);
        return (own, testCase with { Input = input });
    }

    // A conversation of the test case's own goes on behind it.
    private static void Put(JsonObject input, string prompt)
    {
        if (input["messages"] is JsonArray messages)
        {
            messages.Insert(0, new JsonObject { ["role"] = "system", ["content"] = prompt });
        }
        else
        {
            input["prompt"] = prompt;
        }
    }

    private TargetException Missing(string? name, string key, TestCase testCase) => new(
        $"{_source}: search_space.templates.{name ?? _templates.Keys[0]}: neither a parameter nor the input of test case {testCase.Id} "
        + $"is called \"{key}\". Add it, or take {{{key}}} out of the template.");

    [GeneratedRegex(@"\{([A-Za-z_][A-Za-z0-9_]*)\}")]
    private static partial Regex Variable();
}
