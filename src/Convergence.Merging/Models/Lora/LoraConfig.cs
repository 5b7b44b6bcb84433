using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Convergence.Foundation.Json;

namespace Convergence.Merging;

/// <summary>
/// What an <c>adapter_config.json</c> of the PEFT library says about a low-rank adapter (Hu et al. 2021, arXiv 2106.09685). Variants whose
/// weights mean something else than W + s B A are refused by name.
/// </summary>
internal sealed record LoraConfig
{
    public const string FileName = "adapter_config.json";

    private const int MaxByteCount = 16 << 20;

    // PEFT's, for files that leave it out.
    private const double DefaultAlpha = 8;

    /// <summary>r: the rank where <see cref="RankPattern"/> says nothing else.</summary>
    public required int Rank { get; init; }

    /// <summary>alpha, 8 unless given: the scale is alpha / r, or alpha / sqrt(r) with <see cref="UseRsLora"/>.</summary>
    public required double Alpha { get; init; }

    /// <summary>Rank-stabilised scaling (Kalajdzievski 2023, arXiv 2312.03732).</summary>
    public required bool UseRsLora { get; init; }

    /// <summary>Whether weights are stored [inputs, outputs], as GPT-2 does, so that the product is added transposed.</summary>
    public required bool FanInFanOut { get; init; }

    /// <summary>Ranks of modules whose name a pattern matches, the first match counting.</summary>
    public required ImmutableArray<(Regex Pattern, double Value)> RankPattern { get; init; }

    /// <summary>The same for alpha.</summary>
    public required ImmutableArray<(Regex Pattern, double Value)> AlphaPattern { get; init; }

    /// <exception cref="MergeException">The file is missing, malformed, or of another kind of adapter.</exception>
    public static LoraConfig ReadFile(string path)
    {
        var root = JsonFile.ReadObject(
            path, MaxByteCount, (problem, cause) => new MergeException($"{path}: {problem} Download or export the adapter again.", cause));
        LoraVariants.RefuseOthers(path, root);
        var rank = Number(path, root, "r") ?? throw new MergeException($"{path}: has no \"r\", the rank. Export the adapter again.");
        return new LoraConfig
        {
            Rank = rank >= 1 && rank == Math.Floor(rank) && rank <= int.MaxValue
                ? (int)rank
                : throw new MergeException(
                    string.Create(CultureInfo.InvariantCulture, $"{path}: \"r\" is {rank}; a rank is a whole number from 1.")),
            Alpha = Number(path, root, "lora_alpha") ?? (root.ContainsKey("lora_alpha")
                ? throw new MergeException($"{path}: \"lora_alpha\" is null, so the scale is not known. Export the adapter again.")
                : DefaultAlpha),
            UseRsLora = IsTrue(root, "use_rslora"),
            FanInFanOut = IsTrue(root, "fan_in_fan_out"),
            RankPattern = Patterns(path, root, "rank_pattern"),
            AlphaPattern = Patterns(path, root, "alpha_pattern"),
        };
    }

    /// <summary>The rank of a module, by its name below the model.</summary>
    public int RankOf(string module) => (int)(Find(RankPattern, module) ?? Rank);

    /// <summary>The scale of a module's update.</summary>
    public double ScaleOf(string module)
    {
        var rank = RankOf(module);
        return (Find(AlphaPattern, module) ?? Alpha) / (UseRsLora ? Math.Sqrt(rank) : rank);
    }

    internal static bool IsTrue(JsonObject root, string key) => root[key]?.GetValueKind() == JsonValueKind.True;

    private static double? Find(ImmutableArray<(Regex Pattern, double Value)> patterns, string module)
    {
        foreach (var (pattern, value) in patterns)
        {
            if (pattern.IsMatch(module))
            {
                return value;
            }
        }

        return null;
    }

    private static double? Number(string path, JsonObject root, string key) => root[key] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.Number
            && value.GetValue<double>() is var number
            && double.IsFinite(number) => number,
        var other => throw new MergeException($"{path}: \"{key}\" is {other.ToJsonString()}; it must be a number."),
    };

    private static ImmutableArray<(Regex, double)> Patterns(string path, JsonObject root, string key)
    {
        if (root[key] is not JsonObject map)
        {
            return [];
        }

        var patterns = ImmutableArray.CreateBuilder<(Regex, double)>();
        foreach (var (text, _) in map)
        {
            var value = Number(path, map, text) ?? throw new MergeException($"{path}: \"{key}\" has no number for \"{text}\".");
            try
            {
                // A pattern matches the end of a module's name, from a dot on. It comes from outside: it may not run for ever.
                patterns.Add((new Regex($@"^(?:.*\.)?(?:{text})$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)), value));
            }
            catch (ArgumentException exception)
            {
                throw new MergeException($"{path}: \"{key}\" has \"{text}\", which is not a pattern: {exception.Message}", exception);
            }
        }

        return patterns.ToImmutable();
    }
}
