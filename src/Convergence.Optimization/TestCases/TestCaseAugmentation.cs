using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Convergence.Evolution.Randomness;
using Convergence.Optimization.TestCases.Variation;

namespace Convergence.Optimization.TestCases;

/// <summary>
/// Makes variants of test cases under the names that the original gives them: <c>crossover_A_B</c> and <c>A_variant_1</c>. Unlike there, no
/// variant can be wrong: what is expected stays true of it, or there is no variant (docs/formats/optimization.md says the rules). The same
/// cases and seed give the same variants.
/// </summary>
public static class TestCaseAugmentation
{
    private const ulong Stream = 0xA06_3E47_0000_0001;

    // Draws that gave nothing new; more would find little.
    private const int MaxAttempts = 16;

    /// <summary>The cases, where they are kept, and the variants of each after them.</summary>
    public static ImmutableArray<TestCase> Augment(ImmutableArray<TestCase> cases, AugmentationConfig config, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(config);
        var random = new SearchRandom(seed ^ Stream);
        var ids = cases.Select(testCase => testCase.Id).ToHashSet(StringComparer.Ordinal);
        var variants = cases.ToDictionary(testCase => testCase.Id, _ => new List<TestCase>(), StringComparer.Ordinal);
        foreach (var testCase in cases)
        {
            var family = variants[testCase.Id];
            var inputs = new List<JsonObject> { testCase.Input };
            for (var number = 1; number <= config.Factor; number++)
            {
                if (Vary(cases, testCase, number, config, random, inputs) is { } variant)
                {
                    family.Add(variant with { Id = Distinct(variant.Id, ids) });
                    inputs.Add(variant.Input);
                }
            }
        }

        // A case without a variant stays: the search would not see its question otherwise.
        var kept = cases.Where(testCase => config.KeepsOriginals || variants[testCase.Id].Count == 0);
        return [.. kept, .. cases.SelectMany(testCase => variants[testCase.Id])];
    }

    private static TestCase? Vary(
        ImmutableArray<TestCase> cases, TestCase testCase, int number, AugmentationConfig config, SearchRandom random,
        List<JsonObject> inputs)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var variant = cases.Length > 1 && random.NextBoolean(config.CrossoverRate)
                ? CaseCrossover.Of(testCase, Other(cases, testCase, random))
                : null;
            variant ??= CaseMutation.Of(testCase, number, config.MutationRate, random);
            if (variant is not null && !inputs.Exists(known => JsonNode.DeepEquals(known, variant.Input)))
            {
                return variant;
            }
        }

        return null;
    }

    private static TestCase Other(ImmutableArray<TestCase> cases, TestCase testCase, SearchRandom random)
    {
        var index = random.Next(cases.Length - 1);
        return cases[index] == testCase ? cases[^1] : cases[index];
    }

    private static string Distinct(string id, HashSet<string> ids)
    {
        var distinct = id;
        for (var number = 2; !ids.Add(distinct); number++)
        {
            distinct = string.Create(CultureInfo.InvariantCulture, $"{id}_{number}");
        }

        return distinct;
    }
}
