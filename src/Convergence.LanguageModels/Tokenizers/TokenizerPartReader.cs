using System.Text;
using System.Text.Json;

namespace Convergence.LanguageModels.Tokenizers;

/// <summary>Reads the normalizer, pre-tokenizer and decoder of a <c>tokenizer.json</c>.</summary>
internal static class TokenizerPartReader
{
    private const string DefaultMark = "\u2581";

    public static ITextNormalizer Normalizer(TokenizerNode node) => node.Type switch
    {
        "Sequence" => new SequenceNormalizer([.. node.Items("normalizers").Select(Normalizer)]),
        "Prepend" => new PrependNormalizer(node.Text("prepend")),
        "Replace" => new ReplaceNormalizer(Pattern(node), node.Text("content")),
        "NFC" => new UnicodeNormalizer(NormalizationForm.FormC),
        "NFD" => new UnicodeNormalizer(NormalizationForm.FormD),
        "NFKC" => new UnicodeNormalizer(NormalizationForm.FormKC),
        "NFKD" => new UnicodeNormalizer(NormalizationForm.FormKD),
        "Lowercase" => new LowercaseNormalizer(),
        "Strip" => new StripNormalizer(node.Flag("strip_left", fallback: true), node.Flag("strip_right", fallback: true)),
        _ => throw node.Unsupported("normalizer", "Sequence, Prepend, Replace, NFC, NFD, NFKC, NFKD, Lowercase, Strip"),
    };

    public static IPreTokenizer PreTokenizer(TokenizerNode node) => node.Type switch
    {
        "Sequence" => new SequencePreTokenizer([.. node.Items("pretokenizers").Select(PreTokenizer)]),
        "ByteLevel" => new ByteLevelPreTokenizer(node.Flag("add_prefix_space", fallback: true), node.Flag("use_regex", fallback: true)),
        "Split" => new SplitPreTokenizer(Pattern(node), Behavior(node), node.Flag("invert", fallback: false)),
        "Metaspace" => new MetaspacePreTokenizer(node.Text("replacement", DefaultMark), Scheme(node), node.Flag("split", fallback: true)),
        "Digits" => new SplitPreTokenizer(
            TextPattern.Expression(@"\p{N}"),
            node.Flag("individual_digits", fallback: false) ? SplitBehavior.Isolated : SplitBehavior.Contiguous,
            isInverted: false),
        "WhitespaceSplit" => new SplitPreTokenizer(TextPattern.Expression(@"\s"), SplitBehavior.Removed, isInverted: false),
        _ => throw node.Unsupported("pre-tokenizer", "Sequence, ByteLevel, Split, Metaspace, Digits, WhitespaceSplit"),
    };

    public static ITokenDecoder Decoder(TokenizerNode node) => node.Type switch
    {
        "Sequence" => new SequenceDecoder([.. node.Items("decoders").Select(Decoder)]),
        "ByteLevel" => new ByteLevelDecoder(),
        "ByteFallback" => new ByteFallbackDecoder(),
        "Fuse" => new FuseDecoder(),
        "Replace" => new ReplaceDecoder(Pattern(node), node.Text("content")),
        "Strip" => new StripDecoder(Character(node), Count(node, "start"), Count(node, "stop")),
        "Metaspace" => new MetaspaceDecoder(node.Text("replacement", DefaultMark), Scheme(node)),
        _ => throw node.Unsupported("decoder", "Sequence, ByteLevel, ByteFallback, Fuse, Replace, Strip, Metaspace"),
    };

    private static TextPattern Pattern(TokenizerNode node)
    {
        var pattern = node.Required("pattern");
        if (pattern.Optional("String") is not null)
        {
            return TextPattern.Literal(pattern.Text("String"));
        }

        var expression = pattern.Text("Regex");
        try
        {
            return TextPattern.Expression(expression);
        }
        catch (ArgumentException exception)
        {
            throw pattern.Error(
                $"holds the expression '{expression}', which cannot be run here: {exception.Message.TrimEnd('.')}",
                "Rewrite it without what the message names.");
        }
    }

    private static SplitBehavior Behavior(TokenizerNode node) => node.Text("behavior") switch
    {
        "Isolated" => SplitBehavior.Isolated,
        "Removed" => SplitBehavior.Removed,
        "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
        "MergedWithNext" => SplitBehavior.MergedWithNext,
        "Contiguous" => SplitBehavior.Contiguous,
        var other => throw node.Error(
            $"has the behavior '{other}', which is not supported",
            "Supported: Isolated, Removed, MergedWithPrevious, MergedWithNext, Contiguous."),
    };

    // Files before 2024 say add_prefix_space instead of prepend_scheme.
    private static PrependScheme Scheme(TokenizerNode node)
    {
        var fallback = node.Flag("add_prefix_space", fallback: true) ? "always" : "never";
        return node.Text("prepend_scheme", fallback) switch
        {
            "always" => PrependScheme.Always,
            "first" => PrependScheme.First,
            "never" => PrependScheme.Never,
            var other => throw node.Error($"has the prepend_scheme '{other}', which is not supported", "Supported: always, first, never."),
        };
    }

    private static char Character(TokenizerNode node) =>
        node.Text("content") is [var character] ? character : throw node.Error("strips more than one character", "Use a single one.");

    private static int Count(TokenizerNode node, string key) =>
        node.Required(key).Element is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var count) && count >= 0
            ? count
            : throw node.Error($"has a '{key}' that is not a count", "Download or export it again.");
}
