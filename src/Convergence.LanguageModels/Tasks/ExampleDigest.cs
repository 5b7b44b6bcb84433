using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Convergence.LanguageModels.Tasks;

/// <summary>
/// Names examples by their content, so that two tasks can be compared for examples that they share: SHA-256 of the tokens.
/// A prompt with its completion has one digest whether it is put as perplexity or as exact match.
/// </summary>
internal static class ExampleDigest
{
    /// <summary>The digests of blocks, choices or pairs, example by example.</summary>
    public static ImmutableArray<string> Of(ScoredSequences scored) =>
    [
        .. Enumerable.Range(0, scored.ExampleCount).Select(example =>
            Of(scored.Sequences[scored.FirstOfExample[example]..scored.FirstOfExample[example + 1]].AsSpan())),
    ];

    /// <summary>The digests of prompts with their completions.</summary>
    public static ImmutableArray<string> Of(CompletionExamples completions) =>
        [.. completions.Prompts.Zip(completions.Drafts, (prompt, draft) => Of([[.. prompt, .. draft]]))];

    private static string Of(ReadOnlySpan<int[]> sequences)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var sequence in sequences)
        {
            // The length keeps two sequences from looking like one; all of this product's platforms are little-endian.
            hash.AppendData(MemoryMarshal.AsBytes([sequence.Length]));
            hash.AppendData(MemoryMarshal.AsBytes(sequence.AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
