using System.Globalization;
using System.Text.Json.Nodes;
using Convergence.Evolution.Randomness;

namespace Convergence.Optimization.TestCases.Variation;

/// <summary>A case asked in other words, or about other numbers where the answer does not depend on them.</summary>
internal static class CaseMutation
{
    /// <returns><see langword="null"/> where nothing was changed.</returns>
    public static TestCase? Of(TestCase testCase, int number, double rate, SearchRandom random)
    {
        var input = (JsonObject)testCase.Input.DeepClone();
        var texts = PromptFields.Of(input).ToArray();
        var guarded = ProtectedWords.Of(testCase.Expected);
        var mayScale = ExpectedNumbers.AreFree(testCase.Expected);

        // One field is varied at least; others with their chance.
        var chosen = texts.Length == 0 ? -1 : random.Next(texts.Length);
        for (var index = 0; index < texts.Length; index++)
        {
            if (index == chosen || random.NextBoolean(rate))
            {
                var (holder, key, text) = texts[index];
                holder[key] = Phrasing.Vary(text, guarded, mayScale, random);
            }
        }

        if (mayScale)
        {
            NumberScaling.VaryFields(input, rate, random);
        }

        return JsonNode.DeepEquals(input, testCase.Input)
            ? null
            : testCase with
            {
                Id = string.Create(CultureInfo.InvariantCulture, $"{testCase.Id}_variant_{number}"),
                Input = input,
                Original = testCase.Original ?? testCase.Id,
            };
    }
}
