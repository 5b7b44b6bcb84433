using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Optimization.Evaluators;
using Convergence.Optimization.TestCases;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Scoring;

/// <summary>The answer that a test case expects, for metrics that compare with one.</summary>
internal static class ExpectedAnswer
{
    private static readonly string[] Keys = ["answer", "expected_answer", "reference", "output", "text", "value", "result", "label"];

    /// <summary>The first of the keys that a reference answer may have; <see langword="null"/> where there is none.</summary>
    public static JsonNode? Find(TestCase testCase) =>
        Keys.Select(key => testCase.Expected[key]).FirstOrDefault(value => value is not null);

    /// <summary>The reference answer; without one, all that is expected.</summary>
    /// <exception cref="EvaluatorException">Nothing is expected.</exception>
    public static JsonNode Of(TestCase testCase) =>
        Find(testCase) ?? (testCase.Expected.Count > 0
            ? testCase.Expected
            : throw new EvaluatorException(
                $"test case {testCase.Id} expects no answer to compare with. Give it expected.answer."));

    /// <summary>1 where the answer is the expected one, white space around texts aside; numbers and JSON by their values.</summary>
    public static double Matches(ScoredCall scored)
    {
        var expected = Of(scored.TestCase);
        var text = scored.Input.Text.Trim();
        return expected switch
        {
            JsonObject or JsonArray =>
                Metrics.ExactMatch(scored.Answer.Result, expected) == 1
                || (JsonAnswer.TryRead(JsonValue.Create(text), out var parsed) && Metrics.ExactMatch(parsed, expected) == 1),
            _ when expected.GetValueKind() == JsonValueKind.Number
                && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) =>
                number == JsonValues.Number(expected),
            _ => text == PythonText.Of(expected).Trim()
                || (expected.GetValueKind() is JsonValueKind.True or JsonValueKind.False
                    && text.Equals(expected.ToJsonString(), StringComparison.OrdinalIgnoreCase)),
        } ? 1 : 0;
    }

    /// <summary>The reference answer as a text.</summary>
    public static string TextOf(TestCase testCase) =>
        Of(testCase) is var expected && expected is JsonObject or JsonArray ? expected.ToJsonString() : PythonText.Of(expected);
}
