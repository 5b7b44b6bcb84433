using System.Text.Json.Nodes;
using Convergence.Optimization.TestCases;

namespace Convergence.Optimization.Configuration.Parsing.Checks;

/// <summary>Test cases that say the same, contradict each other, or expect nothing that their metrics need.</summary>
internal static class CaseChecks
{
    public static void Run(OptimizationConfig config, ConfigReading reading)
    {
        var cases = config.Evaluation.TestCases.Where(testCase => testCase.Original is null).ToArray();
        CheckTwins(cases, reading);
        CheckExpectations(config, cases, reading);
        if (config.Evaluation.HoldOut == 0)
        {
            reading.Inform(
                "evaluation.hold_out",
                $"nothing is held out of {cases.Length} cases: the winner's score is corrected for its selection by a model alone. "
                + "From ten cases on a part is held out.");
        }
    }

    private static void CheckTwins(TestCase[] cases, ConfigReading reading)
    {
        var twins = cases.GroupBy(testCase => testCase.Input.ToJsonString(), StringComparer.Ordinal).Where(same => same.Count() > 1);
        foreach (var group in twins)
        {
            var ids = string.Join(", ", group.Select(testCase => testCase.Id));
            var isOne = group.All(testCase => JsonNode.DeepEquals(testCase.Expected, group.First().Expected));
            reading.Warn(
                "evaluation.test_cases",
                isOne ? $"{ids} are the same case; it counts that often." : $"{ids} ask the same and expect different things.");
        }
    }

    private static void CheckExpectations(OptimizationConfig config, TestCase[] cases, ConfigReading reading)
    {
        foreach (var metric in config.Evaluation.Metrics.Where(metric => metric.Kind is MetricKind.ExactMatch or MetricKind.Similarity))
        {
            string[] without = [.. cases.Where(testCase => testCase.Expected.Count == 0).Select(testCase => testCase.Id)];
            if (without.Length > 0)
            {
                reading.Warn(
                    $"evaluation.metrics.{metric.Name}",
                    $"cannot score {string.Join(", ", without)}, of which nothing is expected. Give expected.answer.");
            }
        }
    }
}
