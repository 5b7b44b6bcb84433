using System.Collections.Immutable;
using System.Globalization;
using Spectre.Console;

namespace Convergence.Cli.Starting;

/// <summary>Asks a person at a terminal what the API is. Every question has an answer already; Enter takes it.</summary>
/// <param name="console">The terminal.</param>
internal sealed class StartingQuestions(IAnsiConsole console)
{
    private const string Number = "a number in a range";
    private const string WholeNumber = "a whole number in a range";
    private const string Choice = "one of some values";

    public StartingPreset AskPreset() => console.Prompt(
        new SelectionPrompt<StartingPreset>()
            .Title("Which API do you want to optimise?")
            .PageSize(StartingPresets.All.Length)
            .UseConverter(preset => $"{preset.Name,-14} [grey]{Markup.Escape(preset.Description)}[/]")
            .AddChoices(StartingPresets.All));

    public StartingAnswers Ask(StartingPreset preset)
    {
        var defaults = preset.Defaults;
        var answers = defaults with
        {
            ApiName = Text("What do you call it?", defaults.ApiName),
            Endpoint = Text(
                preset.Name == "azure" ? "What is your Azure resource called?" : "Where is it (its address)?", defaults.Endpoint),
        };
        if (defaults.TokenEnvironment.Length > 0 || preset.Name == "custom")
        {
            answers = answers with
            {
                TokenEnvironment = OptionalText(
                    "Which environment variable holds the key (its name, not the key)?", defaults.TokenEnvironment),
            };
        }

        if (!defaults.Models.IsEmpty)
        {
            var models = Text(
                "Which models shall compete (separated by commas, the one in use first)?", string.Join(", ", defaults.Models));
            answers = answers with { Models = [.. Split(models)] };
        }

        if (preset.Name == "custom")
        {
            answers = answers with
            {
                ResultField = OptionalText("Which field of the answer holds what counts (nothing for all of it)?", ""),
                Parameters = AskParameters(defaults.Parameters),
            };
        }

        return answers with { Budget = AskBudget(preset.BudgetKey, defaults.Budget) };
    }

    private decimal AskBudget(string key, decimal fallback) => console.Prompt(
        new TextPrompt<decimal>(key == "usd" ? "How many dollars may a run spend at most?" : "How many calls may a run make at most?")
            .DefaultValue(fallback)
            .Validate(value => value is >= 0 and <= 1_000_000 && (key == "usd" || value == decimal.Truncate(value))
                ? ValidationResult.Success()
                : ValidationResult.Error($"Between 0 and 1,000,000{(key == "usd" ? "" : ", and whole")}.")));

    private ImmutableArray<StartingParameter> AskParameters(ImmutableArray<StartingParameter> defaults)
    {
        var parameters = ImmutableArray.CreateBuilder<StartingParameter>();
        while (true)
        {
            var name = OptionalText(
                parameters.Count == 0 ? "A parameter's name (nothing for examples)?" : "Another parameter's name (nothing to end)?", "");
            if (name.Length == 0)
            {
                return parameters.Count == 0 ? defaults : parameters.ToImmutable();
            }

            parameters.Add(AskParameter(Yaml.Text(name)));
        }
    }

    private StartingParameter AskParameter(string name)
    {
        var kind = console.Prompt(
            new SelectionPrompt<string>().Title($"What is {Markup.Escape(name)}?").AddChoices(Number, WholeNumber, Choice));
        if (kind == Choice)
        {
            var values = Split(Text("Its values (separated by commas, the one in use first)?", "low, medium, high")).ToList();
            return new StartingParameter(name, Yaml.List(values), Yaml.Text(values[0]));
        }

        var type = kind == Number ? "float" : "int";
        var (least, most) = (Value("At least?", 0), Value("At most?", kind == Number ? 1 : 10));
        var inUse = Value("Its value now?", least);
        return new StartingParameter(
            name,
            string.Create(CultureInfo.InvariantCulture, $"{{type: {type}, min: {least}, max: {most}}}"),
            inUse.ToString(CultureInfo.InvariantCulture));
    }

    private string Text(string question, string fallback) => console.Prompt(new TextPrompt<string>(question).DefaultValue(fallback)).Trim();

    private string OptionalText(string question, string fallback)
    {
        var prompt = new TextPrompt<string>(question) { AllowEmpty = true };
        return console.Prompt(fallback.Length > 0 ? prompt.DefaultValue(fallback) : prompt).Trim();
    }

    private decimal Value(string question, decimal fallback) => console.Prompt(new TextPrompt<decimal>(question).DefaultValue(fallback));

    private static IEnumerable<string> Split(string list) =>
        list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal);
}
