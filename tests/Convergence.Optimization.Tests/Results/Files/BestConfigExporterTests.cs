using System.Text.Json.Nodes;
using Convergence.Optimization.Results.Files;

namespace Convergence.Optimization.Tests.Results.Files;

public sealed class BestConfigExporterTests
{
    private static readonly JsonObject Parameters = new()
    {
        ["model"] = "it's \"big\"",
        ["temperature"] = .25,
        ["stop"] = new JsonArray("\n", null),
        ["stream"] = true,
        ["a key: with signs"] = null,
    };

    [TestCase(
        "python",
        "BEST_CONFIG = {\n    'model': 'it\\'s \"big\"',\n    'temperature': 0.25,\n    'stop': ['\\n', None],\n    'stream': True,\n"
        + "    'a key: with signs': None,\n}\n")]
    [TestCase(
        "yaml",
        "model: \"it's \\\"big\\\"\"\ntemperature: 0.25\nstop: [\"\\n\",null]\nstream: true\n\"a key: with signs\": null\n")]
    public void Render_WritesWhatTheLanguageReadsBack(string format, string expected)
    {
        var text = BestConfigExporter.Render(SampleResult.Small, Parameters, format);
        Assert.That(text, Does.StartWith("# The best configuration of run sample_1772600767_a1b2c3d4").And.EndsWith(expected));
    }

    [Test]
    public void Render_AsJson_IsTheConfiguration() =>
        Assert.That(JsonNode.DeepEquals(JsonNode.Parse(BestConfigExporter.Render(SampleResult.Small, Parameters, "json")), Parameters));
}
