using System.Globalization;
using Convergence.Optimization.Runs;
using Convergence.Reporting;

namespace Convergence.Optimization.Results.Page.Charts;

/// <summary>What charts say of a configuration that is pointed at.</summary>
internal static class PointText
{
    private const int LongestText = 200;

    public static string Of(ConfigurationOutcome outcome) => string.Create(
        CultureInfo.InvariantCulture,
        $"#{outcome.Id + 1}, {ResultText.Score(outcome.Score)}, {outcome.Origin}: "
        + $"{ReadableText.Shorten(ResultText.Parameters(outcome), LongestText)}");
}
