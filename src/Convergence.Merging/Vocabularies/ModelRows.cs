namespace Convergence.Merging;

/// <summary>Which token has which row of a model's embedding.</summary>
/// <param name="Name">The model.</param>
/// <param name="Ids">Its tokens with their ids.</param>
/// <param name="RowCount">Rows of its embedding. Tokens with higher ids have none, rows beyond the tokens are padding.</param>
internal sealed record ModelRows(string Name, IReadOnlyDictionary<string, long> Ids, long RowCount)
{
    public bool Has(string token) => Find(token) is not null;

    /// <summary>The token's row, or <see langword="null"/>.</summary>
    public int? Find(string token) => Ids.TryGetValue(token, out var id) && id < RowCount ? (int)id : null;
}
