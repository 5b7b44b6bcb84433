using System.Text;
using System.Text.Json;
using Convergence.LanguageModels;
using Convergence.LanguageModels.Chat;
using Convergence.Service.Serving;

namespace Convergence.Service.OpenAi;

/// <summary>Reads requests to <c>/v1/chat/completions</c>.</summary>
internal static class ChatRequest
{
    private const int MaxTopLogProbabilities = 20;

    private static readonly string[] Roles = ["system", "developer", "user", "assistant", "tool", "function"];

    /// <summary>Reads a request.</summary>
    /// <param name="request">Its body.</param>
    /// <param name="catalog">The models.</param>
    /// <param name="freshSeed">What it follows from if it has no seed.</param>
    /// <exception cref="OpenAiException">Something is missing, unknown, mistyped, out of range, not supported or too long.</exception>
    public static ApiRequest Read(RequestObject request, ModelCatalog catalog, ulong freshSeed)
    {
        var model = ApiRequest.ReadModel(request, catalog);
        var messages = ReadMessages(request);
        RefuseWhatIsNotThere(request);
        var top = ReadTopLogProbabilities(request);
        var settings = AnswerSettings.Read(request, model, freshSeed, top);
        var wanted = ReadMaxTokens(request);
        ApiRequest.ReadOthers(request);
        var prompt = Encode(model, messages);
        var newTokens = AnswerSettings.NewTokens(model, "messages", prompt.Length, wanted);
        settings = settings with { Options = settings.Options with { MaxNewTokens = newTokens } };
        return new ApiRequest(model, [prompt], settings, new ChatFormat(new TokenNames(model.Tokenizer), top is not null));
    }

    private static int[] Encode(ServedModel model, List<ChatMessage> messages)
    {
        try
        {
            return model.Encode(messages);
        }
        catch (LanguageModelException exception)
        {
            throw OpenAiException.BadValue("messages", exception.Message);
        }
    }

    private static List<ChatMessage> ReadMessages(RequestObject request)
    {
        var list = request.Find("messages") ?? throw OpenAiException.Missing("messages");
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
        {
            throw request.Mistyped("messages", "a list of at least one message", list);
        }

        return [.. list.EnumerateArray().Select((message, index) => ReadMessage(request, message, $"messages[{index}]"))];
    }

    private static ChatMessage ReadMessage(RequestObject request, JsonElement element, string path)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw request.Mistyped(path, "an object with 'role' and 'content'", element);
        }

        var message = new RequestObject(element, path + ".");
        var role = message.Text("role") ?? throw OpenAiException.Missing(path + ".role");
        if (!Roles.Contains(role, StringComparer.Ordinal))
        {
            throw OpenAiException.BadValue(path + ".role", $"'{role}' is none of {string.Join(", ", Roles)}.");
        }

        var content = ReadContent(message);
        var name = message.Text("name");
        message.Refuse("tool_calls", "the models answer with text.", "[]");
        message.Refuse("function_call", "the models answer with text.");
        message.Refuse("audio", "the models answer with text.");
        message.Ignore("refusal", "tool_call_id", "annotations");
        message.RefuseOthers();
        return new ChatMessage(role, content, name);
    }

    // A text, or a list of parts, of which only texts are understood.
    private static string ReadContent(RequestObject message)
    {
        var content = message.Find("content") ?? throw OpenAiException.Missing(message.PathOf("content"));
        if (content.ValueKind != JsonValueKind.Array)
        {
            return message.TextOf("content", content);
        }

        var text = new StringBuilder();
        var index = 0;
        foreach (var element in content.EnumerateArray())
        {
            var path = $"content[{index++}]";
            if (element.ValueKind != JsonValueKind.Object)
            {
                throw message.Mistyped(path, "an object with 'type' and 'text'", element);
            }

            var part = new RequestObject(element, message.PathOf(path) + ".");
            if (part.Text("type") is not "text")
            {
                throw OpenAiException.Unsupported(part.PathOf("type"), "only parts of type 'text' are read.");
            }

            text.Append(part.Text("text") ?? throw OpenAiException.Missing(part.PathOf("text")));
            part.RefuseOthers();
        }

        return text.ToString();
    }

    private static int? ReadMaxTokens(RequestObject request)
    {
        var older = request.Whole("max_tokens", 1, int.MaxValue);
        var newer = request.Whole("max_completion_tokens", 1, int.MaxValue);
        return older is null || newer is null || older == newer
            ? newer ?? older
            : throw OpenAiException.BadValue("max_tokens", "differs from 'max_completion_tokens', its newer name. Give one of them.");
    }

    private static int? ReadTopLogProbabilities(RequestObject request)
    {
        var wants = request.Flag("logprobs") ?? false;
        var top = request.Whole("top_logprobs", 0, MaxTopLogProbabilities);
        return wants ? top ?? 0
            : top is null or 0 ? null
            : throw OpenAiException.BadValue("top_logprobs", "needs 'logprobs' to be true.");
    }

    private static void RefuseWhatIsNotThere(RequestObject request)
    {
        const string noTools = "the models answer with text and call no tools.";
        request.Refuse("tools", noTools, "[]");
        request.Refuse("tool_choice", noTools, "\"none\"", "\"auto\"");
        request.Ignore("parallel_tool_calls");
        request.Refuse("functions", noTools, "[]");
        request.Refuse("function_call", noTools, "\"none\"", "\"auto\"");
        request.Refuse("response_format", "answers are not held to a format.", """{"type":"text"}""");
        request.Refuse("modalities", "the models answer with text.", """["text"]""");
        request.Refuse("audio", "the models answer with text.");
        request.Refuse("prediction", "answers are generated token by token.");
        request.Refuse("reasoning_effort", "the models do not reason apart from their answer.", "\"none\"");
        request.Refuse("verbosity", "the models have no setting for it.", "\"medium\"");
        request.Refuse("web_search_options", "the models know nothing but their weights.");
        request.Refuse("moderation", "answers are not moderated.");
    }
}
