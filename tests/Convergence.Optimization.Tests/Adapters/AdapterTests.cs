using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.Optimization.Adapters;

namespace Convergence.Optimization.Tests.Adapters;

/// <summary>What goes over the wire for each provider.</summary>
public sealed class AdapterTests
{
    private const string Question = """{"prompt": "Capital of Senegal?", "system": "Be short."}""";

    [Test]
    public void OpenAiChat_Prompt_BecomesMessages() => AssertBody(
        new OpenAiChatAdapter(), Question, """{"model": "gpt-4o-mini", "temperature": 0.3, "max_tokens": 50}""", """
        {"model": "gpt-4o-mini", "temperature": 0.3, "max_tokens": 50,
         "messages": [{"role": "system", "content": "Be short."}, {"role": "user", "content": "Capital of Senegal?"}]}
        """);

    [TestCase("o4-mini")]
    [TestCase("gpt-5-nano")]
    [TestCase("openai/o3")]
    public void OpenAiChat_ReasoningModel_GetsOnlyWhatItTakes(string model) => AssertBody(
        new OpenAiChatAdapter(),
        """{"messages": []}""",
        $$"""{"model": "{{model}}", "temperature": 0.3, "top_p": 1, "max_tokens": 50, "reasoning_effort": "low"}""",
        $$"""{"model": "{{model}}", "messages": [], "max_completion_tokens": 50, "reasoning_effort": "low"}""");

    [TestCase("gpt-4o")]
    [TestCase("gpt-5-chat-latest")]
    [TestCase("llama-3.1-8b-instant")]
    public void OpenAiChat_OtherModel_KeepsItsParameters(string model) => AssertBody(
        new OpenAiChatAdapter(),
        """{"messages": []}""",
        $$"""{"model": "{{model}}", "temperature": 0.3}""",
        $$"""{"model": "{{model}}", "messages": [], "temperature": 0.3}""");

    [Test]
    public void OpenAiResponses_Prompt_BecomesInput() => AssertBody(
        new OpenAiResponsesAdapter(), Question, """{"model": "gpt-4o-mini", "temperature": 0.3, "max_tokens": 50}""", """
        {"model": "gpt-4o-mini", "temperature": 0.3, "max_output_tokens": 50, "input": "Capital of Senegal?", "instructions": "Be short."}
        """);

    [Test]
    public void Azure_Model_IsInTheAddressOnly()
    {
        var target = Target("https://host.example/openai/deployments/{model}/chat/completions?api-version=1");
        var request = new AzureOpenAiAdapter().Write(target, Map(Question), Map("""{"model": "o4-mini", "temperature": 1}"""));

        Assert.That(request.Endpoint.AbsolutePath, Is.EqualTo("/openai/deployments/o4-mini/chat/completions"));
        Assert.That(request.Model, Is.EqualTo("o4-mini"));
        Assert.That(request.Body.Select(entry => entry.Key), Is.EquivalentTo(["messages"]));
    }

    [Test]
    public void Anthropic_Prompt_BecomesMessagesBesideTheSystemText()
    {
        AssertBody(new AnthropicAdapter(), Question, """{"model": "claude", "stop": "\n"}""", """
            {"model": "claude", "max_tokens": 1024, "system": "Be short.", "stop_sequences": ["\n"],
             "messages": [{"role": "user", "content": "Capital of Senegal?"}]}
            """);
        var request = new AnthropicAdapter().Write(Target(), Map(Question), []);
        Assert.That(request.Headers["anthropic-version"], Is.EqualTo("2023-06-01"));
    }

    [Test]
    public void Gemini_Parameters_GetGooglesNames() => AssertBody(
        new GeminiAdapter(), Question, """{"model": "gemini-2.0-flash", "temperature": 0.3, "top_k": 5, "max_tokens": 50}""", """
        {"contents": [{"role": "user", "parts": [{"text": "Capital of Senegal?"}]}],
         "systemInstruction": {"parts": [{"text": "Be short."}]},
         "generationConfig": {"temperature": 0.3, "topK": 5, "maxOutputTokens": 50}}
        """);

    [TestCase("""  "viewport": "1280x720"  """)]
    [TestCase("""  "viewport": {"width": 1280, "height": 720}  """)]
    [TestCase("""  "viewport_width": 1280, "viewport_height": 720  """)]
    public void BrowserBase_Settings_AreOfTheSession(string viewport) => AssertBody(
        new BrowserBaseAdapter("p1"),
        """{"url": "https://example.org"}""",
        $"{{ \"browser_type\": \"firefox\", \"headless\": true, \"timeout\": 10000, {viewport} }}",
        """
        {"projectId": "p1",
         "browserSettings": {"browserType": "firefox", "headless": true, "viewport": {"width": 1280, "height": 720}, "timeout": 10}}
        """);

    [Test]
    public void Json_Configuration_ReplacesTheInputsValues() => AssertBody(
        new JsonAdapter(), """{"a": 1, "b": {"c": [2]}}""", """{"a": 5, "d": null}""", """{"a": 5, "b": {"c": [2]}, "d": null}""");

    [Test]
    public void Write_InputAndConfiguration_AreNotChanged()
    {
        var (input, parameters) = (Map(Question), Map("""{"max_tokens": 5, "model": "o3"}"""));

        new OpenAiChatAdapter().Write(Target(), input, parameters);

        Assert.That(JsonNode.DeepEquals(input, Map(Question)) && parameters.ContainsKey("max_tokens"), Is.True);
    }

    [Test]
    public void Write_NoPrompt_NamesTheCure() => Assert.That(
        () => new OpenAiChatAdapter().Write(Target(), Map("""{"url": "x"}"""), []),
        Throws.TypeOf<AdapterException>().With.Message.Contains("messages").And.Message.Contains("prompt").IgnoreCase);

    [TestCase("not an address")]
    [TestCase("file:///etc/passwd")]
    public void Write_BadEndpoint_IsNamed(string endpoint) => Assert.That(
        () => new JsonAdapter().Write(Target(endpoint), [], []), Throws.TypeOf<AdapterException>().With.Message.Contains(endpoint));

    private static void AssertBody(IApiAdapter adapter, string input, string parameters, string body)
    {
        var request = adapter.Write(Target(), Map(input), Map(parameters));
        Assert.That(
            JsonNode.DeepEquals(request.Body, Map(body)), Is.True, () =>
                $"{request.Body.ToJsonString()}\nis not\n{Map(body).ToJsonString()}");
    }

    private static ApiTarget Target(string endpoint = "https://host.example/v1") =>
        new(endpoint, HttpMethod.Post, ImmutableSortedDictionary<string, string>.Empty);

    private static JsonObject Map(string json) => (JsonObject)JsonNode.Parse(json)!;
}
