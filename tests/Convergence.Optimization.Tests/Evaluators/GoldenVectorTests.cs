using Convergence.Optimization.Evaluators;
using Convergence.Optimization.Evaluators.Ported;

namespace Convergence.Optimization.Tests.Evaluators;

/// <summary>Scores that the Python original gave for these answers.</summary>
public sealed class GoldenVectorTests
{
    private const string Prose =
        "The cat sat on the mat. It was warm. Many things were said about 3 cats and 12 dogs.\n\nSecond paragraph explains more detail.";

    private const string PythonFunction =
        "def add(a: int, b: int) -> int:\n    \"\"\"Adds.\"\"\"\n    if a:\n        return a + b\n    return b\n";

    [TestCase("{}", .696)]
    [TestCase("""{"contains": ["cat", "fish"], "min_words": 50}""", .493)]
    public void Text_quality(string expected, double score) =>
        Assert.That(new TextQualityEvaluator().Score(Inputs.Text(Prose, expected), null), Is.EqualTo(score));

    [TestCase("""{"name":"Alice","age":30,"x":null}""", .85)]
    [TestCase("nope", 0)]
    public void Json_structure(string answer, double score)
    {
        const string Expected = """
            {"required_fields": ["name", "age", "zip"], "field_types": {"name": "string", "age": "number"}, "min_fields": 2}
            """;
        Assert.That(new JsonStructureEvaluator().Score(Inputs.Text(answer, Expected), null), Is.EqualTo(score));
    }

    [Test]
    public void Json_structure_of_a_fenced_object() =>
        Assert.That(new JsonStructureEvaluator().Score(Inputs.Text("```json\n{\"a\": 1}\n```"), null), Is.EqualTo(1));

    [Test]
    public void Json_structure_of_a_list() => Assert.That(new JsonStructureEvaluator().Score(Inputs.Json("[1]"), null), Is.EqualTo(.3));

    [TestCase(PythonFunction, """{"contains": ["def", "return"], "max_complexity": 5}""", .99)]
    [TestCase("def (", "{}", 0)]
    [TestCase("const f = () => { return 1; } // x", """{"language": "javascript"}""", .93)]
    [TestCase("SELECT 1; -- x", """{"language": "sql"}""", .86)]
    public void Code_quality(string code, string expected, double score) =>
        Assert.That(new CodeQualityEvaluator().Score(Inputs.Text(code, expected), null), Is.EqualTo(score));

    [TestCase("Tokyo is the capital of Japan.", 5, 1.0)]
    [TestCase("osaka", 20, .21)]
    public void Groq(string answer, int minLength, double score) =>
        Assert.That(GroqResponseEvaluator.Balanced.Score(Inputs.Text(answer, Groq(minLength)), null), Is.EqualTo(score));

    [Test]
    public void Groq_for_speed() =>
        Assert.That(GroqResponseEvaluator.SpeedOptimized.Score(Inputs.Text("Tokyo", Groq(5)), "latency"), Is.EqualTo(.96));

    [TestCase("response_quality", 1.0)]
    [TestCase("latency", .8)]
    [TestCase("cost", .85)]
    [TestCase(null, .912)]
    [TestCase("cost_per_call", .912)]
    [TestCase("token_efficiency", .912)]
    public void OpenAi(string? metric, double score)
    {
        var input = Inputs.Json(
            """{"output_text": "Dakar is the capital of Senegal.", "usage": {"total_tokens": 300}}""", """{"contains": ["Dakar"]}""");
        Assert.That(OpenAiResponseEvaluator.Standard.Score(input, metric), Is.EqualTo(score));
    }

    [TestCase("response_quality", .5)]
    [TestCase("response_length", .6)]
    [TestCase("latency_sec", 1)]
    [TestCase("cost_per_task", 1)]
    [TestCase(null, .72)]
    public void Azure(string? metric, double score)
    {
        var input = Inputs.Json("""
            {"choices": [{"message": {"content": "The answer is 60 mph because 120/2 is 60."}, "finish_reason": "stop"}],
             "usage": {"prompt_tokens": 40, "completion_tokens": 20, "total_tokens": 60}}
            """);
        Assert.That(new AzureResponseEvaluator().Score(input, metric), Is.EqualTo(score));
    }

    private static string Groq(int minLength) => $$"""{"contains": ["Tokyo"], "min_length": {{minLength}}}""";
}
