using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>The output's vocabulary under a <see cref="TokenizerRule"/>: how the rows of every model are arranged for it.</summary>
internal sealed class OutputVocabulary
{
    private readonly ImmutableArray<string> _models;
    private readonly Dictionary<string, RowMap> _maps;

    /// <param name="models">The models that rows come from; their places are the donors of the maps.</param>
    /// <param name="maps">Per model the arrangement of its rows, without donors yet.</param>
    public OutputVocabulary(ImmutableArray<string> models, Dictionary<string, RowMap> maps)
    {
        _models = models;
        _maps = maps;
    }

    /// <summary>Rows of the output's embedding.</summary>
    public int RowCount => _maps.Values.First().RowCount;

    /// <summary>Whether a tensor has a row per token.</summary>
    public static bool Arranges(string tensor) =>
        TiedHead.IsPerToken(tensor) || tensor == "lm_head.bias" || tensor.EndsWith(".lm_head.bias", StringComparison.Ordinal);

    /// <summary>The input with its rows arranged.</summary>
    /// <param name="input">A tensor with a row per token.</param>
    /// <param name="inModel">The same tensor of another model.</param>
    public TensorInput Arrange(TensorInput input, Func<string, TensorInput> inModel)
    {
        var map = _maps[input.Model];
        return input with { Rows = map.Borrowed.IsEmpty ? map : map.WithDonors([.. _models.Select(inModel)]) };
    }
}
