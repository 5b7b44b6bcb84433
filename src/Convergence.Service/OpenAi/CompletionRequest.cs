using System.Text.Json;
using Convergence.LanguageModels;
using Convergence.Service.Serving;

namespace Convergence.Service.OpenAi;

/// <summary>Reads requests to <c>/v1/completions</c>.</summary>
internal static class CompletionRequest
{
    // As OpenAI has it.
    private const int DefaultMaxTokens = 16;
    private const int MaxLogProbabilities = 20;

    /// <summary>Reads a request.</summary>
    /// <param name="request">Its body.</param>
    /// <param name="catalog">The models.</param>
    /// <param name="freshSeed">What it follows from if it has no seed.</param>
    /// <exception cref="OpenAiException">Something is missing, unknown, mistyped, out of range, not supported or too long.</exception>
    public static ApiRequest Read(RequestObject request, ModelCatalog catalog, ulong freshSeed)
    {
        var model = ApiRequest.ReadModel(request, catalog);
        var prompts = ReadPrompts(request, model);
        var top = request.Whole("logprobs", 0, MaxLogProbabilities);
        var settings = AnswerSettings.Read(request, model, freshSeed, top);
        var wanted = request.Whole("max_tokens", 1, int.MaxValue) ?? DefaultMaxTokens;
        request.Refuse("echo", "the answer does not repeat the prompt.", "false");
        request.Refuse("suffix", "texts are continued, not filled in.", "\"\"");
        request.Refuse("best_of", "all answers that are generated are returned.",
            settings.AnswersEach.ToString(System.Globalization.CultureInfo.InvariantCulture));
        ApiRequest.ReadOthers(request);
        if ((long)prompts.Count * settings.AnswersEach > AnswerSettings.MaxTexts)
        {
            throw OpenAiException.BadValue(
                "n", $"with {prompts.Count} prompts asks for more than {AnswerSettings.MaxTexts} answers. Ask in several requests.");
        }

        foreach (var prompt in prompts)
        {
            AnswerSettings.NewTokens(model, "prompt", prompt.Length, wanted);
        }

        settings = settings with { Options = settings.Options with { MaxNewTokens = wanted } };
        return new ApiRequest(model, prompts, settings, new CompletionFormat(new TokenNames(model.Tokenizer), top is not null));
    }

    // A text, a list of texts, token ids, or a list of lists of token ids.
    private static List<int[]> ReadPrompts(RequestObject request, ServedModel model)
    {
        var prompt = request.Find("prompt") ?? throw OpenAiException.Missing("prompt");
        if (prompt.ValueKind != JsonValueKind.Array)
        {
            return [Encode(request, model, prompt)];
        }

        if (prompt.GetArrayLength() is < 1 or > AnswerSettings.MaxTexts
            && prompt.EnumerateArray().FirstOrDefault().ValueKind != JsonValueKind.Number)
        {
            throw OpenAiException.BadValue("prompt", $"must be a text, or a list of 1 to {AnswerSettings.MaxTexts}.");
        }

        return prompt[0].ValueKind == JsonValueKind.Number
            ? [ReadTokens(request, model, prompt)]
            : [.. prompt.EnumerateArray().Select(entry => Encode(request, model, entry))];
    }

    private static int[] Encode(RequestObject request, ServedModel model, JsonElement prompt)
    {
        if (prompt.ValueKind == JsonValueKind.Array)
        {
            return ReadTokens(request, model, prompt);
        }

        try
        {
            return model.Encode(request.TextOf("prompt", prompt));
        }
        catch (LanguageModelException exception)
        {
            throw OpenAiException.BadValue("prompt", exception.Message);
        }
    }

    private static int[] ReadTokens(RequestObject request, ServedModel model, JsonElement list)
    {
        var tokens = new List<int>();
        foreach (var element in list.EnumerateArray())
        {
            var isToken = element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var token) && token >= 0
                && token < model.VocabularySize;
            tokens.Add(isToken
                ? element.GetInt32()
                : throw request.Mistyped("prompt", $"of token ids in [0, {model.VocabularySize - 1}]", element));
        }

        return tokens.Count > 0 ? [.. tokens] : throw OpenAiException.BadValue("prompt", "must have at least one token.");
    }
}
