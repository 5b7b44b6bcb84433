using System.Text.RegularExpressions;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Evaluators;

/// <summary>
/// Text quality without a model: .15 length + .25 keywords + .25 readability + .20 structure + .15 clarity, 0 below ten characters.
/// Reads <c>min_words</c>, <c>max_words</c>, <c>contains</c> and <c>target_audience</c> (general, technical, academic) of what is expected.
/// </summary>
public sealed partial class TextQualityEvaluator : IEvaluator
{
    private const int MinLength = 10;
    private static readonly string[] PassiveWords = ["was", "were", "been", "being", "is", "are"];
    private static readonly string[] VagueWords = ["thing", "stuff", "something", "various", "many", "some"];

    public string Name => "text_quality.score_text_quality";

    public double Score(EvaluatorInput input, string? metric)
    {
        var text = input.Text;
        if (text.Length < MinLength)
        {
            return 0;
        }

        var words = Words.Of(text);
        var sentences = Words.Sentences(text);
        var score = (.15 * input.Expected.ShareWithin(words.Length, "min_words", "max_words"))
            + (.25 * input.Expected.ShareContained(text))
            + (.25 * Readability(words, sentences.Count, input.Expected.Text("target_audience")))
            + (.20 * Structure(text, sentences))
            + (.15 * Clarity(text, words));
        return PythonRounding.Round(Math.Clamp(score, 0, 1), 3);
    }

    // The automated readability index with coefficients of its own, against the grade that readers are expected to have.
    private static double Readability(string[] words, int sentenceCount, string? audience)
    {
        if (words.Length == 0 || sentenceCount == 0)
        {
            return 0;
        }

        var target = audience switch { "technical" => 12, "academic" => 14, _ => 10 };
        var grade = (.4 * words.Length / sentenceCount) + (.5 * words.Sum(word => word.Length) / words.Length) - 14;
        return Math.Abs(grade - target) switch { <= 2 => 1, <= 4 => .8, <= 6 => .6, _ => .4 };
    }

    private static double Structure(string text, IReadOnlyList<string> sentences)
    {
        if (sentences.Count < 2)
        {
            return .5;
        }

        var lengths = sentences.Select(sentence => (double)Words.Of(sentence).Length).ToList();
        var mean = lengths.Average();
        var deviation = Math.Sqrt(lengths.Average(length => (length - mean) * (length - mean)));
        var paragraphs = text.Split("\n\n").Count(paragraph => !string.IsNullOrWhiteSpace(paragraph));
        return (.5 * Math.Min(deviation / 10, 1)) + (.5 * (paragraphs >= 2 ? 1 : .7));
    }

    private static double Clarity(string text, string[] words)
    {
        if (words.Length == 0)
        {
            return 0;
        }

        var passive = words.Count(word => PassiveWords.Contains(word.ToLowerInvariant()));
        var vague = VagueWords.Sum(word => Words.Occurrences(text, word));
        return (.4 * Math.Max(0, 1 - (3.0 * passive / words.Length)))
            + (.3 * Math.Max(0, 1 - (10.0 * vague / words.Length)))
            + (.3 * Math.Min(Number().Count(text) / 5.0, 1));
    }

    [GeneratedRegex(@"\b\d+\b")]
    private static partial Regex Number();
}
