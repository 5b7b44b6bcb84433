using System.Collections.Immutable;
using Convergence.Evolution.Randomness;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.TestCases;

namespace Convergence.Optimization.Runs.Searching;

/// <summary>
/// Which cases the search sees and which it never sees, both in the one order in which every configuration meets them. A case and those
/// made from it are on one side. A pure function of the configuration and its seed.
/// </summary>
internal sealed class CasePlan
{
    private const ulong Stream = 0xCA5E_5EED_0000_0001;

    private CasePlan(ImmutableArray<TestCase> search, ImmutableArray<TestCase> heldOut)
    {
        (Search, HeldOut) = (search, heldOut);
        var mean = All.Average(testCase => testCase.Weight);
        Weights = [.. All.Select(testCase => testCase.Weight / mean)];
    }

    /// <summary>At least one.</summary>
    public ImmutableArray<TestCase> Search { get; }

    public ImmutableArray<TestCase> HeldOut { get; }

    /// <summary>The cases of the search, then the held-out ones.</summary>
    public IEnumerable<TestCase> All => Search.Concat(HeldOut);

    /// <summary>The weights of all cases, in their order; on the mean 1.</summary>
    public ImmutableArray<double> Weights { get; }

    public static CasePlan Of(OptimizationConfig config)
    {
        var random = new SearchRandom(config.Optimization.Seed ^ Stream);
        var families = config.Evaluation.TestCases.GroupBy(testCase => testCase.Original ?? testCase.Id, StringComparer.Ordinal)
            .Select(family => family.ToImmutableArray()).ToArray();
        random.Shuffle(families);
        var heldOutCount = Math.Min(
            (int)Math.Round(config.Evaluation.HoldOut * families.Length, MidpointRounding.AwayFromZero), families.Length - 1);
        return new CasePlan(
            Shuffled(families.Skip(heldOutCount), random),
            Shuffled(families.Take(heldOutCount), random));
    }

    private static ImmutableArray<TestCase> Shuffled(IEnumerable<ImmutableArray<TestCase>> families, SearchRandom random)
    {
        TestCase[] cases = [.. families.SelectMany(family => family)];
        random.Shuffle(cases);
        return [.. cases];
    }
}
