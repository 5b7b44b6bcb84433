using System.Globalization;

namespace Convergence.Testing;

/// <summary>How many inputs a fuzz test tries: ten thousand, or what the environment variable CONVERGENCE_FUZZ_COUNT says.</summary>
public static class FuzzCount
{
    public static int Value { get; } =
        int.TryParse(
            Environment.GetEnvironmentVariable("CONVERGENCE_FUZZ_COUNT"), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count
            : 10_000;
}
