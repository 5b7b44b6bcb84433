using System.Collections.Immutable;

namespace Convergence.Optimization.TestCases;

public static class TestCaseAugmentation
{
    public static ImmutableArray<TestCase> Augment(ImmutableArray<TestCase> cases, AugmentationConfig config, ulong seed) => cases;
}
