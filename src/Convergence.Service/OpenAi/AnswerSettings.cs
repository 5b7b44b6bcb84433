using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Convergence.LanguageModels.Generation;
using Convergence.Service.Serving;

namespace Convergence.Service.OpenAi;

/// <summary>What chat and completion requests have in common: how tokens are chosen, when an answer ends and how it is sent.</summary>
/// <param name="Options">How tokens are chosen; the most new tokens are settled once the prompt is known.</param>
/// <param name="StopTexts">Texts that end an answer, as UTF-8.</param>
/// <param name="AnswersEach">Answers to each prompt.</param>
/// <param name="Streams">Whether the answer is sent as it grows.</param>
/// <param name="IncludesUsage">Whether a stream ends with the counts of tokens.</param>
internal sealed record AnswerSettings(
    GenerationOptions Options, ImmutableArray<byte[]> StopTexts, int AnswersEach, bool Streams, bool IncludesUsage)
{
    /// <summary>The most texts that one request may ask for.</summary>
    public const int MaxTexts = 128;

    private const int MaxStopTexts = 16;
    private const int MaxStopTextLength = 1000;

    /// <summary>Reads them.</summary>
    /// <param name="request">The request.</param>
    /// <param name="model">The model that answers.</param>
    /// <param name="freshSeed">What a request without a seed follows from.</param>
    /// <param name="topLogProbabilities">As the request's own member says, which differs between chat and completions.</param>
    public static AnswerSettings Read(RequestObject request, ServedModel model, ulong freshSeed, int? topLogProbabilities)
    {
        var options = new GenerationOptions
        {
            Temperature = request.Number("temperature", 0, 2) ?? 1,

            // As OpenAI has it, 0 is a nucleus of the likeliest token alone.
            TopP = Math.Max(request.Number("top_p", 0, 1) ?? 1, 1e-12),
            TopK = request.Whole("top_k", 0, int.MaxValue) ?? 0,
            Seed = request.Bits("seed") ?? freshSeed,
            PresencePenalty = request.Number("presence_penalty", -2, 2) ?? 0,
            FrequencyPenalty = request.Number("frequency_penalty", -2, 2) ?? 0,
            LogitBias = ReadBiases(request, model),
            TopLogProbabilities = topLogProbabilities,
        };
        var streams = request.Flag("stream") ?? false;
        var stopTexts = ReadStopTexts(request);
        var answersEach = request.Whole("n", 1, MaxTexts) ?? 1;
        return new AnswerSettings(options, stopTexts, answersEach, streams, ReadIncludesUsage(request, streams));
    }

    /// <summary>How many tokens may be added to a prompt.</summary>
    /// <param name="model">The model.</param>
    /// <param name="parameter">The prompt's name in the request.</param>
    /// <param name="promptTokens">Its length.</param>
    /// <param name="wanted">What the request asks for, or <see langword="null"/>: as many as fit.</param>
    /// <exception cref="OpenAiException">Prompt and answer do not fit into the context.</exception>
    public static int NewTokens(ServedModel model, string parameter, int promptTokens, int? wanted)
    {
        var left = model.ContextLength - promptTokens;
        return left >= (wanted ?? 1)
            ? wanted ?? left
            : throw OpenAiException.ContextLengthExceeded(parameter, model.ContextLength, promptTokens, left < 1 ? null : wanted);
    }

    private static bool ReadIncludesUsage(RequestObject request, bool streams)
    {
        if (request.Object("stream_options") is not { } options)
        {
            return false;
        }

        if (!streams)
        {
            throw OpenAiException.BadValue("stream_options", "is for answers that are streamed. Set 'stream' to true, or leave it out.");
        }

        var includesUsage = options.Flag("include_usage") ?? false;

        // Padding against guesses from the sizes of packets: nobody else sees a loopback connection, and TLS is not spoken here.
        options.Ignore("include_obfuscation");
        options.RefuseOthers();
        return includesUsage;
    }

    private static ImmutableArray<byte[]> ReadStopTexts(RequestObject request)
    {
        if (request.Find("stop") is not { } stop)
        {
            return [];
        }

        JsonElement[] values = stop.ValueKind switch
        {
            JsonValueKind.String => [stop],
            JsonValueKind.Array when stop.GetArrayLength() <= MaxStopTexts => [.. stop.EnumerateArray()],
            _ => throw request.Mistyped("stop", $"a string or a list of at most {MaxStopTexts}", stop),
        };
        foreach (var value in values)
        {
            if (request.TextOf("stop", value).Length is < 1 or > MaxStopTextLength)
            {
                throw request.Mistyped("stop", $"of strings of 1 to {MaxStopTextLength} characters", value);
            }
        }

        return [.. values.Select(value => Encoding.UTF8.GetBytes(request.TextOf("stop", value)))];
    }

    private static ImmutableDictionary<int, double> ReadBiases(RequestObject request, ServedModel model)
    {
        if (request.Find("logit_bias") is not { } biases)
        {
            return ImmutableDictionary<int, double>.Empty;
        }

        if (biases.ValueKind != JsonValueKind.Object)
        {
            throw request.Mistyped("logit_bias", "an object of token ids and numbers in [-100, 100]", biases);
        }

        var result = ImmutableDictionary.CreateBuilder<int, double>();
        foreach (var member in biases.EnumerateObject())
        {
            var isToken = int.TryParse(member.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var token)
                && token < model.VocabularySize;
            var isBias = member.Value.ValueKind == JsonValueKind.Number && Math.Abs(member.Value.GetDouble()) <= 100;
            if (!isToken || !isBias)
            {
                throw OpenAiException.BadValue(
                    "logit_bias", $"\"{member.Name}\" must be a token id below {model.VocabularySize} with a number in [-100, 100].");
            }

            result[token] = member.Value.GetDouble();
        }

        return result.ToImmutable();
    }
}
