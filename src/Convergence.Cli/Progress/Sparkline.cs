namespace Convergence.Cli.Progress;

/// <summary>A curve in one line of block characters.</summary>
internal static class Sparkline
{
    private const string Blocks = "▁▂▃▄▅▆▇█";

    /// <summary>The last <paramref name="width"/> values between their lowest and highest; a missing one is a blank.</summary>
    public static string Of(IReadOnlyList<double?> values, int width)
    {
        var shown = values.Skip(Math.Max(0, values.Count - width)).ToList();
        var finite = shown.OfType<double>().Where(double.IsFinite).ToList();
        if (finite.Count == 0)
        {
            return new string(' ', shown.Count);
        }

        var (low, span) = (finite.Min(), finite.Max() - finite.Min());
        return string.Concat(shown.Select(value => value is { } number && double.IsFinite(number)
            ? Blocks[span > 0 ? (int)Math.Round((number - low) / span * (Blocks.Length - 1)) : 0]
            : ' '));
    }
}
