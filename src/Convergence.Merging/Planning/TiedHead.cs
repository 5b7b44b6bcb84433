using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Tensors;

namespace Convergence.Merging;

/// <summary>
/// What becomes of the output head when it may share the embedding's weights. If every model ties them, the output has no head of
/// its own; if one does not, the output has one, and for the models that tie it is their embedding. The configuration says the same
/// as the tensors in either case: a head is never stored where it is said to be tied.
/// </summary>
/// <param name="IsTied">Whether the output ties them.</param>
/// <param name="Flag">What the output's configuration must say about it; <see langword="null"/> to leave it as it is.</param>
/// <param name="TiedModels">The models whose head is their embedding.</param>
internal sealed record TiedHead(bool IsTied, bool? Flag, IReadOnlySet<string> TiedModels)
{
    public const string ConfigKey = "tie_word_embeddings";

    private static readonly string[] HeadNames = ["lm_head.weight", "embed_out.weight"];

    private static readonly string[] EmbeddingNames =
        ["embed_tokens.weight", "wte.weight", "word_embeddings.weight", "embed_in.weight", "tok_embeddings.weight", "shared.weight"];

    /// <exception cref="MergeException">A model says that its head is its own and has none, while others have one.</exception>
    public static TiedHead Of(IReadOnlyCollection<ParentModel> models)
    {
        var tied = models.Where(model => Ties(model, models)).Select(model => model.Name).ToHashSet(StringComparer.Ordinal);
        var withHead = models.FirstOrDefault(model => model.Head is not null);
        if (withHead is null)
        {
            return new TiedHead(IsTied: true, Flag: null, tied);
        }

        foreach (var model in models)
        {
            if (model.Head is null && !tied.Contains(model.Name))
            {
                throw new MergeException(
                    $"{model.Name} has no tensor {withHead.Head}, but {withHead.Name} has, and its config.json says {ConfigKey} false: "
                    + "the checkpoint "
                    + $"is incomplete. Download it again, or, if its head is its embedding, set {ConfigKey} to true.");
            }
        }

        return tied.Count == models.Count ? new TiedHead(IsTied: true, Flag: true, tied) : new TiedHead(IsTied: false, Flag: false, tied);
    }

    /// <summary>Whether a tensor is an output head.</summary>
    public static bool IsHead(string tensor) => HeadNames.Any(name => IsOrEndsWith(tensor, name));

    /// <summary>Whether a tensor has a row for every token: an embedding or a head.</summary>
    public static bool IsPerToken(string tensor) => IsHead(tensor) || IsEmbedding(tensor);

    /// <summary>Whether a tensor is an input embedding.</summary>
    public static bool IsEmbedding(string tensor) => EmbeddingNames.Any(name => IsOrEndsWith(tensor, name));

    /// <summary>The name under which a model holds a tensor of the output: the embedding in place of a head that it ties.</summary>
    public string NameIn(ParentModel model, string tensor) =>
        IsHead(tensor) && TiedModels.Contains(model.Name) && model.Embedding is { } embedding ? embedding : tensor;

    /// <summary>Writes into a configuration whether the head is tied: where it says so already, or else at the top.</summary>
    public static void Say(JsonObject config, bool ties)
    {
        foreach (var section in ConfigSections.With(config, ConfigKey).DefaultIfEmpty(config).ToList())
        {
            section[ConfigKey] = ties;
        }
    }

    private static bool Ties(ParentModel model, IReadOnlyCollection<ParentModel> models)
    {
        if (Says(model) is { } flag)
        {
            return flag;
        }

        // A silent configuration means its architecture's default. A complete checkpoint without a head shows that this is true;
        // otherwise a head that is the embedding, bit for bit, was stored for no reason.
        return model.Head is null
            || models.Any(other => Says(other) is null && other.Head is null && ModelType(other) == ModelType(model))
            || (ModelType(model) is not null && model.IsHeadTheEmbedding);
    }

    private static bool? Says(ParentModel model) => model.Setting(ConfigKey)?.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private static string? ModelType(ParentModel model) => (model.Config["model_type"] as JsonValue)?.ToJsonString();

    /// <summary>Whether two tensors of a model are the same, bit for bit.</summary>
    public static bool SameBytes(ParentModel model, string first, string second)
    {
        const int ChunkByteCount = 1 << 20;
        if (model.Find(first) is not HostTensor left || model.Find(second) is not HostTensor right
            || left.DType != right.DType || left.Shape != right.Shape)
        {
            return false;
        }

        for (long offset = 0; offset < left.ByteCount; offset += ChunkByteCount)
        {
            if (!left.Bytes(offset, ChunkByteCount).SequenceEqual(right.Bytes(offset, ChunkByteCount)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsOrEndsWith(string tensor, string name) =>
        tensor.EndsWith(name, StringComparison.Ordinal) && (tensor.Length == name.Length || tensor[^(name.Length + 1)] == '.');
}
