using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using Convergence.Cli.Commands;
using Convergence.Foundation.Files;

namespace Convergence.Cli.Starting;

/// <summary>The files that a first run begins with.</summary>
internal static class StartingFiles
{
    public const string ConfigurationName = "optimization.yaml";
    public const string TestCasesName = "test_cases.json";
    public const string GuideName = "OPTIMIZATION.md";

    /// <summary>Names and contents.</summary>
    /// <param name="preset">The kind of API.</param>
    /// <param name="answers">What was said of it.</param>
    /// <param name="configurationPath">How the person would call the configuration's file.</param>
    public static ImmutableArray<(string Name, string Content)> Render(
        StartingPreset preset, StartingAnswers answers, string configurationPath)
    {
        var values = Values(preset, answers, configurationPath);
        return
        [
            (ConfigurationName, Fill(Read("head.yaml") + Read(preset.Template) + Read("tail.yaml"), values)),
            (TestCasesName, Read(preset.TestCases)),
            (GuideName, Fill(Read("guide.md"), values)),
        ];
    }

    /// <summary>Writes them.</summary>
    /// <param name="directory">Where; made when it is not there.</param>
    /// <param name="files">Names and contents.</param>
    /// <param name="replaces">Whether files of these names are replaced.</param>
    /// <exception cref="ConvergenceException">One is there already.</exception>
    public static void Write(string directory, ImmutableArray<(string Name, string Content)> files, bool replaces)
    {
        Directory.CreateDirectory(directory);
        if (!replaces && files.FirstOrDefault(file => Path.Exists(Path.Combine(directory, file.Name))).Name is { } there)
        {
            throw new ConvergenceException(
                $"{Path.Combine(directory, there)}: is there already. Choose another directory by --output, or replace it by --force.");
        }

        foreach (var (name, content) in files)
        {
            AtomicFile.WriteAllText(Path.Combine(directory, name), content);
        }
    }

    private static Dictionary<string, string> Values(StartingPreset preset, StartingAnswers answers, string configurationPath) => new()
    {
        ["preset"] = preset.Name,
        ["file"] = configurationPath,
        ["results"] = Path.Join(Path.GetDirectoryName(configurationPath), "results"),
        ["before"] = preset.Before,
        ["program"] = ResumeHint.Program,
        ["name"] = Yaml.Text(answers.ApiName),
        ["endpoint"] = Yaml.Text(answers.Endpoint),
        ["resource"] = answers.Endpoint,
        ["token_env"] = answers.TokenEnvironment,
        ["auth"] = answers.TokenEnvironment.Length > 0 ? $"{{type: bearer, token_env: {answers.TokenEnvironment}}}" : "{type: none}",
        ["models"] = Yaml.List(answers.Models),
        ["evaluator_module"] = preset.Evaluator.Module,
        ["evaluator_function"] = preset.Evaluator.Function,
        ["response"] = answers.ResultField.Length > 0 ? $"\n  response: {{result_field: {Yaml.Text(answers.ResultField)}}}" : "",
        ["parameters"] = string.Join('\n', answers.Parameters.Select(parameter => $"    {parameter.Name}: {parameter.Space}")),
        ["population"] = answers.Population.ToString(CultureInfo.InvariantCulture),
        ["generations"] = answers.Generations.ToString(CultureInfo.InvariantCulture),
        ["workers"] = "4",
        ["budget_key"] = preset.BudgetKey,
        ["budget"] = answers.Budget.ToString("0.##", CultureInfo.InvariantCulture),
        ["baseline"] = preset.Baseline(answers),
    };

    private static string Fill(string template, Dictionary<string, string> values) =>
        values.Aggregate(template, (text, value) => text.Replace($"<<{value.Key}>>", value.Value, StringComparison.Ordinal));

    private static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Convergence.Cli.Starting.Presets.{name}")
            ?? throw new InvalidOperationException($"The program lacks its file {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
