using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Convergence.Testing.Providers;

/// <summary>
/// The model behind all providers: right about a share of the questions that depends on its parameters, best at a temperature of its own,
/// and always the same for the same question and parameters.
/// </summary>
public static class AnswerModel
{
    private static readonly (string Question, string Answer)[] Known =
    [
        ("senegal", "Dakar is the capital of Senegal."),
        ("japan", "Tokyo is the capital of Japan."),
        ("france", "Paris is the capital of France."),
        ("kenya", "Nairobi is the capital of Kenya."),
        ("120", "The answer is 60 mph because 120/2 is 60."),
    ];

    /// <summary>How good a model is at its best.</summary>
    public static double Ceiling(string model) => model switch
    {
        _ when model.Contains("mini", StringComparison.Ordinal) => .8,
        _ when model.Contains("nano", StringComparison.Ordinal) || model.Contains("8b", StringComparison.Ordinal) => .65,
        _ => .95,
    };

    /// <summary>The share of questions that it answers rightly.</summary>
    /// <param name="model">The model.</param>
    /// <param name="temperature">Best at .3.</param>
    /// <param name="maxTokens">From 64 on it has room enough.</param>
    public static double Quality(string model, double temperature, double maxTokens) =>
        Math.Clamp(Ceiling(model) - (.5 * Math.Pow(temperature - .3, 2)) - (.3 * Math.Max(0, 1 - (maxTokens / 64))), 0, 1);

    /// <summary>Answers.</summary>
    internal static ModelAnswer Answer(string model, string prompt, double temperature = .7, double maxTokens = 1000)
    {
        var draw = BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(prompt))) / (double)uint.MaxValue;
        var isRight = draw < Quality(model, temperature, maxTokens);
        var known = Known.FirstOrDefault(entry => prompt.Contains(entry.Question, StringComparison.OrdinalIgnoreCase)).Answer;
        var words = (isRight ? known ?? $"The answer to your question is this: {prompt}" : "i am not sure about that").Split(' ');
        var cut = words.Take((int)Math.Max(1, maxTokens)).ToArray();
        return new ModelAnswer(string.Join(' ', cut), Math.Max(1, prompt.Length / 4), cut.Length, cut.Length < words.Length);
    }

    /// <summary>A text's vector: texts that share words have similar ones.</summary>
    internal static JsonArray Embed(string text)
    {
        var vector = new double[32];
        foreach (var word in text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            vector[SHA256.HashData(Encoding.UTF8.GetBytes(word))[0] % vector.Length]++;
        }

        return new JsonArray([.. vector.Select(value => (JsonNode?)value)]);
    }
}
