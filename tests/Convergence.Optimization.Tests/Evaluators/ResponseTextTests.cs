using System.Text.Json.Nodes;
using Convergence.Optimization.Evaluators;

namespace Convergence.Optimization.Tests.Evaluators;

public sealed class ResponseTextTests
{
    [TestCase("\"plain\"")]
    [TestCase("""
        {"output": [
            {"type": "reasoning"},
            {"content": [{"type": "output_text", "text": "pla"}, {"type": "output_text", "text": "in"}]}
        ]}
        """)]
    [TestCase("""{"choices": [{"message": {"role": "assistant", "content": "plain"}}]}""")]
    [TestCase("""{"choices": [{"text": "plain"}]}""")]
    [TestCase("""{"content": [{"type": "text", "text": "plain"}]}""")]
    [TestCase("""{"candidates": [{"content": {"parts": [{"text": "plain"}]}}]}""")]
    [TestCase("""{"text": "plain"}""")]
    [TestCase("""{"output_text": "plain"}""")]
    public void The_text_is_found_in_every_provider_s_form(string response) =>
        Assert.That(ResponseText.Of(JsonNode.Parse(response)), Is.EqualTo("plain"));

    [TestCase("""{"choices": []}""", "{'choices': []}")]
    [TestCase("null", "")]
    [TestCase("[1]", "[1]")]
    public void Anything_else_is_written_out(string response, string text) =>
        Assert.That(ResponseText.Of(JsonNode.Parse(response)), Is.EqualTo(text));
}
