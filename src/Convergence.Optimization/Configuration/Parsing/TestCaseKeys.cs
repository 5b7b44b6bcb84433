using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.Foundation.Yaml;
using Convergence.Optimization.TestCases;

namespace Convergence.Optimization.Configuration.Parsing;

/// <summary>The section <c>evaluation.test_cases</c>.</summary>
internal static class TestCaseKeys
{
    private const int MaxFactor = 1000;

    /// <summary>The test cases, made ones among them, and how many the original would have had.</summary>
    public static (ImmutableArray<TestCase> Cases, int NominalCount) Read(YamlSection evaluation, ConfigReading reading, ulong seed)
    {
        // The successor and the SDK write a path or a list where the original has a map.
        var written = evaluation.Value("test_cases");
        var given = reading.Options.TestCases;
        var (origin, node, augmentation) = written switch
        {
            _ when given is not null => ("test_cases", given, Augmentation(evaluation, written as YamlMap, reading)),
            null => ("", null, null),
            YamlScalar => FromPath(evaluation, "test_cases", reading),
            YamlList list => (evaluation.NameOf("test_cases"), YamlJson.ToNode(list), null),
            _ => FromMap(evaluation, reading),
        };
        if (node is null)
        {
            if (written is null && given is null)
            {
                evaluation.Fail("test_cases", "missing. Give path (a JSON or YAML file) or inline (a list of cases).");
            }

            return ([], 0);
        }

        var own = evaluation.NameOf("test_cases");
        var cases = TestCaseReader.Read(node, origin, (place, problem) => reading.Errors.Add(
            place.StartsWith(own, StringComparison.Ordinal) ? place : $"{own}: {place}", problem));
        if (augmentation is null)
        {
            return (cases, cases.Length);
        }

        var nominal = (augmentation.KeepsOriginals ? cases.Length : 0) + (cases.Length * augmentation.Factor);
        var made = TestCaseAugmentation.Augment(cases, augmentation, seed);
        Note(evaluation, cases, made, nominal, reading);
        return (made, nominal);
    }

    private static (string Origin, JsonNode? Node, AugmentationConfig? Augmentation) FromMap(
        YamlSection evaluation, ConfigReading reading)
    {
        var section = evaluation.Section("test_cases");
        var augmentation = Augmentation(evaluation, section, reading);
        var inline = section.Value("inline");
        var (origin, node, _) = inline is null
            ? FromPath(section, "path", reading)
            : (section.NameOf("inline"), YamlJson.ToNode(inline), null);
        if (inline is null == section.Value("path") is null)
        {
            section.Fail("path", "give either path (a JSON or YAML file) or inline (a list of cases).");
        }

        reading.NoteUnknownKeys(section);
        return (origin, node, augmentation);
    }

    private static (string Origin, JsonNode? Node, AugmentationConfig? Augmentation) FromPath(
        YamlSection section, string key, ConfigReading reading)
    {
        if (reading.PathOf(section, key) is not { } path)
        {
            return ("", null, null);
        }

        try
        {
            return (path, TestCaseReader.Load(path), null);
        }
        catch (ConvergenceException exception)
        {
            section.Fail(key, exception.Message);
            return (path, null, null);
        }
    }

    private static AugmentationConfig? Augmentation(YamlSection evaluation, YamlMap? map, ConfigReading reading) =>
        map is null ? null : Augmentation(evaluation, evaluation.Section("test_cases"), reading);

    private static AugmentationConfig? Augmentation(YamlSection evaluation, YamlSection section, ConfigReading reading)
    {
        var augmentation = section.Section("augmentation");
        var defaults = new AugmentationConfig();
        var config = new AugmentationConfig
        {
            MutationRate = augmentation.Number("mutation_rate", defaults.MutationRate, 0, 1),
            CrossoverRate = augmentation.Number("crossover_rate", defaults.CrossoverRate, 0, 1),
            Factor = augmentation.Integer("augmentation_factor", defaults.Factor, 0, MaxFactor),
            KeepsOriginals = augmentation.Flag("preserve_originals", defaults.KeepsOriginals),
        };
        var isEnabled = augmentation.Flag("enabled", defaultValue: false);
        reading.NoteUnknownKeys(augmentation);
        return isEnabled ? config : null;
    }

    private static void Note(
        YamlSection evaluation, ImmutableArray<TestCase> cases, ImmutableArray<TestCase> made, int nominal, ConfigReading reading)
    {
        var key = evaluation.NameOf("test_cases.augmentation");
        if (made.Length < nominal)
        {
            reading.Warn(
                key,
                $"makes {made.Length} cases of {cases.Length} where the original made {nominal}: the others could not be varied without "
                + "perhaps becoming wrong.");
        }
        else
        {
            reading.Inform(key, $"makes {made.Length} cases of {cases.Length}; each is called for each configuration.");
        }
    }
}
