using System.Text.Json.Nodes;

namespace Convergence.Merging;

/// <summary>
/// The ids that added tokens get when a <c>tokenizer.json</c> is loaded. Hugging Face's tokenizers does not read them from the file
/// (<c>AddedVocabulary::add_tokens</c>): a token that the model has as a piece keeps the piece's id, the others are counted on from the
/// number of pieces, in the file's order.
/// </summary>
internal static class AddedTokenIds
{
    /// <summary>
    /// Makes pieces of all added tokens, as files in the style of Llama 2 have them, where counting would give one another id: once pieces
    /// have ids above those of added tokens, or ids are left out.
    /// </summary>
    /// <param name="pieces">The model's pieces with their ids.</param>
    /// <param name="added">The added tokens, by their ids.</param>
    public static void Pin(JsonObject pieces, IReadOnlyList<JsonObject> added)
    {
        if (FirstUncounted(content => ConfigSections.WholeNumber(pieces[content]), pieces.Count, added) is null)
        {
            return;
        }

        foreach (var entry in added)
        {
            pieces[TokenizerDocument.ContentOf(entry)] = entry["id"]!.DeepClone();
        }
    }

    /// <summary>The first added token to which counting gives another id than the file; <see langword="null"/> when there is
    /// none.</summary>
    /// <param name="pieceId">The id of a token that is a piece.</param>
    /// <param name="pieceCount">The number of pieces.</param>
    /// <param name="added">The added tokens, by their ids.</param>
    public static string? FirstUncounted(Func<string, long?> pieceId, int pieceCount, IReadOnlyList<JsonObject> added)
    {
        var highest = -1L;
        foreach (var entry in added)
        {
            var content = TokenizerDocument.ContentOf(entry);
            var given = pieceId(content) ?? Math.Max(highest + 1, pieceCount);
            if (given != ConfigSections.WholeNumber(entry["id"]))
            {
                return content;
            }

            highest = Math.Max(highest, given);
        }

        return null;
    }
}
