using System.Text.Json.Nodes;
using Convergence.Optimization.Adapters;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Configuration;

namespace Convergence.Optimization.Tests.Adapters;

/// <summary>Bodies that come with a status of success: which are answers, and which are failures.</summary>
public sealed class AnswerFailureTests
{
    [TestCase(AdapterKind.OpenAiChat, """{"error": {"message": "lost"}}""", CallFailureKind.Reported)]
    [TestCase(AdapterKind.OpenAiChat, """{"error": "lost"}""", CallFailureKind.Reported)]
    [TestCase(AdapterKind.OpenAiChat, """{"error": {"code": 429, "message": "slow down"}}""", CallFailureKind.RateLimited)]
    [TestCase(AdapterKind.OpenAiChat, """{"error": {"code": 502, "message": "no provider"}}""", CallFailureKind.Server)]
    [TestCase(AdapterKind.OpenAiChat, """{"choices": [{"error": {"code": 502}, "message": {"content": "Da"}}]}""", CallFailureKind.Server)]
    [TestCase(AdapterKind.OpenAiChat, """{"choices": []}""", CallFailureKind.Malformed)]
    [TestCase(AdapterKind.OpenAiChat, """{"choices": [{}]}""", CallFailureKind.Malformed)]
    [TestCase(AdapterKind.OpenAiChat, """{"ok": true}""", CallFailureKind.Malformed)]
    [TestCase(AdapterKind.OpenAiChat, "[]", CallFailureKind.Malformed)]
    [TestCase(AdapterKind.OpenAiChat, "3", CallFailureKind.Malformed)]
    [TestCase(AdapterKind.Groq, """{"choices": []}""", CallFailureKind.Malformed)]
    [TestCase(AdapterKind.AzureOpenAi, """{"choices": []}""", CallFailureKind.Malformed)]
    [TestCase(AdapterKind.OpenAiResponses, """{"status": "failed", "error": {"code": "server_error"}}""", CallFailureKind.Server)]
    [TestCase(AdapterKind.OpenAiResponses, """{"status": "completed", "output": []}""", CallFailureKind.Malformed)]
    [TestCase(AdapterKind.Anthropic, """{"type": "error", "error": {"type": "overloaded_error"}}""", CallFailureKind.Server)]
    [TestCase(AdapterKind.Anthropic, """{"type": "message"}""", CallFailureKind.Malformed)]
    [TestCase(AdapterKind.Gemini, """{"error": {"code": 429, "status": "RESOURCE_EXHAUSTED"}}""", CallFailureKind.RateLimited)]
    [TestCase(AdapterKind.Gemini, """{"promptFeedback": {"blockReason": "SAFETY"}}""", CallFailureKind.Reported)]
    [TestCase(AdapterKind.Gemini, """{"candidates": []}""", CallFailureKind.Malformed)]
    [TestCase(AdapterKind.Agno, """{"run_id": "1", "status": "ERROR", "content": "no tool"}""", CallFailureKind.Reported)]
    [TestCase(AdapterKind.Agno, """{"error": "no agent"}""", CallFailureKind.Reported)]
    [TestCase(AdapterKind.Agno, "[]", CallFailureKind.Malformed)]
    public void FindFailure_NoAnswer_SaysWhatItIs(AdapterKind format, string body, CallFailureKind kind) =>
        Assert.That(Failure(AdapterChoice.Create(format), body)!.Kind, Is.EqualTo(kind));

    [TestCase("""{"error": "no project"}""", CallFailureKind.Reported)]
    [TestCase("{}", CallFailureKind.Malformed)]
    public void FindFailure_NoSession_SaysWhatItIs(string body, CallFailureKind kind) =>
        Assert.That(Failure(new BrowserBaseAdapter("project"), body)!.Kind, Is.EqualTo(kind));

    [TestCase(AdapterKind.OpenAiChat, """{"choices": [{"message": {"content": null}, "finish_reason": "length"}], "error": null}""")]
    [TestCase(AdapterKind.OpenAiChat, """{"choices": [{"text": ""}]}""")]
    [TestCase(AdapterKind.OpenAiResponses, """{"status": "incomplete", "output": [], "error": null}""")]
    [TestCase(AdapterKind.OpenAiResponses, """{"output": [{"type": "message"}]}""")]
    [TestCase(AdapterKind.Anthropic, """{"content": [], "stop_reason": "end_turn"}""")]
    [TestCase(AdapterKind.Gemini, """{"candidates": [{"finishReason": "MAX_TOKENS"}]}""")]
    [TestCase(AdapterKind.Agno, """{"final_response": "done", "error": "one tool failed"}""")]
    [TestCase(AdapterKind.Json, """{"error": "the subject of the text"}""")]
    [TestCase(AdapterKind.Json, "3")]
    public void FindFailure_Answer_IsNone(AdapterKind format, string body) =>
        Assert.That(Failure(AdapterChoice.Create(format), body), Is.Null);

    private static CallFailure? Failure(IApiAdapter adapter, string body) => adapter.FindFailure(JsonNode.Parse(body));
}
